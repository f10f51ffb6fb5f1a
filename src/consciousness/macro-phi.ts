/**
 * Integrated information of recorded activity at the scale of populations.
 *
 * @module
 */
import { requireInteger } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import type { Measured } from "../core/measured.js";
import { RandomStream } from "../core/random.js";
import type { RecordedState } from "../core/spikes.js";
import { Stream } from "../core/streams.js";
import { findMinimumBipartition, type MinimumBipartition, type SearchOptions } from "./bipartition-search.js";
import { timeDelayedInformation } from "./gaussian-phi.js";
import {
  averageIntoUnits,
  type ChannelData,
  chooseLag,
  type FittedDynamics,
  findLiveUnits,
  fitDynamics,
  groupConsecutive,
} from "./macro-units.js";
import { summariseNull } from "./null-summary.js";

export interface MacroPhiOptions {
  /**
   * Samples left out at the start. By default a tenth of a recorded state that begins with the run, 0 otherwise: the way
   * from common initial values to the working point is shared by all units, and would look like integration.
   */
  discard?: number;
  /** Delay between state and later state, in samples. By default the first lag at which the mean autocorrelation ≤ 1/e. */
  lag?: number;
  /**
   * Most macro-units; more channels than that are averaged in groups. 8 by default: the bias of finite data grows with
   * the square of their number.
   */
  maxUnits?: number;
  /** Macro-unit of each channel, −1 to leave it out. By default consecutive channels in groups of about equal size. */
  groups?: ArrayLike<number>;
  /** Time-shuffled copies for the null; 20 by default, 0 for none. */
  surrogates?: number;
  /**
   * How copies are shuffled. "circular-shift" (default): each macro-unit by its own random time, which keeps what each
   * does alone. "permutation": the samples of each macro-unit in random order.
   */
  nullModel?: "circular-shift" | "permutation";
  /** Bootstrap copies (of stretches of pairs of states) for the interval; 20 by default, 0 for none. */
  bootstraps?: number;
  /** Every bipartition is tried up to this many units; 10 by default. */
  exhaustiveUpTo?: number;
  /** Random bipartitions tried above that; 200 by default. */
  bipartitions?: number;
  seed?: number;
}

/** Φ with the cut that gave it, for figures. */
export interface MacroPhiResult extends Measured {
  bipartition: {
    /** Channels (neuron indices of a RecordedState, else columns) of each macro-unit. */
    units: number[][];
    /** Side of the minimum information bipartition, 0 or 1 per macro-unit; empty when there is no bipartition. */
    side: number[];
  };
}

/** Options that have no fixed default. */
type Automatic = "lag" | "groups" | "discard";

const minSamplesPerUnit = 20;
const source =
  "Φ_G: Oizumi, Tsuchiya & Amari 2016, PNAS 113:14817; Gaussian time-delayed estimation: Barrett & Seth 2011, PLoS " +
  "Comput Biol 7:e1001052; normalised search: Balduzzi & Tononi 2008, PLoS Comput Biol 4:e1000091";

/**
 * Estimates geometric integrated information Φ_G of continuous activity, in bits: how much worse the best model in which
 * two parts do not act on each other predicts the next state, for the bipartition where that matters least for its size.
 *
 * Steps: leave out the start; drop constant channels; standardise and average channels into at most `maxUnits` macro-units (no more than
 * one per 20 independent pairs of states); choose the delay τ; take pairs of states τ apart, every τ/4 samples; fit a
 * Gaussian autoregression with a Ledoit–Wolf covariance; minimise Φ_G/min(|A|, |B|) over bipartitions. The null does the
 * same on time-shuffled copies. Φ_G of finite data is biased upwards by about |A|·|B|/pairs nats: compare with the null.
 *
 * Φ_G ≥ 0; it does not depend on scale, offset or order of channels (order matters to which are averaged, where they
 * are). Activity is described by its covariances only: for spiking voltages this is a coarse, linear view.
 *
 * @example
 * new MacroPhiEstimator({ seed: 1 }).estimate(engine.recorded("V")).value; // bits
 */
export class MacroPhiEstimator {
  readonly options: Required<Omit<MacroPhiOptions, Automatic>> & Pick<MacroPhiOptions, Automatic>;

  /** @throws WbeError ARGUMENT for an option outside its range, naming it. */
  constructor(options: MacroPhiOptions = {}) {
    this.options = {
      lag: options.lag,
      groups: options.groups,
      discard: options.discard,
      maxUnits: options.maxUnits ?? 8,
      surrogates: options.surrogates ?? 20,
      nullModel: options.nullModel ?? "circular-shift",
      bootstraps: options.bootstraps ?? 20,
      exhaustiveUpTo: options.exhaustiveUpTo ?? 10,
      bipartitions: options.bipartitions ?? 200,
      seed: options.seed ?? 0,
    };
    if (options.lag !== undefined) requireInteger(options.lag, 1, 2 ** 31, "lag");
    if (options.discard !== undefined) requireInteger(options.discard, 0, 2 ** 31, "discard");
    requireInteger(this.options.maxUnits, 2, 256, "maxUnits");
    requireInteger(this.options.surrogates, 0, 1_000_000, "surrogates");
    requireInteger(this.options.bootstraps, 0, 1_000_000, "bootstraps");
    requireInteger(this.options.exhaustiveUpTo, 2, 20, "exhaustiveUpTo");
    requireInteger(this.options.bipartitions, 1, 1_000_000, "bipartitions");
    requireInteger(this.options.seed, 0, 2 ** 32 - 1, "seed");
    if (this.options.nullModel !== "circular-shift" && this.options.nullModel !== "permutation") {
      throw new WbeError(
        "ARGUMENT",
        `expected nullModel "circular-shift" or "permutation", found "${String(this.options.nullModel)}"`,
      );
    }
  }

