/**
 * A population of linear neurons that goes from event to event. Between events a neuron's states are known in closed
 * form: y(s) = y* + T[s − base]·(y₀ − y*), T[k] = exp(A·dt·k). An event (arrival, spike, end of refractoriness) moves
 * (y₀, base) to its step. Only neurons that something reaches, or that may still cross the threshold, are visited.
 *
 * Descriptor, words of 32 bits:
 *  0 neurons, 1 states N, 2 ports, 3 ring (f32 [neuron][slot][port]), 4 ring slots − 1, 5 spike list, 6 awake u32 (first
 *  step from which a neuron may be left out), 7 y₀ f64 [N][neurons], 8 base u32, 9 heldUntil u32 (first step in which the
 *  neuron integrates again), 10 y* f64 [N][neurons], 11 T f64 [K + 1][N][N], 12 K, 13 gains f64 [port][N], 14 bit r: state r
 *  is held while refractory, 15 index of the state that crosses, 16 scalars f64 (threshold; then per state: largest and
 *  smallest future T of the crossing state; then keep and value of the reset), 17 refractory steps u32, 18 scratch f64
 *  [3 N], 19 1 for "exceeds", 0 for "reaches", 20 states f64 [N] addresses u32, 21 address of the refractory column or 0,
 *  22 out: index + 1 of a neuron that is not finite, 23 room for a batch: u32 [2 · 32 + 1], 24 0, or for exact spike times
 *  f64 [neurons]: neuron i integrates again at step heldUntil plus this fraction, 25 u32 [neuron][slot]: first arrival + 1
 *  of a step, 26 arrivals (see _arrivals.ts), 27 first free arrival + 1, 28 out: 1 when no arrival was free, 29 A·dt f64
 *  [N][N], 30 row of A·dt·T[k] of the crossing state, f64 [K + 1][N], 31 pieces of a step in which Taylor series converge
 *  fast, 32 room for their terms f64 [26 N], 33 f64: fraction of its step at which each spike of the list falls, 34 u32
 *  [neurons]: 1 for a neuron that has been removed, whose time stands still at its base.
 */
import { arrivalsAt, dropArrivals } from "./_arrivals";
import { advanceExactly } from "./_exact-times";
import {
  arrive, crossing, element, evolve, heldFraction, isHeldAtBase, loadDeviation, mayCross, moveBase, reset, word,
} from "./_linear-neuron";
export { clearArrivals, deliverExactly, deliverExactlyShort, insert } from "./_arrivals";

/** The word before the list of who is awake: address of the bits of slots with arrivals, 0 where slots are too many. */
// @ts-ignore: decorator
@inline
function arrivalBits(d: usize): u32 {
  return load<u32>(<usize>word(d, 6) - 4);
}

/**
 * Bit k of the result: something arrives k steps after `first`. At most 32 steps. Looks into the slots that have a bit,
 * and takes the bits of these steps away.
 */
// @ts-ignore: decorator
@inline
function arrivalsOf(d: usize, i: u32, first: u32, steps: u32, noted: u32): u32 {
  const ports = word(d, 2), mask = word(d, 4);
  const ring = <usize>(word(d, 3) + ((i * (mask + 1) * ports) << 2));
  const place = <usize>noted + (<usize>i << 2);
  let left: u32 = noted ? load<u32>(place) : 0xffffffff;
  if (left == 0) return 0;
  let bits: u32 = 0;
  for (let k: u32 = 0; k < steps; k++) {
    const slot = (first + k) & mask;
    if (((left >> (slot & 31)) & 1) == 0) continue;
    if (noted) left &= ~(1 << slot);
    const at = ring + (<usize>(slot * ports) << 2);
    let any: u32 = 0;
    for (let p: u32 = 0; p < ports; p++) any |= load<u32>(at + (<usize>p << 2));
    bits |= <u32>((any << 1) != 0 || arrivalsAt(d, i, slot) != 0) << k; // −0 is no arrival
  }
  if (noted) store<u32>(place, left);
  return bits;
}

/** Notes all arrivals under way, where the ring came from a checkpoint. */
export function noteArrivals(d: usize): void {
  const n = word(d, 0), ports = word(d, 2), mask = word(d, 4), noted = <usize>arrivalBits(d);
  if (noted == 0) return;
  for (let i: u32 = 0; i < n; i++) {
    const ring = <usize>(word(d, 3) + ((i * (mask + 1) * ports) << 2));
    let bits: u32 = 0;
    for (let slot: u32 = 0; slot <= mask; slot++) {
      for (let p: u32 = 0; p < ports; p++) {
        if (load<u32>(ring + (<usize>(slot * ports + p) << 2)) << 1 != 0) bits |= 1 << slot;
      }
      if (arrivalsAt(d, i, slot) != 0) bits |= 1 << slot;
    }
    store<u32>(noted + (<usize>i << 2), bits);
  }
}

