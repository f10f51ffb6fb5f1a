/**
 * Rows by source: the synapses of one source drawn without those of others, so that they can be drawn again at each of its
 * spikes instead of being stored.
 *
 * A row is drawn block by block of 1024 targets (in one block by kinds 2 to 4), so that a share of the targets needs little
 * beyond its own. Block b of source i takes its partners, weights and delays from the streams construction (1), weights (2)
 * and delays (3) at (projection, i), part b: its j-th synapse has the j-th weight and the j-th delay.
 */
import { log1p } from "./_math";
import { drawDistinct, drawPartnersOf } from "./_partners";
import { nextUniform, startPart } from "./_random";
import { fillValues, stepsOf } from "./_values";

/** Laid out by simulation/source-rows.ts, field by field in this order. */
@unmanaged
class RowPlan {
  /** log1p(−p) of kind 0. */
  logMiss: f64;
  /** Distributions, see _values.ts. */
  weightA: f64;
  weightB: f64;
  weightLow: f64;
  weightHigh: f64;
  delayA: f64;
  delayB: f64;
  delayLow: f64;
  delayHigh: f64;
  /** ms. */
  dt: f64;
  /** The value that was refused. */
  refused: f64;
  /** 0: each target with one probability; 1: every target; 2: the target with the source's number; 3: k targets; 4: k different ones. */
  kind: u32;
  seed: u32;
  entity: u32;
  nTarget: u32;
  skipsSelf: u32;
  k: u32;
  candidates: u32;
  /** The targets that are wanted: from … to − 1. */
  from: u32;
  to: u32;
  /** For kind 4, see _partners.ts. */
  order: u32;
  swaps: u32;
  /** 3: all synapses have one. */
  weightKind: u32;
  weightRedraws: u32;
  delayKind: u32;
  delayRedraws: u32;
  /** Scratch for a block: targets u32, weights f64, delays (ms) f64, places in order u32 (twice). */
  targets: u32;
  weights: u32;
  delays: u32;
  sorted: u32;
  room: u32;
  /** 0, or why drawBlock gave up: 1 and 2: no weight or delay within its bounds, 3: no delay of 1 … 65535 steps. */
  fault: u32;
  /** Synapse of the row, counted from its block's start. */
  faultAt: u32;
}

const blockShift: u32 = 10;
const stored: u32 = 3;

// @ts-ignore: decorator
@inline
function firstBlock(p: RowPlan): u32 {
  return p.kind < 2 ? p.from >> blockShift : 0;
}

/** One beyond the last. */
// @ts-ignore: decorator
@inline
function lastBlock(p: RowPlan): u32 {
  return p.kind < 2 ? ((p.to - 1) >> blockShift) + 1 : 1;
}

// @ts-ignore: decorator
@inline
function at32(array: usize, index: u32): usize {
  return array + (<usize>index << 2);
}

// @ts-ignore: decorator
@inline
function at64(array: usize, index: u32): usize {
  return array + (<usize>index << 3);
}

/** Partners of a block, of all shares. */
function drawTargets(p: RowPlan, source: u32, block: u32): u32 {
  const list = <usize>p.targets;
  if (p.kind == 2) {
    store<u32>(list, source);
    return 1;
  }
  startPart(p.seed, 1, p.entity, source, block);
  if (p.kind == 3) {
    drawPartnersOf(source, p.k, p.candidates, p.skipsSelf, list);
    return p.k;
  }
  if (p.kind == 4) {
    drawDistinct(source, p.k, p.candidates, p.skipsSelf, list, p.order, p.swaps);
    return p.k;
  }
  const start = block << blockShift;
  const end = min<u32>(start + (1 << blockShift), p.nTarget);
  let n: u32 = 0;
  if (p.kind == 1) {
    for (let target = start; target < end; target++) {
      if (p.skipsSelf != 0 && target == source) continue;
      store<u32>(at32(list, n++), target);
    }
    return n;
  }
  const logMiss = p.logMiss;
  let target = <f64>start - 1.0;
  while (true) {
    target += 1.0 + floor<f64>(log1p(-nextUniform()) / logMiss);
    if (!(target < <f64>end)) return n;
    if (p.skipsSelf != 0 && <u32>target == source) continue;
    store<u32>(at32(list, n++), <u32>target);
  }
}

