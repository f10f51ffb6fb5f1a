import { describe, expect, it } from "vitest";
import { equalizeContrast, matchSlices, medianFilter, removeBackground } from "wbe/scanner";
import { uniform } from "./golden-volumes.js";

const unit = { voxelSize: [1, 1, 1], origin: [0, 0, 0] } as const;
const row = (...data: number[]) => ({ data: Float32Array.from(data), shape: [data.length, 1, 1] as const, ...unit });

describe("preprocessing", () => {
  it("the median takes away a lone voxel and keeps an edge", () => {
    expect([...medianFilter(row(0, 0, 9, 0, 0, 5, 5, 5)).data]).toEqual([0, 0, 0, 0, 0, 5, 5, 5]);
    const cube = { data: new Float32Array(27).fill(2), shape: [3, 3, 3] as const, ...unit };
    cube.data[13] = 100;
    expect([...medianFilter(cube).data]).toEqual(new Array(27).fill(2));
    expect(medianFilter(row(3, 1, 2), 0).data).toEqual(Float32Array.of(3, 1, 2));
  });

  it("the background goes: a slope is flat in the middle, a spot stays, the mean level too", () => {
    const slope = Float32Array.from({ length: 200 }, (_, i) => i + (i === 100 ? 50 : 0));
    const flat = removeBackground({ data: slope, shape: [200, 1, 1], ...unit }, 10).data;
    expect(flat[70]! - flat[130]!).toBeCloseTo(0, 3);
    // The blur takes 1/(10·√(2π)) of the spot away.
    expect(flat[100]! - flat[70]!).toBeCloseTo(50 * (1 - 1 / (10 * Math.sqrt(2 * Math.PI))), 1);
  });

  it("slices come to one median and spread; a slice without spread is shifted", () => {
    const u = uniform(2, 400);
    const data = Float32Array.from({ length: 1200 }, (_, i) => {
      const z = Math.floor(i / 400);
      return z === 2 ? 7 : (z === 0 ? 1 : 3) * u[i % 400]! + 10 * z;
    });
    const out = matchSlices({ data, shape: [20, 20, 3], ...unit }).data;
    for (let i = 0; i < 400; i++) expect(Math.abs(out[i]! - out[400 + i]!)).toBeLessThan(1e-5);
    expect(new Set(out.subarray(800)).size).toBe(1);
  });

  it("equalised contrast spreads what one tile has evenly over 0 to 1, and clipping holds a flat tile down", () => {
    const ramp = {
      data: Float32Array.from({ length: 1024 }, (_, i) => (i / 1024) ** 4),
      shape: [32, 32, 1] as const,
      ...unit,
    };
    const out = equalizeContrast(ramp, { tiles: [1, 1], clipLimit: 1e9, bins: 65536 }).data;
    // The cumulative share of the i-th smallest of n is (i + 1)/n.
    for (const i of [0, 100, 500, 1023]) expect(out[i]).toBeGreaterThanOrEqual((i + 1) / 1024 - 1e-6);
    expect(out[1023]).toBeCloseTo(1, 6);
    expect(out[600]! - out[500]!).toBeCloseTo(100 / 1024, 2);
    // A quarter of the voxels lie in the darkest bin: unclipped they take a quarter of the range, clipped one share of it.
    const dark = (clipLimit: number) => equalizeContrast(ramp, { tiles: [1, 1], clipLimit, bins: 256 }).data[200]!;
    expect(dark(1e9)).toBeCloseTo(0.25, 2);
    expect(dark(1)).toBeLessThan(0.01);
    expect([...equalizeContrast(row(4, 4, 4)).data]).toEqual([0, 0, 0]);
  });

  it("options out of range are named", () => {
    expect(() => medianFilter(row(1), -1)).toThrow(/radius/);
    expect(() => removeBackground(row(1), 0)).toThrow(/sigma/);
    expect(() => equalizeContrast(row(1), { clipLimit: 0.5 })).toThrow(/clipLimit/);
  });
});
