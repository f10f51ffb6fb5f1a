/**
 * The dense linear algebra of a few measures, for graphs of at most some hundred nodes. Square matrices are row-major in
 * Float64Array; sums run in index order, so results are the same on every machine.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import type { Graph } from "./graph.js";

/** Largest graph that dense measures take: 1,500² doubles are 17 MiB, a product takes seconds. */
export const maxDenseNodes = 1500;

/** The weight matrix, row = source. @throws WbeError LIMIT above 1,500 nodes. */
export function denseMatrix(graph: Graph, what: string): Float64Array {
  const n = graph.nNodes;
  if (n > maxDenseNodes) {
    throw new WbeError("LIMIT", `expected at most ${maxDenseNodes} nodes for ${what}, found ${n}`, {
      remedy: "Measure a subgraph, or the graph of regions.",
    });
  }
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = graph.offsets[i]!; k < graph.offsets[i + 1]!; k++) {
      matrix[i * n + graph.neighbours[k]!] = graph.weights ? graph.weights[k]! : 1;
    }
  }
  return matrix;
}

/** a · b. */
export function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = product.subarray(i * n, i * n + n);
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k]!;
      if (factor === 0) continue;
      const from = k * n;
      for (let j = 0; j < n; j++) row[j]! += factor * b[from + j]!;
    }
  }
  return product;
}

export function transposed(a: Float64Array, n: number): Float64Array {
  const turned = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) turned[j * n + i] = a[i * n + j]!;
  return turned;
}

/** Largest sum of magnitudes of a row: a norm, and a bound of the spectral radius. */
export function rowSumNorm(a: Float64Array, n: number): number {
  let largest = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += Math.abs(a[i * n + j]!);
    largest = Math.max(largest, sum);
  }
  return largest;
}

/**
 * exp(a) by scaling and squaring with Taylor's series: a/2^s of norm at most 1/2, to degree 16, whose remainder is below
 * 1e-18. Accurate for matrices without negative entries, where nothing cancels.
 * Source: Moler & Van Loan 2003, SIAM Rev 45:3, methods 1 and 3.
 */
export function exponential(a: Float64Array, n: number): Float64Array {
  const norm = rowSumNorm(a, n);
  let squarings = 0;
  while (norm / 2 ** squarings > 0.5) squarings++;
  const scaled = a.map((x) => x / 2 ** squarings);
  let sum = identity(n);
  for (let degree = 16; degree >= 1; degree--) {
    // Horner's scheme: sum = I + scaled · sum / degree.
    sum = multiply(scaled, sum, n).map((x) => x / degree);
    for (let i = 0; i < n; i++) sum[i * n + i]! += 1;
  }
  for (let s = 0; s < squarings; s++) sum = multiply(sum, sum, n);
  return sum;
}

export function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * n + i] = 1;
  return matrix;
}
