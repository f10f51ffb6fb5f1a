import { describe, expect, it } from "vitest";
import { geometricPhi, makeDynamics, timeDelayedInformation } from "../../src/consciousness/gaussian-phi.js";
import { log } from "../../src/core/math.js";

/** Stationary covariance of x ← A x + e, by summing Aᵏ E Aᵏᵀ until nothing is added. */
function stationary(A: number[][], E: number[][]): number[][] {
  const n = A.length;
  let S = E;
  for (let k = 0; k < 5000; k++) {
    S = E.map((row, i) =>
      row.map((e, j) => {
        let sum = e;
        for (let p = 0; p < n; p++) for (let q = 0; q < n; q++) sum += A[i]![p]! * S[p]![q]! * A[j]![q]!;
        return sum;
      }),
    );
  }
  return S;
}

function process(A: number[][], E: number[][]) {
  return makeDynamics(
    Float64Array.from(A.flat()),
    Float64Array.from(stationary(A, E).flat()),
    Float64Array.from(E.flat()),
    A.length,
  );
}

describe("geometricPhi", () => {
  it("is 0 for two units that do not act on each other, even when their noise is correlated", () => {
    const dynamics = process(
      [
        [0.7, 0],
        [0, 0.4],
      ],
      [
        [1, 0.8],
        [0.8, 1],
      ],
    );
    expect(geometricPhi(dynamics, [0, 1]).phi).toBeCloseTo(0, 9);
    // Separate regressions are only an upper bound here, and already exact.
    expect(geometricPhi(dynamics, [0, 1], 0).phi).toBeGreaterThanOrEqual(0);
  });

  it("equals ½ ln(1 + c²·var(x|y)/var(e)) for one-way coupling with independent noise", () => {
    // y ← c·x + b·y + e: dropping the coupling leaves what y does not tell about x in the residual.
    for (const [a, b, c] of [
      [0.5, 0.3, 0.4],
      [0.9, 0.2, 1.5],
      [-0.6, 0.7, 0.8],
    ] as const) {
      const A = [
        [a, 0],
        [c, b],
      ];
      const E = [
        [1, 0],
        [0, 2],
      ];
      const [[xx, xy], [, yy]] = stationary(A, E) as [[number, number], [number, number]];
      const expected = 0.5 * log(1 + (c * c * (xx - (xy * xy) / yy)) / 2);
      expect(geometricPhi(process(A, E), [0, 1]).phi).toBeCloseTo(expected, 9);
    }
  });

  // Minimised independently by BFGS over the block-diagonal A′ (scipy 1.17.1, gtol 1e-12, six starts).
  const three = {
    A: [
      [0.4, 0.2, 0],
      [-0.3, 0.5, 0.1],
      [0.2, 0, 0.3],
    ],
    E: [
      [1, 0.5, 0.2],
      [0.5, 1.5, -0.3],
      [0.2, -0.3, 0.8],
    ],
  };
  const four = {
    A: [
      [0.5, 0.1, 0.2, 0],
      [0.1, 0.4, 0, -0.2],
      [0.3, 0, 0.3, 0.1],
      [0, 0.25, -0.1, 0.6],
    ],
    E: [
      [1, 0.8, 0.3, 0.1],
      [0.8, 1, 0.2, 0.4],
      [0.3, 0.2, 1, -0.5],
      [0.1, 0.4, -0.5, 1],
    ],
  };
  const two = {
    A: [
      [0.2, 0.1],
      [0.5, 0.2],
    ],
    E: [
      [1, 0],
      [0, 1],
    ],
  };
  it.each([
    [two, [0, 1], 0.12271728569493134],
    [three, [0, 1, 1], 0.0673925490052292],
    [three, [0, 0, 1], 0.03201778597456717],
    [three, [0, 1, 0], 0.04523482204551604],
    [four, [0, 0, 1, 1], 0.22968746169949183],
    [four, [0, 1, 0, 1], 0.03754799849593504],
    [four, [0, 1, 1, 1], 0.07790960948128756],
  ] as const)("finds the minimum that a general optimiser finds (case %#)", (system, part, expected) => {
    const result = geometricPhi(process(system.A as number[][], system.E as number[][]), part);
    expect(result.converged).toBe(true);
    expect(result.phi).toBeCloseTo(expected, 8);
  });

  it("lies between 0 and the time-delayed mutual information, and below the bound of separate regressions", () => {
    const dynamics = process(four.A, four.E);
    expect(timeDelayedInformation(dynamics)).toBeCloseTo(1.1911830270456327, 9);
    for (let code = 1; code < 8; code++) {
      const part = [0, code & 1, (code >> 1) & 1, (code >> 2) & 1];
      const { phi } = geometricPhi(dynamics, part);
      expect(phi).toBeGreaterThan(0);
      expect(phi).toBeLessThanOrEqual(geometricPhi(dynamics, part, 0).phi + 1e-12);
      expect(phi).toBeLessThan(timeDelayedInformation(dynamics));
    }
  });

  it("refuses a partition with an empty part and a covariance that is not positive definite", () => {
    expect(() => geometricPhi(process(two.A, two.E), [0, 0])).toThrow(/both parts/);
    const singular = Float64Array.of(1, 1, 1, 1);
    expect(() => makeDynamics(singular, singular, singular, 2)).toThrow(/positive definite/);
  });
});
