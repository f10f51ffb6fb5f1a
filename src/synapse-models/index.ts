/**
 * `wbe/synapse-models`: the catalogue. Adding a model is one file plus one line in `synapseModels`.
 *
 * @module
 */
import type { SynapseDeclaration } from "./declaration.js";
import { dualExpConductance, dualExpCurrent } from "./dual-exponential.js";
import { expConductance, expCurrent } from "./exponential.js";
import { gapJunction } from "./gap-junction.js";
import { pulse } from "./pulse.js";

export { defineSynapse, type SynapseDeclaration } from "./declaration.js";
export { dualExpConductance, dualExpCurrent, expConductance, expCurrent, gapJunction, pulse };

/** Every model of the catalogue; found by id. */
export const synapseModels: readonly SynapseDeclaration[] = [
  dualExpConductance,
  dualExpCurrent,
  expConductance,
  expCurrent,
  gapJunction,
  pulse,
];
