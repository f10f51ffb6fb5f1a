/**
 * `wbe segment VOLUME LABELS.zarr`: one label per neuron, slab by slab.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import { WbeError } from "../../core/errors.js";
import type { SlabSource } from "../../core/volume.js";
import { fileError } from "../../io/file.node.js";
import { createOmeZarrSlabs, openOmeZarrSlabs } from "../../io/ome-zarr.js";
import { directoryStore } from "../../io/run-folder.node.js";
import { compareSegmentations } from "../../scanner/quality.js";
import { segmentSlabs } from "../../scanner/slab-segmentation.js";
import { volumeSlices } from "../../validation/figures/volume-slices.js";
import { defineCommand } from "../command.js";
import { openVolume } from "../volume-source.js";

export const segmentCommand = defineCommand({
  name: "segment",
  summary: "segment a volume into one label per neuron",
  details: `
Smooths, thresholds and labels connected components; small ones become background. A Zarr folder is read and written some
slices at a time, so that it need not fit into memory; the labels are those of the whole volume at once. They are written
as OME-Zarr, whole or not at all.`,
  arguments: {
    volume: z.string().describe("image volume: OME-Zarr folder, NIfTI, TIFF, NRRD, npy"),
    labels: z.string().describe("OME-Zarr folder to write (.zarr)"),
  },
  options: {
    minSize: z.int().min(0).default(1).meta({ placeholder: "VOXELS", description: "smallest component that is kept" }),
    threshold: z
      .string()
      .default("otsu")
      .meta({ placeholder: "LEVEL", description: "grey level above which a voxel is foreground, or otsu" }),
    smoothing: z
      .number()
      .min(0)
      .optional()
      .meta({ placeholder: "UM", description: "sd of the Gaussian before, um (default 0.6 voxel)" }),
    connectivity: z.enum(["6", "18", "26"]).default("26").describe("neighbours that belong together"),
    slices: z
      .int()
      .min(1)
      .optional()
      .meta({ placeholder: "N", description: "slices at a time (default 64 Mi voxels)" }),
    truth: z.string().optional().meta({ placeholder: "VOLUME", description: "compare with these labels" }),
    svg: z.string().optional().meta({ placeholder: "FILE", description: "draw the middle slice with its labels" }),
    json: z.boolean().default(false).describe("print JSON"),
    force: z.boolean().default(false).describe("write over what is there"),
  },
  examples: ["wbe segment stack.zarr labels.zarr --min-size 100", "wbe segment stack.tif labels.zarr --svg labels.svg"],
  async run({ volume, labels, minSize, threshold, smoothing, connectivity, slices, truth, svg, json, force }, io) {
    const target = resolve(io.cwd, labels);
    const drawing = svg === undefined ? undefined : resolve(io.cwd, svg);
    if (!/\.zarr$/i.test(labels)) {
      throw new WbeError("ARGUMENT", `expected a folder that ends in .zarr, found ${JSON.stringify(labels)}`, {
        remedy: "Write OME-Zarr here, then `wbe convert labels.zarr labels.nii.gz` for another format.",
      });
    }
    for (const path of [target, ...(drawing ? [drawing] : [])]) {
      if (existsSync(path) && !force) {
        const remedy = "Add --force, or name another place.";
        throw new WbeError("FILE", "will not write over what is there", {
          where: path === target ? labels : svg!,
          remedy,
        });
      }
    }
    const source = await openVolume(resolve(io.cwd, volume), io.signal);
    const trueLabels = truth === undefined ? undefined : await openVolume(resolve(io.cwd, truth), io.signal);
    if (trueLabels) requireShape(trueLabels, source.shape);
    const aside = `${target}.partial`;
    await rm(aside, { recursive: true, force: true });
    try {
      const sink = await createOmeZarrSlabs(directoryStore(aside), source, "uint32", "labels");
      const bar = io.progress("segmenting", 1, "slices");
      const found = await segmentSlabs(source, sink, {
        minSize,
        threshold: readThreshold(threshold),
        connectivity: Number(connectivity) as 6 | 18 | 26,
        ...(smoothing !== undefined && { smoothing }),
        ...(slices !== undefined && { slices }),
        signal: io.signal,
        onProgress: (done, total) => bar.update(done, total),
      });
      bar.finish();
      await rm(target, { recursive: true, force: true });
      await rename(aside, target).catch((cause) => {
        throw fileError("create", target, cause);
      });
      for (const warning of found.warnings) io.stderr.write(`warning: ${warning}\n`);
      const written = await openOmeZarrSlabs(directoryStore(target));
      if (drawing) await draw(drawing, source, written);
      const quality = trueLabels && (await compare(written, trueLabels));
      const { count, sizes, threshold: level, removed } = found;
      const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
      const summary = {
        labels,
        shape: source.shape,
        count,
        largest,
        threshold: level,
        removed,
        ...(quality && { quality }),
      };
      if (json) {
        io.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
        return;
      }
      io.stdout.write(
        `${labels}: ${count} labels, the largest of ${largest} voxels; threshold ${Number(level.toPrecision(6))}; ` +
          `${removed.components} components of fewer than ${minSize} voxels left out\n`,
      );
      if (quality) {
        const { variationOfInformation: vi, adaptedRand } = quality;
        io.stdout.write(
          `against ${truth}: variation of information ${vi.split.toFixed(4)} (splits) + ${vi.merge.toFixed(4)} (merges) bits, ` +
            `adapted Rand error ${adaptedRand.error.toFixed(4)}\n`,
        );
      }
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  },
});

function readThreshold(text: string): number | "otsu" {
  if (text === "otsu") return text;
  const level = Number(text);
  if (text.trim() !== "" && Number.isFinite(level)) return level;
  throw new WbeError("ARGUMENT", `expected a grey level or "otsu", found ${JSON.stringify(text)}`, {
    where: "--threshold",
  });
}

/** The middle slice of a volume with its labels. */
async function draw(path: string, source: SlabSource, labels: SlabSource): Promise<void> {
  const z = Math.floor(source.shape[2] / 2);
  const [x0, y0, z0] = source.origin;
  const slice = async (of: SlabSource) => ({
    data: await of.readSlices(z, z + 1),
    shape: [source.shape[0], source.shape[1], 1] as const,
    voxelSize: source.voxelSize,
    origin: [x0, y0, z0 + z * source.voxelSize[2]] as const,
  });
  const figure = await volumeSlices(await slice(source), {
    labels: await slice(labels),
    slices: [{ plane: "xy" }],
    title: `Slice ${z}`,
  });
  await writeFile(path, figure.svg).catch((cause) => {
    throw fileError("create", path, cause);
  });
}

function requireShape({ shape }: SlabSource, expected: readonly number[]): void {
  if (expected.every((n, axis) => n === shape[axis])) return;
  const [wanted, found] = [expected.join(" × "), shape.join(" × ")];
  throw new WbeError("ARGUMENT", `expected a truth of ${wanted} voxels, found ${found}`, { where: "--truth" });
}

async function compare(found: SlabSource, truth: SlabSource) {
  const nz = found.shape[2];
  return compareSegmentations(await found.readSlices(0, nz), await truth.readSlices(0, nz));
}
