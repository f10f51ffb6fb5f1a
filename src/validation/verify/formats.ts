/** File formats: idioms that readers have got wrong. @module */
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
