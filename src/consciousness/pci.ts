/**
 * The perturbational complexity index (PCI): how complex the part of the response to a pulse is that stands out from the
 * baseline.
 *
 * @module
 */
import { requireFinite, requireInteger, requirePositive, requireWithin } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import type { Measured } from "../core/measured.js";
import { RandomStream } from "../core/random.js";
import type { SpikeData } from "../core/spikes.js";
import { Stream } from "../core/streams.js";
import {
  averageTrials,
  type BaselineModel,
  type EvokedTrials,
  markSignificant,
  modelBaseline,
  orderByActivity,
} from "./evoked-response.js";
import {
  binaryEntropy,
  lempelZivComplexity,
  lempelZivMatrixComplexity,
  normaliseBySourceEntropy,
} from "./lempel-ziv.js";
import { summariseNull } from "./null-summary.js";
import { cutSpikeTrials, type SourceGrouping } from "./spike-trials.js";

export interface PciOptions {
  /** ms; spikes only. 5 ms by default: a few spikes per bin in a population, and still the time scale of a response. */
  binWidth?: number;
  /** ms relative to the perturbation, half-open. By default [−400, −50), which keeps clear of the pulse. */
  baselineWindow?: readonly [number, number];
  /** ms relative to the perturbation, half-open. By default [0, 300), as in Casali et al. 2013. */
  responseWindow?: readonly [number, number];
  /** Chance of any false source at one time. 0.01 by default. */
  alpha?: number;
  /** Bootstrap samples of the baseline; 500 by default. */
  bootstraps?: number;
  /** Surrogate responses made of baseline, for the null; 40 by default, 0 for none. */
  surrogates?: number;
  /** Bootstrap copies of the trials for the interval; 40 by default, 0 for none. One trial has none. */
  trialBootstraps?: number;
  /**
   * Responses with a smaller share of significant entries count as none (value 0): the normalisation divides by an
   * entropy that vanishes with the response, so that single chance entries would score above any real response.
   * 0.01 by default, which is a source entropy of 0.08 bit.
   */
  minActiveFraction?: number;
  /** "columns": the scan of Casali et al. 2013. "sequence": LZ76 of the columns put one after another. */
  scan?: "columns" | "sequence";
  seed?: number;
}

export interface PciInput {
  spikes: SpikeData;
  /** ms; one trial each. */
  perturbationTimes: readonly number[];
  /** What a row is: each neuron, each population, or a row number per neuron (−1 leaves it out). */
  sources?: SourceGrouping;
}

/** Trials of any signal (EEG sources, rates, voltages). */
export interface PciMatrixInput {
  /** (trial, source, sample) at (trial·nSources + source)·nSamples + sample. */
  data: ArrayLike<number>;
  nTrials: number;
  nSources: number;
  nSamples: number;
  /** Sample at which the perturbation comes. */
  onset: number;
  /** ms per sample. */
  sampleInterval: number;
  /** "counts" gives silent sources the noise floor of a count. "continuous" by default. */
  kind?: "counts" | "continuous";
}

/** PCI with the matrix it was computed from, for figures. */
export interface PciResult extends Measured {
  response: {
    /** Significant entries, row-major (source rank, time). */
    matrix: Uint8Array;
    nSources: number;
    nSamples: number;
    /** Source of each row, most active first. */
    rowSource: Uint32Array;
    /** ms from the perturbation to the start of each column. */
    times: Float64Array;
  };
}

const source =
  "Casali et al. 2013, Sci Transl Med 5:198ra105; matrix scan after Kaspar & Schuster 1987, Phys Rev A 36:842";

/**
 * PCI of spikes or of any evoked signal: average over trials; entries beyond the bootstrap threshold of the baseline
 * become ones (maximum statistic over sources); rows sorted by activity; LZ76 words c; PCI = c·log2(L)/(L·H(L)).
 *
 * No significant response gives 0 with a warning. The null is the same on surrogate responses: each trial's own baseline,
 * read circularly from a random sample. Values of small matrices (L below some thousands) are not comparable with those
 * published for EEG (0.31 as the boundary between unconscious and conscious states), and can exceed 1.
 *
 * @example
 * new PerturbationalComplexityIndex({ seed: 1 }).compute({ spikes: engine.spikes(), perturbationTimes: [500] }).value;
 */
export class PerturbationalComplexityIndex {
  readonly options: Required<PciOptions>;

