import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findBranchPoints, findTips, MorphologyExtractor, measureCableLength, measureMorphology } from "wbe/scanner";
import type { Morphology } from "../../src/core/morphology.js";
import type { Volume } from "../../src/core/volume.js";
import { paint } from "./paint.js";

const extract = (labels: Volume, options = {}) => new MorphologyExtractor().extractFromLabels(labels, options);

function expectSound(m: Morphology): void {
  m.parent.forEach((p, i) => {
    expect(p).toBeLessThan(i);
    if (i > 0) expect(p).toBeGreaterThanOrEqual(0);
  });
  for (const column of [m.x, m.y, m.z, m.radius]) expect(column.every(Number.isFinite)).toBe(true);
  expect(m.radius.every((r) => r > 0)).toBe(true);
}

describe("skeleton of a known shape", () => {
  it.each<[string, string]>([
    ["x", "2 3 44 10 10 1.5 1"],
    ["an oblique line", "2 3 40.3 33.7 28.1 1.5 1"],
    ["nearly a diagonal", "2 3 30 31 29 1.5 1"],
  ])("a round-ended rod along %s keeps its axis, its length to 5 and its radius to 10 per cent", (_, end) => {
    const { tree, labels } = paint(["1 3 10.2 10.4 9.7 1.5 -1", end], [54, 44, 40]);
    const [m] = extract(labels);
    expectSound(m!);
    expect([...m!.type].every((t) => t === 0)).toBe(true);
    expect(m!.warnings[0]).toMatch(/no part is thick enough to be a soma/);
    expect(findTips(m!).length).toBeLessThanOrEqual(2);
    expect(Math.abs(measureCableLength(m!) / measureCableLength(tree) - 1)).toBeLessThan(0.05);
    const meanRadius = m!.radius.reduce((s, r) => s + r, 0) / m!.radius.length;
    expect(Math.abs(meanRadius / 1.5 - 1)).toBeLessThan(0.1);
    // Every point lies within a voxel of the true axis.
    const [ax, ay, az] = [tree.x[0]!, tree.y[0]!, tree.z[0]!];
    const d = [tree.x[1]! - ax, tree.y[1]! - ay, tree.z[1]! - az];
    const length2 = d.reduce((s, v) => s + v * v, 0);
    for (let i = 0; i < m!.x.length; i++) {
      const v = [m!.x[i]! - ax, m!.y[i]! - ay, m!.z[i]! - az];
      const t = v.reduce((s, value, a) => s + value * d[a]!, 0) / length2;
      expect(Math.hypot(...v.map((value, a) => value - t * d[a]!))).toBeLessThan(1);
    }
  });

  it("a ball with two sticks has its soma, two stems on its surface, and their length", () => {
    const rows = [
      "1 1 30 20 20 6 -1",
      "2 3 36 20 20 1.4 1",
      "3 3 60 26 24 1.2 2",
      "4 3 24.5 22 20 1.4 1",
      "5 3 8 30 16 1.2 4",
    ];
    const { tree, labels } = paint(rows, [70, 40, 40]);
    const [m] = extract(labels);
    const got = measureMorphology(m!);
    expect(got.soma.form).toBe("point");
    expect(Math.hypot(m!.x[0]! - 30, m!.y[0]! - 20, m!.z[0]! - 20)).toBeLessThan(0.5);
    expect(Math.abs(got.soma.radius - 6)).toBeLessThan(0.4);
    expect([got.nStems, got.nTips, got.nBranchPoints]).toEqual([2, 2, 0]);
    expect(Math.abs(got.cableLength / measureCableLength(tree) - 1)).toBeLessThan(0.05);
    for (const i of [1, ...m!.parent.keys()].filter((k) => m!.parent[k] === 0)) {
      expect(Math.hypot(m!.x[i]! - m!.x[0]!, m!.y[i]! - m!.y[0]!, m!.z[i]! - m!.z[0]!)).toBeCloseTo(m!.radius[0]!, 9);
    }
    // The tips end where the true ones do, to a voxel.
    for (const k of [2, 4]) {
      const nearest = Math.min(
        ...findTips(m!).map((i) => Math.hypot(m!.x[i]! - tree.x[k]!, m!.y[i]! - tree.y[k]!, m!.z[i]! - tree.z[k]!)),
      );
      expect(nearest).toBeLessThan(1);
    }
  });

  it("a Y has one branch point where its arms meet and no spurs", () => {
    const rows = ["1 3 10 20 10 2 -1", "2 3 30 20 10 2 1", "3 3 45 32 10 1.5 2", "4 3 45 8 10 1.5 2"];
    const { tree, labels } = paint(rows, [55, 40, 20]);
    const [m] = extract(labels);
    expect(findTips(m!).length + (m!.parent.filter((p) => p === 0).length === 1 ? 1 : 0)).toBe(3);
    expect(Math.abs(measureCableLength(m!) / measureCableLength(tree) - 1)).toBeLessThan(0.05);
    const joints = [...findBranchPoints(m!)];
    expect(joints.length).toBe(1);
    expect(Math.hypot(m!.x[joints[0]!]! - 30, m!.y[joints[0]!]! - 20)).toBeLessThan(3);
  });

  it("voxels three times as deep as wide give the same lengths in um", () => {
    const rows = ["1 1 30 24 45 8 -1", "2 3 38 24 45 3 1", "3 3 62 24 60 3 2", "4 3 30 24 53 3 1", "5 3 34 30 100 3 4"];
    const { tree, labels } = paint(rows, [72, 50, 40], [1, 1, 3]);
    const got = measureMorphology(extract(labels)[0]!);
    expect([got.soma.form, got.nStems, got.nTips]).toEqual(["point", 2, 2]);
    // Half a voxel's depth is 1.5 um: for the soma's radius, and for each end of 73 um of cable.
    expect(Math.abs(got.soma.radius - 8)).toBeLessThan(1.5);
    expect(Math.abs(got.cableLength - measureCableLength(tree))).toBeLessThan(2 * 2 * 1.5);
  });

  it("the frame's origin moves the points with it", () => {
    const { labels } = paint(["1 3 5 5 5 1.5 -1", "2 3 20 5 5 1.5 1"], [26, 12, 12]);
    const here = extract(labels)[0]!;
    const there = extract({ ...labels, origin: [100, -50, 7] })[0]!;
    expect([...there.x]).toEqual(Array.from(here.x, (v) => v + 100));
    expect([...there.z]).toEqual(Array.from(here.z, (v) => v + 7));
  });

  it("a ring becomes an open tree of about its circumference", () => {
    const rows = Array.from({ length: 49 }, (_, k) => {
      const angle = (2 * Math.PI * k) / 48;
      return `${k + 1} 3 ${25 + 16 * Math.cos(angle)} ${25 + 16 * Math.sin(angle)} 6 2 ${k === 0 ? -1 : k}`;
    });
    const m = extract(paint(rows, [50, 50, 13]).labels)[0]!;
    expectSound(m);
    const share = measureCableLength(m) / (2 * Math.PI * 16);
    expect(share).toBeGreaterThan(0.85);
    expect(share).toBeLessThan(1.02);
  });
});

