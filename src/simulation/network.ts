/**
 * Description → columns: populations with compiled models, projections as rows by source. Deterministic.
 *
 * @module
 */

import { checkNeuronShape } from "../compiler/declared-shape.js";
import type { PlasticityRule } from "../compiler/plasticity-rule.js";
import { WbeError } from "../core/errors.js";
import { Stream } from "../core/streams.js";
import { suggestName } from "../core/suggestion.js";
import { checkTimeStep, delayToSteps, toSteps } from "../core/time.js";
import { parseQuantity, parseUnit, sameDimensions, type Unit } from "../core/units.js";
import { type Catalogue, findModel } from "./catalogue.js";
import type { Dist, NetworkDescription, PlasticitySpec, ProjectionSpec, Quantity } from "./description.js";
import { type Partition, shareOf, wholeNetwork } from "./partition.js";
import { type BuiltPopulation, buildPopulation, takeShare } from "./population.js";
import { PortList } from "./ports.js";
import { connectIncoming, type Incoming } from "./rules.js";
import { checkNetworkSize } from "./size.js";
import { drawIncoming, type IncomingDraw, rowsBySource, type SynapseValues } from "./synapses.js";

export interface BuiltProjection {
  readonly name: string;
  /** Population indices. */
  readonly from: number;
  readonly to: number;
  /** Port of the target population. */
  readonly port: number;
  readonly weightUnit: string;
  /** Its reversal potential lies above −50 mV or, where it has none, its weights sum to more than 0. */
  readonly isExcitatory: boolean;
  /** Coupled through V at every step instead of by spikes; delays mean nothing. */
  readonly isElectrical: boolean;
  /** Rows by source: synapses of source i stand at offsets[i] … offsets[i+1]−1. */
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  /** f64 where the projection may be plastic, else f32. */
  readonly weights: SynapseValues<Float32Array | Float64Array>;
  /** Steps. */
  readonly delays: SynapseValues<Uint16Array>;
  readonly axonalFraction: number;
  readonly rules: readonly { readonly rule: PlasticityRule; readonly params: Readonly<Record<string, Quantity>> }[];
}

export interface BuiltNetwork {
  readonly description: NetworkDescription;
  readonly populations: readonly BuiltPopulation[];
  readonly projections: readonly BuiltProjection[];
  /** Port of each stimulus that arrives through a synapse model, by index in description.stimuli. */
  readonly stimulusPorts: ReadonlyMap<number, number>;
  /** Steps. */
  readonly duration: number;
  readonly nNeurons: number;
  readonly warnings: readonly string[];
}

/** What a rule may look at when it decides whether it applies to a projection. */
export interface ProjectionInfo {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly synapse: string;
  /** See BuiltProjection.isExcitatory. */
  readonly isExcitatory: boolean;
  readonly weightUnit: string;
  /** Largest initial weight, 0 without synapses. */
  readonly maxWeight: number;
}

/** Plasticity given beside the description (by a scheduler): the rules of a projection. */
export type ExtraRules = (projection: ProjectionInfo) => readonly PlasticitySpec[];

