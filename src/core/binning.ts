/**
 * Counting spikes in bins. Bins are half-open, [start + k·width, start + (k+1)·width), and a time that lies on an edge
 * up to rounding counts as on it.
 *
 * @module
 */
import { requireFinite, requirePositive } from "./arguments.js";
import { WbeError } from "./errors.js";
import { type SpikeData, spikeTime } from "./spikes.js";

/**
 * Times closer to an edge than this part of a bin (relative to the bin's index, at least 1, at most `maxSnap` of a bin)
 * are taken to lie on the edge: decimal times such as 0.3 and quotients such as 61529/30000 miss it by rounding only.
 */
const relativeSnap = 1e-8;
const maxSnap = 1e-4;

/** x, or the nearest whole number when x differs from it by rounding only. */
function snapToWhole(x: number): number {
  const nearest = Math.round(x);
  const tolerance = Math.min(maxSnap, relativeSnap * Math.max(1, Math.abs(nearest)));
  return Math.abs(x - nearest) <= tolerance ? nearest : x;
}

/** Index of the bin of `time`, edges snapped; negative before `start`. All three in one unit. */
export function binIndex(time: number, start: number, width: number): number {
  return Math.floor(snapToWhole((time - start) / width));
}

/** Whole bins of a window, and what is left over at its end. */
export interface BinGrid {
  readonly start: number;
  readonly width: number;
  readonly nBins: number;
  /** Edges of the bins, nBins + 1 numbers: start + k·width. */
  readonly edges: Float64Array;
  /** The end of the window that is not a whole bin: counted nowhere. Null when the window is a whole number of bins. */
  readonly dropped: { readonly start: number; readonly stop: number } | null;
}

/**
 * The bins of [start, stop). A rest shorter than one width is dropped, never stretched into a bin.
 *
 * @throws WbeError ARGUMENT for a width ≤ 0 or a window of negative length.
 */
export function makeBinGrid(start: number, stop: number, width: number): BinGrid {
  requireFinite(start, "the start of the window");
  requireFinite(stop, "the end of the window");
  requirePositive(width, "the bin width");
  if (stop < start) {
    throw new WbeError("ARGUMENT", `expected a window that ends after its start, found [${start}, ${stop})`);
  }
  const length = snapToWhole((stop - start) / width);
  const nBins = Math.floor(length);
  if (nBins > 2 ** 30) {
    throw new WbeError("LIMIT", `expected at most 2^30 bins, found ${nBins}`, { remedy: "Take a larger bin width." });
  }
  const edges = Float64Array.from({ length: nBins + 1 }, (_, k) => start + k * width);
  return { start, width, nBins, edges, dropped: length > nBins ? { start: edges[nBins]!, stop } : null };
}

export interface BinnedSpikes extends BinGrid {
  /** Row-major: source r, bin k at r·nBins + k. One row for a plain list of times. */
  readonly counts: Uint32Array;
  readonly nSources: number;
  /** Spikes outside the half-open window, among them those exactly at its end. */
  readonly excluded: number;
  /** Spikes in the dropped rest of the window. */
  readonly droppedSpikes: number;
  /** One sentence for each loss. */
  readonly warnings: readonly string[];
}

export interface BinOptions {
  /** Same unit as the times. */
  width: number;
  start: number;
  /** Not part of the window: a spike at `stop` is excluded. */
  stop: number;
}

/**
 * Counts of one list of times (any order, any unit).
 *
 * @throws WbeError NOT_FINITE for a time that is not finite, ARGUMENT for a bad window.
 */
export function binSpikeTimes(times: ArrayLike<number>, options: BinOptions): BinnedSpikes {
  const grid = makeBinGrid(options.start, options.stop, options.width);
  const counter = new BinCounter(grid, 1);
  for (let i = 0; i < times.length; i++) {
    const time = times[i]!;
    if (!Number.isFinite(time)) {
      throw new WbeError("NOT_FINITE", `expected finite spike times, found ${time}`, { where: `spike ${i}` });
    }
    counter.add(0, time);
  }
  return counter.result();
}

