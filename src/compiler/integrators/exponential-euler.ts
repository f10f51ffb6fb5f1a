/**
 * Exponential Euler (Rush & Larsen 1978): each state whose equation is linear in that state is advanced exactly
 * with all others held, order 1 overall; decoupled linear states are exact, also in distribution where they have noise.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { differentiate, jumpsWith } from "../derivative.js";
import { dependsOn, type Node } from "../ir.js";
import { isProvablyNegative } from "../sign.js";
import type { Integrator } from "./integrator.js";
import { exactNoise } from "./ornstein-uhlenbeck.js";

export const exponentialEuler: Integrator = {
  id: "exponential-euler",
  doc: "each conditionally linear state exactly, the others held, additive noise too; order 1",
  advance(context, now) {
    const { model, g, dt, derivatives } = context;
    const values = derivatives(now);
    const ranges = new Map([...model.params, ...model.states].map(({ name, range }) => [name, range]));
    const slopes: Node[] = [];
    const drifted = model.states.map((state, i) => {
      const f = state.derivative;
      const slope = differentiate(g, f, state.leaf);
      const own = new Set([state.leaf]);
      if (!slope || dependsOn(slope, own) || jumpsWith(f, own)) {
        throw new WbeError("MODEL_INVALID", `d${state.name}/dt is not linear in ${state.name}`, {
          where: `model "${model.id}", method exponential-euler`,
          remedy: 'Use method "rk4", "heun" or "euler".',
        });
      }
      const y = now[i]!;
      const replacements = new Map(model.states.map((s, j) => [s.leaf, now[j]!]));
      const slopeNow = g.transform([slope], (node) => replacements.get(node))[0]!;
      slopes.push(slopeNow);
      const z = g.mul(slopeNow, dt);
      if (slopeNow.op === "const" && slopeNow.value === 0) return g.add(y, g.mul(dt, values[i]!));
      const offset = g.substitute(f, new Map([[state.leaf, g.constant(0)]]));
      if (offset.op === "const" && offset.value === 0) return g.mul(y, g.call("exp", [z]));
      if (isProvablyNegative(slope, ranges)) {
        // The rate −slope cannot vanish (gates: α + β), so y∞ + (y − y∞)·e^(−rate·dt) saves the limit at 0.
        const rate = g.neg(slopeNow);
        const steady = g.div(g.transform([offset], (node) => replacements.get(node))[0]!, rate);
        return g.add(steady, g.mul(g.sub(y, steady), g.call("decay", [g.neg(g.mul(rate, dt))])));
      }
      return g.add(y, g.mul(g.mul(dt, values[i]!), g.call("exprel", [z])));
    });
    const noise = exactNoise(context, now, slopes, "exponential-euler");
    return drifted.map((value, i) => g.add(value, noise[i]!));
  },
};
