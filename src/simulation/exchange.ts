/**
 * How the parts of a network tell each other their spikes, once an epoch.
 *
 * @module
 */

/** Sorted pairs (step, neuron of the population) in memory. */
export interface SpikeList {
  readonly at: number;
  readonly count: number;
}

export interface Exchange {
  /**
   * Gives the spikes of the epoch (first, stop] of all parts, for each population sorted by (step, neuron of the whole
   * population), from those of this part with neurons counted from its own first.
   */
  swap(first: number, stop: number, own: readonly SpikeList[]): readonly SpikeList[];
}
