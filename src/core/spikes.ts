/**
 * Spikes as columns: what the engine returns, and what metrics, validators and writers read.
 *
 * @module
 */

/**
 * Sorted by (step, neuron). A spike's time is step·dt in ms, less its offset where there are any (spikeTime); computed and
 * never accumulated.
 * Neuron indices count through the whole network in the order of its populations.
 */
export interface SpikeData {
  readonly step: Uint32Array;
  readonly neuron: Uint32Array;
  /**
   * ms by which each spike came before the end of its step, step·dt: 0 to dt. Of networks with populations that have exact
   * spike times (0 for the spikes of others); absent where all spikes fall on steps.
   */
  readonly offset?: Float64Array;
  /** ms per step. */
  readonly dt: number;
  readonly nNeurons: number;
  /**
   * First and one-past-last recorded step: the window is [startStep, stopStep) · dt, spikes are stamped in (start, stop].
   * A run that is streamed to a store holds what is not there yet: its window starts where the store ends.
   */
  readonly startStep: number;
  readonly stopStep: number;
  /** Name and index range of each population, in network order. */
  readonly populations: readonly { readonly name: string; readonly start: number; readonly size: number }[];
  /** Times (ms) at which a stimulus of kind "pulse" was delivered, so that a metric can tell whether it was. */
  readonly pulseTimes: readonly number[];
}

/** When spike k was fired, ms. */
export function spikeTime({ step, offset, dt }: Pick<SpikeData, "step" | "offset" | "dt">, k: number): number {
  return step[k]! * dt - (offset?.[k] ?? 0);
}

/**
 * A recorded state variable. data[sample * neurons.length + k] is neuron neurons[k] at time sampleStep[sample]·dt.
 * Neuron indices count through the whole network, as in SpikeData.
 */
export interface RecordedState {
  readonly variable: string;
  readonly unit: string;
  readonly population: string;
  readonly neurons: Uint32Array;
  readonly sampleStep: Uint32Array;
  readonly dt: number;
  readonly data: Float64Array;
}

/** Samples that are not one per neuron: the rate of a population, weights of a projection. data[sample · columns + k]. */
export interface RecordedSeries {
  /** Of the recorder: the population or projection unless it was given a name of its own. */
  readonly name: string;
  /** Population or projection. */
  readonly of: string;
  readonly unit: string;
  /** Of a rate: the end of each bin; it counts spikes stamped after the end of the bin before, up to and with its own. */
  readonly sampleStep: Uint32Array;
  /** ms per step. */
  readonly dt: number;
  /** What each column is; undefined where the columns are `synapses`. */
  readonly columns?: readonly string[];
  /** Synapses of the projection, counted row by row by source, with their neurons. */
  readonly synapses?: { readonly index: Uint32Array; readonly source: Uint32Array; readonly target: Uint32Array };
  readonly data: Float64Array;
}
