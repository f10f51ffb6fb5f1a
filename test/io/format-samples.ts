/** Values of every format that the conformance suite and the fuzzer write and read. */
import { memorySink } from "wbe/io";
import type { Recording } from "../../src/core/recording.js";
import type { Surface } from "../../src/core/surface.js";
import { formats } from "../../src/io/formats.js";
import { fullColumn, type GraphData } from "../../src/io/graph-data.js";
import { type ImageVolume, makeImage, plainAffine } from "../../src/io/image-volume.js";
import type { NeuroMlDocument, NeuroMlNetwork } from "../../src/io/neuroml-data.js";
import type { SonataFile } from "../../src/io/sonata-data.js";
import peers from "../golden/format-files.json" with { type: "json" };
import { sampleRecording } from "./sample-recording.js";

export type FormatId = keyof typeof formats;
/** What a sample shows; absent where a format cannot hold it. */
export type SampleKind = "empty" | "one" | "unicode" | "large index" | "usual";
export type Samples = Partial<Record<SampleKind, unknown>>;

const volume = (
  shape: number[],
  data = Int16Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i - 2),
) => makeImage(data, shape, plainAffine([1000, 1000, 1000], [0, 0, 0]), { name: "v" });

const graph = (nodeIds: string[], edges: [number, number, number][], extra: Partial<GraphData> = {}): GraphData => ({
  name: "g",
  directed: true,
  nodeIds,
  nodes: {},
  source: Uint32Array.from(edges, ([source]) => source),
  target: Uint32Array.from(edges, ([, target]) => target),
  edges: {
    weight: fullColumn(
      "double",
      Float64Array.from(edges, ([, , weight]) => weight),
    ),
  },
  warnings: [],
  ...extra,
});
/** With centres, as TVB has them; its rows are targets, so edges come sorted by target. */
function tvb(nodeIds: string[], edges: [number, number, number][]): GraphData {
  const sorted = [...edges].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  const axis = (k: number) =>
    fullColumn(
      "double",
      Float64Array.from(nodeIds, (_, i) => i * 10 + k),
    );
  return graph(nodeIds, sorted, { nodes: { x: axis(0), y: axis(1), z: axis(2) } });
}
const numbered = (n: number) => Array.from({ length: n }, (_, i) => String(i));
const ring = (n: number): [number, number, number][] => numbered(n).map((_, i) => [i, (i + 1) % n, i + 0.5]);

const emptySonata = (): SonataFile => ({ nodes: [], edges: [], spikes: [], reports: [], warnings: [], close() {} });
function sonata(ids: number[], name = "p"): SonataFile {
  const size = ids.length;
  const rows = { size, groupId: new Uint32Array(size), groupIndex: Float64Array.from(ids, (_, i) => i), notes: [] };
  return {
    ...emptySonata(),
    nodes: [
      {
        ...rows,
        name,
        typeId: new Int32Array(size),
        nodeId: Float64Array.from(ids),
        groups: new Map([[0, new Map()]]),
      },
    ],
    spikes: [
      {
        population: name,
        nodeIds: Float64Array.from(ids),
        timestamps: Float64Array.from(ids, (_, i) => i / 8),
        sorting: "by_time",
      },
    ],
  };
}

function recording(change: Partial<Recording>): Recording {
  return { ...sampleRecording(), objects: [], series: [], tables: [], scratch: {}, subject: null, ...change };
}

const swc = (ids: number[], comments: string[] = []) => ({
  name: "m",
  id: Int32Array.from(ids),
  type: Uint8Array.from(ids, (_, i) => (i === 0 ? 1 : 3)),
  x: Float64Array.from(ids, (_, i) => i / 3),
  y: Float64Array.from(ids, () => 0),
  z: Float64Array.from(ids, () => -1e-9),
  radius: Float64Array.from(ids, () => 0.5),
  parent: Int32Array.from(ids, (_, i) => i - 1),
  comments,
  warnings: [],
});

const spikes = (time: number[], neuron: number[]) => ({
  name: "s",
  time: Float64Array.from(time),
  neuron: Uint32Array.from(neuron),
});

const peerFile = (text: string) => new Uint8Array(Buffer.from(text, "base64"));

