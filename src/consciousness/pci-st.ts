/**
 * PCIst: the perturbational complexity index based on state transitions of an evoked response.
 *
 * @module
 */
import { requireFinite, requireInteger, requirePositive, requireWithin } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import type { Measured } from "../core/measured.js";

export interface PciStInput {
  /** Trial average, (channel, sample) at channel·nSamples + sample. */
  readonly data: ArrayLike<number>;
  readonly nChannels: number;
  readonly nSamples: number;
  /** Sample at which the perturbation comes. */
  readonly onset: number;
  /** ms per sample. */
  readonly sampleInterval: number;
}

export interface PciStOptions {
  /** ms relative to the perturbation; [−400, −50] by default. Ends are the nearest samples, the last one excluded. */
  baselineWindow?: readonly [number, number];
  /** ms; [0, 300] by default. */
  responseWindow?: readonly [number, number];
  /** Share in percent of the response's power that the components explain; 99 by default. */
  maxVariance?: number;
  /** Least signal-to-noise ratio of a component; 1.1 by default. */
  minSnr?: number;
  /** Weight of the baseline's transitions, > 1; 1.2 by default. */
  k?: number;
  /** Thresholds tried between the baseline's median and the response's largest distance; 100 by default. */
  steps?: number;
}

export interface PciStComponent {
  /** Its part of the index. */
  readonly transitions: number;
  readonly snr: number;
  /** Distance threshold at which the difference of transitions is largest. */
  readonly threshold: number;
}

export interface PciStResult extends Measured {
  readonly components: readonly PciStComponent[];
}

/**
 * Principal components of the response (singular value decomposition) that explain `maxVariance` and exceed the baseline;
 * for each the distance matrices of baseline and response over time; at each threshold the transitions, changes along
 * time of "closer than the threshold", per pair of times; the threshold at which those of the response exceed k times
 * those of the baseline most. PCIst is the sum of these differences times the number of response samples. No component
 * gives 0 with a warning.
 *
 * @throws WbeError ARGUMENT for shapes and windows that do not fit, NOT_FINITE for a bad sample.
 * Source: Comolatti et al. 2019, Brain Stimul 12:1280; equal to its program (renzocom/PCIst) without embedding.
 */
export function perturbationalComplexityOfTransitions(input: PciStInput, options: PciStOptions = {}): PciStResult {
  const {
    baselineWindow = [-400, -50],
    responseWindow = [0, 300],
    maxVariance = 99,
    minSnr = 1.1,
    k = 1.2,
    steps = 100,
  } = options;
  const { data, nChannels, nSamples, onset, sampleInterval } = input;
  requireInteger(nChannels, 1, 100_000, "nChannels");
  requireInteger(nSamples, 4, 2 ** 31, "nSamples");
  requireInteger(onset, 0, nSamples, "onset");
  requirePositive(sampleInterval, "sampleInterval");
  requireWithin(maxVariance, 1e-6, 100, "maxVariance");
  requireFinite(minSnr, "minSnr");
  requirePositive(k, "k");
  requireInteger(steps, 2, 100_000, "steps");
  if (data.length !== nChannels * nSamples) {
    throw new WbeError(
      "ARGUMENT",
      `expected ${nChannels} channels × ${nSamples} samples, found ${data.length} numbers`,
    );
  }
  // The record between the start of the baseline and the end of the response; windows are ranges of its samples.
  const nearest = (time: number, first: number, last: number) =>
    Math.min(last, Math.max(first, onset + Math.ceil(time / sampleInterval - 0.5)));
  const first = nearest(baselineWindow[0], 0, nSamples - 1);
  const stop = nearest(responseWindow[1], 0, nSamples - 1);
  const range = (window: readonly [number, number], name: string): [number, number] => {
    requireFinite(window[0], `the start of ${name}`);
    requireFinite(window[1], `the end of ${name}`);
    const from = nearest(window[0], first, stop - 1) - first;
    const to = nearest(window[1], first, stop - 1) - first;
    if (to - from < 2) {
      throw new WbeError("ARGUMENT", `expected at least 2 samples in ${name}, found ${Math.max(0, to - from)}`, {
        where: `${window[0]} to ${window[1]} ms of ${nSamples} samples with onset ${onset}`,
      });
    }
    return [from, to];
  };
  const baseline = range(baselineWindow, "baselineWindow");
  const response = range(responseWindow, "responseWindow");
  const width = stop - first;
  const rows = Array.from({ length: nChannels }, (_, channel) => {
    const row = new Float64Array(width);
    for (let i = 0; i < width; i++) {
      const value = data[channel * nSamples + first + i]!;
      if (!Number.isFinite(value)) {
        throw new WbeError("NOT_FINITE", `expected finite samples, found ${value}`, {
          where: `channel ${channel}, sample ${first + i}`,
        });
      }
      row[i] = value;
    }
    return row;
  });

  const warnings: string[] = [];
  const components: PciStComponent[] = [];
  for (const row of principalComponents(rows, response, maxVariance)) {
    const noise = meanSquare(row, baseline);
    const snr = noise > 0 ? Math.sqrt(meanSquare(row, response) / noise) : Number.POSITIVE_INFINITY;
    if (!(snr > minSnr)) continue;
    const found = mostTransitions(row.subarray(...baseline), row.subarray(...response), k, steps);
    components.push({ ...found, snr });
  }
  if (components.length === 0) warnings.push(`no response: no component exceeds the baseline by ${minSnr}; PCIst is 0`);
  return {
    value: components.reduce((sum, { transitions }) => sum + transitions, 0),
    unit: "1",
    method: "PCIst: state transitions of the principal components of the evoked response beyond those of the baseline",
    parameters: {
      nChannels,
      sampleInterval,
      baselineWindow: [...baselineWindow],
      responseWindow: [...responseWindow],
      maxVariance,
      minSnr,
      k,
      steps,
      embedding: false,
    },
    source: "Comolatti et al. 2019, Brain Stimul 12:1280",
    warnings,
    components,
  };
}

