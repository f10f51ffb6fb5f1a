/** Spike detection on a voltage trace. @module */
import { requireFinite } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";

export interface SpikeDetectionOptions {
  /** In the unit of the trace; −20 mV by default, as in eFEL. */
  threshold?: number;
  /** Crossings less than this (unit of time) after the last are ignored; 0 by default. */
  minInterval?: number;
}

/**
 * Times of upward crossings of the threshold, linearly interpolated between the sample at or below it and the sample
 * above it. A trace that starts above the threshold has no spike there.
 *
 * @param time ascending, any unit; @param voltage one value per time.
 * @throws WbeError ARGUMENT when lengths differ or times do not ascend, NOT_FINITE for a bad sample.
 * Source: threshold crossing as in eFEL (Blue Brain Project), which takes −20 mV.
 */
export function detectSpikes(
  time: ArrayLike<number>,
  voltage: ArrayLike<number>,
  options: SpikeDetectionOptions = {},
): Float64Array {
  const threshold = requireFinite(options.threshold ?? -20, "threshold");
  const minInterval = requireFinite(options.minInterval ?? 0, "minInterval");
  if (time.length !== voltage.length) {
    throw new WbeError("ARGUMENT", `expected one time per sample, found ${time.length} and ${voltage.length}`);
  }
  const spikes: number[] = [];
  for (let i = 0; i < time.length; i++) {
    if (!Number.isFinite(time[i]!) || !Number.isFinite(voltage[i]!)) {
      throw new WbeError("NOT_FINITE", `expected finite samples, found ${voltage[i]} at time ${time[i]}`, {
        where: `sample ${i}`,
      });
    }
    if (i === 0) continue;
    if (time[i]! < time[i - 1]!) {
      throw new WbeError("ARGUMENT", `expected ascending times, found ${time[i]} after ${time[i - 1]}`, {
        where: `sample ${i}`,
      });
    }
    const [before, after] = [voltage[i - 1]!, voltage[i]!];
    if (before > threshold || after <= threshold) continue;
    const crossing = time[i - 1]! + ((threshold - before) / (after - before)) * (time[i]! - time[i - 1]!);
    if (spikes.length > 0 && crossing - spikes[spikes.length - 1]! < minInterval) continue;
    spikes.push(crossing);
  }
  return Float64Array.from(spikes);
}
