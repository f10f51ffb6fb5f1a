/**
 * Spike delivery: for each spike, its row of synapses adds weights into the target population's ring buffer.
 *
 * Spikes are pairs of u32 (step stamp, source), sorted by (step, source), so sums are made in one fixed order.
 * Ring buffer: f32 [slot][port][padded targets]; `ring` points to the port's first row, `slotStride` is the number
 * of f32 between slots, slots are a power of two (`mask` = slots − 1). A spike stamped s with delay d steps lands in
 * slot (s + d) & mask.
 */

// @ts-ignore: decorator
@inline
function add(at: usize, weight: f32): void {
  store<f32>(at, load<f32>(at) + weight);
}

/** Target of synapse e; T is u16 or u32. */
// @ts-ignore: decorator
@inline
function targetOf<T>(targets: usize, e: u32): usize {
  return <usize>load<T>(targets + <usize>e * sizeof<T>());
}

/** Rows whose beginning is asked for while another is delivered: their cache misses then overlap with its work. */
const ahead: u32 = 2;

/** Asks for the first cache lines of the row of spike k, in bytes from `base` at `width` a synapse. */
// @ts-ignore: decorator
@inline
function touchRow(spikes: usize, k: u32, count: u32, offsets: usize, base: usize, width: usize): void {
  if (k >= count) return;
  const source = <usize>load<u32>(spikes + (<usize>k << 3), 4) << 2;
  const at = base + <usize>load<u32>(offsets + source) * width;
  const end = base + <usize>load<u32>(offsets + source, 4) * width;
  for (let line: usize = 0; line < 512 && at + line < end; line += 64) load<u8>(at + line);
}

/** Address in the ring to which a synapse with a delay of its own adds. */
// @ts-ignore: decorator
@inline
function placeOf(delay: u16, target: u32, step: u32, ring: usize, slotStride: u32, mask: u32): usize {
  return ring + (<usize>(((step + <u32>delay) & mask) * slotStride + target) << 2);
}

// @ts-ignore: decorator
@inline
function sharedAll<T>(
  spikes: usize, count: u32, offsets: usize, targets: usize, weight: f32, delay: u32,
  ring: usize, slotStride: u32, mask: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const step = load<u32>(spikes + (<usize>k << 3));
    const source = load<u32>(spikes + (<usize>k << 3), 4);
    const base = ring + ((<usize>(((step + delay) & mask) * slotStride)) << 2);
    touchRow(spikes, k + ahead, count, offsets, targets, sizeof<T>());
    let at = targets + <usize>load<u32>(offsets + (<usize>source << 2)) * sizeof<T>();
    const end = targets + <usize>load<u32>(offsets + (<usize>source << 2), 4) * sizeof<T>();
    // Four at a time keep several cache misses under way; the order of additions to one target stays that of the row.
    for (; at + 3 * sizeof<T>() < end; at += 4 * sizeof<T>()) {
      const a = base + (<usize>load<T>(at) << 2);
      const b = base + (<usize>load<T>(at, sizeof<T>()) << 2);
      const c = base + (<usize>load<T>(at, 2 * sizeof<T>()) << 2);
      const d = base + (<usize>load<T>(at, 3 * sizeof<T>()) << 2);
      add(a, weight);
      add(b, weight);
      add(c, weight);
      add(d, weight);
    }
    for (; at < end; at += sizeof<T>()) add(base + (<usize>load<T>(at) << 2), weight);
  }
}

