/**
 * What every other part of wbe builds on: errors, units, ids, coordinates, constants, deterministic mathematics and
 * random numbers, small integrators, and the plain data shapes that cross borders.
 *
 * @module
 */
export {
  type BinDataOptions,
  type BinGrid,
  type BinnedSpikes,
  type BinOptions,
  binIndex,
  binSpikeData,
  binSpikeTimes,
  makeBinGrid,
} from "./binning.js";
export type { Column, ColumnSchema, NumericArray } from "./column.js";
export {
  avogadroConstant,
  boltzmannConstant,
  elementaryCharge,
  faradayConstant,
  gasConstant,
  type PhysicalConstant,
  vacuumPermeability,
  vacuumPermittivity,
  zeroCelsius,
} from "./constants.js";
export { type AffineMatrix, AffineTransform, Coordinate3D, type Frame, parseFrame } from "./coordinates.js";
export { logBinomialMass, logPoissonMass } from "./count-distributions.js";
export { type DormandPrinceOptions, type DormandPrinceSolution, dormandPrince } from "./dormand-prince.js";
export {
  type ConductanceBranch,
  chordReversal,
  equilibriumRatio,
  goldmanCurrentDensity,
  goldmanVoltage,
  type Ion,
  nernst,
  type PermeantIon,
  q10Factor,
  thermalVoltage,
} from "./electrochemistry.js";
export { type ErrorCode, internalError, WbeError, type WbeErrorOptions } from "./errors.js";
export {
  boltzmann,
  exponentialRate,
  type GateKinetics,
  type GateRates,
  kineticsOfRates,
  linearExponentialRate,
  ratesOfKinetics,
  relaxGate,
  sigmoidRate,
} from "./gating.js";
export { type IdColumns, IdTable } from "./id-table.js";
export {
  formatNeuronID,
  formatSynapseID,
  type IdParts,
  isNeuronID,
  isRegionCode,
  isSynapseID,
  maxIdNumber,
  type NeuronID,
  neuronID,
  parseNeuronID,
  parseSynapseID,
  type RegionCode,
  regionCode,
  type SynapseID,
  synapseID,
} from "./ids.js";
export {
  type Derivative,
  type DiagonalSplit,
  euler,
  eulerInto,
  exponentialEuler,
  exponentialEulerInto,
  type FixedStepSolution,
  heun,
  heunInto,
  integrateFixed,
  makeWorkspace,
  rk4,
  rk4Into,
  type StepInto,
  type Workspace,
} from "./integrators.js";
export { cos, exp, exp2, expm1, exprel, exprelr, log, log1p, pow, sin, tanh } from "./math.js";
export type { Measured, ParameterValue, Values } from "./measured.js";
export { type Morphology, SwcType } from "./morphology.js";
export { normalQuantile } from "./normal-quantile.js";
export {
  type LongCallOptions,
  ProgressBar,
  type ProgressBarOptions,
  type ProgressSink,
  throwIfCancelled,
  yieldToEventLoop,
} from "./progress.js";
export { type Indexed, philox4x32, type RandomState, RandomStream } from "./random.js";
export {
  columnOf,
  type DataArray,
  dataArray,
  type Fields,
  type FieldValue,
  type Recording,
  type RecordingObject,
  type RecordingSeries,
  type RecordingTable,
  rangeOfRow,
  rowOfId,
  seriesTimes,
  seriesValues,
  spikeTimesOfUnit,
  type TableColumn,
} from "./recording.js";
export type { Region } from "./region.js";
export { type RecordedSeries, type RecordedState, type SpikeData, spikeTime } from "./spikes.js";
export { Stream, type StreamNumber } from "./streams.js";
export {
  conversionFactor,
  convert,
  type Dimensions,
  describeDimensions,
  dimensionless,
  isReservedUnitSymbol,
  parseQuantity,
  parseUnit,
  sameDimensions,
  type Unit,
} from "./units.js";
export type { Volume } from "./volume.js";
