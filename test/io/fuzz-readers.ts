/** The readers as the fuzzer sees them: bytes in, a result or an error out. */
import { bytesSource } from "wbe/io";
import type { DataArray, Recording } from "../../src/core/recording.js";
import { memoryFolder } from "../../src/io/folder.js";
import { formats } from "../../src/io/formats.js";
import { readNpz } from "../../src/io/npz.js";
import { readOmeZarr } from "../../src/io/ome-zarr.js";
import { readPrecomputed } from "../../src/io/precomputed.js";
import { readPrecomputedSkeleton } from "../../src/io/precomputed-skeletons.js";
import { readSonataConfig } from "../../src/io/sonata-config.js";
import { attributeNames, resolveAttribute, type SonataFile } from "../../src/io/sonata-data.js";
import { parseTypeTable } from "../../src/io/sonata-types.js";
import { readTable } from "../../src/io/table.js";
import { readZip } from "../../src/io/zip.js";
import peers from "../golden/format-files.json" with { type: "json" };
import type { FormatId } from "./format-samples.js";

/** Reads a file of a format, and what it left to be read later. */
export async function readAll(id: FormatId, bytes: Uint8Array, name = "x"): Promise<unknown> {
  const source = bytesSource(bytes, name);
  const value: unknown = await formats[id].read(source);
  if (id === "nwb") {
    const recording = value as Recording;
    try {
      const arrays: (DataArray | null | undefined)[] = recording.series.flatMap(({ data, timestamps }) => [
        data,
        timestamps,
      ]);
      for (const { columns } of recording.tables)
        for (const { values } of columns) if ("read" in values) arrays.push(values);
      for (const array of arrays) await array?.read();
    } finally {
      recording.close();
    }
  }
  if (id === "sonata") {
    const file = value as SonataFile;
    try {
      for (const rows of [...file.nodes, ...file.edges])
        for (const attribute of attributeNames(rows)) resolveAttribute(rows, attribute);
      for (const report of file.reports) await report.data.read();
    } finally {
      file.close();
    }
  }
  return value;
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const filesOf = (files: Readonly<Record<string, Uint8Array>>) => ({
  get: async (key: string) => files[key.slice(1)],
  set: async () => undefined,
});
const { raw16, seg64 } = peers.precomputed;
const precomputedInfo = (files: Readonly<Record<string, string | undefined>>) =>
  JSON.stringify(JSON.parse(Buffer.from(files.info!, "base64").toString()));
const segmentation = Object.entries(seg64.files).find(([name]) => name !== "info")!;

/** Readers that are no formats of one file. */
export const otherReaders: Readonly<
  Record<string, { sample: string | Uint8Array; read(bytes: Uint8Array): Promise<unknown> }>
> = {
  zip: {
    sample: Uint8Array.from(
      Buffer.from(
        "504b0304140000000800000021005610e4c30e0000003200000005000000612e74787473484c4ac6cc0c0800504b01021403140000000800000021005610e4c30e0000003200000005000000000000000000000000000000000061000000504b05060000000001000100330000003100000000",
        "hex",
      ),
    ),
    read: async (bytes) => {
      for (const entry of await readZip(bytesSource(bytes, "a.zip"))) await entry.read();
      await readNpz(bytesSource(bytes, "a.npz"));
    },
  },
  "type table": {
    sample: 'node_type_id a "b c"\n100 1 NULL\n101 "x y" 2\n',
    read: async (bytes) => parseTypeTable(text(bytes), "node_type_id", "t.csv"),
  },
  "SONATA configuration": {
    sample: JSON.stringify({
      manifest: { $A: ".", $B: "$A/b" },
      networks: { nodes: [{ nodes_file: "$B/n.h5", node_types_file: null }], edges: [] },
      run: { tstop: 10, dt: 0.1 },
      inputs: { i: { input_type: "spikes", node_set: "all" } },
    }),
    read: (bytes) => readSonataConfig(memoryFolder({ "c.json": bytes }), "c.json"),
  },
  "Zarr metadata": {
    sample: `{"zarr_format":3,"node_type":"array","shape":[2,3],"data_type":"float32","chunk_grid":{"name":"regular","configuration":{"chunk_shape":[2,2]}},"chunk_key_encoding":{"name":"default","configuration":{"separator":"/"}},"fill_value":"NaN","codecs":[{"name":"bytes","configuration":{"endian":"little"}}],"attributes":{}}`,
    read: (bytes) =>
      readOmeZarr(
        {
          get: async (key) => (key === "/zarr.json" ? bytes : key === "/c/0/0" ? new Uint8Array(16) : undefined),
          set: async () => {},
        },
        { maxBytes: 2 ** 24 },
      ),
  },
  "precomputed volume": {
    sample: precomputedInfo(raw16.files),
    read: (bytes) => readPrecomputed(filesOf({ info: bytes }), { maxBytes: 2 ** 24 }),
  },
  "compressed segmentation": {
    sample: new Uint8Array(Buffer.from(segmentation[1], "base64")),
    read: (bytes) =>
      readPrecomputed(
        filesOf({ info: new TextEncoder().encode(precomputedInfo(seg64.files)), [segmentation[0]]: bytes }),
        { renumber: true },
      ),
  },
  "precomputed skeleton": {
    sample: new Uint8Array(Buffer.from(peers.skeleton.file, "base64")),
    read: (bytes) => readPrecomputedSkeleton(filesOf({ info: json(peers.skeleton.info), 5: bytes }), "5"),
  },
  "FlyWire table": {
    sample: new Uint8Array(Buffer.from(peers.tables.parquet["v2 pages"], "base64")),
    read: (bytes) =>
      readTable(bytesSource(bytes, "t.parquet"), { header: () => undefined, row: (row) => row.readId(0) }),
  },
};
