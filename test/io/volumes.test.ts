import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { bytesSource, detectFormat, formats, memorySink } from "wbe/io";
import { fileSource } from "../../src/io/file.node.js";
import { type ImageVolume, makeImage, plainAffine } from "../../src/io/image-volume.js";
import { niftiAffine, readNiftiHeader } from "../../src/io/nifti-data.js";
import { decodeNpy } from "../../src/io/npy.js";
import { encodeNpz, readNpz } from "../../src/io/npz.js";
import { readOmeZarr, writeOmeZarr } from "../../src/io/ome-zarr.js";
import { unpackBits, unpackLzw } from "../../src/io/tiff-codecs.js";
import type { ZarrStore } from "../../src/io/zarr.js";
import { encodeZip, readZip } from "../../src/io/zip.js";
import { dataFolder } from "./data-folder.js";

const volumes = ["nifti", "npy", "npz", "nrrd", "tiff"] as const;

async function write(id: (typeof volumes)[number], image: ImageVolume, name = "v"): Promise<Uint8Array> {
  const sink = memorySink(name);
  await formats[id].write!(image, sink);
  return sink.bytes();
}
const image = (data: ImageVolume["data"], shape: number[], affine = plainAffine([2, 3, 4], [10, -20, 0.5])) =>
  makeImage(data, shape, affine, { name: "v" });

const types = [Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array].map(
  (Type) => (value: (i: number) => number, length: number) => new Type(Array.from({ length }, (_, i) => value(i))),
);

describe("volume formats", () => {
  it.each(volumes)("%s keeps every voxel of every type, and is detected", async (id) => {
    for (const make of types) {
      const value = image(
        make((i) => i * 5 - 3, 24),
        [4, 3, 2],
      );
      const bytes = await write(id, value);
      const source = bytesSource(bytes, "v");
      expect((await detectFormat(source)).id).toBe(id);
      const again = await formats[id].read(source);
      expect(again.data).toEqual(value.data);
      expect(again.shape).toEqual([4, 3, 2]);
      if (id === "nrrd") expect(again.affine).toEqual(value.affine);
      // NIfTI-1 holds mm in single precision.
      if (id === "nifti") expect(again.affine.map((v) => Number(v.toPrecision(6)))).toEqual(value.affine);
      if (id === "tiff") again.voxelSize.forEach((size, k) => expect(size).toBeCloseTo([2, 3, 4][k]!, 6));
    }
  });

  it("NIfTI, npy and NRRD keep frames; an oblique affine survives", async () => {
    const oblique = [0, -2, 0, 5, 3, 0, 0, 6, 0, 0, 4, 7];
    const value = image(
      Float32Array.from({ length: 48 }, (_, i) => i),
      [4, 3, 2, 2],
      oblique,
    );
    for (const id of ["nifti", "npy", "nrrd"] as const) {
      const again = await formats[id].read(bytesSource(await write(id, value), "v"));
      expect([again.frames, ...again.data]).toEqual([2, ...value.data]);
      if (id !== "npy") expect(again.affine.map((v) => Number(v.toPrecision(6)))).toEqual(oblique);
    }
  });

  it("a name that ends in .gz is packed, and an axis beyond 32,767 makes NIfTI-2", async () => {
    const value = image(
      new Uint8Array(40000).map((_, i) => i),
      [40000, 1, 1],
    );
    const packed = await write("nifti", value, "v.nii.gz");
    expect(packed.length).toBeLessThan(2000);
    const again = await formats.nifti.read(bytesSource(packed, "v.nii.gz"));
    expect(again.data).toEqual(value.data);
    expect(readNiftiHeader(await write("nifti", value)).version).toBe(2);
  });
});

