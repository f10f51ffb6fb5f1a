/**
 * Synapses from the random streams: partners by connection rule, values by distribution, rows by source.
 *
 * A projection is built in chunks of consecutive targets. A chunk is a list of sources, u32, target by target, and
 * `ends`, u32: the synapses of its target t stand in the list from ends[t−1] (0 for the first) to ends[t]−1. Places are
 * where synapses stand in the rows by source. All numbers are those that RandomStream draws (core/random.ts).
 */
import { log1p } from "./_math";
import { drawDistinct, drawPartnersOf } from "./_partners";
import { buffer, bufferBytes, giveBack, nextUniform, refill, startSequence, usedBytes, wordLimit } from "./_random";
import { fillValues, stepsOf } from "./_values";

export { countRows, deliverRows, drawBlock, scanRows, storeRows } from "./_rows";
export { startSequence };

// @ts-ignore: decorator
@inline
function at32(array: usize, index: u32): usize {
  return array + (<usize>index << 2);
}

/** One neuron's sequence for its partners, stream 1 (construction). */
// @ts-ignore: decorator
@inline
function startPartners(seed: u32, entity: u32, neuron: u32): void {
  startSequence(seed, 1, entity, neuron);
}

/**
 * k partners of each neuron first … first + count − 1 among `candidates`, with repetition: list u32[count·k]. Where
 * `skipsSelf` is 1, the neuron itself is no candidate.
 */
export function drawPartners(
  seed: u32, entity: u32, first: u32, count: u32, k: u32, candidates: u32, skipsSelf: u32, list: usize,
): void {
  for (let n: u32 = 0; n < count; n++) {
    startPartners(seed, entity, first + n);
    drawPartnersOf(first + n, k, candidates, skipsSelf, at32(list, n * k));
  }
}

/**
 * As drawPartners, each partner at most once: the start of a Fisher–Yates shuffle. `order` u32[candidates] holds
 * 0 … candidates − 1 before and after, `swaps` u32[k] is scratch.
 */
export function drawDistinctPartners(
  seed: u32, entity: u32, first: u32, count: u32, k: u32, candidates: u32, skipsSelf: u32, list: usize,
  order: usize, swaps: usize,
): void {
  for (let n: u32 = 0; n < count; n++) {
    startPartners(seed, entity, first + n);
    drawDistinct(first + n, k, candidates, skipsSelf, at32(list, n * k), order, swaps);
  }
}

/**
 * Each of nSource sources with probability p: gaps are geometric, logMiss = log1p(−p) < 0. Does as many neurons of
 * first … stop − 1 as surely fit into `room` places of the list, and says how many. Where `skipsSelf` is 1 a neuron is
 * no partner of its own.
 */
export function drawBernoulli(
  seed: u32, entity: u32, first: u32, stop: u32, nSource: u32, logMiss: f64, skipsSelf: u32,
  list: usize, room: u32, ends: usize,
): u32 {
  let length: u32 = 0;
  let neuron = first;
  for (; neuron < stop && room - length >= nSource; neuron++) {
    startPartners(seed, entity, neuron);
    let source: f64 = -1.0;
    while (true) {
      source += 1.0 + floor<f64>(log1p(-nextUniform()) / logMiss);
      if (!(source < <f64>nSource)) break;
      if (skipsSelf != 0 && <u32>source == neuron) continue;
      store<u32>(at32(list, length++), <u32>source);
    }
    store<u32>(at32(ends, neuron - first), length);
  }
  return neuron - first;
}

/** Every source 0 … nSource − 1 of each of `count` neurons; without the neuron itself where `skipsSelf` is 1. */
export function listAll(first: u32, count: u32, nSource: u32, skipsSelf: u32, list: usize): void {
  let out = list;
  for (let neuron = first; neuron < first + count; neuron++) {
    for (let source: u32 = 0; source < nSource; source++) {
      if (skipsSelf != 0 && source == neuron) continue;
      store<u32>(out, source);
      out += 4;
    }
  }
}

/**
 * The next n pairs of a sequence begun by startSequence, uniform over nSource × nTarget. Where `skipsSelf` is 1 pairs
 * (i, i) are passed over. `taken`, if not 0, is a hash table u64[tableMask + 1] (zeros at first) of the pairs so far, each
 * plus 1: no pair comes twice.
 */
