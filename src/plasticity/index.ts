/**
 * `wbe/plasticity`: learning rules, homeostasis, and the scheduler that composes them. Adding a rule is one file plus
 * one line in `plasticityRules`.
 *
 * @module
 */
import type { PlasticityRule } from "../compiler/plasticity-rule.js";
import { pairSTDPRule } from "./pair-stdp.js";
import {
  saturatingReleaseRule,
  tsodyksMarkramBaselineRule,
  tsodyksMarkramRule,
  tsodyksUzielMarkramRule,
} from "./tsodyks-markram.js";

export { definePlasticity, type PlasticityRule } from "../compiler/plasticity-rule.js";
export { PairSTDP, type PairSTDPOptions, pairSTDPRule } from "./pair-stdp.js";
export { type PlasticityComponent, PlasticityScheduler } from "./scheduler.js";
export { SynapticScaling, type SynapticScalingOptions } from "./synaptic-scaling.js";
export {
  saturatingReleaseRule,
  tsodyksMarkramBaselineRule,
  tsodyksMarkramRule,
  tsodyksUzielMarkramRule,
} from "./tsodyks-markram.js";

/** Every rule of the catalogue; found by id in a description's projections. */
export const plasticityRules: readonly PlasticityRule[] = [
  pairSTDPRule,
  saturatingReleaseRule,
  tsodyksMarkramBaselineRule,
  tsodyksMarkramRule,
  tsodyksUzielMarkramRule,
];
