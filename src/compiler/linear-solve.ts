/**
 * Systems of linear equations as graphs of operations: elimination is carried out once, on symbols, so that kernels solve
 * them in straight lines for a vector of compartments at a time.
 *
 * @module
 */
import type { Graph, Node } from "./ir.js";

/**
 * x of matrix·x = right, by elimination without pivoting: for matrices whose leading minors do not vanish, such as
 * 1 − dt·A of transition rates A. Rows with few entries are eliminated first, which keeps the fill-in of sparse schemes small;
 * the last row, where sums are often put, stays last.
 */
export function solveLinear(g: Graph, matrix: readonly (readonly Node[])[], right: readonly Node[]): Node[] {
  const n = right.length;
  const rows = matrix.map((row) => [...row]);
  const b = [...right];
  const isZero = (node: Node): boolean => node.op === "const" && node.value === 0;
  const left = new Set(right.keys());
  const order: number[] = [];
  const fill = (k: number): number => {
    let below = 0;
    let beside = 0;
    for (const i of left) {
      if (i === k) continue;
      if (!isZero(rows[i]![k]!)) below++;
      if (!isZero(rows[k]![i]!)) beside++;
    }
    return below * beside;
  };
  while (left.size > 0) {
    const candidates = [...left].filter((k) => k !== n - 1 || left.size === 1);
    const pivot = candidates.reduce((best, k) => (fill(k) < fill(best) ? k : best));
    order.push(pivot);
    left.delete(pivot);
    for (const i of left) {
      if (isZero(rows[i]![pivot]!)) continue;
      const factor = g.div(rows[i]![pivot]!, rows[pivot]![pivot]!);
      for (const j of left) rows[i]![j] = g.sub(rows[i]![j]!, g.mul(factor, rows[pivot]![j]!));
      b[i] = g.sub(b[i]!, g.mul(factor, b[pivot]!));
    }
  }
  const x: Node[] = [...right];
  order.reverse().forEach((k, solved) => {
    const known = order.slice(0, solved);
    const sum = known.reduce((rest, j) => g.sub(rest, g.mul(rows[k]![j]!, x[j]!)), b[k]!);
    x[k] = g.div(sum, rows[k]![k]!);
  });
  return x;
}
