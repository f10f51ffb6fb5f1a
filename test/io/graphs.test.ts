import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { bytesSource, detectFormat, formats, memorySink } from "wbe/io";
import { fileSource } from "../../src/io/file.node.js";
import { edgeWeights, fullColumn, type GraphData } from "../../src/io/graph-data.js";
import { dataFolder } from "./data-folder.js";

const graphs = ["graphml", "gexf", "matrix-market", "edge-list", "adjacency"] as const;
const source = (text: string, name = "g") => bytesSource(new TextEncoder().encode(text), name);

async function roundTrip(id: (typeof graphs)[number], graph: GraphData): Promise<GraphData> {
  const sink = memorySink(`${graph.name}.x`);
  await formats[id].write!(graph, sink);
  return formats[id].read(bytesSource(sink.bytes(), `${graph.name}.x`));
}

const example: GraphData = {
  name: "g",
  directed: true,
  nodeIds: ["Purkinje-α", '東 <&">', "c"],
  nodes: {
    label: { type: "string", values: ["", "x", ""], present: Uint8Array.of(1, 1, 0) },
    exc: { type: "boolean", values: Float64Array.of(1, 0, 1), present: Uint8Array.of(1, 1, 1) },
    size: { type: "long", values: Float64Array.of(2 ** 53 - 1, -1, Number.NaN), present: Uint8Array.of(1, 1, 0) },
  },
  source: Uint32Array.of(0, 0, 1, 2),
  target: Uint32Array.of(1, 1, 2, 2),
  edges: {
    weight: fullColumn("double", Float64Array.of(0.1, -2.5e-300, 0, Number.NEGATIVE_INFINITY)),
    type: fullColumn("string", ["a b", "line\nend", "", "é"]),
  },
  warnings: [],
};

