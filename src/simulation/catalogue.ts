/**
 * Where names of models in a description are looked up.
 *
 * @module
 */

import { declareSites, isCellModel } from "../cells/cell-model.js";
import type { PlasticityRule } from "../compiler/plasticity-rule.js";
import { WbeError } from "../core/errors.js";
import { suggestName } from "../core/suggestion.js";
import { type NeuronDeclaration, neuronModels } from "../neuron-models/index.js";
import { type SynapseDeclaration, synapseModels } from "../synapse-models/index.js";
import type { PopulationSpec, Quantity } from "./description.js";

/** A plasticity rule at work on a projection. */
export interface AppliedRule {
  readonly rule: PlasticityRule;
  readonly params: Readonly<Record<string, Quantity>>;
  /** Index of the population whose spikes modulate the synapses. */
  readonly modulator?: number;
  readonly mayChangeSign?: boolean;
}

export interface Catalogue {
  readonly neurons: readonly NeuronDeclaration[];
  readonly synapses: readonly SynapseDeclaration[];
  readonly rules: readonly PlasticityRule[];
}

/** The models that come with wbe; plasticity rules are added by the caller, who stands above this folder. */
export const builtInModels: Catalogue = { neurons: neuronModels, synapses: synapseModels, rules: [] };

/** The models of wbe with more of the caller's, which come first, so that an id of theirs wins. */
export function extendModels(more: Partial<Catalogue>): Catalogue {
  return {
    neurons: [...(more.neurons ?? []), ...builtInModels.neurons],
    synapses: [...(more.synapses ?? []), ...builtInModels.synapses],
    rules: more.rules ?? [],
  };
}

/** The declaration of a population's model; of a detailed cell, that of its sites. @throws as findModel, declareSites. */
export function findNeuronModel(
  { name, model }: Pick<PopulationSpec, "name" | "model">,
  { neurons }: Catalogue,
): NeuronDeclaration {
  if (typeof model !== "string" && isCellModel(model)) return declareSites(model);
  return findModel(model, neurons, "neuron model", `population "${name}"`);
}

/**
 * @param kind for messages: "neuron model".
 * @throws WbeError NAME_UNKNOWN with a near name or the names there are.
 */
export function findModel<T extends { readonly id: string }>(
  given: string | T,
  list: readonly T[],
  kind: string,
  where: string,
): T {
  if (typeof given !== "string") return given;
  const found = list.find((entry) => entry.id === given);
  if (found) return found;
  throw new WbeError("NAME_UNKNOWN", `unknown ${kind} "${given}"`, {
    where,
    remedy:
      list.length > 0
        ? suggestName(
            given,
            list.map((entry) => entry.id),
          )
        : "The engine was given none: pass { catalogue: { rules: plasticityRules } } (wbe/plasticity) or a PlasticityScheduler.",
  });
}
