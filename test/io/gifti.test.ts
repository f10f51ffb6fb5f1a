import { describe, expect, it } from "vitest";
import { bytesSource, giftiFormat, memorySink } from "wbe/io";
import type { Surface } from "../../src/core/surface.js";
import golden from "../golden/format-files.json" with { type: "json" };

const { points, faces, shape, keys, files } = golden.gifti;
const read = (text: string | Uint8Array) =>
  giftiFormat.read(bytesSource(typeof text === "string" ? new TextEncoder().encode(text) : text, "lh.gii"));
const array = (attributes: string, data: string, intent = "NIFTI_INTENT_SHAPE") =>
  `<GIFTI Version="1.0" NumberOfDataArrays="1"><DataArray Intent="${intent}" ${attributes}><Data>${data}</Data></DataArray></GIFTI>`;
const ascii = 'DataType="NIFTI_TYPE_FLOAT32" Dimensionality="1" Dim0="3" Encoding="ASCII"';

describe("GIfTI", () => {
  it.each(Object.entries(files))(
    "a surface that nibabel wrote as %s has its points, triangles, values and labels",
    async (_, file) => {
      const surface = await read(Buffer.from(file, "base64"));
      expect(Array.from(surface.vertices)).toEqual(points.flat().map((mm) => mm * 1000));
      expect(Array.from(surface.triangles)).toEqual(faces.flat());
      expect(surface.values.map(({ name, intent, data }) => [name, intent, Array.from(data)])).toEqual([
        ["thickness", "NIFTI_INTENT_SHAPE", shape.map((value) => value ?? Number.NaN)],
        ["", "NIFTI_INTENT_LABEL", keys],
      ]);
      expect(surface.labels).toEqual([
        { key: 0, name: "none", color: [0, 0, 0, 0] },
        { key: 7, name: "V1 <α>", color: [1, 0.5, 0.25, 1] },
      ]);
      expect(surface.space).toBe("NIFTI_XFORM_TALAIRACH");
    },
  );

  it("big-endian bytes and columns before rows are turned round", async () => {
    const bytes = Buffer.alloc(24);
    [1, 4, 2, 5, 3, 6].forEach((value, i) => {
      bytes.writeInt32BE(value, 4 * i);
    });
    const head =
      'DataType="NIFTI_TYPE_INT32" Dimensionality="2" Dim0="2" Dim1="3" Encoding="Base64Binary" Endian="BigEndian"';
    const surface = await read(array(`${head} ArrayIndexingOrder="ColumnMajorOrder"`, bytes.toString("base64")));
    expect(Array.from(surface.values[0]!.data)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(surface.values[0]!.components).toBe(3);
  });

  it.each([
    [array(ascii, "1 2"), /expected 3 values, found 2/],
    [array(ascii, "1 two 3"), /expected numbers, found "two"/],
    [array(ascii.replace("ASCII", "Base64Binary"), "AAA="), /expected 12 bytes, found 2/],
    [array(ascii.replace("ASCII", "Base64Binary"), "?"), /expected base64/],
    [array(ascii.replace("ASCII", "GZipBase64Binary"), "AAAA"), /expected deflate data/],
    [array(ascii.replace("ASCII", "ExternalFileBinary"), ""), /encoding "ExternalFileBinary" is not supported/],
    [array(ascii.replace('Dim0="3"', 'Dim0="3e12"'), "1"), /expected at most/],
    [array(ascii.replace("FLOAT32", "RGB24"), "1"), /type "NIFTI_TYPE_RGB24"/],
    [array(ascii, "1 2 3", "NIFTI_INTENT_POINTSET"), /expected rows of three numbers/],
    ["<gifti/>", /expected <GIFTI>/],
  ])("a broken surface is refused: %#", async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it("triangles of vertices that are not there are refused on reading and writing", async () => {
    const surface = await read(Buffer.from(files.ASCII, "base64"));
    const wrong: Surface = { ...surface, triangles: Uint32Array.of(0, 1, 4) };
    await expect(giftiFormat.write!(wrong, memorySink("x.gii"))).rejects.toThrow(/expected vertices below 4/);
  });
});
