/**
 * Measures of consciousness on plain arrays: Lempel–Ziv complexity, the perturbational complexity index, and integrated
 * information of recorded activity. Each returns its value with method, parameters, source, null and warnings.
 *
 * @module
 */
export {
  type GaussianDynamics,
  geometricPhi,
  makeDynamics,
  type PhiG,
  timeDelayedInformation,
} from "./gaussian-phi.js";
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
export type { SourceGrouping } from "./spike-trials.js";
export { deliverVirtualPulses, type VirtualPulseOptions } from "./virtual-pulse.js";
