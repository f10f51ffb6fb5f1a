/** Betweenness: the share of shortest paths that run through a node. @module */
import { ShortestPathSearch } from "../graph/shortest-paths.js";
import { type MeasuredNodes, type Network, nodeColumn, viewOf, type WeightOption } from "./conventions.js";

export interface BetweennessOptions extends WeightOption {
  /** Divide by the number of pairs of other nodes: (n−1)(n−2), half of it where undirected. Default true. */
  normalised?: boolean;
}

/**
 * Betweenness centrality: over pairs of other nodes, the share of shortest paths that run through the node; ends not
 * counted. With `weighted` the length of an edge is 1/weight. O(nodes · edges). 0 below three nodes.
 *
 * Source: Freeman 1977, Sociometry 40:35, by the algorithm of Brandes 2001, J Math Sociol 25:163.
 */
export function betweenness(network: Network, options: BetweennessOptions = {}): MeasuredNodes {
  const { weighted = false, normalised = true } = options;
  const graph = viewOf(network, "betweenness", { weighted });
  const n = graph.nNodes;
  const back = graph.reversed;
  const search = new ShortestPathSearch(graph);
  const lengths = back.weights ? Float64Array.from(back.weights, (w) => 1 / w) : null;
  const paths = new Float64Array(n);
  const dependency = new Float64Array(n);
  const data = new Float64Array(n);
  for (let source = 0; source < n; source++) {
    const { distance, order, reached } = search.run(source);
    paths[source] = 1;
    dependency[source] = 0;
    for (let r = 1; r < reached; r++) {
      const j = order[r]!;
      let sum = 0;
      for (let k = back.offsets[j]!; k < back.offsets[j + 1]!; k++) {
        const i = back.neighbours[k]!;
        // The same sum as the search made, so equality is exact.
        if (distance[i]! + (lengths ? lengths[k]! : 1) === distance[j]) sum += paths[i]!;
      }
      paths[j] = sum;
      dependency[j] = 0;
    }
    for (let r = reached - 1; r > 0; r--) {
      const j = order[r]!;
      const share = (1 + dependency[j]!) / paths[j]!;
      for (let k = back.offsets[j]!; k < back.offsets[j + 1]!; k++) {
        const i = back.neighbours[k]!;
        if (distance[i]! + (lengths ? lengths[k]! : 1) === distance[j]) dependency[i]! += paths[i]! * share;
      }
      data[j]! += dependency[j];
    }
  }
  // An undirected pair was counted from both of its ends.
  const pairs = normalised ? (n - 1) * (n - 2) : graph.directed ? 1 : 2;
  for (let i = 0; i < n; i++) data[i]! /= pairs > 0 ? pairs : 1;
  return nodeColumn("betweenness", "1", "Share of shortest paths between other nodes", data, {
    method: `betweenness by Brandes' algorithm${normalised ? ", over pairs of other nodes" : ""}`,
    source: "Freeman 1977, Sociometry 40:35; Brandes 2001, J Math Sociol 25:163",
    parameters: { weighted, normalised, directed: graph.directed },
    warnings: n > 0 && n < 3 ? ["fewer than three nodes: nothing can lie between"] : [],
  });
}