/** @throws WbeError for every fault, naming population, projection or stimulus. */
export async function buildNetwork(
  description: NetworkDescription,
  catalogue: Catalogue,
  extraRules?: ExtraRules,
  partition: Partition = wholeNetwork,
): Promise<BuiltNetwork> {
  const { dt, seed, populations, projections, stimuli } = description;
  checkTimeStep(dt, "dt");
  const indexOf = indexNames(
    populations.map((p) => p.name),
    "population",
  );
  const find = (name: string, where: string): number => {
    const index = indexOf.get(name);
    if (index !== undefined) return index;
    throw new WbeError("NAME_UNKNOWN", `unknown population "${name}"`, {
      where,
      remedy: suggestName(name, [...indexOf.keys()]),
    });
  };
  const declarations = populations.map((p) =>
    findModel(p.model, catalogue.neurons, "neuron model", `population "${p.name}"`),
  );
  for (const declaration of declarations) checkNeuronShape(declaration);
  for (const { from, to, name } of projections)
    for (const p of [from, to]) find(p, `projection "${name ?? `${from}→${to}`}"`);
  checkNetworkSize(description, declarations);
  const ports = declarations.map((d) => new PortList(catalogue, d.inputs?.Isyn ?? d.inputs?.I ?? "pA"));
  const names = projections.map(
    (p, k) =>
      p.name ??
      `${p.from}→${p.to}${projections.findIndex((q) => q.from === p.from && q.to === p.to) === k ? "" : ` #${k}`}`,
  );
  indexNames(names, "projection");
  const projectionPorts = projections.map((p, k) =>
    ports[find(p.to, `projection "${names[k]}"`)]!.request(p.synapse, p.params, `projection "${names[k]}"`),
  );
  const stimulusPorts = new Map<number, number>();
  stimuli.forEach((stimulus, k) => {
    const where = `stimulus ${k} (${stimulus.kind})`;
    const population = find(stimulus.population, where);
    if (stimulus.kind === "poisson" || stimulus.kind === "spikes") {
      const port = ports[population]!.request(stimulus.synapse, stimulus.params, where);
      if (ports[population]!.ports[port]!.synapse.electrical) {
        throw new WbeError("UNSUPPORTED", "spikes cannot arrive through an electrical synapse", { where });
      }
      stimulusPorts.set(k, port);
    }
  });

  populations.forEach(({ name, restTolerance }, k) => {
    if (restTolerance === undefined || !ports[k]!.ports.some(({ synapse }) => synapse.electrical)) return;
    throw new WbeError(
      "UNSUPPORTED",
      "neurons with electrical synapses get current at every step: none can be left out",
      {
        where: `population "${name}"`,
        remedy: "Remove its restTolerance.",
      },
    );
  });
  let start = 0;
  const whole = await Promise.all(
    populations.map((spec, k) => {
      if (!Number.isInteger(spec.size) || spec.size < 1) {
        throw new WbeError("DESCRIPTION_INVALID", `expected a whole size of at least 1, found ${spec.size}`, {
          where: `population "${spec.name}"`,
        });
      }
      const context = { seed, dt, start, declaration: declarations[k]!, ports: ports[k]!.ports };
      start += spec.size;
      return buildPopulation(spec, context);
    }),
  );
  const built = whole.map((population) => {
    const { from, to } = shareOf(population.size, partition);
    return takeShare(population, from, to);
  });
  const builtProjections = projections.map((spec, k) =>
    buildProjection(spec, {
      name: names[k]!,
      from: find(spec.from, `projection "${names[k]}"`),
      to: find(spec.to, `projection "${names[k]}"`),
      port: projectionPorts[k]!,
      populations: built,
      description,
      catalogue,
      extraRules,
      isShare: partition.count > 1,
    }),
  );
  return {
    description,
    populations: built,
    projections: builtProjections,
    stimulusPorts,
    duration: toSteps(description.duration, dt, "duration"),
    nNeurons: start,
    warnings: built.flatMap((population) => population.compiled.notes),
  };
}

function indexNames(names: readonly string[], kind: string): Map<string, number> {
  const index = new Map<string, number>();
  names.forEach((name, k) => {
    if (index.has(name)) {
      throw new WbeError("NAME_CLASH", `two ${kind}s are named "${name}"`, { remedy: "Give each its own name." });
    }
    index.set(name, k);
  });
  return index;
}

interface ProjectionContext {
  name: string;
  from: number;
  to: number;
  port: number;
  populations: readonly BuiltPopulation[];
  description: NetworkDescription;
  catalogue: Catalogue;
  extraRules: ExtraRules | undefined;
  isShare: boolean;
}

