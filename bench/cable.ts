/**
 * Is a long cable with Hodgkin-Huxley channels at most half as long as in NEURON? Decides whether the membrane kernels and
 * the elimination, which cannot be spread over cells here, are in order for a single detailed cell.
 *
 * @module
 */
import { buildCell, CableSimulation, siteAt } from "wbe/cells";
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

const compartments = 999; // odd, as NEURON's nseg
const duration = 100;
const dt = 0.025;
const steps = Math.round(duration / dt);

interface PeerRun {
  readonly neuron: string;
  readonly table: number;
  readonly exact: number;
  readonly V: readonly number[];
}

/** 1 mm × 1 um, Rallpack 3's cable. */
function cable() {
  const [length, diameter] = [1000, 1];
  const ends = (from: number, to: number) => Float64Array.of(from, to);
  return buildCell({
    morphology: [
      {
        name: "dend[0]",
        type: 3,
        parent: -1,
        parentX: 0,
        x: ends(0, length),
        y: ends(0, 0),
        z: ends(0, 0),
        diameter: ends(diameter, diameter),
        arc: ends(0, length),
        length,
      },
    ],
    compartments: { count: compartments },
    celsius: 6.3,
    parameters: [
      { region: "all", Ra: 100, Cm: 1, Rm: 40000, ELeak: -65, ena: 50, ek: -77, channels: { HH_Na: {}, HH_K: {} } },
    ],
  });
}

/** CPU time of the steps alone, after a warm run on the same modules. */
async function runOurs(): Promise<{ time: number; V: Float64Array }> {
  const cell = cable();
  const make = () =>
    CableSimulation.create([cell], {
      dt,
      V: -65,
      clamps: [{ kind: "current", site: siteAt(cell.tree, 0, 0), onset: 0, duration: 2 * duration, amplitude: 100 }],
    });
  await (await make()).run(duration);
  const simulation = await make();
  await simulation.run(dt);
  const time = await cpuSeconds(() => simulation.run(duration - dt));
  return { time, V: simulation.potentials() };
}

async function run(options: BenchOptions) {
  const runs = options.runs ?? 7;
  let ours: Float64Array = new Float64Array(0);
  let peer: PeerRun | null = null;
  const exact: number[] = [];
  const perStep = (seconds: number) => (1e9 * seconds) / (compartments * steps);
  const times = await interleave(
    runs,
    {
      ours: async () => {
        const { time, V } = await runOurs();
        ours = V;
        return perStep(time);
      },
      peer: () => {
        const text = output(peerPython, [
          peerFile("cable_neuron.py"),
          String(compartments),
          String(duration),
          String(dt),
        ]);
        peer = text === null ? null : (JSON.parse(text.trim().split("\n").at(-1)!) as PeerRun);
        if (peer) exact.push(perStep(peer.exact));
        return peer ? perStep(peer.table) : Number.NaN;
      },
    },
    options,
  );
  const found = peer as PeerRun | null;
  return {
    work: `one cable of ${compartments} HH compartments × ${steps} steps of ${dt} ms, implicit Euler; CPU time`,
    runs,
    unit: "ns per neuron-step" as const,
    ours: median(times.ours),
    peer: found ? median(times.peer) : null,
    peerVersion: found ? `NEURON ${found.neuron}, rates from its table` : null,
    target: { ratio: 0.5 },
    details: {
      "unit is": "ns per compartment and step",
      "spread of ours": spread(times.ours),
      ...(found && {
        "spread of peer": spread(times.peer),
        "NEURON without its table": median(exact.slice(1)),
        "largest difference of V from NEURON without its table, mV": Math.max(
          ...found.V.map((v, i) => Math.abs(v - ours[i]!)),
        ),
      }),
    },
  };
}

export const benchmark: Benchmark = {
  name: "cable",
  question: "Does a cable of 1,000 Hodgkin-Huxley compartments take at most half as long as in NEURON?",
  run,
};
