/**
 * OME-Zarr images (NGFF 0.4 on Zarr v2, 0.5 on Zarr v3: ngff.openmicroscopy.org) and plain Zarr arrays as volumes.
 *
 * @module
 */
import { z } from "zod";
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import type { SlabSink, SlabSource, Volume } from "../core/volume.js";
import { checkBytes, type ReadOptions, type WriteOptions } from "./format.js";
import {
  type AnyArray,
  checkImage,
  type ImageVolume,
  imageOf,
  makeImage,
  plainAffine,
  withoutBigints,
} from "./image-volume.js";
import { dataTypeOf, typedArrays, type ZarrStore } from "./zarr.js";

const transform = z.looseObject({
  type: z.string(),
  scale: z.array(z.number()).optional(),
  translation: z.array(z.number()).optional(),
});
const multiscale = z.looseObject({
  name: z.string().optional(),
  axes: z.array(z.looseObject({ name: z.string(), type: z.string().optional(), unit: z.string().optional() })),
  datasets: z
    .array(z.looseObject({ path: z.string(), coordinateTransformations: z.array(transform).optional() }))
    .min(1),
  coordinateTransformations: z.array(transform).optional(),
});
const attributes = z.looseObject({
  multiscales: z.array(multiscale).min(1).optional(),
  ome: z.looseObject({ multiscales: z.array(multiscale).min(1) }).optional(),
});
type Multiscale = z.infer<typeof multiscale>;

const unitFactors: Readonly<Record<string, number>> = {
  angstrom: 1e-4,
  nanometer: 1e-3,
  micrometer: 1,
  millimeter: 1e3,
  centimeter: 1e4,
  meter: 1e6,
};

export interface OmeZarrOptions extends ReadOptions {
  /** Level of the pyramid; 0 is the finest. */
  level?: number;
}

/** A hierarchy has no size to compare with: this much is read unless `maxBytes` says otherwise. */
const defaultLimit = 2 ** 31;

/** Reads an image of a hierarchy, or the array at its root when it is no OME-Zarr. @throws WbeError FORMAT, LIMIT */
export async function readOmeZarr(store: ZarrStore, options: OmeZarrOptions = {}): Promise<ImageVolume> {
  const zarr = await import("zarrita");
  throwIfCancelled(options.signal, "reading the image");
  const name = options.name ?? "Zarr";
  const { array, scales, level } = await openImageArray(store, options);
  const count = array.shape.reduce((a, b) => a * b, 1);
  checkBytes(8 * count, options.maxBytes ?? defaultLimit, name);
  const values =
    count === 0 ? new Float32Array(0) : await guard("readable chunks", name, async () => (await zarr.get(array)).data);
  const data = plainData(values, array.dtype, name);
  options.onProgress?.(1, 1);
  return place(data, array.shape, scales, level, options.name ?? "image");
}

/** Opens an image to be read some slices at a time. @throws WbeError FORMAT, LIMIT; UNSUPPORTED for a series of volumes or channels */
export async function openOmeZarrSlabs(store: ZarrStore, options: OmeZarrOptions = {}): Promise<SlabSource> {
  const zarr = await import("zarrita");
  const name = options.name ?? "Zarr";
  const { array, scales, level } = await openImageArray(store, options);
  const { shape, voxelSize, origin } = frameOf(array.shape, scales, level, name);
  const rank = array.shape.length;
  const lead = array.shape.slice(0, Math.max(0, rank - 3));
  const volumes = lead.reduce((product, n) => product * n, 1);
  if (volumes !== 1) {
    throw new WbeError("UNSUPPORTED", `expected one volume, found ${volumes} (times or channels)`, {
      where: name,
      remedy: "Write the one that is meant to an image of its own.",
    });
  }
  return {
    shape,
    voxelSize,
    origin,
    readSlices: async (z0, z1) => {
      const planes = rank >= 3 ? [zarr.slice(z0, z1), null, null] : array.shape.map(() => null);
      const { data } = await guard("readable chunks", name, () => zarr.get(array, [...lead.map(() => 0), ...planes]));
      return plainData(data, array.dtype, name);
    },
  };
}

