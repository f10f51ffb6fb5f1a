/**
 * Counter-based random numbers: the only randomness that may enter a result.
 *
 * Random number = Philox4x32-10(key = (seed, stream), counter = (entity, step, draw, 0)). Any number can be computed
 * without the ones before it, so results do not depend on how work is split over threads, ranks or calls.
 *
 * @module
 */
import { requireFinite, requireInteger, requireWithin } from "./arguments.js";
import { sampleBinomial, samplePoisson } from "./count-distributions.js";
import { WbeError } from "./errors.js";
import { exp, log, log1p } from "./math.js";
import { normalQuantile } from "./normal-quantile.js";

/** Shared with the compiler, whose kernels compute the same blocks. */
export const philoxConstants = {
  multipliers: [0xd2511f53, 0xcd9e8d57],
  weyls: [0x9e3779b9, 0xbb67ae85],
  rounds: 10,
} as const;
const [multiplier0, multiplier1] = philoxConstants.multipliers;
const [weyl0, weyl1] = philoxConstants.weyls;

/** Upper 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) >>> 0) + (Math.imul(aLow, bLow) >>> 16);
  const middle2 = (Math.imul(aLow, bHigh) >>> 0) + (middle & 0xffff);
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (middle2 >>> 16)) | 0; // no sum exceeds 32 bits
}

/**
 * The Philox4x32-10 block function: four 32-bit words from a 128-bit counter and a 64-bit key.
 *
 * @param out receives the four words.
 * Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC'11.
 */
