/** The order of elimination. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eliminationOrder, findSolverOrder } from "../../src/cells/solver-order.js";

const trees = fc
  .array(fc.nat({ max: 1_000_000 }), { minLength: 0, maxLength: 60 })
  .map((draws) => Int32Array.from([-1, ...draws.map((draw, k) => draw % (k + 1))]));

describe("the solver's order", () => {
  it("keeps the edges of the tree, has parents first, and halves that meet in place 0 alone", () => {
    fc.assert(
      fc.property(trees, (parent) => {
        const order = findSolverOrder(parent);
        const n = parent.length;
        expect(Array.from(order.node).sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
        const edges = new Set<number>();
        for (let k = 1; k < n; k++) {
          expect(order.place[order.node[k]!]).toBe(k);
          expect(order.parent[k]).toBeLessThan(k);
          const ends = [order.node[k]!, order.node[order.parent[k]!]!];
          const edge = order.edge[k]!;
          expect(ends.sort()).toEqual([edge, parent[edge]!].sort());
          edges.add(edge);
          if (order.parent[k]! > 0) expect(order.parent[k]! >= order.split).toBe(k >= order.split);
        }
        expect(edges.size).toBe(n - 1);
        const eliminated = eliminationOrder(order);
        const at = new Map(eliminated.map((k, when) => [k, when]));
        expect(eliminated).toHaveLength(n - 1);
        for (const k of eliminated)
          if (order.parent[k]! > 0) expect(at.get(order.parent[k]!)).toBeGreaterThan(at.get(k)!);
      }),
    );
  });

  it("cuts an unbranched cable in its middle", () => {
    const { split, node } = findSolverOrder(Int32Array.from({ length: 101 }, (_, i) => i - 1));
    expect(node[0]).toBe(50);
    expect(split).toBe(51);
  });
});
