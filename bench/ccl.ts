/**
 * Are connected components labelled at 0.7 of cc3d's rate on one thread? Decides whether runs joined slice by slice are fast
 * enough beside its decision tree, on labels of neuropil (long runs) and on noise (runs of one or two voxels).
 *
 * @module
 */
import { join } from "node:path";
import { labelComponents } from "wbe/scanner";
import { type Benchmark, type BenchOptions, cpuSeconds, interleave, median, spread, withFolder } from "./bench.js";
import { neuropil, type PeerTime, randomMask, runScannerPeer, writeNpy } from "./peers/scanner-bench.js";

const side = 256;

async function run(options: BenchOptions) {
  const runs = options.runs ?? 5;
  const volumes = [neuropil([side, side, side]), randomMask(side, 0.3), randomMask(side, 0.5)];
  return withFolder(async (folder) => {
    const results = [];
    for (const [k, volume] of volumes.entries()) {
      const path = join(folder, `volume-${k}.npy`);
      writeNpy(path, volume);
      let count = 0;
      let peer: PeerTime | null = null;
      const times = await interleave(
        runs,
        {
          ours: () =>
            cpuSeconds(() => {
              ({ count } = labelComponents(volume.data, volume.shape, 26));
            }),
          peer: () => {
            peer = runScannerPeer(["components", path, 26, 1]);
            return peer?.seconds ?? Number.NaN;
          },
        },
        options,
      );
      const found = peer as PeerTime | null;
      if (found && found.found !== count)
        throw new Error(`${volume.name}: ${count} components, cc3d finds ${found.found}`);
      results.push({ volume, times, found });
    }
    const [first, ...others] = results;
    const target = { ratio: 1 / 0.7 };
    return {
      work: `26-connected components of ${side}³ voxels, ${first!.volume.name}; CPU time, one thread`,
      runs,
      unit: "s" as const,
      ours: median(first!.times.ours),
      peer: first!.found ? median(first!.times.peer) : null,
      peerVersion: first!.found?.version ?? null,
      target,
      further: others.map(({ volume, times, found }) => ({
        name: volume.name,
        ours: median(times.ours),
        peer: found ? median(times.peer) : null,
        target,
      })),
      details: { "spread of ours": spread(first!.times.ours), "spread of peer": spread(first!.times.peer) },
    };
  });
}

export const benchmark: Benchmark = {
  name: "ccl",
  question: "Are components labelled at 0.7 of cc3d's rate or more, on one thread?",
  run,
};
