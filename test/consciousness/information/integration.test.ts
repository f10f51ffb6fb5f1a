import { describe, expect, it } from "vitest";
import { decomposeInformation, measureIntegration } from "wbe/consciousness";
import { digamma, GaussianEntropies } from "../../../src/consciousness/information/gaussian-entropies.js";
import {
  causalDensity,
  delayedInformation,
  geometricIntegration,
  phiStar,
  revisedPhi,
  stochasticInteraction,
  wholeMinusSum,
} from "../../../src/consciousness/information/gaussian-measures.js";
import { fiedlerOrder, minimiseSymmetricSubmodular } from "../../../src/consciousness/information/partition-search.js";
import { RandomStream } from "../../../src/core/random.js";

/**
 * Covariance of (x, y) of the process x′ = A x + e: the stationary Σ solves Σ = A Σ Aᵀ + Σe, by iteration.
 */
function processCovariance(A: number[][], noise: number[][]): Float64Array {
  const n = A.length;
  const times = (a: number[][], b: number[][]) =>
    a.map((row) => b[0]!.map((_, j) => row.reduce((s, x, k) => s + x * b[k]![j]!, 0)));
  const transpose = (a: number[][]) => a[0]!.map((_, j) => a.map((row) => row[j]!));
  let S = noise;
  for (let k = 0; k < 2000; k++)
    S = times(times(A, S), transpose(A)).map((row, i) => row.map((x, j) => x + noise[i]![j]!));
  const AS = times(A, S);
  const joint = new Float64Array(4 * n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      joint[i * 2 * n + j] = S[i]![j]!;
      joint[(i + n) * 2 * n + j + n] = S[i]![j]!;
      joint[(i + n) * 2 * n + j] = AS[i]![j]!;
      joint[i * 2 * n + j + n] = AS[j]![i]!;
    }
  }
  return joint;
}

const identity = [
  [1, 0],
  [0, 1],
];
const halves = [0, 1];

/** A process of given coupling and noise correlation, recorded. */
function record(A: number[][], correlation: number, nSamples: number, seed = 1): Float64Array[] {
  const random = new RandomStream(seed, 18);
  const channels = A.map(() => new Float64Array(nSamples));
  for (let k = 1; k < nSamples; k++) {
    const shared = random.normal();
    A.forEach((row, i) => {
      const noise = Math.sqrt(1 - correlation) * random.normal() + Math.sqrt(correlation) * shared;
      channels[i]![k] = row.reduce((sum, a, j) => sum + a * channels[j]![k - 1]!, noise);
    });
  }
  return channels;
}

