/** Forward Euler, order 1. @module */
import type { Integrator } from "./integrator.js";

export const euler: Integrator = {
  id: "euler",
  doc: "y + dt·f(y), order 1",
  advance({ g, dt, derivatives }, now) {
    return derivatives(now).map((f, i) => g.add(now[i]!, g.mul(dt, f)));
  },
};