// @ts-ignore: decorator
@inline
function sharedWeight<T>(
  spikes: usize, count: u32, offsets: usize, targets: usize, weight: f32, delays: usize,
  ring: usize, slotStride: u32, mask: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const step = load<u32>(spikes + (<usize>k << 3));
    const source = load<u32>(spikes + (<usize>k << 3), 4);
    touchRow(spikes, k + ahead, count, offsets, targets, sizeof<T>());
    touchRow(spikes, k + ahead, count, offsets, delays, 2);
    let e = load<u32>(offsets + (<usize>source << 2));
    const end = load<u32>(offsets + (<usize>source << 2), 4);
    // Addresses of four first, as in sharedAll.
    for (; e + 3 < end; e += 4) {
      const at = delays + (<usize>e << 1);
      const t = targets + <usize>e * sizeof<T>();
      const a = placeOf(load<u16>(at), <u32>load<T>(t), step, ring, slotStride, mask);
      const b = placeOf(load<u16>(at, 2), <u32>load<T>(t, sizeof<T>()), step, ring, slotStride, mask);
      const c = placeOf(load<u16>(at, 4), <u32>load<T>(t, 2 * sizeof<T>()), step, ring, slotStride, mask);
      const d = placeOf(load<u16>(at, 6), <u32>load<T>(t, 3 * sizeof<T>()), step, ring, slotStride, mask);
      add(a, weight);
      add(b, weight);
      add(c, weight);
      add(d, weight);
    }
    for (; e < end; e++) {
      const delay = load<u16>(delays + (<usize>e << 1));
      add(placeOf(delay, <u32>targetOf<T>(targets, e), step, ring, slotStride, mask), weight);
    }
  }
}

// @ts-ignore: decorator
@inline
function sharedDelay<T>(
  spikes: usize, count: u32, offsets: usize, targets: usize, weights: usize, delay: u32,
  ring: usize, slotStride: u32, mask: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const step = load<u32>(spikes + (<usize>k << 3));
    const source = load<u32>(spikes + (<usize>k << 3), 4);
    const base = ring + ((<usize>(((step + delay) & mask) * slotStride)) << 2);
    touchRow(spikes, k + ahead, count, offsets, targets, sizeof<T>());
    touchRow(spikes, k + ahead, count, offsets, weights, 4);
    let e = load<u32>(offsets + (<usize>source << 2));
    const end = load<u32>(offsets + (<usize>source << 2), 4);
    for (; e < end; e++) add(base + (targetOf<T>(targets, e) << 2), load<f32>(weights + (<usize>e << 2)));
  }
}

// @ts-ignore: decorator
@inline
function individual<T>(
  spikes: usize, count: u32, offsets: usize, targets: usize, weights: usize, delays: usize,
  ring: usize, slotStride: u32, mask: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const step = load<u32>(spikes + (<usize>k << 3));
    const source = load<u32>(spikes + (<usize>k << 3), 4);
    touchRow(spikes, k + ahead, count, offsets, targets, sizeof<T>());
    touchRow(spikes, k + ahead, count, offsets, weights, 4);
    touchRow(spikes, k + ahead, count, offsets, delays, 2);
    let e = load<u32>(offsets + (<usize>source << 2));
    const end = load<u32>(offsets + (<usize>source << 2), 4);
    // Addresses of four first, as in sharedAll: 1.05 times as fast with 2,000 targets and 64 slots, 1.3 with 20,000.
    for (; e + 3 < end; e += 4) {
      const at = delays + (<usize>e << 1);
      const t = targets + <usize>e * sizeof<T>();
      const a = placeOf(load<u16>(at), <u32>load<T>(t), step, ring, slotStride, mask);
      const b = placeOf(load<u16>(at, 2), <u32>load<T>(t, sizeof<T>()), step, ring, slotStride, mask);
      const c = placeOf(load<u16>(at, 4), <u32>load<T>(t, 2 * sizeof<T>()), step, ring, slotStride, mask);
      const d = placeOf(load<u16>(at, 6), <u32>load<T>(t, 3 * sizeof<T>()), step, ring, slotStride, mask);
      const w = weights + (<usize>e << 2);
      add(a, load<f32>(w));
      add(b, load<f32>(w, 4));
      add(c, load<f32>(w, 8));
      add(d, load<f32>(w, 12));
    }
    for (; e < end; e++) {
      const delay = load<u16>(delays + (<usize>e << 1));
      const at = placeOf(delay, <u32>targetOf<T>(targets, e), step, ring, slotStride, mask);
      add(at, load<f32>(weights + (<usize>e << 2)));
    }
  }
}

/** One delay and one weight for all synapses. offsets u32[rows + 1], targets u32; u16 where the name ends in Short. */
export function deliverShared(
  spikes: usize, count: u32, offsets: usize, targets: usize, weight: f32, delay: u32,
  ring: usize, slotStride: u32, mask: u32,
): void {
  sharedAll<u32>(spikes, count, offsets, targets, weight, delay, ring, slotStride, mask);
}

