/**
 * Detailed cells in time: the cable equation on their compartments by implicit Euler or Crank–Nicolson, with the
 * membrane's current linearised about the present potential (Hines 1984; Hines & Carnevale 1997, Neural Comput 9:1179).
 *
 * The order within a step is NEURON's: potentials from t to t + dt with the gates held, then the gates from t to t + dt
 * with the new potentials. For Crank–Nicolson the gates stand half a step after the potentials, which makes it of order 2.
 *
 * Units: ms, mV, pA, nS, pF.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { type LongCallOptions, throwIfCancelled, yieldToEventLoop } from "../core/progress.js";
import { checkTimeStep, toSteps } from "../core/time.js";
import { Arena } from "../kernels/arena.js";
import { createHinesKernel, type HinesKernel } from "../kernels/hines.js";
import type { Cell } from "./cell.js";
import { type CellGroup, fillGroup, groupCells, type Place, reserveGroup, samplesPerCall } from "./cell-group.js";
import { channelMembrane } from "./channel-membrane.js";
import { type Clamp, type ClampStep, clampSteps } from "./clamps.js";
import type { Membrane, MembraneGroup, PlacedMembrane } from "./membrane.js";

export type CableMethod = "implicit-euler" | "crank-nicolson";

export interface CableOptions {
  /** ms */
  readonly dt: number;
  readonly method?: CableMethod;
  /** Potential at the start, mV: one value for all, or one per node for each cell. Default −65. */
  readonly V?: number | readonly Float64Array[];
  readonly clamps?: readonly Clamp[];
  /** Places whose potential is recorded. */
  readonly record?: readonly Place[];
  /** ms between samples, a whole number of steps; default dt. */
  readonly sampleInterval?: number;
  /** What flows through the membrane besides the leak; default: the cells' channels. */
  readonly membrane?: Membrane;
}

/** Potentials at the recorded places, from t = 0 on. */
export interface CableTraces {
  /** ms */
  readonly t: Float64Array;
  /** One row per recorded place, mV. */
  readonly V: readonly Float64Array[];
  /**
   * Current of each voltage clamp into its cell, pA, in the order of the clamps: that of the step which ends at t, with the
   * potential at its end; 0 where the clamp is off.
   */
  readonly clampCurrent: readonly Float64Array[];
}

/** Compartments times steps of one slice: some tens of ms. */
const elementsPerSlice = 2_000_000;
/** The event loop gets its turn this often, ms. */
const pauseMs = 50;

export class CableSimulation {
  private step = 0;
  private isStarted = false;
  private readonly samples: number[][];
  private readonly times: number[] = [];

  private constructor(
    readonly cells: readonly Cell[],
    readonly dt: number,
    private readonly interval: number,
    private readonly arena: Arena,
    private readonly groups: readonly CellGroup[],
    private readonly kernel: HinesKernel,
    private readonly membrane: PlacedMembrane | undefined,
    /** Steps of the voltage clamps, whose places are recorded behind the others. */
    private readonly voltageClamps: readonly (readonly ClampStep[])[],
    nRecorded: number,
  ) {
    this.samples = Array.from({ length: nRecorded }, () => []);
  }

  /**
   * Places cells in memory. Cells of equal topology are advanced in pairs, the others one by one; the bits are the same.
   *
   * @throws WbeError ARGUMENT for a clamp or a record of a cell that is not there, a sample interval that is no whole
   *   number of steps, and values out of range.
   */
  static async create(cells: readonly Cell[], options: CableOptions): Promise<CableSimulation> {
    const { dt, method = "implicit-euler" } = options;
    const hasChannels = cells.some(({ channels }) => channels.declarations.length > 0);
    const membrane = options.membrane ?? (hasChannels ? channelMembrane : undefined);
    checkTimeStep(dt, "the cable simulation");
    if (cells.length === 0) throw new WbeError("EMPTY_INPUT", "expected at least one cell, found none");
    if (method !== "implicit-euler" && method !== "crank-nicolson") {
      throw new WbeError("NAME_UNKNOWN", `unknown method "${String(method)}"`, {
        remedy: 'Use "implicit-euler" or "crank-nicolson".',
      });
    }
    const sampleInterval = options.sampleInterval ?? dt;
    const interval = toSteps(sampleInterval, dt, "the sample interval");
    if (interval < 1 || Math.abs(interval * dt - sampleInterval) > 1e-9 * sampleInterval) {
      throw new WbeError(
        "ARGUMENT",
        `expected a sample interval of whole steps of ${dt} ms, found ${sampleInterval} ms`,
      );
    }
    const clamps = options.clamps ?? [];
    const voltageClamps = clamps.filter(({ kind }) => kind === "voltage");
    const record: Place[] = [...(options.record ?? []), ...voltageClamps];
    for (const [what, { cell = 0, site }] of [
      ...clamps.map((c) => ["clamp", c] as const),
      ...record.map((r) => ["record", r] as const),
    ]) {
      if (cells[cell] && site.node >= 0 && site.node < cells[cell]!.tree.n) continue;
      throw new WbeError(
        "ARGUMENT",
        `expected a ${what} on one of ${cells.length} cells and its nodes, found cell ${cell}, node ${site.node}`,
      );
    }

    const arena = Arena.create();
    const groups = groupCells(cells).map((members) => reserveGroup(arena, cells, members, clamps, record, dt));
    const views: MembraneGroup[] = groups.map(({ members, nodes, order, length, descriptor, at }) => {
      const { V, current, conductance } = at;
      return {
        cells: members.map((c) => cells[c]!),
        nodes,
        place: order.place,
        length,
        descriptor,
        V,
        current,
        conductance,
      };
    });
    const placing = membrane?.reserve(arena, views, dt);
    const memory = arena.make();
    const placed = await placing?.(memory);
    const kernel = await createHinesKernel(memory, placed?.advance);
    const isCrankNicolson = method === "crank-nicolson";
    const { V = -65 } = options;
    for (const group of groups) {
      fillGroup(arena, group, { cells, dt, isCrankNicolson, hasMembrane: placed !== undefined, interval, V, clamps });
    }
    const steps = voltageClamps.map((clamp) => clampSteps(clamp, dt));
    return new CableSimulation(cells, dt, interval, arena, groups, kernel, placed, steps, record.length);
  }

