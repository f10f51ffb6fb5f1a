/**
 * Ignition: late activity that is all or none, by how strong a stimulus is.
 *
 * @module
 */
import { requireFinite } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import { exp, log } from "../../core/math.js";
import type { Measured } from "../../core/measured.js";
import { dipTest } from "./dip-test.js";

export interface MixtureFit {
  /** Of the lower and the upper component. */
  readonly means: readonly [number, number];
  readonly sds: readonly [number, number];
  /** Share of the upper component. */
  readonly weight: number;
  /** BIC of one normal distribution less that of two: above 10 is strong evidence for two. */
  readonly bicGain: number;
  /** 2·(log likelihood of two − of one). */
  readonly likelihoodRatio: number;
}

/**
 * One against two normal distributions, by expectation maximisation from splits at the largest gap and at the median; the better
 * ends. Standard deviations are at least 1 % of the samples' own, so that no component falls onto one sample.
 *
 * @throws WbeError ARGUMENT for fewer than 6 samples.
 * Source: Dempster, Laird & Rubin 1977, J R Stat Soc B 39:1; BIC by Schwarz 1978, Ann Stat 6:461.
 */
export function fitTwoNormals(samples: ArrayLike<number>): MixtureFit {
  const x = Float64Array.from(samples, (value) => requireFinite(value, "a sample")).sort();
  const n = x.length;
  if (n < 6) throw new WbeError("ARGUMENT", `expected at least 6 samples, found ${n}`);
  const mean = x.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  if (sd === 0)
    return { means: [mean, mean], sds: [0, 0], weight: 0, bicGain: Number.NEGATIVE_INFINITY, likelihoodRatio: 0 };
  const logOne = -n * log(sd) - n / 2;
  let gap = 1;
  for (let i = 2; i < n; i++) if (x[i]! - x[i - 1]! > x[gap]! - x[gap - 1]!) gap = i;
  const fits = [gap, n >> 1].map((split) => maximise(x, split, sd / 100));
  const best = fits[0]!.logLikelihood >= fits[1]!.logLikelihood ? fits[0]! : fits[1]!;
  const likelihoodRatio = Math.max(0, 2 * (best.logLikelihood - logOne));
  // Three more parameters.
  return { ...best, likelihoodRatio, bicGain: likelihoodRatio - 3 * log(n) };
}

function maximise(x: Float64Array, split: number, floor: number) {
  const n = x.length;
  let belongs = Float64Array.from(x, (_, i) => (i >= split ? 1 : 0));
  let result = {
    means: [0, 0] as [number, number],
    sds: [0, 0] as [number, number],
    weight: 0,
    logLikelihood: Number.NEGATIVE_INFINITY,
  };
  for (let step = 0; step < 500; step++) {
    const upper = belongs.reduce((sum, value) => sum + value, 0);
    const counts = [n - upper, upper];
    if (counts[0]! < 1e-9 || counts[1]! < 1e-9) break;
    const share = (k: number, i: number) => (k === 1 ? belongs[i]! : 1 - belongs[i]!);
    const means = [0, 1].map((k) => x.reduce((sum, value, i) => sum + share(k, i) * value, 0) / counts[k]!) as [
      number,
      number,
    ];
    const sds = [0, 1].map((k) =>
      Math.max(
        floor,
        Math.sqrt(x.reduce((sum, value, i) => sum + share(k, i) * (value - means[k]!) ** 2, 0) / counts[k]!),
      ),
    ) as [number, number];
    const weight = upper / n;
    let logLikelihood = 0;
    const next = Float64Array.from(x, (value) => {
      const logs = [0, 1].map((k) => log(counts[k]! / n) - log(sds[k]!) - ((value - means[k]!) / sds[k]!) ** 2 / 2);
      const most = Math.max(logs[0]!, logs[1]!);
      const [a, b] = [exp(logs[0]! - most), exp(logs[1]! - most)];
      logLikelihood += most + log(a + b);
      return b / (a + b);
    });
    const gain = logLikelihood - result.logLikelihood;
    result = { means, sds, weight, logLikelihood };
    belongs = next;
    if (gain < 1e-9) break;
  }
  if (result.means[0] > result.means[1]) {
    result = {
      ...result,
      means: [result.means[1], result.means[0]],
      sds: [result.sds[1], result.sds[0]],
      weight: 1 - result.weight,
    };
  }
  return result;
}