describe("NIfTI", () => {
  const scaled = async (slope: number, intercept: number) => {
    const bytes = await write("nifti", image(Int16Array.of(-3, 0, 7, 100), [2, 2, 1]));
    const view = new DataView(bytes.buffer);
    view.setFloat32(112, slope, true);
    view.setFloat32(116, intercept, true);
    return [...(await formats.nifti.read(bytesSource(bytes, "v.nii"))).data];
  };

  it("scales by a finite slope other than 0 only (case O04)", async () => {
    for (const [slope, intercept] of [
      [0, 0],
      [0, 5],
      [Number.NaN, Number.NaN],
      [Number.POSITIVE_INFINITY, 1],
    ] as const) {
      expect(await scaled(slope, intercept)).toEqual([-3, 0, 7, 100]);
    }
    expect(await scaled(2, 10)).toEqual([4, 10, 24, 210]);
  });

  it("takes the sform first, then the qform, then the sizes", () => {
    const header = {
      ...readNiftiHeader(makeHead()),
      pixdim: [-1, 1, 2, 3, 1, 1, 1, 1],
      quaternion: [0, 0, Math.SQRT1_2, 10, 20, 30],
      unitCode: 3,
    };
    expect(niftiAffine({ ...header, sformCode: 1 }).affine).toEqual(header.sform);
    const q = niftiAffine({ ...header, sformCode: 0, qformCode: 1 }).affine;
    // A quarter turn about z; the negative pixdim[0] turns z round.
    [0, -2, 0, 10, 1, 0, 0, 20, 0, 0, -3, 30].forEach((value, k) => expect(q[k]).toBeCloseTo(value, 12));
    expect(niftiAffine({ ...header, sformCode: 0, qformCode: 0 }).affine).toEqual(plainAffine([1, 2, 3], [0, 0, 0]));
  });

  function makeHead(): Uint8Array {
    const bytes = new Uint8Array(352);
    const view = new DataView(bytes.buffer);
    view.setInt32(0, 348, true);
    view.setInt16(40, 3, true);
    bytes.set([0x6e, 0x2b, 0x31], 344);
    return bytes;
  }
});

describe("npz and zip", () => {
  it("arrays come back by name; a changed byte, a bomb and a path outside are refused", async () => {
    const data = Int32Array.of(1, 2, 3);
    const bytes = encodeNpz(new Map([["東", { data, shape: [3], fortranOrder: false }]]));
    expect((await readNpz(bytesSource(bytes, "a.npz"))).get("東")).toMatchObject({ data, shape: [3] });
    const broken = bytes.slice();
    broken[bytes.indexOf(0x93) + 70]! ^= 1;
    await expect(readNpz(bytesSource(broken, "a.npz"))).rejects.toMatchObject({ code: "FORMAT" });
    const outside = encodeZip([["../evil.npy", new Uint8Array(1)]]);
    await expect(readZip(bytesSource(outside, "a.zip"))).rejects.toMatchObject({ code: "FILE" });
    const bomb = encodeZip([["a", new Uint8Array(4)]]);
    new DataView(bomb.buffer).setUint32(31 + 4 + 24, 2 ** 31, true);
    await expect(readZip(bytesSource(bomb, "a.zip"))).rejects.toMatchObject({ code: "LIMIT" });
  });

  it("objects and structures are never loaded", () => {
    const text = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n";
    const bytes = new Uint8Array([
      0x93,
      0x4e,
      0x55,
      0x4d,
      0x50,
      0x59,
      1,
      0,
      text.length,
      0,
      ...new TextEncoder().encode(text),
    ]);
    expect(() => decodeNpy(bytes, "x")).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
  });
});

