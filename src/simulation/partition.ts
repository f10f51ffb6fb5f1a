/**
 * Which neurons a worker owns: of every population one contiguous share of whole vectors. Its synapses are those onto its
 * neurons; each draws from its target's own place in the streams, so a worker builds them without the others.
 *
 * @module
 */

export interface Partition {
  /** 0 … count − 1. */
  readonly index: number;
  readonly count: number;
}

/** Threads that a network may be dealt to. */
export const maxThreads = 256;

/** First and one-past-last neuron of a population of `size`; shares start at multiples of 4 (lanes of f32), the last may be shorter. */
export function shareOf(size: number, { index, count }: Partition): { from: number; to: number } {
  const share = 4 * Math.ceil(size / (4 * count));
  return { from: Math.min(size, share * index), to: Math.min(size, share * (index + 1)) };
}
