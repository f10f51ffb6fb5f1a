import { describe, expect, it } from "vitest";
import {
  binomialHat,
  logBinomialMass,
  logPoissonMass,
  poissonHat,
  type RejectionHat,
} from "../../src/core/count-distributions.js";
import { RandomStream } from "../../src/core/random.js";
import { chiSquareRatio, meanAndVariance } from "./goodness-of-fit.js";

/** k, lambda, ln P: mpmath 1.3 loggamma at 40 digits. */
const poissonReference: [number, number, number][] = [
  [0, 3, -3],
  [1, 0.5, -1.1931471805599454],
  [7, 12.5, -3.3450608509076263],
  [20, 15, -3.174612438709284],
  [16, 16, -2.310440550244173],
  [1000, 1100, -9.062719701701436],
  [1e6, 1000500, -7.951652244472229],
  [1e12, 1000001000000, -15.234448757835947],
  [2 ** 50, 2 ** 50, -18.247618047203307],
];
/** k, n, p, ln P: the same. */
const binomialReference: [number, number, number, number][] = [
  [0, 10, 0.3, -3.5667494393873236],
  [10, 10, 0.3, -12.03972804325936],
  [4, 10, 0.3, -1.6088333502186696],
  [30, 100, 0.25, -3.08448026426501],
  [500000, 1e6, 0.5, -7.133546881626865],
  [1e9, 4e9, 0.25, -11.136730415542266],
  [12, 1e12, 1e-11, -2.356193379729338],
];

function histogram(draw: () => number, cells: number, n: number): Float64Array {
  const counts = new Float64Array(cells + 1);
  for (let i = 0; i < n; i++) counts[Math.min(draw(), cells)]! += 1;
  return counts;
}

/** Probabilities of 0 … cells−1 and of everything above. */
function probabilities(logMass: (k: number) => number, cells: number): Float64Array {
  const p = new Float64Array(cells + 1);
  let below = 0;
  for (let k = 0; k < cells; k++) {
    p[k] = Math.exp(logMass(k));
    below += p[k]!;
  }
  p[cells] = Math.max(0, 1 - below);
  return p;
}

describe("probability masses", () => {
  // ln P carries the rounding of terms of its own size only: no difference of large logarithms is formed.
  it("logPoissonMass agrees with 40-digit values to 1e-13, up to counts of 2^50", () => {
    for (const [k, lambda, expected] of poissonReference) {
      expect(Math.abs(logPoissonMass(k, lambda) / expected - 1), `k = ${k}`).toBeLessThan(1e-13);
    }
  });

  it("logBinomialMass agrees with 40-digit values to 1e-13, up to 1e12 trials", () => {
    for (const [k, n, p, expected] of binomialReference) {
      expect(Math.abs(logBinomialMass(k, n, p) / expected - 1), `n = ${n}`).toBeLessThan(1e-13);
    }
  });
});

/** Probability that a candidate made from u is accepted, by the exact mass: must be ≤ 1 and above every short cut. */
function acceptance(hat: RejectionHat, u: number, logMass: (k: number) => number): number {
  const us = 0.5 - Math.abs(u);
  const k = Math.floor(((2 * hat.a) / us + hat.b) * u + hat.centre);
  return (Math.exp(logMass(k)) * (hat.a / (us * us) + hat.b)) / hat.scale;
}

/** Extremes over a grid of u: largest acceptance, largest over us in the far tails, smallest over the squeeze. */
function extremes(hat: RejectionHat, logMass: (k: number) => number) {
  let highest = 0;
  let highestInTail = 0;
  let leastRoom = Number.POSITIVE_INFINITY;
  const n = 4000;
  for (let i = 0; i < n; i++) {
    const u = (i + 0.5) / n - 0.5;
    const us = 0.5 - Math.abs(u);
    const p = acceptance(hat, u, logMass);
    highest = Math.max(highest, p);
    if (us < 0.013) highestInTail = Math.max(highestInTail, p / us);
    if (us >= 0.07) leastRoom = Math.min(leastRoom, p - hat.squeeze);
  }
  return { highest, highestInTail, leastRoom };
}

