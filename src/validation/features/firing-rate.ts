/** Firing rates of one spike train. @module */
import { requireFinite } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";

/**
 * Spikes in [start, stop) per second.
 *
 * @param times ms, any order; @param start, stop ms.
 * @returns Hz.
 * @throws WbeError ARGUMENT unless stop > start.
 */
export function meanRate(times: ArrayLike<number>, start: number, stop: number): number {
  const inside = countInside(times, start, stop);
  return (1000 * inside) / (stop - start);
}

/**
 * Rate of firing that lasts: (n − 1) intervals over the time between the first and the last of n spikes in
 * [start, stop), which unlike a count is not rounded to whole spikes of the window. It is 0 unless the firing spans the
 * window: from its start to its first spike, and from its last spike to its end, it must not be silent for more than
 * twice the longest interval. It is also 0 for fewer than two spikes: a train that only answers the onset of a
 * current has no sustained rate.
 *
 * @param times ms, ascending.
 * @returns Hz.
 */
export function sustainedRate(times: ArrayLike<number>, start: number, stop: number): number {
  const n = countInside(times, start, stop);
  if (n < 2) return 0;
  let first = 0;
  while (times[first]! < start) first++;
  const last = first + n - 1;
  let longest = 0;
  for (let i = first + 1; i <= last; i++) longest = Math.max(longest, times[i]! - times[i - 1]!);
  if (longest === 0 || times[first]! - start > 2 * longest || stop - times[last]! > 2 * longest) return 0;
  return (1000 * (n - 1)) / (times[last]! - times[first]!);
}

function countInside(times: ArrayLike<number>, start: number, stop: number): number {
  requireFinite(start, "the start of the window");
  requireFinite(stop, "the end of the window");
  if (stop <= start) throw new WbeError("ARGUMENT", `expected a window of positive length, found [${start}, ${stop})`);
  let inside = 0;
  for (let i = 0; i < times.length; i++) if (times[i]! >= start && times[i]! < stop) inside++;
  return inside;
}