  /** ms since the start. */
  get time(): number {
    return this.step * this.dt;
  }

  /** Potential of each node of a cell, mV; a copy. */
  potentials(cell = 0): Float64Array {
    const group = this.groups.find(({ members }) => members.includes(cell))!;
    const lane = group.members.indexOf(cell);
    const V = this.arena.f64(group.at.V, group.length);
    return Float64Array.from({ length: group.nodes }, (_, i) => V[group.order.place[i]! * group.lanes + lane]!);
  }

  /**
   * A gate or concentration of a cell, such as "NaTs.m" or "CaDynamics.cai": a value per node, NaN where it is not; a copy.
   *
   * @throws WbeError NAME_UNKNOWN for a state that the cell does not have.
   */
  state(name: string, cell = 0): Float64Array {
    if (!this.isStarted) this.start();
    const group = this.groups.find(({ members }) => members.includes(cell))!;
    const found = this.membrane?.state?.(group.descriptor, group.members.indexOf(cell), name);
    if (found) return found;
    throw new WbeError("NAME_UNKNOWN", `unknown state "${name}"`, {
      where: `cell ${cell} ("${this.cells[cell]!.name}")`,
    });
  }

  /** Everything recorded so far. */
  traces(): CableTraces {
    const rows = this.samples.map((row) => Float64Array.from(row));
    const V = rows.splice(0, rows.length - this.voltageClamps.length);
    const clampCurrent = rows.map((row, c) =>
      row.map((v, k) => {
        const step = Math.max(0, k * this.interval - 1);
        const active = this.voltageClamps[c]!.find(({ from, until }) => from <= step && step < until);
        return active ? active.conductance * (active.potential - v) : 0;
      }),
    );
    return { t: Float64Array.from(this.times), V, clampCurrent };
  }

  /**
   * Advances by `duration` ms.
   *
   * @throws WbeError NOT_FINITE, naming cell and place, when a potential stops being finite; CANCELLED between slices.
   */
  async run(duration: number, { signal, onProgress }: LongCallOptions = {}): Promise<void> {
    if (!this.isStarted) this.start();
    const until = this.step + toSteps(duration, this.dt, "the duration");
    const elements = this.groups.reduce((sum, { length }) => sum + length, 0);
    const slice = Math.max(1, Math.min(samplesPerCall * this.interval, Math.floor(elementsPerSlice / elements)));
    let nextPause = performance.now() + pauseMs;
    while (this.step < until) {
      throwIfCancelled(signal, "the run");
      this.advance(Math.min(until - this.step, slice));
      this.checkFinite();
      if (performance.now() < nextPause) continue;
      onProgress?.(this.time, until * this.dt);
      await yieldToEventLoop();
      nextPause = performance.now() + pauseMs;
    }
    onProgress?.(this.time, until * this.dt);
  }

  private advance(steps: number): void {
    const firstSample = Math.floor(this.step / this.interval) + 1;
    for (const group of this.groups) this.kernel.advance(group.descriptor, this.step, steps);
    this.step += steps;
    const nSamples = Math.floor(this.step / this.interval) - firstSample + 1;
    for (let k = 0; k < nSamples; k++) this.times.push((firstSample + k) * this.interval * this.dt);
    for (const { recorded, record } of this.groups) {
      const values = this.arena.f64(record, nSamples * recorded.length);
      recorded.forEach(({ row }, r) => {
        const out = this.samples[row]!;
        for (let k = 0; k < nSamples; k++) out.push(values[k * recorded.length + r]!);
      });
    }
  }

  private start(): void {
    this.isStarted = true;
    for (const group of this.groups) {
      this.membrane?.start(group.descriptor);
      const V = this.arena.f64(group.at.V, group.length);
      for (const { element, row } of group.recorded) this.samples[row]!.push(V[element]!);
    }
    this.times.push(0);
  }

  private checkFinite(): void {
    for (const { at, length, members } of this.groups) {
      // x − x is 0 for finite x and NaN otherwise.
      if (this.arena.f64(at.V, length).reduce((sum, v) => sum + (v - v), 0) === 0) continue;
      for (const c of members) {
        const bad = this.potentials(c).findIndex((v) => !Number.isFinite(v));
        if (bad < 0) continue;
        const { name, regions } = this.cells[c]!;
        throw new WbeError("NOT_FINITE", `V of cell ${c} ("${name}") is no longer a finite number`, {
          where: `${regions.placeName(bad)}, by ${this.time} ms`,
          remedy: "Use a smaller time step, or look for parameters that make the membrane explode.",
        });
      }
    }
  }
}
