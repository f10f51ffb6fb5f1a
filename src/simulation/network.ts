/**
 * Description → columns: populations with compiled models, projections as rows by source. Deterministic.
 *
 * @module
 */

import { unknownSite } from "../cells/cell-model.js";
import { checkNeuronShape } from "../compiler/declared-shape.js";
import { internalError, WbeError } from "../core/errors.js";
import { suggestName } from "../core/suggestion.js";
import { checkTimeStep, toSteps } from "../core/time.js";
import { parseQuantity, parseUnit, sameDimensions, type Unit } from "../core/units.js";
import { Arena } from "../kernels/arena.js";
import { type ConstructionKernels, createConstructionKernels } from "../kernels/construction.js";
import { parametersToVary, planActions } from "./action-plan.js";
import { type AppliedRule, type Catalogue, findNeuronModel } from "./catalogue.js";
import type { NetworkDescription, PopulationSpec, ProjectionSpec, Quantity } from "./description.js";
import { readDist } from "./distribution.js";
import { type Partition, shareOf } from "./partition.js";
import { type BuiltPopulation, buildPopulation, isRunByEvents, takeShare } from "./population.js";
import { findStimulusPorts, PortList, siteNames, synapticUnit } from "./ports.js";
import { type ProjectionExtent, shiftRange, type WeightSummary } from "./projection-extent.js";
import { type ReleaseValues, readRelease } from "./release-values.js";
import { planRule, type RuleContext } from "./rules.js";
import { checkNetworkSize } from "./size.js";
import { drawSourceRows } from "./source-rows.js";
import { mostShortTargets, type SynapseRows, type SynapseSpec, type SynapseValues, viewRows } from "./synapse-rows.js";
import { requireWhole, SynapseBuilder } from "./synapses.js";

export interface BuiltProjection {
  readonly name: string;
  /** Population indices. */
  readonly from: number;
  readonly to: number;
  /** Port of the target population. */
  readonly port: number;
  readonly weightUnit: string;
  /** Of its synapses, mV, where they have one. */
  readonly reversal: number | undefined;
  /** Coupled through V at every step instead of by spikes; delays mean nothing. */
  readonly isElectrical: boolean;
  /** Of an electrical synapse: part of its conductance that is missing where its source is the more negative side; −: positive. */
  readonly rectification: number;
  /** Where its rows stand in the network's memory; the arrays below are views of them. */
  readonly rows: SynapseRows;
  /** Rows by source: synapses of source i stand at offsets[i] … offsets[i+1]−1. */
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array | Uint16Array;
  /** f64 where the projection may be plastic, else f32. */
  readonly weights: SynapseValues<Float32Array | Float64Array>;
  /** Steps. */
  readonly delays: SynapseValues<Uint16Array>;
  readonly axonalFraction: number;
  readonly rules: readonly AppliedRule[];
  readonly release: ReleaseValues | undefined;
  /** Of the whole projection once the shares are joined, of what is here before. */
  readonly extent: ProjectionExtent;
}

/** A network, or a share of it, without its synapses. Plain data: it can be sent to a worker. */
export interface NetworkPlan {
  readonly description: NetworkDescription;
  readonly populations: readonly BuiltPopulation[];
  readonly projections: readonly ProjectionPlan[];
  /** Port of each stimulus that arrives through a synapse model, by index in description.stimuli. */
  readonly stimulusPorts: ReadonlyMap<number, number>;
  /** Steps. */
  readonly duration: number;
  readonly nNeurons: number;
  readonly warnings: readonly string[];
}

export interface BuiltNetwork extends Omit<NetworkPlan, "projections"> {
  /** Holds the synapses. */
  readonly arena: Arena;
  /** On the arena's memory. */
  readonly construction: ConstructionKernels;
  readonly projections: readonly BuiltProjection[];
}

export interface ProjectionPlan {
  readonly spec: ProjectionSpec;
  readonly name: string;
  /** Population indices, and port of the target. */
  readonly from: number;
  readonly to: number;
  readonly port: number;
}

/**
 * Populations compiled and their values drawn; who is connected to whom, not yet by which synapses.
 *
 * @param threads among which the network will be dealt.
 * @throws WbeError for every fault, naming population, projection or stimulus.
 */
