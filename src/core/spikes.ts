/**
 * Spikes as columns: what the engine returns, and what metrics, validators and writers read.
 *
 * @module
 */

/**
 * Sorted by (step, neuron). `time` is step·dt in ms, computed and never accumulated.
 * Neuron indices count through the whole network in the order of its populations.
 */
export interface SpikeData {
  readonly step: Uint32Array;
  readonly neuron: Uint32Array;
  /** ms per step. */
  readonly dt: number;
  readonly nNeurons: number;
  /** First and one-past-last recorded step: the window is [startStep, stopStep) · dt, spikes are stamped in (start, stop]. */
  readonly startStep: number;
  readonly stopStep: number;
  /** Name and index range of each population, in network order. */
  readonly populations: readonly { readonly name: string; readonly start: number; readonly size: number }[];
  /** Times (ms) at which a stimulus of kind "pulse" was delivered, so that a metric can tell whether it was. */
  readonly pulseTimes: readonly number[];
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