  /**
   * @param input a recorded variable, or data[sample·nUnits + unit].
   * @throws WbeError NOT_FINITE naming unit and sample; EMPTY_INPUT without samples; ARGUMENT for too few samples
   * (fewer than 40 pairs of states) or a shape that does not fit.
   */
  estimate(input: RecordedState | ChannelData): MacroPhiResult {
    const recorded = asChannels(input);
    if (recorded.nSamples === 0 || recorded.nUnits === 0) {
      throw new WbeError("EMPTY_INPUT", "expected recorded samples, found none", {
        remedy: "Record a state variable during the run.",
      });
    }
    const discarded = this.options.discard ?? defaultDiscard(input);
    const channels = dropFirst(recorded, discarded);
    requireSamples(channels.nSamples - (this.options.lag ?? 1), this.options.lag ?? 1);
    const warnings: string[] = [];
    const live = findLiveUnits(channels);
    const constant = channels.nUnits - live.length;
    if (constant > 0) warnings.push(`${constant} of ${channels.nUnits} channels are constant and were dropped`);
    let groups = this.#group(live, channels.nUnits, warnings);
    if (groups.length < 2) {
      warnings.push("fewer than two varying units: there is no bipartition, and Φ is 0 by definition");
      return this.#result(0, warnings, name(input, groups), undefined, { discarded });
    }
    let units = averageIntoUnits(channels, groups);
    const lag = this.options.lag ?? this.#chooseLag(units, warnings);
    const stride = Math.max(1, Math.floor(lag / 4));
    const nPairs = Math.floor((channels.nSamples - lag - 1) / stride) + 1;
    requireSamples(nPairs, lag);
    const affordable = Math.floor(nPairs / minSamplesPerUnit);
    if (groups.length > affordable && this.options.groups === undefined) {
      warnings.push(`${nPairs} pairs of states allow ${affordable} macro-units instead of ${groups.length}`);
      groups = groupConsecutive(live, affordable);
      units = averageIntoUnits(channels, groups);
    } else if (groups.length > affordable) {
      warnings.push(`${nPairs} pairs of states are few for ${groups.length} macro-units: the value is biased upwards`);
    }
    if (groups.length < live.length && this.options.groups === undefined) {
      warnings.push(`${live.length} channels were averaged into ${groups.length} macro-units of consecutive channels`);
    }

    const fit = fitDynamics(units, lag, stride);
    const least = this.#search(fit);
    if (!least.converged) warnings.push("the minimisation of Φ_G did not converge: the value is an upper bound");
    const result = this.#result(least.phi / Math.LN2, warnings, name(input, groups), least, {
      discarded,
      lag,
      stride,
      ...("dt" in input ? { delay: sampleInterval(input) * lag } : {}),
      nUnits: units.length,
      nPairs: fit.nPairs,
      shrinkage: fit.shrinkage,
      bipartitionsEvaluated: least.evaluated,
      timeDelayedInformation: timeDelayedInformation(fit.dynamics) / Math.LN2,
    });
    if (this.options.surrogates > 0) {
      result.null = summariseNull(this.#nullValues(units, lag, stride), result.value);
      if (result.null.p > 0.05) {
        warnings.push(
          `not distinguishable from its null: ${(100 * result.null.p).toFixed(0)} % of time-shuffled copies reach the value`,
        );
      }
    }
    if (this.options.bootstraps > 1) {
      const { sd } = summariseNull(this.#bootstrapValues(units, lag, stride, fit.nPairs), result.value);
      result.interval = [Math.max(0, result.value - 1.96 * sd), result.value + 1.96 * sd];
    }
    return result;
  }

  #group(live: number[], nUnits: number, warnings: string[]): number[][] {
    const { groups: given, maxUnits } = this.options;
    if (given === undefined) return groupConsecutive(live, Math.min(live.length, maxUnits));
    if (given.length !== nUnits) {
      throw new WbeError("ARGUMENT", `expected a macro-unit for each of ${nUnits} channels, found ${given.length}`, {
        where: "groups",
      });
    }
    const groups: number[][] = [];
    for (const unit of live) {
      const group = requireInteger(given[unit]!, -1, nUnits - 1, "a macro-unit", `groups[${unit}]`);
      if (group < 0) continue;
      while (groups.length <= group) groups.push([]);
      groups[group]!.push(unit);
    }
    const occupied = groups.filter((group) => group.length > 0);
    if (occupied.length < groups.length) {
      warnings.push(`${groups.length - occupied.length} macro-units have no varying channel and were dropped`);
    }
    return occupied;
  }

  #chooseLag(units: readonly Float64Array[], warnings: string[]): number {
    const longest = Math.max(1, Math.floor(units[0]!.length / 20));
    if (units[0]!.length <= longest) return longest;
    const lag = chooseLag(units, longest);
    if (lag === null) {
      warnings.push(`the autocorrelation stays above 1/e up to ${longest} samples, which was taken as the delay`);
    }
    return lag ?? longest;
  }

  #search(fit: FittedDynamics): MinimumBipartition {
    const search: SearchOptions = {
      exhaustiveUpTo: this.options.exhaustiveUpTo,
      samples: this.options.bipartitions,
      refined: 5,
    };
    return findMinimumBipartition(fit.dynamics, search, new RandomStream(this.options.seed, Stream.bipartition));
  }

  #nullValues(units: readonly Float64Array[], lag: number, stride: number): number[] {
    const nSamples = units[0]!.length;
    const values: number[] = [];
    for (let k = 0; k < this.options.surrogates; k++) {
      const random = new RandomStream(this.options.seed, Stream.nullModel, k);
      const fit =
        this.options.nullModel === "circular-shift"
          ? fitDynamics(
              units,
              lag,
              stride,
              units.map(() => random.integer(nSamples)),
            )
          : fitDynamics(
              units.map((series) => random.shuffle(Float64Array.from(series))),
              lag,
              stride,
            );
      values.push(this.#search(fit).phi / Math.LN2);
    }
    return values;
  }

  /** Values for pairs drawn with replacement in stretches of √n (at least a delay), the same for all units. */
  #bootstrapValues(units: readonly Float64Array[], lag: number, stride: number, nPairs: number): number[] {
    const blockLength = Math.min(nPairs, Math.max(Math.ceil(lag / stride), Math.round(Math.sqrt(nPairs))));
    return Array.from({ length: this.options.bootstraps }, (_, b) => {
      const random = new RandomStream(this.options.seed, Stream.bootstrap, b);
      const drawn = new Uint32Array(nPairs);
      for (let k = 0; k < nPairs; k += blockLength) {
        const start = random.integer(nPairs);
        for (let i = 0; i < blockLength && k + i < nPairs; i++) drawn[k + i] = (start + i) % nPairs;
      }
      return this.#search(fitDynamics(units, lag, stride, undefined, drawn)).phi / Math.LN2;
    });
  }

  #result(
    value: number,
    warnings: string[],
    units: number[][],
    least: MinimumBipartition | undefined,
    found: Record<string, number>,
  ): MacroPhiResult {
    const { maxUnits, surrogates, nullModel, bootstraps, exhaustiveUpTo, bipartitions, seed } = this.options;
    return {
      value,
      unit: "bit",
      method:
        "geometric integrated information Φ_G of a Gaussian first-order autoregression of macro-units (Ledoit–Wolf " +
        "covariance), at the bipartition that minimises Φ_G / size of the smaller part",
      parameters: { maxUnits, surrogates, nullModel, bootstraps, exhaustiveUpTo, bipartitions, seed, ...found },
      source,
      warnings,
      bipartition: { units, side: least ? [...least.part] : [] },
    };
  }
}

