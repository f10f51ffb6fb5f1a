/**
 * Any measure with its null distribution and its uncertainty.
 *
 * @module
 */
import { requireInteger } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import type { Measured, Values } from "../core/measured.js";
import { RandomStream } from "../core/random.js";
import { Stream } from "../core/streams.js";
import {
  amplitudeCoalitionEntropy,
  type Channels,
  lempelZivOfChannels,
  lempelZivSum,
  synchronyCoalitionEntropy,
} from "./complexity/coalitions.js";
import { permutationEntropy, sampleEntropy, spectralEntropy } from "./complexity/entropies.js";
import { detrendedFluctuation, higuchiDimension } from "./complexity/scaling.js";
import { type IntegrationMeasure, measureIntegration } from "./information/integration.js";
import { summariseNull } from "./null-summary.js";
import { resampleBlocks, type SurrogateKind, surrogateChannels } from "./surrogates.js";

export interface AssessOptions<Data> {
  /** Makes one surrogate: the data without what the measure looks for. */
  surrogate?: (data: Data, random: RandomStream) => Data;
  /** Surrogates; 40 by default. */
  surrogates?: number;
  /** Draws the data anew, as another sample of the same kind. */
  resample?: (data: Data, random: RandomStream) => Data;
  /** Resampled data sets; 40 by default. */
  bootstraps?: number;
  seed?: number;
}

/** What `assess` adds to a value. */
export interface Assessment {
  readonly value: number;
  readonly null?: { mean: number; sd: number; p: number };
  /** value ± 1.96 standard deviations over resampled data: centred on the value, as resampled copies are biased for many measures. */
  readonly interval?: [number, number];
  /** Share of surrogates, value counted in, that are as small or smaller. */
  readonly pLower?: number;
  readonly warnings: string[];
}

/**
 * A measure of some data, of surrogates and of resampled copies. A value that neither 95 % of the surrogates lie below nor
 * above is said to be not distinguishable from its null. Surrogates without a value (NaN, infinite) are left out, with
 * a warning.
 *
 * @throws WbeError ARGUMENT for numbers of surrogates or bootstraps that are none; what the measure throws.
 * @example
 * assess(spikes, (s) => phiOf(s), { surrogate: (s, random) => jitterSpikes(s, 20, random) });
 */
export function assess<Data>(
  data: Data,
  measure: (data: Data) => number,
  options: AssessOptions<Data> = {},
): Assessment {
  const { surrogate, resample, surrogates = 40, bootstraps = 40, seed = 0 } = options;
  requireInteger(surrogates, 0, 1_000_000, "surrogates");
  requireInteger(bootstraps, 0, 1_000_000, "bootstraps");
  requireInteger(seed, 0, 2 ** 32 - 1, "seed");
  const value = measure(data);
  const warnings: string[] = [];
  const over = (count: number, stream: typeof Stream.nullModel | typeof Stream.bootstrap, make: typeof surrogate) => {
    if (!make || count === 0 || !Number.isFinite(value)) return [];
    const all = Array.from({ length: count }, (_, k) => measure(make(data, new RandomStream(seed, stream, k))));
    const finite = all.filter(Number.isFinite);
    if (finite.length < count) {
      const what = stream === Stream.nullModel ? "surrogates" : "resampled copies";
      warnings.push(`${count - finite.length} of ${count} ${what} have no value and were left out`);
    }
    return finite;
  };
  const nulls = over(surrogates, Stream.nullModel, surrogate);
  const copies = over(bootstraps, Stream.bootstrap, resample);
  const result: { -readonly [K in keyof Assessment]: Assessment[K] } = { value, warnings };
  if (nulls.length > 0) {
    result.null = summariseNull(nulls, value);
    result.pLower = summariseNull(
      nulls.map((x) => -x),
      -value,
    ).p;
    if (result.null.p > 0.05 && result.pLower > 0.05) {
      warnings.push(
        `not distinguishable from its null: ${(100 * result.null.p).toFixed(0)} % of the surrogates reach the value, ${(100 * result.pLower).toFixed(0)} % lie at or below it`,
      );
    }
  }
  if (copies.length > 1) {
    const { sd } = summariseNull(copies, value);
    result.interval = [value - 1.96 * sd, value + 1.96 * sd];
  }
  return result;
}

interface ChannelMeasure {
  readonly unit: string;
  readonly method: string;
  readonly source: string;
  readonly of: (channels: Channels) => number;
}

/** The mean of a measure of single series over the channels. */
const meanOver =
  (of: (series: ArrayLike<number>) => number) =>
  (channels: Channels): number =>
    channels.reduce((sum, series) => sum + of(series), 0) / channels.length;

const integration = (measure: IntegrationMeasure): ChannelMeasure => ({
  unit: "bit",
  method: `${measure} of a Gaussian process at one delay`,
  source: "see measureIntegration",
  of: (channels) => measureIntegration(channels, { measure }).value,
});

