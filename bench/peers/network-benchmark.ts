/**
 * One network, ours and a peer's, in turns: build and run apart, one thread on both sides; the peer on two threads
 * beside it. Both record every spike. Peers that fire otherwise are no peers: rates are compared first.
 *
 * @module
 */
import { type NetworkDescription, SimulationEngine } from "wbe/simulation";
import { populationActivity } from "wbe/validation";
import { type BenchOptions, type BenchOutcome, interleave, median, seconds, spread, type Target } from "../bench.js";
import type { PeerActivity } from "./run-peer.js";

/** One run of a side. */
export interface NetworkRun {
  readonly buildSeconds: number;
  readonly runSeconds: number;
  readonly spikes: number;
  readonly activity: Readonly<Record<string, PeerActivity>>;
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
  readonly target: Target;
  /** Undefined: builds are not alike (g++) and only told. */
  readonly buildTarget?: Target;
  /** Largest difference of rates, relative: two draws of a network differ. */
  readonly rateTolerance: number;
}

/** Build and run, s; activity after 200 ms. */
export async function runOurs(description: NetworkDescription): Promise<NetworkRun> {
  let engine: SimulationEngine | undefined;
  const buildSeconds = await seconds(async () => {
    engine = await SimulationEngine.fromDescription(description);
  });
  const runSeconds = await seconds(() => engine!.run());
  const spikes = engine!.spikes();
  const window = { start: Math.min(200, description.duration / 2), stop: description.duration };
  const activity = Object.fromEntries(
    spikes.populations.map(({ name }, population) => [name, populationActivity(spikes, { population, ...window })]),
  );
  return { buildSeconds, runSeconds, spikes: spikes.step.length, activity };
}

/** @throws Error when the two sides fire at different rates. */
export async function compareNetworks(comparison: NetworkComparison, options: BenchOptions): Promise<BenchOutcome> {
  const { description, peer, work, runs, target, buildTarget, rateTolerance } = comparison;
  const kept: Record<string, NetworkRun[]> = { ours: [], peer: [], peer2: [] };
  const side = (name: string, run: () => NetworkRun | Promise<NetworkRun>) => async () => {
    const result = await run();
    kept[name]!.push(result);
    return result.runSeconds;
  };
  const ours = side("ours", () => runOurs(description));
  const times: Record<string, number[]> = peer
    ? await interleave(
        runs,
        { ours, peer: side("peer", () => peer.run(1)), peer2: side("peer2", () => peer.run(2)) },
        options,
      )
    : await interleave(runs, { ours }, options);
  // The first of each is the warm-up.
  const build = (name: string): number => median(kept[name]!.slice(1).map(({ buildSeconds }) => buildSeconds));
  if (peer) requireSameActivity(kept.ours![0]!, kept.peer![0]!, rateTolerance);
  return {
    work: `${work}; every spike recorded; one thread`,
    runs,
    unit: "s",
    ours: median(times.ours!),
    peer: peer ? median(times.peer!) : null,
    peerVersion: peer?.version ?? null,
    target,
    ...(buildTarget && {
      further: [{ name: "build", ours: build("ours"), peer: peer ? build("peer") : null, target: buildTarget }],
    }),
    details: {
      "spread of ours": spread(times.ours!),
      ...(!buildTarget && { "our build, s": build("ours") }),
      spikes: kept.ours![0]!.spikes,
      "rates, Hz": describeRates(kept.ours![0]!),
      ...(peer && {
        "spread of peer": spread(times.peer!),
        "peer on two threads, s": median(times.peer2!),
        "peer's build, s": build("peer"),
        "peer's build on two threads, s": build("peer2"),
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
