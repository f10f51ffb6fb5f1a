import { describe, expect, it } from "vitest";
import { evaluateNodes } from "wbe/compiler";
import { Graph, type Node } from "../../src/compiler/ir.js";
import { solveLinear } from "../../src/compiler/linear-solve.js";

let state = 7;
const random = (): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};

/** The largest |matrix·x − right| of a system whose entries are symbols, zeros left out. */
function residual(matrix: readonly (readonly number[])[], right: readonly number[]): number {
  const g = new Graph();
  const values = new Map<string, number>();
  const symbol = (name: string, value: number): Node => {
    if (value === 0) return g.constant(0);
    values.set(name, value);
    return g.leaf("param", name);
  };
  const nodes = solveLinear(
    g,
    matrix.map((row, i) => row.map((value, j) => symbol(`a${i},${j}`, value))),
    right.map((value, i) => symbol(`b${i}`, value)),
  );
  const x = evaluateNodes(nodes, ({ name }) => values.get(name)!);
  return Math.max(...matrix.map((row, i) => Math.abs(row.reduce((sum, a, j) => sum + a * x[j]!, 0) - right[i]!)));
}

describe("solveLinear", () => {
  it.each([1, 2, 3, 8, 15])("solves %i equations with dominant diagonals, sparse and dense", (n) => {
    for (const density of [0.2, 0.6, 1]) {
      const matrix = Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (_, j) => (i === j ? n : random() < density ? random() - 0.5 : 0)),
      );
      expect(residual(matrix, Array.from({ length: n }, random))).toBeLessThan(1e-12);
    }
  });

  it("solves a chain of transitions whose last equation is the sum", () => {
    const rates = Array.from({ length: 5 }, () => [random() + 0.1, random() + 0.1] as const);
    const n = 6;
    const matrix = Array.from({ length: n }, () => new Array<number>(n).fill(0));
    rates.forEach(([up, down], k) => {
      matrix[k]![k]! += up;
      matrix[k]![k + 1]! -= down;
      if (k + 1 < n - 1) {
        matrix[k + 1]![k + 1]! += down;
        matrix[k + 1]![k]! -= up;
      }
    });
    matrix[n - 1] = new Array<number>(n).fill(1);
    expect(residual(matrix, [0, 0, 0, 0, 0, 1])).toBeLessThan(1e-14);
  });

  it("has no operations beyond the band of a chain", () => {
    const g = new Graph();
    const n = 20;
    const matrix = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, j) => (Math.abs(i - j) < 2 ? g.leaf("param", `a${i},${j}`) : g.constant(0))),
    );
    const x = solveLinear(
      g,
      matrix,
      Array.from({ length: n }, (_, i) => g.leaf("param", `b${i}`)),
    );
    const seen = new Set<Node>();
    const count = (node: Node): void => {
      if (seen.has(node)) return;
      seen.add(node);
      node.args.forEach(count);
    };
    x.forEach(count);
    const operations = [...seen].filter(({ args }) => args.length > 0).length;
    // A factor, two products and differences on the way down, and product, difference and quotient on the way up.
    expect(operations).toBeLessThanOrEqual(8 * n);
  });
});
