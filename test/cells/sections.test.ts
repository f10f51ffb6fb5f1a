/** How points become sections. */
import { describe, expect, it } from "vitest";
import { buildTree, countCompartments, findSections, lengthConstant, measureCompartments } from "wbe/cells";
import { readSwc } from "wbe/io";
import { cylinder } from "./rallpack-cells.js";

const sectionsOf = (...rows: string[]) => findSections(readSwc(rows.join("\n")));
const shape = (...rows: string[]) =>
  sectionsOf(...rows).map(({ name, parent, parentX, length }) => [name, parent, parentX, Number(length.toFixed(6))]);

describe("the soma", () => {
  it.each([
    ["one point", ["1 1 0 0 0 6 -1"]],
    ["three points of NeuroMorpho.org", ["1 1 0 0 0 6 -1", "2 1 0 -6 0 6 1", "3 1 0 6 0 6 1"]],
  ])("of %s has the area of the sphere, 4πr²", (_, rows) => {
    const [soma, ...others] = sectionsOf(...rows);
    expect(others).toHaveLength(0);
    expect(measureCompartments(soma!, 1).area[0]).toBeCloseTo(452.3893421169, 9);
  });

  it("of several points is frusta along them, end caps excluded", () => {
    const [soma] = sectionsOf("1 1 0 0 0 3 -1", "2 1 4 0 0 5 1", "3 1 10 0 0 5 2");
    const area = Math.PI * (3 + 5) * Math.hypot(4, 2) + 2 * Math.PI * 5 * 6;
    expect(measureCompartments(soma!, 1).area[0]).toBeCloseTo(area, 9);
  });
});

describe("a neurite", () => {
  it("of a soma of one point begins at its own first point, in the middle of the soma", () => {
    expect(shape("1 1 0 0 0 5 -1", "2 3 5 0 0 1 1", "3 3 25 0 0 1 2")).toEqual([
      ["soma[0]", -1, 0, 10],
      ["dend[0]", 0, 0.5, 20],
    ]);
  });

  it("of one point only begins in the middle of the soma, with its own diameter", () => {
    const [, dendrite] = sectionsOf("1 1 0 0 0 5 -1", "2 3 12 0 0 1 1");
    expect(dendrite).toMatchObject({ length: 12, parentX: 0.5 });
    expect(Array.from(dendrite!.diameter)).toEqual([2, 2]);
  });

  it("that branches at its first point off the soma has all branches begin there, in the middle of the soma", () => {
    const rows = ["1 1 0 0 0 5 -1", "2 3 5 0 0 1 1", "3 3 15 0 0 1 2", "4 3 5 20 0 1 2"];
    expect(shape(...rows)).toEqual([
      ["soma[0]", -1, 0, 10],
      ["dend[0]", 0, 0.5, 10],
      ["dend[1]", 1, 0, 20],
    ]);
    const tree = buildTree(sectionsOf(...rows), Int32Array.of(1, 1, 1));
    expect(Array.from(tree.parent)).toEqual([-1, 0, 0]);
  });

  it("of a soma of frusta is joined to the end it leaves from, or to the middle", () => {
    const soma = ["1 1 0 0 0 5 -1", "2 1 5 0 0 5 1", "3 1 10 0 0 5 2"];
    const at = (point: number) => [`4 3 0 10 0 1 ${point}`, "5 3 0 20 0 1 4"];
    expect(shape(...soma, ...at(1))[1]!.slice(1, 3)).toEqual([0, 0]);
    expect(shape(...soma, ...at(2))[1]).toEqual(["dend[0]", 0, 0.5, 10]);
    expect(shape(...soma, ...at(3))[1]!.slice(1, 3)).toEqual([0, 1]);
  });

  it("ends where its type changes", () => {
    expect(shape("1 3 0 0 0 1 -1", "2 3 10 0 0 1 1", "3 4 20 0 0 1 2", "4 4 30 0 0 1 3")).toEqual([
      ["dend[0]", -1, 0, 10],
      ["apic[0]", 0, 1, 20],
    ]);
  });

  it("gives the same sections in any order of rows", () => {
    const rows = ["1 1 0 0 0 5 -1", "2 3 5 0 0 1 1", "3 3 9 0 0 1 2", "4 3 20 5 0 1 3", "5 3 20 -5 0 1 3"];
    const shuffled = [rows[4]!, rows[2]!, rows[0]!, rows[3]!, rows[1]!];
    const lengths = (list: string[]) =>
      sectionsOf(...list)
        .map(({ length, parent }) => [length.toFixed(9), parent])
        .sort();
    expect(lengths(shuffled)).toEqual(lengths(rows));
  });
});

