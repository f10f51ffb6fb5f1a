/** Clustering: how often the neighbours of a node are neighbours of each other. @module */
import { pow } from "../../core/math.js";
import type { Measured } from "../../core/measured.js";
import type { Graph } from "../graph/graph.js";
import { triangleSums } from "../graph/triangles.js";
import {
  largestOf,
  type MeasuredNodes,
  mean,
  type Network,
  nodeColumn,
  viewOf,
  type WeightOption,
} from "./conventions.js";

export interface ClusteringOptions extends WeightOption {
  /** Take directions into account (Fagiolo). Default: where the graph is directed. */
  directed?: boolean;
}

const sources = {
  undirected: "Watts & Strogatz 1998, Nature 393:440",
  weighted: "Onnela et al. 2005, Phys Rev E 71:065103",
  directed: "Fagiolo 2007, Phys Rev E 76:026107",
  signed: "Costantini & Perugini 2014, PLoS ONE 9:e88669",
};

/**
 * Clustering coefficient of each node: triangles over the pairs of neighbours that could close one. Weighted: geometric
 * mean of the three weights, each over the largest weight of the graph. Directed: all directed triangles over all that
 * could be. 0 for a node with fewer than two neighbours, as in networkx and the BCT.
 *
 * @throws WbeError ARGUMENT for negative weights (see `signedClustering`).
 */
export function clustering(network: Network, options: ClusteringOptions = {}): MeasuredNodes {
  const { weighted = false } = options;
  const graph = viewOf(network, "clustering", { weighted });
  const directed = graph.directed && (options.directed ?? true);
  const kind = directed ? "directed" : weighted ? "weighted" : "undirected";
  return nodeColumn(
    "clustering",
    "1",
    "Clustering coefficient; 0 below two neighbours",
    directed ? fagiolo(graph) : wattsStrogatz(graph.undirected),
    {
      method: `${directed ? "directed" : "undirected"} clustering${weighted ? ", geometric mean of weights over the largest" : ""}`,
      source: sources[kind],
      parameters: { weighted, directed },
    },
  );
}

/** Mean of the clustering coefficients over all nodes. NaN with a warning without nodes. */
export function meanClustering(network: Network, options: ClusteringOptions = {}): Measured {
  const { data, method, parameters, source } = clustering(network, options);
  const warnings = data.length === 0 ? ["no nodes: mean clustering is not defined"] : [];
  return { value: mean(data), unit: "1", method: `mean over nodes of: ${method}`, parameters, source, warnings };
}

/**
 * Closed over connected triples (undirected, without weights): 3 × triangles / paths of two edges. NaN with a warning
 * where there is no such path. Source: Newman 2003, SIAM Rev 45:167.
 */
export function transitivity(network: Network): Measured {
  const graph = viewOf(network, "transitivity", { undirected: true });
  let closed = 0;
  let triples = 0;
  const triangles = triangleSums(graph);
  for (let i = 0; i < graph.nNodes; i++) {
    const degree = graph.offsets[i + 1]! - graph.offsets[i]!;
    closed += triangles[i]!;
    triples += (degree * (degree - 1)) / 2;
  }
  return {
    value: triples === 0 ? Number.NaN : closed / triples,
    unit: "1",
    method: "3 × triangles / connected triples, undirected",
    parameters: { triangles: closed / 3, triples },
    source: "Newman 2003, SIAM Rev 45:167",
    warnings: triples === 0 ? ["no node has two neighbours: transitivity is not defined"] : [],
  };
}

/**
 * Clustering with signs, undirected: Σ w_ij·w_jk·w_ki over Σ |w_ij·w_ik|, −1 … 1; 0 below two neighbours.
 * Source: Costantini & Perugini 2014, PLoS ONE 9:e88669.
 */
export function signedClustering(network: Network): MeasuredNodes {
  const graph = viewOf(network, "signed clustering", { weighted: true, undirected: true, signed: true });
  const { offsets, weights } = graph;
  const data = triangleSums(graph);
  for (let i = 0; i < graph.nNodes; i++) {
    let sum = 0;
    let squares = 0;
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
      const weight = weights ? weights[k]! : 1;
      sum += Math.abs(weight);
      squares += weight * weight;
    }
    const pairs = sum * sum - squares;
    data[i] = offsets[i + 1]! - offsets[i]! < 2 || pairs <= 0 ? 0 : (2 * data[i]!) / pairs;
  }
  return nodeColumn("signed clustering", "1", "Signed clustering; 0 below two neighbours", data, {
    method: "Σ w_ij·w_jk·w_ki / Σ |w_ij·w_ik|, undirected",
    source: sources.signed,
  });
}

function wattsStrogatz(graph: Graph): Float64Array {
  const data = triangleSums(rootedWeights(graph));
  for (let i = 0; i < data.length; i++) {
    const degree = graph.offsets[i + 1]! - graph.offsets[i]!;
    data[i] = degree < 2 ? 0 : (2 * data[i]!) / (degree * (degree - 1));
  }
  return data;
}

function fagiolo(graph: Graph): Float64Array {
  // Weights of 1 where there are none, so that joining directions says how many there were.
  const skeleton = (graph.weights ? rootedWeights(graph) : graph.mapWeights(() => 1)).undirected;
  const data = triangleSums(skeleton);
  const back = graph.reversed;
  for (let i = 0; i < data.length; i++) {
    const total = graph.offsets[i + 1]! - graph.offsets[i]! + back.offsets[i + 1]! - back.offsets[i]!;
    const mutual = total - (skeleton.offsets[i + 1]! - skeleton.offsets[i]!);
    const possible = total * (total - 1) - 2 * mutual;
    // The skeleton's weights are (a_ij + a_ji)/2: each triangle is 8 times smaller than Fagiolo's.
    data[i] = possible <= 0 ? 0 : (8 * data[i]!) / possible;
  }
  return data;
}

/** Cube roots of the weights over the largest one; the graph itself without weights. */
function rootedWeights(graph: Graph): Graph {
  if (!graph.weights) return graph;
  const largest = largestOf(graph.weights);
  return graph.mapWeights((w) => (largest > 0 ? cubeRoot(w / largest) : 0));
}

function cubeRoot(x: number): number {
  return x === 0 ? 0 : pow(x, 1 / 3);
}
