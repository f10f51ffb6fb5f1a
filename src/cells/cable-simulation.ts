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
import { requireFinite } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import { type LongCallOptions, throwIfCancelled, yieldToEventLoop } from "../core/progress.js";
import { checkTimeStep, toSteps } from "../core/time.js";
import { Arena } from "../kernels/arena.js";
import {
  createHinesKernel,
  type HinesKernel,
  hinesDescriptorWords,
  hinesPointBytes,
  hinesWords,
} from "../kernels/hines.js";
import { type Cell, perArea } from "./cell.js";
import { channelMembrane } from "./channel-membrane.js";
import { type Clamp, clampSteps } from "./clamps.js";
import type { Membrane, MembraneGroup, PlacedMembrane } from "./membrane.js";
import type { Site } from "./sites.js";
import { findSolverOrder, type SolverOrder } from "./solver-order.js";

export type CableMethod = "implicit-euler" | "crank-nicolson";

export interface CableOptions {
  /** ms */
  readonly dt: number;
  readonly method?: CableMethod;
  /** Potential at the start, mV: one value for all, or one per node for each cell. Default −65. */
  readonly V?: number | readonly Float64Array[];
  readonly clamps?: readonly Clamp[];
  /** Places whose potential is recorded. */
  readonly record?: readonly { readonly cell?: number; readonly site: Site }[];
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
}

/** Cells of one topology, 1 or 2 interleaved. */
interface Group {
  readonly members: readonly number[];
  readonly lanes: number;
  readonly nodes: number;
  readonly order: SolverOrder;
  /** Elements of a column, even. */
  readonly length: number;
  readonly at: Readonly<Record<(typeof columnNames)[number], number>>;
  readonly parent: number;
  readonly descriptor: number;
  readonly points: number;
  readonly nPoints: number;
  /** Elements of the recorded places and the rows of `record` that they belong to. */
  readonly recorded: readonly { readonly element: number; readonly row: number }[];
  readonly recordedAt: number;
  readonly record: number;
}

const columnNames = [
  "V",
  "diagonal",
  "rightSide",
  "axial",
  "constant",
  "capacitance",
  "leak",
  "area",
  "current",
  "conductance",
] as const;

