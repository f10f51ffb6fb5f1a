/**
 * One population built: compiled model, parameter values, derived values and initial states.
 *
 * @module
 */

import { buildModelCell, type CellModel, isCellModel, namedSites } from "../cells/cell-model.js";
import { readClosedForm } from "../compiler/closed-form.js";
import { type CompiledModel, compileModel } from "../compiler/compile.js";
import { checkModel } from "../compiler/model.js";
import { WbeError } from "../core/errors.js";
import { suggestName } from "../core/suggestion.js";
import type { NeuronDeclaration } from "../neuron-models/declaration.js";
import type { PopulationSpec } from "./description.js";
import { isSingleValue } from "./distribution.js";
import {
  checkSinglePrecision,
  deriveConstants,
  initialStates,
  type PopulationValues,
  readValues,
} from "./population-values.js";
import type { PortChoice } from "./ports.js";
import { refractoryPeriods } from "./refractory-periods.js";

export interface BuiltPopulation {
  readonly name: string;
  /** Neurons here: all, or this worker's share (partition.ts). */
  readonly size: number;
  /** Index in the whole network of the first neuron here. */
  readonly start: number;
  /** The whole population: index of its first neuron in the network, and its size. */
  readonly wholeStart: number;
  readonly wholeSize: number;
  readonly declaration: NeuronDeclaration;
  readonly ports: readonly PortChoice[];
  readonly compiled: CompiledModel;
  /** What slots, columns and initial states come from. */
  readonly values: PopulationValues;
  /** Values of the kernel's slots and per-neuron columns, and states at t = 0 in the kernel's order. */
  readonly slots: Float64Array;
  readonly columns: readonly Float64Array[];
  readonly initialStates: readonly Float64Array[];
  readonly positions: Float32Array | undefined;
  /** Detailed cells: `compiled` has their sites and synapses. */
  readonly cell: CellModel | undefined;
  /** State that electrical synapses from here look at: `V`, or that of a site. */
  readonly sentPotential: string;
  /** Runs from event to event; `compiled` then tells states and ports, and is not run. */
  readonly isEventDriven: boolean;
  /** Event-driven, and spikes fall between steps. */
  readonly hasExactTimes: boolean;
  /** With exact spike times: shortest refractory period of the whole population, in steps. */
  readonly shortestPeriod: number | undefined;
}

export interface PopulationContext {
  readonly seed: number;
  readonly dt: number;
  readonly start: number;
  readonly declaration: NeuronDeclaration;
  readonly ports: readonly PortChoice[];
  /** Parameters that an action will make differ between neurons. */
  readonly variesLater: ReadonlySet<string>;
  /** The kernel is to work on memory that several threads see. */
  readonly sharesMemory: boolean;
  /** Site from which its electrical synapses start, where one is given. */
  readonly fromSite?: string | undefined;
}

/**
 * @throws WbeError of the compiler; NAME_UNKNOWN for a parameter or state that the model does not have;
 * PARAMETER_RANGE for a value outside its declared range or a constraint that does not hold.
 */
