/** Closeness: how near a node is to the others. @module */
import { ShortestPathSearch } from "../graph/shortest-paths.js";
import { type MeasuredNodes, type Network, nodeColumn, viewOf, type WeightOption } from "./conventions.js";

export interface ClosenessOptions extends WeightOption {
  /** Distances to the node ("in", default, as in networkx) or from it. */
  direction?: "in" | "out";
  /** Mean of 1/distance, 0 where no path leads, instead of 1/mean distance. Default false. */
  harmonic?: boolean;
}

/**
 * Closeness centrality: (r/(n−1))·(r/Σ distances) over the r nodes from which a path leads to the node, the form of
 * Wasserman & Faust for graphs in several parts; 0 for a node without paths. Harmonic: Σ 1/distance/(n−1).
 * O(nodes · edges).
 *
 * Source: Freeman 1979, Soc Networks 1:215; Wasserman & Faust 1994; harmonic: Boldi & Vigna 2014, Internet Math 10:222.
 */
export function closeness(network: Network, options: ClosenessOptions = {}): MeasuredNodes {
  const { weighted = false, direction = "in", harmonic = false } = options;
  const graph = viewOf(network, "closeness", { weighted });
  const n = graph.nNodes;
  const search = new ShortestPathSearch(direction === "in" ? graph.reversed : graph);
  const data = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const { distance, order, reached } = search.run(i);
    let sum = 0;
    for (let r = 1; r < reached; r++) sum += harmonic ? 1 / distance[order[r]!]! : distance[order[r]!]!;
    if (reached > 1) data[i] = harmonic ? sum / (n - 1) : ((reached - 1) / (n - 1)) * ((reached - 1) / sum);
  }
  return nodeColumn(
    harmonic ? "harmonic closeness" : "closeness",
    weighted ? "weight" : "1",
    "Closeness centrality",
    data,
    {
      method: harmonic ? "mean of 1/distance" : "reachable share / mean distance (Wasserman & Faust)",
      source: harmonic ? "Boldi & Vigna 2014, Internet Math 10:222" : "Freeman 1979, Soc Networks 1:215",
      parameters: { weighted, direction },
    },
  );
}
