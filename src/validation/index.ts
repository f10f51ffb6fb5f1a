/**
 * wbe/validation: figures, reports, features, validators and the networks of papers.
 *
 * @module
 */
export { type Benchmark, type FICurveBenchmark, type FIPoint, pointWithin } from "./benchmarks/benchmark.js";
export { fiBenchmarks } from "./benchmarks/registry.js";
export type { EngineLike } from "./engine-subject.js";
export {
  type ClampMeasures,
  type ClampProtocol,
  measureCurrentClamp,
  type StepMeasures,
  type StepResponder,
  type StepResponse,
} from "./features/current-clamp.js";
export { meanRate, sustainedRate } from "./features/firing-rate.js";
export { type IntervalStatistics, interspikeIntervals, intervalStatistics } from "./features/interspike-intervals.js";
export { firstSpikeLatency } from "./features/latency.js";
export {
  type PopulationActivity,
  type PopulationActivityOptions,
  populationActivity,
} from "./features/population-activity.js";
export { detectSpikes, type SpikeDetectionOptions } from "./features/spike-times.js";
export { spikeTrains } from "./features/spike-trains.js";
export { type AdjacencyInput, adjacencyMatrix } from "./figures/adjacency-matrix.js";
export { type DegreeInput, degreeDistribution } from "./figures/degree-distribution.js";
export { type FICurveInput, fiCurve } from "./figures/fi-curve.js";
export type { Figure } from "./figures/figure.js";
export { type MorphologiesOptions, morphologies } from "./figures/morphologies.js";
export { type NullDistributionInput, nullDistribution } from "./figures/null-distribution.js";
export { type RasterOptions, raster } from "./figures/raster.js";
export { type RichClubOptions, richClubCurve } from "./figures/rich-club.js";
export { type StateTracesOptions, stateTraces } from "./figures/state-traces.js";
export { type Plane, type VolumeSlicesOptions, volumeSlices } from "./figures/volume-slices.js";
export { type WeightHistogramOptions, weightHistogram } from "./figures/weight-histogram.js";
export { type Brette2007Options, coba, cobaHh, cuba, traubMiles } from "./papers/brette-2007.js";
export {
  type Brunel2000Options,
  type BrunelRegime,
  brunel2000,
  brunelRegimes,
  brunelStationaryRate,
} from "./papers/brunel-2000.js";
export { izhikevich2003 } from "./papers/izhikevich-2003.js";
export type { PaperOptions } from "./papers/paper-options.js";
export { type PotjansDiesmann2014Options, potjansDiesmann2014 } from "./papers/potjans-diesmann-2014.js";
export { flyNeuron, flySynapse, type Shiu2024Options, shiu2024 } from "./papers/shiu-2024.js";
export {
  peakRate,
  publishedSynapses,
  type ReleaseParameters,
  stationaryRelease,
  tsodyksMarkram1998,
} from "./papers/tsodyks-markram-1998.js";
export { type Vogels2011Options, vogels2011 } from "./papers/vogels-2011.js";
export { vogelsAbbott2005 } from "./papers/vogels-abbott-2005.js";
export { renderReport } from "./report/render-report.js";
export type { ReportInput, ReportMeasure, ReportSection, ReportTable } from "./report/report.js";
export { type ValidationReport, ValidationSuite } from "./validation-suite.js";
export type { Capability, FICurveFigure, FigureData, Outcome, Subject, Validator, Verdict } from "./validator.js";
export { FICurveValidator, type FICurveValidatorOptions } from "./validators/fi-curve-validator.js";
