/**
 * The small interfaces at which processes, monitors and plasticity meet the engine (DESIGN §10).
 *
 * @module
 */
import type { Column } from "../core/column.js";

/** Live views, never copies, never internals. */
export interface EngineView {
  /** ms per step. */
  readonly dt: number;
  readonly populations: readonly { readonly name: string; readonly start: number; readonly size: number }[];
  readonly projections: readonly ProjectionView[];
  /** A state variable of a population, one value per neuron, in the population's precision; writable. */
  state(population: string, variable: string): Column<Float64Array | Float32Array>;
  /** Spikes of each neuron since the process's last step (or since attach). */
  spikeCounts(population: string): Uint32Array;
  /** um, x y z of each neuron; undefined where the description gives no positions. */
  positions(population: string): Float32Array | undefined;
  /** Weights row by row (by source); writable. All changes by spikes so far are in. */
  weights(projection: string): Column<Float32Array | Float64Array>;
}

export interface ProjectionView {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly synapse: string;
  readonly isExcitatory: boolean;
  /** Rows by source; targets are indices within the population `to`. */
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array | Uint16Array;
}

/** Something with its own clock that reads activity and writes parameters or currents. */
export interface CoupledProcess {
  readonly id: string;
  /** ms; whole steps. */
  readonly every: number;
  attach(engine: EngineView): void;
  /** Between epochs, single-threaded, deterministic. t in ms. */
  step(t: number, engine: EngineView): void;
  /** For checkpoints: everything that a resumed run needs of this process, as copies. */
  save(engine: EngineView): Record<string, Float64Array>;
  /** @throws when the state is not one that a process like this saved. */
  load(state: Record<string, Float64Array>, engine: EngineView): void;
}