export async function buildPopulation(spec: PopulationSpec, context: PopulationContext): Promise<BuiltPopulation> {
  const { declaration, ports } = context;
  const where = `population "${spec.name}"`;
  const given = spec.params ?? {};
  rejectUnknown(Object.keys(given), Object.keys(declaration.params), `parameter of model "${declaration.id}"`, where);
  const cell = typeof spec.model !== "string" && isCellModel(spec.model) ? spec.model : undefined;
  if (cell) checkCellSpec(spec, cell, where);
  const hasExactTimes = spec.spikeTimes === "exact";
  const isEventDriven = isRunByEvents(spec);
  if (hasExactTimes && spec.method !== undefined && !isEventDriven) {
    throw new WbeError("UNSUPPORTED", `exact spike times go with method "event-driven", found "${spec.method}"`, {
      where,
      remedy: "Leave its method out.",
    });
  }
  const perNeuron = new Set([
    ...Object.keys(given).filter((name) => !isSingleValue(given[name]!)),
    ...Object.keys(declaration.params).filter((name) => context.variesLater.has(name)),
  ]);
  const receptors = ports.map(({ name, synapse, site }) => ({ name, synapse, site: cell && potentialOf(cell, site!) }));
  // Before the compiler would speak of the exact method, which nobody asked for.
  if (isEventDriven) readClosedForm(checkModel(declaration, receptors), perNeuron);
  const compiled = await compileModel(declaration, {
    ports: receptors,
    method: isEventDriven ? "exact" : spec.method,
    perNeuron,
    restTolerance: spec.restTolerance,
    precision: spec.precision,
    sharesMemory: context.sharesMemory,
  });
  rejectUnknown(
    Object.keys(spec.init ?? {}),
    compiled.program.model.states.map((s) => s.name),
    `state of model "${declaration.id}"`,
    where,
  );

  const values = readValues(spec, compiled, context);
  const constants = deriveConstants(compiled, spec.size, values);
  const states = initialStates(compiled, spec.size, values);
  const owner = { name: spec.name, compiled, hasExactTimes };
  const shortestPeriod = hasExactTimes
    ? refractoryPeriods(owner, values, 0, spec.size).reduce((a, b) => Math.min(a, b))
    : undefined;
  if (spec.precision === "f32")
    checkSinglePrecision(compiled.program.model, spec.size, values, constants, states, where);
  return {
    name: spec.name,
    size: spec.size,
    start: context.start,
    wholeStart: context.start,
    wholeSize: spec.size,
    declaration,
    ports,
    compiled,
    values,
    ...constants,
    initialStates: states,
    positions: readPositions(spec, where),
    cell,
    sentPotential: context.fromSite === undefined ? "V" : potentialOf(cell!, context.fromSite),
    isEventDriven,
    hasExactTimes,
    shortestPeriod,
  };
}

/** The state that holds the potential of a site. */
export function potentialOf(cell: CellModel, site: string): string {
  return namedSites(cell).find(({ name }) => name === site)!.V;
}

/** @throws WbeError of the cell; UNSUPPORTED for what detailed cells do not have. */
function checkCellSpec(spec: PopulationSpec, cell: CellModel, where: string): void {
  for (const name of ["precision", "method", "spikeTimes", "restTolerance", "params", "init"] as const) {
    if (spec[name] === undefined || (name === "precision" && spec.precision === "f64")) continue;
    throw new WbeError("UNSUPPORTED", `detailed cells have no "${name}"`, {
      where,
      remedy: "They run in double precision by implicit Euler; the model itself holds parameters and V at the start.",
    });
  }
  buildModelCell(cell);
}

/** Whether a population goes from event to event; exact spike times ask for it. */
export function isRunByEvents({ method, spikeTimes }: PopulationSpec): boolean {
  return method === "event-driven" || (spikeTimes === "exact" && method === undefined);
}

/** The neurons from … to−1 of a whole population. */
export function takeShare(whole: BuiltPopulation, from: number, to: number): BuiltPopulation {
  if (from === 0 && to === whole.size) return whole;
  return {
    ...whole,
    size: to - from,
    start: whole.wholeStart + from,
    columns: whole.columns.map((column) => column.slice(from, to)),
    initialStates: whole.initialStates.map((column) => column.slice(from, to)),
    positions: whole.positions?.slice(3 * from, 3 * to),
  };
}

function rejectUnknown(given: readonly string[], known: readonly string[], what: string, where: string): void {
  for (const name of given) {
    if (known.includes(name)) continue;
    throw new WbeError("NAME_UNKNOWN", `"${name}" is no ${what}`, { where, remedy: suggestName(name, known) });
  }
}

function readPositions(spec: PopulationSpec, where: string): Float32Array | undefined {
  if (spec.positions === undefined) return undefined;
  if (spec.positions.length !== 3 * spec.size) {
    throw new WbeError(
      "ARGUMENT",
      `expected ${3 * spec.size} coordinates (x, y, z of each neuron), found ${spec.positions.length}`,
      { where },
    );
  }
  return Float32Array.from(spec.positions);
}
