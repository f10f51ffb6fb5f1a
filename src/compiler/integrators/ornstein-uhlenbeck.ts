/**
 * Exact noise of linear equations over one step.
 *
 * Source: Gillespie 1996, Phys Rev E 54:2084, eq. 3.1 for one state; propagator.ts for several.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { type Graph, isInvariant, isValue, type Node, topologicalOrder } from "../ir.js";
import type { StepContext } from "./integrator.js";
import type { LinearSystem } from "./linear-flow.js";

/**
 * Each state by itself, dy/dt = a·y + c + b·xi: normal with variance b²·(e^(2a·dt) − 1)/(2a).
 *
 * @param slopes a of each state.
 * @throws WbeError MODEL_INVALID for noise whose factor depends on a state.
 */
export function separateNoise(
  context: StepContext,
  now: readonly Node[],
  slopes: readonly Node[],
  method: string,
): Node[] {
  const { g, dt } = context;
  refuseMultiplicative(context, method);
  return context.noiseWith(now, (i) => spread(g, slopes[i]!, dt));
}

/**
 * All states together: a noise that reaches one state only acts as above; one that reaches several, through their
 * equations or because they share it, adds L·N to them, with as many independent normal numbers N as states.
 *
 * @throws WbeError MODEL_INVALID for noise whose factor depends on a state, or on an input where it reaches several states.
 */
export function jointNoise(context: StepContext, { matrix, reach }: LinearSystem): Node[] {
  const { model, g, dt } = context;
  refuseMultiplicative(context, "exact");
  const sums = model.states.map((): Node => g.constant(0));
  let draws = model.noises.length;
  model.noises.forEach((symbol, first) => {
    const users = model.states.flatMap(({ noise }, i) => (noise.has(symbol) ? [i] : []));
    const reached = model.states.flatMap((_, j) => (users.some((i) => reach[j]![i]) ? [j] : []));
    const own = g.leaf("normal", String(first));
    if (reached.length === 1) {
      const i = reached[0]!;
      const factor = g.mul(model.states[i]!.noise.get(symbol)!, spread(g, matrix[i]![i]!, dt));
      sums[i] = g.add(sums[i]!, g.mul(factor, own));
      return;
    }
    const factors = reached.map((i) => model.states[i]!.noise.get(symbol) ?? g.constant(0));
    if (!factors.every(isInvariant)) {
      throw new WbeError(
        "MODEL_INVALID",
        `the factor of ${symbol} depends on an input, and the noise reaches several states`,
        {
          where: `model "${model.id}", method exact`,
          remedy: 'Use method "exponential-euler", "heun" or "euler".',
        },
      );
    }
    const args = [dt, ...reached.flatMap((i) => reached.map((j) => matrix[i]![j]!)), ...factors];
    const normals = reached.map((_, k) => (k === 0 ? own : g.leaf("normal", String(draws++))));
    reached.forEach((i, row) => {
      for (let k = 0; k <= row; k++) {
        const element = g.propagator("noise", row * reached.length + k, args);
        sums[i] = g.add(sums[i]!, g.mul(element, normals[k]!));
      }
    });
  });
  return sums;
}

/** Standard deviation after dt per unit of the factor. */
function spread(g: Graph, a: Node, dt: Node): Node {
  if (isValue(a, 0)) return g.unary("sqrt", dt);
  return g.unary("sqrt", g.mul(dt, g.call("exprel", [g.mul(g.constant(2), g.mul(a, dt))])));
}

function refuseMultiplicative({ model }: StepContext, method: string): void {
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
}
