/**
 * Are 1,000 morphologies read and measured at least five times as fast as by NeuroM? Decides whether measures on columns, section
 * by section, need anything better.
 *
 * @module
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSwc, writeSwc } from "wbe/io";
import { growPyramidalNeuron, measureBifurcations, measureMorphology, measureSections } from "wbe/scanner";
import { type Benchmark, type BenchOptions, cpuSeconds, interleave, median, spread, withFolder } from "./bench.js";
import { type PeerTime, runScannerPeer } from "./peers/scanner-bench.js";

const neurons = 1000;

async function run(options: BenchOptions) {
  const runs = options.runs ?? 1;
  return withFolder(async (folder) => {
    // Forty different trees, each 25 times: growing them is not what is measured.
    for (let k = 0; k < neurons; k++) {
      if (k < 40) writeFileSync(join(folder, `n${k}.swc`), writeSwc(growPyramidalNeuron({ seed: k })));
      else writeFileSync(join(folder, `n${k}.swc`), readFileSync(join(folder, `n${k % 40}.swc`)));
    }
    const files = readdirSync(folder).filter((name) => name.endsWith(".swc"));
    let points = 0;
    let peer: PeerTime | null = null;
    const times = await interleave(
      runs,
      {
        ours: () =>
          cpuSeconds(() => {
            points = 0;
            for (const file of files) {
              const tree = readSwc(readFileSync(join(folder, file), "utf8"));
              points += measureMorphology(tree).nPoints;
              measureBifurcations(tree, measureSections(tree));
            }
          }),
        peer: () => {
          peer = runScannerPeer(["morphometrics", folder]);
          return peer?.seconds ?? Number.NaN;
        },
      },
      options,
    );
    const found = peer as PeerTime | null;
    return {
      work: `${neurons} SWC files (${points} points) read and measured, twelve features; CPU time`,
      runs,
      unit: "s" as const,
      ours: median(times.ours),
      peer: found ? median(times.peer) : null,
      peerVersion: found?.version ?? null,
      target: { ratio: 0.2 },
      details: { "spread of ours": spread(times.ours), ...(found && { "spread of peer": spread(times.peer) }) },
    };
  });
}

export const benchmark: Benchmark = {
  name: "morphometrics",
  question: "Are 1,000 morphologies measured at least five times as fast as by NeuroM?",
  run,
};
