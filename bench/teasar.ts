/**
 * Are skeletons of labelled neuropil made twice as fast as by kimimaro, with the same cable to within 5 %? Decides whether
 * searches in plain typed arrays carry the extraction, or want a kernel.
 *
 * @module
 */
import { join } from "node:path";
import { labelComponents, MorphologyExtractor, measureCableLength } from "wbe/scanner";
import { type Benchmark, type BenchOptions, cpuSeconds, interleave, median, spread, withFolder } from "./bench.js";
import { neuropil, type PeerTime, runScannerPeer, writeNpy } from "./peers/scanner-bench.js";

const shape = [512, 512, 100] as const;
/** um; kimimaro counts nm. */
const constant = 0.3;

async function run(options: BenchOptions) {
  const runs = options.runs ?? 1;
  const { name, data } = neuropil(shape);
  const labels = { name, data: labelComponents(data, shape, 26).labels, shape };
  return withFolder(async (folder) => {
    const path = join(folder, "labels.npy");
    writeNpy(path, labels);
    let peer: PeerTime | null = null;
    let [count, cable] = [0, 0];
    const times = await interleave(
      runs,
      {
        ours: () =>
          cpuSeconds(() => {
            const volume = { data: labels.data, shape, voxelSize: [0.008, 0.008, 0.008], origin: [0, 0, 0] } as const;
            const trees = new MorphologyExtractor().extractFromLabels(volume, {
              minVoxels: 1000,
              constant,
              penaltyExponent: 4,
              somaRatio: 1e9,
            });
            count = trees.length;
            cable = trees.reduce((sum, tree) => sum + measureCableLength(tree), 0);
          }),
        peer: () => {
          peer = runScannerPeer(["skeletons", path, 1000 * constant]);
          return peer?.seconds ?? Number.NaN;
        },
      },
      options,
    );
    const found = peer as PeerTime | null;
    const [theirCount, theirCable] = (found?.found ?? [Number.NaN, Number.NaN]) as [number, number];
    return {
      work: `skeletons of ${shape.join(" × ")} labelled voxels, ${name}; CPU time, one thread`,
      runs,
      unit: "s" as const,
      ours: median(times.ours),
      peer: found ? median(times.peer) : null,
      peerVersion: found?.version ?? null,
      target: { ratio: 0.5 },
      details: {
        "spread of ours": spread(times.ours),
        "trees of ours": count,
        "cable of ours, um": cable,
        ...(found && {
          "spread of peer": spread(times.peer),
          "trees of peer": theirCount,
          "cable of peer, um": theirCable / 1000,
        }),
      },
    };
  });
}

export const benchmark: Benchmark = {
  name: "teasar",
  question: "Are skeletons made at least twice as fast as by kimimaro?",
  run,
};