async function guard<T>(what: string, where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof WbeError) throw cause;
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new WbeError("FORMAT", `expected ${what}, found: ${found}`, { where, cause });
  }
}

function plainData(values: unknown, dtype: string, where: string): ImageVolume["data"] {
  if (!ArrayBuffer.isView(values) || values instanceof DataView) {
    throw new WbeError("UNSUPPORTED", `arrays of type ${dtype} are not supported`, { where });
  }
  return withoutBigints(values as unknown as AnyArray, where);
}

/** The array of an image's level, with what its group says about it. */
async function openImageArray(store: ZarrStore, options: OmeZarrOptions) {
  const zarr = await import("zarrita");
  const where = options.name ?? "Zarr";
  const root = zarr.root(store);
  const node = await guard("a Zarr group or array", where, () => zarr.open(root));
  const parsed = attributes.safeParse(node.attrs);
  const scales = parsed.data?.ome?.multiscales[0] ?? parsed.data?.multiscales?.[0];
  if (node.kind === "group" && !scales) {
    throw new WbeError("FORMAT", "expected an image (multiscales) or an array, found a plain group", {
      where,
      remedy: "Name an array inside it.",
    });
  }
  const level = options.level ?? 0;
  const dataset = scales?.datasets[level];
  if (scales && !dataset) {
    throw new WbeError("ARGUMENT", `expected a level below ${scales.datasets.length}, found ${level}`);
  }
  const array =
    node.kind === "array"
      ? node
      : await guard("a Zarr array", where, () => zarr.open(root.resolve(dataset!.path), { kind: "array" }));
  const isSizes = (sizes: unknown) => Array.isArray(sizes) && sizes.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!isSizes(array.shape) || !isSizes(array.chunks) || array.shape.length !== array.chunks.length) {
    throw new WbeError("FORMAT", "expected whole numbers as shape and chunks, found others", { where });
  }
  checkBytes(8 * array.chunks.reduce((a, b) => a * b, 1), options.maxBytes ?? defaultLimit, "one chunk");
  return { array, scales, level };
}

function place(
  data: ImageVolume["data"],
  arrayShape: readonly number[],
  scales: Multiscale | undefined,
  level: number,
  name: string,
): ImageVolume {
  const { shape, rest, voxelSize, origin, warnings } = frameOf(arrayShape, scales, level, name);
  return makeImage(data, [...shape, ...rest], plainAffine(voxelSize, origin), { name, warnings });
}

/** Where an array stands: its spatial part along x, y, z, and its other axes, fastest first. */
function frameOf(shape: readonly number[], scales: Multiscale | undefined, level: number, name: string) {
  const axes = scales?.axes ?? shape.map((_, k) => ({ name: "tczyx"[5 - shape.length + k] ?? "x", unit: undefined }));
  if (axes.length !== shape.length) {
    throw new WbeError("FORMAT", `expected ${shape.length} axes, found ${axes.length}`, { where: name });
  }
  const warnings: string[] = [];
  const scale = new Array<number>(shape.length).fill(1);
  const shift = new Array<number>(shape.length).fill(0);
  // First the level's transformations, then those of all levels.
  const steps = [
    ...(scales?.datasets[level]?.coordinateTransformations ?? []),
    ...(scales?.coordinateTransformations ?? []),
  ];
  for (const step of steps) {
    step.scale?.forEach((factor, k) => {
      scale[k]! *= factor;
      shift[k]! *= factor;
    });
    step.translation?.forEach((offset, k) => {
      shift[k]! += offset;
    });
  }
  const space = ["x", "y", "z"].map((axis) => axes.findIndex((one) => one.name.toLowerCase() === axis));
  const last = axes.length - 1;
  if (space.some((k, i) => k >= 0 && k !== last - i)) {
    throw new WbeError(
      "UNSUPPORTED",
      `expected axes that end in z, y, x, found ${axes.map((one) => one.name).join(", ")}`,
      {
        where: name,
      },
    );
  }
  const factor = (k: number) => {
    const { unit } = axes[k]!;
    if (unit !== undefined && Object.hasOwn(unitFactors, unit)) return unitFactors[unit]!;
    warnings.push(unit ? `unit "${unit}" is not known: taken as um` : `axis ${axes[k]!.name} has no unit: taken as um`);
    return 1;
  };
  type Triple = [number, number, number];
  const voxelSize = space.map((k) => (k < 0 ? 1 : scale[k]! * factor(k))) as Triple;
  const origin = space.map((k, i) => (k < 0 ? 0 : (shift[k]! / scale[k]!) * voxelSize[i]!)) as Triple;
  const spatial = space.map((k) => (k < 0 ? 1 : shape[k]!)) as Triple;
  const rest = shape.filter((_, k) => !space.includes(k)).reverse();
  return { shape: spatial, rest, voxelSize, origin, warnings };
}

