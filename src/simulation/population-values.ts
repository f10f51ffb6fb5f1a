/**
 * The values that a population's kernel works with: drawn from distributions, checked, and what follows from them.
 *
 * @module
 */
import type { CompiledModel } from "../compiler/compile.js";
import { evaluateNodes } from "../compiler/evaluate.js";
import type { Node } from "../compiler/ir.js";
import type { CheckedModel } from "../compiler/model.js";
import { refractoryName } from "../compiler/step.js";
import type { DeclaredRange } from "../core/declaration.js";
import { WbeError } from "../core/errors.js";
import { Stream } from "../core/streams.js";
import type { Dist, PopulationSpec } from "./description.js";
import { drawValues } from "./distribution.js";
import type { PortChoice } from "./ports.js";

export interface PopulationValues {
  /** Parameters that all neurons share, and dt. */
  readonly shared: ReadonlyMap<string, number>;
  /** Parameters that differ between neurons. */
  readonly varying: ReadonlyMap<string, Float64Array>;
  /** Initial states that were given; the others follow from their declarations. */
  readonly init: ReadonlyMap<string, Float64Array>;
}

type ValueAt = (neuron: number) => (leaf: Node) => number;

/** Values of a population's parameters, by neuron. */
export const valueAtOf = ({ shared, varying }: PopulationValues): ValueAt => {
  return (neuron) => (leaf) => shared.get(leaf.name) ?? varying.get(leaf.name)![neuron]!;
};

/** Reads a population's parameters and initial states. @throws WbeError PARAMETER_RANGE; of drawValues. */
export function readValues(
  spec: PopulationSpec,
  compiled: CompiledModel,
  { seed, dt, ports }: { seed: number; dt: number; ports: readonly PortChoice[] },
): PopulationValues {
  const { model } = compiled.program;
  const shared = new Map<string, number>([["dt", dt]]);
  const varying = new Map<string, Float64Array>();
  for (const { name, default: value } of model.params) {
    const own = spec.params && Object.hasOwn(spec.params, name) ? spec.params[name] : undefined;
    const dist = own ?? portParameter(name, ports) ?? value;
    if (compiled.perNeuron.has(name)) varying.set(name, drawParameter(dist, name, spec, model, seed));
    else shared.set(name, drawParameter(dist, name, { name: spec.name, size: 1 }, model, seed)[0]!);
  }
  const init = new Map<string, Float64Array>();
  for (const [name, dist] of Object.entries(spec.init ?? {})) init.set(name, drawState(dist, name, spec, model, seed));
  const values = { shared, varying, init };
  checkConstraints(model, spec.size, values, `population "${spec.name}"`);
  return values;
}

/** A population or a part of it. */
interface ValuesOwner {
  readonly name: string;
  /** Values that are needed. */
  readonly size: number;
  /** Names the draw; by default population and parameter do. */
  readonly draw?: string | undefined;
}

/** Values of a parameter, one per neuron; depend on seed and names alone. @throws WbeError PARAMETER_RANGE; of drawValues. */
export function drawParameter(
  dist: Dist,
  parameter: string,
  { name, size, draw }: ValuesOwner,
  model: CheckedModel,
  seed: number,
): Float64Array {
  const { unit, range } = model.params.find((candidate) => candidate.name === parameter)!;
  const where = `population "${name}", parameter ${parameter}`;
  const values = drawValues(dist, size, {
    seed,
    stream: Stream.parameters,
    name: draw ?? `${name}.${parameter}`,
    unit: unit.text,
    where,
  });
  values.forEach((value, i) => {
    checkRange(value, range, unit.text, size === 1 ? where : `${where} of neuron ${i}`);
  });
  return values;
}

/** Values of a state, one per neuron. @throws WbeError PARAMETER_RANGE; of drawValues. */
export function drawState(
  dist: Dist,
  state: string,
  { name, size, draw }: ValuesOwner,
  model: CheckedModel,
  seed: number,
): Float64Array {
  const { unit, range } = model.states.find((candidate) => candidate.name === state)!;
  const where = `population "${name}", initial ${state}`;
  const values = drawValues(dist, size, {
    seed,
    stream: Stream.initialState,
    name: draw ?? `${name}.${state}`,
    unit: unit.text,
    where,
  });
  for (const value of values) checkRange(value, range, unit.text, where);
  return values;
}

/** Slots (shared by the population) and columns (one value per neuron) of the kernel. */
export function deriveConstants(
  { program }: CompiledModel,
  size: number,
  values: PopulationValues,
): { slots: Float64Array; columns: Float64Array[] } {
  const valueAt = valueAtOf(values);
  return {
    slots: Float64Array.from(evaluateNodes(program.slots, valueAt(0))),
    columns: evaluateColumns(program.columns, size, valueAt),
  };
}

function portParameter(name: string, ports: readonly PortChoice[]): number | undefined {
  const dot = name.indexOf(".");
  if (dot < 0) return undefined;
  return ports.find((port) => port.name === name.slice(0, dot))?.params.get(name.slice(dot + 1));
}

