/**
 * Exact integration of linear models (Rotter & Diesmann 1999): y(t+dt) = P·y + Q·b with P = exp(A·dt) and
 * Q = ∫₀^dt exp(A·s) ds, computed once at build (propagator.ts). Additive noise of a state that is alone in its equation and
 * in no other is exact in distribution (ornstein-uhlenbeck.ts).
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { differentiate, jumpsWith } from "../derivative.js";
import { isValue, type Node } from "../ir.js";
import { type Integrator, isInvariant, type StepContext } from "./integrator.js";
import { exactNoise } from "./ornstein-uhlenbeck.js";

export const exact: Integrator = {
  id: "exact",
  doc: "matrix exponential of a linear model, additive noise of states that stand alone; no error but rounding",
  advance(context, now) {
    const { model, g } = context;
    const matrix = readMatrix(context);
    const atZero = context.derivatives(model.states.map(() => g.constant(0)));
    const reach = reachability(matrix);
    requireModestSize(context, reach);
    requireNoiseAlone(context, reach);
    const noise = exactNoise(
      context,
      now,
      matrix.map((row, i) => row[i]!),
      "exact",
    );
    return model.states.map((_, i) => {
      const alone = reach[i]!.every((reaches, j) => !reaches || i === j);
      let sum: Node = g.constant(0);
      for (let j = 0; j < now.length; j++) {
        if (!reach[i]![j]) continue;
        const [p, q] = alone ? scalarPropagator(context, matrix[i]![i]!) : elements(context, matrix, i, j);
        sum = g.add(sum, g.add(g.mul(p, now[j]!), g.mul(q, atZero[j]!)));
      }
      return g.add(sum, noise[i]!);
    });
  },
};

function readMatrix({ model, g }: StepContext): Node[][] {
  return model.states.map((row) =>
    model.states.map((column) => {
      const slope = differentiate(g, row.derivative, column.leaf);
      if (!slope || !isInvariant(slope) || jumpsWith(row.derivative, new Set([column.leaf]))) {
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

/** reach[i][j]: element (i, j) of the propagator is not zero by structure. */
function reachability(matrix: readonly (readonly Node[])[]): boolean[][] {
  const n = matrix.length;
  const reach = matrix.map((row, i) => row.map((a, j) => i === j || !isValue(a, 0)));
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) if (reach[i]![k] && reach[k]![j]) reach[i]![j] = true;
    }
  }
  return reach;
}

/** Elements of propagators times the size of the matrix that each is computed from. */
const mostElements = 1e6;

function requireModestSize({ model }: StepContext, reach: readonly (readonly boolean[])[]): void {
  const counts = reach.map((row) => row.filter(Boolean).length);
  const elements = counts.reduce((sum, count) => sum + (count > 1 ? count : 0), 0) * reach.length ** 2;
  if (elements <= mostElements) return;
  throw new WbeError("LIMIT", `expected a smaller linear system, found ${reach.length} states that drive one another`, {
    where: `model "${model.id}", method exact`,
    remedy: 'Use method "exponential-euler" or "rk4".',
  });
}

/** Noise that reaches several states within a step would need their joint distribution. */
function requireNoiseAlone({ model }: StepContext, reach: readonly (readonly boolean[])[]): void {
  const users = new Map<string, string>();
  model.states.forEach(({ name, noise }, i) => {
    for (const symbol of noise.keys()) {
      const other = users.get(symbol) ?? model.states.find((_, j) => j !== i && (reach[i]![j] || reach[j]![i]))?.name;
      if (other !== undefined) {
        throw new WbeError("MODEL_INVALID", `the noise ${symbol} of ${name} is not independent of ${other}`, {
          where: `model "${model.id}", method exact`,
          remedy: 'Use method "heun", "exponential-euler" or "euler".',
        });
      }
      users.set(symbol, name);
    }
  });
}

function scalarPropagator({ g, dt }: StepContext, a: Node): [Node, Node] {
  const z = g.mul(a, dt);
  if (isValue(a, 0)) return [g.constant(1), dt];
  return [g.call("exp", [z]), g.mul(dt, g.call("exprel", [z]))];
}

function elements({ g, dt }: StepContext, matrix: Node[][], i: number, j: number): [Node, Node] {
  const n = matrix.length;
  const args = [dt, ...matrix.flat()];
  return [g.propagator("P", i * n + j, args), g.propagator("Q", i * n + j, args)];
}
