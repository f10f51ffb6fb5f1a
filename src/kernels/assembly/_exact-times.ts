/**
 * Linear neurons whose events (arrivals, spikes, ends of refractoriness) fall anywhere within a step. In a step with events
 * the states go from one to the next by the Taylor series of exp(A·t), of which the potential's is also the polynomial
 * whose first root is the spike; at the end of the step the neuron is back on the grid. The descriptor stands above
 * event-driven.ts.
 *
 * Morrison et al. 2007, Neural Comput 19:47; Hanuschkin et al. 2010, Front Neuroinform 4:113.
 */
import { arrivalOf, arrivalsAt, giveBack, takeArrivals } from "./_arrivals";
import {
  crossing, element, evolve, heldFraction, isHeldAtBase, loadDeviation, mayCross, word,
} from "./_linear-neuron";

/** Powers of a series: with |A|·t ≤ 1 the next term is below 1/26!, 2e-27. */
const order: u32 = 25;
/** The earliest time in a step: what fires at its start belongs to it. */
const soonest: f64 = 1.1102230246251565e-16;

/** Of the last stretch: whether it ended where the threshold is crossed. */
let hasCrossed = false;

// @ts-ignore: decorator
@inline
function isOver(d: usize, value: f64): bool {
  const threshold = load<f64>(word(d, 16));
  return word(d, 19) != 0 ? value > threshold : value >= threshold;
}

/** States of neuron i now, behind the three parts of the scratch that `evolve` uses. */
// @ts-ignore: decorator
@inline
function present(d: usize): u32 {
  return word(d, 18) + ((3 * word(d, 1)) << 3);
}

/** dV per step, k steps after the base, from scratch z. */
function slope(d: usize, k: u32): f64 {
  const N = word(d, 1), K = word(d, 12), isInTable = k <= K;
  const row = word(d, 30) + ((isInTable ? k * N : 0) << 3);
  const z = isInTable ? word(d, 18) : evolve(d, k);
  let sum: f64 = 0;
  for (let c: u32 = 0; c < N; c++) sum += load<f64>(element(row, c)) * load<f64>(element(z, c));
  return sum;
}

/** Whether a free neuron may cross in the step that begins k steps after its base: at its end, or over a maximum inside. */
function mayCrossWithin(d: usize, i: u32, k: u32): bool {
  if (isOver(d, crossing(d, i, k + 1))) return true;
  const start = slope(d, k);
  if (start <= 0) return false;
  return slope(d, k + 1) < 0 && isOver(d, crossing(d, i, k) + start);
}

// @ts-ignore: decorator
@inline
function term(d: usize, k: u32, r: u32): usize {
  return element(word(d, 32), k * word(d, 1) + r);
}

/** Terms of the deviation's series over `length` of a step: row k holds (A·length)^k·z/k!. Returns the last power. */
function expand(d: usize, i: u32, length: f64): u32 {
  const n = word(d, 0), N = word(d, 1), A = word(d, 29), y = present(d), rest = word(d, 10);
  const largest = word(d, 32) + (((order + 1) * N) << 3);
  for (let r: u32 = 0; r < N; r++) {
    const z = load<f64>(element(y, r)) - load<f64>(element(rest, r * n + i));
    store<f64>(term(d, 0, r), z);
    store<f64>(element(largest, r), abs(z));
  }
  let k: u32 = 1;
  for (; k <= order; k++) {
    const scale = length / <f64>k;
    let isDone = true;
    for (let r: u32 = 0; r < N; r++) {
      let sum: f64 = 0;
      for (let c: u32 = 0; c < N; c++) sum += load<f64>(element(A, r * N + c)) * load<f64>(term(d, k - 1, c));
      sum *= scale;
      store<f64>(term(d, k, r), sum);
      const most = max(load<f64>(element(largest, r)), abs(sum));
      store<f64>(element(largest, r), most);
      if (abs(sum) > 1e-19 * most) isDone = false;
    }
    if (isDone) break;
  }
  return min(k, order);
}

/** Deviation of state r at u of the expanded stretch, 0 ≤ u ≤ 1. */
function deviationAt(d: usize, r: u32, last: u32, u: f64): f64 {
  let sum: f64 = 0;
  for (let k = <i32>last; k >= 0; k--) sum = sum * u + load<f64>(term(d, k, r));
  return sum;
}

/** Its m-th derivative by u, m ≤ 2. */
function derivativeAt(d: usize, last: u32, u: f64, m: u32): f64 {
  const v = word(d, 15);
  let sum: f64 = 0;
  for (let k = last; k >= m; k--) {
    const factor = m == 1 ? <f64>k : <f64>(k * (k - 1));
    sum = sum * u + factor * load<f64>(term(d, k, v));
  }
  return sum;
}

