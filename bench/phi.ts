/**
 * Is exact Φ of small networks fast enough to be interactive? Dense random networks of four nodes beside PyPhi with its defaults on one
 * core; five and six nodes against a clock. Decided that typed arrays in TypeScript are enough: most of the time goes into transport
 * problems, which bounds skip, and no kernel in WebAssembly is needed.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { fromRule, integratedInformation3, integratedInformation4, type TransitionMatrix } from "wbe/consciousness";
import { RandomStream, Stream } from "wbe/core";
import {
  type Benchmark,
  type BenchOptions,
  cpuSeconds,
  interleave,
  median,
  output,
  peerFile,
  peerPython,
  spread,
} from "./bench.js";

/** All transitions at random: every node reads every other. */
function randomNetwork(n: number, index: number): TransitionMatrix {
  const random = new RandomStream(7, Stream.sampling, 100 * n + index);
  return fromRule(n, () => random.uniform());
}

const four = [0, 1, 2].map((index) => randomNetwork(4, index));
const [five, six] = [randomNetwork(5, 0), randomNetwork(6, 0)];

function runPeer(): { seconds: number; phi: number[]; version: string } | null {
  if (output(peerPython, ["-c", "print(1)"]) === null) return null;
  const networks = four.map(({ n, probability }) => ({
    tpm: Array.from({ length: 2 ** n }, (_, s) => [...probability.subarray(s * n, s * n + n)]),
    state: [1, 0, 0, 0],
  }));
  const result = spawnSync(peerPython, [peerFile("phi_pyphi.py")], {
    input: JSON.stringify(networks),
    encoding: "utf8",
  });
  if (result.status !== 0) return null;
  return JSON.parse(result.stdout.trim().split("\n").at(-1)!) as { seconds: number; phi: number[]; version: string };
}

async function run(options: BenchOptions) {
  const runs = options.runs ?? 5;
  options.onProgress?.("PyPhi, once");
  const peer = runPeer();
  let values: number[] = [];
  const times = await interleave(
    runs,
    {
      four: () =>
        cpuSeconds(async () => {
          values = [];
          for (const network of four) values.push((await integratedInformation3(network, 1)).value);
        }),
      structures: () =>
        cpuSeconds(async () => {
          for (const network of four) await integratedInformation4(network, 1);
        }),
      five: () => cpuSeconds(() => integratedInformation3(five, 1)),
    },
    options,
  );
  // PyPhi rounds φ and Φ to 1e-6.
  peer?.phi.forEach((phi, i) => {
    if (Math.abs(phi - values[i]!) > 1e-4) throw new Error(`Φ of network ${i}: ours ${values[i]}, PyPhi's ${phi}`);
  });
  options.onProgress?.("six nodes, once");
  const sixThree = await cpuSeconds(() => integratedInformation3(six, 1));
  const sixFour = await cpuSeconds(() => integratedInformation4(six, 1));
  return {
    work: `Φ (IIT 3.0) of ${four.length} dense random networks of 4 nodes; one core, CPU time`,
    runs,
    unit: "s" as const,
    ours: median(times.four),
    peer: peer?.seconds ?? null,
    peerVersion: peer ? `PyPhi ${peer.version}` : null,
    target: { ratio: 0.01 },
    further: [
      { name: "5 nodes, IIT 3.0", ours: median(times.five), peer: null, target: { value: 1 } },
      { name: "6 nodes, IIT 3.0", ours: sixThree, peer: null, target: { value: 30 } },
      { name: "6 nodes, IIT 4.0", ours: sixFour, peer: null, target: { value: 30 } },
    ],
    details: {
      "spread of ours": spread(times.four),
      "IIT 4.0 of the same, with structure": median(times.structures),
      "PyPhi runs once": null,
    },
  };
}

export const benchmark: Benchmark = {
  name: "phi",
  question: "Is exact Φ of four to six nodes interactive, and how far from PyPhi?",
  run,
};
