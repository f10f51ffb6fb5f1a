/**
 * Reads and writes NIfTI.
 *
 * Rules: voxel values are scaled only by a finite slope other than 0 (nifti1.h: "if the scl_slope field is nonzero"),
 * otherwise the intercept is ignored too. The place in space is the sform's where its code is positive, else the qform's,
 * else the sizes of the voxels alone.
 *
 * @module
 */
import type { NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import {
  baseName,
  byteLimit,
  checkBytes,
  type ReadOptions,
  type Sink,
  type Source,
  type WriteOptions,
} from "./format.js";
import { gzip, inflate, isGzip } from "./gzip.js";
import {
  bytesOf,
  bytesOfNumbers,
  checkImage,
  decodeNumbers,
  type ImageVolume,
  makeImage,
  type NumberType,
  plainAffine,
  typeOf,
  withoutBigints,
} from "./image-volume.js";
import { isNiftiHead } from "./nifti-head.js";

const typeCodes: Readonly<Record<number, NumberType>> = {
  2: "u1",
  4: "i2",
  8: "i4",
  16: "f4",
  64: "f8",
  256: "i1",
  512: "u2",
  768: "u4",
  1024: "i8",
  1280: "u8",
};

export interface NiftiHeader {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  /** Header and image stand in two files. */
  readonly isPair: boolean;
  readonly shape: readonly number[];
  readonly datatype: number;
  readonly pixdim: readonly number[];
  readonly dataOffset: number;
  readonly slope: number;
  readonly intercept: number;
  readonly qformCode: number;
  readonly sformCode: number;
  /** b, c, d, then x, y, z. */
  readonly quaternion: readonly number[];
  /** Three rows of four. */
  readonly sform: readonly number[];
  readonly unitCode: number;
}

/** True for NIfTI, also inside gzip. */
export async function isNifti(source: Source): Promise<boolean> {
  const head = await source.read(0, Math.min(4096, source.size));
  if (!isGzip(head)) return isNiftiHead(head) || /\.nii$/i.test(source.name);
  const start = await inflate(head, "gzip", 2 ** 24, source.name, 352).catch(() => new Uint8Array(0));
  return isNiftiHead(start);
}

/** Reads a header of 348 or 540 bytes. @throws WbeError FORMAT */
export function readNiftiHeader(bytes: Uint8Array, where = ""): NiftiHeader {
  const fail = (expected: string, found: unknown) =>
    new WbeError("FORMAT", `expected ${expected}, found ${found}`, { where });
  if (bytes.length < 348) throw fail("at least 348 bytes of header", bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizes = [view.getInt32(0, true), view.getInt32(0, false)];
  const littleEndian = sizes[0] === 348 || sizes[0] === 540;
  const size = littleEndian ? sizes[0] : sizes[1];
  if (size !== 348 && size !== 540) throw fail("a header size of 348 or 540", sizes[0]);
  const version = size === 348 ? 1 : 2;
  if (bytes.length < size) throw fail(`${size} bytes of header`, bytes.length);
  const magic = String.fromCharCode(...bytes.subarray(version === 1 ? 344 : 4, version === 1 ? 347 : 7));
  // An Analyze 7.5 header has no magic.
  if (version === 1 ? !["n+1", "ni1"].includes(magic) : !["n+2", "ni2"].includes(magic)) {
    throw fail("the magic of NIfTI", JSON.stringify(magic));
  }
  const i16 = (at: number) => view.getInt16(at, littleEndian);
  const i32 = (at: number) => view.getInt32(at, littleEndian);
  const f32 = (at: number) => view.getFloat32(at, littleEndian);
  const f64 = (at: number) => view.getFloat64(at, littleEndian);
  const i64 = (at: number) => Number(view.getBigInt64(at, littleEndian));
  const many = (count: number, read: (k: number) => number) => Array.from({ length: count }, (_, k) => read(k));
  const dim = version === 1 ? many(8, (k) => i16(40 + 2 * k)) : many(8, (k) => i64(16 + 8 * k));
  const rank = dim[0]!;
  if (!(rank >= 1 && rank <= 7)) throw fail("1 to 7 dimensions", rank);
  const shape = dim.slice(1, rank + 1);
  const bad = shape.find((n) => !(n >= 0 && Number.isSafeInteger(n)));
  if (bad !== undefined) throw fail("dimensions that are not negative", bad);
  const common = { littleEndian, shape, isPair: magic[1] !== "+" };
  if (version === 1) {
    return {
      ...common,
      version,
      datatype: i16(70),
      pixdim: many(8, (k) => f32(76 + 4 * k)),
      dataOffset: f32(108),
      slope: f32(112),
      intercept: f32(116),
      unitCode: view.getUint8(123),
      qformCode: i16(252),
      sformCode: i16(254),
      quaternion: many(6, (k) => f32(256 + 4 * k)),
      sform: many(12, (k) => f32(280 + 4 * k)),
    };
  }
  return {
    ...common,
    version,
    datatype: i16(12),
    pixdim: many(8, (k) => f64(104 + 8 * k)),
    dataOffset: i64(168),
    slope: f64(176),
    intercept: f64(184),
    qformCode: i32(344),
    sformCode: i32(348),
    quaternion: many(6, (k) => f64(352 + 8 * k)),
    sform: many(12, (k) => f64(400 + 8 * k)),
    unitCode: i32(500),
  };
}

/** Voxel → RAS in um by sform, qform or sizes alone, in this order. */
export function niftiAffine(header: NiftiHeader): { affine: number[]; warnings: string[] } {
  const unit = header.unitCode & 7;
  const toMicrometre = unit === 1 ? 1e6 : unit === 3 ? 1 : 1000;
  const warnings = unit === 0 ? ["the unit of length is not given: taken as mm"] : [];
  const scaled = (affine: readonly number[]) => ({ affine: affine.map((value) => value * toMicrometre), warnings });
  if (header.sformCode > 0) return scaled(header.sform);
  const [, dx, dy, dz] = header.pixdim.map((size) => Math.abs(size) || 1) as [number, number, number, number];
  if (header.qformCode <= 0) return scaled(plainAffine([dx, dy, dz], [0, 0, 0]));
  const [b, c, d, x, y, z] = header.quaternion as [number, number, number, number, number, number];
  const square = 1 - (b * b + c * c + d * d);
  // Rounding may leave a little less than 0 of a half turn.
  const a = Math.sqrt(Math.max(0, square));
  const length = square < 0 ? Math.sqrt(b * b + c * c + d * d) : 1;
  const [B, C, D] = [b / length, c / length, d / length];
  const flip = header.pixdim[0]! < 0 ? -1 : 1;
  const [sx, sy, sz] = [dx, dy, dz * flip];
  return scaled([
    (a * a + B * B - C * C - D * D) * sx,
    2 * (B * C - a * D) * sy,
    2 * (B * D + a * C) * sz,
    x,
    2 * (B * C + a * D) * sx,
    (a * a + C * C - B * B - D * D) * sy,
    2 * (C * D - a * B) * sz,
    y,
    2 * (B * D - a * C) * sx,
    2 * (C * D + a * B) * sy,
    (a * a + D * D - C * C - B * B) * sz,
    z,
  ]);
}

/** @throws WbeError FORMAT for a damaged or cut file, UNSUPPORTED for other voxel types and pairs of files, LIMIT. */
export async function readNifti(source: Source, options: ReadOptions = {}): Promise<ImageVolume> {
  throwIfCancelled(options.signal, "reading the image");
  const limit = byteLimit(source.size, options);
  const head = await source.read(0, Math.min(4096, source.size));
  const whole = isGzip(head) ? await inflate(await source.read(0, source.size), "gzip", limit, source.name) : undefined;
  const header = readNiftiHeader(whole ?? head, source.name);
  if (header.isPair) {
    throw new WbeError("UNSUPPORTED", "expected header and image in one file, found a header alone", {
      where: source.name,
      remedy: "Join the .hdr and .img files to a .nii.",
    });
  }
  const type = typeCodes[header.datatype];
  if (!type) {
    throw new WbeError("UNSUPPORTED", `voxels of datatype ${header.datatype} are not supported`, {
      where: source.name,
      remedy: "Complex and colour images have no place in a volume of numbers.",
    });
  }
  const count = header.shape.reduce((a, b) => a * b, 1);
  const bytes = count * bytesOf(type);
  checkBytes(bytes, limit, source.name);
  const start = header.dataOffset;
  const available = (whole?.length ?? source.size) - start;
  if (!(Number.isInteger(start) && start >= 348 && bytes <= available)) {
    throw new WbeError(
      "FORMAT",
      `expected ${bytes} bytes of voxels from ${start} on, found ${Math.max(0, available)}`,
      {
        where: source.name,
        remedy: "The file may be truncated.",
      },
    );
  }
  throwIfCancelled(options.signal, "reading the image");
  const raw = whole ? whole.subarray(start, start + bytes) : await source.read(start, start + bytes);
  const stored = withoutBigints(decodeNumbers(raw, type, header.littleEndian), source.name);
  options.onProgress?.(source.size, source.size);
  const { affine, warnings } = niftiAffine(header);
  if (!affine.every(Number.isFinite)) {
    throw new WbeError("FORMAT", "expected a finite orientation, found NaN or infinity", { where: source.name });
  }
  const timeUnit = header.unitCode & 0x38;
  const name = options.name ?? baseName(source.name.replace(/\.gz$/i, ""));
  if (header.shape.length > 4)
    warnings.push(`axes beyond the fourth (${header.shape.slice(4).join(" × ")}) became frames`);
  const step =
    (header.shape[3] ?? 1) > 1 ? header.pixdim[4]! * (timeUnit === 16 ? 1e-3 : timeUnit === 24 ? 1e-6 : 1) : 0;
  return makeImage(scale(stored, header), header.shape, affine, {
    name,
    frameStep: Number.isFinite(step) ? step : 0,
    warnings,
  });
}

function scale(stored: NumericArray, { slope, intercept }: NiftiHeader): NumericArray {
  if (!Number.isFinite(slope) || slope === 0) return stored;
  const offset = Number.isFinite(intercept) ? intercept : 0;
  if (slope === 1 && offset === 0) return stored;
  return Float64Array.from(stored, (value) => value * slope + offset);
}

/** Writes NIfTI-1, or NIfTI-2 where an axis is longer than 32,767; gzip where the sink's name ends in .gz. */
export async function writeNifti(image: ImageVolume, sink: Sink, options: WriteOptions = {}): Promise<void> {
  try {
    throwIfCancelled(options.signal, "writing the image");
    checkImage(image);
    const shape = image.frames === 1 ? [...image.shape] : [...image.shape, image.frames];
    const isLarge = shape.some((n) => n > 32767);
    const header = makeHeader(image, shape, isLarge);
    const bytes = new Uint8Array(header.length + image.data.byteLength);
    bytes.set(header);
    bytes.set(bytesOfNumbers(image.data), header.length);
    await sink.write(/\.gz$/i.test(sink.name) ? await gzip(bytes) : bytes);
    options.onProgress?.(bytes.length, bytes.length);
  } catch (error) {
    await sink.abort();
    throw error;
  }
  await sink.close();
}

function makeHeader(image: ImageVolume, shape: readonly number[], isLarge: boolean): Uint8Array {
  const length = isLarge ? 544 : 352;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  const type = typeOf(image.data);
  const code = Number(Object.keys(typeCodes).find((key) => typeCodes[Number(key)] === type));
  const dim = [shape.length, ...shape, ...new Array<number>(7 - shape.length).fill(1)];
  const pixdim = [1, ...image.voxelSize.map((size) => size / 1000), image.frameStep, 1, 1, 1];
  const affine = image.affine.map((value) => value / 1000);
  // mm and s.
  const units = 2 | 8;
  view.setInt32(0, isLarge ? 540 : 348, true);
  const float = (at: number, k: number, value: number) =>
    isLarge ? view.setFloat64(at + 8 * k, value, true) : view.setFloat32(at + 4 * k, value, true);
  if (isLarge) {
    bytes.set([0x6e, 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a], 4);
    view.setInt16(12, code, true);
    view.setInt16(14, 8 * bytesOf(type), true);
    dim.forEach((n, k) => {
      view.setBigInt64(16 + 8 * k, BigInt(n), true);
    });
    view.setBigInt64(168, BigInt(length), true);
    view.setInt32(348, 1, true);
    view.setInt32(500, units, true);
  } else {
    dim.forEach((n, k) => {
      view.setInt16(40 + 2 * k, n, true);
    });
    view.setInt16(70, code, true);
    view.setInt16(72, 8 * bytesOf(type), true);
    view.setFloat32(108, length, true);
    view.setUint8(123, units);
    view.setInt16(254, 1, true);
    bytes.set([0x6e, 0x2b, 0x31, 0], 344);
  }
  pixdim.forEach((size, k) => {
    float(isLarge ? 104 : 76, k, size);
  });
  float(isLarge ? 176 : 112, 0, 1);
  affine.forEach((value, k) => {
    float(isLarge ? 400 : 280, k, value);
  });
  return bytes;
}
