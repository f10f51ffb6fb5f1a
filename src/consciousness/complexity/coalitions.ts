/**
 * Complexity of several channels at once: which of them are strong or in phase together, and how varied that is.
 *
 * @module
 */

import { requireInteger } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import { FourierTransform } from "../../core/fourier.js";
import { cos } from "../../core/math.js";
import { RandomStream } from "../../core/random.js";
import { Stream } from "../../core/streams.js";
import { lempelZivComplexity } from "../lempel-ziv.js";
import { entropyOfCounts, requireSeries } from "./entropies.js";
import { analyticSignal, detrend } from "./fourier.js";

/** Channels of one length, one array each. */
export type Channels = readonly ArrayLike<number>[];

export interface NormalisedByShuffling {
  /** raw / shuffled: 1 for activity without order. */
  readonly value: number;
  readonly raw: number;
  /** Mean of the same over shuffled copies. */
  readonly shuffled: number;
}

export interface ShuffleOptions {
  /** Shuffled copies that the value is divided by; 1 in the published program, 10 by default. */
  shuffles?: number;
  seed?: number;
}

export interface LempelZivOptions extends ShuffleOptions {
  /** "lz78" counts the words of a dictionary, as the published program does; "lz76" those of the exhaustive history. */
  algorithm?: "lz78" | "lz76";
}

/**
 * Size of the dictionary of Lempel–Ziv–Welch compression without an initial alphabet, as in the published program of
 * Schartner et al. 2015: a word is what has been read since the last word's end, its last symbol included, once it is not in the
 * dictionary. Time and memory O(n). @param bits 0 and others (1).
 */
export function lempelZivDictionarySize(bits: ArrayLike<number>): number {
  if (bits.length === 0) return 0;
  // A tree of words; nodes 1 and 2 are the single symbols, of which only the very first is ever entered as a word.
  const child = new Int32Array(2 * (bits.length + 3));
  child[0] = 1;
  child[1] = 2;
  let nodes = 3;
  let words = 1;
  let node = bits[0] ? 2 : 1;
  for (let i = 1; i < bits.length; i++) {
    const symbol = bits[i] ? 1 : 0;
    const next = child[2 * node + symbol]!;
    if (next !== 0) {
      node = next;
      continue;
    }
    child[2 * node + symbol] = nodes++;
    words++;
    node = 1 + symbol;
  }
  return words;
}

/**
 * 1 where a channel's amplitude (of its analytic signal, after removal of its linear trend) is above the channel's mean, at
 * channel·samples + sample. @param atMean what counts when the amplitude equals its mean.
 */
export function binariseAmplitude(channels: Channels, atMean: 0 | 1 = 0): Uint8Array {
  const prepared = prepare(channels);
  const n = prepared[0]!.length;
  const bits = new Uint8Array(prepared.length * n);
  const transform = new FourierTransform(n);
  prepared.forEach((series, row) => {
    const { re, im } = analyticSignal(series, transform);
    let mean = 0;
    const amplitude = re.map((x, k) => Math.sqrt(x * x + im[k]! * im[k]!));
    for (const a of amplitude) mean += a;
    mean /= n;
    for (let k = 0; k < n; k++)
      bits[row * n + k] = amplitude[k]! > mean || (atMean === 1 && amplitude[k] === mean) ? 1 : 0;
  });
  return bits;
}

/**
 * LZc: Lempel–Ziv complexity of all channels, binarised by amplitude and read sample by sample, over that of the same bits
 * in random order.
 *
 * Source: Schartner et al. 2015, PLoS ONE 10:e0133532.
 */
export function lempelZivOfChannels(channels: Channels, options: LempelZivOptions = {}): NormalisedByShuffling {
  const bits = binariseAmplitude(channels);
  const rows = channels.length;
  const n = bits.length / rows;
  const byTime = Uint8Array.from(bits, (_, i) => bits[(i % rows) * n + Math.floor(i / rows)]!);
  return overShuffled(byTime, countWords(options), shuffleAll, options);
}

/**
 * LZsum: the sum of each channel's own Lempel–Ziv complexity, over that of shuffled channels.
 *
 * Source: Schartner et al. 2015, PLoS ONE 10:e0133532.
 */
export function lempelZivSum(channels: Channels, options: LempelZivOptions = {}): NormalisedByShuffling {
  const bits = binariseAmplitude(channels);
  const n = bits.length / channels.length;
  const count = countWords(options);
  const sum = (all: Uint8Array) => {
    let words = 0;
    for (let from = 0; from < all.length; from += n) words += count(all.subarray(from, from + n));
    return words;
  };
  return overShuffled(bits, sum, shuffleRows(n), options);
}

/**
 * ACE, amplitude coalition entropy: entropy over time of which channels are strong together, over that of channels
 * shuffled one by one.
 *
 * Source: Schartner et al. 2015, PLoS ONE 10:e0133532. @throws WbeError LIMIT above 52 channels.
 */
export function amplitudeCoalitionEntropy(channels: Channels, options: ShuffleOptions = {}): NormalisedByShuffling {
  const rows = channels.length;
  requireRows(rows, 52);
  const bits = binariseAmplitude(channels, 1);
  const n = bits.length / rows;
  return overShuffled(bits, (all) => coalitionEntropy(all, rows), shuffleRows(n), options);
}