describe("odd labels", () => {
  const volume = (data: Uint32Array | Float32Array, shape: [number, number, number]): Volume => ({
    data,
    shape,
    voxelSize: [1, 1, 1],
    origin: [0, 0, 0],
  });

  it("one voxel is one point; a label too small is skipped; numbers may have gaps", () => {
    const data = new Uint32Array(27);
    data[13] = 4_000_000_000;
    data[0] = 7;
    data[1] = 7;
    const all = extract(volume(data, [3, 3, 3]));
    expect(all.map((m) => m.name)).toEqual(["label-7", "label-4000000000"]);
    expect(all[1]!.x.length).toBe(1);
    expect(all[1]!.x[0]).toBe(1);
    expect(extract(volume(data, [3, 3, 3]), { minVoxels: 2 }).map((m) => m.name)).toEqual(["label-7"]);
    expect(extract(volume(data, [3, 3, 3]), { minVoxels: 3 })).toEqual([]);
  });

  it("a label in two pieces says how much was left out", () => {
    const data = Uint32Array.of(1, 1, 1, 1, 1, 0, 1, 1);
    const [m] = extract(volume(data, [8, 1, 1]));
    expect(m!.warnings).toContain("2 of 8 voxels are not connected to the root and were left out".replace("8", "7"));
  });

  it("bad input is refused", () => {
    expect(() => extract(volume(new Uint32Array(0), [0, 1, 1]))).toThrow(
      expect.objectContaining({ code: "EMPTY_INPUT" }),
    );
    expect(() => extract(volume(new Uint32Array(5), [2, 2, 2]))).toThrow(/expected 8 values/);
    expect(() => extract(volume(Float32Array.of(0, 1.5), [2, 1, 1]))).toThrow(/labels 0, 1, 2, …, found 1.5/);
    const one = volume(Uint32Array.of(1), [1, 1, 1]);
    for (const options of [{ minVoxels: -1 }, { scale: 0 }, { smoothing: 0.5 }, { constant: Number.NaN }]) {
      expect(() => extract(one, options), JSON.stringify(options)).toThrow(
        expect.objectContaining({ code: "ARGUMENT" }),
      );
    }
    expect(() => extract(one, { signal: AbortSignal.abort() })).toThrow(expect.objectContaining({ code: "CANCELLED" }));
  });

  it("reports progress per label", () => {
    const seen: [number, number][] = [];
    extract(volume(Uint32Array.of(1, 0, 2), [3, 1, 1]), { onProgress: (a: number, b: number) => seen.push([a, b]) });
    expect(seen).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  it("any labels give sound trees", () => {
    const side = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(fc.tuple(side, side, side), fc.infiniteStream(fc.nat(9)), fc.nat(9), (shape, stream, holes) => {
        const data = Uint32Array.from({ length: shape[0] * shape[1] * shape[2] }, () => {
          const v = stream.next().value!;
          return v < holes ? 0 : 1 + (v % 2);
        });
        for (const m of extract(volume(data, shape))) expectSound(m);
      }),
      { numRuns: 150, seed: 5 },
    );
  });
});