export function deliverSharedShort(
  spikes: usize, count: u32, offsets: usize, targets: usize, weight: f32, delay: u32,
  ring: usize, slotStride: u32, mask: u32,
): void {
  sharedAll<u16>(spikes, count, offsets, targets, weight, delay, ring, slotStride, mask);
}

/** One weight for all synapses, a delay each (u16 steps). */
export function deliverSharedWeight(
  spikes: usize, count: u32, offsets: usize, targets: usize, weight: f32, delays: usize,
  ring: usize, slotStride: u32, mask: u32,
): void {
  sharedWeight<u32>(spikes, count, offsets, targets, weight, delays, ring, slotStride, mask);
}

export function deliverSharedWeightShort(
  spikes: usize, count: u32, offsets: usize, targets: usize, weight: f32, delays: usize,
  ring: usize, slotStride: u32, mask: u32,
): void {
  sharedWeight<u16>(spikes, count, offsets, targets, weight, delays, ring, slotStride, mask);
}

/** One delay for all synapses, a weight each (f32). */
export function deliverUniform(
  spikes: usize, count: u32, offsets: usize, targets: usize, weights: usize, delay: u32,
  ring: usize, slotStride: u32, mask: u32,
): void {
  sharedDelay<u32>(spikes, count, offsets, targets, weights, delay, ring, slotStride, mask);
}

export function deliverUniformShort(
  spikes: usize, count: u32, offsets: usize, targets: usize, weights: usize, delay: u32,
  ring: usize, slotStride: u32, mask: u32,
): void {
  sharedDelay<u16>(spikes, count, offsets, targets, weights, delay, ring, slotStride, mask);
}

/** A delay (u16 steps) and a weight (f32) per synapse. */
export function deliver(
  spikes: usize, count: u32, offsets: usize, targets: usize, weights: usize, delays: usize,
  ring: usize, slotStride: u32, mask: u32,
): void {
  individual<u32>(spikes, count, offsets, targets, weights, delays, ring, slotStride, mask);
}

export function deliverShort(
  spikes: usize, count: u32, offsets: usize, targets: usize, weights: usize, delays: usize,
  ring: usize, slotStride: u32, mask: u32,
): void {
  individual<u16>(spikes, count, offsets, targets, weights, delays, ring, slotStride, mask);
}

// @ts-ignore: decorator
@inline
function loadReal(array: usize, index: usize, isSingle: bool): f64 {
  return isSingle ? <f64>load<f32>(array + (index << 2)) : load<f64>(array + (index << 3));
}

/**
 * Keeps the targets of spikes awake until all that the spikes bring has arrived, at most `maxDelay` steps after their
 * stamps. awake u32: per vector of 2^shift neurons the first step from which it may be left out. The word before it is
 * the address of a word per neuron, bit k telling that slot k of its ring may hold an arrival, or 0 for none.
 */
export function wake(
  spikes: usize, count: u32, offsets: usize, targets: usize, maxDelay: u32, awake: usize, shift: u32,
): void {
  const bits = <usize>load<u32>(awake - 4);
  for (let k: u32 = 0; k < count; k++) {
    const until = load<u32>(spikes + (<usize>k << 3)) + maxDelay + 1;
    const source = load<u32>(spikes + (<usize>k << 3), 4);
    let at = targets + (<usize>load<u32>(offsets + (<usize>source << 2)) << 2);
    const end = targets + (<usize>load<u32>(offsets + (<usize>source << 2), 4) << 2);
    for (; at < end; at += 4) {
      const word = awake + (<usize>(load<u32>(at) >> shift) << 2);
      if (load<u32>(word) < until) store<u32>(word, until);
      if (bits) store<u32>(bits + (word - awake), 0xffffffff); // any slot
    }
  }
}

