/** Regions, places and values that vary over a cell. */
import { describe, expect, it } from "vitest";
import { buildCell, drawSites, findSite, parseSite, RegionReader, spaceSites } from "wbe/cells";
import { readSwc } from "wbe/io";

const swc = [
  "1 1 0 0 0 10 -1",
  "2 3 0 10 0 1 1",
  "3 3 0 210 0 1 2",
  "4 4 10 0 0 1 1",
  "5 4 310 0 0 1 4",
  "6 2 -10 0 0 0.5 1",
  "7 2 -110 0 0 0.5 6",
].join("\n");

const parameters = [{ region: "all", Ra: 100, Cm: 1 }];
const cell = buildCell({ morphology: readSwc(swc), compartments: { maxLength: 20 }, parameters });
const { tree, regions } = cell;
const count = (text: string): number => regions.region(text).reduce((a, b) => a + b, 0);

describe("a region", () => {
  it("is a tag, or tags joined by or, and, not", () => {
    expect([count("soma"), count("dend"), count("apic"), count("axon")]).toEqual([1, 11, 15, 5]);
    expect(count("all")).toBe(32);
    expect(count("dend or apic")).toBe(26);
    expect(count("not (dend or apic)")).toBe(6);
    expect(count("type(4)")).toBe(15);
    expect(() => count("dend and apic")).toThrow(/"dend and apic" matches no compartment/);
  });

  it("is a range of distances from the soma, at the middles of compartments", () => {
    // apical compartments of 20 um: middles at 10, 30, … 290 um
    expect(count("apic and distance(soma) > 100 um")).toBe(10);
    expect(count("apic and distance(soma) > 0.1 mm and distance(soma) < 150 um")).toBe(2);
  });

  it("is measured along the path from any other region", () => {
    // From the nearest compartment of the axon (middle at 10 um from the soma's middle).
    const near = regions.region("distance(axon) < 25 um and not axon");
    const places = Array.from(near).flatMap((inside, i) => (inside ? [regions.placeName(i)] : []));
    expect(places.map((place) => place.replace(/\(.*/, "")).sort()).toEqual(["apic[0]", "dend[0]", "soma[0]"]);
  });

  it("may have a name of its own, and not be defined by itself", () => {
    const named = new RegionReader(tree, { tuft: "apic and distance(soma) > 200 um", far: "tuft or axon" });
    expect(named.region("far").reduce((a, b) => a + b, 0)).toBe(5 + 5);
    expect(() => new RegionReader(tree, { a: "b", b: "a" }).region("a")).toThrow(/defined by itself.*a → b|b → a/s);
    expect(() => new RegionReader(tree, { soma: "all" })).toThrow(/name of a word/);
  });

  it("that matches nothing, or names what is not there, is refused", () => {
    expect(() => count("distance(soma) > 1 mm")).toThrow(/matches no compartment.*distances up to 290/s);
    expect(() => count("dendrite")).toThrow(/unknown name "dendrite"/);
    expect(() => count("distance(soma) > 100 mV")).toThrow(expect.objectContaining({ code: "DIMENSION" }));
    expect(() => count("distance(soma)")).toThrow(/expected a condition/);
  });
});

describe("a value", () => {
  it("is a number, a quantity or an expression of path distance", () => {
    const build = (gLeak: number | string) =>
      buildCell({
        morphology: readSwc(swc),
        compartments: { maxLength: 20 },
        parameters: [...parameters, { region: "apic", gLeak, ELeak: -70 }],
      });
    const at = (x: number) => findSite(tree, "apic", x).node;
    const area = 2 * Math.PI * 20;
    expect(build(0.1).leak[at(0)]).toBeCloseTo(0.1 * area * 0.01, 12);
    expect(build("100 uS/cm2").leak[at(0)]).toBeCloseTo(0.1 * area * 0.01, 12);
    const graded = build("0.1 mS/cm2 * exp(-distance(soma)/(100 um))");
    expect(graded.leak[at(0.5)]).toBeCloseTo(0.1 * Math.exp(-1.5) * area * 0.01, 12);
    expect(graded.leak[0]).toBe(0);
  });

  it("that stands later wins; one that is missing or not positive is named with its place", () => {
    const build = (more: object[]) =>
      buildCell({ morphology: readSwc(swc), compartments: { maxLength: 20 }, parameters: more as never });
    const two = build([...parameters, { region: "axon", Ra: 200 }]);
    const [axon, apic] = [findSite(two.tree, "axon", 0.5).node, findSite(two.tree, "apic", 0.5).node];
    // Twice the resistivity, a quarter of the cross-section.
    expect(two.axial[axon]! / two.axial[apic]!).toBeCloseTo(1 / 8, 12);
    expect(() => build([{ region: "dend", Ra: 100, Cm: 1 }])).toThrow(
      /Ra is not given for every compartment.*soma\[0\]\(0.5\)/s,
    );
    expect(() => build([...parameters, { region: "axon", Cm: 0 }])).toThrow(/expected Cm > 0, found 0.*axon\[0\]/s);
    expect(() => build([...parameters, { region: "axon", Rm: 1e4 }])).toThrow(/ELeak is not given/);
  });
});

describe("places", () => {
  it("are found by section and place along it", () => {
    expect(regions.placeName(findSite(tree, "dend[0]", 0.5).node)).toBe("dend[0](0.5)");
    expect(() => findSite(tree, "dend[3]", 0.5)).toThrow(/unknown section "dend\[3\]".*dend\[0\]/s);
    expect(() => findSite(tree, "dend", 1.5)).toThrow(/from 0 to 1/);
    expect(parseSite(tree, "location(dend[0], 0.5)")).toEqual(findSite(tree, "dend[0]", 0.5));
    expect(parseSite(tree, " location( soma,1 ) ").section).toBe(0);
    expect(() => parseSite(tree, "dend[0](0.5)")).toThrow(/expected a place such as "location\(dend\[3\], 0.5\)"/);
    expect(() => parseSite(tree, "location(dend, 1.2.3)")).toThrow(/finite number/);
  });

  it("drawn from a region depend on the seed alone, and follow path length or area", () => {
    const region = regions.region("apic or axon");
    const draw = (seed: number, by: "length" | "area") => drawSites(tree, region, 4000, { seed, by });
    expect(draw(1, "length")).toEqual(draw(1, "length"));
    expect(draw(1, "length")).not.toEqual(draw(2, "length"));
    const share = (by: "length" | "area") =>
      draw(3, by).filter(({ section }) => tree.sections[section]!.name === "apic[0]").length / 4000;
    // 300 of 400 um, and 600 of 700 parts of the area; 4000 draws: sd below 0.007, 5 sd allowed
    expect(Math.abs(share("length") - 0.75)).toBeLessThan(0.035);
    expect(Math.abs(share("area") - 6 / 7)).toBeLessThan(0.035);
    for (const { node, section, x } of draw(1, "length")) {
      expect(tree.section[node]).toBe(section);
      expect(Math.abs(x - tree.x[node]!)).toBeLessThanOrEqual(0.5 / tree.counts[section]! + 1e-12);
    }
  });

  it("spaced over a region stand at equal path lengths", () => {
    const sites = spaceSites(tree, regions.region("apic"), 3);
    expect(sites.map(({ x }) => Number(x.toFixed(9)))).toEqual([0.166666667, 0.5, 0.833333333]);
  });
});
