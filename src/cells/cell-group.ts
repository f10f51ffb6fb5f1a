/**
 * Cells of one topology in memory: their columns interleaved, the descriptor that the kernel reads, clamps and records.
 *
 * @module
 */
import { requireFinite } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import type { Arena } from "../kernels/arena.js";
import { hinesDescriptorWords, hinesPointBytes, hinesWords } from "../kernels/hines.js";
import { type Cell, perArea } from "./cell.js";
import { type Clamp, clampSteps } from "./clamps.js";
import type { Site } from "./sites.js";
import { findSolverOrder, type SolverOrder } from "./solver-order.js";

/** A place on one of several cells. */
export interface Place {
  /** Index of the cell; default 0. */
  readonly cell?: number;
  readonly site: Site;
}

/** Cells of one topology, 1 or 2 interleaved. */
export interface CellGroup {
  readonly members: readonly number[];
  readonly lanes: number;
  readonly nodes: number;
  readonly order: SolverOrder;
  /** Elements of a column, even: element (node, lane) at order.place[node]·lanes + lane. */
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
export const samplesPerCall = 1024;

/** Indices of cells, in pairs where topologies are equal. */
export function groupCells(cells: readonly Cell[]): number[][] {
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

export function reserveGroup(
  arena: Arena,
  cells: readonly Cell[],
  members: readonly number[],
  clamps: readonly Clamp[],
  record: readonly Place[],
  dt: number,
): CellGroup {
  const lanes = members.length;
  const { n: nodes, parent } = cells[members[0]!]!.tree;
  const order = findSolverOrder(parent);
  const length = Math.ceil((nodes * lanes) / 2) * 2;
  const at = Object.fromEntries(columnNames.map((name) => [name, arena.reserve(8 * length)])) as CellGroup["at"];
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

/** What a group's columns and descriptor are filled from. */
export interface GroupFilling {
  readonly cells: readonly Cell[];
  readonly dt: number;
  readonly isCrankNicolson: boolean;
  readonly hasMembrane: boolean;
  /** Steps between samples. */
  readonly interval: number;
  readonly V: number | readonly Float64Array[];
  readonly clamps: readonly Clamp[];
}

/** @throws WbeError ARGUMENT for potentials at the start that are not finite or not one per node. */
export function fillGroup(arena: Arena, group: CellGroup, filling: GroupFilling): void {
  const { members, lanes, nodes, order, length, at } = group;
  const { cells, dt, isCrankNicolson, V: start } = filling;
  const h = isCrankNicolson ? dt / 2 : dt;
  const column = (name: (typeof columnNames)[number]): Float64Array => arena.f64(at[name], length);
  const [V, axial, constant] = [column("V"), column("axial"), column("constant")];
  const [capacitance, leak, area] = [column("capacitance"), column("leak"), column("area")];
  arena.u32(group.parent, nodes).set(order.parent);
  members.forEach((c, lane) => {
    const cell = cells[c]!;
    const startColumn = typeof start === "number" ? undefined : start[c];
    if (typeof start !== "number" && startColumn?.length !== nodes) {
      throw new WbeError("ARGUMENT", `expected ${nodes} potentials for cell ${c}, found ${startColumn?.length ?? 0}`);
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
  set("hasMembrane", filling.hasMembrane ? 1 : 0);
  set("isCrankNicolson", isCrankNicolson ? 1 : 0);
  set("points", group.points);
  set("nPoints", group.nPoints);
  set("recorded", group.recordedAt);
  set("nRecorded", group.recorded.length);
  set("record", group.record);
  set("interval", filling.interval);
  set("split", order.split);
  arena.u32(group.recordedAt, group.recorded.length).set(group.recorded.map(({ element }) => element));
  fillPoints(arena, group, filling);
}

function fillPoints(arena: Arena, { members, lanes, order, points }: CellGroup, { clamps, dt }: GroupFilling): void {
  let at = points;
  for (const clamp of clamps) {
    const lane = members.indexOf(clamp.cell ?? 0);
    if (lane < 0) continue;
    for (const { from, until, current, conductance, potential } of clampSteps(clamp, dt)) {
      arena.u32(at, 3).set([order.place[clamp.site.node]! * lanes + lane, from, until]);
      arena.f64(at + 16, 3).set([current, conductance, potential]);
      at += hinesPointBytes;
    }
  }
}
