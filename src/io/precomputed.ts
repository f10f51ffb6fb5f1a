/**
 * Neuroglancer precomputed volumes (github.com/google/neuroglancer, src/datasource/precomputed): a folder with an `info`
 * file and chunks, raw or compressed segmentation, for each scale. Positions in nm there, in um here.
 *
 * @module
 */
import { z } from "zod";
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import { decodeSegmentation } from "./compressed-segmentation.js";
import { checkBytes, type ReadOptions } from "./format.js";
import { inflate, isGzip } from "./gzip.js";
import {
  type AnyArray,
  bytesOf,
  decodeNumbers,
  type ImageVolume,
  makeImage,
  type NumberType,
  plainAffine,
  withoutBigints,
} from "./image-volume.js";
import type { ZarrStore } from "./zarr.js";

const types = {
  uint8: "u1",
  int8: "i1",
  uint16: "u2",
  int16: "i2",
  uint32: "u4",
  int32: "i4",
  uint64: "u8",
  int64: "i8",
  float32: "f4",
} as const satisfies Record<string, NumberType>;

const size = z
  .int()
  .min(1)
  .max(2 ** 31);
const scaleSchema = z.looseObject({
  key: z.string(),
  size: z.tuple([size, size, size]),
  resolution: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
  voxel_offset: z.tuple([z.int(), z.int(), z.int()]).default([0, 0, 0]),
  chunk_sizes: z.array(z.tuple([size, size, size])).min(1),
  encoding: z.string(),
  compressed_segmentation_block_size: z.tuple([size, size, size]).optional(),
  sharding: z.unknown().optional(),
});
const infoSchema = z.looseObject({
  type: z.enum(["image", "segmentation"]),
  data_type: z.enum(Object.keys(types) as (keyof typeof types)[]),
  num_channels: z
    .int()
    .min(1)
    .max(2 ** 16),
  scales: z.array(scaleSchema).min(1),
});
type Scale = z.infer<typeof scaleSchema>;
type Triple = readonly [number, number, number];

export interface PrecomputedOptions extends ReadOptions {
  /** Index of the scale; 0 is the finest. */
  level?: number;
  /** Only these voxels of the scale, counted from its first: `from` up to but without `to`. */
  box?: { readonly from: Triple; readonly to: Triple };
  /**
   * Labels become 1, 2, … in ascending order of the ids, which `segmentIds` of the result holds; 0 stays. For ids beyond 2⁵³,
   * which a double cannot hold.
   */
  renumber?: boolean;
}

export interface PrecomputedVolume extends ImageVolume {
  /** "image" or "segmentation". */
  readonly type: "image" | "segmentation";
  /** With `renumber`: the id of label i + 1. */
  readonly segmentIds?: BigUint64Array;
}

/** A hierarchy has no size to compare with: this much is read unless `maxBytes` says otherwise. */
const defaultLimit = 2 ** 31;
/** Looking for chunks takes time even where there are none. */
const mostChunks = 2 ** 18;

/**
 * Reads one scale, or a box of it. Chunks that are not there are zeros. Channels are frames.
 *
 * @throws WbeError FORMAT naming file and field, UNSUPPORTED for sharded scales and other encodings, ARGUMENT for a level or
 *   box that is not there, LIMIT for too large a volume and for ids beyond 2⁵³ without `renumber`.
 */
