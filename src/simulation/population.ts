/**
 * One population built: compiled model, parameter values, derived values and initial states.
 *
 * @module
 */

import { type CompiledModel, compileModel } from "../compiler/compile.js";
import { evaluateNodes } from "../compiler/evaluate.js";
import type { Node } from "../compiler/ir.js";
import type { CheckedModel } from "../compiler/model.js";
import { refractoryName } from "../compiler/step.js";
import type { DeclaredRange } from "../core/declaration.js";
import { WbeError } from "../core/errors.js";
import { Stream } from "../core/streams.js";
import { suggestName } from "../core/suggestion.js";
import type { NeuronDeclaration } from "../neuron-models/declaration.js";
import type { PopulationSpec } from "./description.js";
import { drawValues, isSingleValue } from "./distribution.js";
import type { PortChoice } from "./ports.js";

export interface BuiltPopulation {
  readonly name: string;
  readonly size: number;
  /** Index of its first neuron in the whole network. */
  readonly start: number;
  readonly declaration: NeuronDeclaration;
  readonly ports: readonly PortChoice[];
  readonly compiled: CompiledModel;
  /** Values of the kernel's slots and per-neuron columns, and states at t = 0 in the kernel's order. */
  readonly slots: Float64Array;
  readonly columns: readonly Float64Array[];
  readonly initialStates: readonly Float64Array[];
  readonly positions: Float32Array | undefined;
}

export interface PopulationContext {
  readonly seed: number;
  readonly dt: number;
  readonly start: number;
  readonly declaration: NeuronDeclaration;
  readonly ports: readonly PortChoice[];
}

/**
 * @throws WbeError of the compiler; NAME_UNKNOWN for a parameter or state that the model does not have;
 * PARAMETER_RANGE for a value outside its declared range or a constraint that does not hold.
 */
export async function buildPopulation(spec: PopulationSpec, context: PopulationContext): Promise<BuiltPopulation> {
  const { declaration, ports, dt, seed } = context;
  const where = `population "${spec.name}"`;
  const given = spec.params ?? {};
  rejectUnknown(Object.keys(given), Object.keys(declaration.params), `parameter of model "${declaration.id}"`, where);
  const perNeuron = new Set(Object.keys(given).filter((name) => !isSingleValue(given[name]!)));
  const compiled = await compileModel(declaration, {
    ports: ports.map(({ name, synapse }) => ({ name, synapse })),
    method: spec.method,
    perNeuron,
  });
  const { model } = compiled.program;
  rejectUnknown(
    Object.keys(spec.init ?? {}),
    model.states.map((s) => s.name),
    `state of model "${declaration.id}"`,
    where,
  );

  const shared = new Map<string, number>([["dt", dt]]);
  const varying = new Map<string, Float64Array>();
  for (const { name, unit, default: value, range } of model.params) {
    const portValue = portParameter(name, ports);
    const dist = given[name];
    const place = `${where}, parameter ${name}`;
    if (perNeuron.has(name)) {
      const values = drawValues(dist!, spec.size, {
        seed,
        stream: Stream.parameters,
        name: `${spec.name}.${name}`,
        unit: unit.text,
        where: place,
      });
      for (let i = 0; i < values.length; i++) checkRange(values[i]!, range, unit.text, `${place} of neuron ${i}`);
      varying.set(name, values);
    } else {
      const single =
        dist === undefined
          ? (portValue ?? value)
          : drawValues(dist, 1, { seed, stream: Stream.parameters, name, unit: unit.text, where: place })[0]!;
      checkRange(single, range, unit.text, place);
      shared.set(name, single);
    }
  }
  const valueAt = (neuron: number) => (leaf: Node) => shared.get(leaf.name) ?? varying.get(leaf.name)![neuron]!;
  checkConstraints(model, spec.size, varying.size > 0, valueAt, where);
  return {
    name: spec.name,
    size: spec.size,
    start: context.start,
    declaration,
    ports,
    compiled,
    slots: Float64Array.from(evaluateNodes(compiled.program.slots, valueAt(0))),
    columns: evaluateColumns(compiled.program.columns, spec.size, valueAt),
    initialStates: initialStates(spec, compiled, context, varying.size > 0, valueAt),
    positions: readPositions(spec, where),
  };
}

function portParameter(name: string, ports: readonly PortChoice[]): number | undefined {
  const dot = name.indexOf(".");
  if (dot < 0) return undefined;
  return ports.find((port) => port.name === name.slice(0, dot))?.params.get(name.slice(dot + 1));
}

function rejectUnknown(given: readonly string[], known: readonly string[], what: string, where: string): void {
  for (const name of given) {
    if (known.includes(name)) continue;
    throw new WbeError("NAME_UNKNOWN", `"${name}" is no ${what}`, { where, remedy: suggestName(name, known) });
  }
}

function checkRange(value: number, range: DeclaredRange, unit: string, where: string): void {
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
    `expected a value ${bounds.filter(Boolean).join(" and ") || "that is finite"} (${unit}), found ${value}`,
    { where },
  );
}

function checkConstraints(
  model: CheckedModel,
  size: number,
  varies: boolean,
  valueAt: (neuron: number) => (leaf: Node) => number,
  where: string,
): void {
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

function evaluateColumns(
  nodes: readonly Node[],
  size: number,
  valueAt: (neuron: number) => (leaf: Node) => number,
): Float64Array[] {
  const columns = nodes.map(() => new Float64Array(size));
  if (columns.length === 0) return columns;
  for (let i = 0; i < size; i++) {
    evaluateNodes(nodes, valueAt(i)).forEach((value, k) => {
      columns[k]![i] = value;
    });
  }
  return columns;
}

/** Initial values may be expressions of parameters and of other states (a gate at rest at the initial V). */
function initialStates(
  spec: PopulationSpec,
  compiled: CompiledModel,
  context: PopulationContext,
  varies: boolean,
  valueAt: (neuron: number) => (leaf: Node) => number,
): Float64Array[] {
  const { model, stateNames } = compiled.program;
  const given = new Map<string, Float64Array>();
  for (const [name, dist] of Object.entries(spec.init ?? {})) {
    const state = model.states.find((s) => s.name === name)!;
    const where = `population "${spec.name}", initial ${name}`;
    const values = drawValues(dist, spec.size, {
      seed: context.seed,
      stream: Stream.initialState,
      name: `${spec.name}.${name}`,
      unit: state.unit.text,
      where,
    });
    for (const value of values) checkRange(value, state.range, state.unit.text, where);
    given.set(name, values);
  }
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
  const same = !varies && given.size === 0;
  const first = spec.size > 0 && same ? solve(0) : [];
  const columns = stateNames.map(() => new Float64Array(spec.size));
  for (let i = 0; i < spec.size; i++) {
    const values = same ? first : solve(i);
    values.forEach((value, k) => {
      columns[k]![i] = value;
    });
  }
  return columns;
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
