/**
 * How a series scales: detrended fluctuation analysis and Higuchi's fractal dimension.
 *
 * @module
 */
import { requireInteger } from "../../core/arguments.js";
import { log } from "../../core/math.js";
import { isConstant, requireSeries } from "./entropies.js";
import { detrend } from "./fourier.js";

/**
 * Exponent α of detrended fluctuation analysis: slope of ln F(n) on ln n, F(n) the root mean square of the summed series
 * about straight lines fitted to boxes of n = 4, 4.8, 5.76 … (rounded down) samples up to a tenth of the series. White
 * noise 0.5, 1/f noise 1, Brownian motion 1.5.
 *
 * @returns NaN for a series without fluctuations.
 * @throws WbeError ARGUMENT for fewer than 50 samples: two box sizes are the least.
 * Source: Peng et al. 1994, Phys Rev E 49:1685; box sizes as in nolds and antropy.
 */
export function detrendedFluctuation(series: ArrayLike<number>): number {
  const x = requireSeries(series, 50);
  if (isConstant(x)) return Number.NaN;
  const n = x.length;
  const mean = x.reduce((sum, value) => sum + value, 0) / n;
  let sum = 0;
  const walk = x.map((value) => {
    sum += value - mean;
    return sum;
  });
  const sizes: number[] = [];
  const fluctuations: number[] = [];
  for (const size of boxSizes(4, 0.1 * n, 1.2)) {
    const boxes = Math.floor(n / size);
    let squares = 0;
    for (let box = 0; box < boxes; box++) {
      for (const value of detrend(walk.subarray(box * size, (box + 1) * size))) squares += value * value;
    }
    if (squares === 0) continue;
    sizes.push(log(size));
    fluctuations.push(log(squares / (boxes * size)) / 2);
  }
  return sizes.length < 2 ? Number.NaN : slopeOf(sizes, fluctuations);
}

function boxSizes(least: number, largest: number, factor: number): number[] {
  const sizes = [least];
  for (let size: number = least; size <= largest; size *= factor) {
    const whole = Math.floor(size + 1e-9);
    if (whole > sizes.at(-1)!) sizes.push(whole);
  }
  return sizes;
}

/**
 * Higuchi's fractal dimension: slope of the ln of the curve's length at steps of k samples on ln(1/k), k = 1 … kMax. A smooth
 * curve 1, white noise 2.
 *
 * @returns NaN for a constant series.
 * Source: Higuchi 1988, Physica D 31:277.
 */
export function higuchiDimension(series: ArrayLike<number>, kMax = 10): number {
  requireInteger(kMax, 2, 10_000, "kMax");
  const x = requireSeries(series, 2 * kMax);
  const n = x.length;
  const lengths: number[] = [];
  const steps: number[] = [];
  for (let k = 1; k <= kMax; k++) {
    let total = 0;
    for (let m = 0; m < k; m++) {
      const count = Math.floor((n - m - 1) / k);
      let length = 0;
      for (let j = 1; j <= count; j++) length += Math.abs(x[m + j * k]! - x[m + (j - 1) * k]!);
      total += (length * (n - 1)) / (k * k * count);
    }
    if (total === 0) return Number.NaN;
    lengths.push(log(total / k));
    steps.push(-log(k));
  }
  return slopeOf(steps, lengths);
}

/** Slope of the least-squares line. */
function slopeOf(x: readonly number[], y: readonly number[]): number {
  const n = x.length;
  const meanX = x.reduce((sum, value) => sum + value, 0) / n;
  const meanY = y.reduce((sum, value) => sum + value, 0) / n;
  let products = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    products += (x[i]! - meanX) * (y[i]! - meanY);
    squares += (x[i]! - meanX) ** 2;
  }
  return products / squares;
}
