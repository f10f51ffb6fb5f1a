/** Efficiency: how short the ways are, with 0 for no way at all. @module */
import type { Measured } from "../../core/measured.js";
import { Graph } from "../graph/graph.js";
import { ShortestPathSearch } from "../graph/shortest-paths.js";
import { type MeasuredNodes, type Network, nodeColumn, viewOf, type WeightOption } from "./conventions.js";

const source = "Latora & Marchiori 2001, Phys Rev Lett 87:198701";

/**
 * Global efficiency: mean of 1/distance over all ordered pairs of different nodes, 0 where no path leads; with `weighted`
 * the distance is the sum of 1/weight. NaN with a warning for fewer than two nodes. O(nodes · edges).
 */
export function globalEfficiency(network: Network, options: WeightOption = {}): Measured {
  const { weighted = false } = options;
  const graph = viewOf(network, "efficiency", options);
  const n = graph.nNodes;
  return {
    value: n < 2 ? Number.NaN : sumOfInverseDistances(graph) / (n * (n - 1)),
    unit: weighted ? "weight" : "1",
    method: "mean of 1/distance over ordered pairs, 0 where no path leads",
    parameters: { weighted },
    source,
    warnings: n < 2 ? ["fewer than two nodes: efficiency is not defined"] : [],
  };
}

/**
 * Local efficiency of each node: efficiency of the subgraph of its neighbours (joined in either direction), each pair
 * counted by the directions in which both are joined to the node. 0 below two neighbours. Without weights.
 * Source: Latora & Marchiori 2001; directed form as in the Brain Connectivity Toolbox (Rubinov & Sporns 2010).
 */
export function localEfficiency(network: Network): MeasuredNodes {
  const graph = viewOf(network, "local efficiency");
  const skeleton = graph.undirected;
  const n = graph.nNodes;
  const data = new Float64Array(n);
  const placeOf = new Int32Array(n).fill(-1);
  for (let u = 0; u < n; u++) {
    const around = skeleton.neighbours.subarray(skeleton.offsets[u]!, skeleton.offsets[u + 1]!);
    if (around.length < 2) continue;
    const links = Float64Array.from(around, (v) => Number(graph.entryOf(u, v) >= 0) + Number(graph.entryOf(v, u) >= 0));
    const search = new ShortestPathSearch(induced(graph, around, placeOf));
    let sum = 0;
    let total = 0;
    let squares = 0;
    for (let a = 0; a < around.length; a++) {
      const { distance, order, reached } = search.run(a);
      for (let r = 1; r < reached; r++) sum += (links[a]! * links[order[r]!]!) / distance[order[r]!]!;
      total += links[a]!;
      squares += links[a]! * links[a]!;
    }
    // Each unordered pair was met from both ends, and a pair has two directed distances.
    data[u] = sum / (total * total - squares);
  }
  return nodeColumn("local efficiency", "1", "Efficiency among the neighbours; 0 below two", data, {
    method: "efficiency of the subgraph of neighbours",
    source: `${source}; Rubinov & Sporns 2010, NeuroImage 52:1059`,
  });
}

/** Σ 1/d over ordered pairs. */
function sumOfInverseDistances(graph: Graph): number {
  const search = new ShortestPathSearch(graph);
  let sum = 0;
  for (let s = 0; s < graph.nNodes; s++) {
    const { distance, order, reached } = search.run(s);
    for (let r = 1; r < reached; r++) sum += 1 / distance[order[r]!]!;
  }
  return sum;
}

/** Subgraph of some nodes, renamed by their place in the list. `placeOf` is −1 before and after. */
function induced(graph: Graph, nodes: Uint32Array, placeOf: Int32Array): Graph {
  nodes.forEach((node, place) => {
    placeOf[node] = place;
  });
  const from: number[] = [];
  const to: number[] = [];
  nodes.forEach((node, place) => {
    for (let k = graph.offsets[node]!; k < graph.offsets[node + 1]!; k++) {
      const other = placeOf[graph.neighbours[k]!]!;
      if (other < 0 || (!graph.directed && other < place)) continue;
      from.push(place);
      to.push(other);
    }
  });
  for (const node of nodes) placeOf[node] = -1;
  return Graph.fromEdges({
    nNodes: nodes.length,
    source: from,
    target: to,
    directed: graph.directed,
  });
}