// With these inequalities the rejection methods are exact; statistics alone would not see a hat that is half a per cent too low.
describe("rejection hats lie above the mass and their squeezes below", () => {
  it("for Poisson means from 10 to 20,000 and a few larger ones", () => {
    const means = [1e5, 1e9, 1e13];
    for (let lambda = 10; lambda < 20_000; lambda *= lambda < 100 ? 1.002 : 1.02) means.push(lambda);
    for (const lambda of means) {
      const logMass = (k: number) => (k < 0 ? Number.NEGATIVE_INFINITY : logPoissonMass(k, lambda));
      const { highest, highestInTail, leastRoom } = extremes(poissonHat(lambda), logMass);
      expect(highest, `mean ${lambda}`).toBeLessThanOrEqual(1);
      expect(highestInTail, `mean ${lambda}`).toBeLessThanOrEqual(1);
      expect(leastRoom, `mean ${lambda}`).toBeGreaterThanOrEqual(0);
    }
  });

  it("for binomial means from 10 to 3000 and probabilities up to one half", () => {
    for (let p = 0.0005; p <= 0.5; p += p < 0.1 ? 0.0095 : 0.04) {
      for (let n = Math.ceil(10 / p); n < 3000 / p; n = Math.ceil(n * 1.05)) {
        const mode = logBinomialMass(Math.floor((n + 1) * p), n, p);
        const logMass = (k: number) => (k < 0 || k > n ? Number.NEGATIVE_INFINITY : logBinomialMass(k, n, p) - mode);
        const { highest, leastRoom } = extremes(binomialHat(n, p), logMass);
        expect(highest, `${n} trials at ${p}`).toBeLessThanOrEqual(1);
        expect(leastRoom, `${n} trials at ${p}`).toBeGreaterThanOrEqual(0);
      }
    }
  });
});

describe("Poisson counts", () => {
  // 9.99 is the last mean of the inversion, 10 the first of the rejection.
  for (const lambda of [0.01, 0.8, 5, 9.99, 10, 25, 130]) {
    it(`of mean ${lambda} fit the Poisson distribution (chi-square, 100,000 draws, level 1e-4)`, () => {
      const random = new RandomStream(11, 1);
      const cells = Math.ceil(lambda + 8 * Math.sqrt(lambda) + 3);
      const counts = histogram(() => random.poisson(lambda), cells, 100_000);
      const expected = probabilities((k) => logPoissonMass(k, lambda), cells);
      expect(chiSquareRatio(counts, expected)).toBeLessThan(1);
    });
  }

  for (const lambda of [1e4, 1e9, 1e15]) {
    it(`of mean ${lambda} have that mean and variance (100,000 draws, 4 standard errors)`, () => {
      const random = new RandomStream(12, 1);
      const sample = Float64Array.from({ length: 100_000 }, () => random.poisson(lambda));
      const { mean, variance } = meanAndVariance(sample);
      expect(Math.abs(mean - lambda)).toBeLessThan(4 * Math.sqrt(lambda / 1e5));
      expect(Math.abs(variance / lambda - 1)).toBeLessThan(4 * Math.sqrt(2 / 1e5));
      expect(sample.every(Number.isSafeInteger)).toBe(true);
    });
  }

  it("of mean 0 are 0", () => {
    const random = new RandomStream(1, 1);
    for (let i = 0; i < 100; i++) expect(random.poisson(0)).toBe(0);
  });
});

describe("binomial counts", () => {
  const cases: [number, number][] = [
    [1, 0.3],
    [20, 0.5],
    [99, 0.1],
    [101, 0.1],
    [100, 0.9],
    [100, 0.5],
    [1000, 0.3],
    [1e9, 2e-8],
    [1e9, 1 - 2 ** -26],
  ];
  for (const [n, p] of cases) {
    it(`of ${n} trials at ${p} fit the binomial distribution (chi-square, 100,000 draws, level 1e-4)`, () => {
      const random = new RandomStream(21, 1);
      // Count from the rarer outcome so that the histogram stays small.
      const few = p > 0.5 ? (k: number) => n - k : (k: number) => k;
      const spread = Math.sqrt(n * p * (1 - p));
      const cells = Math.min(n, Math.ceil(n * Math.min(p, 1 - p) + 8 * spread + 3)) + 1;
      const counts = histogram(() => few(random.binomial(n, p)), cells, 100_000);
      const expected = probabilities((k) => (k > n ? Number.NEGATIVE_INFINITY : logBinomialMass(few(k), n, p)), cells);
      expect(chiSquareRatio(counts, expected)).toBeLessThan(1);
    });
  }

  it("are 0 for no trials or p = 0, n for p = 1, and never outside 0 … n", () => {
    const random = new RandomStream(1, 1);
    expect(random.binomial(0, 0.5)).toBe(0);
    expect(random.binomial(10, 0)).toBe(0);
    expect(random.binomial(10, 1)).toBe(10);
    for (let i = 0; i < 10_000; i++) {
      const k = random.binomial(25, 0.45);
      expect(k >= 0 && k <= 25).toBe(true);
    }
  });
});
