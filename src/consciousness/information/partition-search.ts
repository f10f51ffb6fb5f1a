/**
 * Bipartitions with little between their parts: by exhaustion, by Queyranne's algorithm, and by spectral clustering.
 *
 * @module
 */

/**
 * The non-trivial set that minimises a symmetric submodular function (f(A) = f(V∖A), f(A) + f(B) ≥ f(A∪B) + f(A∩B)), exactly,
 * with O(n³) evaluations. Mutual information between a set and the rest is such a function.
 *
 * @param n elements, 2 or more. @param f value of a set given as ascending elements.
 * Source: Queyranne 1998, Math Program 82:3.
 */
export function minimiseSymmetricSubmodular(
  n: number,
  f: (set: readonly number[]) => number,
): { set: number[]; value: number } {
  let blocks = Array.from({ length: n }, (_, i) => [i]);
  let best: { set: number[]; value: number } = { set: [0], value: Number.POSITIVE_INFINITY };
  const ascending = (set: readonly number[]) => [...set].sort((a, b) => a - b);
  while (blocks.length > 1) {
    const [first, ...rest] = blocks;
    let taken = first!;
    let last = first!;
    let left = rest;
    let beforeLast = first!;
    while (left.length > 0) {
      let chosen = left[0]!;
      let least = Number.POSITIVE_INFINITY;
      for (const block of left) {
        const key = f(ascending([...taken, ...block])) - f(ascending(block));
        if (key < least) {
          least = key;
          chosen = block;
        }
      }
      taken = [...taken, ...chosen];
      left = left.filter((block) => block !== chosen);
      beforeLast = last;
      last = chosen;
    }
    // The last block against all else is a minimum among sets that part the last two: they may be merged.
    const value = f(ascending(last));
    if (value < best.value) best = { set: ascending(last), value };
    blocks = blocks.filter((block) => block !== last && block !== beforeLast);
    blocks.push([...beforeLast, ...last]);
  }
  return best;
}

/**
 * Elements in the order of the Fiedler vector of a weighted graph: cuts along it are good candidates. By power iteration from
 * a fixed start, so that the same weights give the same order.
 *
 * @param weights n × n, symmetric, ≥ 0; the diagonal is not looked at.
 * Source: Fiedler 1973, Czech Math J 23:298; for minimum information partitions Toker & Sommer 2019, PLoS Comput Biol 15:e1006807.
 */
export function fiedlerOrder(weights: Float64Array, n: number): number[] {
  const degree = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j) degree[i]! += weights[i * n + j];
  const shift = 2 * Math.max(...degree, 1e-300);
  let vector = Float64Array.from({ length: n }, (_, i) => ((i * 0.6180339887498949) % 1) - 0.5);
  for (let step = 0; step < 2000; step++) {
    const next = new Float64Array(n);
    let mean = 0;
    for (let i = 0; i < n; i++) {
      // (shift − Laplacian)·v
      let sum = (shift - degree[i]!) * vector[i]!;
      for (let j = 0; j < n; j++) if (i !== j) sum += weights[i * n + j]! * vector[j]!;
      next[i] = sum;
      mean += sum / n;
    }
    let norm = 0;
    for (let i = 0; i < n; i++) {
      next[i]! -= mean;
      norm += next[i]! ** 2;
    }
    if (norm === 0) break;
    norm = Math.sqrt(norm);
    let change = 0;
    for (let i = 0; i < n; i++) {
      next[i]! /= norm;
      change = Math.max(change, Math.abs(next[i]! - vector[i]!));
    }
    vector = next;
    if (change < 1e-10) break;
  }
  return Array.from({ length: n }, (_, i) => i).sort((a, b) => vector[a]! - vector[b]! || a - b);
}
