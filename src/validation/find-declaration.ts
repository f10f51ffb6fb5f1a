/**
 * The declaration behind a population.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { NeuronDeclaration } from "../neuron-models/declaration.js";
import { neuronModels } from "../neuron-models/index.js";

/** @throws WbeError NAME_UNKNOWN for a model that the catalogue does not hold. */
export function findDeclaration({ model }: { model: string | NeuronDeclaration }): NeuronDeclaration {
  if (typeof model !== "string") return model;
  const found = neuronModels.find(({ id }) => id === model);
  if (found) return found;
  throw new WbeError("NAME_UNKNOWN", `unknown neuron model "${model}"`, {
    remedy: `The catalogue holds ${neuronModels.map(({ id }) => id).join(", ")}.`,
  });
}
