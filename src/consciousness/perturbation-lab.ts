/**
 * Perturbations of a running network: pulses at chosen sites, trial after trial, and what the network answers.
 *
 * @module
 */
import { requireFinite, requireInteger, requirePositive, requireWithin } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import type { LongCallOptions } from "../core/progress.js";
import { RandomStream } from "../core/random.js";
import type { RecordedState, SpikeData } from "../core/spikes.js";
import { Stream } from "../core/streams.js";
import { parseQuantity } from "../core/units.js";
import type { Quantity, StimulusSpec } from "../simulation/description.js";
import type { SimulationEngine } from "../simulation/engine.js";
import type { PciInput, PciMatrixInput } from "./pci.js";
import type { PciStInput } from "./pci-st.js";

export interface PerturbationSite {
  readonly population: string;
  /** Neurons of the population; those of `fraction` otherwise. */
  readonly neurons?: readonly number[];
  /** Share of the population, drawn by the seed; 1 by default. */
  readonly fraction?: number;
  /** Relative to the run's amplitude; 1 by default, negative to inhibit. */
  readonly gain?: number;
}

export interface PerturbationOptions extends LongCallOptions {
  sites: readonly PerturbationSite[];
  /** In the unit of the stimulated models' input I (pA, or uA/cm2 for HodgkinHuxley). */
  amplitude: number;
  /** ms, 5 by default. */
  duration?: Quantity;
  /** 20 by default. */
  trials?: number;
  /** ms before each pulse without any; 400 by default. */
  baseline?: number;
  /** ms after each pulse that belong to its trial; 300 by default. */
  response?: number;
  /** ms between trials, for the network to settle; 100 by default. */
  rest?: number;
  /** ms; each pulse comes later by a random time of up to this, so that trials are not locked to a rhythm. 0 by default. */
  jitter?: number;
  seed?: number;
}

export interface PerturbationRun extends PciInput {
  readonly amplitude: number;
  /** ms of model time in which the trials lie. */
  readonly from: number;
  readonly to: number;
}

/**
 * Delivers the pulses to an engine as it is and runs it until the last response is over. The engine's other stimuli go on; its own
 * list of stimuli is put back at the end, also after an error. Plasticity, if the network has any, goes on too: trials then do not
 * meet the same network.
 *
 * @throws WbeError ARGUMENT for options outside their range, NAME_UNKNOWN for a population that does not exist, CANCELLED.
 * Progress is in ms of model time.
 * @example
 * const run = await perturb(engine, { sites: [{ population: "area 0" }], amplitude: 500 });
 * new PerturbationalComplexityIndex().compute({ ...run, sources: "populations" });
 */
export async function perturb(engine: SimulationEngine, options: PerturbationOptions): Promise<PerturbationRun> {
  const { sites, amplitude, duration = 5, trials = 20, baseline = 400, response = 300 } = options;
  const { rest = 100, jitter = 0, seed = 0, signal, onProgress } = options;
  requireFinite(amplitude, "amplitude");
  requireInteger(trials, 1, 100_000, "trials");
  requireWithin(baseline, 0, 1e9, "baseline");
  requirePositive(response, "response");
  requireWithin(rest, 0, 1e9, "rest");
  requireWithin(jitter, 0, 1e9, "jitter");
  if (sites.length === 0) throw new WbeError("ARGUMENT", "expected at least one site, found none");
  const { populations, stimuli, dt } = engine.description;
  const random = new RandomStream(seed, Stream.spikeTrains);
  const from = engine.time;
  const interval = baseline + jitter + response + rest;
  const perturbationTimes = Array.from({ length: trials }, (_, k) => {
    const time = from + k * interval + baseline + jitter * random.uniform();
    return Math.round(time / dt) * dt;
  });
  const pulses = sites.flatMap(({ population, neurons, fraction = 1, gain = 1 }, site) => {
    const index = populations.findIndex(({ name }) => name === population);
    if (index < 0) {
      throw new WbeError("NAME_UNKNOWN", `unknown population "${population}"`, {
        where: `sites[${site}]`,
        remedy: `There are ${populations.map(({ name }) => name).join(", ")}.`,
      });
    }
    requireWithin(fraction, 0, 1, "fraction", `sites[${site}]`);
    const { size } = populations[index]!;
    const chosen =
      neurons ??
      [...new RandomStream(seed, Stream.sampling, index).choose(size, Math.max(1, Math.round(fraction * size)))].sort(
        (a, b) => a - b,
      );
    return perturbationTimes.map(
      (start): StimulusSpec => ({
        kind: "pulse",
        population,
        neurons: chosen,
        amplitude: amplitude * requireFinite(gain, "gain", `sites[${site}]`),
        start,
        duration: parseQuantity(duration, "ms"),
      }),
    );
  });
  await engine.setStimuli([...stimuli, ...pulses]);
  try {
    await engine.run({ duration: Math.ceil((trials * interval) / dt) * dt, signal, onProgress });
  } finally {
    await engine.setStimuli(stimuli);
  }
  const spikes = engine.spikes();
  return {
    spikes: { ...spikes, pulseTimes: [...new Set([...spikes.pulseTimes, ...perturbationTimes])].sort((a, b) => a - b) },
    perturbationTimes,
    amplitude,
    from,
    to: engine.time,
  };
}

