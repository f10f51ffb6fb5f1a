/**
 * Quantal release: what synapses send when their source fires, and what they send unasked.
 *
 * Random words are those of Philox4x32-10 with key (seed, stream): at a spike stream 16 and counter (target, step, source,
 * entity + 2¹⁶·ordinal + block), where ordinal tells synapses of one pair apart; for spontaneous release stream 21 and
 * counter (target / 4, step, 0, entity), a word for each target, then (target, step, 1 + block, entity) for those that
 * are due. Targets are counted in their whole population, so that it does not matter which share a synapse is in.
 */
import { log } from "./_math";

/** Laid out by simulation/quantal-release.ts, field by field in this order. */
@unmanaged
class ReleasePlan {
  /** −dt/tau of asynchronous release. */
  lateSlope: f64;
  seed: u32;
  entity: u32;
  /** u32[sources + 1]; targets u16 or u32, counted within the share; weights f32 or 0; delays u16 (steps) or 0. */
  offsets: u32;
  targets: u32;
  isShort: u32;
  weights: u32;
  delays: u32;
  delay: u32;
  /** The port's row in slot 0 of a ring f32 [slot][port][padded targets]. */
  ring: u32;
  slotStride: u32;
  mask: u32;
  /** u16[synapses]: release sites without a vesicle. */
  empty: u32;
  sites: u32;
  /** Index of target 0 here in the whole population. */
  firstTarget: u32;
  /** Steps; asynchronous release takes no longer. */
  longest: u32;
  /** Spontaneous release: targets here; u32[targets + 1] and u32[synapses], the synapses of each; f64[2·targets], mean per step and e^−mean. */
  nTargets: u32;
  inOffsets: u32;
  inSynapses: u32;
  means: u32;
}

// @ts-ignore: decorator
@inline const M0: u64 = 0xd2511f53;
// @ts-ignore: decorator
@inline const M1: u64 = 0xcd9e8d57;

let k0: u32 = 0, k1: u32 = 0, c0: u32 = 0, c1: u32 = 0, c2: u32 = 0, c3: u32 = 0;
let w0: u32 = 0, w1: u32 = 0, w2: u32 = 0, w3: u32 = 0;
/** Words of the block that have been used. */
let used: u32 = 4;

function makeBlock(): void {
  let a0 = c0, a1 = c1, a2 = c2, a3 = c3, x0 = k0, x1 = k1;
  for (let round = 0; round < 10; round++) {
    const product0 = M0 * <u64>a0;
    const product1 = M1 * <u64>a2;
    a0 = <u32>(product1 >> 32) ^ a1 ^ x0;
    a1 = <u32>product1;
    a2 = <u32>(product0 >> 32) ^ a3 ^ x1;
    a3 = <u32>product0;
    x0 += 0x9e3779b9;
    x1 += 0xbb67ae85;
  }
  w0 = a0;
  w1 = a1;
  w2 = a2;
  w3 = a3;
}

/** The next word of a spike's synapse: blocks follow one another in the last word of the counter. */
function nextWord(): f64 {
  if (used == 4) {
    makeBlock();
    c3++;
    used = 0;
  }
  const word = used == 0 ? w0 : used == 1 ? w1 : used == 2 ? w2 : w3;
  used++;
  return <f64>word;
}

/** How many of n succeed, each with probability threshold·2⁻³². */
function successes(n: u32, threshold: f64): u32 {
  if (threshold <= 0) return 0;
  let count: u32 = 0;
  for (let i: u32 = 0; i < n; i++) count += u32(nextWord() < threshold);
  return count;
}

// @ts-ignore: decorator
@inline
function targetOf(plan: ReleasePlan, e: u32): u32 {
  return plan.isShort != 0 ? <u32>load<u16>(plan.targets + (<usize>e << 1)) : load<u32>(plan.targets + (<usize>e << 2));
}

// @ts-ignore: decorator
@inline
function add(plan: ReleasePlan, slot: u32, target: u32, weight: f32): void {
  const at = <usize>plan.ring + ((<usize>((slot & plan.mask) * plan.slotStride + target)) << 2);
  store<f32>(at, load<f32>(at) + weight);
}

