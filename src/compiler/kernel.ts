/**
 * The finished middle of the compiler: a step with invariants hoisted, and the names of the arrays that a kernel
 * reads and writes. Both emitters start here.
 *
 * @module
 */
import { hoistInvariants } from "./hoist.js";
import type { Node } from "./ir.js";
import type { CheckedModel } from "./model.js";
import { buildStep, refractoryName } from "./step.js";

export interface KernelProgram {
  readonly model: CheckedModel;
  readonly method: string;
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
 * @param restTolerance see buildStep.
 */
export function buildKernelProgram(
  model: CheckedModel,
  method: string,
  perNeuron: ReadonlySet<string>,
  restTolerance?: number,
): KernelProgram {
  const step = buildStep(model, method, restTolerance);
  const stateNames = model.states.map((state) => state.name);
  const next = [...step.states];
  if (step.refractory) {
    stateNames.push(refractoryName);
    next.push(step.refractory);
  }
  const conditions = step.atRest ? [step.fired, step.atRest] : [step.fired];
  const hoisted = hoistInvariants(model.graph, [...next, ...conditions], perNeuron);
  const [fired, atRest] = hoisted.roots.slice(next.length);
  return {
    model,
    method,
    stateNames,
    inputNames: model.inputs.map((input) => input.name),
    portNames: model.ports.map((port) => port.name),
    next: hoisted.roots.slice(0, next.length),
    fired: fired!,
    atRest,
    slots: hoisted.slots,
    columns: hoisted.columns,
  };
}