describe("Gaussian measures of integration, on exact covariances", () => {
  const coupled = new GaussianEntropies(
    processCovariance(
      [
        [0.4, 0.4],
        [0.4, 0.4],
      ],
      identity,
    ),
  );

  // Mediano, Seth & Barrett 2019 (Entropy 21:17), two-node process with coupling a everywhere and noise correlation c:
  // I(X;Y) = ½ ln(|Σ|/|Σe|), and Σ of A = a·J follows in closed form from the mode J/2 with eigenvalue 2a.
  it.each([
    [0.2, 0],
    [0.4, 0],
    [0.4, 0.5],
    [0.4, 0.9],
  ])("equal their closed forms for coupling %d and noise correlation %d", (a, c) => {
    const h = new GaussianEntropies(
      processCovariance(
        [
          [a, a],
          [a, a],
        ],
        [
          [1, c],
          [c, 1],
        ],
      ),
    );
    const common = (1 + c) / (1 - 4 * a * a); // variance of (x1 + x2)/√2
    const apart = 1 - c;
    const variance = (common + apart) / 2;
    const total = 0.5 * Math.log((common * apart) / (1 - c * c));
    expect(delayedInformation(h)).toBeCloseTo(total, 10);
    // The covariance of a unit now with any unit later is a·common.
    const own = -0.5 * Math.log(1 - ((a * common) / variance) ** 2);
    expect(wholeMinusSum(h, halves)).toBeCloseTo(total - 2 * own, 10);
    expect(revisedPhi(h, halves)).toBeCloseTo(total - own, 10);
    const residual = variance - (a * common) ** 2 / variance;
    expect(stochasticInteraction(h, halves)).toBeCloseTo(0.5 * Math.log(residual ** 2 / (1 - c * c)), 10);
    // Given the other unit's past, the residual variance is 1.
    expect(causalDensity(h)).toBeCloseTo(Math.log(residual), 10);
  });

  it("are 0 for two independent processes, all of them", () => {
    const h = new GaussianEntropies(
      processCovariance(
        [
          [0.5, 0],
          [0, 0.3],
        ],
        identity,
      ),
    );
    for (const measure of [wholeMinusSum, revisedPhi, stochasticInteraction, phiStar, geometricIntegration]) {
      expect(measure(h, halves)).toBeCloseTo(0, 9);
    }
    expect(causalDensity(h)).toBeCloseTo(0, 12);
  });

  it("with correlated noise and no influence: stochastic interaction counts it, Φ_G and causal density do not", () => {
    const h = new GaussianEntropies(
      processCovariance(
        [
          [0.5, 0],
          [0, 0.5],
        ],
        [
          [1, 0.6],
          [0.6, 1],
        ],
      ),
    );
    expect(stochasticInteraction(h, halves)).toBeGreaterThan(0.1);
    expect(geometricIntegration(h, halves)).toBeCloseTo(0, 9);
    expect(causalDensity(h)).toBeCloseTo(0, 12);
  });

  it("are ordered Φ* ≤ I(X;Y), Φ_G ≤ I(X;Y), Φ_G ≤ stochastic interaction (Oizumi et al. 2016)", () => {
    const random = new RandomStream(9, 18);
    for (let trial = 0; trial < 20; trial++) {
      const A = [0, 1, 2].map(() => [0, 1, 2].map(() => 0.3 * random.normal()));
      const h = new GaussianEntropies(
        processCovariance(A, [
          [1, 0.3, 0],
          [0.3, 1, 0],
          [0, 0, 1],
        ]),
      );
      const part = [0, 1, 1];
      const total = delayedInformation(h);
      expect(phiStar(h, part)).toBeLessThanOrEqual(total + 1e-9);
      expect(phiStar(h, part)).toBeGreaterThanOrEqual(0);
      expect(geometricIntegration(h, part)).toBeLessThanOrEqual(Math.min(total, stochasticInteraction(h, part)) + 1e-9);
    }
  });

  // The decoder's information is an integral that can be done on a grid: one unit per part.
  it("Φ* equals its definition by numerical integration", () => {
    const S = coupled.covariance;
    const at = (i: number, j: number) => S[i * 4 + j]!;
    const d = at(2, 0) / at(0, 0);
    const s = at(2, 2) - d * at(2, 0);
    const det = at(0, 0) * at(1, 1) - at(0, 1) ** 2;
    const density = (x: number, y: number) =>
      Math.exp(-(at(1, 1) * x * x - 2 * at(0, 1) * x * y + at(0, 0) * y * y) / (2 * det)) /
      (2 * Math.PI * Math.sqrt(det));
    const step = 0.25;
    const grid = Array.from({ length: 57 }, (_, i) => (i - 28) * step);
    const logLikelihood = (y: number, x: number) => -((y - d * x) ** 2) / (2 * s) - 0.5 * Math.log(2 * Math.PI * s);
    const decoded = (beta: number) => {
      // E log q = two parts, each −½ − ½ ln 2πs
      let value = beta * 2 * (-0.5 - 0.5 * Math.log(2 * Math.PI * s));
      const kernel = grid.map((y) => grid.map((x) => Math.exp(beta * logLikelihood(y, x))));
      const p = grid.map((x1) => grid.map((x2) => density(x1, x2) * step * step));
      grid.forEach((_, b) => {
        const inner = grid.map((_, i) => p[i]!.reduce((sum, value, j) => sum + value * kernel[b]![j]!, 0));
        grid.forEach((_, a) => {
          const z = inner.reduce((sum, value, i) => sum + value * kernel[a]![i]!, 0);
          value -= p[a]![b]! * Math.log(z);
        });
      });
      return value;
    };
    const best = Math.max(...Array.from({ length: 21 }, (_, i) => decoded(0.5 + i * 0.1)));
    // Steps of 0.1 in β miss the maximum by less than 1e-3.
    expect(Math.abs(delayedInformation(coupled) - best - phiStar(coupled, halves))).toBeLessThan(1e-3);
  });
});

