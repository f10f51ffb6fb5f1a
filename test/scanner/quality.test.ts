import { describe, expect, it } from "vitest";

import { readSwc } from "wbe/io";
import { compareSegmentations, expectedRunLength } from "wbe/scanner";
import golden from "../golden/scanner.json" with { type: "json" };
import { blocky, volumes } from "./golden-volumes.js";

describe("comparison of segmentations", () => {
  const labels = [blocky(5, 9), volumes.blocks, volumes.blocks];

  it.each(golden.qualities.map((expected, k) => ({ ...expected, k })))(
    "$truth: as scikit-image to 1e-12",
    (expected) => {
      const found = compareSegmentations(labels[expected.k]!, volumes[expected.truth as keyof typeof volumes]);
      expect(found.variationOfInformation.split).toBeCloseTo(expected.split, 11);
      expect(found.variationOfInformation.merge).toBeCloseTo(expected.merge, 11);
      expect(found.adaptedRand.error).toBeCloseTo(expected.error, 12);
      expect(found.adaptedRand.precision).toBeCloseTo(expected.precision, 12);
      expect(found.adaptedRand.recall).toBeCloseTo(expected.recall, 12);
    },
  );

  it("has closed values where truth is halved, and where halves are merged", () => {
    const halves = Uint32Array.of(1, 1, 2, 2);
    const whole = Uint32Array.of(7, 7, 7, 7);
    // One bit each; pairs: 2 of 6 lie within a half.
    expect(compareSegmentations(halves, whole)).toMatchObject({
      variationOfInformation: { split: 1, merge: 0, total: 1 },
      adaptedRand: { precision: 1, recall: 1 / 3, error: 0.5 },
      randIndex: 1 / 3,
    });
    expect(compareSegmentations(whole, halves).variationOfInformation).toEqual({ split: 0, merge: 1, total: 1 });
    expect(compareSegmentations(halves, Uint32Array.of(9, 9, 3, 3))).toMatchObject({
      randIndex: 1,
      adaptedRand: { error: 0 },
    });
  });

  it("leaves out what is background in truth, unless asked not to", () => {
    const truth = [0, 0, 1, 1];
    expect(compareSegmentations([5, 6, 1, 1], truth)).toMatchObject({ voxels: 2, randIndex: 1 });
    expect(compareSegmentations([5, 6, 1, 1], truth, { ignore: [] })).toMatchObject({ voxels: 4, randIndex: 5 / 6 });
    expect(() => compareSegmentations([1, 2], [0, 0])).toThrow(/none outside of the ignored labels/);
    expect(() => compareSegmentations([1], [1, 2])).toThrow(/\(2\), found 1/);
  });
});

describe("expected run length", () => {
  /** Along x at 0, 10, 20, 30 um. */
  const line = (y: number) =>
    readSwc([0, 10, 20, 30].map((x, k) => `${k + 1} 3 ${x} ${y} 0 1 ${k === 0 ? -1 : k}`).join("\n"));

  it("of one label along a whole tree is its length, of a tree in two halves what the runs say", () => {
    expect(expectedRunLength([line(0)], () => 1)).toMatchObject({ expected: 30, possible: 30, nSplitLinks: 0 });
    const halves = expectedRunLength([line(0)], (x) => (x < 15 ? 1 : 2));
    expect(halves).toMatchObject({ expected: (100 + 100) / 30, nSplitLinks: 1, mergedLabels: [] });
  });

  it("counts nothing of a label that joins two trees", () => {
    expect(expectedRunLength([line(0), line(50)], () => 4)).toMatchObject({
      expected: 0,
      possible: 30,
      mergedLabels: [4],
    });
    const touching = expectedRunLength([line(0), line(50)], (x, y) => (y === 0 || x === 0 ? 1 : 2), { mergeNodes: 2 });
    expect(touching).toMatchObject({ expected: (900 + 400) / 60, nSplitLinks: 1, mergedLabels: [] });
  });

  it("refuses trees without length", () => {
    expect(() => expectedRunLength([], () => 1)).toThrow(/true skeletons with length/);
  });
});
