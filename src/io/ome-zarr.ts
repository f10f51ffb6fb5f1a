/**
 * OME-Zarr images (NGFF 0.4 on Zarr v2, 0.5 on Zarr v3: ngff.openmicroscopy.org) and plain Zarr arrays as volumes.
 *
 * @module
 */
import { z } from "zod";
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import type { Volume } from "../core/volume.js";
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
import { dataTypeOf, type ZarrStore } from "./zarr.js";

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
  const root = zarr.root(store);
  const guard = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof WbeError) throw cause;
      throw new WbeError(
        "FORMAT",
        `expected ${what}, found: ${cause instanceof Error ? cause.message : String(cause)}`,
        {
          where: options.name ?? "Zarr",
          cause,
        },
      );
    }
  };
  const node = await guard("a Zarr group or array", () => zarr.open(root));
  const parsed = attributes.safeParse(node.attrs);
  const scales = parsed.data?.ome?.multiscales[0] ?? parsed.data?.multiscales?.[0];
  if (node.kind === "group" && !scales) {
    throw new WbeError("FORMAT", "expected an image (multiscales) or an array, found a plain group", {
      where: options.name ?? "Zarr",
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
      : await guard("a Zarr array", () => zarr.open(root.resolve(dataset!.path), { kind: "array" }));
  const isSizes = (sizes: unknown) => Array.isArray(sizes) && sizes.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!isSizes(array.shape) || !isSizes(array.chunks) || array.shape.length !== array.chunks.length) {
    throw new WbeError("FORMAT", "expected whole numbers as shape and chunks, found others", {
      where: options.name ?? "Zarr",
    });
  }
  const count = array.shape.reduce((a, b) => a * b, 1);
  const limit = options.maxBytes ?? defaultLimit;
  checkBytes(8 * count, limit, options.name ?? "Zarr");
  checkBytes(8 * array.chunks.reduce((a, b) => a * b, 1), limit, "one chunk");
  const values = await guard("readable chunks", async () =>
    count === 0 ? new Float32Array(0) : (await zarr.get(array)).data,
  );
  if (!ArrayBuffer.isView(values) || values instanceof DataView) {
    throw new WbeError("UNSUPPORTED", `arrays of type ${array.dtype} are not supported`, { where: options.name });
  }
  const data = withoutBigints(values as unknown as AnyArray, options.name ?? "Zarr");
  options.onProgress?.(1, 1);
  return place(data, array.shape, scales, level, options.name ?? "image");
}

function place(
  data: ImageVolume["data"],
  shape: readonly number[],
  scales: Multiscale | undefined,
  level: number,
  name: string,
): ImageVolume {
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
  const size = space.map((k) => (k < 0 ? 1 : scale[k]! * factor(k)));
  const origin = space.map((k, i) => (k < 0 ? 0 : (shift[k]! / scale[k]!) * size[i]!));
  const spatial = space.map((k) => (k < 0 ? 1 : shape[k]!));
  const rest = shape.filter((_, k) => !space.includes(k)).reverse();
  return makeImage(data, [...spatial, ...rest], plainAffine(size, origin), { name, warnings });
}

export interface OmeZarrWriteOptions extends WriteOptions {
  /** Levels of the pyramid; each halves the one before along every axis by taking means. Default 1. */
  levels?: number;
}

/** Writes NGFF 0.5 on Zarr v3: axes (t) z y x in um, chunks of 64³, zstd. */
export async function writeOmeZarr(store: ZarrStore, volume: Volume, options: OmeZarrWriteOptions = {}): Promise<void> {
  const zarr = await import("zarrita");
  const image = imageOf(volume);
  checkImage(image);
  const isSeries = image.frames > 1;
  const { levels = 1 } = options;
  const root = zarr.root(store);
  const space = (k: number) => ({ name: "zyx"[k]!, type: "space", unit: "micrometer" });
  const datasets: unknown[] = [];
  let current = image;
  for (let level = 0; level < levels; level++) {
    throwIfCancelled(options.signal, "writing the image");
    const size = [...current.voxelSize].reverse();
    const origin = [...current.origin].reverse();
    const lead = isSeries ? [1] : [];
    datasets.push({
      path: String(level),
      coordinateTransformations: [
        { type: "scale", scale: [...lead, ...size] },
        { type: "translation", translation: [...lead.map(() => 0), ...origin] },
      ],
    });
    const [nx, ny, nz] = current.shape;
    const shape = isSeries ? [current.frames, nz, ny, nx] : [nz, ny, nx];
    const dtype = dataTypeOf(current.data);
    const array = await zarr.create(root.resolve(String(level)), {
      shape,
      chunkShape: shape.map((n, k) => (isSeries && k === 0 ? 1 : Math.max(1, Math.min(64, n)))),
      dtype,
      fillValue: 0,
      codecs: [
        { name: "bytes", configuration: { endian: "little" } },
        { name: "zstd", configuration: { level: 1, checksum: false } },
      ],
      attributes: {},
    });
    const stride = shape.map((_, k) => shape.slice(k + 1).reduce((a, b) => a * b, 1));
    if (current.data.length > 0) await zarr.set(array, null, { data: current.data, shape, stride });
    options.onProgress?.(level + 1, levels);
    if (level + 1 < levels) current = halve(current);
  }
  const axes = [...(isSeries ? [{ name: "t", type: "time" }] : []), space(0), space(1), space(2)];
  await zarr.create(root, {
    attributes: { ome: { version: "0.5", multiscales: [{ name: image.name, axes, datasets, type: "mean" }] } },
  });
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
