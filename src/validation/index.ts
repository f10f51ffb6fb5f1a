/**
 * wbe/validation: figures, reports, features and validators.
 *
 * @module
 */
export { type AdjacencyInput, adjacencyMatrix } from "./figures/adjacency-matrix.js";
export { type DegreeInput, degreeDistribution } from "./figures/degree-distribution.js";
export { type FICurveInput, fiCurve } from "./figures/fi-curve.js";
export type { Figure } from "./figures/figure.js";
export { type MorphologiesOptions, morphologies } from "./figures/morphologies.js";
export { type NullDistributionInput, nullDistribution } from "./figures/null-distribution.js";
export { type RasterOptions, raster } from "./figures/raster.js";
export { type StateTracesOptions, stateTraces } from "./figures/state-traces.js";
export { type Plane, type VolumeSlicesOptions, volumeSlices } from "./figures/volume-slices.js";
export { type WeightHistogramOptions, weightHistogram } from "./figures/weight-histogram.js";
export { renderReport } from "./report/render-report.js";
export type { ReportInput, ReportMeasure, ReportSection, ReportTable } from "./report/report.js";
