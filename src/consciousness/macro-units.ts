/**
 * From recorded channels to a few standardised macro-units, and from those to the Gaussian dynamics at one delay.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { choleskyInto, invertFromCholesky, multiplyInto } from "./dense-matrix.js";
import { type GaussianDynamics, makeDynamics } from "./gaussian-phi.js";

/** data[sample · nUnits + unit] */
export interface ChannelData {
  readonly data: ArrayLike<number>;
  readonly nUnits: number;
  readonly nSamples: number;
}

/** Channels that vary. @throws WbeError NOT_FINITE, naming unit and sample, or ARGUMENT for a shape that does not fit. */
export function findLiveUnits({ data, nUnits, nSamples }: ChannelData): number[] {
  if (!Number.isInteger(nUnits) || !Number.isInteger(nSamples) || data.length !== nUnits * nSamples) {
    throw new WbeError("ARGUMENT", `expected ${nUnits} units × ${nSamples} samples, found ${data.length} numbers`);
  }
  const low = new Float64Array(nUnits).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(nUnits).fill(Number.NEGATIVE_INFINITY);
  for (let sample = 0, i = 0; sample < nSamples; sample++) {
    for (let unit = 0; unit < nUnits; unit++, i++) {
      const value = data[i]!;
      if (!Number.isFinite(value)) {
        throw new WbeError("NOT_FINITE", `expected finite samples, found ${value}`, {
          where: `unit ${unit}, sample ${sample}`,
        });
      }
      if (value < low[unit]!) low[unit] = value;
      if (value > high[unit]!) high[unit] = value;
    }
  }
  const live: number[] = [];
  for (let unit = 0; unit < nUnits; unit++) {
    const size = Math.max(Math.abs(low[unit]!), Math.abs(high[unit]!));
    if (high[unit]! - low[unit]! > 1e-12 * size) live.push(unit);
  }
  return live;
}

/** Mean 0 and variance 1 (divisor n), in place. A constant series becomes 0. */
function standardise(series: Float64Array): Float64Array {
  const n = series.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += series[i]!;
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    series[i]! -= mean;
    squares += series[i]! * series[i]!;
  }
  const sd = Math.sqrt(squares / n);
  for (let i = 0; i < n; i++) series[i] = sd > 0 ? series[i]! / sd : 0;
  return series;
}

/**
 * One series per macro-unit: the mean of its standardised channels, standardised again. A channel's scale and offset
 * have no effect.
 */
export function averageIntoUnits(channels: ChannelData, groups: readonly (readonly number[])[]): Float64Array[] {
  const { data, nUnits, nSamples } = channels;
  const mean = new Float64Array(nUnits);
  const squares = new Float64Array(nUnits);
  for (let t = 0, i = 0; t < nSamples; t++) for (let unit = 0; unit < nUnits; unit++) mean[unit]! += data[i++];
  for (let unit = 0; unit < nUnits; unit++) mean[unit]! /= nSamples;
  for (let t = 0, i = 0; t < nSamples; t++) {
    for (let unit = 0; unit < nUnits; unit++) squares[unit]! += (data[i++]! - mean[unit]!) ** 2;
  }
  const scale = squares.map((sum) => (sum > 0 ? Math.sqrt(nSamples / sum) : 0));
  return groups.map((group) => {
    const total = new Float64Array(nSamples);
    for (let t = 0; t < nSamples; t++) {
      for (const unit of group) total[t]! += (data[t * nUnits + unit]! - mean[unit]!) * scale[unit]!;
    }
    return standardise(total);
  });
}

/** Consecutive channels in `count` groups whose sizes differ by at most one. */
export function groupConsecutive(units: readonly number[], count: number): number[][] {
  return Array.from({ length: count }, (_, g) =>
    units.slice(Math.floor((g * units.length) / count), Math.floor(((g + 1) * units.length) / count)),
  );
}

/**
 * The first lag (samples) at which the autocorrelation, averaged over units, is at most 1/e: the state has then lost
 * most of its own past, and what one unit knows of another's future is not yet gone. Estimated from at most 4096
 * evenly spaced moments. Null when it stays above 1/e up to `longest`.
 */
export function chooseLag(units: readonly Float64Array[], longest: number): number | null {
  const nSamples = units[0]!.length;
  const moments = Math.min(4096, nSamples - longest);
  const spacing = (nSamples - longest) / moments;
  for (let lag = 1; lag <= longest; lag++) {
    let sum = 0;
    for (const series of units) {
      for (let m = 0; m < moments; m++) {
        const t = Math.floor(m * spacing);
        sum += series[t]! * series[t + lag]!;
      }
    }
    if (sum / (units.length * moments) <= 1 / Math.E) return lag;
  }
  return null;
}

export interface FittedDynamics {
  dynamics: GaussianDynamics;
  nPairs: number;
  /** Ledoit–Wolf weight of the identity, 0 … 1. */
  shrinkage: number;
}

