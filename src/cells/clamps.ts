/**
 * Electrodes: currents into a compartment, and voltage clamps through a series resistance.
 *
 * @module
 */
import { requireFinite, requirePositive } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import { toSteps } from "../core/time.js";
import type { Site } from "./sites.js";

/** A current step from `onset` on for `duration` (ms), in pA; positive depolarises. */
export interface CurrentClamp {
  readonly kind: "current";
  /** Index of the cell; default 0. */
  readonly cell?: number;
  readonly site: Site;
  readonly onset: number;
  readonly duration: number;
  readonly amplitude: number;
}

/**
 * A single-electrode voltage clamp: from `onset` on it holds each level (mV) for its duration (ms), one after the other,
 * through `seriesResistance` (MΩ). Its current is (level − V)/seriesResistance, positive into the cell.
 */
export interface VoltageClamp {
  readonly kind: "voltage";
  readonly cell?: number;
  readonly site: Site;
  readonly onset?: number;
  readonly levels: readonly { readonly V: number; readonly duration: number }[];
  readonly seriesResistance: number;
}

export type Clamp = CurrentClamp | VoltageClamp;

/** What the kernel adds in steps [from, until): current + conductance·(potential − V). */
export interface ClampStep {
  readonly from: number;
  readonly until: number;
  /** pA */
  readonly current: number;
  /** nS */
  readonly conductance: number;
  /** mV */
  readonly potential: number;
}

/** Times to the nearest step. @throws WbeError ARGUMENT for values that make no sense. */
export function clampSteps(clamp: Clamp, dt: number): ClampStep[] {
  if (clamp.kind === "current") {
    const where = "a current clamp";
    requireFinite(clamp.amplitude, "the amplitude (pA)", where);
    const from = toSteps(clamp.onset, dt, where);
    const until = toSteps(clamp.onset + clamp.duration, dt, where);
    return [{ from, until, current: clamp.amplitude, conductance: 0, potential: 0 }];
  }
  const where = "a voltage clamp";
  if (clamp.kind !== "voltage") {
    throw new WbeError("ARGUMENT", 'expected a clamp of kind "current" or "voltage"', { where: "clamps" });
  }
  // MΩ⁻¹ = 1000 nS
  const conductance = 1000 / requirePositive(clamp.seriesResistance, "the series resistance (MΩ)", where);
  const steps: ClampStep[] = [];
  let time = clamp.onset ?? 0;
  for (const { V, duration } of clamp.levels) {
    requireFinite(V, "a clamped potential (mV)", where);
    const from = toSteps(time, dt, where);
    time += requirePositive(duration, "the duration of a level (ms)", where);
    steps.push({ from, until: toSteps(time, dt, where), current: 0, conductance, potential: V });
  }
  return steps;
}
