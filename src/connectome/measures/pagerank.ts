/** PageRank. @module */
import { requirePositive, requireWithin } from "../../core/arguments.js";
import { type MeasuredNodes, type Network, nodeColumn, viewOf, type WeightOption } from "./conventions.js";

export interface PageRankOptions extends WeightOption {
  /** Chance to go on along an edge instead of anywhere. Default 0.85. */
  damping?: number;
  /** The iteration ends when no step changes Σ|Δ| more. Default 1e-14. */
  tolerance?: number;
}

const maxIterations = 10_000;

/**
 * PageRank: where a walker is found who follows outgoing edges (in proportion to weights) and now and then jumps to any
 * node; from a node without outgoing edges it jumps. Sums to 1. Self-connections count.
 *
 * Source: Brin & Page 1998, Comput Networks ISDN 30:107; nodes without outgoing edges as in Langville & Meyer 2004.
 */
export function pageRank(network: Network, options: PageRankOptions = {}): MeasuredNodes {
  const { weighted = false, damping = 0.85, tolerance = 1e-14 } = options;
  requireWithin(damping, 0, 1 - 1e-9, "the damping of PageRank");
  requirePositive(tolerance, "the tolerance of PageRank");
  const graph = viewOf(network, "PageRank", { weighted, loops: true });
  const { nNodes: n, offsets, weights } = graph;
  const { offsets: starts, neighbours, weights: into } = graph.reversed;
  const share = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    if (weights) for (let k = offsets[i]!; k < offsets[i + 1]!; k++) sum += weights[k]!;
    else sum = offsets[i + 1]! - offsets[i]!;
    share[i] = sum > 0 ? 1 / sum : 0;
  }
  let rank = new Float64Array(n).fill(1 / n);
  let next = new Float64Array(n);
  const sent = new Float64Array(n);
  let iterations = 0;
  let change = Number.POSITIVE_INFINITY;
  while (n > 0 && change > tolerance && iterations < maxIterations) {
    let lost = 0;
    for (let i = 0; i < n; i++) {
      sent[i] = rank[i]! * share[i]!;
      if (share[i] === 0) lost += rank[i]!;
    }
    const base = (1 - damping + damping * lost) / n;
    change = 0;
    for (let j = 0; j < n; j++) {
      let sum = 0;
      const end = starts[j + 1]!;
      if (into) for (let k = starts[j]!; k < end; k++) sum += into[k]! * sent[neighbours[k]!]!;
      else for (let k = starts[j]!; k < end; k++) sum += sent[neighbours[k]!]!;
      next[j] = base + damping * sum;
      change += Math.abs(next[j]! - rank[j]!);
    }
    [rank, next] = [next, rank];
    iterations++;
  }
  return nodeColumn("PageRank", "1", "Probability of the walker at the node", rank, {
    method: "PageRank by power iteration",
    source: "Brin & Page 1998, Comput Networks ISDN 30:107",
    parameters: { weighted, damping, tolerance, iterations },
    warnings: change > tolerance && n > 0 ? [`after ${iterations} iterations the change is ${change}`] : [],
  });
}
