/**
 * Values drawn from the `Dist` of a description.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { exp, log } from "../core/math.js";
import { RandomStream } from "../core/random.js";
import { parseQuantity } from "../core/units.js";
import type { Dist } from "./description.js";

/** FNV-1a of a name: lets the seed name a projection or population, so that declaration order does not matter. */
export function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

export interface DrawOptions {
  readonly seed: number;
  readonly stream: number;
  /** Names the draw: population.variable or projection. */
  readonly name: string;
  /** Unit of the result, in which plain numbers are given. */
  readonly unit: string;
  /** For messages. */
  readonly where: string;
}

/** True when all values are one number. */
export function isSingleValue(dist: Dist): dist is number | string {
  return typeof dist === "number" || typeof dist === "string";
}

/** What a distribution gives: one number for all, given values, or a draw from a random sequence. */
export type Sampler = number | { readonly values: Float64Array } | { draw(random: RandomStream): number };

/**
 * @param n how many values will be needed; a list of values must have as many.
 * @throws WbeError ARGUMENT for a wrong number of values, a standard deviation below 0 or bounds in the wrong order;
 * DIMENSION or UNIT_UNKNOWN for quantities that do not fit.
 */
export function makeSampler(dist: Dist, n: number, { unit, where }: Pick<DrawOptions, "unit" | "where">): Sampler {
  const quantity = (q: number | string): number => parseQuantity(q, unit, where);
  if (isSingleValue(dist)) return quantity(dist);
  if ("values" in dist) {
    if (dist.values.length !== n) {
      throw new WbeError("ARGUMENT", `expected ${n} values, found ${dist.values.length}`, { where });
    }
    return { values: Float64Array.from(dist.values, (v) => quantity(v)) };
  }
  if ("uniform" in dist) {
    const [low, high] = dist.uniform.map(quantity) as [number, number];
    checkOrder(low, high, where);
    return { draw: (random) => low + (high - low) * random.uniform() };
  }
  const [least, most] = (dist.clip ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]).map((q) =>
    Number.isFinite(q) || typeof q === "string" ? quantity(q) : (q as number),
  ) as [number, number];
  checkOrder(least, most, where);
  if ("normal" in dist) {
    const [mean, sd] = dist.normal.map(quantity) as [number, number];
    checkSpread(sd, where);
    return { draw: (random) => Math.min(most, Math.max(least, random.normal(mean, sd))) };
  }
  const median = quantity(dist.lognormal[0]);
  const sigma = dist.lognormal[1];
  checkSpread(sigma, where);
  if (!(median > 0)) throw new WbeError("ARGUMENT", `expected a median above 0, found ${median}`, { where });
  return { draw: (random) => Math.min(most, Math.max(least, exp(random.normal(log(median), sigma)))) };
}

/** n values, one per neuron; value k depends on seed, stream, name and k alone. @throws as makeSampler. */
export function drawValues(dist: Dist, n: number, options: DrawOptions): Float64Array {
  const sampler = makeSampler(dist, n, options);
  if (typeof sampler === "number") return new Float64Array(n).fill(sampler);
  if ("values" in sampler) return sampler.values;
  const random = new RandomStream(options.seed, options.stream, hashName(options.name));
  return Float64Array.from({ length: n }, (_, k) => sampler.draw(random.at(k)));
}

function checkSpread(sd: number, where: string): void {
  if (!(sd >= 0)) throw new WbeError("ARGUMENT", `expected a spread of at least 0, found ${sd}`, { where });
}

function checkOrder(low: number, high: number, where: string): void {
  if (!(low <= high)) {
    throw new WbeError("ARGUMENT", `expected lower ≤ upper bound, found ${low} and ${high}`, { where });
  }
}