export interface OmeZarrWriteOptions extends WriteOptions {
  /** Levels of the pyramid; each halves the one before along every axis by taking means. Default 1. */
  levels?: number;
}

/** Slices of a chunk that is written slab by slab. */
const slabChunk = 16;

/**
 * Makes an image (NGFF 0.5 on Zarr v3, chunks of 16 × 128 × 128 voxels) that is written some slices at a time: whole chunks are
 * written as soon as their slices are there.
 *
 * @throws WbeError ARGUMENT from the sink when slices do not follow each other or are missing at the end
 */
export async function createOmeZarrSlabs(
  store: ZarrStore,
  frame: Omit<Volume, "data">,
  dtype: "uint8" | "uint16" | "uint32" | "float32",
  name = "image",
): Promise<SlabSink> {
  const zarr = await import("zarrita");
  const [nx, ny, nz] = frame.shape;
  const root = zarr.root(store);
  const chunk = [slabChunk, 128, 128].map((n, k) => Math.max(1, Math.min(n, [nz, ny, nx][k]!)));
  const array = await zarr.create(root.resolve("0"), {
    shape: [nz, ny, nx],
    chunkShape: chunk,
    dtype,
    fillValue: 0,
    codecs: levelCodecs,
    attributes: {},
  });
  await zarr.create(root, { attributes: describeLevels(name, [levelOf("0", frame, false)], false) });
  const slice = nx * ny;
  const waiting = new typedArrays[dtype](chunk[0]! * slice);
  let next = 0;
  let start = 0;
  const flush = async () => {
    const count = next - start;
    if (count === 0) return;
    const data = waiting.subarray(0, count * slice);
    const stride = [slice, nx, 1];
    await zarr.set(array, [zarr.slice(start, next), null, null], { data, shape: [count, ny, nx], stride } as never);
    start = next;
  };
  return {
    writeSlices: async (z0, data) => {
      if (z0 !== next || data.length % slice !== 0 || z0 + data.length / slice > nz) {
        const found = `${data.length / slice} from ${z0} on`;
        throw new WbeError("ARGUMENT", `expected whole slices of ${nz} from ${next} on, found ${found}`, {
          where: name,
        });
      }
      for (let at = 0; at < data.length; at += slice) {
        waiting.set(data.subarray(at, at + slice), (next - start) * slice);
        next++;
        if (next - start === chunk[0]) await flush();
      }
    },
    close: async () => {
      if (next !== nz) throw new WbeError("ARGUMENT", `expected ${nz} slices, found ${next}`, { where: name });
      await flush();
    },
  };
}

const levelCodecs = [
  { name: "bytes", configuration: { endian: "little" } },
  { name: "zstd", configuration: { level: 1, checksum: false } },
];

