/**
 * Milliseconds ↔ whole steps. Time is an integer step count; t = step·dt, never a sum of dt.
 *
 * Rules: durations, stimulus times and delays go to the nearest step (a delay to at least 1, or it is an error);
 * refractory periods round up (compiler/step.ts); times of actions are whole steps, or it is an error.
 *
 * @module
 */
import { WbeError } from "./errors.js";

/** @throws WbeError ARGUMENT unless dt is a finite number above 0. */
export function checkTimeStep(dt: number, where: string): void {
  if (!(dt > 0 && Number.isFinite(dt))) {
    throw new WbeError("ARGUMENT", `expected a time step above 0 ms, found ${dt}`, { where, remedy: "Use e.g. 0.1." });
  }
}

/** Nearest whole step of a time ≥ 0 (ms). */
export function toSteps(time: number, dt: number, where: string): number {
  const steps = Math.round(time / dt);
  if (!(steps >= 0 && steps <= 0xffffffff)) {
    throw new WbeError("ARGUMENT", `expected a time from 0 to ${(0xffffffff * dt).toPrecision(3)} ms, found ${time}`, {
      where,
    });
  }
  return steps;
}

const maxDelaySteps = 0xffff;

/** Delay (ms) to whole steps, nearest. @throws WbeError ARGUMENT below one step or beyond 65,535. */
export function delayToSteps(delay: number, dt: number, where: string): number {
  const steps = Math.round(delay / dt);
  if (steps >= 1 && steps <= maxDelaySteps) return steps;
  throw new WbeError(
    "ARGUMENT",
    `expected a delay from one step (${dt} ms) to ${maxDelaySteps} steps, found ${delay} ms`,
    { where, remedy: steps < 1 ? "Lengthen the delay or shorten dt." : "Shorten the delay or lengthen dt." },
  );
}

/**
 * Steps of a time (ms) that is a whole number of steps, but for rounding in the last digits.
 *
 * @throws WbeError ARGUMENT for a time between two steps.
 */
export function wholeSteps(time: number, dt: number, where: string): number {
  const steps = toSteps(time, dt, where);
  if (Math.abs(time / dt - steps) <= 1e-9 * Math.max(1, steps)) return steps;
  const near = [Math.floor(time / dt), Math.ceil(time / dt)].map((n) => Number((n * dt).toPrecision(12)));
  throw new WbeError("ARGUMENT", `expected a whole number of steps (dt is ${dt} ms), found ${time} ms`, {
    where,
    remedy: `Nearest: ${near.join(" and ")} ms.`,
  });
}