const surface = (nVertices: number, change: Partial<Surface> = {}): Surface => ({
  name: "s",
  vertices: Float64Array.from({ length: 3 * nVertices }, (_, i) => i * 1000),
  triangles: Uint32Array.from(nVertices < 3 ? [] : [0, 1, nVertices - 1]),
  values: [{ name: "", intent: "NIFTI_INTENT_SHAPE", data: new Float32Array(nVertices).fill(0.5), components: 1 }],
  labels: [],
  space: "NIFTI_XFORM_UNKNOWN",
  warnings: [],
  ...change,
});

const segments = (n: number) => ({
  id: Int32Array.from({ length: n }, (_, i) => 2 * i),
  name: Array.from({ length: n }, (_, i) => (i === 1 ? "dend" : "")),
  parent: Int32Array.from({ length: n }, (_, i) => i - 1),
  fractionAlong: Float64Array.from({ length: n }, (_, i) => (i === 1 ? 0.25 : 1)),
  proximal: Float64Array.from({ length: 4 * n }, (_, i) => (i < 4 ? i + 0.5 : Number.NaN)),
  distal: Float64Array.from({ length: 4 * n }, (_, i) => i / 3),
});
const neuroml = (change: Partial<NeuroMlDocument> = {}): NeuroMlDocument => ({
  name: "n",
  includes: [],
  components: [],
  cells: [],
  networks: [],
  warnings: [],
  ...change,
});
const neuromlNetwork = (size: number, weight: number[]): NeuroMlNetwork => ({
  id: "net",
  temperature: 34.5,
  populations: [
    { id: "a", component: "c", size, positions: undefined },
    { id: "b", component: "c", size: 2, positions: Float64Array.of(0, 1, 2.5, -1e-9, 1e22, 3) },
  ],
  projections: [
    {
      kind: "projection",
      id: "p",
      source: "a",
      target: "b",
      synapse: "s",
      sourceCell: Uint32Array.from(weight, () => size - 1),
      targetCell: Uint32Array.from(weight, (_, i) => i % 2),
      sourceSegment: Int32Array.from(weight, (_, i) => i),
      targetSegment: Int32Array.from(weight, () => 0),
      sourceFraction: Float64Array.from(weight, () => 0.5),
      targetFraction: Float64Array.from(weight, () => 0.75),
      weight: Float64Array.from(weight),
      delay: Float64Array.from(weight, (_, i) => i / 7),
    },
  ],
  inputs: [
    {
      id: "i",
      component: "pulse",
      population: "b",
      cell: Uint32Array.of(1),
      segment: Int32Array.of(0),
      fraction: Float64Array.of(0.5),
      weight: Float64Array.of(2),
    },
  ],
});

const volumes: Samples = {
  empty: volume([0, 1, 1]),
  one: volume([1, 1, 1]),
  // A long axis: beyond 16 bits.
  "large index": volume([70000, 1, 1]),
  usual: volume([5, 4, 3]),
};
const graphs: Samples = {
  one: graph(["0"], [[0, 0, 1]]),
  unicode: graph(["Purkinje-α", "東 <&>", "🧠"], ring(3)),
  "large index": graph(numbered(70000), [[0, 69999, 2]]),
  usual: graph(numbered(5), ring(5)),
};

