/** k-cores. @module */
import { type MeasuredNodes, type Network, nodeColumn, viewOf } from "./conventions.js";

export interface CoreOptions {
  /** "neighbours": directions joined (default). "total": in- plus out-degree, as in the BCT's kcore_bd. */
  degree?: "neighbours" | "total";
}

/**
 * Core number of each node: the largest k such that the node belongs to a subgraph in which every node has at least k
 * neighbours. O(nodes + edges).
 *
 * Source: Seidman 1983, Soc Networks 5:269; algorithm of Batagelj & Zaveršnik 2003, arXiv:cs/0310049.
 */
export function coreNumbers(network: Network, options: CoreOptions = {}): MeasuredNodes {
  const { degree = "neighbours" } = options;
  const graph = viewOf(network, "k-cores", { undirected: degree === "neighbours" });
  const rows = graph.directed ? [graph, graph.reversed] : [graph];
  const n = graph.nNodes;
  const left = new Uint32Array(n);
  for (const { offsets } of rows) for (let i = 0; i < n; i++) left[i]! += offsets[i + 1]! - offsets[i]!;
  const largest = left.reduce((most, d) => Math.max(most, d), 0);
  // Nodes sorted by remaining degree; starts[d] is where those of degree d begin.
  const starts = new Uint32Array(largest + 2);
  for (let i = 0; i < n; i++) starts[left[i]! + 1]!++;
  for (let d = 0; d <= largest; d++) starts[d + 1]! += starts[d];
  const sorted = new Uint32Array(n);
  const place = new Uint32Array(n);
  const next = starts.slice();
  for (let i = 0; i < n; i++) {
    place[i] = next[left[i]!]!++;
    sorted[place[i]!] = i;
  }
  for (let s = 0; s < n; s++) {
    const i = sorted[s]!;
    const own = left[i]!;
    for (const { offsets, neighbours } of rows) {
      for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
        const j = neighbours[k]!;
        if (left[j]! <= own) continue;
        // j goes to the front of its degree, and the front moves behind it.
        const front = Math.max(starts[left[j]!]!, s + 1);
        const first = sorted[front]!;
        sorted[place[j]!] = first;
        place[first] = place[j]!;
        sorted[front] = j;
        place[j] = front;
        starts[left[j]!] = front + 1;
        left[j]!--;
      }
    }
  }
  return nodeColumn("core number", "1", "Largest k of a k-core with the node", Float64Array.from(left), {
    method: `core numbers by ${degree === "total" ? "in- plus out-degree" : "neighbours in either direction"}`,
    source: "Seidman 1983, Soc Networks 5:269; Batagelj & Zaveršnik 2003, arXiv:cs/0310049",
    parameters: { degree },
  });
}
