/** Eigenvector centrality. @module */
import { type MeasuredNodes, type Network, nodeColumn, viewOf, type WeightOption } from "./conventions.js";
import { perronVector } from "./spectral.js";

/**
 * Eigenvector centrality: a node is central to which central nodes project. The non-negative left eigenvector of the
 * largest eigenvalue (x_j = Σ_i x_i·w_ij/λ), of length 1. NaN with a warning for a graph without circles, which has no
 * such eigenvalue; a warning where the graph is not strongly connected and the vector may not be the only one.
 *
 * Source: Bonacich 1972, J Math Sociol 2:113. Power iteration on W + I.
 */
export function eigenvectorCentrality(network: Network, options: WeightOption = {}): MeasuredNodes {
  const { weighted = false } = options;
  const graph = viewOf(network, "eigenvector centrality", { weighted });
  const { vector, radius, iterations, warnings } = perronVector(graph);
  return nodeColumn("eigenvector centrality", "1", "Eigenvector centrality, Euclidean length 1", vector, {
    method: "left eigenvector of the largest eigenvalue, by power iteration",
    source: "Bonacich 1972, J Math Sociol 2:113",
    parameters: { weighted, spectralRadius: radius, iterations },
    warnings,
  });
}
