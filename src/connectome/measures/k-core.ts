/** k-cores. @module */
import type { Graph } from "../graph/graph.js";
import { type MeasuredNodes, type Network, nodeColumn, viewOf } from "./conventions.js";

export interface CoreOptions {
  /** "neighbours": directions joined (default). "total": in- plus out-degree, as in the BCT's kcore_bd. */
  degree?: "neighbours" | "total";
}

/**
 * Core number of each node: the largest k such that the node belongs to a subgraph in which every node has at least k
 * neighbours. O(nodes + edges).
 *
 * Source: Seidman 1983, Soc Networks 5:269; Batagelj & Zaveršnik 2003, arXiv:cs/0310049, by levels as Dasari, Desh & Zubair
 * 2014, IEEE Big Data (ParK).
 */
export function coreNumbers(network: Network, options: CoreOptions = {}): MeasuredNodes {
  const { degree = "neighbours" } = options;
  const graph = viewOf(network, "k-cores", { undirected: degree === "neighbours" });
  const rows = graph.directed ? [graph, graph.reversed] : [graph];
  const n = graph.nNodes;
  const left = new Uint32Array(n);
  for (const { offsets } of rows) for (let i = 0; i < n; i++) left[i]! += offsets[i + 1]! - offsets[i]!;
  const core = peel(rows, left);
  return nodeColumn("core number", "1", "Largest k of a k-core with the node", core, {
    method: `core numbers by ${degree === "total" ? "in- plus out-degree" : "neighbours in either direction"}`,
    source: "Seidman 1983, Soc Networks 5:269; Batagelj & Zaveršnik 2003, arXiv:cs/0310049",
    parameters: { degree },
  });
}

/**
 * Level by level, the nodes of the lowest remaining degree are taken away. A node that is looked at in a level has at least
 * that core number, so all looks together are no more than the edges. `left` (degrees) is used up.
 */
function peel(rows: readonly Graph[], left: Uint32Array): Float64Array {
  const core = new Float64Array(left.length);
  const queue = new Uint32Array(left.length);
  const remaining = Uint32Array.from(left.keys());
  let count = remaining.length;
  while (count > 0) {
    let level = 0xffffffff;
    for (let r = 0; r < count; r++) level = Math.min(level, left[remaining[r]!]!);
    let tail = 0;
    for (let r = 0; r < count; r++) if (left[remaining[r]!] === level) queue[tail++] = remaining[r]!;
    for (let head = 0; head < tail; head++) {
      core[queue[head]!] = level;
      for (const graph of rows) tail = lower(graph, queue[head]!, left, level, queue, tail);
    }
    let kept = 0;
    for (let r = 0; r < count; r++) if (left[remaining[r]!]! > level) remaining[kept++] = remaining[r]!;
    count = kept;
  }
  return core;
}

/** Takes a node away: neighbours above the level lose an edge, and those that come down to it wait their turn. */
function lower(graph: Graph, node: number, left: Uint32Array, level: number, queue: Uint32Array, tail: number): number {
  const { offsets, neighbours } = graph;
  const end = offsets[node + 1]!;
  let last = tail;
  for (let k = offsets[node]!; k < end; k++) {
    const j = neighbours[k]!;
    if (left[j]! <= level) continue;
    left[j]!--;
    if (left[j] === level) queue[last++] = j;
  }
  return last;
}
