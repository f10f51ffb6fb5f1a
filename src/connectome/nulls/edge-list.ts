/** Edges as two ends each, while a null model changes them. @module */
import type { Graph } from "../graph/graph.js";

/** Arrays of one length; an undirected edge stands once. */
export interface EdgeList {
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  readonly weight: Float64Array | null;
}

/** The edges of a graph, by rows. */
export function listEdges(graph: Graph): EdgeList {
  const count = graph.nEdges;
  const edges = {
    source: new Uint32Array(count),
    target: new Uint32Array(count),
    weight: graph.weights && new Float64Array(count),
  };
  let e = 0;
  for (let i = 0; i < graph.nNodes; i++) {
    for (let k = graph.offsets[i]!; k < graph.offsets[i + 1]!; k++) {
      const j = graph.neighbours[k]!;
      if (!graph.directed && j < i) continue;
      edges.source[e] = i;
      edges.target[e] = j;
      if (edges.weight) edges.weight[e] = graph.weights![k]!;
      e++;
    }
  }
  return edges;
}
