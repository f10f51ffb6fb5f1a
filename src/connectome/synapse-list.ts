/** The synapses of a builder as they come: weights and delays drawn, defaults kept open until Dale's law is known. @module */
import { WbeError } from "../core/errors.js";
import { RandomStream } from "../core/random.js";
import { Stream } from "../core/streams.js";
import type { DaleType, SynapseOptions } from "./builder-options.js";
import { defaultSynapseTypes, type SynapseTable } from "./columns.js";
import type { Pairs } from "./rules.js";
import { conductionDelay, defaultDelayWithoutPosition, defaultWeights, prepareValue } from "./synapse-values.js";

/** What the list must know of the neurons, and for errors. */
export interface PairContext {
  readonly where: string;
  /** um, soma to soma; NaN when a position is not known. */
  distance(source: number, target: number): number;
  nameOf(neuron: number): string;
}

export class SynapseList {
  /** Synapses that got the default delay for want of a distance. */
  defaultDelays = 0;
  readonly #seed: number;
  readonly #velocity: number;
  readonly #source: number[] = [];
  readonly #target: number[] = [];
  /** NaN: the default of the final type. */
  readonly #weight: number[] = [];
  readonly #delay: number[] = [];
  readonly #type: number[] = [];

  /** @param velocity um/ms, for default delays. */
  constructor(seed: number, velocity: number) {
    this.#seed = seed;
    this.#velocity = velocity;
  }

  /** The columns, with chemical synapses of the type of their source where `daleTypes` are given. */
  finish(daleTypes: readonly DaleType[] | null): SynapseTable {
    const type = this.#type.map((t, s) =>
      daleTypes && defaultSynapseTypes[t] !== "electrical"
        ? defaultSynapseTypes.indexOf(daleTypes[this.#source[s]!]!)
        : t,
    );
    const weight = this.#weight.map((w, s) => (Number.isNaN(w) ? defaultWeights[defaultSynapseTypes[type[s]!]!]! : w));
    return { source: this.#source, target: this.#target, weight, delay: this.#delay, type };
  }

  /** Weights and delays are drawn per source, in the order of targets, so that they do not depend on other sources. */
  add(pairs: Pairs, options: SynapseOptions, step: number, context: PairContext): void {
    const { where, distance: distanceOf } = context;
    const typeName = options.synapse ?? "excitatory";
    const type = defaultSynapseTypes.indexOf(typeName);
    if (type < 0) {
      throw new WbeError("NAME_UNKNOWN", `no synapse type "${typeName}"`, {
        where,
        remedy: `Use one of ${defaultSynapseTypes.join(", ")}.`,
      });
    }
    const electrical = typeName === "electrical";
    if (electrical && options.weight === undefined) {
      throw new WbeError("PARAMETER_MISSING", "expected a weight (nS) for electrical synapses, found none", { where });
    }
    const weightOf = options.weight === undefined ? null : prepareValue(options.weight, "nS", `weight of ${where}`);
    const delayOf = options.delay === undefined ? null : prepareValue(options.delay, "ms", `delay of ${where}`);
    const weights = new RandomStream(this.#seed, Stream.weights);
    const delays = new RandomStream(this.#seed, Stream.delays);
    const order = pairs.source.map((_, p) => p);
    order.sort((p, q) => pairs.source[p]! - pairs.source[q]! || pairs.target[p]! - pairs.target[q]! || p - q);
    let row = -1;
    for (const p of order) {
      const source = pairs.source[p]!;
      const target = pairs.target[p]!;
      if (source !== row) {
        row = source;
        weights.moveTo(source, step);
        delays.moveTo(source, step);
      }
      const distance = distanceOf(source, target);
      const weight = weightOf ? weightOf(distance, weights) : Number.NaN;
      if (weight < 0) this.#refuseValue("weight ≥ 0 nS", weight, source, target, context);
      const delay = delayOf ? delayOf(distance, delays) : electrical ? 0 : this.#defaultDelay(distance);
      if (delay < 0 || (delay === 0 && !electrical)) this.#refuseValue("delay > 0 ms", delay, source, target, context);
      this.#push(source, target, weight, delay, type);
      if (electrical && source !== target) this.#push(target, source, weight, delay, type);
    }
  }

  #push(source: number, target: number, weight: number, delay: number, type: number): void {
    this.#source.push(source);
    this.#target.push(target);
    this.#weight.push(weight);
    this.#delay.push(delay);
    this.#type.push(type);
  }

  #refuseValue(expected: string, found: number, source: number, target: number, context: PairContext): never {
    throw new WbeError("ARGUMENT", `expected a ${expected}, found ${found}`, {
      where: `${context.where}, ${context.nameOf(source)} → ${context.nameOf(target)}`,
      remedy: "The synapse type tells the sign of a weight; give a distribution a clip to bound what it draws.",
    });
  }

  #defaultDelay(distance: number): number {
    if (!Number.isNaN(distance)) return conductionDelay(distance, this.#velocity);
    this.defaultDelays++;
    return defaultDelayWithoutPosition;
  }
}
