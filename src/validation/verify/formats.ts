/** File formats: idioms that readers have got wrong. @module */
import { bytesSource, memorySink } from "../../io/format.js";
import { edgeWeights } from "../../io/graph-data.js";
import { graphmlFormat } from "../../io/graphml.js";
import { createHdf5 } from "../../io/hdf5-write.js";
import { niftiFormat } from "../../io/nifti.js";
import { sonataFormat } from "../../io/sonata.js";
import { resolveAttribute } from "../../io/sonata-data.js";
import { parseTypeTable } from "../../io/sonata-types.js";
import { readSwc } from "../../io/swc.js";
import { readZarr } from "../../io/zarr.js";
import { measureMorphology } from "../../scanner/morphometrics.js";
import { equal, type VerifyArea, within } from "./verify.js";

const swcSource = "SWC specification (Cannon et al. 1998); three-point soma of NeuroMorpho.org";
const sphereArea = 4 * Math.PI * 36;
const shuffled = "2 3 0 30 0 1 4\n10 3 10 20 0 1 4\n1 1 0 0 0 5 -1\n4 3 0 20 0 1 5\n40 3 -10 20 0 1 4\n5 3 0 10 0 1 1";

export const formatsArea: VerifyArea = {
  area: "formats",
  figures: [
    {
      id: "swc-one-point-soma",
      what: "area of a soma of one point, radius 6 µm (µm²)",
      source: `${swcSource}: sphere, 4πr²`,
      check: async () =>
        within(measureMorphology(readSwc("1 1 0 0 0 6 -1\n")).soma.area, sphereArea, 1e-9 * sphereArea),
    },
    {
      id: "swc-three-point-soma",
      what: "area of the same soma written as three points (µm²)",
      source: `${swcSource}: cylinder of length and diameter 2r, the same 4πr²`,
      check: async () => {
        const soma = measureMorphology(readSwc("1 1 0 0 0 6 -1\n2 1 0 -6 0 6 1\n3 1 0 6 0 6 1\n")).soma;
        return within(soma.area, sphereArea, 1e-9 * sphereArea);
      },
    },
    {
      id: "swc-shuffled-rows",
      what: "cable length, branch points and tips of a tree whose rows are shuffled and whose ids have gaps",
      source: `${swcSource}: connectivity is the parent column only; 10 + 3 × 10 µm`,
      check: async () => {
        const { cableLength, nBranchPoints, nTips, maxPathLength } = measureMorphology(readSwc(shuffled));
        return equal(
          `${cableLength} µm, ${nBranchPoints}, ${nTips}, path ${maxPathLength} µm`,
          "40 µm, 1, 3, path 30 µm",
        );
      },
    },
    {
      id: "zarr-missing-chunk",
      what: "a float array of fill value NaN whose second chunk was never written",
      source: 'Zarr v3 core specification: a missing chunk holds the fill value, and NaN is the word "NaN"',
      check: async () => {
        const { arrays } = await readZarr(missingChunk());
        return equal(Array.from(arrays.x!.data).join(" "), "1 2 NaN 3 4 NaN");
      },
    },
    {
      id: "nifti-slopes",
      what: "voxels −3, 0, 7, 100 with slope and intercept (0, 0), (0, 5), (NaN, NaN), (∞, 1) and (2, 10)",
      source: "nifti1.h: scaled only when the slope is not 0; a slope that is not finite scales nothing (nibabel 5)",
      check: async () => {
        const slopes = [
          [0, 0],
          [0, 5],
          [Number.NaN, Number.NaN],
          [Number.POSITIVE_INFINITY, 1],
          [2, 10],
        ] as const;
        const found: string[] = [];
        for (const [slope, intercept] of slopes) found.push((await scaledVoxels(slope, intercept)).join(" "));
        const plain = "-3 0 7 100";
        return equal(found.join("; "), `${plain}; ${plain}; ${plain}; ${plain}; 4 10 24 210`);
      },
    },
    {
      id: "graphml-defaults",
      what: "attributes of nodes and edges that are given, empty or left to a declared default",
      source: "GraphML primer: a default holds where no data element is given; an empty one is a given value",
      check: async () => {
        const graph = await graphmlFormat.read(bytesSource(new TextEncoder().encode(graphmlPrimer), "primer.graphml"));
        const { color, exc } = graph.nodes;
        const words = (color!.values as readonly string[]).map((word) => JSON.stringify(word)).join(" ");
        const weights = Array.from(edgeWeights(graph)).join(" ");
        return equal(
          `${words}; ${Array.from(exc!.values as Float64Array).join(" ")}; ${weights}`,
          '"green" "yellow" ""; 1 0 1; 0.5 2',
        );
      },
    },
    {
      id: "sonata-values",
      what: "weights and delays of four edges: from their group, else their type, else none",
      source: "SONATA developer guide: values of the group override those of the type; NULL is no value",
      check: async () => {
        const { weights, delays } = await sonataCase();
        return equal(`${weights}; ${delays}`, "0.5 2 0.7 none; 1.5 1.5 3 3");
      },
    },
  ],
};

