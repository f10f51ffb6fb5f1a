import { describe, expect, it } from "vitest";
import { TransportSolver } from "../../../src/consciousness/iit/transport.js";
import { RandomStream } from "../../../src/core/random.js";

const random = new RandomStream(1, 18);
const uniform = (n: number) => Float64Array.from({ length: n }, () => random.uniform());
const normalised = (values: Float64Array) => {
  const sum = values.reduce((a, b) => a + b, 0);
  return values.map((v) => v / sum);
};

describe("earth mover's distance", () => {
  const solver = new TransportSolver(64);

  // The distance of independent bits is the sum of the distances of the bits (coupling bit by bit is optimal).
  it("of product distributions on the cube is the sum of the marginals' differences", () => {
    for (let trial = 0; trial < 50; trial++) {
      const bits = 2 + (trial % 5);
      const p = uniform(bits);
      const q = uniform(bits);
      const product = (on: Float64Array, state: number) =>
        on.reduce((x, value, i) => x * ((state >> i) & 1 ? value : 1 - value), 1);
      const difference = Float64Array.from({ length: 2 ** bits }, (_, s) => product(p, s) - product(q, s));
      const expected = p.reduce((sum, value, i) => sum + Math.abs(value - q[i]!), 0);
      expect(solver.hamming(difference, 2 ** bits)).toBeCloseTo(expected, 12);
    }
  });

  it("is never above the cheap upper bound, nor below the marginals' differences", () => {
    for (let trial = 0; trial < 50; trial++) {
      const p = normalised(uniform(32));
      const q = normalised(uniform(32));
      const difference = p.map((value, i) => value - q[i]!);
      const exact = solver.hamming(difference, 32);
      const marginals = [0, 1, 2, 3, 4].map((bit) =>
        Math.abs(difference.reduce((sum, value, s) => sum + ((s >> bit) & 1 ? value : 0), 0)),
      );
      expect(exact).toBeGreaterThanOrEqual(marginals.reduce((a, b) => a + b, 0) - 1e-12);
      expect(solver.hammingAtMost(Float64Array.from(difference), 32)).toBeGreaterThanOrEqual(exact - 1e-12);
      expect(solver.hamming(difference, 32, exact / 2)).toBeGreaterThanOrEqual(exact / 2);
      expect(solver.hamming(difference, 32, exact / 2)).toBeLessThanOrEqual(exact + 1e-12);
    }
  });

  it("of equal masses at both ends of a cube's diagonal is the number of bits", () => {
    const difference = new Float64Array(32);
    difference[0] = 0.5;
    difference[31] = -0.5;
    expect(solver.hamming(difference, 32)).toBe(2.5);
  });

  // An assignment of one unit each: brute force over permutations is the definition.
  it("equals the best of all assignments for unit masses and any costs", () => {
    const permutations = (items: number[]): number[][] =>
      items.length < 2
        ? [items]
        : items.flatMap((item, i) => permutations(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]));
    for (let trial = 0; trial < 30; trial++) {
      const cost = uniform(25);
      const best = Math.min(
        ...permutations([0, 1, 2, 3, 4]).map((p) => p.reduce((sum, j, i) => sum + cost[i * 5 + j]!, 0)),
      );
      const ones = [1, 1, 1, 1, 1];
      expect(solver.transport(ones, ones, cost)).toBeCloseTo(best, 12);
    }
  });
});
