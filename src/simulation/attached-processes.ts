/**
 * Coupled processes of an engine: each with its interval in steps, its view, and its counts of spikes since it last stepped.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { CoupledProcess, EngineView } from "./view.js";

export interface AttachedProcess {
  readonly process: CoupledProcess;
  /** Steps. */
  readonly every: number;
  readonly view: EngineView;
  /** By population. */
  readonly counts: readonly Uint32Array[];
}

/**
 * Attaches a process to an engine.
 *
 * @param dt ms.
 * @param counts counters of its own, by population.
 * @throws WbeError ARGUMENT for an interval that is not of whole steps.
 */
export function attachProcess(
  process: CoupledProcess,
  dt: number,
  view: EngineView,
  counts: readonly Uint32Array[],
): AttachedProcess {
  const every = Math.round(process.every / dt);
  if (!(every >= 1 && Math.abs(process.every / dt - every) < 1e-6)) {
    throw new WbeError("ARGUMENT", `expected an interval of whole steps (${dt} ms), found ${process.every} ms`, {
      where: `process "${process.id}"`,
    });
  }
  process.attach(view);
  return { process, every, view, counts };
}

/** The first step after `step` at which a process is due. */
export function nextProcessStep(attached: readonly AttachedProcess[], step: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { every } of attached) next = Math.min(next, (Math.floor(step / every) + 1) * every);
  return next;
}