describe("integration of records", () => {
  const A = [
    [0.3, 0.3, 0, 0],
    [0.3, 0.3, 0, 0],
    [0, 0, 0.3, 0.3],
    [0, 0.05, 0.3, 0.3],
  ];
  const channels = record(A, 0, 20_000);

  it("finds the weakest bipartition by all three searches", () => {
    for (const search of ["exhaustive", "queyranne", "spectral"] as const) {
      const { part } = measureIntegration(channels, { measure: "phi-r", lag: 1, search });
      const sides = part![0] === 0 ? part : part!.map((side) => 1 - side);
      expect(sides).toEqual([0, 0, 1, 1]);
    }
  });

  it("approaches the exact value, and the bias correction takes off what independent channels have by chance", () => {
    const exact = new GaussianEntropies(
      processCovariance(
        A,
        [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 1 : 0))),
      ),
    );
    const part = [0, 0, 1, 1];
    const { value } = measureIntegration(channels, { measure: "stochastic-interaction", lag: 1, part });
    expect(Math.abs(value - stochasticInteraction(exact, part) / Math.LN2)).toBeLessThan(0.003);
    // Mean over 40 short records of independent noise: the bias of I(X;Y) is n²/(2N) nats.
    const of = (biasCorrection: boolean) => {
      let sum = 0;
      for (let seed = 0; seed < 40; seed++) {
        const noise = record(
          [
            [0, 0],
            [0, 0],
          ],
          0,
          101,
          seed + 100,
        );
        sum += measureIntegration(noise, { measure: "delayed-information", lag: 1, biasCorrection }).value / 40;
      }
      return sum;
    };
    expect(Math.abs(of(false) - 4 / (2 * 100) / Math.LN2)).toBeLessThan(0.012);
    expect(Math.abs(of(true))).toBeLessThan(0.012);
  });

  it("chooses the delay by the autocorrelation and says it", () => {
    const slow = record(
      [
        [0.9, 0],
        [0, 0.9],
      ],
      0,
      20_000,
    );
    // 0.9^lag ≤ 1/e from lag 10 on.
    expect(Math.abs(Number(measureIntegration(slow).parameters.lag) - 10)).toBeLessThanOrEqual(1);
  });

  it.each([
    ["one channel", () => measureIntegration([channels[0]!]), /at least 2 channels/],
    ["copies of a channel", () => measureIntegration([channels[0]!, channels[0]!], { lag: 1 }), /linearly independent/],
    ["an unknown measure", () => measureIntegration(channels, { measure: "phi" as "phi-r" }), /expected a measure/],
    [
      "NaN",
      () =>
        measureIntegration([
          [1, 2, Number.NaN],
          [1, 2, 3],
        ]),
      /finite samples/,
    ],
    ["a part with one side", () => measureIntegration(channels, { lag: 1, part: [0, 0, 0, 0] }), /both occupied/],
  ])("refuses %s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe("integrated information decomposition", () => {
  const channels = record(
    [
      [0.4, 0.4],
      [0.4, 0.4],
    ],
    0.3,
    5000,
  );
  const atomsSum = (atoms: Record<string, number>) => Object.values(atoms).reduce((sum, x) => sum + x, 0);

  it.each([
    ["gaussian", "mmi"],
    ["gaussian", "ccs"],
    ["discrete", "mmi"],
    ["discrete", "ccs"],
  ] as const)("%s, %s: sixteen atoms sum to the time-delayed information", (estimator, redundancy) => {
    const input = estimator === "discrete" ? channels.map((x) => x.map((value) => (value > 0 ? 1 : 0))) : channels;
    const { atoms, information } = decomposeInformation(input, halves, { estimator, redundancy });
    expect(Object.keys(atoms)).toHaveLength(16);
    expect(atomsSum(atoms)).toBeCloseTo(information, 12);
  });

  it("Φ_R is the sum of the atoms that whole minus sum lacks (Mediano et al. 2021), for the Gaussian MMI", () => {
    const { atoms: a } = decomposeInformation(channels, halves);
    const { value } = measureIntegration(channels, { measure: "phi-r", lag: 1, part: halves, biasCorrection: false });
    const { value: wms } = measureIntegration(channels, {
      measure: "whole-minus-sum",
      lag: 1,
      part: halves,
      biasCorrection: false,
    });
    const synergy = a.sts + a.stx + a.sty + a.str + a.xts + a.yts + a.rts + a.xty + a.ytx;
    expect(value).toBeCloseTo(synergy, 10);
    expect(wms).toBeCloseTo(synergy - a.rtr, 10);
  });

  // The next state of part 0 is the XOR of both parts; part 1 is a coin: all is synergy → unique 0.
  it("of an XOR is one bit of synergy that becomes unique", () => {
    const random = new RandomStream(3, 18);
    const n = 20_000;
    const x = new Uint8Array(n);
    const y = Uint8Array.from({ length: n }, () => random.integer(2));
    for (let k = 1; k < n; k++) x[k] = x[k - 1]! ^ y[k - 1]!;
    for (const redundancy of ["mmi", "ccs"] as const) {
      const { atoms, information } = decomposeInformation([x, y], halves, { estimator: "discrete", redundancy });
      expect(Math.abs(information - 1)).toBeLessThan(0.01);
      expect(Math.abs(atoms.stx - 1)).toBeLessThan(0.01);
    }
  });

  it("of two copies of one process is one bit of redundancy that stays redundant", () => {
    const n = 4000;
    const x = Uint8Array.from({ length: n }, (_, k) => k % 2);
    const { atoms } = decomposeInformation([x, x], halves, { estimator: "discrete" });
    expect(Math.abs(atoms.rtr - 1)).toBeLessThan(1e-6);
  });
});

