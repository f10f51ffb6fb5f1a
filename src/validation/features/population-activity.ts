/** Activity of a population: how much, how regular, how synchronous, how rhythmic. @module */
import { requireFinite, requireInteger } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import { cos, sin } from "../../core/math.js";
import type { SpikeData } from "../../core/spikes.js";
import { intervalStatistics } from "./interspike-intervals.js";
import { spikeTrains } from "./spike-trains.js";

export interface PopulationActivity {
  /** Spikes per neuron and second, Hz. */
  rate: number;
  /** Mean over neurons with at least 5 spikes of the CV of their intervals; null without such neurons. */
  cv: number | null;
  /**
   * Variance over mean of the population's spike count in bins of 1 ms: about 1 when neurons fire independently and
   * irregularly, near the number of neurons when they fire together. Null without spikes.
   */
  synchrony: number | null;
  /**
   * Hz at which the power spectrum of the population's rate peaks, from 10 Hz on, to 5 Hz; null without spikes. Counts are
   * those of 1 ms: a sharp rhythm above 250 Hz shows the alias of its harmonics.
   */
  frequency: number | null;
}

export interface PopulationActivityOptions {
  /** Index of the population in the network; all neurons otherwise. */
  population?: number;
  /** ms: spikes in [start, stop) count, a whole number of ms, at least 200. The recorded window otherwise. */
  start?: number;
  stop?: number;
}

const minSpikes = 5;
/** ms. */
const segment = 200;
const lowestFrequency = 10;

/** @throws WbeError ARGUMENT for a window shorter than 200 ms or a population that is not there. */
export function populationActivity(spikes: SpikeData, options: PopulationActivityOptions = {}): PopulationActivity {
  const start = requireFinite(options.start ?? spikes.startStep * spikes.dt, "start");
  const stop = requireFinite(options.stop ?? spikes.stopStep * spikes.dt, "stop");
  const bins = Math.floor(stop - start + 1e-9);
  if (!(bins >= segment)) {
    throw new WbeError("ARGUMENT", `expected a window of at least ${segment} ms, found [${start}, ${stop})`);
  }
  const { population } = options;
  if (population !== undefined) requireInteger(population, 0, spikes.populations.length - 1, "population");
  const first = population === undefined ? 0 : spikes.populations[population]!.start;
  const size = population === undefined ? spikes.nNeurons : spikes.populations[population]!.size;
  const counts = new Float64Array(bins);
  let total = 0;
  let sumCv = 0;
  let nCv = 0;
  for (const train of spikeTrains(spikes).slice(first, first + size)) {
    const inside = train.filter((time) => time >= start && time < start + bins);
    total += inside.length;
    for (const time of inside) counts[Math.floor(time - start)]!++;
    const statistics = inside.length >= minSpikes ? intervalStatistics(inside) : null;
    if (statistics === null) continue;
    sumCv += statistics.cv;
    nCv++;
  }
  const mean = total / bins;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / bins;
  return {
    rate: (1000 * mean) / size,
    cv: nCv > 0 ? sumCv / nCv : null,
    synchrony: total > 0 ? variance / mean : null,
    frequency: total > 0 ? peakFrequency(counts) : null,
  };
}

/** Welch 1967: power averaged over half-overlapping Hann windows of 200 ms, bins of 1 ms. */
function peakFrequency(counts: Float64Array): number {
  const turn = (2 * Math.PI) / segment;
  const cosine = Float64Array.from({ length: segment }, (_, k) => cos(turn * k));
  const sine = Float64Array.from({ length: segment }, (_, k) => sin(turn * k));
  const step = 1000 / segment;
  const power = new Float64Array(segment / 2);
  for (let at = 0; at + segment <= counts.length; at += segment / 2) {
    const part = counts.subarray(at, at + segment);
    const mean = part.reduce((sum, count) => sum + count, 0) / segment;
    for (let f = lowestFrequency / step; f < power.length; f++) {
      let [real, imaginary] = [0, 0];
      for (let k = 0; k < segment; k++) {
        const value = (part[k]! - mean) * (1 - cosine[k]!);
        real += value * cosine[(f * k) % segment]!;
        imaginary += value * sine[(f * k) % segment]!;
      }
      power[f]! += real * real + imaginary * imaginary;
    }
  }
  let peak = lowestFrequency / step;
  for (let f = peak; f < power.length; f++) if (power[f]! > power[peak]!) peak = f;
  return peak * step;
}
