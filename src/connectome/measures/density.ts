/** Density: connected pairs over all pairs. @module */
import type { Measured } from "../../core/measured.js";
import { type Network, viewOf } from "./conventions.js";

/**
 * Connected ordered pairs of different nodes over all n(n−1) of them (the same number for an undirected graph). NaN with
 * a warning for fewer than two nodes. Source: Rubinov & Sporns 2010, NeuroImage 52:1059.
 */
export function connectionDensity(network: Network): Measured {
  const graph = viewOf(network, "density");
  const n = graph.nNodes;
  const connected = graph.neighbours.length;
  return {
    value: n < 2 ? Number.NaN : connected / (n * (n - 1)),
    unit: "1",
    method: "connected ordered pairs of different neurons / n(n−1)",
    parameters: { nNeurons: n, connectedPairs: connected },
    source: "Rubinov & Sporns 2010, NeuroImage 52:1059",
    warnings: n < 2 ? ["fewer than two neurons have no pairs: density is not defined"] : [],
  };
}