// @ts-ignore: decorator
@inline
function deliverAndWakeAs<T>(
  spikes: usize, count: u32, offsets: usize, targets: usize, weights: usize, weight: f32, delays: usize, delay: u32,
  ring: usize, slotStride: u32, mask: u32, vectorStride: u32, shift: u32, awake: usize,
): void {
  const lanes: u32 = (1 << shift) - 1;
  const bits = <usize>load<u32>(awake - 4);
  for (let k: u32 = 0; k < count; k++) {
    const step = load<u32>(spikes + (<usize>k << 3));
    const source = load<u32>(spikes + (<usize>k << 3), 4);
    let e = load<u32>(offsets + (<usize>source << 2));
    const end = load<u32>(offsets + (<usize>source << 2), 4);
    for (; e < end; e++) {
      const target = <u32>targetOf<T>(targets, e);
      const due = step + (delays ? <u32>load<u16>(delays + (<usize>e << 1)) : delay);
      const w = weights ? load<f32>(weights + (<usize>e << 2)) : weight;
      const vector = target >> shift;
      add(ring + (<usize>(vector * vectorStride + (due & mask) * slotStride + (target & lanes)) << 2), w);
      const word = awake + (<usize>vector << 2);
      if (load<u32>(word) <= due) store<u32>(word, due + 1);
      if (bits) noteArrival(bits, vector, due & mask);
    }
  }
}

// @ts-ignore: decorator
@inline
function noteArrival(bits: usize, neuron: u32, slot: u32): void {
  const at = bits + (<usize>neuron << 2);
  store<u32>(at, load<u32>(at) | (1 << slot));
}

/**
 * Delivery to a population whose neurons at rest are left out: also keeps each target awake until its arrival. Its ring
 * holds 2^shift neurons by 2^shift neurons, all slots of each together. `weights` f32 or 0 for one `weight`; `delays` u16
 * or 0 for one `delay`.
 */
export function deliverAndWake(
  spikes: usize, count: u32, offsets: usize, targets: usize, weights: usize, weight: f32, delays: usize, delay: u32,
  ring: usize, slotStride: u32, mask: u32, vectorStride: u32, shift: u32, awake: usize,
): void {
  deliverAndWakeAs<u32>(
    spikes, count, offsets, targets, weights, weight, delays, delay, ring, slotStride, mask, vectorStride, shift, awake,
  );
}

export function deliverAndWakeShort(
  spikes: usize, count: u32, offsets: usize, targets: usize, weights: usize, weight: f32, delays: usize, delay: u32,
  ring: usize, slotStride: u32, mask: u32, vectorStride: u32, shift: u32, awake: usize,
): void {
  deliverAndWakeAs<u16>(
    spikes, count, offsets, targets, weights, weight, delays, delay, ring, slotStride, mask, vectorStride, shift, awake,
  );
}

/**
 * Electrical coupling: each row's synapses add weight·(V of source − V of target) to the arrivals of this step.
 * `row` is the port's row in the slot of this step; V are f64 arrays, or f32 where `IsSingle` is 1. The conductance is
 * weight·forward where the source is the more positive side, weight·backward where the target is.
 */
export function couple(
  rows: u32, offsets: usize, targets: usize, weights: usize,
  sourceV: usize, sourceIsSingle: bool, targetV: usize, targetIsSingle: bool, row: usize,
  forward: f64, backward: f64,
): void {
  for (let i: u32 = 0; i < rows; i++) {
    const v = loadReal(sourceV, i, sourceIsSingle);
    let e = load<u32>(offsets + (<usize>i << 2));
    const end = load<u32>(offsets + (<usize>i << 2), 4);
    for (; e < end; e++) {
      const target = <usize>load<u32>(targets + (<usize>e << 2));
      const at = row + (target << 2);
      const difference = v - loadReal(targetV, target, targetIsSingle);
      const weight = <f64>load<f32>(weights + (<usize>e << 2)) * (difference > 0 ? forward : backward);
      const current = weight * difference;
      store<f32>(at, load<f32>(at) + <f32>current);
    }
  }
}

