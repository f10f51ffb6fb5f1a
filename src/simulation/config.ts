/**
 * Settings of a run, for networks that come from a connectome.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { checkTimeStep } from "../core/time.js";
import type { IntegratorName } from "./description.js";

export interface SimulationConfigFields {
  /** ms; default 0.1. */
  dt?: number;
  /** ms. */
  duration: number;
  /** Integrator of every population; the models' own otherwise. */
  method?: IntegratorName;
  /** 0 … 2³² − 1; default 0. */
  seed?: number;
}

/** Immutable. @throws WbeError ARGUMENT for a dt, duration or seed that cannot be. */
export class SimulationConfig {
  readonly dt: number;
  readonly duration: number;
  readonly method: IntegratorName | undefined;
  readonly seed: number;

  constructor({ dt = 0.1, duration, method, seed = 0 }: SimulationConfigFields) {
    checkTimeStep(dt, "SimulationConfig.dt");
    if (!(duration >= 0 && Number.isFinite(duration))) {
      throw new WbeError("ARGUMENT", `expected a duration of at least 0 ms, found ${duration}`, {
        where: "SimulationConfig.duration",
      });
    }
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new WbeError("ARGUMENT", `expected a whole seed from 0 to 4294967295, found ${seed}`, {
        where: "SimulationConfig.seed",
      });
    }
    this.dt = dt;
    this.duration = duration;
    this.method = method;
    this.seed = seed;
    Object.freeze(this);
  }
}
