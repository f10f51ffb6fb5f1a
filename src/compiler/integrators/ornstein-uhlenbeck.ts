/**
 * Exact noise of a linear equation dy/dt = a·y + c + b·xi over one step: normal with variance b²·(e^(2a·dt) − 1)/(2a).
 *
 * Source: Gillespie 1996, Phys Rev E 54:2084, eq. 3.1.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { isValue, type Node, topologicalOrder } from "../ir.js";
import type { StepContext } from "./integrator.js";

/**
 * @param slopes a of each state.
 * @throws WbeError MODEL_INVALID for noise whose factor depends on a state.
 */
export function exactNoise(
  context: StepContext,
  now: readonly Node[],
  slopes: readonly Node[],
  method: string,
): Node[] {
  const { model, g, dt } = context;
  for (const { name, noise } of model.states) {
    for (const [symbol, factor] of noise) {
      const state = topologicalOrder([factor]).find(({ op }) => op === "state");
      if (!state) continue;
      throw new WbeError("MODEL_INVALID", `the factor of ${symbol} in d${name}/dt depends on ${state.name}`, {
        where: `model "${model.id}", method ${method}`,
        remedy:
          'Use method "euler" (Itô) or "heun" (Stratonovich): they differ where the factor of a noise depends on a state.',
      });
    }
  }
  return context.noiseWith(now, (i) => {
    const a = slopes[i]!;
    if (isValue(a, 0)) return g.unary("sqrt", dt);
    const relative = g.call("exprel", [g.mul(g.constant(2), g.mul(a, dt))]);
    return g.unary("sqrt", g.mul(dt, relative));
  });
}
