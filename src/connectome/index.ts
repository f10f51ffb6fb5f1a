/**
 * wbe/connectome: who connects to whom. Columns, the builder and its rules, views, measures of graphs, C. elegans.
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
  FixedTotalOptions,
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
export {
  addSynapses,
  coarseGrain,
  joinSynapses,
  lesion,
  merge,
  type NeuronSelection,
  subgraph,
  symmetrise,
} from "./edits.js";
export { type FlyLikeOptions, type FlyLikeWiring, flyLikeWiring, flyStatistics } from "./fly-like.js";
export { type FlyWireOptions, type FlyWireWiring, readFlyWire } from "./flywire.js";
export { type EdgeWeights, Graph, type GraphInput, type GraphRows, graphOf } from "./graph/graph.js";
export {
  barabasiAlbert,
  blockModel,
  configurationModel,
  geometricGraph,
  wattsStrogatz,
} from "./graph/random-graphs.js";
export { connectomeOfGraph, type GraphDataOptions, graphDataOf, graphOfData } from "./graph-data.js";
export {
  type AssortativityOptions,
  classAssortativity,
  degreeAssortativity,
} from "./measures/assortativity.js";
export { type BetweennessOptions, betweenness } from "./measures/betweenness.js";
export { type ClosenessOptions, closeness } from "./measures/closeness.js";
export {
  type ClusteringOptions,
  clustering,
  meanClustering,
  signedClustering,
  transitivity,
} from "./measures/clustering.js";
export { communicability, subgraphCentrality } from "./measures/communicability.js";
export { type Communities, type CommunityOptions, communities } from "./measures/communities.js";
export { type Components, strongComponents, weakComponents } from "./measures/components.js";
export { averageControllability, modalControllability } from "./measures/controllability.js";
export type { MeasuredNodes, Network, WeightOption } from "./measures/conventions.js";
export { type CorePeriphery, type CorePeripheryOptions, corePeriphery } from "./measures/core-periphery.js";
export {
  type DegreeDistribution,
  type DegreeOptions,
  type Direction,
  degreeDistribution,
  degrees,
  type StrengthOptions,
  strengths,
} from "./measures/degrees.js";
export { connectionDensity } from "./measures/density.js";
export { globalEfficiency, localEfficiency } from "./measures/efficiency.js";
export { eigenvectorCentrality } from "./measures/eigenvector.js";
export { type CoreOptions, coreNumbers } from "./measures/k-core.js";
export { type ModularityOptions, modularity } from "./measures/modularity.js";
export { type MotifCounts, motifs, triadNames } from "./measures/motifs.js";
export { type PageRankOptions, pageRank } from "./measures/pagerank.js";
export { characteristicPathLength, distancesFrom, eccentricity } from "./measures/paths.js";
export { reciprocity } from "./measures/reciprocity.js";
export { findMeasure, type GraphMeasure, graphMeasures, type MeasureCost } from "./measures/registry.js";
export { type RichClub, richClub } from "./measures/rich-club.js";
export { bettiNumbers, directedSimplices, type SimplexCounts, type SimplexOptions } from "./measures/simplices.js";
export {
  type SmallWorldOptions,
  smallWorldOmega,
  smallWorldPropensity,
  smallWorldSigma,
} from "./measures/small-world.js";
export { spectralRadius } from "./measures/spectral.js";
export { type DistanceDecay, type DistanceDecayOptions, distanceDecay, wiringLength } from "./measures/wiring.js";
export { NeuronNode, type NeuronNodeFields, somaCentre } from "./node.js";
export {
  type CompareOptions,
  compareWithNull,
  type NullComparison,
  type NullReport,
  type RichClubComparison,
  richClubWithNull,
} from "./nulls/compare.js";
export { type NullKind, type NullOptions, nullKinds, randomise } from "./nulls/rewire.js";
export { type PublishedConnectome, publishedConnectomes, readPublishedConnectome } from "./published/registry.js";
export type { PublishedOptions } from "./published/table.js";
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
