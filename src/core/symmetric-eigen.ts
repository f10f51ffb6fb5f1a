/**
 * Eigenvalues and eigenvectors of symmetric matrices.
 *
 * @module
 */

/**
 * Eigenvalues and eigenvectors (columns) of a symmetric matrix, in no order, by Jacobi's rotations.
 * Source: Golub & Van Loan, Matrix Computations, section 8.5.
 */
export function symmetricEigen(matrix: Float64Array, n: number): { values: Float64Array; vectors: Float64Array } {
  const a = matrix.slice();
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  const rotate = (m: Float64Array, p: number, q: number, c: number, s: number) => {
    const [x, y] = [m[p]!, m[q]!];
    m[p] = c * x - s * y;
    m[q] = s * x + c * y;
  };
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let all = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        all += a[i * n + j]! * a[i * n + j]!;
        if (i !== j) off += a[i * n + j]! * a[i * n + j]!;
      }
    }
    if (off <= 1e-32 * all) break;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = a[p * n + q]!;
        if (apq === 0) continue;
        const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++) rotate(a, k * n + p, k * n + q, c, s);
        for (let k = 0; k < n; k++) rotate(a, p * n + k, q * n + k, c, s);
        for (let k = 0; k < n; k++) rotate(vectors, k * n + p, k * n + q, c, s);
      }
    }
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), vectors };
}