export async function planNetwork(
  description: NetworkDescription,
  catalogue: Catalogue,
  threads: number,
): Promise<NetworkPlan> {
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
  const declarations = populations.map((p) => findNeuronModel(p, catalogue));
  for (const declaration of declarations) checkNeuronShape(declaration);
  for (const { from, to, name } of projections)
    for (const p of [from, to]) find(p, `projection "${name ?? `${from}→${to}`}"`);
  checkNetworkSize(description, declarations, threads);
  const ports = declarations.map((d, k) => new PortList(catalogue, synapticUnit(d), siteNames(populations[k]!)));
  const names = nameProjections(projections);
  indexNames(names, "projection");
  const projectionPorts = projections.map((p, k) =>
    ports[find(p.to, `projection "${names[k]}"`)]!.request(p.synapse, p.params, `projection "${names[k]}"`, p.site),
  );
  const stimulusPorts = findStimulusPorts(stimuli, [...indexOf.keys()], ports);

  populations.forEach((spec, k) => {
    checkMayRest(spec, ports[k]!);
  });
  let start = 0;
  const built = await Promise.all(
    populations.map((spec, k) => {
      if (!Number.isInteger(spec.size) || spec.size < 1) {
        throw new WbeError("DESCRIPTION_INVALID", `expected a whole size of at least 1, found ${spec.size}`, {
          where: `population "${spec.name}"`,
        });
      }
      const variesLater = parametersToVary(planActions(description), spec.name);
      const sharesMemory = threads > 1;
      const shape = { declaration: declarations[k]!, ports: ports[k]!.ports };
      const fromSite = findSourceSite(projections, spec);
      const context = { seed, dt, start, ...shape, variesLater, sharesMemory, fromSite };
      start += spec.size;
      return buildPopulation(spec, context);
    }),
  );
  return {
    description,
    populations: built,
    projections: projections.map((spec, k) => ({
      spec,
      name: names[k]!,
      from: find(spec.from, `projection "${names[k]}"`),
      to: find(spec.to, `projection "${names[k]}"`),
      port: projectionPorts[k]!,
    })),
    stimulusPorts,
    duration: toSteps(description.duration, dt, "duration"),
    nNeurons: start,
    warnings: built.flatMap((population) => population.compiled.notes),
  };
}

/** Site at which the electrical synapses of a population start. @throws WbeError NAME_UNKNOWN, UNSUPPORTED for several. */
function findSourceSite(projections: readonly ProjectionSpec[], spec: PopulationSpec): string | undefined {
  const given = projections.filter(({ from, fromSite }) => from === spec.name && fromSite !== undefined);
  const where = `population "${spec.name}"`;
  const names = siteNames(spec);
  for (const { fromSite } of given) if (!names.includes(fromSite!)) throw unknownSite(fromSite!, names, where);
  const sites = new Set(given.map(({ fromSite }) => fromSite));
  if (sites.size <= 1) return given[0]?.fromSite;
  throw new WbeError("UNSUPPORTED", `electrical synapses start at ${[...sites].join(" and ")}`, {
    where,
    remedy: "Let those of one population start at one site, or make it two populations.",
  });
}

/** The share of a thread. */
export function takeNetworkShare(plan: NetworkPlan, partition: Partition): NetworkPlan {
  const populations = plan.populations.map((population) => {
    const { from, to } = shareOf(population.size, partition);
    return takeShare(population, from, to);
  });
  return { ...plan, populations };
}

/**
 * Sum and largest of the weights of each projection, here: what rules may ask for before the synapses are made.
 *
 * @throws as connectNetwork.
 */
export async function summarizeWeights(plan: NetworkPlan): Promise<WeightSummary[]> {
  const arena = Arena.create();
  const builder = new SynapseBuilder(arena, await createConstructionKernels(arena.memory));
  return plan.projections.map((projection) => builder.summarize(readProjection(projection, plan).synapses));
}

/**
 * The synapses onto the populations of a plan, which may be a share.
 *
 * @param rules of each projection.
 * @param isShared several threads are to see the memory.
 * @throws WbeError naming the projection.
 */
