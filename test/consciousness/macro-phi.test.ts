import { describe, expect, it } from "vitest";
import { MacroPhiEstimator } from "../../src/consciousness/macro-phi.js";
import { log } from "../../src/core/math.js";
import { RandomStream } from "../../src/core/random.js";
import type { RecordedState } from "../../src/core/spikes.js";
import { Stream } from "../../src/core/streams.js";

/** Samples of x ← A x + e with independent unit noise, plus `common` times one noise shared by all. */
function simulate(A: number[][], nSamples: number, seed: number, common = 0) {
  const n = A.length;
  const random = new RandomStream(seed, Stream.spikeTrains);
  const data = new Float64Array(nSamples * n);
  let state = new Array<number>(n).fill(0);
  for (let t = -100; t < nSamples; t++) {
    const shared = common * random.normal();
    state = A.map((row) => row.reduce((sum, a, j) => sum + a * state[j]!, shared + random.normal()));
    if (t >= 0) data.set(state, t * n);
  }
  return { data, nUnits: n, nSamples };
}

function diagonal(n: number, a: number): number[][] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? a : 0)));
}

const ring = (n: number, a: number, c: number) =>
  diagonal(n, a).map((row, i) => row.map((x, j) => (j === (i + 1) % n ? c : x)));

describe("MacroPhiEstimator", () => {
  it("recovers the closed form of one-way coupling, ½ log2(1 + c²·var(x|y)/var(e))", () => {
    const [a, b, c] = [0.5, 0.3, 0.8];
    const A = [
      [a, 0],
      [c, b],
    ];
    const xx = 1 / (1 - a * a);
    const xy = (a * c * xx) / (1 - a * b);
    const yy = (c * c * xx + 2 * b * c * xy + 1) / (1 - b * b);
    const expected = (0.5 * log(1 + c * c * (xx - (xy * xy) / yy))) / Math.LN2;
    const result = new MacroPhiEstimator({ lag: 1, surrogates: 5 }).estimate(simulate(A, 40_000, 1));
    // Standard error of a log-likelihood ratio of 40,000 pairs is near sqrt(2Φ/n) nats = 0.005; four of them.
    expect(Math.abs(result.value - expected)).toBeLessThan(0.02);
    expect(result.null!.mean).toBeLessThan(0.001);
    expect(result.null!.p).toBeCloseTo(1 / 6, 12);
    expect(result.unit).toBe("bit");
  });

  it("is within its null for independent units, with and without common noise", () => {
    for (const common of [0, 1]) {
      const result = new MacroPhiEstimator({ lag: 1 }).estimate(simulate(diagonal(5, 0.6), 4000, 3, common));
      expect(result.value).toBeLessThan(0.004);
      expect(result.value).toBeLessThan(result.null!.mean + 4 * result.null!.sd);
    }
  });

  it("has a bias near |A|·|B|/pairs nats on independent data: 1/4000 for one pair of units", () => {
    // 2·n·Φ is chi-square with 2|A||B| degrees of freedom; mean over 40 data sets, so its error is 16 % of the mean.
    let sum = 0;
    for (let seed = 0; seed < 40; seed++) {
      sum += new MacroPhiEstimator({ lag: 1, surrogates: 0 }).estimate(simulate(diagonal(2, 0.5), 4001, seed)).value;
    }
    const biasInNats = (sum / 40) * Math.LN2;
    expect(biasInNats * 4000).toBeGreaterThan(0.5);
    expect(biasInNats * 4000).toBeLessThan(1.5);
  });

  it("is far above its null for a ring and higher for stronger coupling", () => {
    const weak = new MacroPhiEstimator({ lag: 1 }).estimate(simulate(ring(5, 0.4, 0.2), 4000, 5));
    const strong = new MacroPhiEstimator({ lag: 1 }).estimate(simulate(ring(5, 0.4, 0.5), 4000, 5));
    for (const result of [weak, strong]) {
      expect(result.null!.p).toBeCloseTo(1 / 21, 12);
      expect(result.value).toBeGreaterThan(result.null!.mean + 4 * result.null!.sd);
    }
    expect(strong.value).toBeGreaterThan(2 * weak.value);
  });

  it("is high when one unit is the delayed copy of another", () => {
    const x = simulate(diagonal(1, 0), 5001, 7).data;
    const data = Float64Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? x[i / 2 + 1]! : x[(i - 1) / 2]!));
    const result = new MacroPhiEstimator({ lag: 1 }).estimate({ data, nUnits: 2, nSamples: 5000 });
    expect(result.value).toBeGreaterThan(2); // unbounded without shrinkage
    expect(Number.isFinite(result.value)).toBe(true);
    expect(result.null!.p).toBeCloseTo(1 / 21, 12);
  });

  it("cuts between two blocks that are coupled inside and not across, and finds nothing there", () => {
    const A = diagonal(6, 0.4);
    for (const [i, j] of [
      [0, 1],
      [1, 2],
      [2, 0],
      [3, 4],
      [4, 5],
      [5, 3],
    ] as const) {
      A[i]![j] = 0.4;
    }
    const result = new MacroPhiEstimator({ lag: 1 }).estimate(simulate(A, 4000, 11));
    expect(result.bipartition.side).toEqual([0, 0, 0, 1, 1, 1]);
    expect(result.value).toBeLessThan(0.01);
  });

  it("finds the same cut by sampling and moving as by trying all", () => {
    const channels = simulate(ring(9, 0.4, 0.35), 3000, 13);
    const all = new MacroPhiEstimator({ lag: 1, surrogates: 0 }).estimate(channels);
    const sampled = new MacroPhiEstimator({ lag: 1, surrogates: 0, exhaustiveUpTo: 2 }).estimate(channels);
    expect(sampled.value).toBeCloseTo(all.value, 12);
    expect(sampled.parameters.bipartitionsEvaluated).toBeLessThan(all.parameters.bipartitionsEvaluated as number);
  });

  it("does not depend on the order, scale, sign or offset of channels", () => {
    const channels = simulate(ring(5, 0.4, 0.4), 3000, 17);
    const order = [3, 0, 4, 1, 2];
    const changed = Float64Array.from(channels.data, (_, i) => {
      const unit = order[i % 5]!;
      return channels.data[Math.floor(i / 5) * 5 + unit]! * (unit % 2 ? -3 : 1e-3) * (unit + 1) + 70 * unit;
    });
    const estimator = new MacroPhiEstimator({ lag: 1, surrogates: 0 });
    // Rounding only: sums run in another order.
    expect(estimator.estimate({ ...channels, data: changed }).value).toBeCloseTo(estimator.estimate(channels).value, 9);
  });

  it("gives the same bits for the same seed", () => {
    const channels = simulate(ring(12, 0.3, 0.3), 2000, 19);
    const [first, second] = [1, 1].map((seed) => new MacroPhiEstimator({ seed }).estimate(channels));
    expect(second).toEqual(first);
    expect(new MacroPhiEstimator({ seed: 2 }).estimate(channels).null).not.toEqual(first!.null);
  });

  it("takes the first lag at which the mean autocorrelation falls to 1/e", () => {
    // Autocorrelation 0.9^k: 0.9^9 = 0.387 > 1/e = 0.368 > 0.9^10.
    const result = new MacroPhiEstimator({ surrogates: 0 }).estimate(simulate(diagonal(4, 0.9), 100_000, 23));
    expect(result.parameters.lag).toBeGreaterThanOrEqual(9);
    expect(result.parameters.lag).toBeLessThanOrEqual(11);
    expect(result.parameters.stride).toBe(2);
  });

  it("drops constant channels, survives exact duplicates, and says so", () => {
    const base = simulate(ring(3, 0.4, 0.4), 2000, 29);
    const data = Float64Array.from({ length: 2000 * 5 }, (_, i) => {
      const unit = i % 5;
      return unit === 4 ? -65 : base.data[Math.floor(i / 5) * 3 + (unit === 3 ? 0 : unit)]!;
    });
    const result = new MacroPhiEstimator({ lag: 1 }).estimate({ data, nUnits: 5, nSamples: 2000 });
    expect(result.warnings.join()).toContain("1 of 5 channels are constant");
    expect(Number.isFinite(result.value)).toBe(true);
    expect(result.bipartition.units).toEqual([[0], [1], [2], [3]]);
  });

  it("is 0 with a warning when fewer than two units vary", () => {
    const result = new MacroPhiEstimator().estimate({
      data: new Float64Array(3000).fill(-65),
      nUnits: 3,
      nSamples: 1000,
    });
    expect(result.value).toBe(0);
    expect(result.warnings.join()).toContain("by definition");
  });

  it("averages many channels into macro-units, fewer when samples are few, and says both", () => {
    const n = 50;
    const channels = simulate(ring(n, 0.5, 0.4), 300, 31);
    const result = new MacroPhiEstimator({ lag: 1, surrogates: 0, maxUnits: 30 }).estimate(channels);
    expect(result.bipartition.units.length).toBe(14); // 299 pairs, 20 for each
    expect(result.bipartition.units.flat()).toEqual(Array.from({ length: n }, (_, i) => i));
    expect(result.warnings.join()).toMatch(/299 pairs.*14 macro-units instead of 30.*50 channels were averaged/s);
  });

  it("reads a recorded state, names its neurons and gives the delay in ms", () => {
    const channels = simulate(ring(4, 0.4, 0.4), 2000, 37);
    const state: RecordedState = {
      variable: "V",
      unit: "mV",
      population: "p",
      neurons: Uint32Array.of(5, 6, 9, 12),
      sampleStep: Uint32Array.from({ length: 2000 }, (_, i) => i * 4),
      dt: 0.25,
      data: channels.data,
    };
    const result = new MacroPhiEstimator({ lag: 1 }).estimate(state);
    expect(result.bipartition.units).toEqual([[5], [6], [9], [12]]);
    expect(result.parameters.delay).toBe(1);
    expect(result.parameters.discarded).toBe(200);
    const rest = { data: channels.data.subarray(200 * 4), nUnits: 4, nSamples: 1800 };
    expect(result.value).toBe(new MacroPhiEstimator({ lag: 1 }).estimate(rest).value);
    const later = { ...state, sampleStep: state.sampleStep.map((step) => step + 400) };
    expect(new MacroPhiEstimator({ lag: 1 }).estimate(later).parameters.discarded).toBe(0);
  });

  it("takes macro-units as given and leaves out −1", () => {
    const channels = simulate(ring(4, 0.4, 0.4), 2000, 37);
    const result = new MacroPhiEstimator({ lag: 1, surrogates: 0, groups: [1, 0, -1, 1] }).estimate(channels);
    expect(result.bipartition.units).toEqual([[1], [0, 3]]);
  });

  it("refuses empty, non-finite, too short and misshapen input, by name", () => {
    const estimator = new MacroPhiEstimator();
    expect(() => estimator.estimate({ data: [], nUnits: 0, nSamples: 0 })).toThrow(/found none/);
    expect(() =>
      estimator.estimate({
        data: Array.from({ length: 100 }, (_, i) => (i === 2 ? Number.NaN : i)),
        nUnits: 2,
        nSamples: 50,
      }),
    ).toThrow(/unit 0, sample 1/);
    expect(() => estimator.estimate({ data: [1, 2, 3], nUnits: 2, nSamples: 50 })).toThrow(/2 units × 50 samples/);
    expect(() => estimator.estimate(simulate(ring(3, 0.4, 0.4), 20, 1))).toThrow(/at least 40 pairs/);
    expect(() => estimator.estimate(simulate(ring(3, 0.4, 0.4), 1, 1))).toThrow(/found 0/);
    expect(() => new MacroPhiEstimator({ lag: 0 })).toThrow(/lag/);
  });
});
