/** Spectral radius: the largest magnitude of an eigenvalue of the weight matrix. @module */
import { exp, log } from "../../core/math.js";
import type { Measured } from "../../core/measured.js";
import { denseMatrix, multiply, rowSumNorm } from "../graph/dense.js";
import { Graph } from "../graph/graph.js";
import { strongComponents } from "./components.js";
import { type Network, sumOf, viewOf, type WeightOption } from "./conventions.js";

const maxIterations = 100_000;

/**
 * Spectral radius of the weight matrix, self-connections included. Without negative weights the largest Perron root of
 * the strongly connected components, by power iteration, for graphs of any size. With negative weights from the norms of
 * repeated squares, ρ = lim ‖W^k‖^(1/k), for at most 1,500 nodes.
 *
 * Source: Horn & Johnson, Matrix Analysis, theorems 8.4.4 (Perron–Frobenius) and 5.6.14 (Gelfand).
 * @throws WbeError LIMIT above 1,500 nodes with negative weights.
 */
export function spectralRadius(network: Network, options: WeightOption = {}): Measured {
  const { weighted = false } = options;
  const graph = viewOf(network, "the spectral radius", { weighted, loops: true, signed: true });
  const isSigned = graph.weights?.some((weight) => weight < 0) ?? false;
  const { radius, warnings } = isSigned ? { radius: radiusByNorms(graph), warnings: [] } : radiusOfParts(graph);
  return {
    value: radius,
    unit: weighted ? "weight" : "1",
    method: isSigned ? "limit of ‖W^k‖^(1/k) by repeated squaring" : "largest Perron root of a strong component",
    parameters: { weighted, negativeWeights: isSigned },
    source: "Horn & Johnson, Matrix Analysis, theorems 5.6.14 and 8.4.4",
    warnings,
  };
}

function radiusOfParts(graph: Graph): { radius: number; warnings: string[] } {
  const { component, sizes } = strongComponents(graph);
  const within = graph.filterEdges((source, target) => component[source] === component[target]);
  const warnings: string[] = [];
  let radius = 0;
  const members = Array.from(sizes, () => [] as number[]);
  component.forEach((c, node) => {
    members[c]!.push(node);
  });
  const placeOf = new Uint32Array(graph.nNodes);
  for (const nodes of members) {
    nodes.forEach((node, place) => {
      placeOf[node] = place;
    });
    const part = partOf(within, nodes, placeOf);
    if (part.neighbours.length === 0) continue;
    const found = iterate(part);
    radius = Math.max(radius, found.radius);
    warnings.push(...found.warnings);
  }
  return { radius, warnings };
}

/** One component: its edges lead to its own nodes only. */
function partOf(graph: Graph, nodes: readonly number[], placeOf: Uint32Array): Graph {
  const offsets = new Uint32Array(nodes.length + 1);
  const entries: number[] = [];
  nodes.forEach((node, place) => {
    for (let k = graph.offsets[node]!; k < graph.offsets[node + 1]!; k++) entries.push(k);
    offsets[place + 1] = entries.length;
  });
  return new Graph({
    nNodes: nodes.length,
    directed: true,
    offsets,
    neighbours: Uint32Array.from(entries, (k) => placeOf[graph.neighbours[k]!]!),
    weights: graph.weights && Float64Array.from(entries, (k) => graph.weights![k]!),
  });
}

/**
 * Non-negative left eigenvector of the largest eigenvalue, of length 1, and the eigenvalue; NaN for a graph without
 * circles. For `eigenvectorCentrality`.
 */
export function perronVector(graph: Graph): {
  vector: Float64Array;
  radius: number;
  iterations: number;
  warnings: string[];
} {
  const { sizes, component } = strongComponents(graph);
  const hasCircle = graph.filterEdges((i, j) => component[i] === component[j]).neighbours.length > 0;
  if (!hasCircle) {
    const warnings = ["no walk returns: the largest eigenvalue is 0, and the centrality is not defined"];
    return { vector: new Float64Array(graph.nNodes).fill(Number.NaN), radius: 0, iterations: 0, warnings };
  }
  const found = iterate(graph);
  if (sizes.length > 1) {
    found.warnings.push(
      `the graph has ${sizes.length} strong components: nodes that the strongest does not reach have 0, and the vector may not be the only one`,
    );
  }
  return found;
}

/** Power iteration on Wᵀ + c·I; the shift c keeps circles of one length from swinging. */
function iterate(graph: Graph) {
  const { offsets, neighbours, weights } = graph.reversed;
  const n = graph.nNodes;
  const total = weights ? sumOf(weights) : neighbours.length;
  const shift = total / n / 2;
  let vector = new Float64Array(n).fill(1 / Math.sqrt(n));
  let next = new Float64Array(n);
  let [radius, change, iterations] = [0, Number.POSITIVE_INFINITY, 0];
  while (change > 1e-14 && iterations < maxIterations) {
    let squares = 0;
    for (let j = 0; j < n; j++) {
      let sum = shift * vector[j]!;
      for (let k = offsets[j]!; k < offsets[j + 1]!; k++) sum += (weights ? weights[k]! : 1) * vector[neighbours[k]!]!;
      next[j] = sum;
      squares += sum * sum;
    }
    const length = Math.sqrt(squares);
    if (length === 0) break;
    change = 0;
    for (let j = 0; j < n; j++) {
      next[j]! /= length;
      change = Math.max(change, Math.abs(next[j]! - vector[j]!));
    }
    radius = length - shift;
    [vector, next] = [next, vector];
    iterations++;
  }
  const warnings = change > 1e-14 ? [`after ${iterations} iterations the vector still changes by ${change}`] : [];
  return { vector, radius: Math.max(radius, 0), iterations, warnings };
}

function radiusByNorms(graph: Graph): number {
  const n = graph.nNodes;
  let power = denseMatrix(graph, "the spectral radius with negative weights");
  let logRadius = 0;
  for (let squarings = 0; squarings < 60; squarings++) {
    const norm = rowSumNorm(power, n);
    if (norm === 0) return 0;
    const gained = log(norm) / 2 ** squarings;
    logRadius += gained;
    if (squarings > 8 && Math.abs(gained) < 1e-17) break;
    power = power.map((x) => x / norm);
    power = multiply(power, power, n);
  }
  return exp(logRadius);
}
