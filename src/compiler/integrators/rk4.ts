/** The classical Runge–Kutta method, order 4 (Kutta 1901). @module */
import { type Integrator, refuseNoise } from "./integrator.js";

export const rk4: Integrator = {
  id: "rk4",
  doc: "classical Runge–Kutta, order 4",
  advance({ model, g, dt, derivatives, limitStage }, now) {
    refuseNoise(model, "rk4");
    const half = g.mul(g.constant(0.5), dt);
    const sixth = g.div(dt, g.constant(6));
    const along = (step: typeof dt, k: readonly (typeof dt)[]) =>
      limitStage(now.map((y, i) => g.add(y, g.mul(step, k[i]!))));
    const k1 = derivatives(now, 0);
    const k2 = derivatives(along(half, k1), 0.5);
    const k3 = derivatives(along(half, k2), 0.5);
    const k4 = derivatives(along(dt, k3), 1);
    return now.map((y, i) => {
      const middle = g.mul(g.constant(2), g.add(k2[i]!, k3[i]!));
      return g.add(y, g.mul(sixth, g.add(g.add(k1[i]!, middle), k4[i]!)));
    });
  },
};
