/** Sections, areas and axial resistances against NEURON's Import3d and against solids of known size. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildTree, countCompartments, findSections, measureCompartments, type Section } from "wbe/cells";
import { readSwc } from "wbe/io";
import type { Morphology } from "../../src/core/morphology.js";
import golden from "../golden/cell-geometry.json" with { type: "json" };
import { dataFolder } from "../io/data-folder.js";

/** NEURON keeps coordinates and diameters in single precision. */
function inSinglePrecision(m: Morphology): Morphology {
  const round = (column: Float64Array) => column.map((value) => Math.fround(value));
  const radius = m.radius.map((r) => Math.fround(2 * r) / 2);
  return { ...m, x: round(m.x), y: round(m.y), z: round(m.z), radius };
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

/** Relative to the value; NEURON reads 8 digits of a coordinate, so a short section of a far-off cell loses some. */
function expectClose(got: number, expected: number, tolerance: number, what: string): void {
  expect(Math.abs(got - expected) / Math.abs(expected), what).toBeLessThan(tolerance);
}

interface GoldenCell {
  file: string;
  sections: number;
  totals: Record<"nseg" | "length" | "area" | "volume" | "resistance", number>;
  names?: string[];
  nseg?: number[];
  length?: number[];
  area?: number[];
  volume?: number[];
  resistance?: number[];
  distance_of_end?: number[];
}

const cells = Object.entries(golden.cells as Record<string, GoldenCell>).filter(
  ([, { file }]) => dataFolder !== undefined && existsSync(`${dataFolder}/${file}`),
);

describe.skipIf(cells.length === 0)("against NEURON's Import3d", () => {
  it.each(cells)("%s has NEURON's sections, compartments, lengths, areas, volumes and axial resistances", (_, cell) => {
    const morphology = readSwc(readFileSync(`${dataFolder}/${cell.file}`, "utf8"));
    const sections = findSections(inSinglePrecision(morphology));
    const { Ra_ohm_cm: Ra, cm_uF_cm2: Cm, d_lambda: dLambda } = golden.parameters;
    const counts = Int32Array.from(sections, (section) => countCompartments(section, { dLambda }, Ra, Cm));
    const measured = sections.map((section, s) => measureCompartments(section, counts[s]!));
    const found = {
      length: sections.map((section) => section.length),
      area: measured.map(({ area }) => sum(area)),
      volume: measured.map(({ volume }) => sum(volume)),
      // Ω·cm/µm = 0.01 MΩ
      resistance: measured.map((m) => 0.01 * Ra * (sum(m.resistanceBefore) + sum(m.resistanceAfter))),
    };
    expect(sections).toHaveLength(cell.sections);
    expect(sum(counts)).toBe(cell.totals.nseg);
    for (const key of ["length", "area", "volume", "resistance"] as const) {
      expectClose(sum(found[key]), cell.totals[key], 1e-6, key);
    }
    if (!cell.names) return;
    // NEURON lists sections type by type, in the order of their types.
    const index = new Map(cell.names.map((name, k) => [name, k]));
    const tree = buildTree(sections, counts);
    sections.forEach((section, s) => {
      const k = index.get(section.name)!;
      expect(counts[s], section.name).toBe(cell.nseg![k]);
      for (const key of ["length", "area", "volume", "resistance"] as const) {
        expectClose(found[key][s]!, cell[key]![k]!, 1e-5, `${key} of ${section.name}`);
      }
      const last = tree.firstNode[s]! + counts[s]! - 1;
      const end = tree.distance[last]! + section.length / counts[s]! / 2;
      expectClose(end, cell.distance_of_end![k]!, 1e-6, `path to the end of ${section.name}`);
    });
  });
});

/** A section of two points. */
function frustum(length: number, from: number, to: number): Section {
  return findSections(readSwc(`1 3 0 0 0 ${from / 2} -1\n2 3 ${length} 0 0 ${to / 2} 1\n`))[0]!;
}

describe("compartments of a frustum", () => {
  it("have together its area, volume and resistance, whatever their number", () => {
    const [h, a, b] = [50, 6, 2];
    for (const n of [1, 3, 7, 101]) {
      const { area, volume, resistanceAfter, resistanceBefore } = measureCompartments(frustum(h, a, b), n);
      expect(sum(area)).toBeCloseTo((Math.PI / 2) * (a + b) * Math.hypot(h, (a - b) / 2), 9);
      expect(sum(volume)).toBeCloseTo(((Math.PI * h) / 12) * (a * a + a * b + b * b), 9);
      expect(sum(resistanceBefore) + sum(resistanceAfter)).toBeCloseTo((4 * h) / (Math.PI * a * b), 9);
    }
  });

  it("are cut in their middles: of a cylinder both halves resist alike, of a narrowing one the second more", () => {
    const even = measureCompartments(frustum(30, 2, 2), 3);
    expect(even.resistanceBefore[1]).toBeCloseTo(even.resistanceAfter[1]!, 12);
    const narrowing = measureCompartments(frustum(30, 4, 1), 1);
    // d = 4, 2.5, 1 at 0, 15, 30 um
    expect(narrowing.resistanceBefore[0]).toBeCloseTo((4 * 15) / (Math.PI * 4 * 2.5), 12);
    expect(narrowing.resistanceAfter[0]).toBeCloseTo((4 * 15) / (Math.PI * 2.5 * 1), 12);
  });

  it("count the ring of a step in diameter as membrane", () => {
    const swc = "1 3 0 0 0 1 -1\n2 3 10 0 0 1 1\n3 3 10 0 0 3 2\n4 3 20 0 0 3 3\n";
    const { area } = measureCompartments(findSections(readSwc(swc))[0]!, 1);
    expect(area[0]).toBeCloseTo(2 * Math.PI * 10 + 6 * Math.PI * 10 + Math.PI * (9 - 1), 9);
  });
});
