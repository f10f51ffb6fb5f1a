/**
 * Is Brunel's network with STDP on its 12.5 million excitatory synapses run at most 0.4 times as long as in NEST, with at most
 * 24 bytes for each of them? And does silencing half of the neurons save that half of the work? Decides whether the
 * kernels of plastic projections (compiler/plastic-replay.ts) and their memory are in order.
 *
 * @module
 */
import { plasticityRules } from "wbe/plasticity";
import { type NetworkDescription, type PlasticitySpec, SimulationEngine } from "wbe/simulation";
import { brunel2000 } from "wbe/validation";
import { type Benchmark, type Comparison, interleave, median, spread } from "./bench.js";
import { measureMemory } from "./peers/network-benchmark.js";
import { type NestRun, runNest } from "./peers/run-peer.js";

const duration = 200;
const plasticSynapses = 12_500_000;

/** NEST's model, and the same as a rule with the parameters of brunel_nest.py. Weights are near 0.1 mV. */
const rules: Readonly<Record<string, PlasticitySpec>> = {
  stdp_synapse: {
    rule: "PairSTDP",
    params: { APlus: 0.005, AMinus: 1.05 * 0.005, tauPlus: 20, tauMinus: 20, wMin: 0, wMax: 0.2 },
  },
  stdp_pl_synapse_hom: {
    rule: "PowerLawSTDP",
    params: { lambda: 0.0025, alpha: 4.2, mu: 0.4, w0: 1, tauPlus: 20, tauMinus: 20 },
  },
};

interface Run {
  /** CPU time on one thread, wall time on several. */
  readonly seconds: number;
  readonly rate: number;
  readonly events: number;
  readonly deliver: number;
}

function plasticBrunel(spec: PlasticitySpec, silenced = 0): NetworkDescription {
  const description = brunel2000({ regime: "AI", duration });
  const projections = description.projections.map((projection) =>
    projection.from === "exc" ? { ...projection, plasticity: [spec] } : projection,
  );
  // Held far below threshold: they still get and would still learn from every spike of the others.
  const still = Array.from({ length: silenced }, (_, neuron) => neuron);
  const hold = { kind: "constant" as const, population: "exc", neurons: still, amplitude: -1e6 };
  return { ...description, projections, stimuli: [...description.stimuli, ...(silenced > 0 ? [hold] : [])] };
}

async function runOurs(description: NetworkDescription, threads: number): Promise<Run> {
  const engine = await SimulationEngine.fromDescription(description, {
    threads,
    catalogue: { rules: plasticityRules },
  });
  try {
    let deliver = 0;
    const [wall, cpu] = [performance.now(), process.cpuUsage()];
    await engine.run({
      onPhases: (times) => {
        deliver = times.deliver;
      },
    });
    const used = process.cpuUsage(cpu);
    const wallSeconds = (performance.now() - wall) / 1000;
    const spikes = engine.spikes().neuron.filter((neuron) => neuron < 10_000).length;
    return {
      seconds: threads === 1 ? Math.min(wallSeconds, (used.user + used.system) / 1e6) : wallSeconds,
      rate: (1000 * spikes) / 10_000 / duration,
      events: 1250 * spikes,
      deliver,
    };
  } finally {
    await engine.dispose();
  }
}

/** All bytes that the network takes beyond those without its plastic synapses, by synapse. */
function bytesPerSynapse(spec: PlasticitySpec): number {
  const plastic = plasticBrunel(spec);
  const none = { ...plastic, projections: plastic.projections.filter(({ from }) => from !== "exc") };
  return (measureMemory(plastic) - measureMemory(none)) / plasticSynapses;
}

export const benchmark: Benchmark = {
  name: "brunel-stdp",
  question:
    "Is Brunel's network with STDP on all excitatory synapses run at most 0.4 times as long as in NEST, at 24 bytes per synapse?",
  async run(options) {
    const nest = (model: string, threads: number): NestRun | null =>
      runNest("brunel_nest.py", ["--plastic", model, "--duration", duration, "--threads", threads]);
    options.onProgress?.("looking for NEST");
    const first = runNest("brunel_nest.py", ["--scale", 0.01, "--duration", 100]);
    const runs = options.runs ?? 1;
    const ours: Record<string, Run[]> = {};
    const peers: Record<string, NestRun[]> = {};
    const sides: Record<string, () => Promise<number> | number> = {};
    for (const [model, spec] of Object.entries(rules)) {
      for (const threads of [1, 2]) {
        const name = `${model}, ${threads}`;
        sides[name] = async () => {
          const run = await runOurs(plasticBrunel(spec), threads);
          ours[name] = [...(ours[name] ?? []), run];
          return run.seconds;
        };
        if (!first) continue;
        sides[`NEST ${name}`] = () => {
          const run = nest(model, threads)!;
          peers[name] = [...(peers[name] ?? []), run];
          return threads === 1 ? run.runCpuSeconds! : run.runSeconds;
        };
      }
    }
    sides.silenced = async () => {
      const run = await runOurs(plasticBrunel(rules.stdp_synapse!, 5000), 1);
      ours.silenced = [...(ours.silenced ?? []), run];
      return run.seconds;
    };
    const times = await interleave(runs, sides, options);
    const time = (name: string): number => median(times[name]!);
    const target = { ratio: 0.4 };
    const compare = (model: string, threads: number): Comparison => ({
      name: `${model}, ${threads === 1 ? "one thread, CPU time" : "two threads"}`,
      ours: time(`${model}, ${threads}`),
      peer: first ? time(`NEST ${model}, ${threads}`) : null,
      target,
    });
    const whole = ours["stdp_synapse, 1"]!.at(-1)!;
    const half = ours.silenced!.at(-1)!;
    const perEvent = (run: Run): number => (1e9 * run.deliver) / run.events;
    const peer = peers["stdp_synapse, 1"]?.[0];
    const bytes = bytesPerSynapse(rules.stdp_synapse!);
    return {
      work: `Brunel 2000, AI state, 12,500 neurons, 12,500,000 plastic synapses, ${duration} ms, dt 0.1 ms; every spike recorded; one thread, CPU time`,
      runs,
      unit: "s",
      ours: time("stdp_synapse, 1"),
      peer: first ? time("NEST stdp_synapse, 1") : null,
      peerVersion: first && `NEST ${first.nest}, stdp_synapse`,
      target,
      further: [compare("stdp_synapse", 2), compare("stdp_pl_synapse_hom", 1), compare("stdp_pl_synapse_hom", 2)],
      details: {
        "bytes per plastic synapse, all in (to be at most 24)": bytes,
        "spread of ours": spread(times["stdp_synapse, 1"]!),
        "peer's bytes per synapse, all in": peer ? peer.bytes / peer.synapses : null,
        "rate, Hz": whole.rate,
        "peer's rate, Hz": peer?.activity.exc?.rate ?? null,
        "ns per plastic event, delivery phase": perEvent(whole),
        "half of the excitatory neurons silenced: events": half.events / whole.events,
        "half of the excitatory neurons silenced: ns per event": perEvent(half),
        "half of the excitatory neurons silenced: time": half.seconds / whole.seconds,
      },
    };
  },
};
