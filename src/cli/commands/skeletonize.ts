/**
 * `wbe skeletonize LABELS FOLDER`: the centre line of every label as an SWC file.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { WbeError } from "../../core/errors.js";
import { fileError, writeWholeFile } from "../../io/file.node.js";
import { readSwc, writeSwc } from "../../io/swc.js";
import { MorphologyExtractor } from "../../scanner/extraction.js";
import { measureMorphology } from "../../scanner/morphometrics.js";
import { morphologies } from "../../validation/figures/morphologies.js";
import { defineCommand } from "../command.js";
import { openVolume } from "../volume-source.js";

const um = (description: string) => z.number().min(0).optional().meta({ placeholder: "UM", description });

export const skeletonizeCommand = defineCommand({
  name: "skeletonize",
  summary: "turn labels into trees: one SWC file per label",
  details: `
TEASAR with a soma where there is one. Writes label-N.swc and, at the end, trees.csv with the measures of all. A run that was
stopped goes on with --resume: labels whose file is there are not done again.`,
  arguments: {
    labels: z.string().describe("label volume: OME-Zarr folder, NIfTI, TIFF, NRRD, npy"),
    folder: z.string().describe("folder to write"),
  },
  options: {
    minVoxels: z.int().min(1).default(1).meta({ placeholder: "VOXELS", description: "labels with fewer are skipped" }),
    scale: z.coerce
      .number()
      .positive()
      .optional()
      .meta({ placeholder: "X", description: "invalidation radius per distance to the boundary (default 1.5)" }),
    constant: um("invalidation radius besides that (default 1.5 voxels)"),
    resume: z.boolean().default(false).describe("go on where a stopped run ended"),
    svg: z.string().optional().meta({ placeholder: "FILE", description: "draw the largest trees" }),
  },
  examples: [
    "wbe skeletonize labels.zarr trees --min-voxels 300",
    "wbe skeletonize labels.nii.gz trees --resume --svg trees.svg",
  ],
  async run({ labels, folder, minVoxels, scale, constant, resume, svg }, io) {
    const target = resolve(io.cwd, folder);
    const isThere = existsSync(target) && (await readdir(target)).length > 0;
    if (isThere && !resume) {
      throw new WbeError("FILE", "will not write into a folder that holds files", {
        where: folder,
        remedy: "Add --resume to go on with it, or name another folder.",
      });
    }
    const done = new Set(isThere ? await labelsOf(target) : []);
    const source = await openVolume(resolve(io.cwd, labels), io.signal);
    const { shape, voxelSize, origin } = source;
    const volume = { data: await source.readSlices(0, shape[2]), shape, voxelSize, origin };
    const bar = io.progress("skeletonizing", 1, "labels");
    const each = new MorphologyExtractor().eachFromLabels(volume, {
      minVoxels,
      skip: done,
      ...(scale !== undefined && { scale }),
      ...(constant !== undefined && { constant }),
      signal: io.signal,
      onProgress: (n, total) => bar.update(n, total),
    });
    let made = 0;
    const write = async (name: string, text: string) => {
      await mkdir(target, { recursive: true }).catch((cause) => {
        throw fileError("create", target, cause);
      });
      await writeWholeFile(join(target, name), new TextEncoder().encode(text));
    };
    for (const { label, morphology } of each) {
      await write(`label-${label}.swc`, writeSwc(morphology));
      made++;
    }
    bar.finish();
    const all = [...(existsSync(target) ? await labelsOf(target) : [])].sort((a, b) => a - b);
    const trees = await Promise.all(
      all.map(async (label) => {
        const file = `label-${label}.swc`;
        return readSwc(await readFile(join(target, file), "utf8"), { file, name: `label-${label}` });
      }),
    );
    const rows = trees.map((tree, k) => {
      const m = measureMorphology(tree);
      return [
        all[k],
        m.nPoints,
        m.nBranchPoints,
        m.nTips,
        m.cableLength,
        m.soma.form === "none" ? "" : m.soma.radius,
      ].join(",");
    });
    const head = "label,points,branch_points,tips,cable_length_um,soma_radius_um";
    await write("trees.csv", `${[head, ...rows].join("\n")}\n`);
    if (svg !== undefined && trees.length > 0) {
      const path = resolve(io.cwd, svg);
      await writeFile(path, (await morphologies(trees)).svg).catch((cause) => {
        throw fileError("create", path, cause);
      });
    }
    const skipped = done.size > 0 ? `, ${done.size} were there` : "";
    io.stdout.write(`${folder}: ${made} trees written${skipped}; their measures in trees.csv\n`);
  },
});

async function labelsOf(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => {
    const found = /^label-(\d+)\.swc$/.exec(name);
    return found ? [Number(found[1])] : [];
  });
}