function advanceNeuron(d: usize, i: u32, arrivals: u32, first: u32, stop: u32, out: u32): u32 {
  const ports = word(d, 2), mask = word(d, 4), v = word(d, 15), n = word(d, 0);
  const ring = word(d, 3) + ((i * (mask + 1) * ports) << 2);
  const baseAt = <usize>word(d, 8) + (<usize>i << 2), heldAt = <usize>word(d, 9) + (<usize>i << 2);
  const threshold = load<f64>(word(d, 16));
  const isStrict = word(d, 19) != 0, holdsCrossing = ((word(d, 14) >> v) & 1) != 0;
  let base = load<u32>(baseAt), held = load<u32>(heldAt);
  loadDeviation(d, i);
  // While the bound says that it cannot cross, a free neuron is not looked at between its arrivals.
  let isQuiet = base >= held && !mayCross(d, i, first - base);
  for (let s = first; s < stop; s++) {
    if (isQuiet) {
      if (arrivals == 0) break;
      s = first + ctz(arrivals);
    }
    const bit: u32 = 1 << (s - first);
    const arrived = (arrivals & bit) != 0;
    arrivals &= ~bit;
    if (arrived || (s == held && base < s)) {
      moveBase(d, i, s - base, base < held);
      base = s;
      if (arrived) arrive(d, i, <usize>ring + (<usize>((s & mask) * ports) << 2), s < held);
      loadDeviation(d, i);
      isQuiet = s >= held && !mayCross(d, i, 0);
    }
    if (isQuiet || s + 1 < held) continue;
    const value = s < held && holdsCrossing
      ? load<f64>(element(word(d, 7), v * n + i))
      : crossing(d, i, s + 1 - base);
    if (!(isStrict ? value > threshold : value >= threshold)) continue;
    moveBase(d, i, s + 1 - base, base < held);
    reset(d, i);
    base = s + 1;
    held = base + load<u32>(<usize>word(d, 17) + (<usize>i << 2));
    loadDeviation(d, i);
    isQuiet = base >= held && !mayCross(d, i, 0);
    store<u32>(out, s + 1);
    store<u32>(out, i, 4);
    out += 8;
  }
  store<u32>(baseAt, base);
  store<u32>(heldAt, held);
  const awake = <usize>word(d, 6) + (<usize>i << 2);
  let until = load<u32>(awake);
  // The end of refractoriness is an event: it has to be met.
  if (base < held && held >= stop) until = max(until, held + 1);
  else if (!isQuiet && mayCross(d, i, stop - base)) until = max(until, stop + 1);
  store<u32>(awake, until);
  return out;
}

// @ts-ignore: decorator
@inline
function isRemoved(d: usize, i: u32): bool {
  return load<u32>(<usize>word(d, 34) + (<usize>i << 2)) != 0;
}

const batchSize: u32 = 32;

/** Reads something of all that belongs to a neuron, so that its memory is on the way before it is worked on. */
// @ts-ignore: decorator
@inline
function touch(d: usize, i: u32): u32 {
  const n = word(d, 0), N = word(d, 1), y = word(d, 7), rest = word(d, 10);
  let sum = load<u32>(<usize>word(d, 8) + (<usize>i << 2)) ^ load<u32>(<usize>word(d, 9) + (<usize>i << 2));
  for (let r: u32 = 0; r < N; r++) sum ^= load<u32>(element(y, r * n + i)) ^ load<u32>(element(rest, r * n + i));
  return sum;
}

/** Steps [first, first + steps), at most 32, of all neurons that are awake. Returns the number of spikes. */
export function advance(d: usize, first: u32, steps: u32): u32 {
  const n = word(d, 0), awake = <usize>word(d, 6), spikes = word(d, 5);
  const batch = <usize>word(d, 23), noted = arrivalBits(d);
  const now = i32x4.splat(<i32>first);
  let out = spikes;
  let i: u32 = 0;
  let left: u32 = 0; // awake neurons of the sixteen before i that are still to be taken
  while (i < n || left) {
    let count: u32 = 0;
    let touched: u32 = 0;
    while (count < batchSize) {
      if (left == 0) {
        if (i >= n) break;
        const at = awake + (<usize>i << 2);
        left = i32x4.bitmask(i32x4.gt_u(v128.load(at), now))
          | (i32x4.bitmask(i32x4.gt_u(v128.load(at, 16), now)) << 4)
          | (i32x4.bitmask(i32x4.gt_u(v128.load(at, 32), now)) << 8)
          | (i32x4.bitmask(i32x4.gt_u(v128.load(at, 48), now)) << 12);
        if (n - i < 16) left &= (1 << (n - i)) - 1; // the list is padded
        i += 16;
        continue;
      }
      const neuron = i - 16 + ctz(left);
      left &= left - 1;
      const entry = batch + (<usize>count << 3);
      store<u32>(entry, neuron);
      store<u32>(entry, arrivalsOf(d, neuron, first, steps, noted), 4);
      touched ^= touch(d, neuron);
      count++;
    }
    store<u32>(batch + (<usize>batchSize << 3), touched);
    for (let k: u32 = 0; k < count; k++) {
      const entry = batch + (<usize>k << 3);
      const neuron = load<u32>(entry), arrivals = load<u32>(entry, 4);
      if (isRemoved(d, neuron)) dropArrivals(d, neuron, arrivals, first);
      else if (word(d, 24)) out = advanceExactly(d, neuron, arrivals, first, first + steps, out);
      else out = advanceNeuron(d, neuron, arrivals, first, first + steps, out);
    }
  }
  return (out - spikes) >> 3;
}