/** A 2 × 3 float32 array in chunks of 2 × 2, of which only the first exists. */
function missingChunk() {
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const held = new Map<string, Uint8Array>([
    ["/zarr.json", json({ zarr_format: 3, node_type: "group", attributes: { arrays: ["x"] } })],
    [
      "/x/zarr.json",
      json({
        zarr_format: 3,
        node_type: "array",
        shape: [2, 3],
        data_type: "float32",
        chunk_grid: { name: "regular", configuration: { chunk_shape: [2, 2] } },
        chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
        fill_value: "NaN",
        codecs: [{ name: "bytes", configuration: { endian: "little" } }],
        attributes: {},
      }),
    ],
    ["/x/c/0/0", new Uint8Array([0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64])],
  ]);
  return {
    get: async (key: string) => held.get(key),
    set: async (key: string, value: Uint8Array) => {
      held.set(key, value);
    },
  };
}

/** A NIfTI-1 image of 2 × 2 × 1 voxels of int16. */
async function scaledVoxels(slope: number, intercept: number): Promise<number[]> {
  const bytes = new Uint8Array(360);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 348, true);
  [3, 2, 2, 1, 1, 1, 1, 1].forEach((size, k) => {
    view.setInt16(40 + 2 * k, size, true);
  });
  view.setInt16(70, 4, true);
  view.setInt16(72, 16, true);
  for (let k = 0; k < 8; k++) view.setFloat32(76 + 4 * k, 1, true);
  view.setFloat32(108, 352, true);
  view.setFloat32(112, slope, true);
  view.setFloat32(116, intercept, true);
  bytes.set(new TextEncoder().encode("n+1"), 344);
  [-3, 0, 7, 100].forEach((value, k) => {
    view.setInt16(352 + 2 * k, value, true);
  });
  return Array.from((await niftiFormat.read(bytesSource(bytes, "v.nii"))).data);
}

const graphmlPrimer = `<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="c" for="node" attr.name="color" attr.type="string"><default>yellow</default></key>
  <key id="w" for="edge" attr.name="weight" attr.type="double"><default>0.5</default></key>
  <key id="x" for="node" attr.name="exc" attr.type="boolean"><default>true</default></key>
  <graph id="G" edgedefault="directed">
    <node id="n0"><data key="c">green</data></node>
    <node id="n1"><data key="x">false</data></node>
    <node id="n2"><data key="c"></data></node>
    <edge source="n0" target="n1"/>
    <edge source="n1" target="n2"><data key="w">2.0</data></edge>
  </graph>
</graphml>`;

/** Two groups of which one has weights, and a table of two types of which one has none. */
async function sonataCase(): Promise<{ weights: string; delays: string }> {
  const file = await createHdf5();
  const path = "/edges/a_to_b";
  file.dataset(`${path}/source_node_id`, BigUint64Array.of(0n, 0n, 1n, 1n), { attributes: { node_population: "a" } });
  file.dataset(`${path}/target_node_id`, BigUint64Array.of(1n, 2n, 2n, 0n), { attributes: { node_population: "b" } });
  file.dataset(`${path}/edge_type_id`, Uint32Array.of(100, 100, 101, 101));
  file.dataset(`${path}/edge_group_id`, Uint16Array.of(0, 1, 0, 1));
  file.dataset(`${path}/edge_group_index`, Uint32Array.of(0, 0, 1, 1));
  file.dataset(`${path}/0/syn_weight`, Float64Array.of(0.5, 0.7));
  file.group(`${path}/1`);
  const sink = memorySink("edges.h5");
  await file.finish(sink);
  const opened = await sonataFormat.read(bytesSource(sink.bytes(), "edges.h5"));
  try {
    const types = parseTypeTable(
      "edge_type_id syn_weight delay\n100 2.0 1.5\n101 NULL 3.0\n",
      "edge_type_id",
      "types.csv",
    );
    const words = (name: string) => {
      const { numbers, present } = resolveAttribute(opened.edges[0]!, name, types);
      return Array.from(numbers, (value, i) => (present[i] ? String(value) : "none")).join(" ");
    };
    return { weights: words("syn_weight"), delays: words("delay") };
  } finally {
    opened.close();
  }
}