/**
 * Fits y = A·x + e to the pairs (state at t, state at t + lag), t = 0, stride, 2·stride, …, from the joint covariance
 * of x and y, shrunk towards the identity with the weight of Ledoit & Wolf 2004 (J Multivar Anal 88:365), so that it is
 * well conditioned also with linearly dependent units. Units are read from `shifts[unit]` on, circularly; `drawn` takes other
 * pairs than all in order (a bootstrap).
 */
export function fitDynamics(
  units: readonly Float64Array[],
  lag: number,
  stride: number,
  shifts?: ArrayLike<number>,
  drawn?: ArrayLike<number>,
): FittedDynamics {
  const n = units.length;
  const width = 2 * n;
  const nSamples = units[0]!.length;
  const nPairs = Math.floor((nSamples - lag - 1) / stride) + 1;
  const pairs = new Float64Array(nPairs * width);
  for (let unit = 0; unit < n; unit++) {
    const series = units[unit]!;
    const shift = shifts?.[unit] ?? 0;
    for (let k = 0; k < nPairs; k++) {
      const start = (drawn?.[k] ?? k) * stride + shift;
      pairs[k * width + unit] = series[start % nSamples]!;
      pairs[k * width + n + unit] = series[(start + lag) % nSamples]!;
    }
  }
  return { ...fitPairs(pairs, n), nPairs };
}

/** Each row holds x and then y. Columns are standardised. */
function fitPairs(pairs: Float64Array, n: number): { dynamics: GaussianDynamics; shrinkage: number } {
  const width = 2 * n;
  const nPairs = pairs.length / width;
  const { covariance, fourthMoment } = covarianceOf(pairs, width, nPairs);
  let squares = 0;
  let distance = 0;
  for (let i = 0; i < width * width; i++) {
    const target = i % (width + 1) === 0 ? 1 : 0;
    squares += covariance[i]! ** 2;
    distance += (covariance[i]! - target) ** 2;
  }
  const spread = (fourthMoment / nPairs - squares) / nPairs;
  // Never quite 0: exactly dependent units of a very long record must stay positive definite.
  const shrinkage = distance > 0 ? Math.min(1, Math.max(1e-8, spread / distance)) : 1;
  for (let i = 0; i < width * width; i++) {
    covariance[i]! *= 1 - shrinkage;
    if (i % (width + 1) === 0) covariance[i]! += shrinkage;
  }
  return { dynamics: regress(covariance, n), shrinkage };
}

/** Covariance of standardised columns, and Σ over rows of (squared length of the row)². */
function covarianceOf(rows: Float64Array, width: number, count: number) {
  const mean = new Float64Array(width);
  const scale = new Float64Array(width);
  for (let i = 0; i < rows.length; i++) mean[i % width]! += rows[i];
  for (let c = 0; c < width; c++) mean[c]! /= count;
  for (let i = 0; i < rows.length; i++) scale[i % width]! += (rows[i]! - mean[i % width]!) ** 2;
  for (let c = 0; c < width; c++) scale[c] = scale[c]! > 0 ? Math.sqrt(count / scale[c]!) : 0;
  const covariance = new Float64Array(width * width);
  const row = new Float64Array(width);
  let fourthMoment = 0;
  for (let k = 0; k < count; k++) {
    let length = 0;
    for (let c = 0; c < width; c++) {
      row[c] = (rows[k * width + c]! - mean[c]!) * scale[c]!;
      length += row[c]! * row[c]!;
    }
    fourthMoment += length * length;
    for (let i = 0; i < width; i++) {
      const value = row[i]!;
      for (let j = i; j < width; j++) covariance[i * width + j]! += value * row[j]!;
    }
  }
  for (let i = 0; i < width; i++) {
    for (let j = i; j < width; j++) {
      covariance[i * width + j]! /= count;
      covariance[j * width + i] = covariance[i * width + j]!;
    }
  }
  return { covariance, fourthMoment };
}

/** A = Σyx Σx⁻¹ and Σe = Σy − A Σxy, from the joint covariance of (x, y). */
function regress(joint: Float64Array, n: number): GaussianDynamics {
  const block = (row: number, column: number) =>
    Float64Array.from(
      { length: n * n },
      (_, i) => joint[(row * n + Math.floor(i / n)) * 2 * n + column * n + (i % n)]!,
    );
  const covariance = block(0, 0);
  const factor = new Float64Array(n * n);
  choleskyInto(factor, covariance, n);
  const future = block(1, 0);
  const A = multiplyInto(new Float64Array(n * n), future, invertFromCholesky(factor, n), n);
  const residual = block(1, 1);
  const explained = multiplyInto(new Float64Array(n * n), A, future, n, true);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const value = residual[i * n + j]! - (explained[i * n + j]! + explained[j * n + i]!) / 2;
      residual[i * n + j] = value;
      residual[j * n + i] = value;
    }
  }
  return makeDynamics(A, covariance, residual, n);
}
