/**
 * The declaration behind a population.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { NeuronDeclaration } from "../neuron-models/declaration.js";
import { hodgkinHuxley } from "../neuron-models/hodgkin-huxley.js";

/** @throws WbeError NAME_UNKNOWN for a model that the catalogue does not hold. */
export function findDeclaration({ model }: { model: string | NeuronDeclaration }): NeuronDeclaration {
  if (typeof model !== "string") return model;
  if (model === hodgkinHuxley.id) return hodgkinHuxley;
  throw new WbeError("NAME_UNKNOWN", `unknown neuron model "${model}"`);
}
