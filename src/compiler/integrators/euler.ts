/**
 * Forward Euler, order 1. With noise Euler–Maruyama, Itô's calculus: weak order 1, strong order 1/2 (1 for additive noise).
 *
 * Source: Kloeden & Platen 1992, Numerical Solution of Stochastic Differential Equations, §10.2.
 *
 * @module
 */
import type { Integrator } from "./integrator.js";

export const euler: Integrator = {
  id: "euler",
  doc: "y + dt·f(y), order 1; noise by Euler–Maruyama (Itô)",
  advance({ g, dt, derivatives, noise }, now) {
    const dW = noise(now, 0);
    return derivatives(now, 0).map((f, i) => g.add(g.add(now[i]!, g.mul(dt, f)), dW[i]!));
  },
};
