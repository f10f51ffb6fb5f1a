/** Interspike intervals and their spread. @module */
import { WbeError } from "../../core/errors.js";

/**
 * Differences of successive spike times, same unit.
 *
 * @param times ascending.
 * @throws WbeError ARGUMENT when they do not ascend.
 */
export function interspikeIntervals(times: ArrayLike<number>): Float64Array {
  const intervals = new Float64Array(Math.max(0, times.length - 1));
  for (let i = 1; i < times.length; i++) {
    intervals[i - 1] = times[i]! - times[i - 1]!;
    if (!(intervals[i - 1]! >= 0)) {
      throw new WbeError("ARGUMENT", `expected ascending spike times, found ${times[i]} after ${times[i - 1]}`, {
        where: `spike ${i}`,
      });
    }
  }
  return intervals;
}

export interface IntervalStatistics {
  count: number;
  /** Same unit as the times. */
  mean: number;
  /** Sample standard deviation (n − 1). */
  sd: number;
  /** sd/mean: near 0 for regular, 1 for Poisson firing. */
  cv: number;
}

/** Null for fewer than two intervals (three spikes), or when all spikes are simultaneous. */
export function intervalStatistics(times: ArrayLike<number>): IntervalStatistics | null {
  const intervals = interspikeIntervals(times);
  const count = intervals.length;
  if (count < 2) return null;
  let sum = 0;
  for (const interval of intervals) sum += interval;
  const mean = sum / count;
  if (mean === 0) return null;
  let squares = 0;
  for (const interval of intervals) squares += (interval - mean) ** 2;
  const sd = Math.sqrt(squares / (count - 1));
  return { count, mean, sd, cv: sd / mean };
}
