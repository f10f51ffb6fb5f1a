/**
 * The declaration behind a population.
 *
 * @module
 */
import type { NeuronDeclaration } from "../neuron-models/declaration.js";
import { builtInModels, findModel } from "../simulation/catalogue.js";

/** @throws WbeError NAME_UNKNOWN for a model that the catalogue does not hold. */
export function findDeclaration({ model }: { model: string | NeuronDeclaration }): NeuronDeclaration {
  return findModel(model, builtInModels.neurons, "neuron model", "the validated network");
}