/** Where the spikes of each step begin in the order by steps, into `counts`. */
function countSteps(from: usize, count: u32, first: u32, steps: u32, counts: usize): void {
  memory.fill(counts, 0, (<usize>steps + 1) << 2);
  for (let k: u32 = 0; k < count; k++) {
    const at = counts + (<usize>(load<u32>(from + (<usize>k << 3)) - first) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let sum: u32 = 0;
  for (let s: u32 = 0; s <= steps; s++) {
    const at = counts + (<usize>s << 2);
    const n = load<u32>(at);
    store<u32>(at, sum);
    sum += n;
  }
}

/** Values of spikes (f64 at `from`) into the order that sortBySteps gives the spikes at `spikes`. */
export function sortValuesBySteps(
  spikes: usize, from: usize, to: usize, count: u32, first: u32, steps: u32, counts: usize,
): void {
  countSteps(spikes, count, first, steps, counts);
  for (let k: u32 = 0; k < count; k++) {
    const at = counts + (<usize>(load<u32>(spikes + (<usize>k << 3)) - first) << 2);
    const place = load<u32>(at);
    store<u32>(at, place + 1);
    store<f64>(to + (<usize>place << 3), load<f64>(from + (<usize>k << 3)));
  }
}

/**
 * Stable counting sort of spikes by step: `from` is ordered by neuron within each step, `to` becomes ordered by
 * (step, neuron). Steps lie in (first, first + steps]; `counts` is scratch, u32[steps + 1].
 */
export function sortBySteps(from: usize, to: usize, count: u32, first: u32, steps: u32, counts: usize): void {
  countSteps(from, count, first, steps, counts);
  for (let k: u32 = 0; k < count; k++) {
    const spike = load<u64>(from + (<usize>k << 3));
    const at = counts + (<usize>(<u32>spike - first) << 2);
    const place = load<u32>(at);
    store<u64>(to + (<usize>place << 3), spike);
    store<u32>(at, place + 1);
  }
}

// @ts-ignore: decorator
@inline const M0: u64 = 0xd2511f53;
// @ts-ignore: decorator
@inline const M1: u64 = 0xcd9e8d57;

/**
 * Independent Poisson arrivals for steps [first, first + steps). Neuron entity e at step s takes word e & 3 of the
 * Philox4x32-10 block with key (seed, stream), counter (e >> 2, s, 0, word): four neurons share a block. Events are how
 * many of the `nThresholds` u32 thresholds are ≤ that word; guide u16[256] tells where to start. Adds events·weight to
 * the ring, in which neuron i has the place (i >> shift)·vectorStride + (i & lanes). `neurons` u32 lists indices of the population, entity = firstEntity + index.
 */
export function poisson(
  neurons: usize, count: u32, firstEntity: u32, seed: u32, stream: u32, word: u32,
  first: u32, steps: u32, thresholds: usize, nThresholds: u32, guide: usize, weight: f32,
  ring: usize, slotStride: u32, mask: u32, vectorStride: u32, shift: u32, lanes: u32,
): void {
  const end = thresholds + (<usize>nThresholds << 2);
  for (let s: u32 = first; s < first + steps; s++) {
    const base = ring + (<usize>((s & mask) * slotStride) << 2);
    let block: u32 = 0xffffffff;
    let c0: u32 = 0, c1: u32 = 0, c2: u32 = 0, c3: u32 = 0;
    for (let k: u32 = 0; k < count; k++) {
      const index = load<u32>(neurons + (<usize>k << 2));
      const entity = firstEntity + index;
      if (entity >> 2 != block) {
        block = entity >> 2;
        c0 = block;
        c1 = s;
        c2 = 0;
        c3 = word;
        let k0 = seed, k1 = stream;
        for (let round = 0; round < 10; round++) {
          const product0 = M0 * <u64>c0;
          const product1 = M1 * <u64>c2;
          c0 = <u32>(product1 >> 32) ^ c1 ^ k0;
          c1 = <u32>product1;
          c2 = <u32>(product0 >> 32) ^ c3 ^ k1;
          c3 = <u32>product0;
          k0 += 0x9e3779b9;
          k1 += 0xbb67ae85;
        }
      }
      const low = entity & 1 ? c1 : c0;
      const high = entity & 1 ? c3 : c2;
      const u = entity & 2 ? high : low;
      let events = <u32>load<u16>(guide + (<usize>(u >> 24) << 1));
      let at = thresholds + (<usize>events << 2);
      while (at < end && load<u32>(at) <= u) at += 4;
      events = <u32>((at - thresholds) >> 2);
      if (events == 0) continue;
      const place = (index >> shift) * vectorStride + (index & lanes);
      add(base + (<usize>place << 2), <f32>events * weight);
    }
  }
}