export interface BinDataOptions extends Partial<Omit<BinOptions, "width">> {
  /** ms */
  width: number;
  /** Row of each neuron, −1 to leave it out; by default each neuron is a row of its own. */
  rowOfNeuron?: ArrayLike<number>;
}

/**
 * Count matrix of recorded spikes: rows are neurons (or groups of them), columns are bins in ms. The window is the
 * recorded one unless given. Spikes are stamped at the end of their step, so one at the very end of the record lies
 * outside the half-open window and is reported.
 */
export function binSpikeData(spikes: SpikeData, options: BinDataOptions): BinnedSpikes {
  const start = options.start ?? spikes.startStep * spikes.dt;
  const stop = options.stop ?? spikes.stopStep * spikes.dt;
  const rowOfNeuron = options.rowOfNeuron ?? Uint32Array.from({ length: spikes.nNeurons }, (_, i) => i);
  if (rowOfNeuron.length !== spikes.nNeurons) {
    throw new WbeError(
      "ARGUMENT",
      `expected a row for each of ${spikes.nNeurons} neurons, found ${rowOfNeuron.length}`,
    );
  }
  let nSources = 0;
  for (let i = 0; i < rowOfNeuron.length; i++) {
    const row = rowOfNeuron[i]!;
    if (!Number.isInteger(row) || row < -1) {
      throw new WbeError("ARGUMENT", `expected row numbers of −1 or more, found ${row}`, { where: `neuron ${i}` });
    }
    nSources = Math.max(nSources, row + 1);
  }
  const counter = new BinCounter(makeBinGrid(start, stop, options.width), nSources);
  for (let i = 0; i < spikes.step.length; i++) {
    const row = rowOfNeuron[spikes.neuron[i]!]!;
    if (row >= 0) counter.add(row, spikeTime(spikes, i));
  }
  return counter.result();
}

/** The matrix being filled. */
class BinCounter {
  readonly #grid: BinGrid;
  readonly #stopIndex: number;
  readonly #counts: Uint32Array;
  readonly #nSources: number;
  #excluded = 0;
  #droppedSpikes = 0;

  constructor(grid: BinGrid, nSources: number) {
    this.#grid = grid;
    this.#nSources = nSources;
    // The end of the window in bins, from the same quotient as for spikes, so that a spike at `stop` compares equal.
    this.#stopIndex = grid.dropped ? snapToWhole((grid.dropped.stop - grid.start) / grid.width) : grid.nBins;
    if (grid.nBins * nSources > 2 ** 30) {
      throw new WbeError("LIMIT", `expected at most 2^30 counts, found ${nSources} sources × ${grid.nBins} bins`, {
        remedy: "Take a larger bin width or group the neurons.",
      });
    }
    this.#counts = new Uint32Array(grid.nBins * nSources);
  }

  add(row: number, time: number): void {
    const { start, width, nBins } = this.#grid;
    const place = snapToWhole((time - start) / width);
    if (place < 0 || place >= this.#stopIndex) this.#excluded++;
    else if (place >= nBins) this.#droppedSpikes++;
    else this.#counts[row * nBins + Math.floor(place)]!++;
  }

  result(): BinnedSpikes {
    const { start, dropped, edges } = this.#grid;
    const warnings: string[] = [];
    if (this.#excluded > 0) {
      const stop = dropped?.stop ?? edges[edges.length - 1]!;
      warnings.push(`${this.#excluded} spikes lie outside the half-open window [${start}, ${stop})`);
    }
    if (dropped) {
      warnings.push(
        `the rest [${dropped.start}, ${dropped.stop}) is shorter than a bin and was dropped, with ${this.#droppedSpikes} spikes`,
      );
    }
    return {
      ...this.#grid,
      counts: this.#counts,
      nSources: this.#nSources,
      excluded: this.#excluded,
      droppedSpikes: this.#droppedSpikes,
      warnings,
    };
  }
}