/**
 * A spike of `source` stamped `step` reaches its synapses. Empty sites are filled with probability `refill`, then each vesicle
 * is released with `now`, then each that is left with `late`, after a time that is geometric (probabilities times 2³²).
 * `weight` is that of a quantum where all synapses have one.
 */
export function release(plan: ReleasePlan, step: u32, source: u32, refill: f64, now: f64, late: f64, weight: f32): void {
  let e = load<u32>(plan.offsets + (<usize>source << 2));
  const end = load<u32>(plan.offsets + (<usize>source << 2), 4);
  let before: u32 = 0xffffffff, ordinal: u32 = 0;
  for (; e < end; e++) {
    const target = targetOf(plan, e);
    ordinal = target == before ? ordinal + 1 : 0;
    before = target;
    k0 = plan.seed;
    k1 = 16;
    c0 = plan.firstTarget + target;
    c1 = step;
    c2 = source;
    c3 = plan.entity + (ordinal << 16);
    used = 4;
    const place = <usize>plan.empty + (<usize>e << 1);
    let empty = <u32>load<u16>(place);
    empty -= successes(empty, refill);
    const quanta = successes(plan.sites - empty, now);
    empty += quanta;
    const quantum = plan.weights != 0 ? load<f32>(plan.weights + (<usize>e << 2)) : weight;
    const delay = plan.delays != 0 ? <u32>load<u16>(plan.delays + (<usize>e << 1)) : plan.delay;
    if (quanta > 0) add(plan, step + delay, target, <f32>quanta * quantum);
    const later = successes(plan.sites - empty, late);
    empty += later;
    for (let i: u32 = 0; i < later; i++) {
      let wait: f64;
      do {
        wait = 1.0 + floor(log((nextWord() + 0.5) * 2.3283064365386963e-10) / plan.lateSlope);
      } while (wait > <f64>plan.longest);
      add(plan, step + delay + <u32>wait, target, quantum);
    }
    store<u16>(place, <u16>empty);
  }
}

/** Spontaneous release in the steps first … first + steps − 1, each target's at a rate of its own. */
export function releaseSpontaneously(plan: ReleasePlan, first: u32, steps: u32, weight: f32): void {
  k0 = plan.seed;
  k1 = 21;
  for (let step = first; step < first + steps; step++) {
    let block: u32 = 0xffffffff;
    let b0: u32 = 0, b1: u32 = 0, b2: u32 = 0, b3: u32 = 0;
    for (let target: u32 = 0; target < plan.nTargets; target++) {
      const mean = load<f64>(plan.means + (<usize>target << 4));
      if (mean == 0) continue;
      const entity = plan.firstTarget + target;
      if (entity >> 2 != block) {
        block = entity >> 2;
        c0 = block;
        c1 = step;
        c2 = 0;
        c3 = plan.entity;
        makeBlock();
        b0 = w0;
        b1 = w1;
        b2 = w2;
        b3 = w3;
      }
      const low = entity & 1 ? b1 : b0;
      const high = entity & 1 ? b3 : b2;
      let u = (<f64>(entity & 2 ? high : low) + 0.5) * 2.3283064365386963e-10;
      let p = load<f64>(plan.means + (<usize>target << 4), 8);
      if (u < p) continue;
      let events: u32 = 0;
      while (u >= p && events < 64) {
        u -= p;
        events++;
        p *= mean / <f64>events;
      }
      const from = load<u32>(plan.inOffsets + (<usize>target << 2));
      const n = load<u32>(plan.inOffsets + (<usize>target << 2), 4) - from;
      for (let i: u32 = 0; i < events; i++) {
        if ((i & 3) == 0) {
          c0 = entity;
          c2 = 1 + (i >> 2);
          makeBlock();
        }
        const word = (i & 3) == 0 ? w0 : (i & 3) == 1 ? w1 : (i & 3) == 2 ? w2 : w3;
        const e = load<u32>(plan.inSynapses + (<usize>(from + <u32>((<u64>word * <u64>n) >> 32)) << 2));
        add(plan, step, target, plan.weights != 0 ? load<f32>(plan.weights + (<usize>e << 2)) : weight);
      }
      // The next block of targets begins anew.
      c0 = block;
      c2 = 0;
    }
  }
}
