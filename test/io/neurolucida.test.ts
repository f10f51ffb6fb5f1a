import { describe, expect, it } from "vitest";
import { WbeError } from "wbe/core";
import { bytesSource, detectFormat, neurolucidaFormat, readNeurolucida } from "wbe/io";
import type { Morphology } from "../../src/core/morphology.js";
import golden from "../golden/format-files.json" with { type: "json" };

const tracing = `; V3 text file written for MicroBrightField products.
(ImageCoords Filename "c:\\tissue (1).jpg" Merge 1)
("CellBody" (Color Red) (CellBody)
  (  1.0  0.0  0.0  0.1 S1)  ; 1
  (  0.0  1.0  0.0  0.1 S1)
  ( -1.0  0.0  0.0  0.1 S1)
  (  0.0 -1.0  0.0  0.1 S1)
) ; End of contour
( (Color Blue)
  (Dendrite)
  (  0.0  1.0  0.0  2.0)  ; Root
  (  0.0  5.0  0.0  1.5)  ; 1, R
  <(  0.5 5.0 0.0 0.2)>
  (Dot (Color White) (Name "Marker 3") ( 0.0 4.0 0.0 0.1))
  (
    ( -5.0, 10.0, 0.5, 1.0)
    ( ( -9.0 15.0 1e0 0.5) Normal | ( -5.0 10.0 0.5 1.0) ( -5.0 16.0 1.0 0.5) Incomplete )
  |
    (  5.0 10.0 -0.5 1.0) High
  )  ;  End of split
)
("Pia" (Color Green) (Closed) (0 0 0 1) (1 1 1 1))`;

/** Unbranched pieces as MorphIO has them: a child begins with the last point of its parent. */
function sectionsOf(m: Morphology): { type: number; points: number[][] }[] {
  const children = Array.from(m.parent, () => [] as number[]);
  m.parent.forEach((p, i) => {
    if (p >= 0) children[p]!.push(i);
  });
  const sections: { type: number; points: number[][] }[] = [];
  const point = (i: number) => [m.x[i]!, m.y[i]!, m.z[i]!];
  const walk = (first: number, before: number) => {
    const points = m.type[before] === 1 || before < 0 ? [] : [point(before)];
    let at = first;
    for (;;) {
      points.push(point(at));
      if (children[at]!.length !== 1) break;
      at = children[at]![0]!;
    }
    sections.push({ type: m.type[first]!, points });
    for (const child of children[at]!) walk(child, at);
  };
  for (const [i, type] of m.type.entries())
    if (type !== 1 && (m.parent[i]! < 0 || m.type[m.parent[i]!] === 1)) walk(i, m.parent[i]!);
  return sections;
}

describe("Neurolucida", () => {
  it("a tracing that MorphIO wrote has MorphIO's sections and centre of the soma", async () => {
    const { file, sections, somaCentre } = golden.neurolucida;
    const morphology = await neurolucidaFormat.read(bytesSource(Buffer.from(file, "base64"), "a.asc"));
    expect([morphology.x[0], morphology.y[0], morphology.z[0]]).toEqual(somaCentre);
    expect(morphology.radius[0]).toBe(1);
    expect(sectionsOf(morphology)).toEqual(sections.map(({ type, points }) => ({ type, points })));
  });

  it("points, branches and types of a tracing; spines, markers and other outlines are left out and named", () => {
    const m = readNeurolucida(tracing, { name: "a" });
    expect(Array.from(m.type)).toEqual([1, 3, 3, 3, 3, 3, 3]);
    expect(Array.from(m.parent)).toEqual([-1, 0, 1, 2, 3, 3, 2]);
    expect(Array.from(m.radius)).toEqual([1, 1, 0.75, 0.5, 0.25, 0.25, 0.5]);
    expect(Array.from(m.y)).toEqual([0, 1, 5, 10, 15, 16, 10]);
    expect(m.comments).toEqual(["V3 text file written for MicroBrightField products."]);
    expect(m.warnings).toEqual([
      "objects that are neither cell body nor neurite were left out (line 22)",
      "the outline of the cell body was read as a sphere of its mean radius (line 4)",
      "spines were left out (line 13)",
      "markers were left out (line 14)",
    ]);
  });

  it("neurites without a cell body are trees of their own", () => {
    const m = readNeurolucida("((Axon) (0 0 0 1) (1 0 0 1)) ((Apical) (5 5 5 2))");
    expect(Array.from(m.parent)).toEqual([-1, 0, -1]);
    expect(Array.from(m.type)).toEqual([2, 2, 4]);
  });

  it("is found by content whatever its name", async () => {
    expect((await detectFormat(bytesSource(new TextEncoder().encode(tracing), "cell.txt"))).id).toBe("neurolucida");
  });

  it.each([
    ["((Dendrite) (0 0 0 1)", /expected a list that is closed, found the end of the file \(at t, line 1\)/],
    ["((Dendrite) (0 0 0 1)))", /expected a list that was opened/],
    ["((Dendrite)\n (0 0))", /line 2/],
    ["((Dendrite) (0 0 0 -1))", /diameter of at least 0/],
    ['((Dendrite) "open)', /expected a closed text/],
    ["(Sections S1)", /expected a cell body or neurites/],
    ["((Dendrite) (1e999 0 0 1))", /x, y, z/],
  ])("%s is refused with its place", (text, message) => {
    expect(() => readNeurolucida(text, { file: "t" })).toThrow(WbeError);
    expect(() => readNeurolucida(text, { file: "t" })).toThrow(message);
  });

  it("a hundred thousand branches inside one another are read without recursion", () => {
    const depth = 100_000;
    const text = `((Axon) (0 0 0 1) ${Array.from({ length: depth }, (_, i) => `( (${i + 1} 0 0 1) `).join("")}${") ".repeat(depth)})`;
    const m = readNeurolucida(text);
    expect(m.x.length).toBe(depth + 1);
    expect(m.parent[depth]).toBe(depth - 1);
  });
});