/** @throws WbeError PARAMETER_RANGE for a value outside of the declared range. @param what "a value", or the parameter's name */
export function checkRange(value: number, range: DeclaredRange, unit: string, where: string, what = "a value"): void {
  const { min, max, above } = range;
  const fits =
    (min === undefined || value >= min) &&
    (max === undefined || value <= max) &&
    (above === undefined || value > above);
  if (fits && Number.isFinite(value)) return;
  const bounds = [
    above === undefined ? "" : `above ${above}`,
    min === undefined ? "" : `at least ${min}`,
    max === undefined ? "" : `at most ${max}`,
  ];
  throw new WbeError(
    "PARAMETER_RANGE",
    `expected ${what} ${bounds.filter(Boolean).join(" and ") || "that is finite"} (${unit}), found ${value}`,
    { where },
  );
}

/** @throws WbeError PARAMETER_RANGE for a constraint of the model that does not hold. */
export function checkConstraints(model: CheckedModel, size: number, values: PopulationValues, where: string): void {
  const varies = values.varying.size > 0;
  const valueAt = valueAtOf(values);
  const nodes = model.constraints.map((constraint) => constraint.node);
  if (nodes.length === 0) return;
  for (let i = 0; i < (varies ? size : Math.min(1, size)); i++) {
    const failed = evaluateNodes(nodes, valueAt(i)).indexOf(0);
    if (failed < 0) continue;
    throw new WbeError("PARAMETER_RANGE", `"${model.constraints[failed]!.text}" does not hold`, {
      where: varies ? `${where}, neuron ${i}` : where,
      remedy: `Model "${model.id}" needs it.`,
    });
  }
}

/** Whole numbers up to this are exact in single precision. */
const largestCount = 2 ** 24;

/**
 * What a kernel in single precision cannot hold.
 *
 * @throws WbeError PARAMETER_RANGE for a value that overflows, or a refractory period of more steps than can be counted.
 */
export function checkSinglePrecision(
  model: CheckedModel,
  size: number,
  values: PopulationValues,
  { slots, columns }: ReturnType<typeof deriveConstants>,
  states: readonly Float64Array[],
  where: string,
): void {
  const remedy = 'Leave precision "f32" out for this population.';
  for (const column of [slots, ...columns, ...states]) {
    const value = column.find((v) => Number.isFinite(v) && !Number.isFinite(Math.fround(v)));
    if (value === undefined) continue;
    throw new WbeError("PARAMETER_RANGE", `expected values up to 3.4e38 in single precision, found ${value}`, {
      where: `${where}, parameters, initial states and what follows from them`,
      remedy,
    });
  }
  const { refractory, dt } = model;
  if (!refractory) return;
  const valueAt = valueAtOf(values);
  for (let i = 0; i < (values.varying.size > 0 ? size : 1); i++) {
    const [period, step] = evaluateNodes([refractory, dt], valueAt(i)) as [number, number];
    if (!(period / step > largestCount)) continue;
    throw new WbeError(
      "PARAMETER_RANGE",
      `expected a refractory period of at most ${largestCount} steps in single precision, found ${period} ms`,
      { where, remedy },
    );
  }
}

function evaluateColumns(nodes: readonly Node[], size: number, valueAt: ValueAt): Float64Array[] {
  const columns = nodes.map(() => new Float64Array(size));
  if (columns.length === 0) return columns;
  for (let i = 0; i < size; i++) {
    evaluateNodes(nodes, valueAt(i)).forEach((value, k) => {
      columns[k]![i] = value;
    });
  }
  return columns;
}

/**
 * States at t = 0 in the kernel's order. Initial values may be expressions of parameters and of other states (a gate at
 * rest at the initial V).
 */
export function initialStates(compiled: CompiledModel, size: number, values: PopulationValues): Float64Array[] {
  const { model, stateNames } = compiled.program;
  const given = values.init;
  const valueAt = valueAtOf(values);
  const solve = (neuron: number): number[] => {
    const known = new Map<string, number>();
    const open = new Set<string>();
    const initialOf = (name: string): number => {
      const ready = known.get(name) ?? given.get(name)?.[neuron];
      if (ready !== undefined) return ready;
      if (open.has(name)) {
        throw new WbeError("MODEL_INVALID", `the initial value of "${name}" depends on itself`, {
          where: `model "${model.id}"`,
        });
      }
      open.add(name);
      const state = model.states.find((s) => s.name === name)!;
      const leafValue = valueAt(neuron);
      const value = evaluateNodes([state.initial], (leaf) =>
        leaf.op === "state" ? initialOf(leaf.name) : leaf.op === "input" ? 0 : leafValue(leaf),
      )[0]!;
      known.set(name, value);
      return value;
    };
    return stateNames.map((name) => (name === refractoryName ? 0 : initialOf(name)));
  };
  const same = values.varying.size === 0 && given.size === 0;
  const first = size > 0 && same ? solve(0) : [];
  const columns = stateNames.map(() => new Float64Array(size));
  for (let i = 0; i < size; i++) {
    const values = same ? first : solve(i);
    values.forEach((value, k) => {
      columns[k]![i] = value;
    });
  }
  return columns;
}
