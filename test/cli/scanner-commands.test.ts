import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SyntheticDataGenerator } from "wbe/scanner";
import { makeImage, plainAffine } from "../../src/io/image-volume.js";
import { writeOmeZarr } from "../../src/io/ome-zarr.js";
import { directoryStore } from "../../src/io/run-folder.node.js";
import { wbe } from "./harness.js";

let cwd: string;
const volume = new SyntheticDataGenerator({ seed: 3 }).generateVolume([48, 48, 40], { nNeurons: 6 });
const planted = new Set(volume.groundTruthLabels.data).size - 1;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "wbe-scanner-"));
  const { shape, voxelSize, origin } = volume;
  await writeOmeZarr(directoryStore(join(cwd, "stack.zarr")), { data: volume.data, shape, voxelSize, origin });
  await writeOmeZarr(directoryStore(join(cwd, "truth.zarr")), volume.groundTruthLabels);
  const cube = { shape: [2, 2, 2] as const, voxelSize: [1, 1, 1] as const, origin: [0, 0, 0] as const };
  await writeOmeZarr(directoryStore(join(cwd, "small.zarr")), { data: new Uint8Array(8), ...cube });
  await writeOmeZarr(directoryStore(join(cwd, "grey.zarr")), { data: new Float32Array(8).fill(0.5), ...cube });
  const series = makeImage(new Uint8Array(24), [2, 2, 2, 3], plainAffine([1, 1, 1], [0, 0, 0]), { name: "series" });
  await writeOmeZarr(directoryStore(join(cwd, "series.zarr")), series);
});
afterAll(() => rm(cwd, { recursive: true }));

it("wbe segment, skeletonize and touch go from an image to trees and putative synapses", async () => {
  const segmented = await wbe(
    "segment stack.zarr labels.zarr --min-size 60 --slices 7 --truth truth.zarr --svg l.svg --json",
    { cwd },
  );
  expect(segmented.err).not.toMatch(/error/i);
  const { count, quality } = JSON.parse(segmented.out);
  expect(count).toBe(planted);
  // Labels are thicker than the truth, which does not count where the truth is 0; hardly a planted voxel is missed.
  expect(quality.variationOfInformation.total).toBeLessThan(0.1);
  expect(quality.adaptedRand.error).toBeLessThan(0.05);
  expect(await readFile(join(cwd, "l.svg"), "utf8")).toMatch(/^<svg/);
  expect(existsSync(join(cwd, "labels.zarr.partial"))).toBe(false);

  expect((await wbe("segment stack.zarr labels.zarr", { cwd })).err).toMatch(/--force/);
  expect((await wbe("segment stack.zarr labels.nii", { cwd })).err).toMatch(/ends in \.zarr/);

  const first = await wbe("skeletonize labels.zarr trees --min-voxels 60 --svg trees.svg", { cwd });
  expect(first.out).toMatch(new RegExp(`trees: ${planted} trees written`));
  const table = (await readFile(join(cwd, "trees/trees.csv"), "utf8")).trim().split("\n");
  expect(table).toHaveLength(planted + 1);

  // What is missing is made again, to the byte.
  const lost = join(cwd, "trees/label-2.swc");
  const before = await readFile(lost, "utf8");
  await rm(lost);
  expect((await wbe("skeletonize labels.zarr trees", { cwd })).err).toMatch(/--resume/);
  const again = await wbe("skeletonize labels.zarr trees --min-voxels 60 --resume", { cwd });
  expect(again.out).toMatch(new RegExp(`1 trees written, ${planted - 1} were there`));
  expect(await readFile(lost, "utf8")).toBe(before);

  const touched = await wbe("touch trees touches.csv --axon 3 --target 3 --max-gap 4", { cwd });
  expect(touched.out).toMatch(new RegExp(`touches of \\d+ pairs among ${planted} neurons`));
  const rows = (await readFile(join(cwd, "touches.csv"), "utf8")).trim().split("\n").slice(1);
  for (const row of rows) expect(Number(row.split(",")[4])).toBeLessThanOrEqual(4);
});

it("they say what is wrong with their input", async () => {
  await writeFile(join(cwd, "cell.swc"), "1 1 0 0 0 5 -1\n");
  expect((await wbe("segment cell.swc labels2.zarr", { cwd })).err).toMatch(/expected an image volume, found SWC/i);
  expect(existsSync(join(cwd, "labels2.zarr"))).toBe(false);
  expect((await wbe("segment stack.zarr labels2.zarr --truth small.zarr", { cwd })).err).toMatch(
    /expected a truth of 48 × 48 × 40 voxels, found 2 × 2 × 2/,
  );
  expect((await wbe("segment series.zarr labels2.zarr", { cwd })).err).toMatch(/expected one volume, found 3/);
  expect(existsSync(join(cwd, "labels2.zarr"))).toBe(false);
  expect((await wbe("skeletonize grey.zarr none", { cwd })).err).toMatch(/expected labels 0, 1, 2, …, found 0\.5/);
  expect(existsSync(join(cwd, "none"))).toBe(false);
  expect((await wbe("touch stack.zarr t.csv", { cwd })).err).toMatch(/expected \.swc files/);
  expect((await wbe("touch trees t.csv --axon two", { cwd })).err).toMatch(/separated by commas, found "two"/);
  expect((await wbe("segment nothing.zarr x.zarr", { cwd })).err).toMatch(/does not exist/);
  expect((await readdir(cwd)).filter((name) => name.endsWith(".partial"))).toEqual([]);
});
