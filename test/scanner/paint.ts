/** Trees painted into label volumes, for tests whose truth is a tree. */
import type { Morphology } from "../../src/core/morphology.js";
import type { Volume } from "../../src/core/volume.js";
import { readSwc } from "../../src/io/swc.js";
import { paintTree } from "../../src/scanner/rasterize.js";

export function paint(
  swcRows: string[],
  shape: [number, number, number],
  voxelSize: [number, number, number] = [1, 1, 1],
): { tree: Morphology; labels: Volume<Uint32Array> } {
  const tree = readSwc(swcRows.join("\n"));
  const grid = { shape, voxelSize, origin: [0, 0, 0] as const };
  const data = new Uint32Array(shape[0] * shape[1] * shape[2]);
  paintTree(tree, 1, grid, data, new Float32Array(data.length));
  return { tree, labels: { data, ...grid } };
}

/** Pairs (true label, found label) that share more than half of the voxels of both. */
export function matchByMajority(truth: ArrayLike<number>, found: ArrayLike<number>): [number, number][] {
  const sizeTrue = new Map<number, number>();
  const sizeFound = new Map<number, number>();
  const shared = new Map<string, number>();
  const count = <K>(map: Map<K, number>, key: K) => map.set(key, (map.get(key) ?? 0) + 1);
  for (let i = 0; i < truth.length; i++) {
    if (truth[i]) count(sizeTrue, truth[i]!);
    if (found[i]) count(sizeFound, found[i]!);
    if (truth[i] && found[i]) count(shared, `${truth[i]},${found[i]}`);
  }
  return [...shared]
    .map(([key, n]) => [...key.split(",").map(Number), n] as [number, number, number])
    .filter(([t, f, n]) => 2 * n > sizeTrue.get(t)! && 2 * n > sizeFound.get(f)!)
    .map(([t, f]) => [t, f]);
}
