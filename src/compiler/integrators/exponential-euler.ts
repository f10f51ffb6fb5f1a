/**
 * Exponential Euler (Rush & Larsen 1978): each state whose equation is linear in that state is advanced exactly
 * with all others held, order 1 overall; decoupled linear states are exact, also in distribution where they have noise.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { differentiate, jumpsWith } from "../derivative.js";
import { dependsOn, type Graph, type Node } from "../ir.js";
import { isProvablyNegative } from "../sign.js";
import type { Integrator } from "./integrator.js";
import { separateNoise } from "./ornstein-uhlenbeck.js";

export const exponentialEuler: Integrator = {
  id: "exponential-euler",
  doc: "each conditionally linear state exactly, the others held, additive noise too; order 1",
  advance(context, now) {
    const { model, g, dt, derivatives } = context;
    const values = derivatives(now, 0);
    const ranges = new Map([...model.params, ...model.states].map(({ name, range }) => [name, range]));
    const slopes: Node[] = [];
    const replacements = new Map(model.states.map((s, j) => [s.leaf, now[j]!]));
    const drifted = model.states.map((state, i) => {
      const f = state.derivative;
      const where = `model "${model.id}", method exponential-euler`;
      const slope = requireLinear(g, f, state.leaf, state.name, where, 'Use method "rk4", "heun" or "euler".');
      const y = now[i]!;
      const slopeNow = g.transform([slope], (node) => replacements.get(node))[0]!;
      slopes.push(slopeNow);
      if (slopeNow.op === "const" && slopeNow.value === 0) return g.add(y, g.mul(dt, values[i]!));
      const offset = g.substitute(f, new Map([[state.leaf, g.constant(0)]]));
      const offsetNow = g.transform([offset], (node) => replacements.get(node))[0]!;
      return relax(
        g,
        y,
        { slope: slopeNow, offset: offsetNow, value: values[i]! },
        dt,
        isProvablyNegative(slope, ranges),
      );
    });
    const noise = separateNoise(context, now, slopes, "exponential-euler");
    return drifted.map((value, i) => g.add(value, noise[i]!));
  },
};

/** df/dleaf of an f that is linear in the leaf. @throws WbeError MODEL_INVALID for any other. */
export function requireLinear(g: Graph, f: Node, leaf: Node, name: string, where: string, remedy: string): Node {
  const slope = differentiate(g, f, leaf);
  const own = new Set([leaf]);
  if (!slope || dependsOn(slope, own) || jumpsWith(f, own)) {
    throw new WbeError("MODEL_INVALID", `d${name}/dt is not linear in ${name}`, { where, remedy });
  }
  return slope;
}

/** y after dt of dy/dt = slope·y + offset, whose present value is `value`; all are constant meanwhile. */
export function relax(
  g: Graph,
  y: Node,
  rate: { readonly slope: Node; readonly offset: Node; readonly value: Node },
  dt: Node,
  isNegative: boolean,
): Node {
  const z = g.mul(rate.slope, dt);
  if (rate.offset.op === "const" && rate.offset.value === 0) return g.mul(y, g.call("exp", [z]));
  if (isNegative) {
    // The rate −slope cannot vanish (gates: α + β), so y∞ + (y − y∞)·e^(−rate·dt) saves the limit at 0.
    const speed = g.neg(rate.slope);
    const steady = g.div(rate.offset, speed);
    return g.add(steady, g.mul(g.sub(y, steady), g.call("decay", [g.neg(g.mul(speed, dt))])));
  }
  return g.add(y, g.mul(g.mul(dt, rate.value), g.call("exprel", [z])));
}
