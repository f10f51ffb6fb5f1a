/**
 * Arrivals between steps, on their way to populations with exact spike times: how many there may be, and how a checkpoint
 * holds them.
 *
 * @module
 */
import { internalError } from "../core/errors.js";
import type { EventDriven } from "./event-driven.js";
import type { BuiltNetwork } from "./network.js";
import type { StatePart } from "./state-part.js";

/**
 * Whether the spikes of a projection arrive at their own times between steps: both populations have exact spike times, and
 * its synapses are static. Others arrive on steps.
 */
export function arrivesBetweenSteps(
  { populations, projections }: Pick<BuiltNetwork, "populations" | "projections">,
  projection: number,
): boolean {
  const { from, to, rules, isElectrical } = projections[projection]!;
  const areExact = populations[from]!.hasExactTimes && populations[to]!.hasExactTimes;
  return areExact && rules.length === 0 && !isElectrical;
}

/** Arrivals between steps that synapses may have under way to the neurons of a population here: a neuron fires once a period. */
export function mostUnderWay(network: BuiltNetwork, population: number): number {
  let most = 0;
  network.projections.forEach(({ from, to, rows, extent }, k) => {
    if (to !== population || !arrivesBetweenSteps(network, k)) return;
    most += rows.n * Math.ceil(extent.longestDelay / network.populations[from]!.shortestPeriod!);
  });
  return most;
}

/** The arrivals under way in all shares of a population; neurons are those of the whole population. */
export function* arrivalListParts(shares: readonly EventDriven[], size: number): Iterable<StatePart> {
  const { slots, ports } = shares[0]!.ringSize;
  const read = () => {
    const places: number[] = [];
    const values: number[] = [];
    for (const share of shares) share.listArrivals(places, values);
    return { places: Uint32Array.from(places), values: Float64Array.from(values) };
  };
  let given: Uint32Array | undefined;
  yield {
    name: "exact arrivals/places",
    read: () => read().places,
    refuse: (places) => {
      const fits =
        places instanceof Uint32Array &&
        places.length % 3 === 0 &&
        places.every((value, k) => value < [size, slots, ports][k % 3]!);
      given = fits ? places : undefined;
      return fits ? undefined : `expected triples of one of ${size} neurons, ${slots} slots and ${ports} ports`;
    },
    write: (places) => {
      given = places as Uint32Array;
    },
  };
  yield {
    name: "exact arrivals/values",
    read: () => read().values,
    refuse: (values) => {
      const isPairs = values instanceof Float64Array && 3 * values.length === 2 * (given?.length ?? 0);
      const fits = isPairs && values.every((value, k) => Number.isFinite(value) && (k % 2 === 1 || isFraction(value)));
      return fits ? undefined : "expected a fraction from 0 to 1 and a weight for each arrival";
    },
    write: (values) => {
      if (!given) throw internalError("the places of arrivals come first");
      for (const share of shares) share.takeArrivals(given, values as Float64Array);
    },
  };
}

const isFraction = (value: number): boolean => value >= 0 && value <= 1;
