/**
 * Every rule of the catalogue: one line each; a test compares it with the folder.
 *
 * @module
 */
import type { PlasticityRule } from "../compiler/plasticity-rule.js";
import { bcmRule } from "./bcm.js";
import { calciumPlasticityRule } from "./calcium-plasticity.js";
import { dopamineSTDPRule } from "./dopamine-stdp.js";
import { inhibitorySTDPRule } from "./inhibitory-stdp.js";
import { nearestSTDPRule } from "./nearest-stdp.js";
import { nearestTripletSTDPRule } from "./nearest-triplet-stdp.js";
import { ojaRule } from "./oja.js";
import { pairSTDPRule } from "./pair-stdp.js";
import { powerLawSTDPRule } from "./power-law-stdp.js";
import { presynapticCentredSTDPRule } from "./presynaptic-centred-stdp.js";
import { restrictedSTDPRule } from "./restricted-stdp.js";
import { tripletSTDPRule } from "./triplet-stdp.js";
import {
  saturatingReleaseRule,
  tsodyksMarkramBaselineRule,
  tsodyksMarkramRule,
  tsodyksUzielMarkramRule,
} from "./tsodyks-markram.js";
import { vanRossumSTDPRule } from "./van-rossum-stdp.js";
import { weightDependentSTDPRule } from "./weight-dependent-stdp.js";

/** Found by id in a description's projections. */
export const plasticityRules: readonly PlasticityRule[] = [
  pairSTDPRule,
  weightDependentSTDPRule,
  powerLawSTDPRule,
  vanRossumSTDPRule,
  nearestSTDPRule,
  presynapticCentredSTDPRule,
  restrictedSTDPRule,
  tripletSTDPRule,
  nearestTripletSTDPRule,
  inhibitorySTDPRule,
  dopamineSTDPRule,
  calciumPlasticityRule,
  bcmRule,
  ojaRule,
  tsodyksMarkramRule,
  tsodyksMarkramBaselineRule,
  tsodyksUzielMarkramRule,
  saturatingReleaseRule,
];