export function drawPairs(
  n: u32, nSource: u32, nTarget: u32, skipsSelf: u32, sources: usize, targets: usize, taken: usize, tableMask: u32,
): void {
  const sourceLimit = wordLimit(nSource) - 1;
  const targetLimit = wordLimit(nTarget) - 1;
  let at = usedBytes();
  let source: u32 = 0;
  let hasSource = false;
  for (let e: u32 = 0; e < n; ) {
    if (at == bufferBytes) {
      refill();
      at = 0;
    }
    const word = load<u32>(buffer + at);
    at += 4;
    if (!hasSource) {
      hasSource = word <= sourceLimit;
      if (hasSource) source = word % nSource;
      continue;
    }
    if (word > targetLimit) continue;
    const target = word % nTarget;
    hasSource = false;
    if (skipsSelf != 0 && source == target) continue;
    if (taken != 0 && !take(taken, tableMask, <u64>source * <u64>nTarget + <u64>target + 1)) continue;
    store<u32>(at32(sources, e), source);
    store<u32>(at32(targets, e), target);
    e++;
  }
  giveBack(at);
}

/** Adds a key to an open hash table; false when it was there. */
function take(table: usize, mask: u32, key: u64): bool {
  let place = <u32>((key * 0x9e3779b97f4a7c15) >> 32) & mask;
  while (true) {
    const at = table + (<usize>place << 3);
    const found = load<u64>(at);
    if (found == key) return false;
    if (found == 0) {
      store<u64>(at, key);
      return true;
    }
    place = (place + 1) & mask;
  }
}

/** sources[e] = first + ⌊e / k⌋ for e < n: who drew the partners of drawPartners. */
export function listOwners(first: u32, n: u32, k: u32, sources: usize): void {
  let owner = first;
  for (let e: u32 = 0, left = k; e < n; e++) {
    if (left == 0) {
      left = k;
      owner++;
    }
    left--;
    store<u32>(at32(sources, e), owner);
  }
}

/**
 * Counts the pairs whose target lies in from … to − 1: targetCounts[target − from + 1] and sourceCounts[source + 1].
 */
export function countPairs(
  n: u32, sources: usize, targets: usize, from: u32, to: u32, targetCounts: usize, sourceCounts: usize,
): void {
  for (let e: u32 = 0; e < n; e++) {
    const target = load<u32>(at32(targets, e));
    if (target < from || target >= to) continue;
    const a = at32(targetCounts, target - from);
    store<u32>(a, load<u32>(a, 4) + 1, 4);
    const b = at32(sourceCounts, load<u32>(at32(sources, e)));
    store<u32>(b, load<u32>(b, 4) + 1, 4);
  }
}

/**
 * Puts the pairs whose target lies in from … to − 1 target by target, as next[target − from] says, which moves on.
 * `given`, if not 0, keeps the number of each pair: firstPair + its index.
 */
export function listPairs(
  n: u32, sources: usize, targets: usize, from: u32, to: u32, next: usize, list: usize, given: usize, firstPair: u32,
): void {
  for (let e: u32 = 0; e < n; e++) {
    const target = load<u32>(at32(targets, e));
    if (target < from || target >= to) continue;
    const a = at32(next, target - from);
    const place = load<u32>(a);
    store<u32>(a, place + 1);
    store<u32>(at32(list, place), load<u32>(at32(sources, e)));
    if (given != 0) store<u32>(at32(given, place), firstPair + e);
  }
}

/** counts[list[e] + 1] goes up for each synapse. */
export function countSources(n: u32, list: usize, counts: usize): void {
  for (let e: u32 = 0; e < n; e++) {
    const a = at32(counts, load<u32>(at32(list, e)));
    store<u32>(a, load<u32>(a, 4) + 1, 4);
  }
}

/** Counts u32[n + 1] (the first 0) → offsets. */
export function addUp(n: u32, counts: usize): void {
  let sum: u32 = 0;
  for (let i: u32 = 0; i <= n; i++) {
    sum += load<u32>(at32(counts, i));
    store<u32>(at32(counts, i), sum);
  }
}

/** Sources in the list → places in their rows: the next of each, which moves on. */
export function takePlaces(n: u32, list: usize, next: usize): void {
  for (let e: u32 = 0; e < n; e++) {
    const a = at32(next, load<u32>(at32(list, e)));
    const place = load<u32>(a);
    store<u32>(a, place + 1);
    store<u32>(at32(list, e), place);
  }
}

/** Targets first … first + count − 1 to the places of their synapses, as u16 or u32. `ends` count from `start`. */
export function placeTargets(
  places: usize, ends: usize, start: u32, first: u32, count: u32, targets: usize, isShort: bool,
): void {
  let e: u32 = 0;
  for (let t: u32 = 0; t < count; t++) {
    const end = load<u32>(at32(ends, t)) - start;
    for (; e < end; e++) {
      const place = <usize>load<u32>(at32(places, e));
      if (isShort) store<u16>(targets + (place << 1), <u16>(first + t));
      else store<u32>(targets + (place << 2), first + t);
    }
  }
}