function buildProjection(spec: ProjectionSpec, context: ProjectionContext): BuiltProjection {
  const { name, from, to, port, populations, description } = context;
  const { seed, dt } = description;
  const where = `projection "${name}"`;
  const source = populations[from]!;
  const target = populations[to]!;
  const incoming = connectIncoming(spec.rule, {
    name,
    seed,
    nSource: source.wholeSize,
    nTarget: target.wholeSize,
    targets: { from: target.start - target.wholeStart, to: target.start - target.wholeStart + target.size },
    samePopulation: from === to,
  });
  const portInfo = target.ports[port]!;
  const unit = target.compiled.program.model.ports[port]!.weightUnit;
  // Plastic weights are f64; whether rules apply may depend on the weights.
  const mayBePlastic = (spec.plasticity?.length ?? 0) > 0 || context.extraRules !== undefined;
  const weights = drawIncoming<Float32Array | Float64Array>(
    spec.weight,
    incoming,
    source.wholeSize,
    mayBePlastic ? Float64Array : Float32Array,
    {
      seed,
      stream: Stream.weights,
      name,
      unit: unit.text,
      where: `${where}, weight`,
      rule: spec.rule,
      isShare: context.isShare,
    },
  );
  const { sum, largest } = checkWeights(weights, incoming.sources.length, unit, where);
  const axonalFraction = spec.axonalFraction ?? 0;
  if (!(axonalFraction >= 0 && axonalFraction <= 1)) {
    throw new WbeError("ARGUMENT", `expected axonalFraction in [0, 1], found ${axonalFraction}`, { where });
  }
  const reversal = portInfo.params.get("Erev");
  const isElectrical = portInfo.synapse.electrical === true;
  if (isElectrical) requirePotential([source, target], where);
  if (isElectrical && context.isShare) {
    throw new WbeError("UNSUPPORTED", "electrical synapses couple neurons at every step and need one thread", {
      where,
    });
  }
  const isExcitatory = isElectrical ? false : reversal === undefined ? sum > 0 : reversal > -50;
  const info: ProjectionInfo = {
    name,
    from: source.name,
    to: target.name,
    synapse: portInfo.synapse.id,
    isExcitatory,
    weightUnit: unit.text,
    maxWeight: largest,
  };
  const rules = [...(spec.plasticity ?? []), ...(context.extraRules?.(info) ?? [])];
  if (isElectrical && rules.length > 0) {
    throw new WbeError("UNSUPPORTED", `expected no plasticity on an electrical synapse, found ${rules.length} rules`, {
      where,
      remedy: "Rules act where spikes arrive; no spikes pass an electrical synapse.",
    });
  }
  const delays = isElectrical
    ? 1
    : drawDelays(
        spec.delay,
        incoming,
        source.wholeSize,
        {
          seed,
          stream: Stream.delays,
          name,
          unit: "ms",
          where: `${where}, delay`,
          rule: spec.rule,
          isShare: context.isShare,
        },
        dt,
      );
  const rows = rowsBySource(incoming, source.wholeSize);
  return {
    name,
    from,
    to,
    port,
    weightUnit: unit.text,
    isExcitatory,
    isElectrical,
    offsets: rows.offsets,
    targets: rows.targets,
    weights: typeof weights === "number" ? weights : rows.reorder(weights),
    delays: typeof delays === "number" ? delays : rows.reorder(delays),
    axonalFraction,
    rules: rules.map((entry) => ({
      rule: findModel(entry.rule, context.catalogue.rules, "plasticity rule", where),
      params: entry.params ?? {},
    })),
  };
}

/** Steps, target by target; one number where all synapses have it. */
function drawDelays(
  dist: Dist,
  incoming: Incoming,
  nSource: number,
  options: IncomingDraw,
  dt: number,
): SynapseValues<Uint16Array> {
  const drawn = drawIncoming(dist, incoming, nSource, Float64Array, options);
  if (typeof drawn === "number") return delayToSteps(drawn, dt, options.where);
  const steps = new Uint16Array(drawn.length);
  let same = drawn.length > 0;
  for (let e = 0; e < drawn.length; e++) {
    steps[e] = delayToSteps(drawn[e]!, dt, `${options.where} of synapse ${e}`);
    same &&= steps[e] === steps[0];
  }
  return same ? steps[0]! : steps;
}

/** Sum and largest of the weights. @throws WbeError for a conductance below 0. */
function checkWeights(weights: SynapseValues<Float32Array | Float64Array>, n: number, unit: Unit, where: string) {
  const list = typeof weights === "number" ? [weights] : weights;
  const negative = findNegativeConductance(list, unit);
  if (negative >= 0) throw negativeConductance(list[negative]!, unit.text, `${where}, synapse ${negative}`);
  let sum = 0;
  let largest = 0;
  for (let e = 0; e < list.length; e++) {
    sum += list[e]!;
    if (list[e]! > largest) largest = list[e]!;
  }
  return n === 0 ? { sum: 0, largest: 0 } : { sum, largest };
}

function requirePotential(populations: readonly BuiltPopulation[], where: string): void {
  for (const { name, declaration } of populations) {
    if (declaration.states.V?.[1] === "mV") continue;
    throw new WbeError("MODEL_INVALID", `model "${declaration.id}" of population "${name}" has no state V in mV`, {
      where,
      remedy: "An electrical synapse couples membrane potentials.",
    });
  }
}

/** Index of a weight below 0 where weights are conductances, −1 if there is none. */
export function findNegativeConductance(weights: ArrayLike<number>, unit: Unit): number {
  const isConductance = ["nS", "mS/cm2"].some((text) => sameDimensions(unit.dimensions, parseUnit(text).dimensions));
  return isConductance ? Array.prototype.findIndex.call(weights, (w: number) => w < 0) : -1;
}

export function negativeConductance(found: number, unit: string, where: string): WbeError {
  return new WbeError("PARAMETER_RANGE", `expected a conductance of at least 0 ${unit}, found ${found}`, {
    where,
    remedy: "Inhibition is a conductance with a low reversal potential Erev, not a negative one.",
  });
}

/** ms of a quantity that may carry a unit. */
export function milliseconds(quantity: Quantity, where: string): number {
  return parseQuantity(quantity, "ms", where);
}