describe("GraphML", () => {
  const primer = (edges = "") => `<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
    <key id="c" for="node" attr.name="color" attr.type="string"><default>yellow</default></key>
    <key id="w" for="edge" attr.name="weight" attr.type="double"><default>0.5</default></key>
    <key id="x" for="node" attr.name="exc" attr.type="boolean"><default>true</default></key>
    <graph id="G" edgedefault="directed">
      <node id="n0"><data key="c">green</data></node>
      <node id="n1"><data key="x">false</data></node>
      <node id="n2"><data key="c"></data></node>
      <edge source="n0" target="n1"/>
      <edge source="n1" target="n2"><data key="w">2.0</data></edge>${edges}
    </graph></graphml>`;

  it("absent, empty and default are three things (case O06)", async () => {
    const graph = await formats.graphml.read(source(primer()));
    expect(graph.directed).toBe(true);
    expect(graph.nodes.color!.values).toEqual(["green", "yellow", ""]);
    expect(graph.nodes.exc).toMatchObject({ type: "boolean", values: Float64Array.of(1, 0, 1) });
    expect([...edgeWeights(graph)]).toEqual([0.5, 2]);
  });

  it("hyperedges, nested graphs, unknown ends and keys are refused", async () => {
    for (const [edges, code] of [
      ['<hyperedge><endpoint node="n0"/></hyperedge>', "UNSUPPORTED"],
      ['<node id="n3"><graph edgedefault="directed"/></node>', "UNSUPPORTED"],
      ['<edge source="n0" target="nowhere"/>', "FORMAT"],
      ['<edge source="n0" target="n1"><data key="zzz">1</data></edge>', "FORMAT"],
      ['<edge source="n0" target="n1"><data key="w">heavy</data></edge>', "FORMAT"],
      ['<node id="n0"/>', "FORMAT"],
    ] as const) {
      await expect(formats.graphml.read(source(primer(edges)))).rejects.toMatchObject({ code });
    }
  });

  it("entity bombs are refused at once", async () => {
    const entities = Array.from({ length: 20 }, (_, i) => `<!ENTITY e${i + 1} "&e${i};&e${i};&e${i};&e${i};">`).join(
      "",
    );
    const bomb = `<?xml version="1.0"?><!DOCTYPE g [<!ENTITY e0 "x">${entities}]><graphml>&e20;</graphml>`;
    const start = performance.now();
    await expect(formats.graphml.read(source(bomb))).rejects.toMatchObject({ code: "FORMAT" });
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe("graph formats", () => {
  it("GraphML and GEXF keep every node, edge and attribute", async () => {
    for (const id of ["graphml", "gexf"] as const) expect(await roundTrip(id, example)).toEqual(example);
    const undirected = { ...example, directed: false };
    expect((await roundTrip("gexf", undirected)).directed).toBe(false);
  });

  it("Matrix Market, edge lists and matrices keep the edges and their weights", async () => {
    const plain = { ...example, edges: { weight: example.edges.weight! } };
    for (const id of ["matrix-market", "edge-list"] as const) {
      const again = await roundTrip(id, plain);
      expect(again.source).toEqual(example.source);
      expect(again.target).toEqual(example.target);
      expect(edgeWeights(again)).toEqual(edgeWeights(example));
    }
    const matrix = await roundTrip("adjacency", plain);
    expect(matrix.nodeIds).toEqual(example.nodeIds);
    expect([...matrix.source, ...matrix.target]).toEqual([0, 2, 1, 2]);
    expect([...edgeWeights(matrix)]).toEqual([0.1 - 2.5e-300, Number.NEGATIVE_INFINITY]);
  });

  it("Matrix Market reads arrays, patterns and symmetries, and refuses what it cannot hold", async () => {
    const read = (text: string) => formats["matrix-market"].read(source(text, "m.mtx"));
    const array = await read("%%MatrixMarket matrix array real general\n% c\n2 2\n1\n2\n0\n4\n");
    expect([...array.source, ...array.target, ...edgeWeights(array)]).toEqual([0, 1, 1, 0, 0, 1, 1, 2, 4]);
    const symmetric = await read("%%MatrixMarket matrix array real symmetric\n2 2\n1\n2\n3\n");
    expect(symmetric.directed).toBe(false);
    expect([...symmetric.source, ...symmetric.target, ...edgeWeights(symmetric)]).toEqual([0, 1, 1, 0, 0, 1, 1, 2, 3]);
    const skew = await read("%%MatrixMarket matrix coordinate integer skew-symmetric\n3 3 1\n3 1 5\n");
    expect([...skew.source, ...skew.target, ...edgeWeights(skew)]).toEqual([2, 0, 0, 2, 5, -5]);
    for (const [text, code] of [
      ["%%MatrixMarket matrix coordinate complex general\n1 1 0\n", "UNSUPPORTED"],
      ["%%MatrixMarket matrix coordinate real general\n2 3 0\n", "UNSUPPORTED"],
      ["%%MatrixMarket matrix coordinate real general\n2 2 1\n3 1 1\n", "FORMAT"],
      ["%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 1\n", "FORMAT"],
      ["%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 1\n1 2 1\n", "FORMAT"],
      ["%%MatrixMarket matrix coordinate pattern general\n4000000000 4000000000 0\n", "LIMIT"],
    ]) {
      await expect(read(text!)).rejects.toMatchObject({ code });
    }
  });

  it("each is detected by its content", async () => {
    for (const id of ["graphml", "gexf", "matrix-market", "edge-list"] as const) {
      const sink = memorySink("g");
      await formats[id].write!(example, id === "edge-list" ? sink : sink).catch(() => undefined);
      if (id === "edge-list") continue;
      expect((await detectFormat(bytesSource(sink.bytes(), "unnamed"))).id).toBe(id);
    }
    expect((await detectFormat(source("source,target,weight\na,b,1\n", "x.dat"))).id).toBe("edge-list");
  });
});

describe.skipIf(!dataFolder)("connectomes of the field", () => {
  const open = async (name: string) => {
    const file = await fileSource(`${dataFolder}/connectome/${name}`);
    const format = await detectFormat(file, "connectome");
    return (await format.read(file)) as GraphData;
  };
  const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

  it("C. elegans as GraphML: 279 nodes, 2194 edges, weights 6394", async () => {
    const graph = await open("celegans_neuroloops.graphml");
    expect([graph.nodeIds.length, graph.source.length, sum(edgeWeights(graph))]).toEqual([279, 2194, 6394]);
  });

  it("edge lists", async () => {
    expect((await open("drosophila_larva_matched_left_edgelist.csv")).source.length).toBe(31202);
    expect((await open("drosophila_larva_matched_right_edgelist.csv")).source.length).toBe(33954);
    const cook = await open("celegans_cook2019_herm_full_edgelist.csv");
    const types = cook.edges.Type!.values as string[];
    const weights = edgeWeights(cook);
    const of = (type: string) => sum(weights.filter((_, i) => types[i] === type));
    expect([cook.source.length, cook.nodeIds.length, of("chemical"), of("electrical")]).toEqual([
      7379, 448, 27019, 12683,
    ]);
    const white = await open("celegans_white1986_whole.csv");
    expect([white.source.length, white.nodeIds.length]).toEqual([2961, 309]);
    const varshney = await open("celegans_varshney2011_neuronconnect.csv");
    expect([varshney.source.length, varshney.nodeIds.length]).toEqual([6417, 281]);
    const microns = await open("microns_layer23_soma_subgraph_synapses_spines_v185.csv");
    expect([microns.source.length, new Set(microns.source).size, new Set(microns.target).size]).toEqual([
      1961, 104, 334,
    ]);
    expect(microns.nodeIds[0]).toMatch(/^\d{18}$/);
  });

  it.each([
    ["drosophila_larva_mb_left_adjacency.csv", 209, 7425, 25322],
    ["drosophila_larva_mb_right_adjacency.csv", 213, 7536, 26371],
    ["enigma_hcp/funcMatrix_ctx.csv", 68, 4538, undefined],
    ["enigma_hcp/strucMatrix_ctx.csv", 68, 1394, undefined],
    ["enigma_hcp/strucMatrix_with_sctx.csv", 82, 2380, undefined],
    ["mouse_oh2014_W_ipsi.csv", 213, 16954, undefined],
    ["mouse_oh2014_W_contra.csv", 213, 15868, undefined],
  ])("%s is a matrix of %i nodes and %i edges", async (name, nodes, edges, total) => {
    const graph = await open(name!);
    expect([graph.nodeIds.length, graph.source.length]).toEqual([nodes, edges]);
    if (total !== undefined) expect(sum(edgeWeights(graph))).toBe(total);
  });

  it.each([
    ["tvb_connectivity_66.zip", 66, 1377, 0.51216452, 238],
    ["tvb_connectivity_76.zip", 76, 1560, 3, 153.48574],
    ["tvb_connectivity_96.zip", 96, 3939, 3, 150.10497],
  ])("%s: weights and tracts of %i regions", async (name, nodes, edges, largest, longest) => {
    const graph = await open(name);
    expect([graph.nodeIds.length, graph.source.length]).toEqual([nodes, edges]);
    const top = (values: ArrayLike<number | string>) => Array.from(values, Number).reduce((a, b) => Math.max(a, b), 0);
    expect(top(edgeWeights(graph))).toBeCloseTo(largest, 7);
    // The longest tracts of all may join regions without weight.
    expect(top(graph.edges.tract_length!.values)).toBeLessThanOrEqual(longest + 1e-4);
  });

  it("TVB archives in a folder are read, bzip2 inside is refused by name", async () => {
    expect((await open("tvb_macaque_connectivity_84.zip")).nodeIds.length).toBe(84);
    await expect(open("tvb_connectivity_68.zip")).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  it("Oh 2014: the largest weight stands at FRP → CP", async () => {
    const graph = await open("mouse_oh2014_W_ipsi.csv");
    const weights = edgeWeights(graph);
    const at = weights.indexOf(Math.max(...weights));
    expect([graph.nodeIds[graph.source[at]!], graph.nodeIds[graph.target[at]!], weights[at]]).toEqual([
      "FRP",
      "CP",
      20.421507,
    ]);
    expect((await readFile(`${dataFolder}/connectome/mouse_oh2014_W_ipsi.csv`)).length).toBe(287454);
  });
});
