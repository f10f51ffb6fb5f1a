/**
 * wbe/scanner: from image volumes to labels, from labels to trees, and measures of trees.
 *
 * @module
 */
export {
  type AgglomerateOptions,
  type Agglomeration,
  agglomerate,
  buildRegionGraph,
  type Merge,
  type RegionGraph,
} from "./agglomeration.js";
export {
  type AlignedSlices,
  type AlignSlicesOptions,
  alignSlices,
  type PhaseCorrelationOptions,
  phaseCorrelation,
} from "./alignment.js";
export { type AtlasOptions, BrainAtlas } from "./atlas.js";
export {
  type Components,
  type Connectivity,
  type LabelArray,
  labelComponents,
  type RemovedComponents,
} from "./components.js";
export { distanceToBoundary } from "./distance-transform.js";
export { type ExtractOptions, MorphologyExtractor } from "./extraction.js";
export type { Points } from "./kd-tree.js";
export {
  type BoundingBox,
  countShollCrossings,
  findBoundingBox,
  findBranchPoints,
  findSections,
  findStems,
  findTips,
  type Morphometrics,
  measureCableLength,
  measureMorphology,
  measureNeuriteArea,
  measureNeuriteVolume,
  measurePathLengths,
  type Section,
} from "./morphometrics.js";
export {
  analyticScore,
  type DotProps,
  nblast,
  nblastMean,
  type PairScore,
  type ScoreTable,
  tableScore,
  toDotProps,
} from "./nblast.js";
export { otsuThreshold } from "./otsu.js";
export {
  frameOf,
  type ImageFrame,
  type PersistenceDiagram,
  type PersistenceOptions,
  persistenceDiagram,
  persistenceDistance,
  persistenceImage,
} from "./persistence.js";
export {
  type ClaheOptions,
  equalizeContrast,
  type GreyVolume,
  matchSlices,
  medianFilter,
  removeBackground,
} from "./preprocess.js";
export { compareSegmentations, expectedRunLength, type RunLength, type SegmentationQuality } from "./quality.js";
export { type Registration, type RegistrationOptions, registerVolumes } from "./registration.js";
export { type Grid, type Interpolation, type ResampleOptions, resample } from "./resample.js";
export {
  type BifurcationMeasures,
  measureBifurcations,
  measureSections,
  type SectionMeasures,
} from "./section-measures.js";
export { NeuronSegmenter, type Segmentation, type SegmentOptions } from "./segmentation.js";
export { type SlabSegmentation, type SlabSegmentOptions, segmentSlabs } from "./slab-segmentation.js";
export { measureSoma, type Soma, type SomaForm } from "./soma.js";
export { type GenerateOptions, SyntheticDataGenerator, type SyntheticVolume } from "./synthetic.js";
export { growPyramidalNeuron, type PyramidalOptions } from "./synthetic-tree.js";
export { findTouches, type Touches, type TouchOptions } from "./touches.js";
export { growSeeds, type WatershedOptions } from "./watershed.js";
