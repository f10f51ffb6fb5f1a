/**
 * Actions that change what an engine holds, done between epochs: new values, scaled weights, snapshots. (Those that are
 * functions of time are done where they act: stimuli.ts, lesions.ts, delivery.ts.)
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { chooseNeurons, findNamed, type PlannedAction, planActions } from "./action-plan.js";
import type { NetworkDescription } from "./description.js";
import { GrowableF64 } from "./growable.js";
import type { PopulationSettings } from "./population-settings.js";
import { fixedPart, growingPart, prefixed, type StatePart } from "./state-part.js";

/** Copies of states and weights at one time. */
export interface Snapshot {
  readonly name: string;
  readonly step: number;
  /** ms. */
  readonly time: number;
  /** By population and variable, one value per neuron. */
  readonly states: Readonly<Record<string, Readonly<Record<string, Float64Array>>>>;
  /** By projection, row by row by source. */
  readonly weights: Readonly<Record<string, Float64Array>>;
}

/** What actions act on. */
export interface ActionTarget {
  readonly description: NetworkDescription;
  readonly settings: readonly PopulationSettings[];
  readonly projections: readonly string[];
  /** Names of the states of a population. */
  stateNames(population: number): readonly string[];
  /** Values of now. */
  readState(population: number, variable: string): ArrayLike<number>;
  readWeights(projection: number): ArrayLike<number>;
  /** @throws WbeError for a factor that the weights cannot have. */
  checkFactor(projection: number, factor: number, where: string): void;
  scaleWeights(projection: number, factor: number): void;
}

interface SnapshotColumn {
  readonly kind: "state" | "weights";
  /** Index of the population or projection, and its name. */
  readonly index: number;
  readonly of: string;
  readonly variable: string;
  /** Empty until the snapshot is taken. */
  readonly values: GrowableF64;
}

export class Actions {
  private readonly planned: readonly PlannedAction[];
  /** Of those planned. */
  private done = 0;
  private readonly snapshots = new Map<PlannedAction, readonly SnapshotColumn[]>();

  /** @throws WbeError for a population, projection, neuron, parameter or value that cannot be, naming the action. */
  constructor(private readonly target: ActionTarget) {
    const { description, settings, projections } = target;
    const populations = description.populations.map(({ name }) => name);
    this.planned = planActions(description);
    const names = new Set<string>();
    for (const action of this.planned) {
      const { spec, where } = action;
      if (spec.kind === "set") {
        const k = findNamed(spec.population, populations, "population", where);
        settings[k]!.check(spec.values, this.partOf(action as PlannedAction<"set">));
      } else if (spec.kind === "scale-weights") {
        target.checkFactor(findNamed(spec.projection, projections, "projection", where), spec.factor, where);
      } else if (spec.kind === "snapshot") {
        if (names.has(spec.name)) {
          throw new WbeError("NAME_CLASH", `two snapshots are named "${spec.name}"`, { where });
        }
        names.add(spec.name);
        this.snapshots.set(action, this.columnsOf(action as PlannedAction<"snapshot">, populations));
      }
    }
  }

  private partOf(action: PlannedAction<"set">) {
    const { population, neurons } = action.spec;
    const { seed, populations } = this.target.description;
    const { size } = populations.find(({ name }) => name === population)!;
    const chosen = neurons === undefined ? undefined : chooseNeurons(neurons, size, seed, action);
    return { neurons: chosen, name: `action ${action.index}` };
  }

  private columnsOf({ spec, where }: PlannedAction<"snapshot">, populations: readonly string[]): SnapshotColumn[] {
    const { target } = this;
    const states = (spec.populations ?? populations).flatMap((of) => {
      const index = findNamed(of, populations, "population", where);
      return target
        .stateNames(index)
        .map((variable) => ({ kind: "state" as const, index, of, variable, values: new GrowableF64() }));
    });
    const weights = (spec.projections ?? []).map((of) => {
      const index = findNamed(of, target.projections, "projection", where);
      return { kind: "weights" as const, index, of, variable: "weight", values: new GrowableF64() };
    });
    return [...states, ...weights];
  }

  /** The first step after `step` at which something happens. */
  next(step: number): number {
    for (const action of this.planned) if (action.step > step) return action.step;
    return Number.POSITIVE_INFINITY;
  }

  /** Does what is due at `step` and not done. @throws WbeError of PopulationSettings.set, naming the action. */
  run(step: number): boolean {
    const first = this.done;
    for (; this.done < this.planned.length && this.planned[this.done]!.step <= step; this.done++) {
      const action = this.planned[this.done]!;
      try {
        this.act(action);
      } catch (cause) {
        if (!(cause instanceof WbeError)) throw cause;
        const place = `${action.where}, ${cause.where ?? ""}`;
        throw new WbeError(cause.code, cause.message, { where: place, cause });
      }
    }
    return this.done > first;
  }

  private act(action: PlannedAction): void {
    const { description, settings, projections } = this.target;
    const { spec } = action;
    if (spec.kind === "set") {
      const k = description.populations.findIndex(({ name }) => name === spec.population);
      settings[k]!.set(spec.values, false, this.partOf(action as PlannedAction<"set">));
    } else if (spec.kind === "scale-weights") {
      this.target.scaleWeights(projections.indexOf(spec.projection), spec.factor);
    } else if (spec.kind === "snapshot") {
      for (const { kind, index, variable, values } of this.snapshots.get(action)!) {
        values.assign(kind === "state" ? this.target.readState(index, variable) : this.target.readWeights(index));
      }
    }
  }

  /** The snapshots that have been taken. */
  taken(): Snapshot[] {
    const { dt } = this.target.description;
    return [...this.snapshots].flatMap(([action, columns]) => {
      if (this.planned.indexOf(action) >= this.done) return [];
      const states: Record<string, Record<string, Float64Array>> = {};
      const weights: Record<string, Float64Array> = {};
      for (const { kind, of, variable, values } of columns) {
        if (kind === "weights") weights[of] = values.toArray();
        else {
          states[of] ??= {};
          states[of][variable] = values.toArray();
        }
      }
      const { name } = (action as PlannedAction<"snapshot">).spec;
      return [{ name, step: action.step, time: action.step * dt, states, weights }];
    });
  }

  /** How many have been done, and the snapshots. */
  *stateParts(): Iterable<StatePart> {
    const read = (): Uint32Array => Uint32Array.of(this.done);
    yield {
      ...fixedPart("done", read()),
      read,
      refuse: (values) =>
        values.length === 1 && values[0]! <= this.planned.length
          ? undefined
          : `expected at most ${this.planned.length} actions, found ${values[0]}`,
      write: (values) => {
        this.done = values[0]!;
      },
    };
    for (const [{ spec }, columns] of this.snapshots) {
      const at = `snapshots/${(spec as PlannedAction<"snapshot">["spec"]).name}`;
      for (const { kind, of, variable, values } of columns) {
        yield* prefixed(`${at}/${kind}/${of}/`, [growingPart(variable, values)]);
      }
    }
  }
}
