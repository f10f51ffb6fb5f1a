/**
 * One network, ours and a peer's, in turns: build and run apart, on one thread and on two. Both record every spike. Peers
 * that fire otherwise are no peers: rates are compared.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type NetworkDescription, type PhaseTimes, SimulationEngine } from "wbe/simulation";
import { populationActivity } from "wbe/validation";
import {
  type BenchOptions,
  type BenchOutcome,
  interleave,
  median,
  peerFile,
  seconds,
  spread,
  type Target,
} from "../bench.js";
import type { PeerActivity } from "./run-peer.js";

/** One run of a side. */
export interface NetworkRun {
  readonly buildSeconds: number;
  readonly runSeconds: number;
  readonly spikes: number;
  readonly activity: Readonly<Record<string, PeerActivity>>;
  /** Resident memory that the network took. */
  readonly bytes?: number;
  /** Where the time of the run went; ours only. */
  readonly phases?: PhaseTimes;
  /** Synapses times the spikes that passed them; ours only. */
  readonly events?: number;
}

export interface NetworkPeer {
  readonly version: string;
  run(threads: number): NetworkRun;
}

export interface NetworkComparison {
  readonly description: NetworkDescription;
  /** Null when it is not installed. */
  readonly peer: NetworkPeer | null;
  readonly work: string;
  readonly runs: number;
  /** To tell bytes per synapse, where synapses take most of the memory. */
  readonly synapses?: number;
  readonly target: Target;
  /** Undefined: builds are not alike (g++) and only told. */
  readonly buildTarget?: Target;
  /** Largest difference of rates, relative: two draws of a network differ. */
  readonly rateTolerance: number;
}

/** Build and run, s; activity after 200 ms. */
export async function runOurs(description: NetworkDescription, threads: number): Promise<NetworkRun> {
  const start = performance.now();
  const engine = await SimulationEngine.fromDescription(description, { threads });
  const buildSeconds = (performance.now() - start) / 1000;
  try {
    let phases: PhaseTimes | undefined;
    const onPhases = (times: PhaseTimes): void => {
      phases = times;
    };
    const runSeconds = await seconds(() => engine.run({ onPhases }));
    const spikes = engine.spikes();
    const window = { start: Math.min(200, description.duration / 2), stop: description.duration };
    const activity = Object.fromEntries(
      spikes.populations.map(({ name }, population) => [name, populationActivity(spikes, { population, ...window })]),
    );
    return { buildSeconds, runSeconds, spikes: spikes.step.length, activity, phases, events: countEvents(engine) };
  } finally {
    await engine.dispose();
  }
}

/** Synaptic events: for each spike the synapses of its neuron. */
function countEvents(engine: SimulationEngine): number {
  const { projections, populations } = engine.view();
  const last = populations.at(-1)!;
  const degrees = new Uint32Array(last.start + last.size);
  for (const { from, offsets } of projections) {
    const { start, size } = populations.find(({ name }) => name === from)!;
    for (let i = 0; i < size; i++) degrees[start + i]! += offsets[i + 1]! - offsets[i]!;
  }
  let events = 0;
  for (const neuron of engine.spikes().neuron) events += degrees[neuron]!;
  return events;
}

