/** Shortest paths: distances, characteristic path length, eccentricity. @module */
import { requireInteger } from "../../core/arguments.js";
import type { Measured } from "../../core/measured.js";
import { ShortestPathSearch } from "../graph/shortest-paths.js";
import { type MeasuredNodes, type Network, nodeColumn, viewOf, type WeightOption } from "./conventions.js";

const watts = "Watts & Strogatz 1998, Nature 393:440; Rubinov & Sporns 2010, NeuroImage 52:1059";

/**
 * Length of the shortest path from one node to each: number of edges, or with `weighted` the sum of 1/weight. Infinity
 * where no path leads.
 *
 * @throws WbeError ARGUMENT for a node outside the graph or negative weights.
 */
export function distancesFrom(network: Network, source: number, options: WeightOption = {}): Float64Array {
  const graph = viewOf(network, "shortest paths", options);
  requireInteger(source, 0, graph.nNodes - 1, "the source of paths");
  return new ShortestPathSearch(graph).run(source).distance;
}

/**
 * Characteristic path length: mean distance over the ordered pairs of different nodes between which a path leads. The
 * largest distance (diameter) and the pairs left out are among the parameters. O(nodes · edges).
 */
export function characteristicPathLength(network: Network, options: WeightOption = {}): Measured {
  const { weighted = false } = options;
  const graph = viewOf(network, "path lengths", options);
  const n = graph.nNodes;
  const search = new ShortestPathSearch(graph);
  let sum = 0;
  let pairs = 0;
  let diameter = 0;
  for (let source = 0; source < n; source++) {
    const { distance, order, reached } = search.run(source);
    for (let r = 1; r < reached; r++) sum += distance[order[r]!]!;
    pairs += reached - 1;
    diameter = Math.max(diameter, distance[order[reached - 1]!]!);
  }
  const apart = n * (n - 1) - pairs;
  const warnings: string[] = [];
  if (pairs === 0) warnings.push("no path leads from one node to another: path length is not defined");
  else if (apart > 0) warnings.push(`${apart} of ${n * (n - 1)} ordered pairs have no path and are left out`);
  return {
    value: pairs === 0 ? Number.NaN : sum / pairs,
    unit: weighted ? "1/weight" : "1",
    method: `mean length of shortest paths (${weighted ? "sum of 1/weight" : "edges"}) over reachable ordered pairs`,
    parameters: { weighted, reachablePairs: pairs, unreachablePairs: apart, diameter },
    source: watts,
    warnings,
  };
}

/** Largest distance from each node to the nodes that it reaches; 0 for one that reaches none. O(nodes · edges). */
export function eccentricity(network: Network, options: WeightOption = {}): MeasuredNodes {
  const { weighted = false } = options;
  const graph = viewOf(network, "eccentricity", options);
  const search = new ShortestPathSearch(graph);
  const data = new Float64Array(graph.nNodes);
  let incomplete = 0;
  for (let source = 0; source < graph.nNodes; source++) {
    const { distance, order, reached } = search.run(source);
    data[source] = distance[order[reached - 1]!]!;
    if (reached < graph.nNodes) incomplete++;
  }
  return nodeColumn("eccentricity", weighted ? "1/weight" : "1", "Largest distance to a reachable node", data, {
    method: "largest length of shortest paths to reachable nodes",
    source: watts,
    parameters: { weighted },
    warnings: incomplete > 0 ? [`${incomplete} nodes do not reach all others`] : [],
  });
}
