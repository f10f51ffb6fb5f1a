/** First-spike latency. @module */

/**
 * Time from `onset` to the first spike after it.
 *
 * @param times ms, ascending; @param onset ms; @param end ms: later spikes do not count.
 * @returns ms, or null when there is no spike in (onset, end].
 */
export function firstSpikeLatency(
  times: ArrayLike<number>,
  onset: number,
  end = Number.POSITIVE_INFINITY,
): number | null {
  for (let i = 0; i < times.length; i++) {
    if (times[i]! > onset) return times[i]! <= end ? times[i]! - onset : null;
  }
  return null;
}
