/** Communicability: walks of all lengths. @module */
import { denseMatrix, exponential } from "../graph/dense.js";
import type { Graph } from "../graph/graph.js";
import type { DenseBlock } from "../views.js";
import { type MeasuredNodes, type Network, nodeColumn, sumOf, viewOf, type WeightOption } from "./conventions.js";

/**
 * Communicability of each pair: walks between them, those of k steps counted 1/k!, the exponential of the adjacency
 * matrix. Weighted: of D^(−1/2)·W·D^(−1/2) with the strengths D (out at the rows, in at the columns), so that strong
 * nodes do not drown the rest. Row = source.
 *
 * Source: Estrada & Hatano 2008, Phys Rev E 77:036111; weighted: Crofts & Higham 2009, J R Soc Interface 6:411.
 * @throws WbeError LIMIT above 1,500 nodes.
 */
export function communicability(network: Network, options: WeightOption = {}): DenseBlock {
  const graph = viewOf(network, "communicability", options);
  const n = graph.nNodes;
  return {
    data: exponential(denseMatrix(graph.weights ? byStrength(graph) : graph, "communicability"), n),
    shape: [n, n],
  };
}

/**
 * Subgraph centrality: closed walks from each node, the diagonal of the communicability.
 * Source: Estrada & Rodríguez-Velázquez 2005, Phys Rev E 71:056103.
 */
export function subgraphCentrality(network: Network, options: WeightOption = {}): MeasuredNodes {
  const { data, shape } = communicability(network, options);
  const diagonal = Float64Array.from({ length: shape[0] }, (_, i) => data[i * shape[0] + i]!);
  return nodeColumn("subgraph centrality", "1", "Closed walks, those of k steps counted 1/k!", diagonal, {
    method: "diagonal of the exponential of the matrix",
    source: "Estrada & Rodríguez-Velázquez 2005, Phys Rev E 71:056103",
    parameters: { weighted: options.weighted ?? false },
  });
}

function byStrength(graph: Graph): Graph {
  const strengthOf = ({ nNodes, offsets, weights }: Graph) =>
    Float64Array.from({ length: nNodes }, (_, i) => sumOf(weights!, offsets[i]!, offsets[i + 1]!));
  const [out, into] = [strengthOf(graph), strengthOf(graph.reversed)];
  return graph.mapWeights((w, i, j) => (w > 0 ? w / Math.sqrt(out[i]! * into[j]!) : 0));
}