function requireSamples(nPairs: number, lag: number): void {
  if (nPairs >= 2 * minSamplesPerUnit) return;
  throw new WbeError(
    "ARGUMENT",
    `expected at least ${2 * minSamplesPerUnit} pairs of states ${lag} samples apart, found ${Math.max(0, nPairs)}`,
    { remedy: "Record longer or more often, or give a shorter lag." },
  );
}

function asChannels(input: RecordedState | ChannelData): ChannelData {
  if (!("sampleStep" in input)) return input;
  return { data: input.data, nUnits: input.neurons.length, nSamples: input.sampleStep.length };
}

/** A tenth of a record that starts within its first sampling interval of the run. */
function defaultDiscard(input: RecordedState | ChannelData): number {
  if (!("sampleStep" in input) || input.sampleStep.length < 2) return 0;
  const [first, second] = input.sampleStep;
  return first! <= second! - first! ? Math.floor(input.sampleStep.length / 10) : 0;
}

function dropFirst(channels: ChannelData, samples: number): ChannelData {
  const { data, nUnits, nSamples } = channels;
  if (samples === 0 || data.length !== nUnits * nSamples) return channels; // findLiveUnits refuses the misfit
  const numbers = data instanceof Float64Array ? data : Float64Array.from(data);
  return { data: numbers.subarray(samples * nUnits), nUnits, nSamples: Math.max(0, nSamples - samples) };
}

/** Channels by the number the caller knows them by. */
function name(input: RecordedState | ChannelData, groups: readonly (readonly number[])[]): number[][] {
  return groups.map((group) => group.map((unit) => ("neurons" in input ? input.neurons[unit]! : unit)));
}

/** ms between samples. */
function sampleInterval(state: RecordedState): number {
  return state.sampleStep.length > 1 ? (state.sampleStep[1]! - state.sampleStep[0]!) * state.dt : state.dt;
}
