/**
 * The order of things within one step (DESIGN §3): arrivals are added, states are integrated from t to t + dt,
 * then threshold, reset and refractoriness; a spike is stamped t + dt.
 *
 * Refractoriness is a counter of whole steps, period/dt rounded up (a period within 1e-10 of a whole number of
 * steps is that number). After a spike at step s the held states stay put for n steps and the neuron can fire
 * again at s + n.
 *
 * Rest, where asked for: a neuron without arrivals all of whose derivatives are smaller than a tolerance keeps
 * them as they are. Its next step is then the same step again, so that an engine may leave it out until something
 * reaches it, and get the same bits.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { integrators } from "./integrators/index.js";
import { createStepContext } from "./integrators/integrator.js";
import { linearSynapses } from "./integrators/linear-flow.js";
import type { Node } from "./ir.js";
import type { CheckedModel } from "./model.js";

/** Name of the state leaf that counts the refractory steps left. */
export const refractoryName = "@refractory";

export interface Step {
  /** States at t + dt, in model order. */
  readonly states: readonly Node[];
  /** Refractory steps left, or undefined when the model has no refractory period. */
  readonly refractory: Node | undefined;
  /** Condition: fired at t + dt. */
  readonly fired: Node;
  /** Condition: all states stay as they are. Undefined without a tolerance. */
  readonly atRest: Node | undefined;
}

/**
 * Builds one step with the named integrator.
 *
 * @param restTolerance rate of change, in each state's unit per ms, below which a neuron is at rest.
 * @throws WbeError MODEL_INVALID when the integrator does not apply, or a neuron with noise is to rest.
 */
export function buildStep(model: CheckedModel, method: string, restTolerance?: number): Step {
  const { graph: g } = model;
  const integrator = Object.hasOwn(integrators, method) ? integrators[method] : undefined;
  if (!integrator) {
    throw new WbeError("NAME_UNKNOWN", `unknown integration method "${method}"`, {
      where: `model "${model.id}"`,
      remedy: `Use one of ${Object.keys(integrators).join(", ")}.`,
    });
  }
  if (restTolerance !== undefined && model.noises.length > 0) {
    throw new WbeError("MODEL_INVALID", `a neuron with the noise ${model.noises[0]} never rests`, {
      where: `model "${model.id}"`,
      remedy: "Leave restTolerance out.",
    });
  }
  const names = model.states.map((state) => state.name);
  const before = model.states.map((state) => state.leaf);
  const left = model.refractory && g.leaf("state", refractoryName);
  const held = left && g.compare("lt", g.constant(0), left);
  const isHeld = (name: string): boolean => held !== undefined && model.hold.has(name);

  const arrived = [...before];
  for (const { state, value } of model.arrivals) {
    const i = names.indexOf(state);
    const next = evaluateAt(model, value, arrived);
    arrived[i] = isHeld(state) ? g.select(held!, arrived[i]!, next) : next;
  }

  const known = integrator.isExact ? undefined : linearSynapses(model);
  const advanced = integrator.advance(createStepContext(model, arrived, known), arrived);
  const moved = (known?.replace(advanced, arrived, 1) ?? advanced).map((value, i) =>
    isHeld(names[i]!) ? g.select(held!, arrived[i]!, value) : value,
  );

  const counted = left && g.max(g.sub(left, g.constant(1)), g.constant(0));
  let fired = evaluateAt(model, model.spike, moved);
  // Without a reset the condition stays true after a spike: only its rise counts.
  if (model.reset.length === 0) fired = g.andNot(fired, model.spike);
  if (counted) fired = g.logic("and", fired, g.compare("eq", counted, g.constant(0)));

  const afterReset = [...moved];
  for (const { state, value } of model.reset) {
    afterReset[names.indexOf(state)] = evaluateAt(model, value, afterReset);
  }
  const states = moved.map((value, i) => g.select(fired, afterReset[i]!, value));
  const refractory = counted && g.select(fired, refractorySteps(model), counted);
  if (restTolerance === undefined) return { states, refractory, fired, atRest: undefined };
  const still = [
    ...model.states.map(({ derivative }) => g.compare("lt", g.unary("abs", derivative), g.constant(restTolerance))),
    ...(held ? [g.not(held)] : []),
    ...model.ports.map(({ name }) => g.compare("eq", g.leaf("input", `@${name}`), g.constant(0))),
  ];
  const atRest = g.andNot(
    still.reduce((all, one) => g.logic("and", all, one)),
    fired,
  );
  return { states: states.map((next, i) => g.select(atRest, before[i]!, next)), refractory, fired, atRest };
}

function evaluateAt(model: CheckedModel, value: Node, at: readonly Node[]): Node {
  const replacements = new Map(model.states.map((state, i) => [state.leaf, at[i]!]));
  return model.graph.transform([value], (node) => replacements.get(node))[0]!;
}

/** The refractory period in whole steps, of a model that has one. */
export function refractorySteps(model: CheckedModel): Node {
  const g = model.graph;
  const steps = g.div(model.refractory!, model.dt);
  return g.unary("ceil", g.mul(steps, g.constant(1 - 1e-10)));
}
