/**
 * Is the exact distance transform at least 0.7 times as fast as edt on one thread? Decides whether the search of near rows in
 * vectors is right, beside edt's lower envelopes.
 *
 * @module
 */
import { join } from "node:path";
import { distanceToBoundary } from "wbe/scanner";
import { type Benchmark, type BenchOptions, cpuSeconds, interleave, median, spread, withFolder } from "./bench.js";
import { neuropil, type PeerTime, runScannerPeer, writeNpy } from "./peers/scanner-bench.js";

const side = 256;

async function run(options: BenchOptions) {
  const runs = options.runs ?? 5;
  const volume = neuropil([side, side, side]);
  return withFolder(async (folder) => {
    const path = join(folder, "volume.npy");
    writeNpy(path, volume);
    let peer: PeerTime | null = null;
    let sum = 0;
    const times = await interleave(
      runs,
      {
        ours: async () => {
          let field = new Float32Array(0);
          const time = await cpuSeconds(() => {
            field = distanceToBoundary(volume.data, volume.shape, [8, 8, 40]) as Float32Array<ArrayBuffer>;
          });
          sum = field.reduce((total, d) => total + d, 0);
          return time;
        },
        peer: () => {
          peer = runScannerPeer(["distance", path, 1]);
          return peer?.seconds ?? Number.NaN;
        },
      },
      options,
    );
    const found = peer as PeerTime | null;
    return {
      work: `exact distance of ${side}³ voxels of 8 × 8 × 40 to the boundary, ${volume.name}; CPU time, one thread`,
      runs,
      unit: "s" as const,
      ours: median(times.ours),
      peer: found ? median(times.peer) : null,
      peerVersion: found?.version ?? null,
      target: { ratio: 1 / 0.7 },
      details: {
        "spread of ours": spread(times.ours),
        ...(found && {
          "spread of peer": spread(times.peer),
          "sum of distances over edt's": sum / (found.found as number),
        }),
      },
    };
  });
}

export const benchmark: Benchmark = {
  name: "edt",
  question: "Is the distance transform at 0.7 of edt's rate or more, on one thread?",
  run,
};
