/**
 * Parameters and states of a population that is already in memory, changed between runs.
 *
 * @module
 */
import { namedSites } from "../cells/cell-model.js";
import type { Reals } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import { suggestName } from "../core/suggestion.js";
import type { DistTable } from "./description.js";
import { isSingleValue } from "./distribution.js";
import type { Joined } from "./joined.js";
import { fillColumn } from "./memory-layout.js";
import type { BuiltPopulation } from "./population.js";
import {
  checkConstraints,
  checkSinglePrecision,
  deriveConstants,
  drawParameter,
  drawState,
  initialStates,
  type PopulationValues,
} from "./population-values.js";
import { fixedPart, type StatePart } from "./state-part.js";
import type { WholePopulation } from "./whole-network.js";

/** Some of the neurons of a population, or all: whose values an action changes. */
export interface SettingsPart {
  readonly neurons: Uint32Array | undefined;
  /** Of the action. */
  readonly name: string;
}

export class PopulationSettings {
  private values: PopulationValues;
  /** What the initial states were by these values. */
  private initial: readonly Float64Array[];

  constructor(
    private readonly memory: WholePopulation,
    private readonly seed: number,
  ) {
    this.values = memory.built.values;
    this.initial = memory.built.initialStates;
  }

  /** The values of now. */
  get current(): PopulationValues {
    return this.values;
  }

  /**
   * @param isAtStart no step has been done: states that follow from a changed value follow it, as in a new network.
   * @throws WbeError before anything has changed: NAME_UNKNOWN, PARAMETER_RANGE (also of the model's constraints),
   * UNSUPPORTED for different values of a parameter that the kernel was compiled to share.
   * @param part only these neurons, with draws of their own name.
   */
  set(given: DistTable, isAtStart: boolean, part?: SettingsPart): void {
    const { built, states } = this.memory;
    const { model, stateNames } = built.compiled.program;
    const chosen = part?.neurons;
    const owner = (name: string) => ({
      name: built.name,
      size: chosen?.length ?? built.size,
      draw: part && `${built.name}.${name} by ${part.name}`,
    });
    const overwrite = (old: ArrayLike<number>, values: Float64Array): Float64Array => {
      if (!chosen) return values;
      const all = Float64Array.from({ length: built.size }, (_, i) => old[i]!);
      chosen.forEach((neuron, k) => {
        all[neuron] = values[k]!;
      });
      return all;
    };
    const where = `population "${built.name}"`;
    const shared = new Map(this.values.shared);
    const varying = new Map(this.values.varying);
    const init = new Map(this.values.init);
    const newStates = new Map<string, Float64Array>();
    const parameters = Object.keys(built.declaration.params);
    refuseSites(given, built);
    for (const [name, dist] of Object.entries(given)) {
      if (model.states.some((state) => state.name === name)) {
        const values = drawState(dist, name, owner(name), model, this.seed);
        newStates.set(name, overwrite(states[stateNames.indexOf(name)]!.read(), values));
        if (!part) init.set(name, values);
      } else if (!parameters.includes(name)) {
        throw unknownSetting(name, built);
      } else if (varying.has(name)) {
        const values = drawParameter(dist, name, owner(name), model, this.seed);
        varying.set(name, overwrite(varying.get(name)!, values));
      } else if (isSingleValue(dist) && !chosen) {
        shared.set(name, drawParameter(dist, name, { name: built.name, size: 1 }, model, this.seed)[0]!);
      } else {
        throw new WbeError("UNSUPPORTED", `expected one value of ${name} for all neurons, found a distribution`, {
          where,
          remedy: `Its kernel was compiled with ${name} shared: give a distribution in the description and build again.`,
        });
      }
    }
    const values = { shared, varying, init };
    checkConstraints(model, built.size, values, where);
    const constants = deriveConstants(built.compiled, built.size, values);
    const initial = isAtStart ? initialStates(built.compiled, built.size, values) : this.initial;
    if (built.compiled.program.precision === "f32") {
      const states = [...initial, ...newStates.values()];
      checkSinglePrecision(model, built.size, values, constants, states, where);
    }
    this.values = values;
    this.fillConstants(constants);
    stateNames.forEach((name, k) => {
      const own = newStates.get(name) ?? (isSame(initial[k]!, this.initial[k]!) ? undefined : initial[k]);
      if (own) fillJoined(states[k]!, own);
    });
    this.initial = initial;
  }

  /** What `set` would refuse of the names and values alone, whatever was set before. @throws as set. */
  check(given: DistTable, part: SettingsPart): void {
    const { built } = this.memory;
    const { model } = built.compiled.program;
    const size = part.neurons?.length ?? built.size;
    refuseSites(given, built);
    for (const [name, dist] of Object.entries(given)) {
      if (model.states.some((state) => state.name === name))
        drawState(dist, name, { name: built.name, size }, model, 0);
      else if (Object.hasOwn(built.declaration.params, name))
        drawParameter(dist, name, { name: built.name, size }, model, 0);
      else throw unknownSetting(name, built);
    }
  }

  private fillConstants({ slots, columns }: ReturnType<typeof deriveConstants>): void {
    for (const own of this.memory.slots) own.set(slots);
    columns.forEach((column, k) => {
      fillJoined(this.memory.columns[k]!, column);
    });
  }

  /** The parameters; slots and columns follow from them. */
  *stateParts(): Iterable<StatePart> {
    const names = [...this.values.shared.keys()];
    const shared: StatePart = fixedPart("parameters", Float64Array.from(this.values.shared.values()));
    yield {
      ...shared,
      write: (numbers) => {
        this.take({ ...this.values, shared: new Map(names.map((name, k) => [name, numbers[k]!])) });
      },
    };
    for (const [name, column] of this.values.varying) {
      yield {
        ...fixedPart(`parameter/${name}`, column),
        write: (numbers) => {
          const varying = new Map(this.values.varying).set(name, Float64Array.from(numbers));
          this.take({ ...this.values, varying });
        },
      };
    }
  }

  private take(values: PopulationValues): void {
    this.values = values;
    this.fillConstants(deriveConstants(this.memory.built.compiled, this.memory.built.size, values));
  }
}

function fillJoined(joined: Joined<Reals>, values: Float64Array): void {
  const column = new Float64Array(joined.length);
  fillColumn(column, values);
  joined.write(column);
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, k) => Object.is(value, b[k]));
}

/** Potentials of sites follow from the cable. @throws WbeError UNSUPPORTED. */
function refuseSites(given: DistTable, { name: population, cell }: BuiltPopulation): void {
  const site = cell && namedSites(cell).find(({ V }) => Object.hasOwn(given, V));
  if (!site) return;
  throw new WbeError("UNSUPPORTED", `${site.V} is the potential of a detailed cell, which the cable decides`, {
    where: `population "${population}"`,
    remedy: `Inject a current: a stimulus with input "${site.I}".`,
  });
}

function unknownSetting(name: string, { name: population, declaration, compiled }: BuiltPopulation): WbeError {
  const states = compiled.program.model.states.map((state) => state.name);
  return new WbeError("NAME_UNKNOWN", `model "${declaration.id}" has no parameter or state "${name}"`, {
    where: `population "${population}"`,
    remedy: suggestName(name, [...Object.keys(declaration.params), ...states]),
  });
}
