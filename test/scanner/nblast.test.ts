import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyticScore, nblast, nblastMean, type PairScore, tableScore, toDotProps } from "wbe/scanner";
import { KdTree } from "../../src/scanner/kd-tree.js";
import golden from "../golden/nblast.json" with { type: "json" };
import { uniform } from "./golden-volumes.js";

/** The random walks of interop/golden/nblast.py. */
function walk(seed: number) {
  const { points } = golden.parameters;
  const u = uniform(seed, 3 * points);
  const axes = [0, 1, 2].map((axis) => {
    let at = 0;
    return Float64Array.from({ length: points }, (_, i) => {
      at += (u[3 * i + axis]! - 0.4) * 4;
      return at;
    });
  });
  return { x: axes[0]!, y: axes[1]!, z: axes[2]! };
}

describe("nearest points", () => {
  it("are those of a search of all, in order", () => {
    const coordinate = fc.integer({ min: -4, max: 4 });
    const point = fc.tuple(coordinate, coordinate, coordinate);
    fc.assert(
      fc.property(fc.array(point, { maxLength: 60 }), point, fc.integer({ min: 1, max: 9 }), (points, query, k) => {
        const tree = new KdTree({
          x: points.map(([x]) => x),
          y: points.map(([, y]) => y),
          z: points.map(([, , z]) => z),
        });
        const d2 = points.map((p) => p.reduce((sum, v, axis) => sum + (v - query[axis]!) ** 2, 0));
        const expected = [...points.keys()].sort((a, b) => d2[a]! - d2[b]! || a - b).slice(0, k);
        const distances: number[] = [];
        expect(tree.nearest(...query, k, distances)).toEqual(expected);
        expect(distances).toEqual(expected.map((i) => Math.sqrt(d2[i]!)));
      }),
      { numRuns: 300, seed: 3 },
    );
  });
});

describe("NBLAST", () => {
  const props = Array.from({ length: golden.parameters.walks }, (_, k) => toDotProps(walk(k + 1), golden.parameters.k));

  it.each<[string, PairScore, number[][]]>([
    ["analytic score", analyticScore(), golden.analytic],
    ["table", tableScore(golden.parameters), golden.table],
  ])("has the scores of navis to 1e-9: %s", (_, score, expected) => {
    for (const [q, query] of props.entries()) {
      for (const [t, target] of props.entries()) expect(nblast(query, target, score)).toBeCloseTo(expected[q]![t]!, 9);
    }
  });

  it("has navis's measure of how straight the neighbours lie", () => {
    for (const [k, prop] of props.entries()) {
      for (const [i, alpha] of golden.alpha[k]!.entries()) expect(prop.alpha[i]).toBeCloseTo(alpha, 8);
    }
  });

  it("is 1 for a neuron with itself, and symmetric as a mean", () => {
    const [a, b] = [props[0]!, props[1]!];
    expect(nblast(a, a)).toBeCloseTo(1, 12);
    expect(nblastMean(a, b)).toBe(nblastMean(b, a));
    expect(nblast(a, b)).not.toBe(nblast(b, a));
  });

  it("refuses too few points, a k of 1, and a table that does not fit", () => {
    const two = { x: [0, 1], y: [0, 0], z: [0, 0] };
    expect(() => toDotProps(two)).toThrow(/at least k = 5 points, found 2/);
    expect(() => toDotProps(two, 1)).toThrow(/k/);
    expect(() => tableScore({ distanceBounds: [1, 1], dotBounds: [0.5], scores: [] })).toThrow(
      /to ascend, found 1 at 1/,
    );
    expect(() => tableScore({ distanceBounds: [1], dotBounds: [0.5], scores: [[1, 2]] })).toThrow(/2 × 2/);
  });
});
