/**
 * Which sources respond when: trial averages compared with a bootstrap of the baseline (Casali et al. 2013).
 *
 * @module
 */
import { RandomStream } from "../core/random.js";
import { Stream } from "../core/streams.js";

/** Trials cut around the perturbation. Entry (trial, source, sample) at (trial·nSources + source)·nSamples + sample. */
export interface EvokedTrials {
  readonly nTrials: number;
  readonly nSources: number;
  readonly baseline: Float64Array;
  readonly nBaseline: number;
  readonly response: Float64Array;
  readonly nResponse: number;
  /** Counts have the noise floor of a Poisson count; other signals have none, and a source without noise is left out. */
  readonly kind: "counts" | "continuous";
}

/** What the baseline says about each source's trial average, and how far the largest of all strays by chance. */
export interface BaselineModel {
  readonly mean: Float64Array;
  /** Standard deviation of the trial average; 0 for a source that is left out. */
  readonly sd: Float64Array;
  /** In standard deviations: the 1−alpha quantile of the largest |z| over sources at one time. */
  readonly threshold: number;
  readonly leftOut: number;
}

/** Mean over trials of an array (trial, source, sample), each trial read from its own circular offset. */
export function averageTrials(
  data: Float64Array,
  nTrials: number,
  nSources: number,
  nIn: number,
  nOut: number,
  offsets?: ArrayLike<number>,
): Float64Array {
  const average = new Float64Array(nSources * nOut);
  for (let trial = 0; trial < nTrials; trial++) {
    const offset = offsets?.[trial] ?? 0;
    for (let source = 0; source < nSources; source++) {
      const from = (trial * nSources + source) * nIn;
      const to = source * nOut;
      // In runs between two wraps.
      for (let k = 0, at = offset % nIn; k < nOut; at = 0) {
        const run = Math.min(nOut - k, nIn - at);
        for (let i = 0; i < run; i++) average[to + k + i]! += data[from + at + i];
        k += run;
      }
    }
  }
  for (let i = 0; i < average.length; i++) average[i]! /= nTrials;
  return average;
}

/**
 * Mean and standard deviation of each source's averaged baseline, and the threshold of the maximum statistic: averages
 * of trials and samples drawn with replacement from the baseline, the largest |z| over all sources, its 1−alpha
 * quantile over all draws. One threshold for all sources keeps the chance of any false source at one time near alpha.
 *
 * Each bootstrap sample is measured with mean and standard deviation of another, so that the uncertainty of these two
 * is in the threshold; with the few spikes of a baseline it is large, and without it too many entries would pass.
 *
 * Counts: the variance of an average is taken as at least (n + 1)/(N·trials²), n spikes in N baseline bins of all
 * trials: the Poisson variance with one spike added, so that a source silent in the baseline has a scale too.
 */
export function modelBaseline(trials: EvokedTrials, alpha: number, bootstraps: number, seed: number): BaselineModel {
  const { nTrials, nSources, nBaseline, baseline } = trials;
  const average = averageTrials(baseline, nTrials, nSources, nBaseline, nBaseline);
  const { mean, sd } = scaleOf(transposed(average, nSources, nBaseline), trials);
  const leftOut = sd.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
  return { mean, sd, threshold: bootstrapThreshold(trials, sd, alpha, bootstraps, seed), leftOut };
}

/** Mean and standard deviation of each source of an averaged baseline (sample, source). */
function scaleOf(average: Float64Array, { nTrials, nSources, nBaseline, kind }: EvokedTrials) {
  const mean = new Float64Array(nSources);
  const sd = new Float64Array(nSources);
  for (let k = 0, i = 0; k < nBaseline; k++)
    for (let source = 0; source < nSources; source++, i++) mean[source]! += average[i];
  for (let source = 0; source < nSources; source++) mean[source]! /= nBaseline;
  for (let k = 0, i = 0; k < nBaseline; k++) {
    for (let source = 0; source < nSources; source++, i++) sd[source]! += (average[i]! - mean[source]!) ** 2;
  }
  for (let source = 0; source < nSources; source++) {
    const m = mean[source]!;
    let variance = sd[source]! / (nBaseline - 1);
    if (kind === "counts") {
      variance = Math.max(variance, (m * nBaseline * nTrials + 1) / (nBaseline * nTrials * nTrials));
    }
    // Relative to the level of the source: a constant signal with rounding noise has no noise to compare with.
    sd[source] = variance <= 1e-24 * m * m ? 0 : Math.sqrt(variance);
  }
  return { mean, sd };
}

