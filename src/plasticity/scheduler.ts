/**
 * Composes plasticity rules and homeostatic processes for an engine.
 *
 * @module
 */

import type { PlasticityRule } from "../compiler/plasticity-rule.js";
import { WbeError } from "../core/errors.js";
import type { CoupledProcess, PlasticityPlan, PlasticitySpec, ProjectionInfo } from "../simulation/index.js";

/** A part of a scheduler: rules for projections, processes, or both. */
export interface PlasticityComponent {
  readonly id: string;
  readonly rules: readonly PlasticityRule[];
  readonly processes: readonly CoupledProcess[];
  rulesFor(projection: ProjectionInfo): readonly PlasticitySpec[];
}

/**
 * Give it to the engine as `plasticity`. A projection gets the rules of every component that applies to it, in the
 * order of the list; processes run in that order too.
 *
 * @throws WbeError NAME_CLASH when two components have one id.
 */
export class PlasticityScheduler implements PlasticityPlan {
  readonly components: readonly PlasticityComponent[];
  readonly rules: readonly PlasticityRule[];
  readonly processes: readonly CoupledProcess[];

  constructor(components: readonly PlasticityComponent[]) {
    const ids = components.map((component) => component.id);
    const double = ids.find((id, k) => ids.indexOf(id) !== k);
    if (double) throw new WbeError("NAME_CLASH", `two components are "${double}"`, { where: "PlasticityScheduler" });
    this.components = Object.freeze([...components]);
    this.rules = components.flatMap((component) => component.rules);
    this.processes = components.flatMap((component) => component.processes);
  }

  readonly rulesFor = (projection: ProjectionInfo): readonly PlasticitySpec[] =>
    this.components.flatMap((component) => component.rulesFor(projection));

  /**
   * What would not go together on a projection, in words; empty where all is well. The engine refuses the same where it
   * compiles the rules, except a rule that acts twice, which may be meant.
   */
  conflicts(projection: ProjectionInfo): string[] {
    const specs = this.rulesFor(projection);
    const rules = specs.flatMap(({ rule }) =>
      typeof rule === "string" ? this.rules.filter((r) => r.id === rule) : rule,
    );
    const found: string[] = [];
    const tell = (ids: readonly string[], what: string): void => {
      if (ids.length > 1) found.push(`projection "${projection.name}": ${ids.join(" and ")} ${what}`);
    };
    const ids = rules.map(({ id }) => id);
    const twice = ids.filter((id, k) => ids.indexOf(id) !== k);
    for (const id of twice) tell([id, id], "act twice");
    tell(
      rules.filter(({ arrival }) => arrival).map(({ id }) => id),
      "both say what arrives at the target",
    );
    tell(
      rules.filter(({ flow }) => flow && /\bw\s*=/.test(flow)).map(({ id }) => id),
      "both move the weights between events",
    );
    tell([...new Set(specs.flatMap(({ modulator }) => modulator ?? []))], "both modulate");
    return found;
  }
}
