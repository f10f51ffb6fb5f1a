/**
 * The flow of a linear system on the steps of a network, as the kernel of event-driven populations reads it.
 *
 * @module
 */
import type { ClosedForm } from "../compiler/closed-form.js";
import { propagators } from "../compiler/propagator.js";
import { WbeError } from "../core/errors.js";

/** Steps whose propagators are kept in a table; longer silences are crossed in strides of it. */
export const longestTable = 1024;
/** Steps after which a system that has not come to rest is taken to have no rest. */
const longestDecay = 2 ** 20;
/** What is left of a deviation that counts as none. */
const negligible = 1e-9;

export interface FlowTable {
  /** T[k] = exp(A·dt·k) for k = 0 … K, row by row. */
  readonly table: Float64Array;
  /** For times between steps: row of the spiking state of A·dt·T[k], its change per step. */
  readonly slopes: Float64Array;
  /** A·dt. */
  readonly step: Float64Array;
  /** Parts of a step that are no longer than the fastest time constant. */
  readonly pieces: number;
  /** Largest and smallest that each element of the spiking state's row will ever be, 0 among them. */
  readonly largest: readonly number[];
  readonly smallest: readonly number[];
}

/**
 * @param isExact the bounds hold at all times, not only on steps, for responses with one extremum in a step.
 * @throws WbeError MODEL_INVALID when the states do not come to rest.
 */
export function tabulate(form: ClosedForm, N: number, dt: number, isExact: boolean, where: string): FlowTable {
  const { matrix, spikeState: v } = form;
  const { P } = propagators(matrix, N, dt);
  const step = Float64Array.from(matrix, (value) => value * dt);
  const rows: number[] = [];
  const slopeRows: number[] = [];
  const largest = new Array<number>(N).fill(0);
  const smallest = new Array<number>(N).fill(0);
  const bound = (c: number, value: number): void => {
    largest[c] = Math.max(largest[c]!, value);
    smallest[c] = Math.min(smallest[c]!, value);
  };
  let T = Float64Array.from({ length: N * N }, (_, k) => (k % (N + 1) === 0 ? 1 : 0));
  let before: { values: Float64Array; slopes: Float64Array } | undefined;
  for (let k = 0; ; k++) {
    const values = T.slice(v * N, (v + 1) * N);
    const slopes = multiply(step.subarray(v * N, (v + 1) * N), T, N);
    if (k <= longestTable) rows.push(...T);
    if (k <= longestTable) slopeRows.push(...slopes);
    for (let c = 0; c < N; c++) {
      if (k > 0 || isExact) bound(c, values[c]!);
      // Over an extremum between two steps the response stays below its tangent.
      const turns = before && before.slopes[c]! * slopes[c]! < 0;
      if (isExact && turns) bound(c, before!.values[c]! + before!.slopes[c]!);
    }
    if (T.every((value) => Math.abs(value) < negligible)) break;
    if (k >= longestDecay || !T.every(Number.isFinite)) throw noRest(where);
    before = { values, slopes };
    T = multiply(T, P, N);
  }
  const pieces = Math.max(1, Math.ceil(growth(step, N)));
  return { table: Float64Array.from(rows), slopes: Float64Array.from(slopeRows), step, pieces, largest, smallest };
}

/** Rows a times the n×n matrix b. */
function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const product = new Float64Array(a.length);
  for (let row = 0; row < a.length; row += n) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let m = 0; m < n; m++) sum += a[row + m]! * b[m * n + j]!;
      product[row + j] = sum;
    }
  }
  return product;
}

/** About the spectral radius of an n×n matrix: the 16th root of its 16th power (Gelfand), whatever the units of states. */
function growth(matrix: Float64Array, n: number): number {
  let power = matrix;
  for (let k = 0; k < 4; k++) power = multiply(power, power, n);
  return Math.max(...power.map(Math.abs)) ** (1 / 16);
}

export function noRest(where: string): WbeError {
  return new WbeError("MODEL_INVALID", "without input the states do not come to rest", {
    where,
    remedy: 'A state grows, or keeps its value for ever: use method "exact".',
  });
}

/** Gaussian elimination with partial pivoting; not finite where the matrix is singular. */
export function solveLinear(matrix: readonly number[], b: readonly number[], n: number): number[] {
  const rows = b.map((value, i) => [...matrix.slice(i * n, (i + 1) * n), value]);
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(rows[r]![c]!) > Math.abs(rows[pivot]![c]!)) pivot = r;
    [rows[c], rows[pivot]] = [rows[pivot]!, rows[c]!];
    for (let r = c + 1; r < n; r++) {
      const factor = rows[r]![c]! / rows[c]![c]!;
      for (let k = c; k <= n; k++) rows[r]![k]! -= factor * rows[c]![k]!;
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let r = n - 1; r >= 0; r--) {
    let sum = rows[r]![n]!;
    for (let c = r + 1; c < n; c++) sum -= rows[r]![c]! * x[c]!;
    x[r] = sum / rows[r]![r]!;
  }
  return x;
}
