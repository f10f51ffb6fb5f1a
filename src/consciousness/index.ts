/**
 * Measures of consciousness on plain arrays: exact integrated information of small networks (IIT 3.0 and 4.0), integrated
 * information of recorded activity, Lempel–Ziv complexity and the perturbational complexity index. Each returns its value with method, parameters, source, null and warnings.
 *
 * @module
 */
export {
  type Assessment,
  type AssessOptions,
  assess,
  type ChannelMeasureName,
  type MeasureChannelsOptions,
  measureChannels,
} from "./assess.js";
export {
  amplitudeCoalitionEntropy,
  type Channels,
  type LempelZivOptions,
  lempelZivOfChannels,
  lempelZivSum,
  type NormalisedByShuffling,
  type ShuffleOptions,
  synchronyCoalitionEntropy,
} from "./complexity/coalitions.js";
export { multiscaleEntropy, permutationEntropy, sampleEntropy, spectralEntropy } from "./complexity/entropies.js";
export { detrendedFluctuation, higuchiDimension } from "./complexity/scaling.js";
export {
  type GaussianDynamics,
  geometricPhi,
  makeDynamics,
  type PhiG,
  timeDelayedInformation,
} from "./gaussian-phi.js";
export type { NetworkState } from "./iit/candidate-system.js";
export {
  type CandidatePhi,
  type ComplexesOptions,
  type ComplexesResult,
  estimateComplexesCost,
  findComplexes,
} from "./iit/complexes.js";
export { estimateCost, type IitVersion, type PhiCost } from "./iit/cost.js";
export type { SystemPartitions } from "./iit/directed-partitions.js";
export { fromGates, fromLogisticUnits, type Gate, type GateName } from "./iit/gates.js";
export {
  type Concept,
  type CoreCauseOrEffect,
  integratedInformation3,
  type PhiOptions,
  type PhiResult,
} from "./iit/system-phi.js";
export {
  type Distinction,
  integratedInformation4,
  type NodesInState,
  type Phi4Options,
  type Phi4Result,
} from "./iit/system-phi-4.js";
export {
  type EstimatedTransitions,
  fromRule,
  fromSpikes,
  fromStateByNode,
  fromStateByState,
  fromStateSeries,
  type StateSeries,
  type TransitionMatrix,
  type TransitionMatrixOptions,
  toStateByState,
  transitionProbability,
} from "./iit/transition-matrix.js";
export {
  type IntegrationMeasure,
  type IntegrationOptions,
  type IntegrationResult,
  measureIntegration,
  type PartitionSearch,
} from "./information/integration.js";
export { decomposeInformation, type PhiIdAtom, type PhiIdOptions, type PhiIdResult } from "./information/phi-id.js";
export {
  binaryEntropy,
  lempelZivComplexity,
  lempelZivMatrixComplexity,
  type NormalisedComplexity,
  normaliseBySourceEntropy,
  normalisedLempelZiv,
  type SymbolSequence,
} from "./lempel-ziv.js";
export { MacroPhiEstimator, type MacroPhiOptions, type MacroPhiResult } from "./macro-phi.js";
export type { ChannelData } from "./macro-units.js";
export {
  type PciInput,
  type PciMatrixInput,
  type PciOptions,
  type PciResult,
  PerturbationalComplexityIndex,
} from "./pci.js";
export {
  type PciStComponent,
  type PciStInput,
  type PciStOptions,
  type PciStResult,
  perturbationalComplexityOfTransitions,
} from "./pci-st.js";
export {
  averageFieldTrials,
  cutFieldTrials,
  type PerturbationOptions,
  type PerturbationRun,
  type PerturbationSite,
  perturb,
  perturbWithAmplitudes,
  spikesPerTrial,
} from "./perturbation-lab.js";
export type { SourceGrouping } from "./spike-trials.js";
export { jitterSpikes, resampleBlocks, type SurrogateKind, surrogateChannels } from "./surrogates.js";
export { deliverVirtualPulses, type VirtualPulseOptions } from "./virtual-pulse.js";
export { type DipTest, dipStatistic, dipTest } from "./workspace/dip-test.js";
export {
  detectIgnition,
  fitThresholdCurve,
  fitTwoNormals,
  type IgnitionInput,
  type IgnitionOptions,
  type IgnitionResult,
  ignitionDuration,
  type MixtureFit,
  type ThresholdCurve,
} from "./workspace/ignition.js";
