import { describe, expect, it } from "vitest";
import { agglomerate, buildRegionGraph, type Connectivity, compareSegmentations, growSeeds } from "wbe/scanner";
import { sha256, toHex } from "../../src/core/sha256.js";
import golden from "../golden/scanner.json" with { type: "json" };
import { shape, uniform } from "./golden-volumes.js";

const unit = { voxelSize: [1, 1, 1], origin: [0, 0, 0] } as const;
const row = (...levels: number[]) => ({
  data: Float32Array.from(levels),
  shape: [levels.length, 1, 1] as const,
  ...unit,
});

describe("seeded watershed", () => {
  const u = uniform(6);
  const wave = (t: number, period: number) => Math.abs((t % period) / period - 0.5);
  const index = (x: number, y: number, z: number) => x + shape[0] * (y + shape[1] * z);
  const landscape = new Float64Array(u.length);
  const seeds = new Uint32Array(u.length);
  for (let z = 0; z < shape[2]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[0]; x++) {
        landscape[index(x, y, z)] = 0.3 * u[index(x, y, z)]! + wave(x, 9) + wave(y, 7) + wave(z, 6);
      }
    }
  }
  for (let k = 0; k < 48; k++) {
    seeds[index(9 * Math.floor(k / 12) + 2, 7 * (Math.floor(k / 3) % 4) + 3, 8 * (k % 3) + 4)] = k + 1;
  }

  it.each(golden.watersheds)(
    "is that of scikit-image: $connectivity neighbours, mask $masked",
    async ({ connectivity, masked, sha256: hash }) => {
      const mask = Uint8Array.from(uniform(7), (u, i) => (u < 0.7 || seeds[i]! > 0 ? 1 : 0));
      const labels = growSeeds({ data: landscape, shape, ...unit }, seeds, {
        connectivity: connectivity as Connectivity,
        ...(masked && { mask }),
      });
      expect(toHex(await sha256(Uint8Array.from(new Uint8Array(labels.buffer))))).toBe(hash);
    },
  );

  it("shares a plateau where the fronts meet, and a wall goes to the side whose front waits longest", () => {
    expect([...growSeeds(row(0, 0, 0, 0, 0, 0), Uint32Array.of(1, 0, 0, 0, 0, 2))]).toEqual([1, 1, 1, 2, 2, 2]);
    expect([...growSeeds(row(0, 1, 9, 2, 0), Uint32Array.of(1, 0, 0, 0, 2))]).toEqual([1, 1, 1, 2, 2]);
  });

  it("refuses a landscape without a seed, seeds that do not fit, and NaN", () => {
    expect(() => growSeeds(row(0, 0), new Uint32Array(2))).toThrow(/at least one seed/);
    expect(() => growSeeds(row(0, 0), Uint32Array.of(1))).toThrow(/seeds for 2 voxels, found 1/);
    expect(() => growSeeds(row(0, Number.NaN), Uint32Array.of(1, 0))).toThrow(/voxel \(1, 0, 0\)/);
  });
});

describe("agglomeration", () => {
  // Four regions of two voxels with walls of 0.2, 0.6 and 0.4 between them.
  const boundaries = row(0, 0.2, 0, 0.6, 0, 0.4, 0, 0);
  const labels = Uint32Array.of(1, 1, 2, 2, 3, 3, 4, 4);

  it("knows what touches, by how many faces and behind what level", () => {
    const graph = buildRegionGraph(boundaries, labels);
    expect([...graph.a]).toEqual([1, 2, 3]);
    expect([...graph.b]).toEqual([2, 3, 4]);
    expect([...graph.faces]).toEqual([1, 1, 1]);
    expect(graph.boundary[1]).toBeCloseTo(0.6, 6);
  });

  it("merges the weakest walls first, up to the threshold", () => {
    const graph = buildRegionGraph(boundaries, labels);
    expect([...agglomerate(graph, { threshold: 0.3 }).relabel]).toEqual([0, 1, 1, 2, 3]);
    const half = agglomerate(graph, { threshold: 0.5 });
    expect([...half.relabel]).toEqual([0, 1, 1, 2, 2]);
    expect(half.merges.map(({ level }) => Math.round(10 * level))).toEqual([2, 4]);
    expect(agglomerate(graph, { threshold: 1 }).count).toBe(1);
  });

  it("weighs a wall by its faces: two merged regions are behind the mean of both walls", () => {
    // 1 and 2 touch 3 by one face each, levels 0.1 and 0.9; 1 and 2 merge first.
    const square = { data: Float32Array.of(0, 0, 0.1, 0.9), shape: [2, 2, 1] as const, ...unit };
    const graph = buildRegionGraph(square, Uint32Array.of(1, 2, 3, 3));
    const merged = agglomerate(graph, { threshold: 0.6 });
    expect(merged.merges[0]!.level).toBe(0);
    expect(merged.merges[1]!.level).toBeCloseTo(0.5, 6);
  });

  it("gives small regions to the neighbour behind the weakest wall", () => {
    const graph = buildRegionGraph(row(0, 0, 0.8, 0.1, 0.5, 0, 0), Uint32Array.of(1, 1, 1, 2, 3, 3, 3));
    expect([...agglomerate(graph, { threshold: 0, minSize: 2 }).relabel]).toEqual([0, 1, 2, 2]);
  });

  it("asks for labels that are numbered without large gaps", () => {
    expect(() => buildRegionGraph(row(0, 0), Uint32Array.of(1, 4_000_000_000))).toThrow(
      /without large gaps, found 4000000000 among 2/,
    );
  });

  it("puts the fragments of an over-segmented volume together again", () => {
    // Eight cells of 6³ voxels between walls, each cut into fragments by two seeds of its own.
    const n = 13;
    const isWall = (v: number) => v === 6;
    const levels = new Float32Array(n ** 3);
    const truth = new Uint32Array(n ** 3);
    const seeds = new Uint32Array(n ** 3);
    for (let i = 0, k = 0; i < n ** 3; i++) {
      const at = [i % n, Math.floor(i / n) % n, Math.floor(i / (n * n))];
      levels[i] = at.some(isWall) ? 1 : 0.1;
      truth[i] = at.some(isWall) ? 0 : 1 + at.reduce((cell, v, axis) => cell + (v > 6 ? 1 << axis : 0), 0);
      if (at.every((v) => v === 2 || v === 9) || at.every((v) => v === 4 || v === 11)) seeds[i] = ++k;
    }
    const volume = { data: levels, shape: [n, n, n] as const, ...unit };
    const fragments = growSeeds(volume, seeds);
    expect(compareSegmentations(fragments, truth).variationOfInformation.split).toBeGreaterThan(0.5);
    const { relabel, count } = agglomerate(buildRegionGraph(volume, fragments), { threshold: 0.5 });
    expect(count).toBe(8);
    expect(
      compareSegmentations(
        fragments.map((label) => relabel[label]!),
        truth,
      ).variationOfInformation.total,
    ).toBe(0);
  });
});
