/**
 * What an integrator is: from the states at t (after arrivals) to the states at t + dt, as graph nodes. Input
 * currents are constant within a step.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { type Graph, isInvariant, type Node } from "../ir.js";
import type { CheckedModel } from "../model.js";
import type { Fraction, KnownCourse } from "./linear-flow.js";

export interface StepContext {
  readonly model: CheckedModel;
  readonly g: Graph;
  readonly dt: Node;
  /**
   * Right-hand sides at other state values, in state order, units per ms. States whose course is known
   * (linear-flow.ts) are taken at that fraction of the step, whatever `at` says.
   */
  derivatives(at: readonly Node[], fraction: Fraction): Node[];
  /**
   * Stage values of a multi-stage method, limited to the spike threshold where the model resets there: its flow
   * ends at the threshold, and an exponential evaluated beyond it would overflow (AdEx).
   */
  limitStage(at: readonly Node[]): Node[];
  /** What noise adds over the step to each state, with factors at these state values: Σ factor·√dt·N(0, 1); 0 without noise. */
  noise(at: readonly Node[], fraction: Fraction): Node[];
  /** The same with `spread` (state by state) in the place of √dt. */
  noiseWith(at: readonly Node[], spread: (state: number) => Node): Node[];
}

export interface Integrator {
  readonly id: string;
  readonly doc: string;
  /** The method takes linear synapses exactly by itself. */
  readonly isExact?: boolean;
  /** @throws WbeError MODEL_INVALID, naming the term, when the method does not apply to the model. */
  advance(context: StepContext, now: readonly Node[]): Node[];
}

/** @param now states at the start of the step. */
export function createStepContext(model: CheckedModel, now: readonly Node[], known?: KnownCourse): StepContext {
  const g = model.graph;
  const place = (at: readonly Node[], fraction: Fraction) => known?.replace(at, now, fraction) ?? at;
  const limits = thresholdLimits(model);
  const evaluate = (roots: readonly Node[], at: readonly Node[]): Node[] => {
    const replacements = new Map(model.states.map((state, i) => [state.leaf, at[i]!]));
    return g.transform(roots, (node) => replacements.get(node));
  };
  const noiseWith: StepContext["noiseWith"] = (at, spread) =>
    model.states.map(({ noise }, i) => {
      let sum: Node = g.constant(0);
      if (noise.size === 0) return sum;
      const factors = evaluate([...noise.values()], at);
      [...noise.keys()].forEach((symbol, k) => {
        const normal = g.leaf("normal", String(model.noises.indexOf(symbol)));
        sum = g.add(sum, g.mul(g.mul(factors[k]!, spread(i)), normal));
      });
      return sum;
    });
  return {
    model,
    g,
    dt: model.dt,
    derivatives: (at, fraction) =>
      evaluate(
        model.states.map((state) => state.derivative),
        place(at, fraction),
      ),
    noiseWith,
    noise: (at, fraction) => noiseWith(place(at, fraction), () => g.unary("sqrt", model.dt)),
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

/** For methods whose order noise would take away. @throws WbeError MODEL_INVALID, naming the noise. */
export function refuseNoise(model: CheckedModel, method: string): void {
  const symbol = model.noises[0];
  if (symbol === undefined) return;
  throw new WbeError("MODEL_INVALID", `the noise ${symbol} cannot be integrated by ${method}`, {
    where: `model "${model.id}"`,
    remedy: 'Use "heun" (Stratonovich), "euler" (Itô), or for additive noise "exponential-euler".',
  });
}
