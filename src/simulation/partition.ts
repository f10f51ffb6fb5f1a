/**
 * Which neurons a worker owns: of every population one contiguous, even-sized share. Its synapses are those onto its
 * neurons; each draws from its target's own place in the streams, so a worker builds them without the others.
 *
 * @module
 */

export interface Partition {
  /** 0 … count − 1. */
  readonly index: number;
  readonly count: number;
}

export const wholeNetwork: Partition = { index: 0, count: 1 };

/** First and one-past-last neuron of a population of `size`; shares start at even indices, the last may be shorter. */
export function shareOf(size: number, { index, count }: Partition): { from: number; to: number } {
  const share = 2 * Math.ceil(size / (2 * count));
  return { from: Math.min(size, share * index), to: Math.min(size, share * (index + 1)) };
}
