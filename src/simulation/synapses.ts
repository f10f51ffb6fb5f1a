/**
 * Incoming synapses → rows by source with weights and delays: the form in which spikes are delivered.
 *
 * Targets are indices within the share that is built.
 *
 * The j-th synapse of target t within a projection draws its weight and its delay as j-th number at place t of the
 * streams that the projection's name selects.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { RandomStream } from "../core/random.js";
import type { Dist, RuleSpec } from "./description.js";
import { type DrawOptions, hashName, makeSampler } from "./distribution.js";
import { countInto, type Incoming } from "./rules.js";

/** One value for all synapses, or one each. */
export type SynapseValues<A> = number | A;

export interface IncomingDraw extends DrawOptions {
  readonly rule: RuleSpec;
  /** Only a worker's share of the targets is built. */
  readonly isShare: boolean;
}

/** Values in the order of `incoming` (target by target). `Values` is the array type to make. */
export function drawIncoming<A extends Float32Array | Float64Array>(
  dist: Dist,
  incoming: Incoming,
  nSource: number,
  Values: new (length: number) => A,
  options: IncomingDraw,
): SynapseValues<A> {
  const { offsets, sources, given, firstTarget } = incoming;
  const { rule, isShare } = options;
  if (isShare && !given && typeof dist === "object" && "values" in dist) {
    throw new WbeError("UNSUPPORTED", `listed values for a rule of kind ${rule.kind} need the whole network`, {
      where: options.where,
      remedy: 'Run on one thread, or list the synapses with a rule of kind "edges".',
    });
  }
  const sampler = makeSampler(dist, rule.kind === "edges" ? rule.source.length : sources.length, options);
  if (typeof sampler === "number") return sampler;
  const values = new Values(sources.length);
  if ("values" in sampler) {
    // Listed values follow the list of edges or, without one, the rows: by source, then target.
    const next = given ? undefined : countInto(sources, nSource);
    for (let e = 0; e < values.length; e++) values[e] = sampler.values[given ? given[e]! : next![sources[e]!]!++]!;
    return values;
  }
  const random = new RandomStream(options.seed, options.stream, hashName(options.name));
  for (let target = 0; target + 1 < offsets.length; target++) {
    random.moveTo(hashName(options.name), firstTarget + target);
    for (let e = offsets[target]!; e < offsets[target + 1]!; e++) values[e] = sampler.draw(random);
  }
  return values;
}

export interface Rows {
  /** Synapses of source i stand at offsets[i] … offsets[i+1]−1, by ascending target. */
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  /** Puts values given target by target into the order of the rows. */
  reorder<A extends Float32Array | Float64Array | Uint16Array>(values: A): A;
}

/** Turns target-by-target synapses into rows by source, in one counting sort. */
export function rowsBySource({ offsets: incomingOffsets, sources }: Incoming, nSource: number): Rows {
  const offsets = countInto(sources, nSource);
  const targets = new Uint32Array(sources.length);
  const next = offsets.slice(0, nSource);
  for (let target = 0; target + 1 < incomingOffsets.length; target++) {
    for (let e = incomingOffsets[target]!; e < incomingOffsets[target + 1]!; e++)
      targets[next[sources[e]!]!++] = target;
  }
  return {
    offsets,
    targets,
    reorder(values) {
      const out = values.slice() as typeof values;
      const place = offsets.slice(0, nSource);
      for (let e = 0; e < sources.length; e++) out[place[sources[e]!]!++] = values[e]!;
      return out;
    },
  };
}
