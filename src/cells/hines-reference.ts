/**
 * One implicit step in plain TypeScript: what kernels/assembly/hines.ts computes, in the same order of operations, so that
 * the bits agree. For checking and for reading.
 *
 * @module
 */
import { type Cell, perArea } from "./cell.js";

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
  const { n, parent, area } = tree;
  const d = new Float64Array(n);
  const r = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    d[i]! += capacitance[i]! / h + leak[i]! + axial[i]!;
    if (i > 0) d[parent[i]!]! += axial[i];
    r[i] = (capacitance[i]! / h) * V[i]! + leak[i]! * ELeak[i]!;
  }
  const { membrane } = options;
  for (let i = 0; membrane && i < n; i++) {
    const a = area[i]! * perArea;
    const g = membrane.conductance[i]!;
    d[i] = d[i]! + a * g;
    r[i] = r[i]! + a * (g * V[i]! - membrane.current[i]!);
  }
  for (const { node, current, conductance, potential } of options.points ?? []) {
    r[node]! += current + conductance * potential;
    d[node]! += conductance;
  }
  for (let i = n - 1; i > 0; i--) {
    const p = parent[i]!;
    const inverse = 1 / d[i]!;
    const factor = axial[i]! * inverse;
    d[p] = d[p]! - factor * axial[i]!;
    r[p] = r[p]! + factor * r[i]!;
    d[i] = factor;
    r[i] = r[i]! * inverse;
  }
  r[0] = r[0]! * (1 / d[0]!);
  for (let i = 1; i < n; i++) r[i] = r[i]! + d[i]! * r[parent[i]!]!;
  const beyond = options.isCrankNicolson ? 1 : 0;
  for (let i = 0; i < n; i++) V[i] = r[i]! + beyond * (r[i]! - V[i]!);
}
