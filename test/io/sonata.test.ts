import { describe, expect, it } from "vitest";
import { bytesSource, detectFormat, formats, memorySink } from "wbe/io";
import { fileSource } from "../../src/io/file.node.js";
import { confinePath, memoryFolder } from "../../src/io/folder.js";
import { localFolder } from "../../src/io/folder.node.js";
import { createHdf5, type Hdf5Writer } from "../../src/io/hdf5-write.js";
import { readSonataCircuit, readSonataConfig, selectNodes } from "../../src/io/sonata-config.js";
import { needNumbers, resolveAttribute, type SonataFile } from "../../src/io/sonata-data.js";
import { readSonataIndex } from "../../src/io/sonata-read.js";
import { formatTypeTable, parseTypeTable } from "../../src/io/sonata-types.js";
import { dataFolder } from "./data-folder.js";
import { withPlainNumbers } from "./plain-numbers.js";

async function bytesOf(make: (file: Hdf5Writer) => void): Promise<Uint8Array> {
  const file = await createHdf5();
  make(file);
  const sink = memorySink("x.h5");
  await file.finish(sink);
  return sink.bytes();
}
const read = async (bytes: Uint8Array) => formats.sonata.read(bytesSource(bytes, "x.h5"));

/** Case O08, first file. */
const caseEdges = (file: Hdf5Writer) => {
  const path = "/edges/a_to_b";
  file.dataset(`${path}/source_node_id`, BigUint64Array.of(0n, 0n, 1n, 1n), { attributes: { node_population: "a" } });
  file.dataset(`${path}/target_node_id`, BigUint64Array.of(1n, 2n, 2n, 0n), { attributes: { node_population: "b" } });
  file.dataset(`${path}/edge_type_id`, Uint32Array.of(100, 100, 101, 101));
};
const caseTypes = "edge_type_id syn_weight delay\n100 2.0 1.5\n101 NULL 3.0\n";

describe("SONATA edges and types", () => {
  it("values are the group's at its index, else the type's, else none (case O08)", async () => {
    const bytes = await bytesOf((file) => {
      caseEdges(file);
      file.dataset("/edges/a_to_b/edge_group_id", Uint16Array.of(0, 1, 0, 1));
      file.dataset("/edges/a_to_b/edge_group_index", Uint32Array.of(0, 0, 1, 1));
      file.dataset("/edges/a_to_b/0/syn_weight", Float64Array.of(0.5, 0.7));
      file.group("/edges/a_to_b/1");
    });
    const [edges] = (await read(bytes)).edges;
    const types = parseTypeTable(caseTypes, "edge_type_id", "types.csv");
    const weight = resolveAttribute(edges!, "syn_weight", types);
    expect([...weight.numbers.slice(0, 3)]).toEqual([0.5, 2, 0.7]);
    expect([...weight.present]).toEqual([1, 1, 1, 0]);
    expect([...needNumbers(edges!, "delay", types)]).toEqual([1.5, 1.5, 3, 3]);
    expect(() => needNumbers(edges!, "syn_weight", types)).toThrow(
      expect.objectContaining({ code: "PARAMETER_MISSING", where: expect.stringContaining("row 3") }),
    );
  });

  it("one group without index columns is read with a note, several are refused (case O08)", async () => {
    const one = (file: Hdf5Writer) => {
      caseEdges(file);
      file.dataset("/edges/a_to_b/0/syn_weight", Float64Array.of(1, 2, 3, 4));
    };
    const file = await read(await bytesOf(one));
    expect([...needNumbers(file.edges[0]!, "syn_weight")]).toEqual([1, 2, 3, 4]);
    expect(file.warnings).toEqual([expect.stringContaining("index = row")]);
    const two = await bytesOf((out) => {
      one(out);
      out.group("/edges/a_to_b/1");
    });
    await expect(read(two)).rejects.toMatchObject({ code: "FORMAT" });
  });

  it("type tables keep NULL, quotes and order through a round trip", () => {
    const text = `node_type_id a b\n100 "x y" NULL\n7 'q' 3\n`;
    const table = parseTypeTable(text, "node_type_id", "t");
    expect(table.get(100)).toEqual({ a: "x y" });
    expect(table.get(7)).toEqual({ a: "q", b: "3" });
    expect(parseTypeTable(formatTypeTable(table, "node_type_id"), "node_type_id", "t")).toEqual(table);
    expect(() => parseTypeTable("node_type_id\n1\n1\n", "node_type_id", "t")).toThrow(/twice/);
  });

  it("reads back what it wrote, with both indices", async () => {
    const rows = { size: 4, groupId: Uint32Array.of(0, 0, 0, 0), groupIndex: Float64Array.of(0, 1, 2, 3), notes: [] };
    const value: SonataFile = {
      nodes: [
        {
          ...rows,
          name: "東",
          typeId: Int32Array.of(1, 1, 2, 2),
          nodeId: Float64Array.of(3, 2, 1, 2 ** 40),
          groups: new Map([[0, new Map([["name", ["α", "", "b c", "d"]]])]]),
        },
      ],
      edges: [
        {
          ...rows,
          name: "e",
          typeId: Int32Array.of(1, 1, 1, 1),
          source: Float64Array.of(2, 0, 2, 2),
          target: Float64Array.of(0, 0, 1, 0),
          sourcePopulation: "東",
          targetPopulation: "東",
          groups: new Map([[0, new Map([["syn_weight", Float32Array.of(1, -2, 0, 0.5)]])]]),
        },
      ],
      spikes: [
        { population: "p", nodeIds: Float64Array.of(1, 0), timestamps: Float64Array.of(0.5, 2), sorting: "by_time" },
        { population: "silent", nodeIds: new Float64Array(0), timestamps: new Float64Array(0), sorting: "by_time" },
      ],
      reports: [],
      warnings: [],
      close() {},
    };
    const sink = memorySink("x.h5");
    await formats.sonata.write!(value, sink);
    const source = bytesSource(sink.bytes(), "x.h5");
    expect((await detectFormat(source)).id).toBe("sonata");
    const again = await formats.sonata.read(source);
    expect(withPlainNumbers({ ...again, close: 0 })).toEqual(withPlainNumbers({ ...value, close: 0 }));
    const leaving = await readSonataIndex(source, "e", "source_to_target");
    expect([...leaving!.offsets]).toEqual([0, 1, 1, 4]);
    expect([...leaving!.edges]).toEqual([1, 0, 2, 3]);
    expect([...(await readSonataIndex(source, "e", "target_to_source"))!.edges]).toEqual([0, 1, 3, 2]);
  });
});

