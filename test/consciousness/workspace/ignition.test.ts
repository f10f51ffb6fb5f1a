import { describe, expect, it } from "vitest";
import {
  detectIgnition,
  dipStatistic,
  dipTest,
  fitThresholdCurve,
  fitTwoNormals,
  ignitionDuration,
} from "wbe/consciousness";
import { RandomStream } from "../../../src/core/random.js";
import golden from "../../golden/dip.json" with { type: "json" };

const normals = (n: number, mean: number, sd: number, seed = 1) => {
  const random = new RandomStream(seed, 18);
  return Array.from({ length: n }, () => random.normal(mean, sd));
};

describe("dip", () => {
  it(`equals diptest ${golden.tools.diptest} on ${golden.cases.length} samples, ties among them`, () => {
    for (const { x, dip } of golden.cases) expect(dipStatistic(x)).toBeCloseTo(dip, 10);
  });

  it("of evenly spaced samples is 1/(2n), of two points 1/4", () => {
    expect(dipStatistic([1, 2, 3, 4, 5])).toBeCloseTo(0.1, 12);
    expect(dipStatistic([1, 1, 2, 2])).toBe(0.25);
  });

  it("rejects unimodality for two far clusters and not for one", () => {
    expect(dipTest([...normals(30, 0, 1), ...normals(30, 6, 1, 2)], 200).p).toBeLessThan(0.01);
    expect(dipTest(normals(60, 0, 1), 200).p).toBeGreaterThan(0.2);
  });
});

describe("two normal components", () => {
  it("are found where they are, with their share", () => {
    const { means, sds, weight, bicGain } = fitTwoNormals([...normals(200, 0, 1), ...normals(100, 8, 2, 2)]);
    // Five standard errors of each.
    expect(Math.abs(means[0])).toBeLessThan(0.36);
    expect(Math.abs(means[1] - 8)).toBeLessThan(1);
    expect(Math.abs(sds[0] - 1)).toBeLessThan(0.25);
    expect(Math.abs(weight - 1 / 3)).toBeLessThan(0.02);
    expect(bicGain).toBeGreaterThan(100);
  });

  it("are no better than one for normal samples", () => {
    expect(fitTwoNormals(normals(200, 3, 1)).bicGain).toBeLessThan(0);
  });
});

describe("threshold curve", () => {
  it("recovers the curve that made the outcomes", () => {
    const random = new RandomStream(4, 18);
    const strength = Array.from({ length: 4000 }, () => 10 * random.uniform());
    const ignited = strength.map((s) => random.uniform() < 1 / (1 + Math.exp(-2 * (s - 6))));
    const { threshold, slope } = fitThresholdCurve(strength, ignited);
    expect(Math.abs(threshold - 6)).toBeLessThan(0.15);
    expect(Math.abs(slope - 2)).toBeLessThan(0.4);
  });

  it("of perfectly parted trials lies between them", () => {
    const { threshold, slope } = fitThresholdCurve([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1]);
    expect(threshold).toBeCloseTo(3.5, 6);
    expect(slope).toBeGreaterThan(3);
  });

  it("of one outcome only has no threshold", () => {
    expect(fitThresholdCurve([1, 2, 3], [1, 1, 1]).threshold).toBeNaN();
  });
});

describe("ignition", () => {
  const strength = Array.from({ length: 80 }, (_, i) => i / 10);

  it("is called for late activity that is all or none, with threshold and access", () => {
    const random = new RandomStream(6, 18);
    const up = strength.map((s) => random.uniform() < 1 / (1 + Math.exp(-3 * (s - 4))));
    const late = up.map((is) => (is ? 20 : 2) + random.normal());
    const areas = { nAreas: 3, late: up.flatMap((is) => [0, 1, 2].map(() => (is ? 20 : 2) + random.normal())) };
    const result = detectIgnition({ late, strength, areas }, { simulations: 200 });
    expect(result.isBimodal).toBe(true);
    expect(result.ignited).toEqual(up);
    expect(Math.abs(result.curve.threshold - 4)).toBeLessThan(0.5);
    expect(result.access).toBe(1);
    expect(result.warnings).toEqual([]);
  });

  it("is not called for activity that grows with the stimulus", () => {
    const noise = normals(80, 0, 1, 7);
    const result = detectIgnition({ late: strength.map((s, i) => 2 * s + noise[i]!), strength }, { simulations: 200 });
    expect(result.isBimodal).toBe(false);
    expect(result.value).toBe(0);
    expect(result.warnings.join()).toMatch(/no ignition/);
  });

  it("lasts from the first bin above the boundary until two bins below", () => {
    expect(ignitionDuration([0, 5, 6, 0, 7, 0, 0, 9], 1, 10)).toBe(40);
    expect(ignitionDuration([0, 0], 1, 10)).toBe(0);
  });

  it("refuses lengths that differ and too few trials", () => {
    expect(() => detectIgnition({ late: [1, 2], strength: [1] })).toThrow(/a strength for each/);
    expect(() => detectIgnition({ late: [1, 2], strength: [1, 2] })).toThrow(/at least 6/);
  });
});
