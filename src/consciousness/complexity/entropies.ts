/**
 * Entropies of one series: permutation, spectral, sample and multiscale.
 *
 * @module
 */
import { requireInteger, requirePositive } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import { log } from "../../core/math.js";
import { powerSpectrum } from "./fourier.js";

/** @throws WbeError NOT_FINITE, naming the sample, or ARGUMENT for fewer samples than needed. */
export function requireSeries(series: ArrayLike<number>, atLeast: number): Float64Array {
  if (series.length < atLeast) {
    throw new WbeError("ARGUMENT", `expected at least ${atLeast} samples, found ${series.length}`);
  }
  const values = Float64Array.from(series);
  const bad = values.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0)
    throw new WbeError("NOT_FINITE", `expected finite samples, found ${values[bad]}`, { where: `sample ${bad}` });
  return values;
}

/** Entropy in bits of how often each of some outcomes occurred. */
export function entropyOfCounts(counts: Iterable<number>): number {
  let total = 0;
  let sum = 0;
  for (const count of counts) {
    if (count === 0) continue;
    total += count;
    sum += count * log(count);
  }
  return total > 0 ? Math.max(0, (log(total) - sum / total) / Math.LN2) : 0;
}

/**
 * Permutation entropy in bits: entropy of the rank orders of `order` samples `delay` apart; equal samples rank in order of
 * time. Divided by log2(order!) when `normalise` is set: white noise 1, a monotonic series 0.
 *
 * Source: Bandt & Pompe 2002, Phys Rev Lett 88:174102.
 */
export function permutationEntropy(series: ArrayLike<number>, order = 3, delay = 1, normalise = false): number {
  requireInteger(order, 2, 10, "order");
  requireInteger(delay, 1, 2 ** 31, "delay");
  const x = requireSeries(series, (order - 1) * delay + 1);
  const counts = new Map<number, number>();
  const places = Array.from({ length: order }, (_, i) => i);
  for (let start = 0; start + (order - 1) * delay < x.length; start++) {
    places.sort((a, b) => x[start + a * delay]! - x[start + b * delay]! || a - b);
    const code = places.reduce((sum, place) => sum * order + place, 0);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const entropy = entropyOfCounts(counts.values());
  if (!normalise) return entropy;
  let factorial = 1;
  for (let k = 2; k <= order; k++) factorial *= k;
  return (entropy * Math.LN2) / log(factorial);
}

/**
 * Spectral entropy in bits: entropy of the periodogram taken as a distribution over the frequencies 0 … Nyquist, mean
 * removed. Divided by log2 of their number when `normalise` is set. A constant series has no spectrum: 0.
 *
 * Source: Inouye et al. 1991, Electroencephalogr Clin Neurophysiol 79:204.
 */
export function spectralEntropy(series: ArrayLike<number>, normalise = false): number {
  const x = requireSeries(series, 2);
  const power = powerSpectrum(x);
  const scale = x.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const total = power.reduce((sum, p) => sum + p, 0);
  if (!(total > 1e-24 * scale * scale * x.length * x.length)) return 0;
  let entropy = 0;
  for (const p of power) if (p > 0) entropy -= ((p / total) * log(p / total)) / Math.LN2;
  return normalise ? (entropy * Math.LN2) / log(power.length) : entropy;
}

/** All samples are the same number. */
export function isConstant(x: Float64Array): boolean {
  return x.every((value) => value === x[0]);
}

/** Standard deviation with divisor n. */
export function standardDeviation(x: Float64Array): number {
  if (isConstant(x)) return 0; // the mean may be rounded
  let mean = 0;
  for (const value of x) mean += value;
  mean /= x.length;
  let squares = 0;
  for (const value of x) squares += (value - mean) ** 2;
  return Math.sqrt(squares / x.length);
}

/**
 * Sample entropy −ln(A/B): B pairs of templates of `order` samples lie closer than the tolerance in every sample, A of
 * them still with the next sample. Regular series are near 0, white noise near 2.2 (order 2, 0.2 standard deviations).
 *
 * @param tolerance in the unit of the series; 0.2 standard deviations (divisor n) by default.
 * @returns Infinity when no pair matches with the next sample; NaN when none matches at all (too short, or constant).
 * Time O(n²). Source: Richman & Moorman 2000, Am J Physiol 278:H2039; pairs count when closer than, not at, the tolerance.
 */
export function sampleEntropy(series: ArrayLike<number>, order = 2, tolerance?: number): number {
  requireInteger(order, 1, 100, "order");
  const x = requireSeries(series, order + 2);
  const r = tolerance ?? 0.2 * standardDeviation(x);
  if (tolerance !== undefined) requirePositive(tolerance, "tolerance");
  const templates = x.length - order;
  let longer = 0;
  let shorter = 0;
  // Along each lag, the number of successive samples that match says which templates do.
  for (let lag = 1; lag < templates; lag++) {
    let run = 0;
    for (let i = 0; i + lag < x.length; i++) {
      if (Math.abs(x[i]! - x[i + lag]!) < r) run++;
      else run = 0;
      if (run >= order && i + lag < x.length - 1) shorter++;
      if (run > order) longer++;
    }
  }
  if (shorter === 0) return Number.NaN;
  return longer === 0 ? Number.POSITIVE_INFINITY : log(shorter / longer);
}

/**
 * Multiscale entropy: sample entropy of the series averaged over stretches of 1, 2, … `scales` samples, with one tolerance
 * from the original series. White noise falls with scale, 1/f noise stays.
 *
 * @param tolerance 0.15 standard deviations of the series by default.
 * Source: Costa, Goldberger & Peng 2002, Phys Rev Lett 89:068102.
 */
export function multiscaleEntropy(series: ArrayLike<number>, scales = 20, order = 2, tolerance?: number): Float64Array {
  requireInteger(scales, 1, 1000, "scales");
  const x = requireSeries(series, scales * (order + 2));
  const r = tolerance ?? 0.15 * standardDeviation(x);
  return Float64Array.from({ length: scales }, (_, i) => {
    const coarse = coarseGrain(x, i + 1);
    return r > 0 ? sampleEntropy(coarse, order, r) : Number.NaN;
  });
}

/** Means of successive stretches of `scale` samples; a rest is left out. */
function coarseGrain(x: Float64Array, scale: number): Float64Array {
  return Float64Array.from({ length: Math.floor(x.length / scale) }, (_, k) => {
    let sum = 0;
    for (let i = k * scale; i < (k + 1) * scale; i++) sum += x[i]!;
    return sum / scale;
  });
}
