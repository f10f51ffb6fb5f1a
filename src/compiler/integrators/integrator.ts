/**
 * What an integrator is: from the states at t (after arrivals) to the states at t + dt, as graph nodes. Input
 * currents are constant within a step.
 *
 * @module
 */
import { type Graph, type Node, topologicalOrder } from "../ir.js";
import type { CheckedModel } from "../model.js";

export interface StepContext {
  readonly model: CheckedModel;
  readonly g: Graph;
  readonly dt: Node;
  /** Right-hand sides at other state values, in state order, units per ms. */
  derivatives(at: readonly Node[]): Node[];
  /**
   * Stage values of a multi-stage method, limited to the spike threshold where the model resets there: its flow
   * ends at the threshold, and an exponential evaluated beyond it would overflow (AdEx).
   */
  limitStage(at: readonly Node[]): Node[];
}

export interface Integrator {
  readonly id: string;
  readonly doc: string;
  /** @throws WbeError MODEL_INVALID, naming the term, when the method does not apply to the model. */
  advance(context: StepContext, now: readonly Node[]): Node[];
}

export function createStepContext(model: CheckedModel): StepContext {
  const g = model.graph;
  const limits = thresholdLimits(model);
  return {
    model,
    g,
    dt: model.dt,
    derivatives(at) {
      const replacements = new Map(model.states.map((state, i) => [state.leaf, at[i]!]));
      return g.transform(
        model.states.map((state) => state.derivative),
        (node) => replacements.get(node),
      );
    },
    limitStage(at) {
      return at.map((value, i) => {
        const limit = limits.get(model.states[i]!.leaf);
        return limit ? g.min(value, limit) : value;
      });
    },
  };
}

/** State leaf → threshold, where the spike condition is "state > expression without states" and the reset sets it. */
function thresholdLimits(model: CheckedModel): Map<Node, Node> {
  const limits = new Map<Node, Node>();
  const { spike } = model;
  if (spike.op !== "lt" && spike.op !== "le") return limits;
  const [limit, state] = spike.args as [Node, Node];
  const isReset = state.op === "state" && model.reset.some((assignment) => assignment.state === state.name);
  if (isReset && isInvariant(limit)) limits.set(state, limit);
  return limits;
}

/** True when the value holds no state and no input: it is known before the run. */
export function isInvariant(node: Node): boolean {
  return topologicalOrder([node]).every((n) => n.op !== "state" && n.op !== "input");
}