export function philox4x32(
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number,
  out: Uint32Array,
): void {
  let c0 = counter0 | 0;
  let c1 = counter1 | 0;
  let c2 = counter2 | 0;
  let c3 = counter3 | 0;
  let k0 = key0 | 0;
  let k1 = key1 | 0;
  for (let round = 0; round < philoxConstants.rounds; round++) {
    const high0 = multiplyHigh(multiplier0, c0);
    const low0 = Math.imul(multiplier0, c0);
    const high1 = multiplyHigh(multiplier1, c2);
    const low1 = Math.imul(multiplier1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + weyl0) | 0;
    k1 = (k1 + weyl1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

const maxWord = 0xffffffff;
const twoTo32 = 2 ** 32;

/** Where a stream stands; enough to continue it to the bit. */
export interface RandomState {
  readonly seed: number;
  readonly stream: number;
  readonly entity: number;
  readonly step: number;
  /** Words (32 bits each) used since the start of the step. */
  readonly words: number;
}

/** Anything with numbered places: arrays and typed arrays. */
export interface Indexed<T> {
  readonly length: number;
  [index: number]: T;
}

/**
 * A sequence of random numbers for one purpose (`stream`, of core/streams.ts), one entity (neuron, synapse, …) and
 * one step. Sequences that differ in any of seed, stream, entity and step are independent.
 *
 * @example
 * const random = new RandomStream(42, Stream.weights);
 * const weights = Array.from({ length: 10 }, () => random.lognormal(0, 0.5));
 */
export class RandomStream {
  readonly seed: number;
  readonly stream: number;
  #entity: number;
  #step = 0;
  /** Words used since the start of the step; block `words >> 2` is in #block when words % 4 ≠ 0. */
  #words = 0;
  readonly #block = new Uint32Array(4);
  readonly #uniform = () => this.uniform();

  /**
   * @param seed whole number from 0 to 2³²−1, the user's.
   * @param stream a number of `Stream`.
   * @param entity whole number from 0 to 2³²−1.
   * @throws WbeError ARGUMENT for anything else.
   */
  constructor(seed: number, stream: number, entity = 0) {
    this.seed = requireInteger(seed, 0, maxWord, "a seed");
    this.stream = requireInteger(stream, 0, maxWord, "a random stream");
    this.#entity = requireInteger(entity, 0, maxWord, "the entity of a random stream");
  }

  /** Continues where `state` was taken. */
  static resume(state: RandomState): RandomStream {
    const random = new RandomStream(state.seed, state.stream, state.entity).moveTo(state.entity, state.step);
    random.#words = requireInteger(state.words, 0, Number.MAX_SAFE_INTEGER, "the words of a random state");
    if (random.#words % 4 !== 0) random.#fillBlock();
    return random;
  }

  get state(): RandomState {
    return { seed: this.seed, stream: this.stream, entity: this.#entity, step: this.#step, words: this.#words };
  }

  /** A new sequence: the same seed, stream and entity at the start of step `step`. This one is left as it is. */
  at(step: number): RandomStream {
    return new RandomStream(this.seed, this.stream).moveTo(this.#entity, step);
  }

  /** A new sequence: the same seed and stream for another entity, at step 0. This one is left as it is. */
  for(entity: number): RandomStream {
    return new RandomStream(this.seed, this.stream, entity);
  }

  /** Moves this sequence itself, without a new object, to the start of (entity, step); for inner loops. */
  moveTo(entity: number, step: number): this {
    this.#entity = requireInteger(entity, 0, maxWord, "the entity of a random stream");
    this.#step = requireInteger(step, 0, maxWord, "the step of a random stream");
    this.#words = 0;
    return this;
  }

  #fillBlock(): void {
    const draw = Math.floor(this.#words / 4);
    philox4x32(this.#entity, this.#step, draw, Math.floor(draw / twoTo32), this.seed, this.stream, this.#block);
  }

  /** Whole number uniform in [0, 2³²). Uses one word. */
  uint32(): number {
    const place = this.#words % 4;
    if (place === 0) this.#fillBlock();
    this.#words += 1;
    return this.#block[place]!;
  }

  /** Uniform in [0, 1), a multiple of 2⁻⁵³. Uses two words: the upper 27 bits of the first, 26 of the second. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    return (high * 0x4000000 + (this.uint32() >>> 6)) * 2 ** -53;
  }

  /** Uniform in the open interval (0, 1), symmetric about ½: odd multiples of 2⁻⁵³. Uses two words. */
  #uniformOpen(): number {
    const high = this.uint32() >>> 6;
    return (high * 0x4000000 + (this.uint32() >>> 6) + 0.5) * 2 ** -52;
  }

  /** Uniform in [low, high); `low` itself when both are equal. */
  uniformBetween(low: number, high: number): number {
    requireFinite(low, "the lower bound");
    requireWithin(high, low, Number.POSITIVE_INFINITY, "the upper bound");
    const value = low + this.uniform() * (high - low);
    return value < high ? value : low; // rounding may reach the upper bound
  }

  /** Whole number uniform in [0, n), without bias, n from 1 to 2⁵³−1. */
  integer(n: number): number {
    requireInteger(n, 1, Number.MAX_SAFE_INTEGER, "the number of choices");
    if (n <= twoTo32) {
      const limit = twoTo32 - (twoTo32 % n);
      for (;;) {
        const word = this.uint32();
        if (word < limit) return word % n;
      }
    }
    const limit = 2 ** 53 - (2 ** 53 % n);
    for (;;) {
      const word = this.uniform() * 2 ** 53;
      if (word < limit) return word % n;
    }
  }

  /** out[from …to−1] = whole numbers of 0 … n−1, as that many calls of integer(n) would give; n ≤ 2³². */
  fillIntegers(out: Uint32Array, n: number, from = 0, to = out.length): void {
    requireInteger(n, 1, twoTo32, "the number of choices");
    const limit = twoTo32 - (twoTo32 % n);
    for (let i = from; i < to; ) {
      const word = this.uint32();
      if (word < limit) out[i++] = word % n;
    }
  }

  /** Normal variable, by inversion (one uniform of 52 bits, so values reach ±8.2 sd). */
  normal(mean = 0, sd = 1): number {
    requireFinite(mean, "the mean");
    requireWithin(sd, 0, Number.POSITIVE_INFINITY, "the standard deviation");
    return mean + sd * normalQuantile(this.#uniformOpen());
  }

  /** exp of a normal variable: `mu` and `sigma` are mean and standard deviation of the logarithm. */
  lognormal(mu: number, sigma: number): number {
    return exp(this.normal(mu, sigma));
  }

  /** Exponential variable of the given mean ≥ 0. */
  exponential(mean: number): number {
    requireWithin(mean, 0, Number.POSITIVE_INFINITY, "the mean");
    return -mean * log(this.#uniformOpen());
  }

  /**
   * Poisson count of mean `lambda`, exact for any lambda from 0 to 2⁵⁰.
   *
   * @throws WbeError ARGUMENT for a negative or non-finite mean, LIMIT above 2⁵⁰ (counts stop being whole numbers).
   */
  poisson(lambda: number): number {
    requireWithin(lambda, 0, Number.POSITIVE_INFINITY, "the mean of a Poisson variable");
    if (lambda > 2 ** 50) {
      throw new WbeError("LIMIT", `expected a Poisson mean of at most 2^50, found ${lambda}`);
    }
    return samplePoisson(this.#uniform, lambda);
  }

  /** Number of successes in `n` trials (0 to 2⁵³−1) of probability `p`. */
  binomial(n: number, p: number): number {
    requireInteger(n, 0, Number.MAX_SAFE_INTEGER, "the number of trials");
    requireWithin(p, 0, 1, "a probability");
    return sampleBinomial(this.#uniform, n, p);
  }

  /**
   * Number of failures before the first success of trials of probability `p`; +∞ when p = 0. Skips over the
   * absent edges of a sparse random graph in one draw.
   */
  geometric(p: number): number {
    requireWithin(p, 0, 1, "a probability");
    if (p === 1) return 0;
    return Math.floor(log(this.#uniformOpen()) / log1p(-p));
  }

  /** Puts `items` into a uniformly random order, in place (Fisher–Yates), and returns it. */
  shuffle<A extends Indexed<unknown>>(items: A): A {
    const places: Indexed<unknown> = items;
    for (let last = places.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const held = places[last];
      places[last] = places[other];
      places[other] = held;
    }
    return items;
  }

  /** The numbers 0 … n−1 in a uniformly random order. */
  permutation(n: number): Uint32Array {
    requireInteger(n, 0, twoTo32, "the number of items");
    return this.shuffle(Uint32Array.from({ length: n }, (_, i) => i));
  }

  /**
   * `k` different numbers of 0 … n−1 in random order, without replacement: the start of a Fisher–Yates shuffle.
   * O(k) time and memory whatever n.
   */
  choose(n: number, k: number): Uint32Array {
    requireInteger(n, 0, twoTo32, "the number of items");
    requireInteger(k, 0, n, "the number of chosen items");
    const chosen = new Uint32Array(k);
    const moved = new Map<number, number>();
    for (let i = 0; i < k; i++) {
      const j = i + this.integer(n - i);
      chosen[i] = moved.get(j) ?? j;
      moved.set(j, moved.get(i) ?? i);
      moved.delete(i); // place i is never looked at again
    }
    return chosen;
  }

  /** Fills with uniform numbers in [0, 1): 53 bits and two words each, or 24 bits and one word each for float32. */
  fillUniform<A extends Float64Array | Float32Array>(out: A): A {
    if (out instanceof Float32Array) {
      for (let i = 0; i < out.length; i++) out[i] = (this.uint32() >>> 8) * 2 ** -24;
    } else {
      for (let i = 0; i < out.length; i++) out[i] = this.uniform();
    }
    return out;
  }

  /** Fills with normal variables, the same numbers as that many calls of `normal`. */
  fillNormal<A extends Float64Array | Float32Array>(out: A, mean = 0, sd = 1): A {
    for (let i = 0; i < out.length; i++) out[i] = this.normal(mean, sd);
    return out;
  }
}