function bootstrapThreshold(
  trials: EvokedTrials,
  sdOfData: Float64Array,
  alpha: number,
  bootstraps: number,
  seed: number,
): number {
  const { nTrials, nSources, nBaseline } = trials;
  const random = new RandomStream(seed, Stream.bootstrap);
  const rows = sourcesTogether(trials);
  const drawn = new Uint32Array(nTrials * nBaseline);
  const largest = new Float64Array(bootstraps * nBaseline);
  let sample = new Float64Array(nBaseline * nSources);
  let previous = new Float64Array(nBaseline * nSources);
  const draw = (out: Float64Array) => {
    random.fillIntegers(drawn, nTrials * nBaseline);
    averageRowsInto(out, rows, drawn, nTrials, nSources);
  };
  draw(previous);
  for (let b = 0; b < bootstraps; b++) {
    draw(sample);
    const { mean, sd } = scaleOf(sample, trials);
    const perSd = sd.map((value, source) => (sdOfData[source] === 0 || value === 0 ? 0 : 1 / value));
    for (let k = 0, i = 0; k < nBaseline; k++) {
      let most = 0;
      for (let source = 0; source < nSources; source++, i++) {
        const z = Math.abs(previous[i]! - mean[source]!) * perSd[source]!;
        if (z > most) most = z;
      }
      largest[b * nBaseline + k] = most;
    }
    [previous, sample] = [sample, previous];
  }
  largest.sort();
  return largest[Math.max(0, Math.ceil((1 - alpha) * largest.length) - 1)]!;
}

/** The baseline with the sources of one trial and sample side by side: (trial·nBaseline + sample)·nSources + source. */
function sourcesTogether({ nTrials, nSources, nBaseline, baseline }: EvokedTrials): Float64Array {
  const rows = new Float64Array(baseline.length);
  const size = nSources * nBaseline;
  for (let trial = 0; trial < nTrials; trial++) {
    rows.set(transposed(baseline.subarray(trial * size, (trial + 1) * size), nSources, nBaseline), trial * size);
  }
  return rows;
}

/** (row, column) → (column, row) */
function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) out[column * rows + row] = matrix[row * columns + column]!;
  }
  return out;
}

/** Means of successive groups of `size` rows, drawn with replacement: the same trials and samples for all sources. */
function averageRowsInto(out: Float64Array, rows: Float64Array, drawn: Uint32Array, size: number, width: number): void {
  out.fill(0);
  for (let group = 0, next = 0; next < drawn.length; group++) {
    const to = group * width;
    // Eight rows at a time: the sum is read and written an eighth as often.
    const end = next + size;
    for (; next + 8 <= end; next += 8) {
      const a = drawn[next]! * width;
      const b = drawn[next + 1]! * width;
      const c = drawn[next + 2]! * width;
      const d = drawn[next + 3]! * width;
      const e = drawn[next + 4]! * width;
      const f = drawn[next + 5]! * width;
      const g = drawn[next + 6]! * width;
      const h = drawn[next + 7]! * width;
      for (let i = 0; i < width; i++) {
        const low = rows[a + i]! + rows[b + i]! + (rows[c + i]! + rows[d + i]!);
        const high = rows[e + i]! + rows[f + i]! + (rows[g + i]! + rows[h + i]!);
        out[to + i]! += low + high;
      }
    }
    for (; next < end; next++) {
      const a = drawn[next]! * width;
      for (let i = 0; i < width; i++) out[to + i]! += rows[a + i];
    }
    for (let i = 0; i < width; i++) out[to + i]! /= size;
  }
}

/** 1 where |average − baseline mean| exceeds the threshold; rows are sources. */
export function markSignificant(average: Float64Array, nSamples: number, model: BaselineModel): Uint8Array {
  const marks = new Uint8Array(average.length);
  for (let i = 0; i < average.length; i++) {
    const source = Math.floor(i / nSamples);
    const sd = model.sd[source]!;
    if (sd > 0 && Math.abs(average[i]! - model.mean[source]!) > model.threshold * sd) marks[i] = 1;
  }
  return marks;
}

/** Sources from the most to the least active row; equal rows keep their order. */
export function orderByActivity(marks: Uint8Array, nSources: number, nSamples: number): Uint32Array {
  const total = new Uint32Array(nSources);
  for (let i = 0; i < marks.length; i++) total[Math.floor(i / nSamples)]! += marks[i];
  return Uint32Array.from({ length: nSources }, (_, i) => i).sort((a, b) => total[b]! - total[a]! || a - b);
}
