/**
 * wbe/connectome: who connects to whom. Columns, the builder and its rules, views, first measures, C. elegans.
 *
 * @module
 */

export { ConnectomeBuilder } from "./builder.js";
export type {
  ConnectomeBuilderOptions,
  DaleOptions,
  DaleType,
  DistanceRuleOptions,
  FixedDegreeOptions,
  NodeSelection,
  RuleOptions,
  SynapseOptions,
  SynapseTypeName,
} from "./builder-options.js";
export {
  type CelegansClass,
  type CelegansNeuron,
  type CelegansOptions,
  type CelegansTransmitter,
  celegans,
  celegansCommandInterneurons,
  celegansNeurons,
  celegansTouchNeurons,
} from "./celegans.js";
export {
  Connectome,
  type ConnectomeInput,
  type ConnectomeMetadata,
  defaultSynapseTypes,
  type NodeColumns,
  type SynapseColumns,
  type SynapseTable,
} from "./columns.js";
export { type FlyLikeOptions, type FlyLikeWiring, flyLikeWiring, flyStatistics } from "./fly-like.js";
export { type FlyWireOptions, type FlyWireWiring, readFlyWire } from "./flywire.js";
export { connectionDensity, type DegreeDistribution, degreeDistribution, reciprocity } from "./measures.js";
export { NeuronNode, type NeuronNodeFields, somaCentre } from "./node.js";
export type { SignedWiring } from "./signed-wiring.js";
export { sonataOfConnectome, writeSonataCircuit } from "./sonata.js";
export { conductionDelay, defaultConductionVelocity, defaultWeights, type SynapseValue } from "./synapse-values.js";
export {
  type CsrMatrix,
  type Degrees,
  type DenseBlock,
  type DenseBlockOptions,
  denseBlock,
  listNodes,
  type NodeView,
  partnerDegrees,
  synapseCountMatrix,
  synapseDegrees,
  toGraphology,
  weightMatrix,
} from "./views.js";
