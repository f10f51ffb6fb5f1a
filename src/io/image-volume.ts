/**
 * What image formats read: a volume with its place in space and, where there are several, its frames.
 *
 * @module
 */
import type { NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import type { Volume } from "../core/volume.js";
import { exactNumbers } from "./integers.js";

export interface ImageVolume<A extends NumericArray = NumericArray> extends Volume<A> {
  readonly name: string;
  /** Volumes one after the other (time, channels): data.length = shape product · frames. */
  readonly frames: number;
  /** s between frames; 0 when they are no times. */
  readonly frameStep: number;
  /** Voxel (x, y, z, 1) → scanner RAS in um: three rows of four. `voxelSize` and `origin` are its lengths and last column. */
  readonly affine: readonly number[];
  readonly warnings: readonly string[];
}

/** Integer types of 64 bits are read as doubles, exactly or not at all. */
export type AnyArray = NumericArray | BigInt64Array | BigUint64Array;

/** The affine of axes along x, y, z. */
export function plainAffine(voxelSize: readonly number[], origin: readonly number[]): number[] {
  const [dx = 1, dy = 1, dz = 1] = voxelSize;
  const [x = 0, y = 0, z = 0] = origin;
  return [dx, 0, 0, x, 0, dy, 0, y, 0, 0, dz, z];
}

/** A plain volume as one frame. */
export function imageOf(volume: Volume | ImageVolume, name = "volume"): ImageVolume {
  if ("affine" in volume) return volume;
  const { voxelSize, origin } = volume;
  return { ...volume, name, frames: 1, frameStep: 0, affine: plainAffine(voxelSize, origin), warnings: [] };
}

/** A volume from its parts; sizes of voxels and the origin follow from the affine. @throws WbeError FORMAT */
export function makeImage(
  data: NumericArray,
  shape: readonly number[],
  affine: readonly number[],
  rest: { name: string; frameStep?: number; warnings?: readonly string[] },
): ImageVolume {
  const [nx = 1, ny = 1, nz = 1, ...more] = shape;
  const frames = more.reduce((a, b) => a * b, 1);
  if (nx * ny * nz * frames !== data.length) {
    throw new WbeError("FORMAT", `expected ${shape.join(" × ")} voxels, found ${data.length}`, { where: rest.name });
  }
  const column = (k: number) => Math.hypot(affine[k]!, affine[4 + k]!, affine[8 + k]!);
  return {
    name: rest.name,
    data,
    shape: [nx, ny, nz],
    frames,
    frameStep: rest.frameStep ?? 0,
    voxelSize: [column(0), column(1), column(2)],
    origin: [affine[3]!, affine[7]!, affine[11]!],
    affine: [...affine],
    warnings: rest.warnings ?? [],
  };
}

/** @throws WbeError ARGUMENT when shape, frames and data do not fit. */
export function checkImage(image: ImageVolume): void {
  const expected = image.shape.reduce((a, b) => a * b, 1) * image.frames;
  if (expected === image.data.length && image.affine.length === 12) return;
  throw new WbeError("ARGUMENT", `expected ${expected} voxels, found ${image.data.length}`, { where: image.name });
}

const readers = {
  u1: Uint8Array,
  i1: Int8Array,
  u2: Uint16Array,
  i2: Int16Array,
  u4: Uint32Array,
  i4: Int32Array,
  u8: BigUint64Array,
  i8: BigInt64Array,
  f4: Float32Array,
  f8: Float64Array,
} as const;

/** Types of numbers as numpy names them. */
export type NumberType = keyof typeof readers;

export const numberTypes = Object.keys(readers) as readonly NumberType[];

export const bytesOf = (type: NumberType): number => Number(type[1]);

/** Numbers of a type from bytes, copied. */
export function decodeNumbers(bytes: Uint8Array, type: NumberType, littleEndian: boolean): AnyArray {
  const size = bytesOf(type);
  const count = Math.floor(bytes.length / size);
  // Not slice: that of a Node Buffer is a view.
  const copy = new Uint8Array(count * size);
  copy.set(bytes.subarray(0, count * size));
  if (!littleEndian && size > 1) {
    for (let at = 0; at < copy.length; at += size) copy.subarray(at, at + size).reverse();
  }
  return new readers[type](copy.buffer);
}

export function typeOf(data: AnyArray): NumberType {
  return numberTypes.find((type) => data instanceof readers[type])!;
}

/** The bytes of numbers, little-endian. */
export const bytesOfNumbers = (data: AnyArray): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** 64-bit integers as doubles. @throws WbeError LIMIT for one that a double cannot hold. */
export function withoutBigints(data: AnyArray, where: string): NumericArray {
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) return data;
  return exactNumbers(data, where, "Renumber the labels.");
}