export interface ThresholdCurve {
  /** Strength at which half of the trials ignite, in the unit of the stimulus. */
  readonly threshold: number;
  /** Slope of the logit per unit of strength; large: all or none. Infinity for a step. */
  readonly slope: number;
}

/**
 * Logistic curve of a yes or no over stimulus strength by maximum likelihood (Newton's method, with a prior of a hundredth of an
 * observation that keeps perfectly separated data finite). NaN when all trials have one outcome.
 */
export function fitThresholdCurve(strength: ArrayLike<number>, ignited: ArrayLike<boolean | number>): ThresholdCurve {
  const n = strength.length;
  if (ignited.length !== n || n === 0)
    throw new WbeError("ARGUMENT", `expected an outcome for each of ${n} trials, found ${ignited.length}`);
  const yes = Array.from(ignited).filter(Boolean).length;
  if (yes === 0 || yes === n) return { threshold: Number.NaN, slope: Number.NaN };
  const values = Array.from(strength, (value) => requireFinite(value, "a strength"));
  const center = values.reduce((sum, value) => sum + value, 0) / n;
  const scale = Math.max(...values.map((value) => Math.abs(value - center)));
  if (scale === 0) return { threshold: Number.NaN, slope: Number.NaN };
  const z = values.map((value) => (value - center) / scale);
  let [a, b] = [0, 0];
  const ridge = 0.01 / 2;
  for (let step = 0; step < 100; step++) {
    let [ga, gb, haa, hab, hbb] = [0, -ridge * b, 1e-12, 0, ridge];
    for (let i = 0; i < n; i++) {
      const p = 1 / (1 + exp(-(a + b * z[i]!)));
      const error = (ignited[i] ? 1 : 0) - p;
      const w = p * (1 - p);
      ga += error;
      gb += error * z[i]!;
      haa += w;
      hab += w * z[i]!;
      hbb += w * z[i]! * z[i]!;
    }
    const determinant = haa * hbb - hab * hab;
    if (!(determinant > 0)) break;
    const da = (hbb * ga - hab * gb) / determinant;
    const db = (haa * gb - hab * ga) / determinant;
    // Long steps overshoot where trials are nearly separated.
    const size = Math.max(1, Math.abs(da) / 5, Math.abs(db) / 5);
    a += da / size;
    b += db / size;
    if (Math.abs(da) + Math.abs(db) < 1e-10) break;
  }
  return { threshold: center - (scale * a) / b, slope: b / scale };
}

export interface IgnitionInput {
  /** Late activity of each trial, e.g. spikes per workspace neuron from 200 to 400 ms. */
  readonly late: ArrayLike<number>;
  /** Stimulus strength of each trial. */
  readonly strength: ArrayLike<number>;
  /** Late activity of each trial by area, (trial, area) at trial·nAreas + area, for the access measure. */
  readonly areas?: { readonly late: ArrayLike<number>; readonly nAreas: number };
}

export interface IgnitionOptions {
  /** Level of the dip test; 0.05 by default. */
  alpha?: number;
  /** Uniform samples that the dip is compared with; 1000 by default. */
  simulations?: number;
  seed?: number;
}

export interface IgnitionResult extends Measured {
  /** Both tests find two kinds of trials. */
  readonly isBimodal: boolean;
  readonly dip: number;
  readonly mixture: MixtureFit;
  /** Late activity that parts the trials: where the two components are equally likely. */
  readonly boundary: number;
  readonly ignited: readonly boolean[];
  readonly curve: ThresholdCurve;
  /**
   * Access: mean share of areas with late activity above the boundary in ignited trials less that in the others; 1 when ignition is
   * heard everywhere and nothing without it. null without areas or without both kinds of trials.
   */
  readonly access: number | null;
}

