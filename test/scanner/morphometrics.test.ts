import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSwc } from "wbe/io";
import {
  countShollCrossings,
  findBranchPoints,
  findSections,
  findTips,
  measureMorphology,
  measurePathLengths,
} from "../../src/scanner/morphometrics.js";
import { measureSoma } from "../../src/scanner/soma.js";
import { dataFolder } from "../io/data-folder.js";

describe("soma", () => {
  it("one and three points of radius 6 um have the area 452.3893421169 um2 and no neurites (CASES O01)", () => {
    const point = measureMorphology(readSwc("1 1 0 0 0 6 -1"));
    const three = measureMorphology(readSwc("1 1 0 0 0 6 -1\n2 1 0 -6 0 6 1\n3 1 0 6 0 6 1"));
    expect(point.soma.form).toBe("point");
    expect(three.soma.form).toBe("three-point");
    for (const m of [point, three]) {
      expect(m.soma.area).toBeCloseTo(452.3893421169, 10);
      expect(m.soma.radius).toBeCloseTo(6, 12);
      expect(m).toMatchObject({ nStems: 0, nSections: 0, nBranchPoints: 0, nTips: 0, cableLength: 0, neuriteArea: 0 });
      expect(m.warnings).toEqual([]);
    }
    expect(point.soma.volume).toBeCloseTo(904.779, 3);
    expect(three.soma.volume).toBeCloseTo(1357.168, 3);
  });

  it("three points away from the three-point form are frusta", () => {
    const soma = measureSoma(readSwc("1 1 0 0 0 6 -1\n2 1 0 -9 0 6 1\n3 1 0 9 0 6 1"));
    expect(soma.form).toBe("cylinders");
    expect(soma.area).toBeCloseTo(2 * Math.PI * 6 * 18, 9);
  });

  it("frusta have the lateral areas that MorphIO's test files state", () => {
    const rows = ["1 1 0 0 0 40 -1", "2 1 1 0 0 35 1", "3 1 2 0 0 29 2", "4 1 3 0 0 17 3"];
    expect(measureSoma(readSwc(rows.slice(0, 2).join("\n"))).area).toBeCloseTo(1201.428168331057, 9);
    expect(measureSoma(readSwc(rows.join("\n"))).area).toBeCloseTo(4164.610254415956, 9);
  });

  it("an outline of radius 7 is the sphere of that radius, whatever the side on which it is closed", () => {
    const outline = Array.from({ length: 24 }, (_, k) => {
      const angle = (2 * Math.PI * k) / 24;
      return `${k + 1} 1 ${3 + 7 * Math.cos(angle)} ${7 * Math.sin(angle)} 2 0.1 ${k === 0 ? -1 : k}`;
    });
    const soma = measureSoma(readSwc(outline.join("\n")));
    expect(soma.form).toBe("contour");
    expect(soma.area).toBeCloseTo(4 * Math.PI * 49, 9);
    expect(soma.center[0]).toBeCloseTo(3, 12);
    const halfOpen = measureSoma(readSwc(outline.slice(0, 12).join("\n")));
    expect(halfOpen.form).toBe("cylinders");
  });

  it("several somata are added up with a warning, none is none", () => {
    const two = measureSoma(readSwc("1 1 0 0 0 1 -1\n2 3 4 0 0 1 1\n3 1 9 0 0 2 -1"));
    expect(two.area).toBeCloseTo(4 * Math.PI * 5, 12);
    expect(two.warnings).toEqual(["2 separate somata: areas and volumes are added up"]);
    expect(measureSoma(readSwc("1 3 0 0 0 1 -1")).form).toBe("none");
  });
});