/**
 * Where f changes its sign between 0 and `high`, f(0) < 0 and f(high) ≥ 0 (m = 0: potential less threshold), or f(0) > 0 and
 * f(high) < 0 (m = 1: its slope). Newton's method, halving where that leaves the bracket.
 */
function solve(d: usize, rest: f64, last: u32, high: f64, m: u32): f64 {
  const v = word(d, 15), threshold = load<f64>(word(d, 16));
  let low: f64 = 0;
  let u = high;
  for (let k = 0; k < 80; k++) {
    const f = m == 0 ? rest + deviationAt(d, v, last, u) - threshold : derivativeAt(d, last, u, 1);
    if (m == 0 ? f >= 0 : f < 0) high = u;
    else low = u;
    let next = u - f / derivativeAt(d, last, u, m + 1);
    if (!(next >= low && next <= high)) next = 0.5 * (low + high);
    if (abs(next - u) <= 1e-16) return next;
    u = next;
  }
  return u;
}

/** u at which the potential first crosses in the expanded stretch; 2 for never. It is taken to have one maximum at most. */
function firstCrossing(d: usize, rest: f64, last: u32): f64 {
  const v = word(d, 15);
  let high: f64 = 1;
  if (!isOver(d, rest + deviationAt(d, v, last, 1))) {
    if (!(derivativeAt(d, last, 0, 1) > 0 && derivativeAt(d, last, 1, 1) < 0)) return 2;
    high = solve(d, rest, last, 1, 1);
    if (!isOver(d, rest + deviationAt(d, v, last, high))) return 2;
  }
  return solve(d, rest, last, high, 0);
}

/** Moves the present states on by `length` of a step, or to where they cross; returns how far. */
function stretch(d: usize, i: u32, length: f64, isHeld: bool): f64 {
  const n = word(d, 0), N = word(d, 1), y = present(d), holds = word(d, 14), rest = word(d, 10), v = word(d, 15);
  const pieces = ceil(length * <f64>word(d, 31));
  let done: f64 = 0;
  hasCrossed = false;
  for (let k: f64 = 1; k <= pieces && !hasCrossed; k++) {
    const part = k == pieces ? length - done : length / pieces;
    const last = expand(d, i, part);
    let u: f64 = isHeld ? 2 : firstCrossing(d, load<f64>(element(rest, v * n + i)), last);
    hasCrossed = u <= 1;
    if (!hasCrossed) u = 1;
    for (let r: u32 = 0; r < N; r++) {
      if (isHeld && ((holds >> r) & 1)) continue;
      store<f64>(element(y, r), load<f64>(element(rest, r * n + i)) + deviationAt(d, r, last, u));
    }
    done += u * part;
  }
  return done;
}

// @ts-ignore: decorator
@inline
function addArrival(d: usize, port: u32, weight: f32, isHeld: bool): void {
  const N = word(d, 1), gains = word(d, 13), holds = word(d, 14), y = present(d);
  for (let r: u32 = 0; r < N; r++) {
    if (isHeld && ((holds >> r) & 1)) continue;
    const gain = load<f64>(element(gains, port * N + r));
    if (gain != 0) store<f64>(element(y, r), load<f64>(element(y, r)) + gain * <f64>weight);
  }
}

function resetPresent(d: usize): void {
  const N = word(d, 1), y = present(d);
  const keep = word(d, 16) + ((1 + 2 * N) << 3);
  for (let r: u32 = 0; r < N; r++) {
    const at = element(y, r);
    store<f64>(at, load<f64>(element(keep, r)) * load<f64>(at) + load<f64>(element(keep, N + r)));
  }
}

/** y(s) from the base into the present states. */
function begin(d: usize, i: u32, s: u32, base: u32): void {
  const n = word(d, 0), N = word(d, 1), y = present(d), holds = word(d, 14);
  const moved = s > base ? evolve(d, s - base) : 0;
  const isHeld = isHeldAtBase(d, i);
  for (let r: u32 = 0; r < N; r++) {
    const stays = moved == 0 || (isHeld && ((holds >> r) & 1));
    const value = stays
      ? load<f64>(element(word(d, 7), r * n + i))
      : load<f64>(element(word(d, 10), r * n + i)) + load<f64>(element(moved, r));
    store<f64>(element(y, r), value);
  }
}

/** What comes through the ring, at the start of step s. */
function takeRing(d: usize, i: u32, s: u32, isHeld: bool): bool {
  const ports = word(d, 2), mask = word(d, 4);
  const at = <usize>(word(d, 3) + (((i * (mask + 1) + (s & mask)) * ports) << 2));
  let any = false;
  for (let p: u32 = 0; p < ports; p++) {
    const w = load<f32>(at + (<usize>p << 2));
    if (w == 0) continue;
    store<f32>(at + (<usize>p << 2), 0);
    addArrival(d, p, w, isHeld);
    any = true;
  }
  return any;
}

