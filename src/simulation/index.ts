/**
 * `wbe/simulation`: network descriptions and the engine that runs them.
 *
 * @module
 */

export type { Snapshot } from "./actions.js";
export type { AutosaveOptions } from "./autosave.js";
export { builtInModels, type Catalogue } from "./catalogue.js";
export { type Checkpoint, type CheckpointHeader, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.js";
export { SimulationConfig, type SimulationConfigFields } from "./config.js";
export {
  type ConnectomeNetwork,
  type ConnectomeNetworkOptions,
  defaultBackground,
  describeConnectome,
} from "./connectome-network.js";
export type {
  ActionSelection,
  ActionSpec,
  Dist,
  DistTable,
  IntegratorName,
  NetworkDescription,
  PlasticitySpec,
  PopulationSpec,
  ProjectionSpec,
  Quantity,
  RecorderSpec,
  ReleaseSpec,
  RuleSpec,
  Selection,
  SpikeTimes,
  StimulusSpec,
} from "./description.js";
export { parseDescription } from "./description-schema.js";
export { type RunOptions, SimulationEngine } from "./engine.js";
export type { EngineOptions, PlasticityPlan } from "./engine-assembly.js";
export type { Phase, PhaseTimes } from "./phase-times.js";
export type { ExtraRules, ProjectionInfo } from "./projection-rules.js";
export type { StreamOptions } from "./record-stream.js";
export { describeSonata, type SonataNetwork } from "./sonata-network.js";
export { spikeHash } from "./spike-hash.js";
export type { OpenFile } from "./stimulus-files.js";
export type { CoupledProcess, EngineView, ProjectionView } from "./view.js";