function levelOf(path: string, { voxelSize, origin }: Omit<Volume, "data">, isSeries: boolean) {
  const lead = isSeries ? [1] : [];
  return {
    path,
    coordinateTransformations: [
      { type: "scale", scale: [...lead, ...[...voxelSize].reverse()] },
      { type: "translation", translation: [...lead.map(() => 0), ...[...origin].reverse()] },
    ],
  };
}

function describeLevels(name: string, datasets: readonly ReturnType<typeof levelOf>[], isSeries: boolean) {
  const space = (axis: string) => ({ name: axis, type: "space", unit: "micrometer" });
  const axes = [...(isSeries ? [{ name: "t", type: "time" }] : []), ...["z", "y", "x"].map(space)];
  return { ome: { version: "0.5", multiscales: [{ name, axes, datasets, type: "mean" }] } };
}

/** Writes NGFF 0.5 on Zarr v3: axes (t) z y x in um, chunks of 64³, zstd. */
export async function writeOmeZarr(store: ZarrStore, volume: Volume, options: OmeZarrWriteOptions = {}): Promise<void> {
  const zarr = await import("zarrita");
  const image = imageOf(volume);
  checkImage(image);
  const isSeries = image.frames > 1;
  const { levels = 1 } = options;
  const root = zarr.root(store);
  const datasets: ReturnType<typeof levelOf>[] = [];
  let current = image;
  for (let level = 0; level < levels; level++) {
    throwIfCancelled(options.signal, "writing the image");
    datasets.push(levelOf(String(level), current, isSeries));
    const [nx, ny, nz] = current.shape;
    const shape = isSeries ? [current.frames, nz, ny, nx] : [nz, ny, nx];
    const dtype = dataTypeOf(current.data);
    const array = await zarr.create(root.resolve(String(level)), {
      shape,
      chunkShape: shape.map((n, k) => (isSeries && k === 0 ? 1 : Math.max(1, Math.min(64, n)))),
      dtype,
      fillValue: 0,
      codecs: levelCodecs,
      attributes: {},
    });
    const stride = shape.map((_, k) => shape.slice(k + 1).reduce((a, b) => a * b, 1));
    if (current.data.length > 0) await zarr.set(array, null, { data: current.data, shape, stride });
    options.onProgress?.(level + 1, levels);
    if (level + 1 < levels) current = halve(current);
  }
  await zarr.create(root, { attributes: describeLevels(image.name, datasets, isSeries) });
}

/** Means of blocks of 2³; blocks at the border are what is left. */
function halve(image: ImageVolume): ImageVolume {
  const [nx, ny, nz] = image.shape;
  const [mx, my, mz] = [Math.ceil(nx / 2), Math.ceil(ny / 2), Math.ceil(nz / 2)];
  const out = image.data.slice(0, mx * my * mz * image.frames);
  for (let frame = 0; frame < image.frames; frame++) {
    for (let z = 0; z < mz; z++) {
      for (let y = 0; y < my; y++) {
        for (let x = 0; x < mx; x++) {
          let [sum, count] = [0, 0];
          for (let c = 2 * z; c < Math.min(nz, 2 * z + 2); c++) {
            for (let b = 2 * y; b < Math.min(ny, 2 * y + 2); b++) {
              for (let a = 2 * x; a < Math.min(nx, 2 * x + 2); a++) {
                sum += image.data[((frame * nz + c) * ny + b) * nx + a]!;
                count++;
              }
            }
          }
          out[((frame * mz + z) * my + y) * mx + x] =
            image.data instanceof Float32Array || image.data instanceof Float64Array
              ? sum / count
              : Math.round(sum / count);
        }
      }
    }
  }
  const size = image.voxelSize.map((step) => 2 * step);
  // The centre of the first block lies half a voxel further.
  const origin = image.origin.map((at, k) => at + image.voxelSize[k]! / 2);
  return makeImage(out, [mx, my, mz, image.frames], plainAffine(size, origin), { name: image.name });
}