describe("TIFF codecs", () => {
  it("PackBits as in Apple's example, LZW as in the specification's", () => {
    const packed = [0xfe, 0xaa, 0x02, 0x80, 0x00, 0x2a, 0xfd, 0xaa, 0x03, 0x80, 0x00, 0x2a, 0x22, 0xf7, 0xaa];
    const plain = "aaaaaa80002aaaaaaaaa80002a22aaaaaaaaaaaaaaaaaaaa";
    expect(Buffer.from(unpackBits(Uint8Array.from(packed), 100)).toString("hex")).toBe(plain);
    // 7 7 7 8 8 7 7 6 6: Clear 7 258 8 8 258 6 6 End (TIFF 6.0, page 59).
    const codes = [256, 7, 258, 8, 8, 258, 6, 6, 257].map((code) => code.toString(2).padStart(9, "0")).join("");
    const bytes = Uint8Array.from(codes.match(/.{1,8}/g)!, (byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
    expect([...unpackLzw(bytes, 100, "x")]).toEqual([7, 7, 7, 8, 8, 7, 7, 6, 6]);
  });
});

describe("Zarr", () => {
  const memory = (): ZarrStore & { files: Map<string, Uint8Array> } => {
    const files = new Map<string, Uint8Array>();
    return {
      files,
      get: async (key) => files.get(key),
      set: async (key, value) => {
        files.set(key, value);
      },
    };
  };

  it("a missing chunk of an array that is filled with NaN is NaN (case O07)", async () => {
    const store = memory();
    const text = `{"zarr_format":3,"node_type":"array","shape":[2,3],"data_type":"float32",
      "chunk_grid":{"name":"regular","configuration":{"chunk_shape":[2,2]}},
      "chunk_key_encoding":{"name":"default","configuration":{"separator":"/"}},
      "fill_value":"NaN","codecs":[{"name":"bytes","configuration":{"endian":"little"}}],"attributes":{}}`;
    store.files.set("/zarr.json", new TextEncoder().encode(text));
    store.files.set("/c/0/0", Uint8Array.from(Buffer.from("0000803f000000400000404000008040", "hex")));
    const read = await readOmeZarr(store);
    expect([...read.data]).toEqual([1, 2, Number.NaN, 3, 4, Number.NaN]);
  });

  it("images come back with their place and pyramid", async () => {
    const store = memory();
    const value = image(
      Uint16Array.from({ length: 60 }, (_, i) => i * 1000),
      [5, 4, 3],
    );
    await writeOmeZarr(store, value, { levels: 2 });
    const again = await readOmeZarr(store);
    expect([again.data, again.shape, again.voxelSize]).toEqual([value.data, [5, 4, 3], [2, 3, 4]]);
    again.origin.forEach((at, k) => expect(at).toBeCloseTo(value.origin[k]!, 12));
    const half = await readOmeZarr(store, { level: 1 });
    expect([half.shape, half.voxelSize]).toEqual([
      [3, 2, 2],
      [4, 6, 8],
    ]);
    expect(half.origin).toEqual([11, -18.5, 2.5]);
    expect(half.data[0]).toBe(Math.round((0 + 1000 + 5000 + 6000 + 20000 + 21000 + 25000 + 26000) / 8));
    await expect(readOmeZarr(store, { maxBytes: 100 })).rejects.toMatchObject({ code: "LIMIT" });
  });
});

describe.skipIf(!dataFolder)("images of the field", () => {
  const open = async (path: string) => {
    const source = await fileSource(`${dataFolder}/imaging/${path}`);
    return (await (await detectFormat(source, "volume")).read(source)) as ImageVolume;
  };
  const summary = ({ data }: ImageVolume) => {
    let [low, high, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    for (const value of data) {
      low = Math.min(low, value);
      high = Math.max(high, value);
      sum += value;
    }
    return { low, high, mean: sum / data.length };
  };

  it.each([
    ["nibabel/anatomical.nii", [33, 41, 25], 1, -610, 30393, 8401.0667258],
    ["nibabel/example4d.nii.gz", [128, 96, 24], 2, 0, 1162, 172.908115],
    ["nibabel/example_nifti2.nii.gz", [32, 20, 12], 2, 46, 757, 450.963672],
    ["nibabel/functional.nii", [17, 21, 3], 20, 629.826, 5571.622, 3637.408514],
    ["nibabel/standard.nii.gz", [4, 5, 7], 1, 0, 255, 54.642857],
    ["neuroglancer/datasource_nifti/standard.nii", [4, 5, 7], 1, 0, 255, 54.642857],
    ["tvb_minimal.nii.gz", [64, 64, 10], 1, 0, 63, 31.5],
    ["skimage/chessboard_GRAY_U16.tif", [200, 200, 1], 1, 0, 255, 127.5],
    ["skimage/chessboard_GRAY_U16B.tif", [200, 200, 1], 1, 0, 255, 127.5],
    ["skimage/_blobs_3d_fiji_skeleton.tif", [32, 32, 30], 1, 0, 255, 33.228027],
    ["skimage/multipage.tif", [10, 15, 2], 1, 0, 255, 127.1467],
    ["vnc_sstem_crop_raw_8x256x256.tif", [256, 256, 8], 1, 0, 244, 128.994423],
  ] as const)("%s", async (path, shape, frames, low, high, mean) => {
    const volume = await open(path);
    expect(volume.shape).toEqual(shape);
    expect(volume.frames).toBe(frames);
    const found = summary(volume);
    expect(found.high).toBeCloseTo(high, 2);
    expect(found.mean).toBeCloseTo(mean, 4);
    if (!path.includes("skimage")) expect(found.low).toBeCloseTo(low, 2);
  });

  it("sizes of voxels, labels and NaN", async () => {
    expect((await open("nibabel/standard.nii.gz")).voxelSize.map((size) => size / 1000)).toEqual([1, 3, 2]);
    const four = await open("nibabel/example4d.nii.gz");
    [2000, 2000, 2200].forEach((size, k) => expect(four.voxelSize[k]).toBeCloseTo(size, 2));
    const macaque = await open("tvb_macaque_volumeMap_inF99.nii.gz");
    expect([macaque.shape, summary(macaque).high]).toEqual([[143, 187, 118], 142]);
    expect(macaque.voxelSize[0]).toBeCloseTo(503, 0);
    expect((await open("nibabel/resampled_anat_moved.nii")).data.some(Number.isNaN)).toBe(true);
    expect(summary(await open("nibabel/reoriented_anat_moved.nii")).high).toBeCloseTo(21199.936, 2);
    const labels = await open("vnc_sstem_crop_labels_8x256x256.tif");
    const counts = new Map<number, number>();
    for (const value of labels.data) counts.set(value, (counts.get(value) ?? 0) + 1);
    expect([counts.get(0), counts.get(191), counts.get(255)]).toEqual([12510, 44047, 419140]);
    const [a, b] = [await open("skimage/chessboard_GRAY_U16.tif"), await open("skimage/chessboard_GRAY_U16B.tif")];
    expect(a.data).toEqual(b.data);
  });

  it("headers alone are read as headers and refused as images; Analyze is refused", async () => {
    const header = async (name: string) => readNiftiHeader(await readFile(`${dataFolder}/imaging/nibabel/${name}`));
    expect(await header("nifti1.hdr")).toMatchObject({ version: 1, isPair: true, littleEndian: true });
    expect((await header("nifti2.hdr")).version).toBe(2);
    await expect(header("analyze.hdr")).rejects.toMatchObject({ code: "FORMAT" });
  });

  it.each([
    ["float32-be", 1.0300113],
    ["float32-le", 1.0300113],
    ["uint16-be", 1909240],
    ["uint16-le", 1909240],
    ["uint32-be", 142718989314],
    ["uint32-le", 142718989314],
    ["uint64-be", 6187875083162657716n],
    ["uint64-le", 6187875083162657716n],
    ["uint8", 7668],
  ])("npy_test.%s.npy", async (name, expected) => {
    const path = `${dataFolder}/imaging/neuroglancer/codec_npy/npy_test.${name}.npy`;
    const { data, shape } = decodeNpy(await readFile(path), path);
    expect(shape).toEqual([3, 4, 5]);
    // NumPy's sum of 64-bit integers wraps.
    if (data instanceof BigUint64Array) {
      expect(
        BigInt.asUintN(
          64,
          data.reduce((a, b) => a + b, 0n),
        ),
      ).toBe(expected);
    } else expect(Float64Array.from(data as Float64Array).reduce((a, b) => a + b, 0)).toBeCloseTo(Number(expected), 4);
  });

  it("a gzip of npy", async () => {
    const pollen = await open("cc3d_Misc_pollen.npy.gz");
    expect([pollen.shape, summary(pollen).mean * pollen.data.length]).toEqual([
      [1228, 935, 1],
      expect.closeTo(70466299, 0),
    ]);
  });

  it.each(["ome_zarr_simple_0.4", "ome_zarr_simple_0.5"])("%s: three levels on Zarr v2 and v3", async (name) => {
    const store: ZarrStore = {
      get: async (key) =>
        readFile(`${dataFolder}/imaging/neuroglancer/${name}${key}`)
          .then((b) => new Uint8Array(b))
          .catch(() => undefined),
      set: async () => {},
    };
    for (const [level, n] of [10, 5, 2].entries()) {
      const { shape, data } = await readOmeZarr(store, { level });
      expect(shape).toEqual([n, n, 1]);
      expect(data).toBeInstanceOf(Uint16Array);
    }
  });
});
