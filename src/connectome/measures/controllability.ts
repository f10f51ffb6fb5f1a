/** Controllability of linear dynamics on a network. @module */
import { symmetricEigen } from "../../core/symmetric-eigen.js";
import { denseMatrix, multiply, transposed } from "../graph/dense.js";
import { type MeasuredNodes, type Network, nodeColumn, viewOf, type WeightOption } from "./conventions.js";

const gu = "Gu et al. 2015, Nat Commun 6:8414";

/** A = W/(1 + largest singular value): stable whatever the weights. */
function stableMatrix(network: Network, weighted: boolean, undirected: boolean) {
  const graph = viewOf(network, "controllability", { weighted, undirected });
  const n = graph.nNodes;
  // x(t+1) = A·x(t): a column holds what a node sends.
  const matrix = transposed(denseMatrix(graph, "controllability"), n);
  const { values } = symmetricEigen(multiply(transposed(matrix, n), matrix, n), n);
  const largest = Math.sqrt(values.reduce((most, v) => Math.max(most, v), 0));
  return { n, matrix: matrix.map((w) => w / (1 + largest)) };
}

/**
 * Average controllability of each node: how far input at the node drives x(t+1) = A·x(t) + u to many easy states, the
 * trace of the infinite controllability Gramian, A = W/(1 + σ_max(W)). At least 1.
 *
 * Source: Gu et al. 2015, Nat Commun 6:8414. @throws WbeError LIMIT above 1,500 nodes.
 */
export function averageControllability(network: Network, options: WeightOption = {}): MeasuredNodes {
  const { weighted = true } = options;
  const { n, matrix } = stableMatrix(network, weighted, false);
  // The trace for node i is (Σ_k (Aᵀ)^k·A^k)_ii; sums over twice as many k with each turn.
  let power: Float64Array = matrix;
  const sum = multiply(transposed(power, n), power, n);
  for (let i = 0; i < n; i++) sum[i * n + i]! += 1;
  for (let doubling = 0; doubling < 60; doubling++) {
    power = multiply(power, power, n);
    const added = multiply(multiply(transposed(power, n), sum, n), power, n);
    let most = 0;
    for (let k = 0; k < added.length; k++) {
      sum[k]! += added[k];
      most = Math.max(most, Math.abs(added[k]!));
    }
    if (most < 1e-17) break;
  }
  const data = Float64Array.from({ length: n }, (_, i) => sum[i * n + i]!);
  return nodeColumn("average controllability", "1", "Trace of the controllability Gramian", data, {
    method: "trace of the infinite-horizon controllability Gramian of W/(1 + σ_max), discrete time",
    source: gu,
    parameters: { weighted },
  });
}

/**
 * Modal controllability of each node: Σ_j (1 − λ_j²)·v_ij² over the eigenmodes of A = W/(1 + σ_max(W)), directions
 * joined; high where a node reaches the fast-decaying modes.
 *
 * Source: Gu et al. 2015, Nat Commun 6:8414. @throws WbeError LIMIT above 1,500 nodes.
 */
export function modalControllability(network: Network, options: WeightOption = {}): MeasuredNodes {
  const { weighted = true } = options;
  const { n, matrix } = stableMatrix(network, weighted, true);
  const { values, vectors } = symmetricEigen(matrix, n);
  const data = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) data[i]! += (1 - values[j]! * values[j]!) * vectors[i * n + j]! * vectors[i * n + j]!;
  }
  return nodeColumn("modal controllability", "1", "Reach of the fast-decaying modes", data, {
    method: "Σ (1 − λ²)·v² over eigenmodes of W/(1 + σ_max), directions joined",
    source: gu,
    parameters: { weighted },
  });
}
