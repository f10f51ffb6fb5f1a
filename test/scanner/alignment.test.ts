import { describe, expect, it } from "vitest";
import { alignSlices, phaseCorrelation, registerVolumes, resample, SyntheticDataGenerator } from "wbe/scanner";
import { FourierTransform } from "../../src/core/fourier.js";
import golden from "../golden/scanner.json" with { type: "json" };
import { shape, uniform } from "./golden-volumes.js";

const [nx, ny, nz] = shape;
const unit = { voxelSize: [1, 1, 1], origin: [0, 0, 0] } as const;

/** NumPy's roll. */
function roll(data: Float64Array, by: readonly [number, number, number]): Float64Array {
  const wrap = (v: number, n: number) => ((v % n) + n) % n;
  return data.map((_, i) => {
    const [x, y, z] = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))];
    return data[wrap(x - by[0], nx) + nx * (wrap(y - by[1], ny) + ny * wrap(z - by[2], nz))]!;
  });
}

/** The golden script's low-pass: exp(−20 |f|²). */
function smooth(data: Float64Array): Float64Array {
  const re = data.slice();
  const im = new Float64Array(re.length);
  let stride = 1;
  const frequency = (k: number, n: number) => (2 * k < n ? k : k - n) / n;
  for (const pass of ["forward", "inverse"] as const) {
    stride = 1;
    for (const n of shape) {
      const transform = new FourierTransform(n);
      for (let i = 0; i < re.length; i++) {
        if (Math.floor(i / stride) % n !== 0) continue;
        const line = (of: Float64Array) => Float64Array.from({ length: n }, (_, k) => of[i + k * stride]!);
        const [a, b] = [line(re), line(im)];
        transform[pass](a, b);
        for (let k = 0; k < n; k++) {
          const gain = pass === "forward" ? Math.exp(-20 * frequency(k, n) ** 2) : 1;
          re[i + k * stride] = a[k]! * gain;
          im[i + k * stride] = b[k]! * gain;
        }
      }
      stride *= n;
    }
  }
  return re;
}

describe("phase correlation", () => {
  const noise = uniform(8);
  const pictures = { noise, smooth: smooth(noise) };
  const other = uniform(9);

  it.each(golden.correlations)("is that of scikit-image: $fixed, $moving, upsampling $upsampling", (expected) => {
    const fixed = pictures[expected.fixed as keyof typeof pictures];
    const moving =
      expected.moving === "rolled"
        ? roll(fixed, [3, -5, 2])
        : roll(fixed, [-1, 4, 0]).map((v, i) => 0.7 * v + 0.3 * other[i]!);
    const found = phaseCorrelation(
      { data: fixed, shape },
      { data: moving, shape },
      { upsampling: expected.upsampling },
    );
    found.forEach((v, axis) => {
      expect(v).toBeCloseTo(expected.shift[axis]!, 6);
    });
  });

  it("finds a shift of a fraction of a voxel, and none along an axis of one voxel", () => {
    // Sixty waves with whole numbers of periods: their shift by a fraction is exact.
    const u = uniform(4, 180);
    const waves = (dx: number, dy: number) =>
      Float64Array.from({ length: 32 * 24 }, (_, i) => {
        let sum = 0;
        for (let k = 0; k < 60; k++) {
          const [a, b] = [Math.floor(12 * u[3 * k]!), Math.floor(18 * u[3 * k + 1]!) - 9];
          const phase = ((i % 32) - dx) * (a / 32) + (Math.floor(i / 32) - dy) * (b / 24) + u[3 * k + 2]!;
          sum += Math.cos(2 * Math.PI * phase);
        }
        return sum;
      });
    const size = [32, 24, 1] as const;
    const found = phaseCorrelation(
      { data: waves(0, 0), shape: size },
      { data: waves(-1.7, 0.6), shape: size },
      { upsampling: 20 },
    );
    expect(Math.abs(found[0] - 1.7)).toBeLessThanOrEqual(0.05);
    expect(Math.abs(found[1] + 0.6)).toBeLessThanOrEqual(0.05);
    expect(found[2]).toBe(0);
  });

  it("refuses pictures of other shapes", () => {
    expect(() => phaseCorrelation({ data: noise, shape }, { data: noise, shape: [ny, nx, nz] })).toThrow(/one shape/);
  });
});

const volume = new SyntheticDataGenerator({ seed: 5 }).generateVolume([48, 40, 24], { nNeurons: 12 });

