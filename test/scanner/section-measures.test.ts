import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSwc } from "wbe/io";
import { measureBifurcations, measureSections, persistenceDiagram, persistenceDistance } from "wbe/scanner";
import golden from "../golden/morphometrics.json" with { type: "json" };
import { dataFolder } from "../io/data-folder.js";

/** A stem of 10 um along x that divides at once into arms of 3 (with a fork of its own) and 4 um. */
const tree = readSwc(
  [
    "1 1 -5 0 0 5 -1",
    "2 3 0 0 0 2 1",
    "3 3 10 0 0 1 2",
    "4 3 10 3 0 0.5 3",
    "5 3 10 0 4 0.25 3",
    "6 3 10 4 0 0.5 4",
    "7 3 11 3 0 0.5 4",
  ].join("\n"),
);

describe("measures of sections", () => {
  const s = measureSections(tree);

  it("are those of a tree worked by hand", () => {
    expect([...s.length]).toEqual([10, 3, 4, 1, 1]);
    expect([...s.branchOrder]).toEqual([0, 1, 1, 2, 2]);
    expect([...s.strahlerOrder]).toEqual([2, 2, 1, 1, 1]);
    expect([...s.pathDistance]).toEqual([10, 13, 14, 14, 14]);
    expect([...s.nSubtree]).toEqual([5, 3, 1, 1, 1]);
    expect([...s.subtreeLength]).toEqual([19, 5, 4, 1, 1]);
    expect([...s.isTerminal]).toEqual([0, 0, 1, 1, 1]);
    expect(s.radialDistance[0]).toBe(15);
    expect(s.taperRate[0]).toBeCloseTo(-0.2, 12);
    expect(s.meanRadius[0]).toBe(1.5);
    expect([...s.tortuosity]).toEqual([1, 1, 1, 1, 1]);
  });

  it("of a lone soma are none, and of a stem of one point are without length", () => {
    expect(measureSections(readSwc("1 1 0 0 0 6 -1")).length).toHaveLength(0);
    const point = measureSections(readSwc("1 1 0 0 0 6 -1\n2 3 0 6 0 1 1"));
    expect([point.length[0], point.tortuosity[0], point.meanRadius[0]]).toEqual([0, 1, 1]);
    expect(point.taperRate[0]).toBeNaN();
  });

  it("bifurcations have the angles, asymmetries and diameters of the tree worked by hand", () => {
    const b = measureBifurcations(tree);
    expect([...b.section]).toEqual([0, 1]);
    expect(b.localAngle[0]).toBeCloseTo(Math.PI / 2, 12);
    expect(b.remoteAngle[1]).toBeCloseTo(Math.PI / 2, 12);
    expect([...b.partitionAsymmetry]).toEqual([0.5, 0]);
    expect([...b.partitionAsymmetryUylings]).toEqual([1, 0]);
    expect(b.lengthAsymmetry[0]).toBeCloseTo(1 / 19, 12);
    expect([...b.siblingRatio]).toEqual([0.5, 1]);
    expect(b.diameterPower[0]).toBeCloseTo(2 ** 1.5 + 4 ** 1.5, 12);
  });
});

describe("persistence", () => {
  it("a bar for each tip: the farthest lives to the stem, the others end where they join", () => {
    const d = persistenceDiagram(tree, { measure: "path" });
    const bars = Array.from(d.birth, (b, k) => [b, d.death[k]!]).sort((p, q) => q[1]! - p[1]!);
    expect(bars).toEqual([
      [14, 13],
      [14, 10],
      [14, 0],
    ]);
  });

  it("a tree has no distance from itself; one without a spread of bars has no image", () => {
    const grown = persistenceDiagram(tree);
    expect(persistenceDistance(grown, grown, 20)).toBe(0);
    const line = persistenceDiagram(readSwc("1 3 0 0 0 1 -1\n2 3 5 0 0 1 1"));
    expect([...line.birth, ...line.death]).toEqual([5, 0]);
    expect(() => persistenceDistance(line, line)).toThrow(/three or more bars/);
    expect(() =>
      persistenceDistance(
        { birth: new Float64Array(0), death: new Float64Array(0) },
        { birth: new Float64Array(0), death: new Float64Array(0) },
      ),
    ).toThrow(/at least one bar/);
  });
});

/** [count, sum, sum of squares, largest] */
function summary(values: ArrayLike<number>): number[] {
  const v = Array.from(values);
  return [v.length, v.reduce((s, x) => s + x, 0), v.reduce((s, x) => s + x * x, 0), Math.max(...v)];
}

describe.runIf(dataFolder)("real morphologies measure as in NeuroM and TMD", () => {
  const read = (file: string) => readSwc(readFileSync(join(dataFolder!, file), "utf8"));

  it.each(golden.found)("$file", ({ file, measures }) => {
    const m = read(file);
    const s = measureSections(m);
    const b = measureBifurcations(m, s);
    const [radial, path] = [persistenceDiagram(m), persistenceDiagram(m, { measure: "path" })];
    const ours: Record<keyof typeof measures, ArrayLike<number>> = {
      section_lengths: s.length,
      section_end_distances: s.endDistance,
      section_tortuosity: s.tortuosity,
      section_areas: s.area,
      section_volumes: s.volume,
      section_branch_orders: s.branchOrder,
      section_strahler_orders: s.strahlerOrder,
      section_path_distances: s.pathDistance,
      section_radial_distances: s.radialDistance,
      terminal_path_lengths: s.pathDistance.filter((_, k) => s.isTerminal[k] === 1),
      local_bifurcation_angles: b.localAngle,
      remote_bifurcation_angles: b.remoteAngle,
      partition_asymmetry: b.partitionAsymmetry,
      sibling_ratios: b.siblingRatio,
      diameter_power_relations: b.diameterPower,
      partition_asymmetry_uylings: b.partitionAsymmetryUylings,
      partition_asymmetry_length: b.lengthAsymmetry,
      births_radial: radial.birth,
      deaths_radial: radial.death,
      births_path: path.birth,
      deaths_path: path.death,
    };
    for (const [name, expected] of Object.entries(measures)) {
      const got = summary(ours[name as keyof typeof measures]);
      expect([name, got[0]]).toEqual([name, expected[0]]);
      // Single precision of MorphIO's coordinates: 1e-6 of sums; angles between short links far from the origin: 2e-5.
      const tolerance = name.includes("angle") ? 2e-5 : 1e-6;
      for (const k of [1, 2, 3]) {
        expect(Math.abs(got[k]! - expected[k]!) / Math.abs(expected[k]!), `${name} ${k}`).toBeLessThan(tolerance);
      }
    }
  });

  it.each(golden.distances)("distance by topology of $a and $b", ({ a, b, distance }) => {
    const found = persistenceDistance(persistenceDiagram(read(a)), persistenceDiagram(read(b)));
    expect(Math.abs(found / distance - 1)).toBeLessThan(1e-5);
  });
});
