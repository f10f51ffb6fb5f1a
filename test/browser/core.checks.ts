/** Checks of scripts/browser-test.js: run in chromium and in Node, results compared to the bit. */
import * as math from "../../src/core/math.js";
import { philox4x32, RandomStream } from "../../src/core/random.js";
import { Stream } from "../../src/core/streams.js";
import golden from "../golden/philox4x32-10.json" with { type: "json" };
import { digest } from "./digest.js";

/** Golden vectors in the page itself: Random123's, randomgen's and ours must be one. */
export function philoxGivesTheKnownAnswers(): number {
  const out = new Uint32Array(4);
  for (const { counter, key, result } of golden.vectors) {
    const [c0 = 0, c1 = 0, c2 = 0, c3 = 0] = counter;
    const [k0 = 0, k1 = 0] = key;
    philox4x32(c0, c1, c2, c3, k0, k1, out);
    if (out.join() !== result.join())
      throw new Error(`counter ${counter} key ${key}: ${out.join()} ≠ ${result.join()}`);
  }
  return golden.vectors.length;
}

/** Every function of core/math over its whole range, limits included. */
export async function mathHasOneSetOfBits(): Promise<Record<string, string>> {
  const random = new RandomStream(1, Stream.sampling);
  const arguments_ = [0, -0, 1, -1, 1e-300, 5e-324, 709.7, -745.2, 1e308, Number.POSITIVE_INFINITY, Number.NaN];
  for (let i = 0; i < 4000; i++) {
    // Sizes from 2⁻⁴⁰ to 2¹⁰ by exact doublings: the engine's own pow would bring its own bits.
    let size = 2 ** -40 * (1 + random.uniform());
    for (let doublings = random.integer(50); doublings > 0; doublings--) size *= 2;
    arguments_.push(random.uniform() < 0.5 ? size : -size);
  }
  const one = { exp: math.exp, expm1: math.expm1, exprel: math.exprel, exprelr: math.exprelr, log: math.log };
  const more = { log1p: math.log1p, sin: math.sin, cos: math.cos, tanh: math.tanh };
  const digests: Record<string, string> = {};
  for (const [name, f] of Object.entries({ ...one, ...more })) {
    digests[name] = await digest(Float64Array.from(arguments_, (x) => f(x)));
  }
  digests.pow = await digest(Float64Array.from(arguments_, (x, i) => math.pow(Math.abs(x), (i % 17) / 4 - 2)));
  return digests;
}

/** Distributions go through log, sqrt and rejection loops; one different bit anywhere shifts all that follows. */
export async function distributionsHaveOneSetOfBits(): Promise<Record<string, unknown>> {
  const random = new RandomStream(42, Stream.weights, 7);
  const draws = new Float64Array(6000);
  for (let i = 0; i < draws.length; i += 6) {
    draws[i] = random.uniform();
    draws[i + 1] = random.normal(0, 1);
    draws[i + 2] = random.exponential(3);
    draws[i + 3] = random.poisson(i % 40);
    draws[i + 4] = random.binomial(100, 0.3);
    draws[i + 5] = random.lognormal(0, 0.5);
  }
  return { first: draws.slice(0, 12), all: await digest(draws), state: random.state };
}
