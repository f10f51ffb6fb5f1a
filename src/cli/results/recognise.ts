/**
 * What a script exported, told by its shape: scripts name things as they like, and may come from another copy of wbe.
 *
 * @module
 */
import type { Connectome } from "../../connectome/columns.js";
import type { Column } from "../../core/column.js";
import type { Measured } from "../../core/measured.js";
import type { Morphology } from "../../core/morphology.js";
import type { RecordedSeries, RecordedState, SpikeData } from "../../core/spikes.js";
import type { Volume } from "../../core/volume.js";
import type { NetworkDescription } from "../../simulation/description.js";
import type { Snapshot } from "../../simulation/index.js";
import type { Figure } from "../../validation/figures/figure.js";
import type { ValidationReport } from "../../validation/validation-suite.js";

/** An engine, as far as its results go. */
export interface EngineResults {
  readonly description: NetworkDescription;
  spikes(): SpikeData;
  recorded(variable: string, population?: string): RecordedState;
  /** Engines of an older wbe have none of these. */
  rates?(): readonly RecordedSeries[];
  weightSamples?(): readonly RecordedSeries[];
  snapshots?(): readonly Snapshot[];
  /** Weights of a projection as they are now, row by row by source. */
  weights(projection: string): Column;
  view(): { readonly projections: readonly { readonly name: string }[] };
  readonly warnings: readonly string[];
}

const has = <K extends string>(value: unknown, ...keys: K[]): value is Record<K, unknown> =>
  typeof value === "object" && value !== null && keys.every((key) => key in value);

const isNumbers = (value: unknown): boolean => ArrayBuffer.isView(value) && !(value instanceof DataView);

export function isEngine(value: unknown): value is EngineResults {
  return (
    has(value, "description", "spikes", "recorded", "weights", "view") &&
    [value.spikes, value.recorded, value.weights, value.view].every((method) => typeof method === "function")
  );
}

export function isVolume(value: unknown): value is Volume {
  return (
    has(value, "data", "shape", "voxelSize", "origin") &&
    isNumbers(value.data) &&
    [value.shape, value.voxelSize, value.origin].every((v) => Array.isArray(v) && v.length === 3)
  );
}

/** Labels are volumes of whole numbers; grey volumes may be too, so labels are told by `count` or by their name. */
export function isLabels(value: unknown, name: string): value is Volume {
  return isVolume(value) && value.data instanceof Uint32Array && (has(value, "count") || /label/i.test(name));
}

export function isMorphology(value: unknown): value is Morphology {
  return has(value, "parent", "type", "x", "y", "z", "radius") && value.parent instanceof Int32Array;
}

export function isConnectome(value: unknown): value is Connectome {
  return (
    has(value, "nodes", "synapses", "synapseTypes") &&
    has(value.synapses, "source", "target", "weight", "type", "offsets") &&
    has(value.nodes, "ids", "labels", "types")
  );
}

export function isSpikes(value: unknown): value is SpikeData {
  return has(value, "step", "neuron", "dt", "nNeurons", "startStep", "stopStep", "populations", "pulseTimes");
}

export function isRecordedState(value: unknown): value is RecordedState {
  return has(value, "variable", "unit", "neurons", "sampleStep", "dt", "data");
}

export function isMeasured(value: unknown): value is Measured {
  return has(value, "value", "unit", "method", "parameters", "source", "warnings") && typeof value.value === "number";
}

export function isValidationReport(value: unknown): value is ValidationReport {
  return has(value, "verdicts", "summaryScore", "counts") && Array.isArray(value.verdicts);
}

export function isFigure(value: unknown): value is Figure {
  return has(value, "id", "title", "caption", "svg") && typeof value.svg === "string";
}
