/**
 * Heun's method (explicit trapezoid), order 2. With noise the stochastic Heun method, Stratonovich's calculus (the same as
 * Itô's for additive noise): strong order 1 for one noise.
 *
 * Source: Rümelin 1982, SIAM J Numer Anal 19:604.
 *
 * @module
 */
import type { Integrator } from "./integrator.js";

export const heun: Integrator = {
  id: "heun",
  doc: "y + dt/2·(f(y) + f(y + dt·f(y))), order 2; noise by the stochastic Heun method (Stratonovich)",
  advance({ model, g, dt, derivatives, limitStage, noise }, now) {
    const half = g.mul(g.constant(0.5), dt);
    const k1 = derivatives(now, 0);
    const dW = noise(now, 0);
    const predicted = limitStage(now.map((y, i) => g.add(g.add(y, g.mul(dt, k1[i]!)), dW[i]!)));
    const k2 = derivatives(predicted, 1);
    const dWPredicted = noise(predicted, 1);
    return now.map((y, i) => {
      const drifted = g.add(y, g.mul(half, g.add(k1[i]!, k2[i]!)));
      if (model.states[i]!.noise.size === 0) return drifted;
      const isAdditive = dW[i] === dWPredicted[i];
      return g.add(drifted, isAdditive ? dW[i]! : g.mul(g.constant(0.5), g.add(dW[i]!, dWPredicted[i]!)));
    });
  },
};
