/**
 * NumPy arrays in a file (numpy.lib.format, versions 1 to 3), plain or gzip.
 *
 * As a volume the last axis of a C-ordered array is x, as the first of a Fortran-ordered one; up to three axes are space,
 * slower ones are frames. Voxels are 1 um.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import { baseName, byteLimit, checkBytes, type Format, type ReadOptions, type Source } from "./format.js";
import { inflate, isGzip } from "./gzip.js";
import {
  type AnyArray,
  bytesOf,
  bytesOfNumbers,
  checkImage,
  decodeNumbers,
  type ImageVolume,
  imageOf,
  makeImage,
  type NumberType,
  numberTypes,
  plainAffine,
  typeOf,
  withoutBigints,
} from "./image-volume.js";

export interface NpyArray {
  readonly data: AnyArray;
  readonly shape: readonly number[];
  /** The first axis is the fastest, not the last. */
  readonly fortranOrder: boolean;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const isNpy = (bytes: Uint8Array): boolean => magic.every((byte, i) => bytes[i] === byte);

/**
 * Reads an array of numbers or booleans (as bytes of 0 and 1).
 *
 * @throws WbeError FORMAT for a damaged or cut file, UNSUPPORTED for other types (objects are never loaded), LIMIT.
 */
export function decodeNpy(bytes: Uint8Array, where: string, limit = Number.POSITIVE_INFINITY): NpyArray {
  const fail = (expected: string, found: unknown) =>
    new WbeError("FORMAT", `expected ${expected}, found ${found}`, { where });
  if (!isNpy(bytes) || bytes.length < 10) throw fail("the magic of npy", "other bytes");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw fail("version 1 to 3", version);
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) throw fail("a header", "the end of the file");
  const end = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end > bytes.length) throw fail(`a header up to byte ${end}`, `${bytes.length} bytes`);
  const header = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(bytes.subarray(start, end));
  const descr = /['"]descr['"]\s*:\s*(?:['"]([^'"]*)['"]|(\[))/.exec(header);
  const order = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(header)?.[1];
  const dims = /['"]shape['"]\s*:\s*\(([^)]*)\)/.exec(header)?.[1];
  if (!descr || !order || dims === undefined)
    throw fail("descr, fortran_order and shape", JSON.stringify(header.slice(0, 80)));
  const words = dims
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  if (!words.every((word) => /^\d+L?$/.test(word))) throw fail("whole numbers as shape", `(${dims})`);
  const shape = words.map((word) => Number.parseInt(word, 10));
  const [, byteOrder, code] = /^([<>|=])?([a-z]\d+)$/i.exec(descr[1] ?? "") ?? [];
  const type = code === "b1" ? "u1" : numberTypes.find((known) => known === code);
  if (!type) {
    throw new WbeError("UNSUPPORTED", `arrays of type "${descr[1] ?? "a structure"}" are not supported`, {
      where,
      remedy: "Save numbers: integers, or floats of 32 or 64 bits.",
    });
  }
  const size = shape.reduce((a, b) => a * b, 1) * bytesOf(type);
  checkBytes(size, limit, where);
  if (bytes.length - end < size) throw fail(`${size} bytes of values`, bytes.length - end);
  return {
    data: decodeNumbers(bytes.subarray(end, end + size), type, byteOrder !== ">"),
    shape,
    fortranOrder: order === "True",
  };
}

/** The bytes of an npy file, version 1, C order unless `fortranOrder`. @throws WbeError ARGUMENT when the shape does not fit. */
export function encodeNpy({ data, shape, fortranOrder }: NpyArray): Uint8Array {
  if (shape.reduce((a, b) => a * b, 1) !== data.length) {
    throw new WbeError("ARGUMENT", `expected ${data.length} elements, found shape ${shape.join(" × ")}`);
  }
  const type: NumberType = typeOf(data);
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const descr = `${type[1] === "1" ? "|" : "<"}${type}`;
  const text = `{'descr': '${descr}', 'fortran_order': ${fortranOrder ? "True" : "False"}, 'shape': ${tuple}, }`;
  // Values begin at a multiple of 64.
  const length = 64 * Math.ceil((10 + text.length + 1) / 64);
  const bytes = new Uint8Array(length + data.byteLength);
  bytes.set([...magic, 1, 0, (length - 10) & 255, (length - 10) >> 8]);
  bytes.fill(0x20, 10, length);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes[length - 1] = 0x0a;
  bytes.set(bytesOfNumbers(data), length);
  return bytes;
}

/** An array as a volume. @throws WbeError LIMIT for 64-bit integers that a double cannot hold. */
export function volumeOfArray({ data, shape, fortranOrder }: NpyArray, name: string): ImageVolume {
  const fastestFirst = fortranOrder ? [...shape] : [...shape].reverse();
  return makeImage(withoutBigints(data, name), fastestFirst, plainAffine([1, 1, 1], [0, 0, 0]), { name });
}

/** A volume as an array, axes (frame,) z, y, x. */
export function arrayOfVolume(image: ImageVolume): NpyArray {
  checkImage(image);
  const [nx, ny, nz] = image.shape;
  const shape = image.frames === 1 ? [nz, ny, nx] : [image.frames, nz, ny, nx];
  return { data: image.data, shape, fortranOrder: false };
}

/** Reads the array of a file. @throws WbeError as decodeNpy */
export async function readNpy(source: Source, options: ReadOptions = {}): Promise<NpyArray> {
  throwIfCancelled(options.signal, "reading the array");
  const limit = byteLimit(source.size, options);
  const bytes = await source.read(0, source.size);
  const array = decodeNpy(isGzip(bytes) ? await inflate(bytes, "gzip", limit, source.name) : bytes, source.name, limit);
  options.onProgress?.(source.size, source.size);
  return array;
}

export const npyFormat: Format<ImageVolume> = {
  id: "npy",
  title: "NumPy array",
  category: "volume",
  extensions: ["npy", "npy.gz"],
  source: "numpy.lib.format, NEP 1",
  loses: ["voxel size, origin and orientation", "the name (the file's name takes its place)", "times of frames"],
  detect: (head) => isNpy(head) || isGzip(head),
  async confirm(source) {
    const head = await source.read(0, Math.min(4096, source.size));
    return isNpy(isGzip(head) ? await inflate(head, "gzip", 2 ** 24, source.name, 6).catch(() => head) : head);
  },
  async read(source, options = {}) {
    const name = options.name ?? baseName(source.name.replace(/\.gz$/i, ""));
    return volumeOfArray(await readNpy(source, options), name);
  },
  async write(volume, sink, options = {}) {
    try {
      throwIfCancelled(options.signal, "writing the array");
      await sink.write(encodeNpy(arrayOfVolume(imageOf(volume))));
    } catch (error) {
      await sink.abort();
      throw error;
    }
    await sink.close();
  },
};