  /** @throws WbeError ARGUMENT for an option outside its range, naming it. */
  constructor(options: PciOptions = {}) {
    const o: Required<PciOptions> = {
      binWidth: options.binWidth ?? 5,
      baselineWindow: options.baselineWindow ?? [-400, -50],
      responseWindow: options.responseWindow ?? [0, 300],
      alpha: options.alpha ?? 0.01,
      bootstraps: options.bootstraps ?? 500,
      surrogates: options.surrogates ?? 40,
      trialBootstraps: options.trialBootstraps ?? 40,
      minActiveFraction: options.minActiveFraction ?? 0.01,
      scan: options.scan ?? "columns",
      seed: options.seed ?? 0,
    };
    requirePositive(o.binWidth, "binWidth");
    requireWithin(o.alpha, 1e-6, 0.5, "alpha");
    requireInteger(o.bootstraps, 1, 1_000_000, "bootstraps");
    requireInteger(o.surrogates, 0, 1_000_000, "surrogates");
    requireInteger(o.trialBootstraps, 0, 1_000_000, "trialBootstraps");
    requireWithin(o.minActiveFraction, 0, 1, "minActiveFraction");
    requireInteger(o.seed, 0, 2 ** 32 - 1, "seed");
    for (const [name, window] of [
      ["baselineWindow", o.baselineWindow],
      ["responseWindow", o.responseWindow],
    ] as const) {
      requireFinite(window[0], `the start of ${name}`);
      requireFinite(window[1], `the end of ${name}`);
      if (window[1] <= window[0]) {
        throw new WbeError("ARGUMENT", `expected ${name} to end after its start, found [${window[0]}, ${window[1]})`);
      }
    }
    if (o.scan !== "columns" && o.scan !== "sequence") {
      throw new WbeError("ARGUMENT", `expected scan to be "columns" or "sequence", found "${String(o.scan)}"`);
    }
    this.options = o;
  }

  /**
   * @throws WbeError ARGUMENT when no perturbation has both windows inside the recording; EMPTY_INPUT without neurons.
   */
  compute(input: PciInput): PciResult {
    const { trials, warnings } = cutSpikeTrials(input.spikes, input.perturbationTimes, input.sources, this.options);
    return this.#evaluate(trials, this.options.responseWindow[0], this.options.binWidth, warnings);
  }

  /**
   * The same for trials × sources × samples. Windows are cut at whole samples (nearest), binWidth is not used.
   *
   * @throws WbeError ARGUMENT when shape and data differ or a window leaves the trials, NOT_FINITE for a bad entry.
   */
  computeFromMatrix(input: PciMatrixInput): PciResult {
    const { nTrials, nSources, nSamples, sampleInterval, data } = input;
    requireInteger(nTrials, 1, 2 ** 31, "nTrials");
    requireInteger(nSources, 1, 2 ** 31, "nSources");
    requireInteger(input.onset, 0, nSamples, "onset");
    requirePositive(sampleInterval, "sampleInterval");
    if (data.length !== nTrials * nSources * nSamples) {
      throw new WbeError(
        "ARGUMENT",
        `expected ${nTrials} trials × ${nSources} sources × ${nSamples} samples, found ${data.length} numbers`,
      );
    }
    const cut = (window: readonly [number, number], name: string) => {
      const [from, to] = window.map((time) => input.onset + Math.round(time / sampleInterval)) as [number, number];
      if (from < 0 || to > nSamples) {
        throw new WbeError(
          "ARGUMENT",
          `expected ${name} within the trials of ${nSamples} samples, found [${from}, ${to})`,
          {
            remedy: `Give a ${name} that the trials cover.`,
          },
        );
      }
      const part = new Float64Array(nTrials * nSources * (to - from));
      for (let row = 0; row < nTrials * nSources; row++) {
        for (let k = from; k < to; k++) {
          const value = data[row * nSamples + k]!;
          if (!Number.isFinite(value)) {
            throw new WbeError("NOT_FINITE", `expected finite samples, found ${value}`, {
              where: `trial ${Math.floor(row / nSources)}, source ${row % nSources}, sample ${k}`,
            });
          }
          part[row * (to - from) + k - from] = value;
        }
      }
      return { part, samples: to - from };
    };
    const baseline = cut(this.options.baselineWindow, "baselineWindow");
    const response = cut(this.options.responseWindow, "responseWindow");
    const trials: EvokedTrials = {
      nTrials,
      nSources,
      baseline: baseline.part,
      nBaseline: baseline.samples,
      response: response.part,
      nResponse: response.samples,
      kind: input.kind ?? "continuous",
    };
    const start = Math.round(this.options.responseWindow[0] / sampleInterval) * sampleInterval;
    return this.#evaluate(trials, start, sampleInterval, []);
  }