/** A block of a row, onto the wanted targets, in the scratch arrays. Returns how many synapses; 2³² − 1 for a fault. */
export function drawBlock(plan: usize, source: u32, block: u32, withValues: bool): u32 {
  const p = changetype<RowPlan>(plan);
  const n = drawTargets(p, source, block);
  const list = <usize>p.targets;
  const hasWeights = withValues && p.weightKind != stored;
  const hasDelays = withValues && p.delayKind != stored;
  if (hasWeights) {
    startPart(p.seed, 2, p.entity, source, block);
    const done = fillValues(
      n, p.weightKind, p.weightA, p.weightB, p.weightLow, p.weightHigh, p.weightRedraws, p.weights,
    );
    if (done < n) return fail(p, 1, done, 0.0);
  }
  if (hasDelays) {
    startPart(p.seed, 3, p.entity, source, block);
    const done = fillValues(n, p.delayKind, p.delayA, p.delayB, p.delayLow, p.delayHigh, p.delayRedraws, p.delays);
    if (done < n) return fail(p, 2, done, 0.0);
  }
  const from = p.from, to = p.to;
  const weights = <usize>p.weights;
  const delays = <usize>p.delays;
  let kept: u32 = 0;
  for (let e: u32 = 0; e < n; e++) {
    const target = load<u32>(at32(list, e));
    if (target < from || target >= to) continue;
    store<u32>(at32(list, kept), target - from);
    if (hasWeights) store<f64>(at64(weights, kept), load<f64>(at64(weights, e)));
    if (hasDelays) {
      const delay = load<f64>(at64(delays, e));
      const steps = stepsOf(delay, p.dt);
      if (steps == 0) return fail(p, 3, e, delay);
      // The steps take the place of the milliseconds.
      store<u64>(at64(delays, kept), steps);
    }
    kept++;
  }
  return kept;
}

function fail(p: RowPlan, fault: u32, at: u32, value: f64): u32 {
  p.fault = fault;
  p.faultAt = at;
  p.refused = value;
  return 0xffffffff;
}

/** counts[i + 1] becomes the number of synapses of source i, i < nSource. */
export function countRows(plan: usize, nSource: u32, counts: usize): void {
  const p = changetype<RowPlan>(plan);
  for (let source: u32 = 0; source < nSource; source++) {
    let n: u32 = 0;
    if (p.from < p.to) {
      for (let block = firstBlock(p); block < lastBlock(p); block++) n += drawBlock(plan, source, block, false);
    }
    store<u32>(at32(counts, source), n, 4);
  }
}

/**
 * Draws all rows to look at their values: range u32[2] becomes the least and most delay so far, summary f64[3] the sum, the
 * largest and the least of the weights, as far as they are drawn. Returns nSource, or the first source with a fault.
 */
export function scanRows(plan: usize, nSource: u32, range: usize, summary: usize): u32 {
  const p = changetype<RowPlan>(plan);
  if (p.from >= p.to) return nSource;
  let least = load<u32>(range), most = load<u32>(range, 4);
  let sum = load<f64>(summary), largest = load<f64>(summary, 8), smallest = load<f64>(summary, 16);
  for (let source: u32 = 0; source < nSource; source++) {
    for (let block = firstBlock(p); block < lastBlock(p); block++) {
      const n = drawBlock(plan, source, block, true);
      if (n == 0xffffffff) return source;
      for (let e: u32 = 0; e < n; e++) {
        if (p.weightKind != stored) {
          const weight = load<f64>(at64(p.weights, e));
          sum += weight;
          largest = max<f64>(largest, weight);
          smallest = min<f64>(smallest, weight);
        }
        if (p.delayKind != stored) {
          const steps = load<u32>(at64(p.delays, e));
          least = min<u32>(least, steps);
          most = max<u32>(most, steps);
        }
      }
    }
  }
  store<u32>(range, least);
  store<u32>(range, most, 4);
  store<f64>(summary, sum);
  store<f64>(summary, largest, 8);
  store<f64>(summary, smallest, 16);
  return nSource;
}