/**
 * Step s of neuron i, from event to event. Without any nothing changes; otherwise the base moves to s + 1. Returns the
 * fraction of the step at which the neuron fires, 0 for never: a refractory period is at least a step.
 */
function advanceWithin(d: usize, i: u32, s: u32): f64 {
  const n = word(d, 0), N = word(d, 1), v = word(d, 15), y = present(d);
  const baseAt = <usize>word(d, 8) + (<usize>i << 2), heldAt = <usize>word(d, 9) + (<usize>i << 2);
  const fractionAt = element(word(d, 24), i);
  const base = load<u32>(baseAt), held = load<u32>(heldAt), heldUntil = load<f64>(fractionAt);
  let hasEvent = s == held && (base < s || heldUntil > 0);
  let isHeld = s < held || (s == held && heldUntil > 0);
  // Where in this step it becomes free, if it does.
  let freeAt: f64 = isHeld && s == held ? heldUntil : 2;
  begin(d, i, s, base);
  if (takeRing(d, i, s, isHeld)) hasEvent = true;
  let link = arrivalsAt(d, i, s & word(d, 4)) ? takeArrivals(d, i, s & word(d, 4)) : 0;
  let now: f64 = 0;
  let fired: f64 = 0;
  while (true) {
    while (link && arrivalOf(d, link).fraction <= now) {
      const arrival = arrivalOf(d, link);
      addArrival(d, arrival.port, arrival.weight, isHeld);
      hasEvent = true;
      link = giveBack(d, link);
    }
    hasCrossed = !isHeld && isOver(d, load<f64>(element(y, v)));
    if (!hasCrossed) {
      if (now >= 1) break;
      let until: f64 = min(1, freeAt);
      if (link) until = min(until, arrivalOf(d, link).fraction);
      const done = stretch(d, i, until - now, isHeld);
      now = hasCrossed ? min(now + done, until) : until;
      if (now >= freeAt) {
        isHeld = false;
        freeAt = 2;
      }
    }
    if (!hasCrossed) continue;
    fired = max(now, soonest);
    resetPresent(d);
    isHeld = true;
    hasEvent = true;
    const period = load<u32>(<usize>word(d, 17) + (<usize>i << 2));
    store<u32>(heldAt, fired == 1 ? s + 1 + period : s + period);
    store<f64>(fractionAt, fired == 1 ? 0 : fired);
  }
  if (!hasEvent) return 0;
  for (let r: u32 = 0; r < N; r++) store<f64>(element(word(d, 7), r * n + i), load<f64>(element(y, r)));
  store<u32>(baseAt, s + 1);
  return fired;
}

/** Steps [first, stop) of neuron i; bit k of `arrivals`: something arrives in step first + k. */
export function advanceExactly(d: usize, i: u32, arrivals: u32, first: u32, stop: u32, out: u32): u32 {
  const baseAt = <usize>word(d, 8) + (<usize>i << 2), heldAt = <usize>word(d, 9) + (<usize>i << 2);
  loadDeviation(d, i);
  let isQuiet = !isHeldAtBase(d, i) && !mayCross(d, i, first - load<u32>(baseAt));
  for (let s = first; s < stop; s++) {
    if (isQuiet) {
      if (arrivals == 0) break;
      s = first + ctz(arrivals);
    }
    const bit: u32 = 1 << (s - first);
    const arrived = (arrivals & bit) != 0;
    arrivals &= ~bit;
    if (!arrived) {
      const held = load<u32>(heldAt);
      if (s < held) continue;
      if (!(s == held && isHeldAtBase(d, i)) && !mayCrossWithin(d, i, s - load<u32>(baseAt))) continue;
    }
    const fraction = advanceWithin(d, i, s);
    loadDeviation(d, i);
    if (load<u32>(baseAt) == s + 1) isQuiet = !isHeldAtBase(d, i) && !mayCross(d, i, 0);
    if (fraction == 0) continue;
    store<f64>(element(word(d, 33), (out - word(d, 5)) >> 3), fraction);
    store<u32>(out, s + 1);
    store<u32>(out, i, 4);
    out += 8;
  }
  const awake = <usize>word(d, 6) + (<usize>i << 2);
  const held = load<u32>(heldAt), base = load<u32>(baseAt);
  let until = load<u32>(awake);
  // The end of refractoriness is an event: it has to be met.
  if (held >= stop && isHeldAtBase(d, i)) until = max(until, held + 1);
  else if (!isQuiet && mayCross(d, i, stop - base)) until = max(until, stop + 1);
  store<u32>(awake, until);
  return out;
}
