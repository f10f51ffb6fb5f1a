/**
 * Matrix exponential of small systems by scaling and squaring of a Taylor series (Moler & Van Loan 2003, method 3):
 * with ‖A·dt/2^s‖ ≤ 1/2 and 20 terms the series is exact to rounding; error ≤ about 2^s·n ulp.
 *
 * @module
 */

const terms = 20;

/** exp(A) of an n×n row-major matrix; all NaN when an element of A is not finite. */
export function matrixExponential(a: readonly number[], n: number): Float64Array {
  let norm = 0;
  for (let i = 0; i < n; i++) {
    let row = 0;
    for (let j = 0; j < n; j++) row += Math.abs(a[i * n + j]!);
    norm = Math.max(norm, row);
    if (!Number.isFinite(row)) return new Float64Array(n * n).fill(Number.NaN);
  }
  let squarings = 0;
  while (norm > 0.5) {
    norm /= 2;
    squarings++;
  }
  const scaled = Float64Array.from(a, (v) => v / 2 ** squarings);
  let result = identity(n);
  // Horner: I + A(I + A/2 (I + A/3 (…)))
  for (let k = terms; k >= 1; k--) {
    result = multiply(scaled, result, n);
    for (let i = 0; i < n * n; i++) result[i]! /= k;
    for (let i = 0; i < n; i++) result[i * n + i]! += 1;
  }
  for (let k = 0; k < squarings; k++) result = multiply(result, result, n);
  return result;
}

/** P = exp(A·dt) and Q = ∫₀^dt exp(A·s) ds, both n×n row-major, from one exponential of [[A, I], [0, 0]]·dt. */
export function propagators(a: readonly number[], n: number, dt: number): { P: Float64Array; Q: Float64Array } {
  const m = 2 * n;
  const block = new Array<number>(m * m).fill(0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) block[i * m + j] = a[i * n + j]! * dt;
    block[i * m + n + i] = dt;
  }
  const e = matrixExponential(block, m);
  const P = new Float64Array(n * n);
  const Q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      P[i * n + j] = e[i * m + j]!;
      Q[i * n + j] = e[i * m + n + j]!;
    }
  }
  return { P, Q };
}

/**
 * What one white noise adds to the states that it reaches over a step: L with L·Lᵀ = ∫₀^dt e^(A·s) b bᵀ e^(Aᵀ·s) ds, n×n
 * row-major, lower triangular. The integral over a short step (Van Loan 1978, IEEE Trans Autom Control 23:395, theorem 1)
 * is doubled, Σ(2h) = Σ(h) + e^(Ah)·Σ(h)·e^(Aᵀh): sums of positive matrices, which nothing cancels.
 */
export function noiseFactor(a: readonly number[], b: readonly number[], n: number, dt: number): Float64Array {
  let largest = 0;
  for (let i = 0; i < n; i++) {
    let row = 0;
    for (let j = 0; j < n; j++) row += Math.abs(a[i * n + j]! * dt);
    largest = Math.max(largest, row);
  }
  if (!Number.isFinite(largest)) return new Float64Array(n * n).fill(Number.NaN);
  let doublings = 0;
  while (largest > 0.5) {
    largest /= 2;
    doublings++;
  }
  const h = dt / 2 ** doublings;
  const m = 2 * n;
  const block = new Array<number>(m * m).fill(0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      block[i * m + j] = -a[i * n + j]! * h;
      block[i * m + n + j] = b[i]! * b[j]! * h;
      block[(n + i) * m + n + j] = a[j * n + i]! * h;
    }
  }
  const e = matrixExponential(block, m);
  const upper = new Float64Array(n * n);
  let flow: Float64Array = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      upper[i * n + j] = e[i * m + n + j]!;
      flow[j * n + i] = e[(n + i) * m + n + j]!;
    }
  }
  let covariance: Float64Array = multiply(flow, upper, n);
  for (let k = 0; k < doublings; k++) {
    const later = multiply(multiply(flow, covariance, n), transpose(flow, n), n);
    covariance = covariance.map((value, i) => value + later[i]!);
    flow = multiply(flow, flow, n);
  }
  return cholesky(covariance, n);
}

/** What rounding leaves of a variance that is 0. */
const negligible = 1e-13;

/** Lower triangular root of a positive semidefinite matrix; a direction without variance of its own gets a column of zeros. */
function cholesky(matrix: Float64Array, n: number): Float64Array {
  const root = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let rest = (matrix[i * n + j]! + matrix[j * n + i]!) / 2;
      for (let k = 0; k < j; k++) rest -= root[i * n + k]! * root[j * n + k]!;
      if (i === j) root[j * n + j] = rest > negligible * matrix[j * n + j]! ? Math.sqrt(rest) : 0;
      else root[i * n + j] = root[j * n + j] === 0 ? 0 : rest / root[j * n + j]!;
    }
  }
  return root;
}

function transpose(a: Float64Array, n: number): Float64Array {
  return a.map((_, k) => a[(k % n) * n + Math.floor(k / n)]!);
}

function identity(n: number): Float64Array {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) result[i * n + i] = 1;
  return result;
}

function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const aik = a[i * n + k]!;
      if (aik === 0) continue;
      for (let j = 0; j < n; j++) result[i * n + j]! += aik * b[k * n + j]!;
    }
  }
  return result;
}