/** Places of the first n targets of the scratch list in ascending order of targets, those of one target as they stand. */
function sortBlock(p: RowPlan, n: u32): usize {
  let from = <usize>p.sorted;
  let to = at32(from, p.room);
  const counts = at32(to, p.room);
  for (let e: u32 = 0; e < n; e++) store<u32>(at32(from, e), e);
  for (let shift: u32 = 0; shift < 32 && p.nTarget - 1 >> shift != 0; shift += 8) {
    memory.fill(counts, 0, 1024);
    for (let e: u32 = 0; e < n; e++) {
      const c = at32(counts, (load<u32>(at32(p.targets, e)) >> shift) & 255);
      store<u32>(c, load<u32>(c) + 1);
    }
    let sum: u32 = 0;
    for (let i: u32 = 0; i < 256; i++) {
      const c = at32(counts, i);
      const more = load<u32>(c);
      store<u32>(c, sum);
      sum += more;
    }
    for (let e: u32 = 0; e < n; e++) {
      const index = load<u32>(at32(from, e));
      const c = at32(counts, (load<u32>(at32(p.targets, index)) >> shift) & 255);
      const place = load<u32>(c);
      store<u32>(c, place + 1);
      store<u32>(at32(to, place), index);
    }
    const other = from;
    from = to;
    to = other;
  }
  return from;
}

/** All rows, one after another, into targets (u16 or u32), weights (f32 or f64) and delays (u16); the last two may be 0. */
export function storeRows(
  plan: usize, nSource: u32, targets: usize, isShort: bool, weights: usize, isSingle: bool, delays: usize,
): void {
  const p = changetype<RowPlan>(plan);
  if (p.from >= p.to) return;
  let at: usize = 0;
  for (let source: u32 = 0; source < nSource; source++) {
    for (let block = firstBlock(p); block < lastBlock(p); block++) {
      const n = drawBlock(plan, source, block, true);
      const order = p.kind > 2 ? sortBlock(p, n) : 0;
      for (let k: u32 = 0; k < n; k++, at++) {
        const e = order ? load<u32>(at32(order, k)) : k;
        const target = load<u32>(at32(p.targets, e));
        if (isShort) store<u16>(targets + (at << 1), <u16>target);
        else store<u32>(targets + (at << 2), target);
        if (weights) {
          const weight = load<f64>(at64(p.weights, e));
          if (isSingle) store<f32>(weights + (at << 2), <f32>weight);
          else store<f64>(weights + (at << 3), weight);
        }
        if (delays) store<u16>(delays + (at << 1), <u16>load<u32>(at64(p.delays, e)));
      }
    }
  }
}

/**
 * Delivery (see delivery.ts) with rows drawn at each spike. `weight` and `delay` are those of all synapses where they are
 * not drawn. The ring is laid out as in deliverAndWake, for which `awake` is not 0; else shift is 0 and vectorStride 1.
 */
export function deliverRows(
  plan: usize, spikes: usize, count: u32, weight: f32, delay: u32,
  ring: usize, slotStride: u32, mask: u32, vectorStride: u32, shift: u32, awake: usize,
): void {
  const p = changetype<RowPlan>(plan);
  if (p.from >= p.to) return;
  const lanes: u32 = (1 << shift) - 1;
  const bits = awake ? <usize>load<u32>(awake - 4) : 0;
  const hasWeights = p.weightKind != stored;
  const hasDelays = p.delayKind != stored;
  const last = lastBlock(p);
  for (let k: u32 = 0; k < count; k++) {
    const step = load<u32>(spikes + (<usize>k << 3));
    const source = load<u32>(spikes + (<usize>k << 3), 4);
    for (let block = firstBlock(p); block < last; block++) {
      const n = drawBlock(plan, source, block, true);
      for (let e: u32 = 0; e < n; e++) {
        const target = load<u32>(at32(p.targets, e));
        const due = step + (hasDelays ? load<u32>(at64(p.delays, e)) : delay);
        const w = hasWeights ? <f32>load<f64>(at64(p.weights, e)) : weight;
        const vector = target >> shift;
        const at = ring + (<usize>(vector * vectorStride + (due & mask) * slotStride + (target & lanes)) << 2);
        store<f32>(at, load<f32>(at) + w);
        if (awake) {
          const word = awake + (<usize>vector << 2);
          if (load<u32>(word) <= due) store<u32>(word, due + 1);
          if (bits) {
            const noted = bits + (<usize>vector << 2);
            store<u32>(noted, load<u32>(noted) | (1 << (due & mask)));
          }
        }
      }
    }
  }
}
