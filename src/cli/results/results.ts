/**
 * The results of a run as data: what reports, manifests and arrays are made from.
 *
 * @module
 */
import type { Connectome } from "../../connectome/columns.js";
import type { Measured } from "../../core/measured.js";
import type { Morphology } from "../../core/morphology.js";
import type { RecordedSeries, RecordedState, SpikeData } from "../../core/spikes.js";
import type { Volume } from "../../core/volume.js";
import type { NetworkDescription } from "../../simulation/description.js";
import type { Snapshot } from "../../simulation/index.js";
import type { Figure } from "../../validation/figures/figure.js";
import type { ValidationReport } from "../../validation/validation-suite.js";

/** Everything that a report can show. Maps keep the names under which things were exported. */
export interface RunResults {
  description?: NetworkDescription;
  volume?: Volume;
  labels?: Volume;
  morphologies: Morphology[];
  connectome?: Connectome;
  spikes?: SpikeData;
  states: RecordedState[];
  rates: RecordedSeries[];
  weightSamples: RecordedSeries[];
  snapshots: readonly Snapshot[];
  /** What was recorded is in the run folder already. */
  isStreamed?: boolean;
  /** By projection: weight per synapse before (where it is known) and after the run. */
  weights: { projection: string; unit: string; before?: ArrayLike<number>; after: ArrayLike<number> }[];
  measures: { name: string; measured: Measured }[];
  validation?: ValidationReport;
  figures: Figure[];
  /** Numbers and words that a script exported. */
  values: { name: string; value: number | string | boolean }[];
  /** How many threads the run had, and why, where the engine chose. */
  threads?: { count: number; reason?: string };
  warnings: string[];
}

export function emptyResults(): RunResults {
  return {
    morphologies: [],
    states: [],
    rates: [],
    weightSamples: [],
    snapshots: [],
    weights: [],
    measures: [],
    figures: [],
    values: [],
    warnings: [],
  };
}
