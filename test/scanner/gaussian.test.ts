import { describe, expect, it } from "vitest";
import { blurInPlace, gaussianWeights } from "../../src/scanner/gaussian.js";

describe("Gaussian blur", () => {
  it("spreads a point as the product of the three kernels and keeps its sum", () => {
    const n = 15;
    const data = new Float32Array(n ** 3);
    data[7 + n * (7 + n * 7)] = 1;
    const sigma = [0.6, 1, 1.4] as const;
    blurInPlace(data, [n, n, n], sigma);
    const [wx, wy, wz] = sigma.map(gaussianWeights);
    expect(data[8 + n * (5 + n * 10)]).toBeCloseTo(wx![1]! * wy![2]! * wz![3]!, 7);
    expect(data.reduce((s, v) => s + v, 0)).toBeCloseTo(1, 5);
  });

  it("has the variance sigma² (to 1 % from sigma 0.7 on, where sampling the kernel no longer matters)", () => {
    for (const sigma of [0.7, 1, 2.5]) {
      const w = gaussianWeights(sigma);
      const variance = 2 * w.reduce((s, v, k) => s + v * k * k, 0);
      expect(Math.abs(variance / sigma ** 2 - 1)).toBeLessThan(0.01);
    }
  });

  it("leaves a constant volume as it is, also at the borders and for sides shorter than the kernel", () => {
    for (const shape of [
      [3, 1, 2],
      [1, 1, 1],
      [20, 2, 9],
    ] as const) {
      const data = new Float32Array(shape[0] * shape[1] * shape[2]).fill(5);
      blurInPlace(data, shape, [3, 3, 3]);
      for (const v of data) expect(v).toBeCloseTo(5, 5);
    }
  });

  it("sigma 0 on an axis leaves that axis alone", () => {
    const data = Float32Array.of(0, 1, 0, 0, 0, 0);
    blurInPlace(data, [3, 2, 1], [0, 1, 0]);
    expect([data[0], data[2], data[3], data[5]]).toEqual([0, 0, 0, 0]);
    expect(data[1]! + data[4]!).toBeCloseTo(1, 6);
  });
});