export async function readPrecomputed(store: ZarrStore, options: PrecomputedOptions = {}): Promise<PrecomputedVolume> {
  const name = options.name ?? "precomputed";
  const info = await readInfo(store, "/info", infoSchema, name);
  const { level = 0 } = options;
  const scale = info.scales[level];
  if (!scale)
    throw new WbeError("ARGUMENT", `expected a level below ${info.scales.length}, found ${level}`, { where: name });
  if (scale.sharding !== undefined && scale.sharding !== null) {
    throw new WbeError("UNSUPPORTED", "sharded volumes are not read", { where: `${name}, scale ${scale.key}` });
  }
  const box = boxOf(scale, options.box, name);
  const type = types[info.data_type];
  const shape = [0, 1, 2].map((k) => box.to[k]! - box.from[k]!) as [number, number, number];
  const count = shape.reduce((a, b) => a * b, 1) * info.num_channels;
  const limit = options.maxBytes ?? defaultLimit;
  checkBytes(count * Math.max(bytesOf(type), type === "u8" ? 16 : 0), limit, name);
  const voxels = decodeNumbers(new Uint8Array(count * bytesOf(type)), type, true);
  await fill(voxels, shape, box, { store, scale, type, channels: info.num_channels, limit }, options);
  const wide = options.renumber ? renumbered(voxels, name) : undefined;
  const data = wide?.labels ?? withRemedy(voxels, name);
  const step = scale.resolution.map((nm) => nm / 1000);
  const origin = step.map((um, k) => (scale.voxel_offset[k]! + box.from[k]!) * um);
  const image = makeImage(data, [...shape, info.num_channels], plainAffine(step, origin), { name });
  return { ...image, type: info.type, ...(wide ? { segmentIds: wide.ids } : {}) };
}