/** State r of neuron i, `moved` being the address of its evolved deviation or 0 when no step has passed. */
// @ts-ignore: decorator
@inline
function valueNow(d: usize, i: u32, r: u32, moved: u32, isHeld: bool): f64 {
  const n = word(d, 0);
  if (moved == 0 || (isHeld && ((word(d, 14) >> r) & 1))) return load<f64>(element(word(d, 7), r * n + i));
  return load<f64>(element(word(d, 10), r * n + i)) + load<f64>(element(moved, r));
}

/** The step that time has come to for neuron i when the others are at `step`. */
// @ts-ignore: decorator
@inline
function timeOf(d: usize, i: u32, step: u32): u32 {
  return isRemoved(d, i) ? load<u32>(<usize>word(d, 8) + (<usize>i << 2)) : step;
}

function evolveTo(d: usize, i: u32, step: u32): u32 {
  const base = load<u32>(<usize>word(d, 8) + (<usize>i << 2));
  if (step <= base) return 0;
  loadDeviation(d, i);
  const N = word(d, 1), z = word(d, 18);
  for (let r: u32 = 0; r < N; r++) if (load<f64>(element(z, r)) != 0) return evolve(d, step - base);
  return 0;
}

// @ts-ignore: decorator
@inline
function column(d: usize, r: u32): u32 {
  return load<u32>(<usize>word(d, 20) + (<usize>r << 2));
}

/** Steps, and the fraction of one, for which neuron i stays refractory. */
function refractoryLeft(d: usize, i: u32, step: u32): f64 {
  const held = load<u32>(<usize>word(d, 9) + (<usize>i << 2));
  return held >= step ? <f64>(held - step) + heldFraction(d, i) : 0;
}

/** Writes the states at `step`, before its arrivals, into the state columns. Changes nothing else. */
export function materialise(d: usize, step: u32): void {
  const n = word(d, 0), N = word(d, 1), refractory = word(d, 21);
  for (let i: u32 = 0; i < n; i++) {
    const now = timeOf(d, i, step);
    if (refractory) store<f64>(element(refractory, i), refractoryLeft(d, i, now));
    const moved = evolveTo(d, i, now), isHeld = isHeldAtBase(d, i);
    for (let r: u32 = 0; r < N; r++) store<f64>(element(column(d, r), i), valueNow(d, i, r, moved, isHeld));
  }
}

function rebaseNeuron(d: usize, i: u32, step: u32): void {
  const n = word(d, 0), N = word(d, 1), y = word(d, 7), refractory = word(d, 21), fractions = word(d, 24);
  for (let r: u32 = 0; r < N; r++) store<f64>(element(y, r * n + i), load<f64>(element(column(d, r), i)));
  const left = refractory ? load<f64>(element(refractory, i)) : 0;
  if (left != refractoryLeft(d, i, timeOf(d, i, step)) || isRemoved(d, i)) {
    store<u32>(<usize>word(d, 9) + (<usize>i << 2), step + <u32>left);
    if (fractions) store<f64>(element(fractions, i), left - floor(left));
  }
  store<u32>(<usize>word(d, 8) + (<usize>i << 2), step);
  const awake = <usize>word(d, 6) + (<usize>i << 2);
  store<u32>(awake, max(load<u32>(awake), step + 1));
}

/** Takes the states from the state columns, as an event at `step`. */
export function rebase(d: usize, step: u32): void {
  const n = word(d, 0);
  for (let i: u32 = 0; i < n; i++) rebaseNeuron(d, i, step);
}

/** The same for those neurons only whose columns hold something else than their states at `step`. */
export function adopt(d: usize, step: u32): void {
  const n = word(d, 0), N = word(d, 1), refractory = word(d, 21);
  for (let i: u32 = 0; i < n; i++) {
    const now = timeOf(d, i, step);
    let same = refractory == 0 || load<f64>(element(refractory, i)) == refractoryLeft(d, i, now);
    const moved = evolveTo(d, i, now), isHeld = isHeldAtBase(d, i);
    for (let r: u32 = 0; r < N; r++) {
      if (load<f64>(element(column(d, r), i)) != valueNow(d, i, r, moved, isHeld)) same = false;
    }
    if (!same) rebaseNeuron(d, i, step);
  }
}

/** Removes neuron i at `step`: its states stay what they are, it takes no arrivals and fires no more. */
export function remove(d: usize, i: u32, step: u32): void {
  const n = word(d, 0), N = word(d, 1), y = word(d, 7);
  if (isRemoved(d, i)) return;
  const moved = evolveTo(d, i, step), isHeld = isHeldAtBase(d, i);
  for (let r: u32 = 0; r < N; r++) store<f64>(element(y, r * n + i), valueNow(d, i, r, moved, isHeld));
  store<u32>(<usize>word(d, 8) + (<usize>i << 2), step);
  store<u32>(<usize>word(d, 34) + (<usize>i << 2), 1);
}
