import { describe, expect, it } from "vitest";
import { AffineTransform, Coordinate3D } from "wbe/core";
import { readRegionTree } from "wbe/io";
import { BrainAtlas } from "wbe/scanner";

/** A brain with a cortex of two areas, and a thalamus; ids as wild as those of the Allen atlas. */
const nested = {
  msg: [
    {
      id: 997,
      acronym: "root",
      name: "root",
      children: [
        {
          id: 315,
          acronym: "Isocortex",
          name: "Isocortex",
          parent_structure_id: 997,
          children: [
            { id: 385, acronym: "VISp", name: "Primary visual area" },
            { id: 614454277, acronym: "SSp", name: "Primary somatosensory area" },
          ],
        },
        { id: 549, acronym: "TH", name: "Thalamus", parent_structure_id: 997 },
      ],
    },
  ],
};
const regions = readRegionTree(nested);
/** 4 × 2 × 1 voxels of 100 × 50 × 25 um: VISp VISp SSp Isocortex / 0 TH TH TH. */
const labels = {
  data: Uint32Array.of(385, 385, 614454277, 315, 0, 549, 549, 549),
  shape: [4, 2, 1] as const,
  voxelSize: [100, 50, 25] as const,
  origin: [1000, 0, 0] as const,
};
const atlas = new BrainAtlas({ name: "toy", labels, regions });
const acronyms = (list: readonly { acronym: string }[]) => list.map(({ acronym }) => acronym).join(" ");

describe("region trees", () => {
  it("nested and flat rows give the same regions", () => {
    const flat = regions.map(({ id, acronym, name, parent }) => ({ id, acronym, name, parent_structure_id: parent }));
    expect(readRegionTree(flat)).toEqual(regions);
    expect(regions).toHaveLength(5);
  });

  it("faults are named: a missing name, an id used twice, a parent that is none, a circle", () => {
    expect(() => readRegionTree([{ id: 1 }])).toThrow(/0\.name|name/);
    expect(() => readRegionTree("root")).toThrow(/expected regions/);
    expect(() =>
      readRegionTree([
        { id: 1, name: "a" },
        { id: 1, name: "b" },
      ]),
    ).toThrow(/id 1 is used twice/);
    expect(() => readRegionTree([{ id: 1, name: "a", parent: 7 }])).toThrow(/part of 7, which is not there/);
    expect(() =>
      readRegionTree([
        { id: 1, name: "a", parent: 2 },
        { id: 2, name: "b", parent: 1 },
      ]),
    ).toThrow(/part of itself/);
  });

  it("may be deep", () => {
    const chain = Array.from({ length: 20000 }, (_, id) => ({ id, name: `r${id}`, parent: id === 0 ? null : id - 1 }));
    expect(readRegionTree(chain)).toHaveLength(20000);
    let deep: unknown = { id: 0, name: "r" };
    for (let id = 1; id < 20000; id++) deep = { id, name: "r", children: [deep] };
    expect(() => readRegionTree(deep)).toThrow(/nested too deeply/);
  });
});

describe("an atlas", () => {
  it("knows the region of a point in every frame", () => {
    expect(atlas.regionAt(new Coordinate3D(2, 0, 0, "voxel"))?.acronym).toBe("SSp");
    expect(atlas.regionAt(new Coordinate3D(1149, 0, 0))?.acronym).toBe("VISp");
    expect(atlas.regionAt(new Coordinate3D(1151, 0, 0, "atlas:toy"))?.acronym).toBe("SSp");
    expect(atlas.regionAt(new Coordinate3D(1000, 50, 0))).toBeNull();
    expect(atlas.regionAt(new Coordinate3D(-5000, 0, 0))).toBeNull();
    expect(() => atlas.regionAt(new Coordinate3D(0, 0, 0, "atlas:other"))).toThrow(/atlas:toy|voxel|atlas:other/);
  });

  it("answers about the hierarchy", () => {
    expect(acronyms(atlas.childrenOf("Isocortex"))).toBe("VISp SSp");
    expect(acronyms(atlas.withDescendants("root"))).toBe("root Isocortex VISp SSp TH");
    expect(acronyms(atlas.ancestorsOf(385))).toBe("Isocortex root");
    expect(atlas.isWithin("VISp", "Isocortex")).toBe(true);
    expect(atlas.isWithin("TH", "Isocortex")).toBe(false);
    expect(atlas.region("Primary visual area").id).toBe(385);
    expect(atlas.regionAmong(new Coordinate3D(1000, 0, 0), ["Isocortex", "TH"])?.acronym).toBe("Isocortex");
  });

  it("measures regions with their parts", () => {
    expect(atlas.voxelsOf("Isocortex")).toBe(4);
    expect(atlas.volumeOf("root")).toBe(7 * 125000);
    expect(atlas.centerOf("TH")?.toArray()).toEqual([1200, 50, 0]);
    expect([...atlas.maskOf("Isocortex")]).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
  });

  it("brings points through its transform: a mirrored atlas at half the size", () => {
    const toAtlas = new AffineTransform("scanner", "atlas:half", [-0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0]);
    const half = new BrainAtlas({ name: "half", labels, regions, toAtlas });
    expect(half.regionAt(new Coordinate3D(-600, 0, 0, "atlas:half"))?.acronym).toBe("SSp");
    expect(half.volumeOf("root")).toBeCloseTo((7 * 125000) / 8, 6);
    expect(() => new BrainAtlas({ name: "x", labels, regions, toAtlas })).toThrow(/expected a transform to "atlas:x"/);
  });

  it("refuses labels that no region has, and names that are none", () => {
    const strange = { ...labels, data: labels.data.map((label) => (label === 549 ? 550 : label)) };
    expect(() => new BrainAtlas({ name: "toy", labels: strange, regions })).toThrow(/550 \(3 voxels\)/);
    expect(() => atlas.region("VISP")).toThrow(/no region "VISP"/);
  });
});
