/**
 * Integration of recorded channels by any of the practical measures, at a given or the minimum bipartition.
 *
 * @module
 */
import { requireInteger } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import type { Measured } from "../../core/measured.js";
import type { Channels } from "../complexity/coalitions.js";
import { chooseLag } from "../macro-units.js";
import { GaussianEntropies, laggedCovariance } from "./gaussian-entropies.js";
import {
  causalDensity,
  delayedInformation,
  geometricIntegration,
  phiStar,
  revisedPhi,
  stochasticInteraction,
  wholeMinusSum,
} from "./gaussian-measures.js";
import { fiedlerOrder, minimiseSymmetricSubmodular } from "./partition-search.js";

const measures = {
  "phi-star": {
    of: phiStar,
    name: "Φ* (mismatched decoding)",
    source: "Oizumi et al. 2016, PLoS Comput Biol 12:e1004654",
  },
  "phi-g": {
    of: geometricIntegration,
    name: "Φ_G (geometric)",
    source: "Oizumi, Tsuchiya & Amari 2016, PNAS 113:14817",
  },
  "phi-r": {
    of: revisedPhi,
    name: "Φ_R (whole minus sum plus redundancy)",
    source: "Mediano et al. 2021, arXiv 2109.13186",
  },
  "whole-minus-sum": {
    of: wholeMinusSum,
    name: "whole minus sum",
    source: "Barrett & Seth 2011, PLoS Comput Biol 7:e1001052",
  },
  "stochastic-interaction": {
    of: stochasticInteraction,
    name: "stochastic interaction",
    source: "Ay 2001; Barrett & Seth 2011, PLoS Comput Biol 7:e1001052",
  },
} as const;

const wholeMeasures = {
  "causal-density": {
    of: causalDensity,
    name: "causal density",
    source: "Seth, Barrett & Barnett 2011, Phil Trans R Soc A 369:3748",
  },
  "delayed-information": {
    of: delayedInformation,
    name: "time-delayed mutual information",
    source: "Cover & Thomas 2006, ch. 8",
  },
} as const;

export type IntegrationMeasure = keyof typeof measures | keyof typeof wholeMeasures;
export type PartitionSearch = "exhaustive" | "queyranne" | "spectral";

export interface IntegrationOptions {
  /** "phi-r" by default. */
  measure?: IntegrationMeasure;
  /** Samples between now and later; by default the first lag at which the mean autocorrelation is at most 1/e. */
  lag?: number;
  /** 0 or 1 per channel. By default the bipartition that minimises measure / size of the smaller part. */
  part?: ArrayLike<number>;
  /**
   * "exhaustive" (default up to 12 channels): all bipartitions. "spectral" (default above): cuts along the Fiedler vector of the
   * pairwise information. "queyranne": the exact minimum of the mutual information between the parts (now and later
   * together), at which the measure is then evaluated.
   */
  search?: PartitionSearch;
  /** Takes the expected bias of entropies off (not of Φ* and Φ_G). True by default. */
  biasCorrection?: boolean;
}

export interface IntegrationResult extends Measured {
  /** 0 or 1 per channel; null for measures of the whole. */
  readonly part: readonly number[] | null;
}

/**
 * One of the practical measures of integrated information of Gaussian channels, in bits.
 *
 * The record is described by the covariance of the states `lag` samples apart: linear, stationary, one delay. Constant or
 * dependent channels are refused.
 *
 * @throws WbeError ARGUMENT for shapes, options and records that do not fit.
 * @example
 * measureIntegration(channels, { measure: "phi-star", lag: 1 }).value; // bits
 */
