/**
 * Are graph measures on compressed rows at most twice as slow as networkit in C++, twenty times as fast as networkx, and is
 * a network of 10⁷ synapses built in half of NEST's time? Decides whether connectomes are measured in typed arrays of one
 * thread or need kernels. Random edges: no row is near another in memory, the hardest case.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { clustering, coreNumbers, degrees, Graph, pageRank, richClubWithNull, weakComponents } from "wbe/connectome";
import { SimulationEngine } from "wbe/simulation";
import {
  type Benchmark,
  type BenchOptions,
  type Comparison,
  cpuSeconds,
  interleave,
  median,
  output,
  peerFile,
  peerPython,
  spread,
  withFolder,
} from "./bench.js";

const large = { nodes: 1_000_000, edges: 10_000_000 };
const small = { nodes: 100_000, edges: 1_000_000 };
const club = { nodes: 10_000, edges: 100_000 };
const measures = ["degree", "clustering", "components", "k-core", "PageRank"] as const;

interface PeerRun {
  readonly version: string;
  readonly times: Readonly<Record<string, number>>;
  readonly clustering: number;
  readonly components: number;
  readonly core: number;
}

/** Ends of random edges: a linear congruential generator, the same numbers for all sides through a file. */
function drawEdges({ nodes, edges }: typeof large) {
  const [source, target] = [new Uint32Array(edges), new Uint32Array(edges)];
  let state = 12345;
  const next = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * nodes);
  };
  for (let e = 0; e < edges; e++) {
    source[e] = next();
    target[e] = next();
  }
  return { source, target };
}

type Edges = ReturnType<typeof drawEdges>;

/** CPU seconds of each measure, and sums that the peer must have too. */
async function runOurs(nNodes: number, { source, target }: Edges) {
  const times: Record<string, number> = {};
  let directed!: Graph;
  times.build = await cpuSeconds(() => {
    directed = Graph.fromEdges({ nNodes, source, target });
  });
  const both = Graph.fromEdges({ nNodes, source, target, directed: false }).binary.simple;
  const found = { clustering: 0, components: 0, core: 0 };
  const mean = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / nNodes;
  const jobs: Record<(typeof measures)[number], () => void> = {
    degree: () => degrees(directed),
    clustering: () => {
      found.clustering = mean(clustering(both).data);
    },
    components: () => {
      found.components = weakComponents(directed).sizes.length;
    },
    "k-core": () => {
      found.core = mean(coreNumbers(both).data);
    },
    // The transposed rows that PageRank works on are made within its time.
    PageRank: () => pageRank(directed, { tolerance: 1e-8 }),
  };
  for (const name of measures) times[name] = await cpuSeconds(jobs[name]);
  return { times, ...found, bytesPerEdge: (directed.byteLength + directed.reversed.byteLength) / directed.nEdges };
}

/** Runs a script of bench/peers on edges in files, or null without the peer. */
function peerOf(script: string, { nodes, edges }: typeof large, files: readonly string[]): PeerRun | null {
  const text = output(peerPython, [peerFile(script), String(nodes), String(edges), ...files]);
  return text === null ? null : (JSON.parse(text.trim().split("\n").at(-1)!) as PeerRun | null);
}

function requireSame(ours: { clustering: number; components: number; core: number }, peer: PeerRun): void {
  for (const name of ["clustering", "components", "core"] as const) {
    if (Math.abs(ours[name] - peer[name]) > 1e-9 * Math.max(1, peer[name])) {
      throw new Error(`mean ${name}: ours ${ours[name]}, the peer's ${peer[name]}`);
    }
  }
}

async function buildOurs(neurons: number, indegree: number): Promise<number> {
  return cpuSeconds(async () => {
    await SimulationEngine.fromDescription(
      {
        version: 1,
        seed: 1,
        dt: 0.1,
        duration: 1,
        populations: [{ name: "cells", model: "LIF", size: neurons }],
        projections: [
          {
            from: "cells",
            to: "cells",
            synapse: "ExpCurrent",
            params: { tau: 2 },
            rule: { kind: "fixed-in-degree", k: indegree },
            weight: 1,
            delay: 1,
          },
        ],
        stimuli: [],
        recorders: [],
      },
      { threads: 1 },
    );
  });
}

