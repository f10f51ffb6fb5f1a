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
      for (let k = 0; k < nOut; k++) average[to + k]! += data[from + ((offset + k) % nIn)];
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
  const { mean, sd } = scaleOf(average, trials);
  const leftOut = sd.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
  return { mean, sd, threshold: bootstrapThreshold(trials, sd, alpha, bootstraps, seed), leftOut };
}

/** Mean and standard deviation of each row of an averaged baseline (source, sample). */
function scaleOf(average: Float64Array, { nTrials, nSources, nBaseline, kind }: EvokedTrials) {
  const mean = new Float64Array(nSources);
  const sd = new Float64Array(nSources);
  for (let source = 0; source < nSources; source++) {
    const from = source * nBaseline;
    let sum = 0;
    for (let k = from; k < from + nBaseline; k++) sum += average[k]!;
    const m = sum / nBaseline;
    let squares = 0;
    for (let k = from; k < from + nBaseline; k++) squares += (average[k]! - m) ** 2;
    let variance = squares / (nBaseline - 1);
    if (kind === "counts") variance = Math.max(variance, (sum * nTrials + 1) / (nBaseline * nTrials * nTrials));
    mean[source] = m;
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
  const { nSources, nBaseline } = trials;
  const random = new RandomStream(seed, Stream.bootstrap);
  const largest = new Float64Array(bootstraps * nBaseline);
  let previous = drawAverage(trials, random);
  for (let b = 0; b < bootstraps; b++) {
    const sample = drawAverage(trials, random);
    const { mean, sd } = scaleOf(sample, trials);
    for (let source = 0; source < nSources; source++) {
      if (sdOfData[source] === 0 || sd[source] === 0) continue;
      for (let k = 0; k < nBaseline; k++) {
        const z = Math.abs(previous[source * nBaseline + k]! - mean[source]!) / sd[source]!;
        if (z > largest[b * nBaseline + k]!) largest[b * nBaseline + k] = z;
      }
    }
    previous = sample;
  }
  largest.sort();
  return largest[Math.max(0, Math.ceil((1 - alpha) * largest.length) - 1)]!;
}

/** An averaged baseline (source, sample) of trials and samples drawn with replacement, the same for all sources. */
function drawAverage(trials: EvokedTrials, random: RandomStream): Float64Array {
  const { nTrials, nSources, nBaseline, baseline } = trials;
  const average = new Float64Array(nSources * nBaseline);
  for (let k = 0; k < nBaseline; k++) {
    for (let slot = 0; slot < nTrials; slot++) {
      const trial = random.integer(nTrials);
      const from = trial * nSources * nBaseline + random.integer(nBaseline);
      for (let source = 0; source < nSources; source++) {
        average[source * nBaseline + k]! += baseline[from + source * nBaseline];
      }
    }
  }
  for (let i = 0; i < average.length; i++) average[i]! /= nTrials;
  return average;
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
