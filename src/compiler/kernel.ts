/**
 * The finished middle of the compiler: a step with invariants hoisted, and the names of the arrays that a kernel
 * reads and writes. Both emitters start here.
 *
 * @module
 */

import type { Precision } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import { hoistInvariants } from "./hoist.js";
import { Graph, type Node, topologicalOrder } from "./ir.js";
import type { CheckedModel } from "./model.js";
import { buildStep, refractoryName } from "./step.js";

export interface KernelProgram {
  readonly model: CheckedModel;
  readonly method: string;
  /** Number format of states, inputs, slots and columns. */
  readonly precision: Precision;
  /** The graph of `next` and `fired`; constants are in the program's precision. */
  readonly graph: Graph;
  /** State arrays in order; "@refractory" last where the model has a refractory period. */
  readonly stateNames: readonly string[];
  readonly inputNames: readonly string[];
  readonly portNames: readonly string[];
  /** New values, in the order of stateNames; their leaves are state, input, slot and column. */
  readonly next: readonly Node[];
  readonly fired: Node;
  /** Condition: the states stayed as they were and will stay so without arrivals. Only with a rest tolerance. */
  readonly atRest: Node | undefined;
  readonly slots: readonly Node[];
  readonly columns: readonly Node[];
}

/**
 * @param perNeuron parameters that differ between neurons; all others are shared by the population.
 * @param options number format, f64 otherwise; restTolerance: see buildStep.
 * @throws WbeError MODEL_INVALID when the method does not apply; LIMIT for equations too long for a kernel.
 */
export function buildKernelProgram(
  model: CheckedModel,
  method: string,
  perNeuron: ReadonlySet<string>,
  { precision = "f64", restTolerance }: { precision?: Precision; restTolerance?: number } = {},
): KernelProgram {
  const step = buildStep(model, method, restTolerance);
  const stateNames = model.states.map((state) => state.name);
  const next = [...step.states];
  if (step.refractory) {
    stateNames.push(refractoryName);
    next.push(step.refractory);
  }
  requireModestSize(model, [...next, step.fired]);
  const conditions = step.atRest ? [step.fired, step.atRest] : [step.fired];
  const hoisted = hoistInvariants(model.graph, [...next, ...conditions], perNeuron);
  // What is known before the run is computed in double precision, and rounded once.
  const graph = precision === "f32" ? new Graph("f32") : model.graph;
  const roots = precision === "f32" ? graph.adopt(hoisted.roots) : hoisted.roots;
  const [fired, atRest] = roots.slice(next.length);
  return {
    model,
    method,
    precision,
    graph,
    stateNames,
    inputNames: model.inputs.map((input) => input.name),
    portNames: model.ports.map((port) => port.name),
    next: roots.slice(0, next.length),
    fired: fired!,
    atRest,
    slots: hoisted.slots,
    columns: hoisted.columns,
  };
}

/** Operations of a kernel, as many as are assembled in a few seconds; Hodgkin and Huxley's by rk4 has some 1,500. */
const mostOperations = 20_000;

/** @throws WbeError LIMIT for equations whose kernel would take minutes to assemble, or could not be. */
function requireModestSize(model: CheckedModel, roots: readonly Node[]): void {
  let operations = 0;
  // About what lowering makes of them.
  for (const { op } of topologicalOrder(roots)) operations += op === "call" ? 30 : op === "normal" ? 200 : 1;
  if (operations <= mostOperations) return;
  throw new WbeError("LIMIT", `expected a step of at most ${mostOperations} operations, found about ${operations}`, {
    where: `model "${model.id}"`,
    remedy: "Write the equations shorter, or use a method with fewer stages.",
  });
}
