/**
 * `wbe/synapse-models`: the catalogue. Adding a model is one file plus one line in `synapseModels`.
 *
 * @module
 */
import { alphaConductance, alphaCurrent } from "./alpha.js";
import type { SynapseDeclaration } from "./declaration.js";
import { dualExpConductance, dualExpCurrent } from "./dual-exponential.js";
import { expConductance, expCurrent } from "./exponential.js";
import { gapJunction, rectifyingGapJunction } from "./gap-junction.js";
import { ampa, gabaA, glycine, nicotinicACh } from "./ionotropic.js";
import { ampaKinetic, gabaAKinetic, nmdaKinetic, saturatingConductance } from "./kinetic.js";
import { gabaB, muscarinicM1, muscarinicM2 } from "./metabotropic.js";
import { nmda, nmdaFiveState, nmdaMaexDeSchutter } from "./nmda.js";
import { pulse } from "./pulse.js";

export { defineSynapse, type SynapseDeclaration } from "./declaration.js";
export {
  alphaConductance,
  alphaCurrent,
  ampa,
  ampaKinetic,
  dualExpConductance,
  dualExpCurrent,
  expConductance,
  expCurrent,
  gabaA,
  gabaAKinetic,
  gabaB,
  gapJunction,
  glycine,
  muscarinicM1,
  muscarinicM2,
  nicotinicACh,
  nmda,
  nmdaFiveState,
  nmdaKinetic,
  nmdaMaexDeSchutter,
  pulse,
  rectifyingGapJunction,
  saturatingConductance,
};

/** Every model of the catalogue; found by id. */
export const synapseModels: readonly SynapseDeclaration[] = [
  alphaConductance,
  alphaCurrent,
  ampa,
  ampaKinetic,
  dualExpConductance,
  dualExpCurrent,
  expConductance,
  expCurrent,
  gabaA,
  gabaAKinetic,
  gabaB,
  gapJunction,
  glycine,
  muscarinicM1,
  muscarinicM2,
  nicotinicACh,
  nmda,
  nmdaFiveState,
  nmdaKinetic,
  nmdaMaexDeSchutter,
  pulse,
  rectifyingGapJunction,
  saturatingConductance,
];
