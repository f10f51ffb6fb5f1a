/** The integrators, one line each. @module */
import { euler } from "./euler.js";
import { exact } from "./exact.js";
import { exponentialEuler } from "./exponential-euler.js";
import { heun } from "./heun.js";
import type { Integrator } from "./integrator.js";
import { rk4 } from "./rk4.js";

export const integrators: Readonly<Record<string, Integrator>> = {
  euler,
  "exponential-euler": exponentialEuler,
  exact,
  heun,
  rk4,
};