describe("slices of a stack", () => {
  it("that were shifted are put in line again, to the voxel", () => {
    const [w, h, n] = [48, 40, 24];
    // Every slice shows the same picture, moved and with noise of its own.
    const noise = uniform(3, w * h * n);
    const picture = volume.data.slice(12 * w * h, 13 * w * h);
    const steps = Array.from({ length: n }, (_, z) => [((z * 7) % 5) - 2, ((z * 3) % 7) - 3] as const);
    const data = Float32Array.from({ length: w * h * n }, (_, i) => {
      const [x, y, z] = [i % w, Math.floor(i / w) % h, Math.floor(i / (w * h))];
      const [a, b] = [Math.min(w - 1, Math.max(0, x - steps[z]![0])), Math.min(h - 1, Math.max(0, y - steps[z]![1]))];
      return picture[a + w * b]! + 10 * noise[i]!;
    });
    const { shifts, warnings } = alignSlices({ data, shape: [w, h, n], ...unit });
    expect(warnings).toEqual([]);
    for (const [z, [dx, dy]] of shifts.entries()) {
      expect([dx, dy]).toEqual([steps[0]![0] - steps[z]![0], steps[0]![1] - steps[z]![1]]);
    }
  });

  it("with a step that is too long to be true are left where they are, and said", () => {
    const data = new Float32Array(32 * 32 * 2);
    data[5 + 32 * 5] = 1;
    data[32 * 32 + 15 + 32 * 5] = 1;
    const { shifts, warnings } = alignSlices({ data, shape: [32, 32, 2], ...unit }, { maxShift: 4 });
    expect(shifts[1]).toEqual([0, 0]);
    expect(warnings[0]).toMatch(/slice 1: a shift of \(-10, 0\)/);
  });
});

describe("resampling", () => {
  it("of a plane of grey levels is exact between voxels, and `outside` beyond them", () => {
    const data = Float32Array.from(
      { length: 60 },
      (_, i) => (i % 5) + 10 * (Math.floor(i / 5) % 4) + 100 * Math.floor(i / 20),
    );
    const source = { data, shape: [5, 4, 3] as const, voxelSize: [2, 1, 4] as const, origin: [1, 0, 0] as const };
    const grid = { shape: [2, 1, 1] as const, voxelSize: [3, 1, 1] as const, origin: [2, 1.5, 2] as const };
    const found = resample(source, grid);
    expect(found.data[0]).toBeCloseTo(0.5 + 15 + 50, 5);
    expect(found.data[1]).toBeCloseTo(2 + 15 + 50, 5);
    expect(resample(source, { ...grid, origin: [-50, 0, 0] }, undefined, { outside: -1 }).data[0]).toBe(-1);
    expect(resample(source, grid, undefined, { interpolation: "nearest" }).data[0]).toBe(1 + 20 + 100);
  });
});

describe("registration by mutual information", () => {
  const small = new SyntheticDataGenerator({ seed: 6 }).generateVolume([32, 28, 16], { nNeurons: 6 });
  const fixed = {
    data: Float32Array.from(small.data),
    shape: small.shape,
    voxelSize: [1, 1, 1] as const,
    origin: [0, 0, 0] as const,
  };
  const angle = 0.12;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const turn = [c, -s, 0, 3, s, c, 0, -2, 0, 0, 1, 1] as const;
  /** Points of the fixed volume where moving ∘ found should be the point itself. */
  const farthest = (found: readonly number[], truth: readonly number[]) => {
    let most = 0;
    for (const p of [
      [6, 6, 3],
      [26, 6, 3],
      [6, 22, 13],
      [26, 22, 13],
    ]) {
      const through = (m: readonly number[]) =>
        [0, 1, 2].map((r) => m[4 * r]! * p[0]! + m[4 * r + 1]! * p[1]! + m[4 * r + 2]! * p[2]! + m[4 * r + 3]!);
      const [a, b] = [through(found), through(truth)];
      most = Math.max(most, Math.hypot(...a.map((v, k) => v - b[k]!)));
    }
    return most;
  };

  it("finds a rotation and a shift to half a voxel, also with inverted contrast", () => {
    // moving(q) = fixed(turn⁻¹ q): resample the fixed volume through the inverse.
    const inverse = [c, s, 0, -(c * 3 - s * 2), -s, c, 0, -(-s * 3 - c * 2), 0, 0, 1, -1] as const;
    const moving = resample(fixed, fixed, inverse, { outside: 20 });
    const inverted = { ...moving, data: moving.data.map((v) => 300 - v) };
    const found = registerVolumes(fixed, inverted, { levels: 2 });
    expect(found.mutualInformation).toBeGreaterThan(found.before);
    expect(farthest(found.matrix, turn)).toBeLessThan(0.5);
  });

  it("can be cancelled", () => {
    const controller = new AbortController();
    controller.abort();
    expect(() => registerVolumes(fixed, fixed, { signal: controller.signal })).toThrow(/registration was cancelled/);
  });
});