/** Samples that one kernel call may write. */
const samplesPerCall = 1024;
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
    private readonly groups: readonly Group[],
    private readonly kernel: HinesKernel,
    private readonly membrane: PlacedMembrane | undefined,
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
    const record = options.record ?? [];
    const clamps = options.clamps ?? [];
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
    const simulation = new CableSimulation(cells, dt, interval, arena, groups, kernel, placed, record.length);
    simulation.fill(options, method, clamps);
    return simulation;
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
    return { t: Float64Array.from(this.times), V: this.samples.map((row) => Float64Array.from(row)) };
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

  private fill(options: CableOptions, method: CableMethod, clamps: readonly Clamp[]): void {
    const { arena, dt } = this;
    const h = method === "crank-nicolson" ? dt / 2 : dt;
    for (const group of this.groups) {
      const { members, lanes, nodes, order, length, at } = group;
      const column = (name: (typeof columnNames)[number]) => arena.f64(at[name], length);
      const [V, axial, constant, capacitance, leak, area] = (
        ["V", "axial", "constant", "capacitance", "leak", "area"] as const
      ).map(column) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
      arena.u32(group.parent, nodes).set(order.parent);
      members.forEach((c, lane) => {
        const cell = this.cells[c]!;
        const start = options.V ?? -65;
        const startColumn = typeof start === "number" ? undefined : start[c];
        if (typeof start !== "number" && startColumn?.length !== nodes) {
          throw new WbeError(
            "ARGUMENT",
            `expected ${nodes} potentials for cell ${c}, found ${startColumn?.length ?? 0}`,
          );
        }
        for (let k = 0; k < nodes; k++) {
          const i = order.node[k]!;
          const e = k * lanes + lane;
          V[e] = requireFinite(startColumn ? startColumn[i]! : (start as number), "the potential at the start (mV)");
          const g = k > 0 ? cell.axial[order.edge[k]!]! : 0;
          axial[e] = g;
          capacitance[e] = cell.capacitance[i]! / h;
          leak[e] = cell.leak[i]! * cell.ELeak[i]!;
          area[e] = cell.tree.area[i]! * perArea;
          constant[e]! += capacitance[e]! + cell.leak[i]! + g;
          if (k > 0) constant[order.parent[k]! * lanes + lane]! += g;
        }
      });
      const words = arena.u32(group.descriptor, hinesDescriptorWords);
      const set = (name: keyof typeof hinesWords, value: number): void => {
        words[hinesWords[name]] = value;
      };
      set("nodes", nodes);
      set("lanes", lanes);
      set("parent", group.parent);
      for (const name of columnNames) set(name, at[name]);
      set("hasMembrane", this.membrane ? 1 : 0);
      set("isCrankNicolson", method === "crank-nicolson" ? 1 : 0);
      set("points", group.points);
      set("nPoints", group.nPoints);
      set("recorded", group.recordedAt);
      set("nRecorded", group.recorded.length);
      set("record", group.record);
      set("interval", this.interval);
      set("split", order.split);
      arena.u32(group.recordedAt, group.recorded.length).set(group.recorded.map(({ element }) => element));
      this.fillPoints(group, clamps);
    }
  }

  private fillPoints({ members, lanes, order, points }: Group, clamps: readonly Clamp[]): void {
    let at = points;
    for (const clamp of clamps) {
      const lane = members.indexOf(clamp.cell ?? 0);
      if (lane < 0) continue;
      for (const { from, until, current, conductance, potential } of clampSteps(clamp, this.dt)) {
        this.arena.u32(at, 3).set([order.place[clamp.site.node]! * lanes + lane, from, until]);
        this.arena.f64(at + 16, 3).set([current, conductance, potential]);
        at += hinesPointBytes;
      }
    }
  }
}

/** Indices of cells, in pairs where topologies are equal. */
function groupCells(cells: readonly Cell[]): number[][] {
  const open: number[][] = [];
  const groups: number[][] = [];
  cells.forEach(({ tree: { n, parent } }, c) => {
    const partner = open.findIndex(([other]) => {
      const { tree } = cells[other!]!;
      return tree.n === n && tree.parent.every((p, i) => p === parent[i]);
    });
    if (partner >= 0) open.splice(partner, 1)[0]!.push(c);
    else {
      const group = [c];
      groups.push(group);
      open.push(group);
    }
  });
  return groups;
}

function reserveGroup(
  arena: Arena,
  cells: readonly Cell[],
  members: readonly number[],
  clamps: readonly Clamp[],
  record: NonNullable<CableOptions["record"]>,
  dt: number,
): Group {
  const lanes = members.length;
  const { n: nodes, parent } = cells[members[0]!]!.tree;
  const order = findSolverOrder(parent);
  const length = Math.ceil((nodes * lanes) / 2) * 2;
  const at = Object.fromEntries(columnNames.map((name) => [name, arena.reserve(8 * length)])) as Group["at"];
  const own = clamps.filter((clamp) => members.includes(clamp.cell ?? 0));
  const nPoints = own.reduce((sum, clamp) => sum + clampSteps(clamp, dt).length, 0);
  const recorded = record.flatMap(({ cell = 0, site }, row) => {
    const lane = members.indexOf(cell);
    return lane < 0 ? [] : [{ element: order.place[site.node]! * lanes + lane, row }];
  });
  return {
    members,
    lanes,
    nodes,
    order,
    length,
    at,
    parent: arena.reserve(4 * nodes),
    descriptor: arena.reserve(4 * hinesDescriptorWords),
    points: arena.reserve(hinesPointBytes * nPoints),
    nPoints,
    recorded,
    recordedAt: arena.reserve(4 * recorded.length),
    record: arena.reserve(8 * samplesPerCall * recorded.length),
  };
}
