import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wbe } from "./harness.js";

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "wbe-connectome-"));
  // CASES O06: declared defaults and an empty value.
  await writeFile(
    join(cwd, "o06.graphml"),
    `<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="c" for="node" attr.name="color" attr.type="string"><default>yellow</default></key>
  <key id="w" for="edge" attr.name="weight" attr.type="double"><default>0.5</default></key>
  <graph id="G" edgedefault="directed">
    <node id="n0"><data key="c">green</data></node><node id="n1"/><node id="n2"><data key="c"></data></node>
    <edge source="n0" target="n1"/><edge source="n1" target="n2"><data key="w">2.0</data></edge>
  </graph>
</graphml>`,
  );
  await writeFile(join(cwd, "cell.swc"), "1 1 0 0 0 5 -1\n");
});
afterAll(() => rm(cwd, { recursive: true }));

describe("wbe connectome", () => {
  it("info says what C. elegans is", async () => {
    const { code, out } = await wbe("connectome info celegans --types excitatory,inhibitory --json", { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      nodes: 279,
      edges: 2194,
      reciprocity: 466 / 2194,
      "strong components": "42, largest 237",
    });
  });

  it("info draws matrix, degrees and rich club, and does not write over them", async () => {
    const line = "connectome info celegans --surrogates 3 --figures figures";
    expect((await wbe(line, { cwd })).code).toBe(0);
    for (const name of ["matrix", "degrees", "rich-club"]) {
      expect(await readFile(join(cwd, "figures", `${name}.svg`), "utf8")).toMatch(/^<svg/);
    }
    const again = await wbe(line, { cwd });
    expect(again.code).toBe(1);
    expect(again.err).toMatch(/--force/);
  });

  it("measures a file, with the defaults that it declares (CASES O06)", async () => {
    const line = "connectome measure o06.graphml --measures density,in-strength --weighted --json --nodes nodes.csv";
    const { code, out } = await wbe(line, { cwd });
    expect(code).toBe(0);
    const found = JSON.parse(out);
    expect(found.density.value).toBeCloseTo(2 / 6, 14);
    expect(found["in-strength"].data).toEqual([0, 0.5, 2]);
    expect(await readFile(join(cwd, "nodes.csv"), "utf8")).toBe("node,in-strength\nn0,0\nn1,0.5\nn2,2\n");
  });

  it("null compares with random graphs", async () => {
    const line =
      "connectome null celegans --types excitatory,inhibitory --measures reciprocity,transitivity --surrogates 19 --json";
    const { comparisons, note } = JSON.parse((await wbe(line, { cwd })).out);
    expect(comparisons.map(({ id }: { id: string }) => id)).toEqual(["reciprocity", "transitivity"]);
    expect(comparisons[0].p).toBeCloseTo(0.1, 12);
    expect(comparisons[0].pHolm).toBeCloseTo(0.2, 12);
    expect(note).toMatch(/Holm/);
    const table = await wbe("connectome null o06.graphml --measures density --surrogates 5", { cwd });
    expect(table.out).toMatch(/density\s+0\.33333/);
  });

  it("export writes a file that measures the same", async () => {
    expect((await wbe("connectome export celegans --out worm.graphml", { cwd })).code).toBe(0);
    const of = async (input: string) =>
      JSON.parse(
        (await wbe(`connectome measure ${input} --measures in-strength,transitivity --weighted --json`, { cwd })).out,
      );
    const [given, read] = [await of("celegans"), await of("worm.graphml")];
    expect(read.transitivity.value).toBe(given.transitivity.value);
    // Gap junctions and inhibitory synapses come back as such, and in the same order.
    expect(read["in-strength"].data).toEqual(given["in-strength"].data);
    expect((await wbe("connectome info worm.graphml --json", { cwd })).out).toContain('"electrical"');
  });

  it.each([
    ["connectome measure celegans --measures pagerang", /no measure "pagerang"/],
    ["connectome info cell.swc", /expected a graph, found a morphology/],
    ["connectome info none.csv", /does not exist/],
    ["connectome export celegans", /--out FILE/],
    ["connectome info celegans --types gaba", /no synapse type "gaba"/],
    ["connectome draw celegans", /info/],
  ])("%s is refused", async (line, message) => {
    const { code, err } = await wbe(line, { cwd });
    expect(code).toBeGreaterThan(0);
    expect(err).toMatch(message);
  });
});