  #evaluate(trials: EvokedTrials, start: number, interval: number, warnings: string[]): PciResult {
    const { nTrials, nSources, nBaseline, nResponse } = trials;
    const { alpha, bootstraps, surrogates, minActiveFraction, scan, seed } = this.options;
    if (nBaseline < 2 || nResponse < 1) {
      throw new WbeError(
        "ARGUMENT",
        `expected 2 baseline bins and 1 response bin or more, found ${nBaseline}, ${nResponse}`,
        {
          remedy: "Take longer windows or narrower bins.",
        },
      );
    }
    const model = modelBaseline(trials, alpha, bootstraps, seed);
    const average = averageTrials(trials.response, nTrials, nSources, nResponse, nResponse);
    const score = this.#score(average, trials, model);
    if (nTrials * nBaseline < 1 / alpha) {
      warnings.push(
        `${nTrials * nBaseline} baseline samples cannot resolve alpha = ${alpha}: the threshold is their largest value`,
      );
    }
    if (model.leftOut > 0) {
      warnings.push(`${model.leftOut} of ${nSources} sources have a constant baseline and were left out`);
    }
    if (score.ones === 0) warnings.push("no response: no entry differs significantly from the baseline; PCI is 0");
    else if (score.tooSparse) {
      warnings.push(
        `no response: ${(100 * score.activeFraction).toFixed(2)} % of the entries are significant, fewer than ${100 * minActiveFraction} %; PCI is 0`,
      );
    } else if (score.ones === score.matrix.length) {
      warnings.push("saturated response: every entry is significant, so that there is nothing to compress; PCI is 0");
    } else if (score.matrix.length < 1000) {
      warnings.push(`only ${score.matrix.length} entries: values of so small a matrix are biased upwards`);
    }
    const result: PciResult = {
      value: score.value,
      unit: "1",
      method:
        "LZ76 complexity of the binary matrix (sources by activity × time) of trial averages beyond a bootstrap " +
        "threshold of the baseline (maximum statistic), normalised by source entropy",
      parameters: {
        nTrials,
        nSources,
        nColumns: nResponse,
        sampleInterval: interval,
        baselineWindow: [...this.options.baselineWindow],
        responseWindow: [...this.options.responseWindow],
        alpha,
        bootstraps,
        surrogates,
        trialBootstraps: this.options.trialBootstraps,
        minActiveFraction,
        scan,
        seed,
        words: score.words,
        activeFraction: score.activeFraction,
        sourceEntropy: binaryEntropy(score.activeFraction),
        threshold: model.threshold,
      },
      source,
      warnings,
      response: {
        matrix: score.matrix,
        nSources,
        nSamples: nResponse,
        rowSource: score.rowSource,
        times: Float64Array.from({ length: nResponse }, (_, k) => start + k * interval),
      },
    };
    if (surrogates > 0) result.null = this.#nullValues(trials, model, score.value);
    if (this.options.trialBootstraps > 1 && nTrials > 1) {
      const { sd } = summariseNull(this.#trialBootstrapValues(trials, model), score.value);
      result.interval = [Math.max(0, score.value - 1.96 * sd), score.value + 1.96 * sd];
    }
    return result;
  }

  /** The index for trials drawn with replacement, against the same baseline. */
  #trialBootstrapValues(trials: EvokedTrials, model: BaselineModel): number[] {
    const { nTrials, nSources, nResponse, response } = trials;
    const random = new RandomStream(this.options.seed, Stream.bootstrap, 1);
    const size = nSources * nResponse;
    return Array.from({ length: this.options.trialBootstraps }, () => {
      const average = new Float64Array(size);
      for (let slot = 0; slot < nTrials; slot++) {
        const from = random.integer(nTrials) * size;
        for (let i = 0; i < size; i++) average[i]! += response[from + i]! / nTrials;
      }
      return this.#score(average, trials, model).value;
    });
  }

  /** The index of one trial average. */
  #score(average: Float64Array, trials: EvokedTrials, model: BaselineModel) {
    const { nSources, nResponse } = trials;
    const marks = markSignificant(average, nResponse, model);
    const rowSource = orderByActivity(marks, nSources, nResponse);
    const matrix = new Uint8Array(marks.length);
    rowSource.forEach((row, rank) => {
      matrix.set(marks.subarray(row * nResponse, (row + 1) * nResponse), rank * nResponse);
    });
    let ones = 0;
    for (const mark of marks) ones += mark;
    const activeFraction = ones / matrix.length;
    const tooSparse = activeFraction < this.options.minActiveFraction;
    const words =
      this.options.scan === "columns"
        ? lempelZivMatrixComplexity(matrix, nSources, nResponse)
        : lempelZivComplexity(readColumns(matrix, nSources, nResponse));
    const value = tooSparse ? 0 : normaliseBySourceEntropy(words, ones, matrix.length).value;
    return { value, words, ones, activeFraction, tooSparse, matrix, rowSource };
  }

  #nullValues(trials: EvokedTrials, model: BaselineModel, value: number): { mean: number; sd: number; p: number } {
    const { nTrials, nSources, nBaseline, nResponse } = trials;
    const random = new RandomStream(this.options.seed, Stream.nullModel);
    const values: number[] = [];
    for (let k = 0; k < this.options.surrogates; k++) {
      const offsets = Uint32Array.from({ length: nTrials }, () => random.integer(nBaseline));
      const average = averageTrials(trials.baseline, nTrials, nSources, nBaseline, nResponse, offsets);
      values.push(this.#score(average, trials, model).value);
    }
    return summariseNull(values, value);
  }
}

/** The matrix column by column, each from its first row down. */
function readColumns(matrix: Uint8Array, rows: number, columns: number): Uint8Array {
  return Uint8Array.from(matrix, (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!);
}
