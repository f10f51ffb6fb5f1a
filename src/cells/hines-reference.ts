/**
 * One implicit step in plain TypeScript: what kernels/assembly/hines.ts computes, in the same order of operations, so that
 * the bits agree. For checking and for reading.
 *
 * @module
 */
import { type Cell, perArea } from "./cell.js";
import { eliminationOrder, findSolverOrder } from "./solver-order.js";

/** Density columns of a membrane at the present potential: current (µA/cm²) and its slope (mS/cm²). */
export interface MembraneDensity {
  readonly current: Float64Array;
  readonly conductance: Float64Array;
}

/** A current (pA) and a conductance (nS) to a potential (mV) in one compartment. */
export interface PointInput {
  readonly node: number;
  readonly current: number;
  readonly conductance: number;
  readonly potential: number;
}

/**
 * V (mV, one per node) from t to t + dt, in place.
 *
 * @param h dt for implicit Euler, dt/2 for Crank–Nicolson (with `isCrankNicolson`).
 */
export function hinesStep(
  cell: Cell,
  V: Float64Array,
  h: number,
  options: { isCrankNicolson?: boolean; membrane?: MembraneDensity; points?: readonly PointInput[] } = {},
): void {
  const { axial, capacitance, leak, ELeak, tree } = cell;
  const { n, area } = tree;
  const order = findSolverOrder(tree.parent);
  const { node, place, parent, edge } = order;
  const d = new Float64Array(n);
  const r = new Float64Array(n);
  const g = Float64Array.from(edge, (i, k) => (k > 0 ? axial[i]! : 0));
  for (let k = 0; k < n; k++) {
    const i = node[k]!;
    d[k]! += capacitance[i]! / h + leak[i]! + g[k]!;
    if (k > 0) d[parent[k]!]! += g[k];
    r[k] = (capacitance[i]! / h) * V[i]! + leak[i]! * ELeak[i]!;
  }
  const { membrane } = options;
  for (let k = 0; membrane && k < n; k++) {
    const i = node[k]!;
    const a = area[i]! * perArea;
    const slope = membrane.conductance[i]!;
    d[k] = d[k]! + a * slope;
    r[k] = r[k]! + a * (slope * V[i]! - membrane.current[i]!);
  }
  for (const { node: i, current, conductance, potential } of options.points ?? []) {
    r[place[i]!]! += current + conductance * potential;
    d[place[i]!]! += conductance;
  }
  for (const k of eliminationOrder(order)) {
    const p = parent[k]!;
    const inverse = 1 / d[k]!;
    const factor = g[k]! * inverse;
    d[p] = d[p]! - factor * g[k]!;
    r[p] = r[p]! + factor * r[k]!;
    d[k] = factor;
    r[k] = r[k]! * inverse;
  }
  r[0] = r[0]! * (1 / d[0]!);
  for (let k = 1; k < n; k++) r[k] = r[k]! + d[k]! * r[parent[k]!]!;
  const beyond = options.isCrankNicolson ? 1 : 0;
  for (let k = 0; k < n; k++) V[node[k]!] = r[k]! + beyond * (r[k]! - V[node[k]!]!);
}
