import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distanceToBoundary } from "wbe/scanner";
import golden from "../golden/scanner.json" with { type: "json" };
import { volumes } from "./golden-volumes.js";

type Triple = [number, number, number];

/** The definition: the nearest voxel of another label, also just outside the volume. */
function bruteForce(labels: ArrayLike<number>, [nx, ny, nz]: Triple, [hx, hy, hz]: Triple): Float32Array {
  const at = (x: number, y: number, z: number) =>
    x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz ? -1 : labels[x + nx * (y + ny * z)]!;
  const out = new Float32Array(nx * ny * nz);
  for (let i = 0; i < out.length; i++) {
    const [x, y, z] = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))];
    if (labels[i] === 0) continue;
    let least = Number.POSITIVE_INFINITY;
    for (let c = -1; c <= nz; c++) {
      for (let b = -1; b <= ny; b++) {
        for (let a = -1; a <= nx; a++) {
          if (at(a, b, c) === labels[i]) continue;
          least = Math.min(least, ((a - x) * hx) ** 2 + ((b - y) * hy) ** 2 + ((c - z) * hz) ** 2);
        }
      }
    }
    out[i] = Math.sqrt(least);
  }
  return out;
}

describe("distance to the boundary", () => {
  it("equals the definition on random labels and voxel sizes", () => {
    const side = fc.integer({ min: 1, max: 7 });
    const size = fc.constantFrom(1, 0.5, 3, 0.37);
    fc.assert(
      fc.property(
        fc.tuple(side, side, side),
        fc.tuple(size, size, size),
        fc.infiniteStream(fc.nat(99)),
        fc.integer({ min: 2, max: 60 }),
        (shape, voxelSize, stream, holes) => {
          const labels = Uint32Array.from({ length: shape[0] * shape[1] * shape[2] }, () => {
            const v = stream.next().value!;
            return v < holes ? 0 : v < 97 ? 1 : 2;
          });
          const got = distanceToBoundary(labels, shape, voxelSize);
          const expected = bruteForce(labels, shape, voxelSize);
          // float32 results of sums in another order
          got.forEach((d, i) => {
            expect(Math.abs(d - expected[i]!)).toBeLessThanOrEqual(1e-6 * expected[i]!);
          });
        },
      ),
      { numRuns: 200, seed: 4 },
    );
  });

  it("is the distance to the nearest face in a slab that fills the volume", () => {
    const d = distanceToBoundary(new Uint8Array(5 * 5 * 5).fill(7), [5, 5, 5], [1, 2, 4]);
    expect(d[2 + 5 * (2 + 5 * 2)]).toBe(3);
    expect(d[0]).toBe(1);
  });

  it("equals the definition where the distance is long: the lower envelope takes over", () => {
    const shape: Triple = [3, 140, 2];
    const labels = new Uint8Array(3 * 140 * 2).fill(1);
    labels.set([2, 0], 3 * 131);
    const size: Triple = [1000, 1, 900];
    const expected = bruteForce(labels, shape, size);
    distanceToBoundary(labels, shape, size).forEach((d, i) => {
      expect(Math.abs(d - expected[i]!)).toBeLessThanOrEqual(1e-6 * expected[i]!);
    });
    expect(Math.max(...expected)).toBe(70);
  });

  it.each(golden.distances)("is that of edt to 1e-6: $volume", ({ volume, sum, every, values }) => {
    const found = distanceToBoundary(
      volumes[volume as keyof typeof volumes],
      golden.parameters.shape as Triple,
      golden.parameters.voxel as Triple,
    );
    expect(found.reduce((total, d) => total + d, 0) / sum).toBeCloseTo(1, 6);
    for (const [k, value] of values.entries())
      expect(Math.abs(found[k * every]! - value)).toBeLessThanOrEqual(1e-6 * value);
  });

  it("refuses labels that do not fit the shape", () => {
    expect(() => distanceToBoundary([1, 1], [3, 1, 1], [1, 1, 1])).toThrow(/3 labels for the shape, found 2/);
  });

  it("is 0 on background", () => {
    expect([...distanceToBoundary([0, 3, 0], [3, 1, 1], [1, 1, 1])]).toEqual([0, 1, 0]);
  });
});