async function run(options: BenchOptions) {
  const runs = options.runs ?? 3;
  return withFolder(async (folder) => {
    const write = (edges: Edges, name: string) =>
      (["source", "target"] as const).map((end) => {
        const path = join(folder, `${name}-${end}.u32`);
        writeFileSync(path, edges[end]);
        return path;
      });
    const [many, few] = [drawEdges(large), drawEdges(small)];
    const files = { many: write(many, "large"), few: write(few, "small") };
    const kept: Record<string, number[]> = {};
    const keep = (side: string, times: Readonly<Record<string, number>>) => {
      for (const [name, time] of Object.entries(times)) {
        kept[`${side} ${name}`] ??= [];
        kept[`${side} ${name}`]!.push(time);
      }
    };
    const total = (times: Readonly<Record<string, number>>) => measures.reduce((sum, name) => sum + times[name]!, 0);
    let bytesPerEdge = Number.NaN;
    let ours: Awaited<ReturnType<typeof runOurs>> | null = null;
    let versions = { networkit: null as string | null, networkx: null as string | null, nest: null as string | null };
    const times = await interleave(
      runs,
      {
        ours: async () => {
          ours = await runOurs(large.nodes, many);
          bytesPerEdge = ours.bytesPerEdge;
          keep("ours", ours.times);
          return total(ours.times);
        },
        networkit: () => {
          const peer = peerOf("graph_networkit.py", large, files.many);
          if (!peer) return Number.NaN;
          if (ours) requireSame(ours, peer);
          versions = { ...versions, networkit: peer.version };
          keep("networkit", peer.times);
          return total(peer.times);
        },
        oursSmall: async () => {
          const found = await runOurs(small.nodes, few);
          keep("small", found.times);
          return total(found.times);
        },
        networkx: () => {
          const peer = peerOf("graph_networkx.py", small, files.few);
          if (!peer) return Number.NaN;
          versions = { ...versions, networkx: peer.version };
          keep("networkx", peer.times);
          return total(peer.times);
        },
        oursBuild: () => buildOurs(large.nodes, 10),
        nest: () => {
          const text = output(peerPython, [peerFile("graph_nest.py"), String(large.nodes), "10"]);
          if (text === null) return Number.NaN;
          const found = JSON.parse(text.trim().split("\n").at(-1)!) as { version: string; build: number } | null;
          if (!found) return Number.NaN;
          versions = { ...versions, nest: found.version };
          return found.build;
        },
        richClub: () => {
          const graph = Graph.fromEdges({ nNodes: club.nodes, ...drawEdges(club) });
          return cpuSeconds(() => richClubWithNull(graph, { seed: 1, surrogates: 100 }));
        },
      },
      options,
    );
    // The first of each is the warm-up.
    const of = (key: string) => median((kept[key] ?? []).slice(1));
    const compare = (name: string, a: string, b: string, ratio: number): Comparison => ({
      name,
      ours: of(a),
      peer: Number.isNaN(of(b)) ? null : of(b),
      target: { ratio },
    });
    const peerMedian = (values: readonly number[]) => (values.some(Number.isNaN) ? null : median(values));
    return {
      work: `${measures.join(" + ")} of a random graph of ${large.nodes} nodes and ${large.edges} edges; CPU time, one thread`,
      runs,
      unit: "s" as const,
      ours: median(times.ours),
      peer: peerMedian(times.networkit),
      peerVersion: versions.networkit && `networkit ${versions.networkit}`,
      target: { ratio: 2 },
      further: [
        ...measures.map((name) => compare(`${name}, networkit`, `ours ${name}`, `networkit ${name}`, 2)),
        compare("graph from edges, networkit", "ours build", "networkit build", 2),
        ...measures.map((name) => compare(`${name} of 10⁶ edges, networkx`, `small ${name}`, `networkx ${name}`, 0.05)),
        {
          name: "network of 10⁶ neurons with in-degree 10, NEST",
          ours: median(times.oursBuild),
          peer: peerMedian(times.nest),
          target: { ratio: 0.5 },
        },
        {
          name: "rich club of 10⁵ edges with 100 random graphs",
          ours: median(times.richClub),
          peer: null,
          target: { value: 20 },
        },
      ],
      details: {
        "bytes per edge, rows in both directions": bytesPerEdge,
        "spread of ours": spread(times.ours),
        "spread of networkit": spread(times.networkit),
        networkx: versions.networkx,
        NEST: versions.nest,
      },
    };
  });
}

export const benchmark: Benchmark = {
  name: "graph",
  question: "Are graph measures at most twice as slow as networkit and twenty times as fast as networkx?",
  run,
};