describe("tree", () => {
  const o02 = readSwc(
    "2 3 0 30 0 1 4\n10 3 10 20 0 1 4\n1 1 0 0 0 5 -1\n4 3 0 20 0 1 5\n40 3 -10 20 0 1 4\n5 3 0 10 0 1 1",
  );
  const ids = (points: number[]) => points.map((i) => o02.id[i]).sort((a, b) => a! - b!);

  it("one trunk, three terminal sections, one branch point, three tips, 40 um of cable (CASES O02)", () => {
    const m = measureMorphology(o02);
    expect(m.soma.points.length).toBe(1);
    expect(m.nPoints).toBe(6);
    expect(ids(findBranchPoints(o02))).toEqual([4]);
    expect(ids(findTips(o02))).toEqual([2, 10, 40]);
    const sections = findSections(o02);
    expect(sections.map((s) => s.points.map((i) => o02.id[i]))).toEqual(
      expect.arrayContaining([
        [5, 4],
        [4, 2],
        [4, 10],
        [4, 40],
      ]),
    );
    expect(sections.map((s) => s.order)).toEqual([0, 1, 1, 1]);
    expect(m).toMatchObject({
      nSections: 4,
      cableLength: 40,
      cableLengthByType: { 3: 40 },
      maxBranchOrder: 1,
      nStems: 1,
    });
  });

  it("the path from the soma centre to each tip is 30 um (CASES O02)", () => {
    const path = measurePathLengths(o02);
    expect(findTips(o02).map((i) => path[i])).toEqual([30, 30, 30]);
    expect(measureMorphology(o02).maxPathLength).toBe(30);
  });

  it("a straight cylinder has the closed-form area and volume, a cone its frustum's", () => {
    const m = measureMorphology(readSwc("1 1 0 0 0 5 -1\n2 3 5 0 0 2 1\n3 3 15 0 0 2 2"));
    expect(m.neuriteArea).toBeCloseTo(2 * Math.PI * 2 * 10, 12);
    expect(m.neuriteVolume).toBeCloseTo(Math.PI * 4 * 10, 12);
    const cone = measureMorphology(readSwc("1 3 0 0 0 3 -1\n2 3 4 0 0 0 1"));
    expect(cone.neuriteArea).toBeCloseTo(Math.PI * 3 * 5, 12);
    expect(cone.neuriteVolume).toBeCloseTo((Math.PI * 9 * 4) / 3, 12);
  });

  it("Sholl counts are exact: a link that dips into a sphere crosses twice, one that touches it never", () => {
    const v = readSwc("1 3 -4 3 0 1 -1\n2 3 4 3 0 1 1");
    expect([...countShollCrossings(v, [2.9, 3, 3.1, 5.1], [0, 0, 0])]).toEqual([0, 0, 2, 0]);
    // From the soma outwards along the three branches of O02: 10..20, then 20..30 and two that reach sqrt(500).
    expect([...countShollCrossings(o02, [5, 15, 21, 25])]).toEqual([0, 1, 3, 1]);
  });

  it("a stem that branches at once starts two sections of order 0; a stem without a child is one of length 0", () => {
    const m = readSwc("1 1 0 0 0 5 -1\n2 3 5 0 0 1 1\n3 3 6 0 0 1 2\n4 3 5 1 0 1 2\n5 2 0 5 0 1 1");
    expect(findSections(m).map((s) => [s.order, s.length, s.type])).toEqual([
      [0, 1, 3],
      [0, 1, 3],
      [0, 0, 2],
    ]);
    expect(measureMorphology(m).boundingBox).toEqual({ min: [0, 0, 0], max: [6, 5, 0] });
  });
});

/**
 * NeuroM 4.0.6 (MorphIO 3.4, float32 columns, hence the relative tolerance of 1e-6):
 * get(total_length, number_of_sections, number_of_leaves, number_of_forking_points, total_area, total_volume,
 * max section_branch_orders), and sholl_crossings at 20, 50, 100, 200 um of the soma's centre.
 */
const neurom: Record<
  string,
  { length: number; counts: number[]; area: number; volume: number; soma: number; sholl: number[] }
> = {
  "morphology/arbor_pyramidal.swc": {
    length: 9950.690856933594,
    counts: [219, 114, 105, 29],
    area: 19471.409118652344,
    volume: 3635.2457122802734,
    soma: 4 * Math.PI * 4.46694 ** 2, // NeuroM takes the mean distance of points 2 and 3, rounded in the file
    sholl: [21, 40, 34, 10],
  },
  "morphology/allen_human_H16.06.012.11.08.04_668616935_m.swc": {
    length: 30807.825134277344,
    counts: [288, 149, 139, 15],
    area: 40505.30651855469,
    volume: 5703.898452758789,
    soma: 1095.3665771484375,
    sholl: [15, 55, 78, 61],
  },
  "morphology/allen_bmtk_1606013050101.swc": {
    length: 4455.94423866272,
    counts: [25, 15, 10, 4],
    area: 15474.049842834473,
    volume: 5388.766427993774,
    soma: 1291.8143310546875,
    sholl: [4, 6, 8, 7],
  },
  "sonata/shared_components/morphologies/Pvalb_469628681_m.swc": {
    length: 1504.9735283851624,
    counts: [41, 23, 18, 5],
    area: 2303.133225440979,
    volume: 302.45945477485657,
    soma: 339.4288024902344,
    sholl: [10, 12, 5, 0],
  },
  "morphology/odd/neurom_Neuron.swc": {
    length: 840.6852111816406,
    counts: [84, 44, 40, 10],
    area: 3407.4395751953125,
    volume: 1104.9078674316406,
    soma: 0.2145213782787323,
    sholl: [8, 8, 0, 0],
  },
};

describe.runIf(dataFolder)("real morphologies measure as in NeuroM", () => {
  for (const [path, expected] of Object.entries(neurom)) {
    it(path, () => {
      const m = readSwc(readFileSync(join(dataFolder!, path), "utf8"));
      const got = measureMorphology(m);
      expect([got.nSections, got.nTips, got.nBranchPoints, got.maxBranchOrder]).toEqual(expected.counts);
      expect([...countShollCrossings(m, [20, 50, 100, 200])]).toEqual(expected.sholl);
      for (const [ours, theirs] of [
        [got.cableLength, expected.length],
        [got.neuriteArea, expected.area],
        [got.neuriteVolume, expected.volume],
        [got.soma.area, expected.soma],
      ] as const) {
        expect(Math.abs(ours / theirs - 1)).toBeLessThan(1e-6);
      }
    });
  }
});
