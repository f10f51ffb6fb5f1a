import { describe, expect, it } from "vitest";
import { readFlyWire } from "wbe/connectome";
import { arrowFormat, bytesSource, detectFormat, parquetFormat } from "wbe/io";
import type { GraphColumn } from "../../src/io/graph-data.js";
import golden from "../golden/format-files.json" with { type: "json" };

const { parquet, arrow, pre, post } = golden.tables;
const source = (text: string, name: string) => bytesSource(new Uint8Array(Buffer.from(text, "base64")), name);
const files = [
  ...Object.entries(parquet).map(([name, text]) => ["parquet", name, text] as const),
  ...Object.entries(arrow).flatMap(([name, text]) => (name === "long lz4" ? [] : [["arrow", name, text] as const])),
];

const values = (column: GraphColumn | undefined) => Array.from(column!.values as ArrayLike<string | number>);

describe("tables that pyarrow wrote", () => {
  it.each(files)("%s (%s): ids of 18 digits, words, numbers and missing values are equal", async (kind, _, text) => {
    const format = kind === "parquet" ? parquetFormat : arrowFormat;
    const file = source(text, "connections");
    expect((await detectFormat(file)).id).toBe(kind);
    const graph = await format.read(file);
    const id = (ends: Uint32Array) => Array.from(ends, (node) => graph.nodeIds[node]);
    expect([id(graph.source), id(graph.target)]).toEqual([pre, post]);
    const { weight, neuropil, nt_type, score, valid } = graph.edges;
    expect(values(weight)).toEqual([5, 12, 1, 300]);
    expect([neuropil!.values, Array.from(neuropil!.present)]).toEqual([
      ["ME_L", "GNG", "", "ME_L"],
      [1, 1, 0, 1],
    ]);
    expect(nt_type!.values).toEqual(["ACH", "GABA", "ACH", "GLUT"]);
    expect([values(score), Array.from(score!.present)]).toEqual([
      [0.5, Number.NaN, 1.25, -2],
      [1, 0, 1, 1],
    ]);
    expect(values(valid)).toEqual([1, 0, 1, Number.NaN]);
    expect(graph.warnings).toEqual(['the column "position" of lists, structures or bytes was left out']);
  });

  it("matches that reach into earlier blocks of an LZ4 frame", async () => {
    const graph = await arrowFormat.read(source(arrow["long lz4"], "long.feather"));
    expect(graph.source.length).toBe(12000);
    const wrong = graph.source.findIndex(
      (node, i) => graph.nodeIds[node] !== String(i % 1000) || graph.nodeIds[graph.target[i]!] !== String(i % 77),
    );
    expect(wrong).toBe(-1);
  });

  it.each(files)("FlyWire's reader takes %s (%s) as it takes CSV", async (kind, _, text) => {
    const csv = [
      "pre_root_id,post_root_id,neuropil,syn_count,nt_type",
      ...pre.map((id, i) => `${id},${post[i]},,${[5, 12, 1, 300][i]},${["ACH", "GABA", "ACH", "GLUT"][i]}`),
    ].join("\n");
    const expected = await readFlyWire({ connections: bytesSource(new TextEncoder().encode(csv), "c.csv") });
    const found = await readFlyWire({ connections: source(text, `c.${kind}`) });
    for (const column of ["source", "target", "synapses", "rootIds"] as const)
      expect(found[column]).toEqual(expected[column]);
  });
});

describe("broken tables", () => {
  it("a table without columns of two ends is refused with the names that are known", async () => {
    const bytes = Buffer.from(parquet.plain, "base64");
    const other = Buffer.from(bytes.toString("latin1").replaceAll("post_root_id", "most_root_id"), "latin1");
    await expect(parquetFormat.read(bytesSource(other, "t.parquet"))).rejects.toThrow(
      /expected columns of two ends, found pre_root_id, most_root_id/,
    );
  });

  it("a file that declares a billion rows is refused before anything is allocated", async () => {
    await expect(parquetFormat.read(source(parquet.plain, "t.parquet"), { maxBytes: 100 })).rejects.toMatchObject({
      code: "LIMIT",
    });
    await expect(arrowFormat.read(source(arrow.zstd, "t.arrow"), { maxBytes: 20 })).rejects.toMatchObject({
      code: "LIMIT",
    });
  });
});