describe("refused, saying where and what to do", () => {
  it.each([
    [
      "two trees",
      ["1 3 0 0 0 1 -1", "2 3 9 0 0 1 1", "7 3 0 9 0 1 -1"],
      /one tree, found 2, with the roots 1, 7.*Join/s,
    ],
    ["a diameter of zero", ["1 3 0 0 0 1 -1", "2 3 9 0 0 0 1"], /diameter > 0, found 0 um at point 2.*radius/s],
    [
      "a section of length zero",
      ["1 3 0 0 0 1 -1", "2 3 0 0 0 1 1"],
      /length > 0, found 0 um in dend\[0\].*points 1, 2/s,
    ],
  ])("%s", (_, rows, message) => {
    expect(() => sectionsOf(...rows)).toThrow(
      expect.objectContaining({ code: "ARGUMENT", message: expect.stringMatching(message) }),
    );
  });
});

describe("the number of compartments", () => {
  const section = cylinder("dend[0]", 1000, 1);
  it("is odd, and compartments are no longer than maxLength", () => {
    expect([1000, 999, 400, 334, 200, 1].map((maxLength) => countCompartments(section, { maxLength }, 100, 1))).toEqual(
      [1, 3, 3, 3, 5, 1001],
    );
  });

  it("follows the length constant at 100 Hz: ½·√(d/(π f Ra Cm))", () => {
    // d 1e-4 cm, f 100/s, Ra 100 Ω·cm, Cm 1e-6 F/cm²: λ = 0.5·√(1e-4/(π·100·100·1e-6)) cm
    const lambda = 0.5 * Math.sqrt(1e-4 / (Math.PI * 100 * 100 * 1e-6)) * 1e4;
    expect(lengthConstant(section, 100, 100, 1)).toBeCloseTo(lambda, 9);
    // 1000 um are 35.4 tenths of it
    expect(countCompartments(section, { dLambda: 0.1 }, 100, 1)).toBe(37);
  });

  it("given as even is refused with the next odd one", () => {
    expect(() => countCompartments(section, { count: 4 }, 100, 1)).toThrow(
      /odd number of compartments, found 4.*Use 5/s,
    );
  });
});

describe("the tree", () => {
  it("has a junction only where three or more half-compartments meet", () => {
    const fork = [cylinder("dend[0]", 10, 1), cylinder("dend[1]", 10, 1, 0), cylinder("dend[2]", 10, 1, 0)];
    const tree = buildTree(fork, Int32Array.of(1, 1, 1));
    expect(Array.from(tree.parent)).toEqual([-1, 0, 1, 1]);
    expect(Array.from(tree.section)).toEqual([0, -1, 1, 2]);
    const chain = buildTree([fork[0]!, fork[1]!], Int32Array.of(3, 3));
    expect(chain.n).toBe(6);
    expect(chain.axialOwn[3]! + chain.axialParent[3]!).toBeCloseTo((2 * 4 * (10 / 6)) / Math.PI, 12);
  });

  it("keeps a section's compartments together and parents before children, also with branches at the start of the root", () => {
    const sections = [
      cylinder("dend[0]", 10, 1),
      cylinder("dend[1]", 10, 1, 0, 0),
      cylinder("dend[2]", 10, 1, 0, 0),
      cylinder("dend[3]", 10, 1, 0, 0.5),
    ];
    const tree = buildTree(sections, Int32Array.of(3, 3, 3, 3));
    expect(tree.n).toBe(13);
    tree.parent.forEach((p, i) => {
      expect(p).toBeLessThan(i);
    });
    sections.forEach((_, s) => {
      for (let k = 0; k < 3; k++) expect(tree.section[tree.firstNode[s]! + k]).toBe(s);
    });
  });
});
