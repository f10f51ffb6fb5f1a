/** Graphs for tests. @module */
import { Graph } from "../../src/connectome/graph/graph.js";

export type Weights = "none" | "positive" | "signed";

/** The random graphs of interop/golden/graph_measures.py, drawn by the same generator. */
export function drawGraph(number: number, directed: boolean, weights: Weights): Graph {
  let state = (Math.imul(2654435761, number + 1) + 97 * Number(directed) + 31 * weights.length) >>> 0;
  const uniform = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const nNodes = 3 + Math.floor(uniform() * 13);
  const p = 0.08 + 0.5 * uniform();
  const edges = { source: [] as number[], target: [] as number[], weight: [] as number[] };
  for (let i = 0; i < nNodes; i++) {
    for (let j = directed ? 0 : i; j < nNodes; j++) {
      if (uniform() >= p * (i === j ? 0.3 : 1)) continue;
      let weight = (1 + Math.floor(16 * uniform())) / 8;
      if (weights === "signed" && uniform() < 0.4) weight = -weight;
      edges.source.push(i);
      edges.target.push(j);
      edges.weight.push(weight);
    }
  }
  const { source, target, weight } = edges;
  return Graph.fromEdges({ nNodes, source, target, directed, ...(weights === "none" ? {} : { weight }) });
}

/** An undirected graph of edges such as "0-2". */
export function graphOfText(nNodes: number, text: string, directed = false): Graph {
  const ends = text
    .split(" ")
    .filter(Boolean)
    .map((edge) => edge.split(/[->]+/).map(Number));
  return Graph.fromEdges({ nNodes, source: ends.map((e) => e[0]!), target: ends.map((e) => e[1]!), directed });
}
