/**
 * `wbe/neuron-models`: the catalogue. Adding a model is one file plus one line in `neuronModels`.
 *
 * @module
 */
import { adEx } from "./adex.js";
import type { NeuronDeclaration } from "./declaration.js";
import { glif1, glif2, glif3, glif4, glif5 } from "./glif.js";
import { hodgkinHuxley } from "./hodgkin-huxley.js";
import { izhikevich } from "./izhikevich.js";
import { leakyIntegrateAndFire } from "./lif.js";

export { channelModels } from "./channels/channels.js";
export { type ChannelDeclaration, defineChannel, type IonName } from "./channels/declaration.js";
export { defineNeuron, type NeuronDeclaration } from "./declaration.js";
export { adEx, glif1, glif2, glif3, glif4, glif5, hodgkinHuxley, izhikevich, leakyIntegrateAndFire };

/** Every model of the catalogue; found by id. */
export const neuronModels: readonly NeuronDeclaration[] = [
  adEx,
  glif1,
  glif2,
  glif3,
  glif4,
  glif5,
  hodgkinHuxley,
  izhikevich,
  leakyIntegrateAndFire,
];