/** An info file. @throws WbeError FILE when there is none, FORMAT naming the field. */
export async function readInfo<T>(store: ZarrStore, key: `/${string}`, schema: z.ZodType<T>, name: string): Promise<T> {
  const bytes = await store.get(key);
  if (!bytes) throw new WbeError("FILE", `expected a file ${key.slice(1)}, found none`, { where: name });
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new WbeError("FORMAT", `expected JSON in ${key.slice(1)}, found other text`, { where: name, cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WbeError("FORMAT", `${issue!.message} in ${key.slice(1)}`, { where: `${name}, ${issue!.path.join(".")}` });
}

function boxOf(scale: Scale, box: PrecomputedOptions["box"], where: string): { from: Triple; to: Triple } {
  const { from, to } = box ?? { from: [0, 0, 0] as const, to: scale.size };
  for (let k = 0; k < 3; k++) {
    const isInside = Number.isInteger(from[k]) && Number.isInteger(to[k]) && from[k]! >= 0 && from[k]! < to[k]!;
    if (isInside && to[k]! <= scale.size[k]!) continue;
    throw new WbeError(
      "ARGUMENT",
      `expected a box inside 0..${scale.size.join(",")}, found ${from.join(",")} to ${to.join(",")}`,
      { where },
    );
  }
  return { from, to };
}

interface Chunks {
  readonly store: ZarrStore;
  readonly scale: Scale;
  readonly type: NumberType;
  readonly channels: number;
  readonly limit: number;
}

/** Copies what chunks share with the box. */
async function fill(
  out: AnyArray,
  shape: Triple,
  box: { from: Triple; to: Triple },
  chunks: Chunks,
  { signal, onProgress }: ReadOptions,
): Promise<void> {
  const { scale, channels } = chunks;
  const chunkSize = scale.chunk_sizes[0]!;
  const first = chunkSize.map((n, k) => Math.floor(box.from[k]! / n));
  const last = chunkSize.map((n, k) => Math.ceil(box.to[k]! / n));
  const total = last.map((n, k) => n - first[k]!).reduce((a, b) => a * b, 1);
  if (total > mostChunks) {
    throw new WbeError("LIMIT", `expected at most ${mostChunks} chunks, found ${total}`, {
      where: `scale ${scale.key}`,
      remedy: "Read a box of it.",
    });
  }
  let done = 0;
  for (let cz = first[2]!; cz < last[2]!; cz++) {
    for (let cy = first[1]!; cy < last[1]!; cy++) {
      for (let cx = first[0]!; cx < last[0]!; cx++) {
        throwIfCancelled(signal, "reading the volume");
        const start = [cx, cy, cz].map((c, k) => c * chunkSize[k]!) as [number, number, number];
        const extent = start.map((s, k) => Math.min(chunkSize[k]!, scale.size[k]! - s)) as [number, number, number];
        const data = await readChunk(chunks, start, extent);
        if (data) copyShared(data, start, extent, out, box.from, shape, channels);
        onProgress?.(++done, total);
      }
    }
  }
}

async function readChunk(
  { store, scale, type, channels, limit }: Chunks,
  start: Triple,
  extent: Triple,
): Promise<AnyArray | undefined> {
  const range = start.map((s, k) => {
    const at = s + scale.voxel_offset[k]!;
    return `${at}-${at + extent[k]!}`;
  });
  const key = `/${scale.key}/${range.join("_")}` as const;
  const found = (await store.get(key)) ?? (await store.get(`${key}.gz`));
  if (!found) return undefined;
  const count = extent[0] * extent[1] * extent[2] * channels;
  checkBytes(count * bytesOf(type), limit, key);
  // Stores keep chunks in gzip, with the ending .gz or without it.
  const bytes =
    isGzip(found) && found.length !== count * bytesOf(type) ? await inflate(found, "gzip", limit, key) : found;
  if (scale.encoding === "raw") {
    if (bytes.length === count * bytesOf(type)) return decodeNumbers(bytes, type, true);
    throw new WbeError("FORMAT", `expected ${count * bytesOf(type)} bytes, found ${bytes.length}`, { where: key });
  }
  if (scale.encoding === "compressed_segmentation" && (type === "u4" || type === "u8")) {
    const block = scale.compressed_segmentation_block_size;
    if (block) return decodeSegmentation(bytes, [...extent], channels, block, type, key);
    throw new WbeError("FORMAT", "expected compressed_segmentation_block_size in info, found none", {
      where: scale.key,
    });
  }
  throw new WbeError("UNSUPPORTED", `encoding "${scale.encoding}" of ${type} is not supported`, {
    where: `scale ${scale.key}`,
    remedy: "There are raw, and compressed_segmentation of uint32 and uint64.",
  });
}

function copyShared(
  data: AnyArray,
  start: Triple,
  extent: Triple,
  out: AnyArray,
  from: Triple,
  shape: Triple,
  channels: number,
): void {
  const low = start.map((s, k) => Math.max(s, from[k]!));
  const high = start.map((s, k) => Math.min(s + extent[k]!, from[k]! + shape[k]!));
  const [nx, ny, nz] = shape;
  const length = high[0]! - low[0]!;
  for (let channel = 0; channel < channels; channel++) {
    for (let z = low[2]!; z < high[2]!; z++) {
      for (let y = low[1]!; y < high[1]!; y++) {
        const source =
          ((channel * extent[2] + z - start[2]) * extent[1] + y - start[1]) * extent[0] + low[0]! - start[0];
        const target = ((channel * nz + z - from[2]) * ny + y - from[1]) * nx + low[0]! - from[0];
        // Both are of one type.
        (out as Float64Array).set((data as Float64Array).subarray(source, source + length), target);
      }
    }
  }
}

function withRemedy(voxels: AnyArray, where: string): ImageVolume["data"] {
  try {
    return withoutBigints(voxels, where);
  } catch (cause) {
    throw new WbeError("LIMIT", "the segmentation has ids beyond 2^53", {
      where,
      remedy: "Read it with renumber: labels 1, 2, … and their ids.",
      cause,
    });
  }
}

function renumbered(voxels: AnyArray, where: string): { labels: Uint32Array; ids: BigUint64Array } {
  if (!(voxels instanceof BigUint64Array || voxels instanceof Uint32Array)) {
    throw new WbeError("ARGUMENT", "expected labels of uint32 or uint64 to renumber, found others", { where });
  }
  const labelOf = new Map<number | bigint, number>([[voxels instanceof BigUint64Array ? 0n : 0, 0]]);
  let previous: number | bigint | undefined;
  for (const id of voxels) {
    if (id === previous) continue;
    previous = id;
    if (!labelOf.has(id)) labelOf.set(id, -1);
  }
  const ids = BigUint64Array.from(
    [...labelOf.keys()].filter((id) => id > 0),
    BigInt,
  ).sort();
  ids.forEach((id, i) => {
    labelOf.set(voxels instanceof BigUint64Array ? id : Number(id), i + 1);
  });
  return { labels: Uint32Array.from(voxels, (id: number | bigint) => labelOf.get(id)!), ids };
}