/** Every format of the registry; a test compares. */
export const samples: Record<FormatId, Samples> = {
  nifti: { ...volumes },
  npy: volumes,
  npz: { ...volumes, unicode: { ...(volumes.usual as ImageVolume), name: "東" } },
  nrrd: volumes,
  tiff: { ...volumes, empty: undefined },
  graphml: { ...graphs, empty: graph([], []) },
  gexf: { ...graphs, empty: graph([], [], { edges: {} }) },
  "matrix-market": { ...graphs, empty: graph([], []), unicode: undefined },
  "edge-list": {
    empty: graph([], [], { edges: { weight: fullColumn("string", []) } }),
    one: graph(["0"], [[0, 0, 0.5]]),
    unicode: graphs.unicode,
    "large index": graph(["0", "99999999999999999999"], [[0, 1, 2.5]]),
    usual: graphs.usual,
  },
  adjacency: { one: graphs.one, unicode: graphs.unicode, usual: graphs.usual },
  tvb: {
    one: tvb(["r0"], [[0, 0, 1]]),
    unicode: tvb(["Purkinje-α", "東"], ring(2)),
    usual: tvb(
      ["a", "b", "c"],
      [
        [1, 0, 0.5],
        [2, 1, 3],
      ],
    ),
  },
  parquet: { usual: peerFile(peers.tables.parquet["row groups"]), one: peerFile(peers.tables.parquet.zstd) },
  arrow: { usual: peerFile(peers.tables.arrow.lz4), one: peerFile(peers.tables.arrow.stream) },
  neurolucida: { usual: peerFile(peers.neurolucida.file) },
  neuroml: {
    empty: neuroml(),
    one: neuroml({
      components: [{ kind: "iafTauCell", attributes: { id: "a", tau: "10 ms" }, children: [] }],
    }),
    unicode: neuroml({
      cells: [
        { id: "c", notes: "Purkinje-α 東 <&>", segments: segments(0), groups: [], membrane: [], intracellular: [] },
      ],
    }),
    "large index": neuroml({ networks: [neuromlNetwork(2 ** 31 - 1, [1, 1])] }),
    usual: neuroml({
      includes: ["other.nml"],
      components: [
        {
          kind: "ionChannelHH",
          attributes: { id: "na", conductance: "10 pS" },
          children: [{ kind: "gateHHrates", attributes: { id: "m", instances: "3" }, children: [] }],
        },
        { kind: "iafTauCell", attributes: { id: "iaf", tau: "30 ms" }, children: [] },
      ],
      cells: [
        {
          id: "c",
          notes: "",
          segments: segments(3),
          groups: [{ id: "soma_group", neuroLexId: "GO:0043025", rows: Uint32Array.of(0, 2) }],
          membrane: [{ kind: "specificCapacitance", attributes: { value: "1 uF_per_cm2" }, children: [] }],
          intracellular: [{ kind: "resistivity", attributes: { value: "0.1 kohm_cm" }, children: [] }],
        },
      ],
      networks: [neuromlNetwork(5, [0.5, 2, -1])],
    }),
  },
  gifti: {
    empty: surface(0, { values: [], space: "" }),
    one: surface(1),
    unicode: surface(3, { labels: [{ key: 7, name: "V1 <α> 東", color: [1, 0.5, 0.25, 0] }] }),
    "large index": surface(70000),
    usual: surface(4, {
      values: [
        { name: "t", intent: "NIFTI_INTENT_TIME_SERIES", data: Int32Array.of(1, -2, 3, 4, 5, 6, 7, 8), components: 2 },
        { name: "", intent: "NIFTI_INTENT_LABEL", data: Uint8Array.of(0, 7, 7, 0), components: 1 },
      ],
    }),
  },
  nwb: {
    empty: recording({}),
    one: recording({
      series: [
        { ...sampleRecording().series[2]!, kind: "TimeSeries", electrode: undefined, fields: { resolution: -1 } },
      ],
    }),
    unicode: recording({ description: "Purkinje-α 東 🧠", scratch: { näme: "東" } }),
    "large index": recording({
      tables: [{ ...sampleRecording().tables[1]!, columns: [], ids: Float64Array.of(2 ** 53 - 1, 0, 2 ** 40) }],
    }),
    usual: sampleRecording(),
  },
  sonata: {
    empty: sonata([]),
    one: sonata([0]),
    unicode: sonata([1, 0], "東"),
    "large index": sonata([0, 2 ** 53 - 1]),
    usual: sonata([3, 1, 2]),
  },
  swc: {
    one: swc([1]),
    unicode: swc([1, 2], ["Purkinje-α 東"]),
    "large index": swc([1, 2 ** 31 - 1]),
    usual: swc([1, 2, 5, 9]),
  },
  "spike-times": {
    one: spikes([0.5], [0]),
    "large index": spikes([0.5, 1], [0, 2 ** 32 - 1]),
    usual: spikes([0.1, 0.2, 7], [3, 1, 2]),
  },
};

/** The bytes of a sample; of formats that are only read, samples are files of other tools. */
export async function bytesOfSample(id: FormatId, value: unknown): Promise<Uint8Array> {
  if (value instanceof Uint8Array) return value;
  const sink = memorySink(fileNameOf(id, value));
  const write = formats[id].write as ((value: unknown, to: typeof sink) => Promise<void>) | undefined;
  await write!(value, sink);
  return sink.bytes();
}

/** Readers take the file's name for the value's where the format has no place for one. */
export function fileNameOf(id: FormatId, value: unknown): string {
  const { name } = value as { name?: string };
  return `${name ?? "x"}.${formats[id].extensions[0]}`;
}
