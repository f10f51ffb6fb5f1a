/** Heun's method (explicit trapezoid), order 2. @module */
import type { Integrator } from "./integrator.js";

export const heun: Integrator = {
  id: "heun",
  doc: "y + dt/2·(f(y) + f(y + dt·f(y))), order 2",
  advance({ g, dt, derivatives, limitStage }, now) {
    const half = g.mul(g.constant(0.5), dt);
    const k1 = derivatives(now);
    const k2 = derivatives(limitStage(now.map((y, i) => g.add(y, g.mul(dt, k1[i]!)))));
    return now.map((y, i) => g.add(y, g.mul(half, g.add(k1[i]!, k2[i]!))));
  },
};