describe("paths", () => {
  it("may not leave the folder", async () => {
    expect(confinePath("../b/./c", "a")).toBe("b/c");
    for (const path of ["../x", "a/../../x", "/etc/passwd", "C:\\x", "https://x/y", "..\\x", "a/../../a/x"]) {
      expect(() => confinePath(path)).toThrow(expect.objectContaining({ code: "FILE" }));
    }
    const config = { networks: { nodes: [{ nodes_file: "../../secret.h5", node_types_file: null }], edges: [] } };
    const folder = memoryFolder({ "c/config.json": new TextEncoder().encode(JSON.stringify(config)) });
    await expect(readSonataCircuit(folder, "c/config.json")).rejects.toMatchObject({ code: "FILE" });
  });

  it("circles of variables and of configurations are refused", async () => {
    const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    const folder = memoryFolder({
      "a.json": text({ manifest: { $A: "$B", $B: "$A" }, network: "$A" }),
      "b.json": text({ network: "b.json" }),
      "c.json": new TextEncoder().encode("{"),
    });
    for (const path of ["a.json", "b.json", "c.json"]) {
      await expect(readSonataConfig(folder, path)).rejects.toMatchObject({ code: "FORMAT" });
    }
  });
});

describe.skipIf(!dataFolder)("SONATA files of the field", () => {
  const root = `${dataFolder}/sonata`;
  const open = async (path: string) => formats.sonata.read(await fileSource(`${root}/${path}`));

  it.each([
    ["300_intfire/network/v1_v1_edges.h5", 61560],
    ["300_intfire/network/lgn_v1_edges.h5", 17160],
    ["300_intfire/network/tw_v1_edges.h5", 9000],
    ["9_cells/network/excvirt_cortex_edges.h5", 659],
    ["9_cells/network/inhvirt_cortex_edges.h5", 630],
    ["bmtk_bio_1cell/network/virt_biocell_edges.h5", 12],
    ["bmtk_point_iclamp/network/cortex_cortex_edges.h5", 1469],
    ["bmtk_point_iclamp/network/thalamus_cortex_edges.h5", 1192],
    ["libsonata_tests/edges1.h5", 6],
    ["libsonata_tests/edges-no-index.h5", 6],
    ["ten_cells_iclamp_nest/input/network/ten_cells_iclamp_ten_cells_iclamp_edges.h5", 20],
  ])("%s has %i edges", async (path, count) => {
    expect((await open(path)).edges[0]!.size).toBe(count);
  });

  it.each([
    ["300_intfire/network/lgn_nodes.h5", 90],
    ["300_intfire/network/tw_nodes.h5", 30],
    ["300_intfire/network/v1_nodes.h5", 300],
    ["5_cells_iclamp/network/biophysical_nodes.h5", 5],
    ["9_cells/network/cortex_nodes.h5", 9],
    ["bmtk_point_iclamp/network/cortex_nodes.h5", 120],
    ["bmtk_point_iclamp/network/thalamus_nodes.h5", 100],
    ["one_cell_iclamp_nest/input/network/one_cell_iclamp_nodes.h5", 1],
    ["ten_cells_iclamp_nest/input/network/ten_cells_iclamp_nodes.h5", 10],
  ])("%s has %i nodes", async (path, count) => {
    expect((await open(path)).nodes[0]!.size).toBe(count);
  });

  it.each([
    ["300_intfire/inputs/lgn_spikes.h5", { "": 2738 }],
    ["300_intfire/inputs/tw_spikes.h5", { "": 295 }],
    ["300_intfire/output/spikes.h5", { v1: 4322 }],
    ["9_cells/output/spikes.h5", { cortex: 78 }],
    ["9_cells/inputs/exc_spike_trains.h5", { excvirt: 312 }],
    ["libsonata_tests/spikes.h5", { All: 5, empty: 0, spikes1: 5, spikes2: 5 }],
  ])("%s holds its spikes", async (path, expected) => {
    const { spikes } = await open(path);
    expect(Object.fromEntries(spikes.map(({ population, timestamps }) => [population, timestamps.length]))).toEqual(
      expected,
    );
  });

  it("reports hold frames × elements and upward crossings as listed", async () => {
    const file = await open("bmtk_bio_1cell/output_iclamp/membrane_potential.h5");
    const [report] = file.reports;
    expect(report).toMatchObject({ population: "biocell", step: 0.1, data: { shape: [30000, 1] } });
    const values = await report!.data.read();
    let crossings = 0;
    for (let i = 1; i < values.length; i++) crossings += Number(values[i - 1]! < 0 && values[i]! >= 0);
    expect(crossings).toBe(20);
    file.close();
    const somas = await open("libsonata_tests/somas.h5");
    expect(somas.reports.find(({ population }) => population === "All")!.data.shape).toEqual([10, 20]);
    const elements = await open("libsonata_tests/elements.h5");
    expect(elements.reports.find(({ population }) => population === "All")!.data.shape).toEqual([20, 100]);
  });

  it("enumerations are read through their library; indices give the edges of a node", async () => {
    const nodes = (await open("libsonata_tests/nodes1.h5")).nodes.find(({ name }) => name === "nodes-A")!;
    expect(new Set(resolveAttribute(nodes, "E-mapping-good").texts).size).toBeGreaterThan(1);
    expect(nodes.notes).toEqual([expect.stringContaining("E-mapping-bad")]);
    const path = `${root}/300_intfire/network/v1_v1_edges.h5`;
    const edges = (await open("300_intfire/network/v1_v1_edges.h5")).edges[0]!;
    for (const [direction, ids, ranges] of [
      ["source_to_target", edges.source, 61560],
      ["target_to_source", edges.target, 271],
    ] as const) {
      const index = (await readSonataIndex(await fileSource(path), "v1_to_v1", direction))!;
      expect(index.nRanges).toBe(ranges);
      expect(index.offsets.length).toBe(301);
      for (let node = 0; node < 300; node += 37) {
        const found = index.edges.slice(index.offsets[node], index.offsets[node + 1]);
        expect([...found].every((edge) => ids[edge] === node)).toBe(true);
        expect(found.length).toBe(Array.from(ids).filter((id) => id === node).length);
      }
    }
  });

  it("a misspelt index group is no index, and the edges are read all the same", async () => {
    const path = "ten_cells_iclamp_nest/input/network/ten_cells_iclamp_ten_cells_iclamp_edges.h5";
    const { name, size } = (await open(path)).edges[0]!;
    expect(size).toBe(20);
    expect(await readSonataIndex(await fileSource(`${root}/${path}`), name, "source_to_target")).toBeUndefined();
  });

  it("configurations find their files, types and node sets", async () => {
    const circuit = await readSonataCircuit(localFolder(root), "300_intfire/config.json");
    expect(circuit.nodes.map(({ rows }) => rows.name)).toEqual(["v1", "lgn", "tw"]);
    expect(circuit.config.run).toMatchObject({ tstop: 3000, dt: 0.1 });
    expect([...selectNodes(circuit, "LGN")].map(([name, rows]) => [name, rows.length])).toEqual([["lgn", 90]]);
    expect(selectNodes(circuit, { ei: "i" }).get("v1")!.length).toBeLessThan(300);
    expect(() => selectNodes(circuit, "nowhere")).toThrow(expect.objectContaining({ code: "NAME_UNKNOWN" }));
    await expect(readSonataCircuit(localFolder(`${root}/300_intfire`), "config.json")).resolves.toBeDefined();
    await expect(
      readSonataConfig(localFolder(root), "libsonata_tests/config/simulation_config.json"),
    ).resolves.toBeDefined();
  });
});
