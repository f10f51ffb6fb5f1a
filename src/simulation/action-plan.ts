/**
 * The actions of a description in the order in which they act, and what follows from them before a run: which neurons
 * they choose, when the run ends, when stimuli change. All of it is a function of time alone, so it is the same on every
 * worker and however a run is cut.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { RandomStream } from "../core/random.js";
import { Stream } from "../core/streams.js";
import { suggestName } from "../core/suggestion.js";
import { wholeSteps } from "../core/time.js";
import { parseQuantity } from "../core/units.js";
import type { ActionSelection, ActionSpec, NetworkDescription } from "./description.js";
import { hashName, isSingleValue } from "./distribution.js";

export type ActionKind = ActionSpec["kind"];
export type ActionOf<K extends ActionKind> = ActionSpec & { kind: K };

export interface PlannedAction<K extends ActionKind = ActionKind> {
  readonly spec: ActionOf<K>;
  readonly step: number;
  /** Place in the description. */
  readonly index: number;
  /** For messages. */
  readonly where: string;
}

/** By step, then in the order of the description. @throws WbeError ARGUMENT for a time that is no whole step. */
export function planActions({ actions = [], dt }: NetworkDescription): PlannedAction[] {
  const planned = actions.map((spec, index) => {
    const where = `action ${index} (${spec.kind})`;
    return { spec, step: wholeSteps(parseQuantity(spec.at, "ms", where), dt, where), index, where };
  });
  return planned.sort((a, b) => a.step - b.step || a.index - b.index);
}

/** Those of one kind. */
export function actionsOf<K extends ActionKind>(planned: readonly PlannedAction[], kind: K): PlannedAction<K>[] {
  return planned.filter((action): action is PlannedAction<K> => action.spec.kind === kind);
}

/** The step at which a run ends by an action. */
export function stopStep(planned: readonly PlannedAction[]): number {
  return actionsOf(planned, "stop")[0]?.step ?? Number.POSITIVE_INFINITY;
}

/**
 * Neurons of a population that an action chooses: a fraction is drawn from the seed and the action's place in the list.
 *
 * @throws WbeError ARGUMENT for an index beyond the population.
 */
export function chooseNeurons(
  selection: ActionSelection | undefined,
  size: number,
  seed: number,
  { index, where }: Pick<PlannedAction, "index" | "where">,
): Uint32Array {
  const all = Uint32Array.from({ length: size }, (_, i) => i);
  if (selection === undefined) return all;
  if ("fraction" in selection) {
    const random = new RandomStream(seed, Stream.sampling, hashName(`action ${index}`));
    const keys = Float64Array.from(all, (neuron) => random.at(neuron).uniform());
    return all
      .sort((a, b) => keys[a]! - keys[b]! || a - b)
      .subarray(0, Math.round(selection.fraction * size))
      .sort();
  }
  for (const neuron of selection) {
    if (neuron < size) continue;
    throw new WbeError("ARGUMENT", `expected neuron indices below ${size}, found ${neuron}`, { where });
  }
  return Uint32Array.from(new Set(selection)).sort();
}

/** Parameters of a population that an action makes differ between neurons. */
export function parametersToVary(planned: readonly PlannedAction[], population: string): Set<string> {
  const names = new Set<string>();
  for (const { spec } of actionsOf(planned, "set")) {
    if (spec.population !== population) continue;
    for (const [name, dist] of Object.entries(spec.values)) {
      if (spec.neurons !== undefined || !isSingleValue(dist)) names.add(name);
    }
  }
  return names;
}

/** Index of a name. @throws WbeError NAME_UNKNOWN */
export function findNamed(name: string, names: readonly string[], kind: string, where: string): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw new WbeError("NAME_UNKNOWN", `unknown ${kind} "${name}"`, { where, remedy: suggestName(name, names) });
}
