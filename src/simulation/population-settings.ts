/**
 * Parameters and states of a population that is already in memory, changed between runs.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { suggestName } from "../core/suggestion.js";
import type { DistTable } from "./description.js";
import { isSingleValue } from "./distribution.js";
import { fillColumn, type PopulationMemory } from "./memory-layout.js";
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

export class PopulationSettings {
  private values: PopulationValues;
  /** What the initial states were by these values. */
  private initial: readonly Float64Array[];

  constructor(
    private readonly memory: PopulationMemory,
    private readonly seed: number,
  ) {
    this.values = memory.built.values;
    this.initial = memory.built.initialStates;
  }

  /**
   * @param isAtStart no step has been done: states that follow from a changed value follow it, as in a new network.
   * @throws WbeError before anything has changed: NAME_UNKNOWN, PARAMETER_RANGE (also of the model's constraints),
   * UNSUPPORTED for different values of a parameter that the kernel was compiled to share.
   */
  set(given: DistTable, isAtStart: boolean): void {
    const { built, states } = this.memory;
    const { model, stateNames } = built.compiled.program;
    const where = `population "${built.name}"`;
    const shared = new Map(this.values.shared);
    const varying = new Map(this.values.varying);
    const init = new Map(this.values.init);
    const newStates = new Map<string, Float64Array>();
    const parameters = Object.keys(built.declaration.params);
    for (const [name, dist] of Object.entries(given)) {
      if (model.states.some((state) => state.name === name)) {
        const values = drawState(dist, name, built, model, this.seed);
        newStates.set(name, values);
        init.set(name, values);
      } else if (!parameters.includes(name)) {
        throw new WbeError("NAME_UNKNOWN", `model "${built.declaration.id}" has no parameter or state "${name}"`, {
          where,
          remedy: suggestName(name, [...parameters, ...model.states.map((state) => state.name)]),
        });
      } else if (varying.has(name)) varying.set(name, drawParameter(dist, name, built, model, this.seed));
      else if (isSingleValue(dist)) {
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
      if (own) fillColumn(states[k]!, own);
    });
    this.initial = initial;
  }

  private fillConstants({ slots, columns }: ReturnType<typeof deriveConstants>): void {
    this.memory.slots.set(slots);
    columns.forEach((column, k) => {
      fillColumn(this.memory.columns[k]!, column);
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

function isSame(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, k) => Object.is(value, b[k]));
}