describe("tools of the search", () => {
  it("Queyranne's algorithm equals exhaustion on cut functions of random graphs", () => {
    const random = new RandomStream(11, 18);
    for (let trial = 0; trial < 30; trial++) {
      const n = 4 + (trial % 4);
      const weight = Array.from({ length: n }, () => Array.from({ length: n }, () => random.uniform()));
      const cut = (set: readonly number[]) => {
        let sum = 0;
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < i; j++) if (set.includes(i) !== set.includes(j)) sum += weight[i]![j]!;
        }
        return sum;
      };
      let least = Number.POSITIVE_INFINITY;
      for (let code = 1; code < 2 ** n - 1; code++) {
        least = Math.min(least, cut(Array.from({ length: n }, (_, i) => i).filter((i) => (code >> i) & 1)));
      }
      expect(minimiseSymmetricSubmodular(n, cut).value).toBeCloseTo(least, 12);
    }
  });

  it("the Fiedler vector parts two cliques with one weak link", () => {
    const n = 8;
    const weights = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) if (i !== j) weights[i * n + j] = i % 2 === j % 2 ? 1 : 0.01;
    const order = fiedlerOrder(weights, n);
    expect(new Set(order.slice(0, 4).map((i) => i % 2)).size).toBe(1);
  });

  it("digamma has its known values", () => {
    expect(digamma(1)).toBeCloseTo(-0.5772156649015329, 11);
    expect(digamma(0.5)).toBeCloseTo(-1.9635100260214235, 11);
    // ψ(n) = Σ 1/k up to n − 1, less Euler's constant.
    const harmonic = Array.from({ length: 29 }, (_, k) => 1 / (k + 1)).reduce((sum, x) => sum + x, 0);
    expect(digamma(30)).toBeCloseTo(harmonic - 0.5772156649015329, 12);
  });
});
