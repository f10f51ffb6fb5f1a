/**
 * The little dense linear algebra that Gaussian measures need, for matrices of some tens of rows. All are row-major
 * n × n in Float64Array; sums run in index order, so results are the same on every machine.
 *
 * @module
 */
import { log } from "../core/math.js";

/** out = a · b, or a · bᵀ. `out` must be another array than a and b. */
export function multiplyInto(
  out: Float64Array,
  a: Float64Array,
  b: Float64Array,
  n: number,
  transposed = false,
): Float64Array {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      if (transposed) for (let k = 0; k < n; k++) sum += a[i * n + k]! * b[j * n + k]!;
      else for (let k = 0; k < n; k++) sum += a[i * n + k]! * b[k * n + j]!;
      out[i * n + j] = sum;
    }
  }
  return out;
}

/**
 * Lower Cholesky factor of a symmetric matrix into `out` (may be `a` itself; the upper triangle is left as it is).
 *
 * @returns ln det a, or NaN when `a` is not positive definite.
 */
export function choleskyInto(out: Float64Array, a: Float64Array, n: number): number {
  let logDeterminant = 0;
  for (let j = 0; j < n; j++) {
    let pivot = a[j * n + j]!;
    for (let k = 0; k < j; k++) pivot -= out[j * n + k]! * out[j * n + k]!;
    if (!(pivot > 0)) return Number.NaN;
    logDeterminant += log(pivot);
    const diagonal = Math.sqrt(pivot);
    out[j * n + j] = diagonal;
    for (let i = j + 1; i < n; i++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= out[i * n + k]! * out[j * n + k]!;
      out[i * n + j] = sum / diagonal;
    }
  }
  return logDeterminant;
}

/** Inverse of the symmetric matrix whose Cholesky factor is `factor`, both triangles filled. */
export function invertFromCholesky(factor: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let c = 0; c < n; c++) {
    column.fill(0);
    column[c] = 1;
    for (let i = c; i < n; i++) {
      let sum = column[i]!;
      for (let k = c; k < i; k++) sum -= factor[i * n + k]! * column[k]!;
      column[i] = sum / factor[i * n + i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = column[i]!;
      for (let k = i + 1; k < n; k++) sum -= factor[k * n + i]! * column[k]!;
      column[i] = sum / factor[i * n + i]!;
    }
    for (let i = 0; i < n; i++) inverse[i * n + c] = column[i]!;
  }
  return inverse;
}

/** The rows `rows` and columns `columns` of an n × n matrix, row-major. */
export function gather(a: Float64Array, n: number, rows: ArrayLike<number>, columns: ArrayLike<number>): Float64Array {
  const part = new Float64Array(rows.length * columns.length);
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < columns.length; j++) part[i * columns.length + j] = a[rows[i]! * n + columns[j]!]!;
  }
  return part;
}