export async function connectNetwork(
  plan: NetworkPlan,
  rules: readonly (readonly AppliedRule[])[],
  isShared: boolean,
): Promise<BuiltNetwork> {
  const arena = Arena.create(isShared);
  const construction = await createConstructionKernels(arena.memory);
  const builder = new SynapseBuilder(arena, construction);
  const drawn = plan.projections.map((projection, k) => {
    const { synapses, isElectrical, ...rest } = readProjection(projection, plan);
    const shortTargets = !isElectrical && plan.populations[projection.to]!.size <= mostShortTargets;
    const { rows, weights } = builder.build(synapses, shortTargets, rules[k]!.length > 0);
    return { ...rest, isElectrical, rows, rules: rules[k]!, weightSummary: weights };
  });
  const projections = drawn.map(({ weightSummary, ...projection }): BuiltProjection => {
    const views = viewRows(arena, projection.rows);
    return { ...projection, ...views, extent: measureExtent(projection, views.delays, weightSummary) };
  });
  return { ...plan, arena, construction, projections };
}

/** The rows of a procedural projection of the whole network. */
export type DrawRows = (projection: number) => {
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Float32Array;
};

/** Draws the rows of procedural projections for whoever asks, as copies. */
export async function makeRowReader(plan: NetworkPlan): Promise<DrawRows> {
  if (plan.projections.every(({ spec }) => spec.storage !== "procedural")) {
    return () => {
      throw internalError("rows of a stored projection were to be drawn");
    };
  }
  const arena = Arena.create();
  const kernels = await createConstructionKernels(arena.memory);
  return (k) => drawSourceRows(arena, kernels, readProjection(plan.projections[k]!, plan).synapses);
}

function measureExtent(
  { rows: { n, delays }, rules, axonalFraction }: Pick<BuiltProjection, "rows" | "rules" | "axonalFraction">,
  values: SynapseValues<Uint16Array>,
  weights: WeightSummary,
): ProjectionExtent {
  const { least, most } = typeof delays === "number" ? { least: delays, most: delays } : delays;
  const present = n === 0 || rules.length === 0 ? [] : typeof values === "number" ? [values] : values;
  const { lowest, highest } = shiftRange(present, axonalFraction);
  return {
    synapses: n,
    weights,
    shortestDelay: n === 0 ? Number.POSITIVE_INFINITY : least,
    longestDelay: n === 0 ? 0 : most,
    lowestShift: lowest,
    highestShift: highest,
  };
}