/** Bytes that the network takes in a process of its own, all in. */
export function measureMemory(description: NetworkDescription): number {
  const args = ["--expose-gc", jiti, peerFile("network-memory.ts")];
  const result = spawnSync(process.execPath, args, { input: JSON.stringify(description), encoding: "utf8", cwd: root });
  if (result.status !== 0) throw new Error(`network-memory.ts ended with ${result.status}:\n${result.stderr}`);
  return JSON.parse(result.stdout.trim().split("\n").at(-1)!).bytes;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const jiti = `${root}node_modules/jiti/lib/jiti-cli.mjs`;

function describePhases({ phases }: NetworkRun): string {
  return Object.entries(phases!)
    .filter(([, time]) => time > 0)
    .map(([name, time]) => `${name} ${time.toFixed(3)}`)
    .join(", ");
}

/** @throws Error when the two sides fire at different rates. */
export async function compareNetworks(comparison: NetworkComparison, options: BenchOptions): Promise<BenchOutcome> {
  const { description, peer, work, runs, target, buildTarget, rateTolerance } = comparison;
  const kept: Record<string, NetworkRun[]> = {};
  const side = (name: string, run: () => NetworkRun | Promise<NetworkRun>) => async () => {
    const result = await run();
    kept[name] = [...(kept[name] ?? []), result];
    return result.runSeconds;
  };
  const ours = {
    ours: side("ours", () => runOurs(description, 1)),
    ours2: side("ours2", () => runOurs(description, 2)),
  };
  const theirs = peer && { peer: side("peer", () => peer.run(1)), peer2: side("peer2", () => peer.run(2)) };
  const sides: Record<string, () => Promise<number>> = { ...ours, ...theirs };
  const times = await interleave(runs, sides, options);
  // The first of each is the warm-up.
  const build = (name: string): number => median(kept[name]!.slice(1).map(({ buildSeconds }) => buildSeconds));
  const other = (measure: (name: string) => number, name: string): number | null => (peer ? measure(name) : null);
  const run = (name: string): number => median(times[name]!);
  const middle = (name: string): NetworkRun =>
    kept[name]!.slice(1).sort((a, b) => a.runSeconds - b.runSeconds)[runs >> 1]!;
  const synapses = comparison.synapses ?? 0;
  if (peer) requireSameActivity(kept.ours![0]!, kept.peer![0]!, rateTolerance);
  return {
    work: `${work}; every spike recorded; one thread`,
    runs,
    unit: "s",
    ours: run("ours"),
    peer: other(run, "peer"),
    peerVersion: peer?.version ?? null,
    target,
    further: [
      { name: "two threads", ours: run("ours2"), peer: other(run, "peer2"), target },
      ...(buildTarget
        ? [
            { name: "build", ours: build("ours"), peer: other(build, "peer"), target: buildTarget },
            { name: "build, two threads", ours: build("ours2"), peer: other(build, "peer2"), target: buildTarget },
          ]
        : []),
    ],
    details: {
      "spread of ours": spread(times.ours!),
      "one thread over two": run("ours") / run("ours2"),
      ...(!buildTarget && { "our build, s": build("ours"), "our build on two threads, s": build("ours2") }),
      ...(synapses > 0 && {
        "bytes per synapse, all in": measureMemory(description) / synapses,
        ...(peer && { "peer's bytes per synapse": (kept.peer![0]!.bytes ?? Number.NaN) / synapses }),
      }),
      "phases, one thread, s": describePhases(middle("ours")),
      "phases of the caller, two threads, s": describePhases(middle("ours2")),
      "million synaptic events per s, delivery phase": middle("ours").events! / middle("ours").phases!.deliver / 1e6,
      "million synaptic events per s, whole run": middle("ours").events! / middle("ours").runSeconds / 1e6,
      spikes: kept.ours![0]!.spikes,
      "rates, Hz": describeRates(kept.ours![0]!),
      ...(peer && {
        "spread of peer": spread(times.peer!),
        ...(!buildTarget && { "peer's build, s": build("peer") }),
        "peer spikes": kept.peer![0]!.spikes,
        "peer rates, Hz": describeRates(kept.peer![0]!),
      }),
    },
  };
}

function describeRates({ activity }: NetworkRun): string {
  return Object.entries(activity)
    .map(([name, { rate, cv }]) => `${name} ${rate.toFixed(2)}${cv === null ? "" : ` (CV ${cv.toFixed(2)})`}`)
    .join(", ");
}

function requireSameActivity(ours: NetworkRun, peer: NetworkRun, tolerance: number): void {
  for (const [name, { rate }] of Object.entries(ours.activity)) {
    const other = peer.activity[name]!.rate;
    if (Math.abs(rate - other) <= tolerance * Math.max(rate, other)) continue;
    throw new Error(`"${name}" fires at ${rate} Hz here and ${other} Hz in the peer; nothing to compare`);
  }
}
