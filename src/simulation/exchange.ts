/**
 * How the shares of a network tell each other their spikes, once an epoch.
 *
 * @module
 */

/** Sorted pairs (step, neuron of the population) in memory. */
export interface SpikeList {
  readonly at: number;
  readonly count: number;
  /** Exact spike times: address of the fraction of its step of each, f64; 0 where spikes fall on steps. */
  readonly fractions: number;
}

export interface Exchange {
  /**
   * Gives away the spikes of the share in an epoch, for each population sorted by (step, neuron).
   *
   * @param own with neurons counted from the first of the share.
   */
  publish(own: readonly SpikeList[]): void;
  /**
   * All shares have given theirs; waits for them up to `patience` ms.
   *
   * @throws WbeError when another share failed.
   */
  isComplete(patience: number): boolean;
  /** The spikes of all shares in the epoch (first, stop], sorted by (step, neuron of the whole population). */
  collect(first: number, stop: number, own: readonly SpikeList[]): readonly SpikeList[];
}
