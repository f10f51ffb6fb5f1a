/**
 * Is a ring of branching Hodgkin-Huxley cells in one network at most 0.4 times as long as in NEURON, and no longer than in
 * Arbor? Decides whether many detailed cells belong in the engine as they are: pair by pair through an epoch.
 *
 * @module
 */
import { type CellModel, cellBytes, type SectionSpec } from "wbe/cells";
import { SimulationEngine } from "wbe/simulation";
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

const cells = 256;
const duration = 200;
const dt = 0.025;
const steps = Math.round(duration / dt);

/** A soma and a binary tree of 31 dendrites of three compartments, as in peers/ring_neuron.py. */
function branching(): CellModel {
  const dendrites: SectionSpec[] = [];
  let level: string[] = ["soma[0]"];
  for (let k = 0; k < 5; k++) {
    const x = 20 + 60 * k;
    level = level.flatMap((parent) =>
      Array.from({ length: k === 0 ? 1 : 2 }, () => {
        const diameter = 2 * 0.8 ** k;
        const name = `dend[${dendrites.length}]`;
        dendrites.push({
          name,
          parent,
          points: [
            [x, 0, 0, diameter],
            [x + 60, 0, 0, diameter],
          ],
          compartments: 3,
        });
        return name;
      }),
    );
  }
  return {
    id: "branching",
    morphology: [
      {
        name: "soma[0]",
        points: [
          [0, 0, 0, 20],
          [20, 0, 0, 20],
        ],
        compartments: 1,
      },
      ...dendrites,
    ],
    compartments: { count: 3 },
    celsius: 6.3,
    parameters: [
      { region: "all", Ra: 100, Cm: 1, gLeak: 0.3, ELeak: -54.3, ena: 50, ek: -77, channels: { HH_Na: {}, HH_K: {} } },
    ],
    sites: { soma: "location(soma[0], 0.5)", tip: `location(${level[0]}, 0.5)` },
  };
}

const compartments = 94;

async function runOurs(): Promise<{ time: number; spikes: number; last: number; bytes: number }> {
  const next = Array.from({ length: cells }, (_, k) => (k + 1) % cells);
  const synapse = { synapse: "ExpConductance", params: { tau: 2, Erev: 0 }, site: "tip", weight: 30 };
  const description = {
    version: 1,
    seed: 1,
    dt,
    duration,
    populations: [{ name: "ring", model: branching(), size: cells }],
    projections: [
      {
        from: "ring",
        to: "ring",
        rule: { kind: "edges", source: [...next.keys()], target: next },
        delay: 5,
        ...synapse,
      },
    ],
    stimuli: [
      {
        kind: "spikes",
        population: "ring",
        neurons: [...next.keys()].filter((k) => k % 8 === 0),
        times: [1],
        ...synapse,
      },
    ],
    recorders: [{ kind: "spikes" }],
  };
  const engine = await SimulationEngine.fromDescription(description, { threads: 1 });
  await engine.run({ duration: 1 });
  const time = await cpuSeconds(() => engine.run({ duration: duration - 1 }));
  const { step } = engine.spikes();
  return { time, spikes: step.length, last: step[step.length - 1]! * dt, bytes: cellBytes(branching(), cells) };
}

interface PeerRun {
  readonly neuron?: string;
  readonly arbor?: string;
  readonly table?: number;
  readonly exact?: number;
  readonly seconds?: number;
  readonly spikes: number;
  readonly last: readonly number[];
}

function runPeer(file: string): PeerRun | null {
  const text = output(peerPython, [peerFile(file), String(cells), String(duration), String(dt)]);
  return text === null ? null : (JSON.parse(text.trim().split("\n").at(-1)!) as PeerRun);
}

async function run(options: BenchOptions) {
  const runs = options.runs ?? 3;
  const perStep = (seconds: number) => (1e9 * seconds) / (cells * compartments * steps);
  let ours: Awaited<ReturnType<typeof runOurs>> | undefined;
  let neuron: PeerRun | null = null;
  let arbor: PeerRun | null = null;
  const exact: number[] = [];
  const times = await interleave(
    runs,
    {
      ours: async () => {
        ours = await runOurs();
        return perStep(ours.time);
      },
      neuron: () => {
        neuron = runPeer("ring_neuron.py");
        if (neuron) exact.push(perStep(neuron.exact!));
        return neuron ? perStep(neuron.table!) : Number.NaN;
      },
      arbor: () => {
        arbor = runPeer("ring_arbor.py");
        return arbor ? perStep(arbor.seconds!) : Number.NaN;
      },
    },
    options,
  );
  const [inNeuron, inArbor] = [neuron as PeerRun | null, arbor as PeerRun | null];
  return {
    work: `ring of ${cells} cells of ${compartments} HH compartments × ${steps} steps of ${dt} ms, implicit Euler; CPU time`,
    runs,
    unit: "ns per neuron-step" as const,
    ours: median(times.ours),
    peer: inNeuron ? median(times.neuron) : null,
    peerVersion: inNeuron ? `NEURON ${inNeuron.neuron}, rates from its table` : null,
    target: { ratio: 0.4 },
    further: [
      {
        name: `Arbor ${inArbor?.arbor ?? ""}`.trim(),
        ours: median(times.ours),
        peer: inArbor ? median(times.arbor) : null,
        target: { ratio: 1 },
      },
    ],
    details: {
      "unit is": "ns per compartment and step",
      "spread of ours": spread(times.ours),
      "bytes per compartment": ours!.bytes / (cells * compartments),
      "spikes, last spike (ms)": `${ours!.spikes}, ${ours!.last}`,
      ...(inNeuron && {
        "spread of NEURON": spread(times.neuron),
        "NEURON without its table": median(exact.slice(1)),
        "NEURON's spikes, last spike (ms)": `${inNeuron.spikes}, ${inNeuron.last.at(-1)}`,
      }),
      ...(inArbor && {
        "spread of Arbor": spread(times.arbor),
        "Arbor's spikes, last spike (ms)": `${inArbor.spikes}, ${inArbor.last.at(-1)}`,
      }),
    },
  };
}

export const benchmark: Benchmark = {
  name: "ring",
  question: "Does a ring of 256 branching Hodgkin-Huxley cells take at most 0.4 times as long as in NEURON?",
  run,
};