/**
 * A value for each synapse of targets first … first + count − 1: the j-th of a target's own sequence (key seed and
 * stream, counter entity and target) for its j-th synapse. values f64. Returns how many were drawn: fewer than asked for
 * when 1000 draws in a row missed the bounds.
 */
export function drawValues(
  seed: u32, stream: u32, entity: u32, first: u32, count: u32, ends: usize, start: u32,
  kind: u32, a: f64, b: f64, low: f64, high: f64, redraws: u32, values: usize,
): u32 {
  let e: u32 = 0;
  for (let t: u32 = 0; t < count; t++) {
    startSequence(seed, stream, entity, first + t);
    const end = load<u32>(at32(ends, t)) - start;
    const done = fillValues(end - e, kind, a, b, low, high, redraws, values + (<usize>e << 3));
    e += done;
    if (e < end) return e;
  }
  return e;
}

/** values[e] = listed[given[e]]. */
export function pickValues(n: u32, given: usize, listed: usize, values: usize): void {
  for (let e: u32 = 0; e < n; e++) {
    const value = load<f64>(listed + (<usize>load<u32>(at32(given, e)) << 3));
    store<f64>(values + (<usize>e << 3), value);
  }
}

/** Values to their places, as f32 or f64. */
export function placeWeights(n: u32, places: usize, values: usize, weights: usize, isSingle: bool): void {
  for (let e: u32 = 0; e < n; e++) {
    const place = <usize>load<u32>(at32(places, e));
    const value = load<f64>(values + (<usize>e << 3));
    if (isSingle) store<f32>(weights + (place << 2), <f32>value);
    else store<f64>(weights + (place << 3), value);
  }
}

/**
 * Delays (ms) to their places, in whole steps of dt, the nearest, halves up: u16. Returns n, or the first that is none of
 * 1 … 65535 steps. `range` u32[2] becomes the least and the most so far.
 */
export function placeDelays(n: u32, places: usize, values: usize, dt: f64, delays: usize, range: usize): u32 {
  const one = f64x2.splat(1.0), half = f64x2.splat(0.5), longest = f64x2.splat(65535.0), steps = f64x2.splat(dt);
  // 2⁵²: the whole number to which it is added stands in the low bits of the sum.
  const magic = f64x2.splat(4503599627370496.0);
  let least = f64x2.splat(<f64>load<u32>(range));
  let most = f64x2.splat(<f64>load<u32>(range, 4));
  for (let e: u32 = 0; e < n; e += 2) {
    const at = values + (<usize>e << 3);
    // Of an odd number the last stands for two.
    const two = e + 1 < n ? v128.load(at) : v128.load64_splat(at);
    const exact = f64x2.div(two, steps);
    const below = f64x2.floor(exact);
    const whole = f64x2.add(below, v128.and(f64x2.ge(f64x2.sub(exact, below), half), one));
    if (!i64x2.all_true(v128.and(f64x2.ge(whole, one), f64x2.le(whole, longest)))) {
      return stepsOf(load<f64>(at), dt) == 0 ? e : e + 1;
    }
    least = f64x2.pmin(least, whole);
    most = f64x2.pmax(most, whole);
    const bits = f64x2.add(whole, magic);
    store<u16>(delays + (<usize>load<u32>(at32(places, e)) << 1), <u16>i32x4.extract_lane(bits, 0));
    if (e + 1 < n) {
      store<u16>(delays + (<usize>load<u32>(at32(places, e + 1)) << 1), <u16>i32x4.extract_lane(bits, 2));
    }
  }
  store<u32>(range, <u32>min<f64>(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1)));
  store<u32>(range, <u32>max<f64>(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1)), 4);
  return n;
}

/** What a projection's weights are: summary f64[2] gets their sum and, if larger than it was, the largest. */
export function summarize(n: u32, values: usize, isSingle: bool, summary: usize): u32 {
  let sum = load<f64>(summary);
  let largest = load<f64>(summary, 8);
  let negative = n;
  for (let e: u32 = 0; e < n; e++) {
    let value = load<f64>(values + (<usize>e << 3));
    if (isSingle) value = <f64><f32>value;
    sum += value;
    if (value > largest) largest = value;
    if (value < 0.0 && negative == n) negative = e;
  }
  store<f64>(summary, sum);
  store<f64>(summary, largest, 8);
  return negative;
}