/**
 * SCE, synchrony coalition entropy: for each channel the entropy over time of which others are within 0.8 rad of its
 * phase; their mean, over the entropy of as many random bits.
 *
 * Source: Schartner et al. 2015, PLoS ONE 10:e0133532. @throws WbeError LIMIT above 53 channels.
 */
export function synchronyCoalitionEntropy(channels: Channels, options: ShuffleOptions = {}): NormalisedByShuffling {
  const rows = channels.length;
  requireRows(rows, 53);
  if (rows < 2) throw new WbeError("ARGUMENT", `expected at least 2 channels, found ${rows}`);
  const prepared = prepare(channels);
  const n = prepared[0]!.length;
  const transform = new FourierTransform(n);
  const signals = prepared.map((series) => analyticSignal(series, transform));
  const limit = cos(0.8);
  let raw = 0;
  for (let i = 0; i < rows; i++) {
    const together = new Uint8Array((rows - 1) * n);
    const a = signals[i]!;
    let row = 0;
    for (let j = 0; j < rows; j++) {
      if (i === j) continue;
      const b = signals[j]!;
      for (let k = 0; k < n; k++) {
        // cos of the phase difference, times both amplitudes
        const product = a.re[k]! * b.re[k]! + a.im[k]! * b.im[k]!;
        const amplitudes = Math.sqrt((a.re[k]! ** 2 + a.im[k]! ** 2) * (b.re[k]! ** 2 + b.im[k]! ** 2));
        together[row * n + k] = product > limit * amplitudes ? 1 : 0;
      }
      row++;
    }
    raw += coalitionEntropy(together, rows - 1) / rows;
  }
  const { shuffles, seed } = shuffling(options);
  let shuffled = 0;
  for (let s = 0; s < shuffles; s++) {
    const random = new RandomStream(seed, Stream.nullModel, s);
    const bits = Uint8Array.from({ length: (rows - 1) * n }, () => (random.uniform() > 0.5 ? 1 : 0));
    shuffled += coalitionEntropy(bits, rows - 1) / shuffles;
  }
  return { value: shuffled > 0 ? raw / shuffled : 0, raw, shuffled };
}

/** Entropy in bits of the columns of a binary matrix. */
function coalitionEntropy(bits: Uint8Array, rows: number): number {
  const n = bits.length / rows;
  const counts = new Map<number, number>();
  for (let k = 0; k < n; k++) {
    let column = 0;
    for (let row = 0; row < rows; row++) column = 2 * column + bits[row * n + k]!;
    counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  return entropyOfCounts(counts.values());
}

const countWords = ({ algorithm = "lz78" }: LempelZivOptions): ((bits: Uint8Array) => number) => {
  if (algorithm !== "lz78" && algorithm !== "lz76") {
    throw new WbeError("ARGUMENT", `expected algorithm "lz78" or "lz76", found "${String(algorithm)}"`);
  }
  return algorithm === "lz78" ? lempelZivDictionarySize : lempelZivComplexity;
};

type Shuffle = (bits: Uint8Array, random: RandomStream) => Uint8Array;

const shuffleAll: Shuffle = (bits, random) => random.shuffle(Uint8Array.from(bits));

const shuffleRows =
  (n: number): Shuffle =>
  (bits, random) => {
    const copy = Uint8Array.from(bits);
    for (let from = 0; from < copy.length; from += n) random.shuffle(copy.subarray(from, from + n));
    return copy;
  };

function overShuffled(
  bits: Uint8Array,
  measure: (bits: Uint8Array) => number,
  shuffle: Shuffle,
  options: ShuffleOptions,
): NormalisedByShuffling {
  const { shuffles, seed } = shuffling(options);
  const raw = measure(bits);
  let shuffled = 0;
  for (let s = 0; s < shuffles; s++)
    shuffled += measure(shuffle(bits, new RandomStream(seed, Stream.nullModel, s))) / shuffles;
  return { value: shuffled > 0 ? raw / shuffled : 0, raw, shuffled };
}

function shuffling({ shuffles = 10, seed = 0 }: ShuffleOptions): Required<ShuffleOptions> {
  return {
    shuffles: requireInteger(shuffles, 1, 1_000_000, "shuffles"),
    seed: requireInteger(seed, 0, 2 ** 32 - 1, "seed"),
  };
}

function prepare(channels: Channels): Float64Array[] {
  if (channels.length === 0) throw new WbeError("EMPTY_INPUT", "expected at least one channel, found none");
  const n = channels[0]!.length;
  return channels.map((series, channel) => {
    if (series.length !== n) {
      throw new WbeError("ARGUMENT", `expected channels of one length, found ${n} and ${series.length} samples`, {
        where: `channel ${channel}`,
      });
    }
    return detrend(requireSeries(series, 4));
  });
}

function requireRows(rows: number, most: number): void {
  if (rows > most) {
    throw new WbeError("LIMIT", `expected at most ${most} channels, found ${rows}`, {
      remedy: "Coalitions of so many channels never recur in a record; take fewer.",
    });
  }
}