const channelMeasures = {
  "permutation-entropy": {
    unit: "1",
    method: "normalised permutation entropy (order 3), mean over channels",
    source: "Bandt & Pompe 2002, Phys Rev Lett 88:174102",
    of: meanOver((x) => permutationEntropy(x, 3, 1, true)),
  },
  "spectral-entropy": {
    unit: "1",
    method: "normalised spectral entropy of the periodogram, mean over channels",
    source: "Inouye et al. 1991, Electroencephalogr Clin Neurophysiol 79:204",
    of: meanOver((x) => spectralEntropy(x, true)),
  },
  "sample-entropy": {
    unit: "nat",
    method: "sample entropy (m 2, r 0.2 SD), mean over channels",
    source: "Richman & Moorman 2000, Am J Physiol 278:H2039",
    of: meanOver((x) => sampleEntropy(x)),
  },
  dfa: {
    unit: "1",
    method: "exponent of detrended fluctuation analysis, mean over channels",
    source: "Peng et al. 1994, Phys Rev E 49:1685",
    of: meanOver(detrendedFluctuation),
  },
  higuchi: {
    unit: "1",
    method: "Higuchi's fractal dimension (k up to 10), mean over channels",
    source: "Higuchi 1988, Physica D 31:277",
    of: meanOver((x) => higuchiDimension(x)),
  },
  lzc: {
    unit: "1",
    method: "LZc: Lempel-Ziv complexity of amplitudes above their mean, over shuffled",
    source: "Schartner et al. 2015, PLoS ONE 10:e0133532",
    of: (channels: Channels) => lempelZivOfChannels(channels, { shuffles: 1 }).value,
  },
  lzsum: {
    unit: "1",
    method: "LZsum: summed Lempel-Ziv complexity of channels, over shuffled",
    source: "Schartner et al. 2015, PLoS ONE 10:e0133532",
    of: (channels: Channels) => lempelZivSum(channels, { shuffles: 1 }).value,
  },
  ace: {
    unit: "1",
    method: "ACE: amplitude coalition entropy, over shuffled",
    source: "Schartner et al. 2015, PLoS ONE 10:e0133532",
    of: (channels: Channels) => amplitudeCoalitionEntropy(channels, { shuffles: 1 }).value,
  },
  sce: {
    unit: "1",
    method: "SCE: synchrony coalition entropy, over random",
    source: "Schartner et al. 2015, PLoS ONE 10:e0133532",
    of: (channels: Channels) => synchronyCoalitionEntropy(channels, { shuffles: 1 }).value,
  },
  "phi-r": integration("phi-r"),
  "phi-star": integration("phi-star"),
  "phi-g": integration("phi-g"),
  "stochastic-interaction": integration("stochastic-interaction"),
  "causal-density": integration("causal-density"),
  "delayed-information": integration("delayed-information"),
} satisfies Record<string, ChannelMeasure>;

export type ChannelMeasureName = keyof typeof channelMeasures;

export interface MeasureChannelsOptions {
  /** What the null keeps; "phase-randomised" by default. */
  null?: SurrogateKind;
  surrogates?: number;
  bootstraps?: number;
  /** Samples per stretch of the bootstrap; the square root of the record by default. */
  blockLength?: number;
  seed?: number;
}

/**
 * A named measure of channels with null and bootstrap interval, as one record.
 *
 * @throws WbeError NAME_UNKNOWN for another measure; what the measure throws.
 * @example
 * measureChannels(channels, "lzc", { null: "phase-randomised", seed: 1 }).null?.p;
 */
export function measureChannels(
  channels: Channels,
  name: ChannelMeasureName,
  options: MeasureChannelsOptions = {},
): Measured {
  const measure: ChannelMeasure | undefined = channelMeasures[name];
  if (!measure) {
    throw new WbeError("NAME_UNKNOWN", `expected a measure of channels, found "${String(name)}"`, {
      remedy: `There are ${Object.keys(channelMeasures).join(", ")}.`,
    });
  }
  const { surrogates = 40, bootstraps = 40, seed = 0 } = options;
  const kind = options.null ?? "phase-randomised";
  const samples = channels[0]?.length ?? 0;
  const blockLength = requireInteger(
    options.blockLength ?? Math.max(1, Math.round(Math.sqrt(samples))),
    1,
    2 ** 31,
    "blockLength",
  );
  const { value, warnings, ...rest } = assess<Channels>(channels, measure.of, {
    surrogate: (data, random) => surrogateChannels(data, kind, random),
    resample: (data, random) => resampleBlocks(data, blockLength, random),
    surrogates,
    bootstraps,
    seed,
  });
  const parameters: Values = {
    channels: channels.length,
    samples,
    null: kind,
    surrogates,
    bootstraps,
    blockLength,
    seed,
  };
  if (Number.isNaN(value)) warnings.push("the measure has no value for these channels (constant, or too short)");
  return {
    value,
    unit: measure.unit,
    method: measure.method,
    parameters,
    source: measure.source,
    ...(rest.interval && { interval: rest.interval }),
    ...(rest.null && { null: rest.null }),
    warnings,
  };
}