/** One run per amplitude, in the order given, on the same engine: a dose–response curve. */
export async function perturbWithAmplitudes(
  engine: SimulationEngine,
  amplitudes: readonly number[],
  options: Omit<PerturbationOptions, "amplitude">,
): Promise<PerturbationRun[]> {
  const runs: PerturbationRun[] = [];
  for (const amplitude of amplitudes) runs.push(await perturb(engine, { ...options, amplitude }));
  return runs;
}

/**
 * Trials of a field-potential-like signal: a recorded state (V, or a synaptic current for a current-based proxy) averaged over
 * groups of neurons, cut around the perturbations, as input for `PerturbationalComplexityIndex.computeFromMatrix` and, averaged
 * over trials, for PCIst.
 *
 * @param groups number of groups of consecutive recorded neurons, or a group per recorded neuron (−1 leaves it out).
 * @param window ms before and after each perturbation.
 * @throws WbeError ARGUMENT when a window leaves the record or no neuron is in a group.
 * Source of the current proxy: Mazzoni et al. 2015, PLoS Comput Biol 11:e1004584.
 */
export function cutFieldTrials(
  recorded: RecordedState,
  perturbationTimes: readonly number[],
  groups: number | ArrayLike<number>,
  window: readonly [number, number] = [400, 300],
): PciMatrixInput {
  const { data, neurons, sampleStep, dt } = recorded;
  if (sampleStep.length < 2) throw new WbeError("EMPTY_INPUT", "expected a record of at least 2 samples");
  const width = neurons.length;
  const groupOf =
    typeof groups === "number"
      ? Int32Array.from({ length: width }, (_, i) =>
          Math.floor((i * requireInteger(groups, 1, width, "groups")) / width),
        )
      : Int32Array.from({ length: width }, (_, i) => groups[i]!);
  const nSources = groupOf.reduce((most, group) => Math.max(most, group + 1), 0);
  const size = new Float64Array(nSources);
  for (const group of groupOf) if (group >= 0) size[group]!++;
  if (nSources === 0 || size.includes(0))
    throw new WbeError("ARGUMENT", "expected neurons in every group, found an empty one");
  const every = sampleStep[1]! - sampleStep[0]!;
  const sampleInterval = every * dt;
  const before = Math.round(window[0] / sampleInterval);
  const nSamples = before + Math.round(window[1] / sampleInterval);
  const out = new Float64Array(perturbationTimes.length * nSources * nSamples);
  perturbationTimes.forEach((time, trial) => {
    // The first sample at or after the pulse.
    const onset = Math.ceil((time / dt - sampleStep[0]!) / every - 1e-6);
    if (onset - before < 0 || onset - before + nSamples > sampleStep.length) {
      throw new WbeError(
        "ARGUMENT",
        `expected ${window[0]} ms before and ${window[1]} ms after ${time} ms in the record`,
        {
          remedy: "Record the state during all trials, or give a shorter window.",
        },
      );
    }
    for (let k = 0; k < nSamples; k++) {
      const row = (onset - before + k) * width;
      for (let i = 0; i < width; i++) {
        const group = groupOf[i]!;
        if (group >= 0) out[(trial * nSources + group) * nSamples + k]! += data[row + i]! / size[group]!;
      }
    }
  });
  return {
    data: out,
    nTrials: perturbationTimes.length,
    nSources,
    nSamples,
    onset: before,
    sampleInterval,
    kind: "continuous",
  };
}

/**
 * The mean over trials less each source's mean before the perturbation, as input for `perturbationalComplexityOfTransitions`: a
 * constant offset would be the first component of the response.
 */
export function averageFieldTrials({
  data,
  nTrials,
  nSources,
  nSamples,
  onset,
  sampleInterval,
}: PciMatrixInput): PciStInput {
  const size = nSources * nSamples;
  const mean = new Float64Array(size);
  for (let trial = 0; trial < nTrials; trial++)
    for (let i = 0; i < size; i++) mean[i]! += data[trial * size + i]! / nTrials;
  for (let from = 0; from < size; from += nSamples) {
    let level = 0;
    for (let k = 0; k < onset; k++) level += mean[from + k]! / onset;
    for (let k = 0; k < nSamples; k++) mean[from + k]! -= level;
  }
  return { data: mean, nChannels: nSources, nSamples, onset, sampleInterval };
}

/** Spikes per neuron and trial in a window after each perturbation, ms: the response in one number per trial. */
export function spikesPerTrial(
  spikes: SpikeData,
  perturbationTimes: readonly number[],
  window: readonly [number, number],
): Float64Array {
  return Float64Array.from(perturbationTimes, (time) => {
    let count = 0;
    for (const step of spikes.step) {
      const at = step * spikes.dt - time;
      if (at > window[0] && at <= window[1]) count++;
    }
    return count / Math.max(1, spikes.nNeurons);
  });
}
