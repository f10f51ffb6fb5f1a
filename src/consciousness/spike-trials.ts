/**
 * Cuts recorded spikes into trials around perturbations, as count matrices.
 *
 * @module
 */
import { binSpikeData, makeBinGrid } from "../core/binning.js";
import { WbeError } from "../core/errors.js";
import type { SpikeData } from "../core/spikes.js";
import type { EvokedTrials } from "./evoked-response.js";

export type SourceGrouping = "neurons" | "populations" | ArrayLike<number>;

interface TrialWindows {
  binWidth: number;
  baselineWindow: readonly [number, number];
  responseWindow: readonly [number, number];
}

/**
 * Counts per trial, source and bin in both windows. Trials whose windows leave the recording are left out; that, and
 * perturbation times at which the run delivered no pulse, are said in the warnings.
 *
 * @throws WbeError EMPTY_INPUT without neurons or perturbations, ARGUMENT when no trial is left.
 */
export function cutSpikeTrials(
  spikes: SpikeData,
  perturbationTimes: readonly number[],
  sources: SourceGrouping | undefined,
  windows: TrialWindows,
): { trials: EvokedTrials; warnings: string[] } {
  if (spikes.nNeurons === 0) throw new WbeError("EMPTY_INPUT", "expected spikes of at least one neuron, found none");
  if (perturbationTimes.length === 0) {
    throw new WbeError("EMPTY_INPUT", "expected at least one perturbation time, found none", {
      remedy: "Give the times in ms at which the network was perturbed.",
    });
  }
  const { baselineWindow, responseWindow, binWidth } = windows;
  const warnings = [...warnAboutPulses(spikes, perturbationTimes), ...warnAboutOverlap(perturbationTimes, windows)];
  const times = perturbationTimes.filter((time) => isCovered(spikes, time, windows));
  if (times.length === 0) {
    const recorded = `${spikes.startStep * spikes.dt} to ${spikes.stopStep * spikes.dt} ms`;
    throw new WbeError(
      "ARGUMENT",
      `expected a perturbation with ${Math.max(0, -baselineWindow[0])} ms before and ${responseWindow[1]} ms after it in the record of ${recorded}, found ${perturbationTimes.join(", ")} ms`,
      { remedy: "Record longer, or give a baselineWindow and a responseWindow that fit." },
    );
  }
  const leftOut = perturbationTimes.length - times.length;
  if (leftOut > 0) warnings.push(`${leftOut} perturbations are too close to an end of the record and were left out`);

  const rowOfNeuron = rowsOf(spikes, sources ?? "neurons");
  const cut = (window: readonly [number, number]) => {
    const parts = times.map((time) => countWindow(spikes, time, window, binWidth, rowOfNeuron));
    const { nSources, nBins } = parts[0]!;
    const counts = new Float64Array(parts.length * nSources * nBins);
    parts.forEach((part, trial) => {
      counts.set(part.counts, trial * nSources * nBins);
    });
    return { counts, nSources, nBins };
  };
  for (const [name, window] of [
    ["baseline", baselineWindow],
    ["response", responseWindow],
  ] as const) {
    const { dropped } = makeBinGrid(window[0], window[1], binWidth);
    if (dropped) {
      warnings.push(`the end of the ${name} window, ${dropped.start} to ${dropped.stop} ms, is no whole bin: dropped`);
    }
  }
  const baseline = cut(baselineWindow);
  if (baseline.nSources === 0) {
    throw new WbeError("EMPTY_INPUT", "expected at least one source, found none", {
      where: "sources",
      remedy: "Give some neuron a row number of 0 or more.",
    });
  }
  const response = cut(responseWindow);
  const trials: EvokedTrials = {
    nTrials: times.length,
    nSources: baseline.nSources,
    baseline: baseline.counts,
    nBaseline: baseline.nBins,
    response: response.counts,
    nResponse: response.nBins,
    kind: "counts",
  };
  return { trials, warnings };
}

function isCovered(spikes: SpikeData, time: number, { baselineWindow, responseWindow }: TrialWindows): boolean {
  const tolerance = 1e-6 * spikes.dt;
  const first = Math.min(baselineWindow[0], responseWindow[0]);
  const last = Math.max(baselineWindow[1], responseWindow[1]);
  return (
    time + first >= spikes.startStep * spikes.dt - tolerance && time + last <= spikes.stopStep * spikes.dt + tolerance
  );
}

function warnAboutPulses(spikes: SpikeData, perturbationTimes: readonly number[]): string[] {
  const without = perturbationTimes.filter(
    (time) => !spikes.pulseTimes.some((pulse) => Math.abs(pulse - time) <= spikes.dt / 2),
  );
  if (without.length === 0) return [];
  const delivered =
    spikes.pulseTimes.length > 0 ? `pulses were at ${spikes.pulseTimes.join(", ")} ms` : "none in this run";
  return [`no pulse was delivered at ${without.join(", ")} ms (${delivered}): the value describes no response to one`];
}

function warnAboutOverlap(perturbationTimes: readonly number[], windows: TrialWindows): string[] {
  const sorted = [...perturbationTimes].sort((a, b) => a - b);
  const needed = windows.responseWindow[1] - windows.baselineWindow[0];
  const close = sorted.some((time, i) => i > 0 && time - sorted[i - 1]! < needed);
  return close
    ? [`perturbations less than ${needed} ms apart: the baseline of one trial holds the response of another`]
    : [];
}

function rowsOf(spikes: SpikeData, sources: SourceGrouping): ArrayLike<number> {
  if (sources === "neurons") return Uint32Array.from({ length: spikes.nNeurons }, (_, i) => i);
  if (sources !== "populations") {
    if (typeof sources !== "string") return sources;
    throw new WbeError(
      "ARGUMENT",
      `expected sources to be "neurons", "populations" or rows, found "${String(sources)}"`,
    );
  }
  const rows = new Int32Array(spikes.nNeurons).fill(-1);
  spikes.populations.forEach(({ start, size }, row) => {
    rows.fill(row, start, start + size);
  });
  return rows;
}

/** Counts of one window of one trial; only the spikes of the window are looked at. */
function countWindow(
  spikes: SpikeData,
  time: number,
  window: readonly [number, number],
  width: number,
  rowOfNeuron: ArrayLike<number>,
) {
  const start = time + window[0];
  const stop = time + window[1];
  const from = lowerBound(spikes.step, Math.floor(start / spikes.dt) - 1);
  const to = lowerBound(spikes.step, Math.ceil(stop / spikes.dt) + 1);
  const part: SpikeData = {
    ...spikes,
    step: spikes.step.subarray(from, to),
    neuron: spikes.neuron.subarray(from, to),
    ...(spikes.offset && { offset: spikes.offset.subarray(from, to) }),
  };
  return binSpikeData(part, { width, start, stop, rowOfNeuron });
}

/** First place in a sorted array whose entry is ≥ value. */
function lowerBound(sorted: Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
