/**
 * The declaration behind a population.
 *
 * @module
 */
import type { NeuronDeclaration } from "../neuron-models/declaration.js";
import { builtInModels, findNeuronModel } from "../simulation/catalogue.js";
import type { PopulationSpec } from "../simulation/description.js";

/** @throws WbeError NAME_UNKNOWN for a model that the catalogue does not hold. */
export function findDeclaration({ model }: Pick<PopulationSpec, "model">): NeuronDeclaration {
  return findNeuronModel({ name: "of the validated network", model }, builtInModels);
}
