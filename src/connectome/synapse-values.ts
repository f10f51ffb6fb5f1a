/**
 * Weights and delays of new synapses: constants, quantities with a unit, distributions, or functions of distance;
 * and the defaults where nothing is given.
 *
 * @module
 */
import { requireFinite, requireWithin } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import { log } from "../core/math.js";
import type { RandomStream } from "../core/random.js";
import { parseQuantity } from "../core/units.js";

/** A number in the unit of the value, or text with a unit ("10 nS", "1.5 ms"). */
export type QuantityInput = number | string;

/**
 * How a weight (nS) or delay (ms) is given. `clip` moves drawn values outside [low, high] to the nearer bound.
 * lognormal: median and the standard deviation of the logarithm. A function gets the distance of the two somata in um.
 */
export type SynapseValue =
  | QuantityInput
  | { normal: readonly [QuantityInput, QuantityInput]; clip?: readonly [QuantityInput, QuantityInput] }
  | { lognormal: readonly [QuantityInput, number]; clip?: readonly [QuantityInput, QuantityInput] }
  | { uniform: readonly [QuantityInput, QuantityInput] }
  | ((distance: number) => number);

/**
 * Weight (nS) of a synapse for which none was given: the peak conductances of the COBAHH benchmark network, which
 * work with Hodgkin–Huxley neurons of 200 pF. Source: Brette et al. 2007, J Comput Neurosci 23:349 (benchmark 3).
 */
export const defaultWeights: Readonly<Record<string, number>> = Object.freeze({ excitatory: 6, inhibitory: 67 });

/**
 * Conduction velocity of thin unmyelinated axons, um/ms (= 0.3 m/s): that of the slowest central axons, of 0.1 um (Swadlow &
 * Waxman 2012, Scholarpedia 7:1451). Axons between areas V1 and V2 are ten times as fast, around 3.5 m/s (Girard, Hupé &
 * Bullier 2001, J Neurophysiol 85:1328).
 */
export const defaultConductionVelocity = 300;

/**
 * Delay of chemical transmission itself, ms. Source: Katz & Miledi 1965, Proc R Soc Lond B 161:483, the minimum at the frog's
 * neuromuscular junction (the value as it is commonly cited; the article itself was not at hand).
 */
export const synapticLatency = 0.5;

/** Delay (ms) where the distance is not known. */
export const defaultDelayWithoutPosition = 1;

/**
 * Delay of a chemical synapse over `distance` um, straight from soma to soma: latency + distance / velocity (um/ms).
 */
export function conductionDelay(
  distance: number,
  velocity: number = defaultConductionVelocity,
  latency: number = synapticLatency,
): number {
  return latency + distance / velocity;
}

/**
 * Turns a given value into a function of (distance in um, random numbers), checked once.
 *
 * @param unit "nS" or "ms".
 * @throws WbeError ARGUMENT or DIMENSION, at once for what can be seen at once, else when a function returns a
 * number that is not finite.
 */
export function prepareValue(
  value: SynapseValue,
  unit: string,
  where: string,
): (distance: number, random: RandomStream) => number {
  const read = (quantity: QuantityInput) => parseQuantity(quantity, unit, where);
  if (typeof value === "number" || typeof value === "string") {
    const constant = read(value);
    return () => constant;
  }
  if (typeof value === "function") {
    return (distance) => {
      if (Number.isNaN(distance)) {
        throw new WbeError("ARGUMENT", "expected neurons with positions for a value that depends on distance", {
          where,
        });
      }
      return requireFinite(value(distance), `the value at a distance of ${distance} um`, where);
    };
  }
  if ("uniform" in value) {
    const low = read(value.uniform[0]);
    const high = requireWithin(read(value.uniform[1]), low, Number.POSITIVE_INFINITY, "the upper bound", where);
    return (_distance, random) => random.uniformBetween(low, high);
  }
  const clip = prepareClip(value.clip, read, where);
  if ("normal" in value) {
    const mean = read(value.normal[0]);
    const sd = requireWithin(read(value.normal[1]), 0, Number.POSITIVE_INFINITY, "the standard deviation", where);
    return (_distance, random) => clip(random.normal(mean, sd));
  }
  const median = read(value.lognormal[0]);
  if (!(median > 0)) throw new WbeError("ARGUMENT", `expected a median > 0, found ${median}`, { where });
  const sigma = requireWithin(value.lognormal[1], 0, Number.POSITIVE_INFINITY, "sigma", where);
  const mu = log(median);
  return (_distance, random) => clip(random.lognormal(mu, sigma));
}

function prepareClip(
  bounds: readonly [QuantityInput, QuantityInput] | undefined,
  read: (quantity: QuantityInput) => number,
  where: string,
): (value: number) => number {
  if (!bounds) return (value) => value;
  const low = read(bounds[0]);
  const high = requireWithin(read(bounds[1]), low, Number.POSITIVE_INFINITY, "the upper clip bound", where);
  return (value) => Math.min(high, Math.max(low, value));
}
