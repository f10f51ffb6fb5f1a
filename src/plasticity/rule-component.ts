/**
 * A rule of the catalogue, or of one's own, as a part of a scheduler.
 *
 * @module
 */
import type { PlasticityRule } from "../compiler/plasticity-rule.js";
import { WbeError } from "../core/errors.js";
import { suggestName } from "../core/suggestion.js";
import type { PlasticitySpec, ProjectionInfo } from "../simulation/index.js";
import { plasticityRules } from "./registry.js";
import type { PlasticityComponent } from "./scheduler.js";

export interface RuleComponentOptions {
  /** Parameters of the rule, numbers in their units or text with a unit. */
  params?: NonNullable<PlasticitySpec["params"]>;
  /** Which projections it acts on; the excitatory ones by default. */
  appliesTo?: (projection: ProjectionInfo) => boolean;
  /** Population whose spikes are the modulatory signal of a rule that has one. */
  modulator?: string;
  /** For a scheduler that has a rule twice, with other projections each; the rule's id by default. */
  id?: string;
}

/**
 * Any rule for a PlasticityScheduler. A rule with a parameter wMax gets twice the projection's largest initial weight where
 * none is given.
 */
export class RuleComponent implements PlasticityComponent {
  readonly id: string;
  readonly rules: readonly PlasticityRule[];
  readonly processes = [];
  readonly #options: RuleComponentOptions;

  /** @throws WbeError NAME_UNKNOWN for a rule that the catalogue does not have, or a parameter that the rule does not have. */
  constructor(rule: string | PlasticityRule, options: RuleComponentOptions = {}) {
    const found = typeof rule === "string" ? plasticityRules.find(({ id }) => id === rule) : rule;
    if (!found) {
      throw new WbeError("NAME_UNKNOWN", `unknown plasticity rule "${rule}"`, {
        where: "RuleComponent",
        remedy: suggestName(
          rule as string,
          plasticityRules.map(({ id }) => id),
        ),
      });
    }
    for (const name of Object.keys(options.params ?? {})) {
      if (Object.hasOwn(found.params, name)) continue;
      throw new WbeError("NAME_UNKNOWN", `plasticity rule "${found.id}" has no parameter "${name}"`, {
        where: "RuleComponent",
        remedy: suggestName(name, Object.keys(found.params)),
      });
    }
    this.rules = [found];
    this.id = options.id ?? found.id;
    this.#options = Object.freeze({ ...options });
  }

  rulesFor(projection: ProjectionInfo): PlasticitySpec[] {
    const { appliesTo = (p: ProjectionInfo) => p.isExcitatory, params = {}, modulator } = this.#options;
    if (!appliesTo(projection)) return [];
    const rule = this.rules[0]!;
    const limit = Object.hasOwn(rule.params, "wMax") && projection.maxWeight > 0;
    return [
      {
        rule,
        params: { ...(limit && { wMax: 2 * projection.maxWeight }), ...params },
        ...(modulator !== undefined && { modulator }),
      },
    ];
  }
}
