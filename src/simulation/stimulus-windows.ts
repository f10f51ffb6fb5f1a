/**
 * When a stimulus acts, and as what: its own start and stop, and the actions that switch or change it.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { toSteps } from "../core/time.js";
import { actionsOf, findNamed, type PlannedAction } from "./action-plan.js";
import type { NetworkDescription, StimulusSpec } from "./description.js";
import { milliseconds } from "./network.js";

/** A stretch of time in which a stimulus does not change. */
export interface StimulusWindow<S extends StimulusSpec = StimulusSpec> {
  /** The stimulus with the values that it has now. */
  readonly spec: S;
  /** Steps: acts in [start, stop). */
  readonly start: number;
  readonly stop: number;
  /** Place in the description of the action that gave the amplitude: draws of each are its own. */
  readonly drawnBy: number | undefined;
  /** It was switched on here, by its own time or by an action. */
  readonly isOnset: boolean;
}

const forever = 0xffffffff;

/**
 * Windows of stimulus k, ascending, without gaps of their own making.
 *
 * @throws WbeError ARGUMENT for a stop before the start, or a value that this kind of stimulus does not have.
 */
export function stimulusWindows<S extends StimulusSpec>(
  spec: S,
  k: number,
  actions: readonly PlannedAction<"stimulus">[],
  dt: number,
  where: string,
): StimulusWindow<S>[] {
  const own = ownWindow(spec, dt, where);
  const windows: StimulusWindow<S>[] = [];
  let current: StimulusWindow<S> = { spec, ...own, drawnBy: undefined, isOnset: true };
  /** A pulse that an action gives before the stimulus's own one leaves that to come. */
  let hasOwn = own.length === undefined;
  const end = (at: number): void => {
    if (at > current.start && current.stop > current.start) {
      windows.push({ ...current, stop: Math.min(at, current.stop) });
    }
  };
  const begin = (at: number, changes: Partial<StimulusWindow<S>>): void => {
    end(at);
    const stop = own.length !== undefined ? at + own.length : own.stop > at ? own.stop : forever;
    current = { ...current, ...changes, start: at, stop, isOnset: true };
  };
  for (const { spec: action, step, index, where: whereAction } of actions) {
    if (!isOf(action.stimulus, spec, k)) continue;
    if (!hasOwn && own.start <= step) {
      begin(own.start, {});
      hasOwn = true;
    }
    const changes = {
      spec: changeValues(current.spec, action, whereAction),
      drawnBy: action.amplitude === undefined ? current.drawnBy : index,
    };
    if (action.on === true) begin(step, changes);
    else if (action.on === false) {
      end(step);
      current = { ...current, ...changes, start: step, stop: step };
      hasOwn = true;
    } else {
      // A window that is still to come keeps its start.
      end(step);
      const isOpen = current.start < step;
      current = { ...current, ...changes, start: Math.max(current.start, step), isOnset: !isOpen };
    }
  }
  if (!hasOwn && current.start !== own.start) begin(own.start, {});
  end(Number.POSITIVE_INFINITY);
  return windows;
}

/** @throws WbeError NAME_UNKNOWN, ARGUMENT, NAME_CLASH for a stimulus that an action names and that is not there, or twice. */
export function checkStimulusNames(planned: readonly PlannedAction[], { stimuli }: NetworkDescription): void {
  const names = stimuli.flatMap(({ name }) => name ?? []);
  const twice = names.find((name, k) => names.indexOf(name) < k);
  if (twice !== undefined) {
    throw new WbeError("NAME_CLASH", `two stimuli are named "${twice}"`, { remedy: "Give each its own name." });
  }
  for (const { spec, where } of actionsOf(planned, "stimulus")) {
    if (typeof spec.stimulus === "string") findNamed(spec.stimulus, names, "stimulus", where);
    else if (spec.stimulus >= stimuli.length) {
      throw new WbeError("ARGUMENT", `expected one of ${stimuli.length} stimuli, found number ${spec.stimulus}`, {
        where,
        remedy: "They are counted from 0.",
      });
    }
  }
}

const isOf = (named: string | number, { name }: StimulusSpec, k: number): boolean => named === k || named === name;

function changeValues<S extends StimulusSpec>(
  spec: S,
  { amplitude, rate, weight }: PlannedAction<"stimulus">["spec"],
  where: string,
): S {
  const values = { amplitude, rate, weight };
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  for (const [name] of given) {
    if (name in spec) continue;
    throw new WbeError("ARGUMENT", `expected a value that a stimulus of kind "${spec.kind}" has, found ${name}`, {
      where,
    });
  }
  return { ...spec, ...Object.fromEntries(given) };
}

/** length: of a pulse, in steps. */
function ownWindow(spec: StimulusSpec, dt: number, where: string): { start: number; stop: number; length?: number } {
  if (spec.kind === "spikes") return { start: 0, stop: forever };
  const steps = (time: number | string): number => toSteps(milliseconds(time, where), dt, where);
  if (spec.kind === "pulse") {
    const start = milliseconds(spec.start, where);
    const window = { start: steps(start), stop: steps(start + milliseconds(spec.duration, where)) };
    checkOrder(window, spec.start, spec.duration, where);
    return { ...window, length: window.stop - window.start };
  }
  const start = spec.start === undefined ? 0 : steps(spec.start);
  const stop = spec.stop === undefined ? forever : steps(spec.stop);
  checkOrder({ start, stop }, spec.start, spec.stop, where);
  return { start, stop };
}

function checkOrder(
  { start, stop }: { start: number; stop: number },
  from: number | string | undefined,
  to: number | string | undefined,
  where: string,
): void {
  if (stop < start) throw new WbeError("ARGUMENT", `expected start ≤ stop, found ${from} and ${to}`, { where });
}
