/**
 * What must be known of a whole projection before any thread can lay out its share: joined from the shares.
 *
 * @module
 */

export interface ProjectionExtent {
  readonly synapses: number;
  readonly weights: WeightSummary;
  /** Steps; without synapses shortest is infinite and longest 0. */
  readonly shortestDelay: number;
  readonly longestDelay: number;
  /** Axon's part less dendrite's part of the delays, steps: at most 0, and −∞ without synapses. Of plastic projections. */
  readonly lowestShift: number;
  readonly highestShift: number;
}

/** Of a projection without synapses both are 0. */
export interface WeightSummary {
  readonly sum: number;
  readonly largest: number;
}

/** dAx − dDend in steps for a delay: the axon's part is the nearest whole step. */
export function shiftOf(delay: number, axonalFraction: number): number {
  const axonal = Math.round(delay * axonalFraction);
  return axonal - (delay - axonal);
}

/** Lowest and highest shift of delays (steps): rounding makes the shift a staircase of the delay. */
export function shiftRange(delays: Iterable<number>, axonalFraction: number): { lowest: number; highest: number } {
  let [lowest, highest] = [0, Number.NEGATIVE_INFINITY];
  for (const delay of new Set(delays)) {
    const shift = shiftOf(delay, axonalFraction);
    lowest = Math.min(lowest, shift);
    highest = Math.max(highest, shift);
  }
  return { lowest, highest };
}

export function joinSummaries(shares: readonly WeightSummary[]): WeightSummary {
  return shares.reduce((a, b) => ({ sum: a.sum + b.sum, largest: Math.max(a.largest, b.largest) }));
}

/** The extent of a projection from those of its shares. */
export function joinExtents(shares: readonly ProjectionExtent[]): ProjectionExtent {
  return shares.reduce((a, b) => ({
    synapses: a.synapses + b.synapses,
    weights: joinSummaries([a.weights, b.weights]),
    shortestDelay: Math.min(a.shortestDelay, b.shortestDelay),
    longestDelay: Math.max(a.longestDelay, b.longestDelay),
    lowestShift: Math.min(a.lowestShift, b.lowestShift),
    highestShift: Math.max(a.highestShift, b.highestShift),
  }));
}
