/**
 * Exact integration of linear models (linear-flow.ts); additive noise is exact in distribution, jointly for all states that
 * it reaches (ornstein-uhlenbeck.ts).
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import type { Node } from "../ir.js";
import type { Integrator, StepContext } from "./integrator.js";
import { flow, linearSlope, linearSystem } from "./linear-flow.js";
import { jointNoise } from "./ornstein-uhlenbeck.js";

export const exact: Integrator = {
  id: "exact",
  isExact: true,
  doc: "matrix exponential of a linear model, additive noise included; no error but rounding",
  advance(context, now) {
    const { model, g, dt } = context;
    const zeros = model.states.map(() => g.constant(0));
    const system = linearSystem(readMatrix(context), context.derivatives(zeros, 0));
    requireModestSize(context, system.reach);
    const noise = jointNoise(context, system);
    return model.states.map((_, i) => g.add(flow(g, system, now, i, dt), noise[i]!));
  },
};

function readMatrix({ model, g }: StepContext): Node[][] {
  return model.states.map((row) =>
    model.states.map((column) => {
      const slope = linearSlope(g, row.derivative, column.leaf);
      if (!slope) {
        throw new WbeError(
          "MODEL_INVALID",
          `d${row.name}/dt is not linear with constant coefficients in ${column.name}`,
          {
            where: `model "${model.id}", method exact`,
            remedy: 'Use method "exponential-euler" or "rk4".',
          },
        );
      }
      return slope;
    }),
  );
}

/** Elements of propagators times the size of the matrix that each is computed from, over all states. */
const mostElements = 1e6;

function requireModestSize({ model }: StepContext, reach: readonly (readonly boolean[])[]): void {
  const counts = reach.map((row) => row.filter(Boolean).length);
  const elements = counts.reduce((sum, count) => sum + (count > 1 ? count ** 3 : 0), 0);
  if (elements <= mostElements) return;
  throw new WbeError("LIMIT", `expected a smaller linear system, found ${reach.length} states that drive one another`, {
    where: `model "${model.id}", method exact`,
    remedy: 'Use method "exponential-euler" or "rk4".',
  });
}