export function measureIntegration(channels: Channels, options: IntegrationOptions = {}): IntegrationResult {
  const { measure = "phi-r", biasCorrection = true } = options;
  const n = channels.length;
  const whole = measure in wholeMeasures ? wholeMeasures[measure as keyof typeof wholeMeasures] : undefined;
  const parted = measure in measures ? measures[measure as keyof typeof measures] : undefined;
  if (!whole && !parted) {
    throw new WbeError("ARGUMENT", `expected a measure, found "${String(measure)}"`, {
      remedy: `There are ${[...Object.keys(measures), ...Object.keys(wholeMeasures)].join(", ")}.`,
    });
  }
  const series = requireChannels(channels);
  const warnings: string[] = [];
  const lag =
    options.lag === undefined ? automaticLag(series, warnings) : requireInteger(options.lag, 1, 2 ** 31, "lag");
  const nSamples = series[0]!.length;
  if (nSamples - lag < 2 * n + 2) {
    throw new WbeError("ARGUMENT", `expected at least ${2 * n + 2 + lag} samples, found ${nSamples}`);
  }
  const { covariance, samples } = laggedCovariance(series, lag);
  const entropies = new GaussianEntropies(covariance, biasCorrection ? samples : undefined);
  const describe = (nats: number, part: readonly number[] | null, search: string, source: string, name: string) => ({
    value: nats / Math.LN2,
    unit: "bit",
    method: `${name} of a Gaussian process at one delay${part ? ", at one bipartition" : ""}`,
    parameters: { measure, lag, samples, channels: n, biasCorrection, search },
    source,
    warnings,
    part,
  });
  if (whole) return describe(whole.of(entropies), null, "none", whole.source, whole.name);
  const { of, name, source } = parted!;
  if (options.part !== undefined) {
    const part = Array.from(options.part);
    if (part.length !== n || !part.includes(0) || !part.includes(1) || part.some((side) => side !== 0 && side !== 1)) {
      throw new WbeError("ARGUMENT", `expected a part, 0 or 1, for each of ${n} channels, and both occupied`);
    }
    return describe(of(entropies, part), part, "given", source, name);
  }
  const search = options.search ?? (n <= 12 ? "exhaustive" : "spectral");
  const candidates = candidatesOf(entropies, search);
  let best: { part: number[]; value: number; score: number } | undefined;
  for (const part of candidates) {
    const ones = part.reduce((sum, side) => sum + side, 0);
    const value = of(entropies, part);
    const score = value / Math.min(ones, n - ones);
    if (!best || score < best.score) best = { part, value, score };
  }
  return describe(best!.value, best!.part, search, source, name);
}

function candidatesOf(entropies: GaussianEntropies, search: PartitionSearch): number[][] {
  const { n } = entropies;
  const both = (set: readonly number[]) => [...set, ...set.map((i) => i + n)];
  if (search === "exhaustive") {
    if (n > 20)
      throw new WbeError(
        "LIMIT",
        `expected at most 20 channels for an exhaustive search, found ${n}: ${2 ** (n - 1)} bipartitions`,
      );
    return Array.from({ length: 2 ** (n - 1) - 1 }, (_, code) =>
      Array.from({ length: n }, (_, i) => (i === 0 ? 0 : ((code + 1) >> (i - 1)) & 1)),
    );
  }
  const partOf = (set: readonly number[]) => Array.from({ length: n }, (_, i) => (set.includes(i) ? 1 : 0));
  if (search === "queyranne") {
    const rest = (set: readonly number[]) => Array.from({ length: n }, (_, i) => i).filter((i) => !set.includes(i));
    const { set } = minimiseSymmetricSubmodular(n, (a) =>
      a.length === n ? 0 : entropies.information(both(a), both(rest(a))),
    );
    return [partOf(set)];
  }
  if (search !== "spectral") {
    throw new WbeError(
      "ARGUMENT",
      `expected search "exhaustive", "queyranne" or "spectral", found "${String(search)}"`,
    );
  }
  const weights = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const information = Math.max(0, entropies.information(both([i]), both([j])));
      weights[i * n + j] = information;
      weights[j * n + i] = information;
    }
  }
  const order = fiedlerOrder(weights, n);
  return Array.from({ length: n - 1 }, (_, k) => partOf(order.slice(0, k + 1)));
}

function automaticLag(series: readonly Float64Array[], warnings: string[]): number {
  const scaled = series.map((x) => {
    const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
    const sd = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length);
    return x.map((value) => (sd > 0 ? (value - mean) / sd : 0));
  });
  const longest = Math.max(1, Math.floor(series[0]!.length / 20));
  const lag = chooseLag(scaled, longest);
  if (lag === null)
    warnings.push(`the autocorrelation stays above 1/e up to ${longest} samples, which was taken as the delay`);
  return lag ?? longest;
}

function requireChannels(channels: Channels): Float64Array[] {
  if (channels.length < 2) throw new WbeError("ARGUMENT", `expected at least 2 channels, found ${channels.length}`);
  const length = channels[0]!.length;
  return channels.map((series, channel) => {
    if (series.length !== length) {
      throw new WbeError("ARGUMENT", `expected channels of one length, found ${length} and ${series.length} samples`);
    }
    const values = Float64Array.from(series);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new WbeError("NOT_FINITE", `expected finite samples, found ${values[bad]}`, {
        where: `channel ${channel}, sample ${bad}`,
      });
    }
    return values;
  });
}