/**
 * Whether trials ignite. The value is the share of trials that did. Ignition is called when late activity is bimodal over trials
 * (dip test against uniform samples, and two normal components better by BIC) and not when it only grows with the stimulus.
 *
 * @throws WbeError ARGUMENT for fewer than 6 trials or lengths that differ.
 * Source: Dehaene & Changeux 2005, PLoS Biol 3:e141; Dehaene & Changeux 2011, Neuron 70:200; bimodality as in Sergent & Dehaene
 * 2004, Psychol Sci 15:720.
 */
export function detectIgnition(
  { late, strength, areas }: IgnitionInput,
  options: IgnitionOptions = {},
): IgnitionResult {
  const { alpha = 0.05, simulations = 1000, seed = 0 } = options;
  const n = late.length;
  if (strength.length !== n)
    throw new WbeError("ARGUMENT", `expected a strength for each of ${n} trials, found ${strength.length}`);
  const mixture = fitTwoNormals(late);
  const { dip, p } = dipTest(late, simulations, seed);
  const isBimodal = p <= alpha && mixture.bicGain > 0;
  const boundary = boundaryOf(mixture);
  const ignited = Array.from(late, (value) => isBimodal && value > boundary);
  const warnings: string[] = [];
  if (!isBimodal) {
    warnings.push(
      `no ignition: late activity is ${p > alpha ? `not bimodal (dip test, p = ${p.toFixed(3)})` : "no better described by two normal components than by one"}`,
    );
  }
  let access: number | null = null;
  if (areas) {
    if (areas.late.length !== n * areas.nAreas) {
      throw new WbeError(
        "ARGUMENT",
        `expected ${n} trials × ${areas.nAreas} areas, found ${areas.late.length} numbers`,
      );
    }
    const share = (wanted: boolean) => {
      let [active, total] = [0, 0];
      ignited.forEach((is, trial) => {
        if (is !== wanted) return;
        for (let area = 0; area < areas.nAreas; area++) {
          active += areas.late[trial * areas.nAreas + area]! > boundary ? 1 : 0;
          total++;
        }
      });
      return total > 0 ? active / total : Number.NaN;
    };
    const difference = share(true) - share(false);
    access = Number.isNaN(difference) ? null : difference;
  }
  return {
    value: ignited.filter(Boolean).length / Math.max(1, n),
    unit: "1",
    method:
      "share of trials with ignition: bimodality of late activity by dip test and by the BIC of two normal components",
    parameters: { trials: n, alpha, simulations, seed, dip, p, bicGain: mixture.bicGain },
    source: "Dehaene & Changeux 2011, Neuron 70:200; Hartigan & Hartigan 1985, Ann Stat 13:70",
    warnings,
    isBimodal,
    dip,
    mixture,
    boundary,
    ignited,
    curve: fitThresholdCurve(strength, ignited),
    access,
  };
}

/** Between the means, where the weighted densities are equal, by bisection. */
function boundaryOf({ means, sds, weight }: MixtureFit): number {
  if (sds[0] === 0) return means[0];
  const difference = (x: number) =>
    log(weight) -
    log(sds[1]) -
    ((x - means[1]) / sds[1]) ** 2 / 2 -
    (log(1 - weight) - log(sds[0]) - ((x - means[0]) / sds[0]) ** 2 / 2);
  let [low, high] = means;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (difference(middle) > 0) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/**
 * How long activity stays up: ms from its first bin above `boundary` at or after `onset` to the end of the last bin before it stays at or
 * below for `gap` bins; 0 when it never rises. @param activity one value per bin. @param binWidth ms.
 */
export function ignitionDuration(
  activity: ArrayLike<number>,
  boundary: number,
  binWidth: number,
  onset = 0,
  gap = 2,
): number {
  let first = -1;
  let last = -1;
  for (let k = onset; k < activity.length; k++) {
    if (activity[k]! > boundary) {
      if (first < 0) first = k;
      last = k;
    } else if (first >= 0 && k - last >= gap) break;
  }
  return first < 0 ? 0 : (last - first + 1) * binWidth;
}