/**
 * The rows rotated into each other until they are orthogonal over the response, the strongest first, as many as explain
 * the variance: one-sided Jacobi singular value decomposition (Hestenes 1958, J SIAM 6:51), exact also for weak ones.
 */
function principalComponents(
  rows: Float64Array[],
  [from, to]: readonly [number, number],
  maxVariance: number,
): Float64Array[] {
  for (let sweep = 0; sweep < 60; sweep++) {
    let rotated = false;
    for (let p = 0; p < rows.length; p++) {
      for (let q = p + 1; q < rows.length; q++) {
        const a = rows[p]!;
        const b = rows[q]!;
        let aa = 0;
        let bb = 0;
        let ab = 0;
        for (let i = from; i < to; i++) {
          aa += a[i]! * a[i]!;
          bb += b[i]! * b[i]!;
          ab += a[i]! * b[i]!;
        }
        if (Math.abs(ab) <= 1e-15 * Math.sqrt(aa * bb)) continue;
        rotated = true;
        const zeta = (bb - aa) / (2 * ab);
        const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const c = 1 / Math.sqrt(1 + t * t);
        const s = c * t;
        for (let i = 0; i < a.length; i++) {
          const x = a[i]!;
          a[i] = c * x - s * b[i]!;
          b[i] = s * x + c * b[i]!;
        }
      }
    }
    if (!rotated) break;
  }
  const power = rows.map((row) => meanSquare(row, [from, to]));
  const order = power.map((_, i) => i).sort((a, b) => power[b]! - power[a]! || a - b);
  const total = power.reduce((sum, p) => sum + p, 0);
  if (!(total > 0)) return [];
  if (maxVariance === 100) return order.map((i) => rows[i]!);
  const kept: Float64Array[] = [];
  let sum = 0;
  for (const i of order) {
    kept.push(rows[i]!);
    sum += power[i]!;
    if ((100 * sum) / total >= maxVariance) break;
  }
  return kept;
}

function meanSquare(row: Float64Array, [from, to]: readonly [number, number]): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += row[i]! * row[i]!;
  return sum / (to - from);
}

/** Thresholds from the median distance of the baseline to the largest of the response; the best one counts. */
function mostTransitions(baseline: Float64Array, response: Float64Array, k: number, steps: number) {
  const low = medianDistance(baseline);
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const x of response) {
    least = Math.min(least, x);
    most = Math.max(most, x);
  }
  const high = most - least;
  const thresholds = Float64Array.from({ length: steps }, (_, i) =>
    i === steps - 1 ? high : low + (i * (high - low)) / (steps - 1),
  );
  const before = countTransitions(baseline, thresholds);
  const after = countTransitions(response, thresholds);
  let best = Number.NEGATIVE_INFINITY;
  let at = 0;
  for (let i = 0; i < steps; i++) {
    const difference = after[i]! / response.length ** 2 - (k * before[i]!) / baseline.length ** 2;
    if (difference > best) {
      best = difference;
      at = i;
    }
  }
  return { transitions: Math.max(0, best * response.length), threshold: thresholds[at]! };
}

/** Of all pairs of samples, a sample with itself included. */
function medianDistance(series: Float64Array): number {
  const n = series.length;
  const distances = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) distances[i * n + j] = Math.abs(series[i]! - series[j]!);
  distances.sort();
  const middle = distances.length >> 1;
  return distances.length % 2 ? distances[middle]! : (distances[middle - 1]! + distances[middle]!) / 2;
}

/**
 * For each threshold, how often "within the threshold of sample i" changes from one sample to the next, over all i. A change
 * from distance x to y is one for the thresholds from min(x, y) up to, not at, max(x, y): counted as differences of steps.
 */
function countTransitions(series: Float64Array, thresholds: Float64Array): Float64Array {
  const steps = thresholds.length;
  const change = new Float64Array(steps + 1);
  const ascending = thresholds[steps - 1]! >= thresholds[0]!;
  const sorted = ascending ? thresholds : Float64Array.from(thresholds).reverse();
  const low = sorted[0]!;
  const width = (sorted[steps - 1]! - low) / (steps - 1);
  /** First threshold ≥ distance. */
  const place = (distance: number): number => {
    let i = width > 0 ? Math.min(steps, Math.max(0, Math.ceil((distance - low) / width))) : 0;
    while (i > 0 && sorted[i - 1]! >= distance) i--;
    while (i < steps && sorted[i]! < distance) i++;
    return i;
  };
  const n = series.length;
  for (let i = 0; i < n; i++) {
    let previous = place(Math.abs(series[0]! - series[i]!));
    for (let j = 1; j < n; j++) {
      const next = place(Math.abs(series[j]! - series[i]!));
      change[Math.min(previous, next)]!++;
      change[Math.max(previous, next)]!--;
      previous = next;
    }
  }
  let running = 0;
  const counts = Float64Array.from({ length: steps }, (_, i) => {
    running += change[i]!;
    return running;
  });
  return ascending ? counts : counts.reverse();
}
