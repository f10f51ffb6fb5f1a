/**
 * Does a second of a fly's brain take at most 0.15 s on one core? 138,639 neurons of which some hundreds are active: decides
 * whether the cost follows the activity. Beside Brian2's C++ program of the published equations with the same wiring and input,
 * and beside our own step-by-step run, which must fire the same spikes.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RandomStream, type SpikeData, Stream } from "wbe/core";
import { type NetworkDescription, SimulationEngine } from "wbe/simulation";
import { shiu2024 } from "wbe/validation";
import {
  type Benchmark,
  cpuSeconds,
  interleave,
  median,
  output,
  peerFile,
  peerPython,
  seconds,
  spread,
  withFolder,
} from "./bench.js";

const duration = 1000;
/** Hz in each driven neuron, as in the paper's main experiment. */
const rate = 100;

export const benchmark: Benchmark = {
  name: "fly",
  question: "Does 1 s of a fly-like brain (138,639 neurons, 15.1 million connections) take at most 0.15 s on one core?",
  async run(options) {
    const runs = options.runs ?? 3;
    options.onProgress?.("drawing the wiring");
    const network = withGivenInput(shiu2024({ rate, duration }));
    const dense: NetworkDescription = {
      ...network,
      populations: network.populations.map((population) => ({ ...population, method: "exact" as const })),
    };
    options.onProgress?.("building");
    const [ours, stepped] = [await startable(network), await startable(dense)];
    return withFolder(async (folder) => {
      options.onProgress?.("compiling the peer");
      const peer = buildPeer(folder, network);
      const sides: Record<string, () => number | Promise<number>> = { ours: ours.run, dense: stepped.run };
      if (peer) sides.peer = peer.run;
      const times = await interleave(runs, sides, options);
      const spikes = ours.engine.spikes();
      if (differing(pairsOf(spikes), pairsOf(stepped.engine.spikes())) > 0) {
        throw new Error("the event-driven run and the step-by-step run fire different spikes");
      }
      return {
        work: `fly-like brain (Shiu et al. 2024), ${network.populations[0]!.size} neurons, ${countConnections(network)} connections, 21 neurons at ${rate} Hz, ${duration} ms, dt 0.1 ms; every spike recorded; one thread, CPU time (the peer: its loop by its own clock)`,
        runs,
        unit: "s" as const,
        ours: median(times.ours!),
        peer: peer ? median(times.peer!) : null,
        peerVersion: peer?.version ?? null,
        target: { value: (0.15 * duration) / 1000 },
        details: {
          "spread of ours": spread(times.ours!),
          "our step-by-step run, s": median(times.dense!),
          "our build, s": ours.buildSeconds,
          spikes: spikes.step.length,
          "neurons that fired": new Set(spikes.neuron).size,
          "spikes that the step-by-step run fires otherwise": 0,
          ...(peer && {
            "spread of peer": spread(times.peer!),
            "peer's build, s": peer.buildSeconds,
            "spikes that the peer fires otherwise": differing(pairsOf(spikes), peer.spikes()),
          }),
        },
      };
    });
  },
};

function countConnections({ projections }: NetworkDescription): number {
  return projections.reduce((sum, { rule }) => sum + (rule.kind === "edges" ? rule.source.length : 0), 0);
}

/** Poisson spikes drawn beforehand, so that the peer gets the same. */
function withGivenInput(network: NetworkDescription): NetworkDescription {
  const [poisson] = network.stimuli;
  if (poisson?.kind !== "poisson" || !poisson.neurons) throw new Error("expected Poisson input of chosen neurons");
  const { population, synapse, weight, neurons } = poisson;
  const random = new RandomStream(network.seed, Stream.spikeTrains);
  const steps = Math.round(network.duration / network.dt);
  return {
    ...network,
    stimuli: neurons.map((neuron) => {
      const times: number[] = [];
      // At most one spike in a step.
      for (let step = 1; step < steps; step++) {
        if (random.uniform() < (rate * network.dt) / 1000) times.push(step * network.dt);
      }
      return { kind: "spikes" as const, population, neurons: [neuron], times, synapse, weight };
    }),
  };
}

/** An engine whose run is timed from the start as often as one likes. */
async function startable(network: NetworkDescription) {
  let engine!: SimulationEngine;
  const buildSeconds = await seconds(async () => {
    engine = await SimulationEngine.fromDescription(network, { threads: 1 });
  });
  const start = await engine.save();
  return {
    engine,
    buildSeconds,
    async run(): Promise<number> {
      await engine.load(start);
      return cpuSeconds(() => engine.run());
    },
  };
}

function pairsOf({ step, neuron }: SpikeData): Uint32Array {
  return Uint32Array.from({ length: 2 * step.length }, (_, k) => (k % 2 ? neuron : step)[k >> 1]!);
}

/** How many spikes are in one of two sorted lists of (step, neuron) and not in the other. */
function differing(a: Uint32Array, b: Uint32Array): number {
  const keys = (pairs: Uint32Array) =>
    new Set(Array.from({ length: pairs.length / 2 }, (_, k) => pairs[2 * k]! * 2 ** 20 + pairs[2 * k + 1]!));
  const [inA, inB] = [keys(a), keys(b)];
  const missing = (from: Set<number>, other: Set<number>) => [...from].filter((key) => !other.has(key)).length;
  return missing(inA, inB) + missing(inB, inA);
}

/** The published equations as a C++ program, or null when interop/.venv is not there. */
function buildPeer(folder: string, network: NetworkDescription) {
  const { rule, weight } = network.projections[0]!;
  if (rule.kind !== "edges" || typeof weight !== "object" || !("values" in weight)) throw new Error("expected edges");
  const trains = network.stimuli.flatMap((s) => (s.kind === "spikes" ? [s] : []));
  const input = trains
    .flatMap(({ neurons, times }) =>
      Array.from(times ?? [], (t) => [Math.round(t / network.dt), neurons![0]!] as const),
    )
    .sort((x, y) => x[0] - y[0] || x[1] - y[1]);
  const write = (name: string, column: Uint32Array | Float32Array) => writeFileSync(join(folder, name), column);
  write("source.u32", Uint32Array.from(rule.source));
  write("target.u32", Uint32Array.from(rule.target));
  write("weight.f32", Float32Array.from(weight.values));
  write(
    "input-step.u32",
    Uint32Array.from(input, ([step]) => step),
  );
  write(
    "input-neuron.u32",
    Uint32Array.from(input, ([, neuron]) => neuron),
  );
  const driven = trains.map(({ neurons }) => neurons![0]!).sort((x, y) => x - y);
  writeFileSync(join(folder, "sizes.json"), JSON.stringify({ neurons: network.populations[0]!.size, driven }));
  const script = peerFile("fly_brian2.py");
  const text = output(peerPython, [script, folder, "--duration", String(duration)]);
  if (text === null) return null;
  const built = JSON.parse(text.trim().split("\n").at(-1)!);
  return {
    version: `Brian2 ${built.brian2}, C++ standalone`,
    buildSeconds: built.buildSeconds as number,
    run(): number {
      return JSON.parse(output(peerPython, [script, folder, "--again"])!.trim().split("\n").at(-1)!).runSeconds;
    },
    spikes(): Uint32Array {
      return new Uint32Array(new Uint8Array(readFileSync(join(folder, "spikes.u32"))).buffer);
    },
  };
}
