/**
 * Hartigan's dip: how far a sample is from every unimodal distribution.
 *
 * @module
 */
import { requireInteger } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import { RandomStream } from "../../core/random.js";
import { Stream } from "../../core/streams.js";

/** Points of a sample (position, height of its distribution function), counted in samples. */
interface Hull {
  readonly at: readonly number[];
}

/**
 * The dip of a sample: the largest difference between its distribution function and the closest unimodal one. From 1/(2n) for evenly
 * spaced samples up to ¼.
 *
 * The modal interval starts as the whole range. In each turn the greatest convex minorant and the least concave majorant over it are
 * compared; where they are furthest apart lies the next, smaller interval, and what the hulls miss outside it is a lower bound.
 *
 * @throws WbeError ARGUMENT without samples or for samples that are no numbers.
 * Source: Hartigan & Hartigan 1985, Ann Stat 13:70; algorithm of Hartigan 1985, Appl Stat 34:320.
 */
export function dipStatistic(samples: ArrayLike<number>): number {
  const n = samples.length;
  if (n === 0) throw new WbeError("EMPTY_INPUT", "expected samples, found none");
  const x = Float64Array.from(samples).sort();
  if (!Number.isFinite(x[0]) || !Number.isFinite(x[n - 1])) {
    throw new WbeError("NOT_FINITE", "expected finite samples, found NaN or Infinity");
  }
  let dip = 1;
  if (n < 2 || x[0] === x[n - 1]) return 1 / (2 * n);
  let low = 0;
  let high = n - 1;
  for (;;) {
    // Below: the lower corners (x_i, i) of the steps; above: the upper corners (x_i, i + 1).
    const minorant = hull(x, low, high, 1);
    const majorant = hull(x, low, high, -1);
    let gap = 0;
    let nextLow = low;
    let nextHigh = high;
    for (const g of minorant.at) {
      const above = interpolate(x, majorant, g) + 1 - g;
      if (above <= gap) continue;
      gap = above;
      nextLow = g;
      nextHigh = majorant.at.find((h) => h > g) ?? high;
      if (nextHigh < nextLow) nextHigh = high;
    }
    for (const h of majorant.at) {
      const below = h + 1 - interpolate(x, minorant, h);
      if (below < gap) continue;
      gap = below;
      nextHigh = h;
      nextLow = minorant.at.findLast((g) => g < h) ?? low;
      if (nextLow > nextHigh) nextLow = low;
    }
    if (gap <= dip) break;
    dip = Math.max(dip, missed(x, minorant, low, nextLow, 1), missed(x, majorant, nextHigh, high, -1));
    if (nextLow === low && nextHigh === high) break;
    low = nextLow;
    high = nextHigh;
    if (high <= low) break;
  }
  return dip / (2 * n);
}

/** Places of the convex minorant (sign 1) or concave majorant (sign −1) of the points (x_i, i) for i = low … high. */
function hull(x: Float64Array, low: number, high: number, sign: 1 | -1): Hull {
  const at: number[] = [];
  for (let i = low; i <= high; i++) {
    while (at.length > 1) {
      const [a, b] = [at[at.length - 2]!, at[at.length - 1]!];
      // The slope must rise (minorant) or fall (majorant).
      if (sign * ((i - b) * (x[b]! - x[a]!) - (b - a) * (x[i]! - x[b]!)) > 0) break;
      at.pop();
    }
    at.push(i);
  }
  return { at };
}

/** Height of a hull (in places) at sample i. */
function interpolate(x: Float64Array, { at }: Hull, i: number): number {
  let k = 1;
  while (k < at.length - 1 && at[k]! < i) k++;
  const [a, b] = [at[k - 1]!, at[k]!];
  const width = x[b]! - x[a]!;
  return width > 0 ? a + ((b - a) * (x[i]! - x[a]!)) / width : a;
}

/** The largest distance of the steps from a hull between two samples. */
function missed(x: Float64Array, { at }: Hull, from: number, to: number, sign: 1 | -1): number {
  let most = 0;
  for (let k = 1; k < at.length; k++) {
    const [a, b] = [at[k - 1]!, at[k]!];
    if (b <= from || a >= to || b - a < 2) continue;
    const width = x[b]! - x[a]!;
    for (let i = a; i <= b; i++) {
      const line = width > 0 ? a + ((b - a) * (x[i]! - x[a]!)) / width : sign > 0 ? a : b;
      most = Math.max(most, sign * (i - line) + 1);
    }
  }
  return most;
}

export interface DipTest {
  readonly dip: number;
  /** Chance of a dip at least as large among uniform samples of the same number, (reached + 1)/(simulations + 1). */
  readonly p: number;
}

/** The dip with its p from simulated uniform samples (the least favourable unimodal distribution). @param simulations 1000 by default. */
export function dipTest(samples: ArrayLike<number>, simulations = 1000, seed = 0): DipTest {
  requireInteger(simulations, 1, 1_000_000, "simulations");
  const dip = dipStatistic(samples);
  let reached = 0;
  for (let s = 0; s < simulations; s++) {
    const random = new RandomStream(seed, Stream.nullModel, s);
    if (dipStatistic(Float64Array.from({ length: samples.length }, () => random.uniform())) >= dip) reached++;
  }
  return { dip, p: (reached + 1) / (simulations + 1) };
}
