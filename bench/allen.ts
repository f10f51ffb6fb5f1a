/**
 * Are 64 copies of a perisomatic cell of the Allen Cell Types Database at most half as long as in NEURON? Decides whether
 * membranes of many channels, each with its own exponentials, are in order.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { allenCellFromFiles, CableSimulation, siteAt } from "wbe/cells";
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

const copies = 64;
const duration = 100;
const dt = 0.025;
const steps = Math.round(duration / dt);
const amplitude = 250;
const data = process.env.WBE_DATA ?? fileURLToPath(new URL("../../shared/data", import.meta.url));
const folder = join(data, "celltypes/perisomatic_483108201_Rbp4");

interface PeerRun {
  readonly neuron: string;
  readonly seconds: number;
  readonly compartments: number;
  readonly V: number;
}

/** CPU time of the steps alone, after a warm run on the same modules. */
async function runOurs(): Promise<{ time: number; V: number; compartments: number }> {
  const files = readdirSync(folder).map((name) => ({ name, text: () => readFile(join(folder, name), "utf8") }));
  const model = await allenCellFromFiles(files, {}, folder);
  if (!("cell" in model)) throw new Error(`expected a perisomatic cell in ${folder}`);
  const { cell, vInit } = model;
  const site = siteAt(cell.tree, 0, 0.5);
  const make = () =>
    CableSimulation.create(new Array(copies).fill(cell), {
      dt,
      V: vInit,
      clamps: Array.from({ length: copies }, (_, k) => ({
        kind: "current" as const,
        cell: k,
        site,
        onset: 10,
        duration: 2 * duration,
        amplitude,
      })),
    });
  await (await make()).run(5);
  const simulation = await make();
  await simulation.run(dt);
  const time = await cpuSeconds(() => simulation.run(duration - dt));
  const compartments = cell.tree.counts.reduce((sum, n) => sum + n, 0);
  return { time, V: simulation.potentials(copies - 1)[site.node]!, compartments };
}

async function run(options: BenchOptions) {
  const runs = options.runs ?? 3;
  let ours: Awaited<ReturnType<typeof runOurs>> | undefined;
  let peer: PeerRun | null = null;
  const perStep = (seconds: number, compartments: number) => (1e9 * seconds) / (copies * compartments * steps);
  const times = await interleave(
    runs,
    {
      ours: async () => {
        ours = await runOurs();
        return perStep(ours.time, ours.compartments);
      },
      peer: () => {
        const numbers = [copies, duration, dt, amplitude].map(String);
        const text = output(peerPython, [peerFile("allen_neuron.py"), folder, ...numbers]);
        peer = text === null ? null : (JSON.parse(text.trim().split("\n").at(-1)!) as PeerRun);
        return peer ? perStep(peer.seconds, peer.compartments) : Number.NaN;
      },
    },
    options,
  );
  const found = peer as PeerRun | null;
  return {
    work: `${copies} copies of a perisomatic cell of ${ours!.compartments} compartments × ${steps} steps of ${dt} ms, implicit Euler; CPU time`,
    runs,
    unit: "ns per neuron-step" as const,
    ours: median(times.ours),
    peer: found ? median(times.peer) : null,
    peerVersion: found ? `NEURON ${found.neuron}, the mechanisms of bmtk` : null,
    target: { ratio: 0.5 },
    details: {
      "unit is": "ns per compartment and step",
      "spread of ours": spread(times.ours),
      ...(found && {
        "spread of peer": spread(times.peer),
        "NEURON's compartments": found.compartments,
        "difference of the last V from NEURON, mV": Math.abs(found.V - ours!.V),
      }),
    },
  };
}

export const benchmark: Benchmark = {
  name: "allen",
  question: "Do 64 copies of an Allen perisomatic cell take at most half as long as in NEURON?",
  run,
};
