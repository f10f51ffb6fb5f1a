/**
 * `wbe/plasticity`: learning rules, homeostasis, and the scheduler that composes them. Adding a rule is one file plus
 * one line in `registry.ts`.
 *
 * @module
 */
export { definePlasticity, type PlasticityRule } from "../compiler/plasticity-rule.js";
export { PairSTDP, type PairSTDPOptions, pairSTDPRule } from "./pair-stdp.js";
export { plasticityRules } from "./registry.js";
export { RuleComponent, type RuleComponentOptions } from "./rule-component.js";
export { type PlasticityComponent, PlasticityScheduler } from "./scheduler.js";
export { SynapticScaling, type SynapticScalingOptions } from "./synaptic-scaling.js";
export {
  saturatingReleaseRule,
  tsodyksMarkramBaselineRule,
  tsodyksMarkramRule,
  tsodyksUzielMarkramRule,
} from "./tsodyks-markram.js";
export { WeightNormalisation, type WeightNormalisationOptions } from "./weight-normalisation.js";
export {
  type WeightChange,
  WeightRecorder,
  type WeightRecorderOptions,
  type WeightSample,
} from "./weight-recorder.js";
