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

/** What the construction kernels draw from (assembly/construction.ts). */
export interface Distribution {
  /** 0: uniform on [a, b); 1: normal, mean a, standard deviation b; 2: exp of that. */
  readonly kind: 0 | 1 | 2;
  readonly a: number;
  readonly b: number;
  /** Bounds, for kinds 1 and 2. */
  readonly low: number;
  readonly high: number;
  /** 1: values outside the bounds are drawn again; 0: they go to the nearer bound. */
  readonly redraws: 0 | 1;
}

/** What a `Dist` gives: one number for all, given values, or a distribution. */
export type ValueSource = number | ListedValues | Distribution;

export interface ListedValues {
  readonly values: Float64Array | Float32Array;
}

/** @throws WbeError ARGUMENT unless a list has `n` values. */
export function checkLength({ values }: { readonly values: ArrayLike<number> }, n: number, where: string): void {
  if (values.length !== n) throw new WbeError("ARGUMENT", `expected ${n} values, found ${values.length}`, { where });
}

/**
 * @param n how many values will be needed, if that is known: a list of values must have as many.
 * @throws WbeError ARGUMENT for a wrong number of values, a standard deviation below 0 or bounds in the wrong order;
 * DIMENSION or UNIT_UNKNOWN for quantities that do not fit.
 */
export function readDist(
  dist: Dist,
  n: number | undefined,
  { unit, where }: Pick<DrawOptions, "unit" | "where">,
): ValueSource {
  const quantity = (q: number | string): number => parseQuantity(q, unit, where);
  if (isSingleValue(dist)) return quantity(dist);
  if ("values" in dist) {
    if (n !== undefined) checkLength(dist, n, where);
    const { values } = dist;
    // Millions of values stay where they are.
    const isTyped = values instanceof Float32Array || values instanceof Float64Array;
    if (isTyped && values.every(Number.isFinite)) return { values };
    return { values: Float64Array.from(values, (v) => quantity(v)) };
  }
  const unbounded = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
  if ("uniform" in dist) {
    const [a, b] = dist.uniform.map(quantity) as [number, number];
    checkOrder(a, b, where);
    return { kind: 0, a, b, low: unbounded[0], high: unbounded[1], redraws: 0 };
  }
  if (dist.clip && dist.redraw) {
    throw new WbeError("ARGUMENT", "expected clip or redraw, found both", { where, remedy: "Choose one." });
  }
  const [low, high] = (dist.redraw ?? dist.clip ?? unbounded).map((q) =>
    Number.isFinite(q) || typeof q === "string" ? quantity(q) : (q as number),
  ) as [number, number];
  checkOrder(low, high, where);
  const bounds = { low, high, redraws: dist.redraw ? 1 : 0 } as const;
  if ("normal" in dist) {
    const [mean, sd] = dist.normal.map(quantity) as [number, number];
    checkSpread(sd, where);
    return { kind: 1, a: mean, b: sd, ...bounds };
  }
  const median = quantity(dist.lognormal[0]);
  const sigma = dist.lognormal[1];
  checkSpread(sigma, where);
  if (!(median > 0)) throw new WbeError("ARGUMENT", `expected a median above 0, found ${median}`, { where });
  return { kind: 2, a: log(median), b: sigma, ...bounds };
}

/** As in the kernels: bounds that so many draws in a row miss are a mistake. */
const mostRedraws = 1000;

/** The next value of a sequence; the kernel drawValues gives the same bits. @throws as boundsMissed. */
export function drawFrom(distribution: Distribution, random: RandomStream, where: string): number {
  const { kind, a, b, low, high, redraws } = distribution;
  if (kind === 0) return a + (b - a) * random.uniform();
  for (let draw = 0; draw < mostRedraws; draw++) {
    const normal = random.normal(a, b);
    const value = kind === 1 ? normal : exp(normal);
    if (!redraws) return Math.min(high, Math.max(low, value));
    if (value >= low && value <= high) return value;
  }
  throw boundsMissed(distribution, where);
}

/** ARGUMENT: redraw found no value within its bounds. */
export function boundsMissed({ low, high }: Distribution, where: string): WbeError {
  return new WbeError("ARGUMENT", `none of ${mostRedraws} draws fell within the redraw bounds ${low} and ${high}`, {
    where,
    remedy: "Widen the bounds or move the distribution into them.",
  });
}

/** n values, one per neuron; value k depends on seed, stream, name and k alone. @throws as readDist and drawFrom. */
export function drawValues(dist: Dist, n: number, options: DrawOptions): Float64Array {
  const source = readDist(dist, n, options);
  if (typeof source === "number") return new Float64Array(n).fill(source);
  if ("values" in source) return Float64Array.from(source.values);
  const entity = hashName(options.name);
  const random = new RandomStream(options.seed, options.stream, entity);
  const values = new Float64Array(n);
  for (let k = 0; k < n; k++) values[k] = drawFrom(source, random.moveTo(entity, k), options.where);
  return values;
}

function checkSpread(sd: number, where: string): void {
  if (!(sd >= 0)) throw new WbeError("ARGUMENT", `expected a spread of at least 0, found ${sd}`, { where });
}

function checkOrder(low: number, high: number, where: string): void {
  if (!(low <= high)) {
    throw new WbeError("ARGUMENT", `expected lower ≤ upper bound, found ${low} and ${high}`, { where });
  }
}