/** Given names, else "from→to", numbered from the second unnamed one of a pair on: whatever else is declared before. */
function nameProjections(projections: readonly ProjectionSpec[]): string[] {
  const unnamed = new Map<string, number>();
  return projections.map(({ name, from, to }) => {
    if (name !== undefined) return name;
    const pair = `${from}→${to}`;
    const count = (unnamed.get(pair) ?? 0) + 1;
    unnamed.set(pair, count);
    return count === 1 ? pair : `${pair} #${count}`;
  });
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

/** Everything of a projection but its synapses, and what they are made from. */
function readProjection(
  { spec, name, from, to, port }: ProjectionPlan,
  { populations, description }: NetworkPlan,
): Pick<
  BuiltProjection,
  | "name"
  | "from"
  | "to"
  | "port"
  | "weightUnit"
  | "reversal"
  | "isElectrical"
  | "rectification"
  | "axonalFraction"
  | "release"
> & { synapses: SynapseSpec } {
  const { seed, dt } = description;
  const where = `projection "${name}"`;
  const source = populations[from]!;
  const target = populations[to]!;
  const ruleContext: RuleContext = {
    name,
    seed,
    nSource: source.wholeSize,
    nTarget: target.wholeSize,
    targets: { from: target.start - target.wholeStart, to: target.start - target.wholeStart + target.size },
    samePopulation: from === to,
  };
  const plan = planRule(spec.rule, ruleContext);
  const portInfo = target.ports[port]!;
  const unit = target.compiled.program.model.ports[port]!.weightUnit;
  const axonalFraction = spec.axonalFraction ?? 0;
  if (!(axonalFraction >= 0 && axonalFraction <= 1)) {
    throw new WbeError("ARGUMENT", `expected axonalFraction in [0, 1], found ${axonalFraction}`, { where });
  }
  const isElectrical = portInfo.synapse.electrical === true;
  if (isElectrical) requirePotential([source, target], where);
  // A list beside a rule other than "edges" is as long as the rule makes synapses: the builder compares.
  const listed = plan.kind === "edges" ? plan.source.length : undefined;
  const weight = readDist(spec.weight, listed, { unit: unit.text, where: `${where}, weight` });
  const delay = isElectrical ? dt : readDist(spec.delay, listed, { unit: "ms", where: `${where}, delay` });
  for (const [what, values] of [
    ["weight", weight],
    ["delay", delay],
  ] as const) {
    if (target.size !== target.wholeSize) requireWhole(values, plan, spec.rule.kind, `${where}, ${what}`);
  }
  const onNegative = (value: number, synapse?: number): void => {
    if (!isNeverNegative(unit)) return;
    throw negativeWeight(value, unit, synapse === undefined ? where : `${where}, synapse ${synapse}`);
  };
  if (typeof weight === "number" && weight < 0) onNegative(weight, 0);
  const isProcedural = spec.storage === "procedural";
  const bySource = isProcedural || spec.drawnBy === "source";
  if (isProcedural && (isElectrical || spec.drawnBy === "target")) {
    const what = isElectrical ? "an electrical synapse" : "synapses drawn by target";
    throw new WbeError("UNSUPPORTED", `expected stored synapses, found storage "procedural" with ${what}`, { where });
  }
  return {
    name,
    from,
    to,
    port,
    weightUnit: unit.text,
    reversal: portInfo.params.get("Erev"),
    isElectrical,
    rectification: isElectrical ? (portInfo.params.get("rectification") ?? 0) : 0,
    axonalFraction,
    release:
      spec.release &&
      readRelease(spec.release, dt, where, {
        isElectrical,
        isProcedural,
        targetRests: target.isEventDriven || target.compiled.program.atRest !== undefined,
      }),
    synapses: {
      plan,
      ruleKind: spec.rule.kind,
      bySource,
      isProcedural,
      context: ruleContext,
      weight,
      delay,
      dt,
      where,
      onNegative,
    },
  };
}

/** A share with the extents of the whole projections, once all shares are built. */
export function joinNetwork(network: BuiltNetwork, extents: readonly ProjectionExtent[]): BuiltNetwork {
  return { ...network, projections: network.projections.map((p, k) => ({ ...p, extent: extents[k]! })) };
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

const conductances = ["nS", "mS/cm2"];

/** Weights in this unit are conductances, or concentrations of transmitter: neither is negative. */
export function isNeverNegative({ dimensions }: Unit): boolean {
  return [...conductances, "mM"].some((text) => sameDimensions(dimensions, parseUnit(text).dimensions));
}

export function negativeWeight(found: number, { dimensions, text }: Unit, where: string): WbeError {
  const isConductance = conductances.some((unit) => sameDimensions(dimensions, parseUnit(unit).dimensions));
  const what = isConductance ? "a conductance" : "a concentration of transmitter";
  return new WbeError("PARAMETER_RANGE", `expected ${what} of at least 0 ${text}, found ${found}`, {
    where,
    remedy: "Inhibition is a matter of a low reversal potential Erev, not of a negative weight.",
  });
}

/** ms of a quantity that may carry a unit. */
export function milliseconds(quantity: Quantity, where: string): number {
  return parseQuantity(quantity, "ms", where);
}

/** @throws WbeError UNSUPPORTED for a population that is to leave out neurons and cannot. */
function checkMayRest(spec: PopulationSpec, { ports }: PortList): void {
  const { name, restTolerance, precision } = spec;
  const where = `population "${name}"`;
  const isEventDriven = isRunByEvents(spec);
  if (isEventDriven && restTolerance !== undefined) {
    throw new WbeError("UNSUPPORTED", "an event-driven population leaves out neurons without a tolerance", {
      where,
      remedy: "Remove its restTolerance.",
    });
  }
  if (isEventDriven && precision === "f32") {
    throw new WbeError("UNSUPPORTED", "event-driven populations have double precision", {
      where,
      remedy: "Remove its precision.",
    });
  }
  if ((isEventDriven || restTolerance !== undefined) && ports.some(({ synapse }) => synapse.electrical)) {
    throw new WbeError("UNSUPPORTED", "electrical synapses give current at every step: no neuron can be left out", {
      where,
      remedy: isEventDriven ? 'Use method "exact".' : "Remove its restTolerance.",
    });
  }
}
