/** Rich club: do the hubs talk to each other more than to others? @module */
import { type Network, viewOf, type WeightOption } from "./conventions.js";

export interface RichClub {
  /** Degrees k from 0 to the largest at which two nodes have more. */
  readonly k: Uint32Array;
  /** φ(k); NaN where fewer than two nodes have a degree above k, or (weighted) no edge is left to compare. */
  readonly phi: Float64Array;
  /** Nodes with a degree above k. */
  readonly nodes: Uint32Array;
  /** Edges among them; both directions of a pair count in a directed graph. */
  readonly edges: Uint32Array;
  readonly method: string;
  readonly source: string;
}

/**
 * Rich-club coefficient φ(k) = edges among the N nodes of degree > k over all possible, N(N−1)/2 or, directed, N(N−1);
 * the degree of a directed graph is in + out. Weighted: weight among them over the sum of as many strongest edges of the
 * whole graph. φ falls to 0 where hubs do not talk. O(edges · log edges).
 *
 * Source: Colizza et al. 2006, Nat Phys 2:110; weighted: Opsahl et al. 2008, Phys Rev Lett 101:168702; van den Heuvel &
 * Sporns 2011, J Neurosci 31:15775.
 */
export function richClub(network: Network, options: WeightOption = {}): RichClub {
  const { weighted = false } = options;
  const graph = viewOf(network, "a rich club", { weighted });
  const { nNodes, directed, offsets, neighbours, weights } = graph;
  const back = graph.reversed;
  const degree = Uint32Array.from({ length: nNodes }, (_, i) => {
    const out = offsets[i + 1]! - offsets[i]!;
    return directed ? out + back.offsets[i + 1]! - back.offsets[i]! : out;
  });
  const largest = degree.reduce((most, d) => Math.max(most, d), 0);
  // What leaves the club when k reaches a degree: nodes of that degree, edges whose lower end has it.
  const nodes = new Uint32Array(largest + 1);
  const edges = new Uint32Array(largest + 1);
  const weight = new Float64Array(largest + 1);
  for (const d of degree) nodes[d]!++;
  for (let i = 0; i < nNodes; i++) {
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
      const j = neighbours[k]!;
      if (!directed && j < i) continue;
      const lower = Math.min(degree[i]!, degree[j]!);
      edges[lower]!++;
      weight[lower]! += weights ? weights[k]! : 1;
    }
  }
  for (let d = largest - 1; d >= 0; d--) {
    nodes[d]! += nodes[d + 1];
    edges[d]! += edges[d + 1];
    weight[d]! += weight[d + 1];
  }
  // Now nodes[d] have at least degree d; the club of k is that of d = k + 1.
  let levels = 0;
  while (levels + 1 <= largest && nodes[levels + 1]! >= 2) levels++;
  const strongest = weights && strongestSums(directed ? weights : half(graph), edges[0] ?? 0);
  const phi = Float64Array.from({ length: levels }, (_, k) => {
    const [n, e] = [nodes[k + 1]!, edges[k + 1]!];
    if (strongest) return e === 0 ? Number.NaN : weight[k + 1]! / strongest[e]!;
    return (directed ? 1 : 2) * (e / (n * (n - 1)));
  });
  return {
    k: Uint32Array.from({ length: levels }, (_, k) => k),
    phi,
    nodes: nodes.slice(1, levels + 1),
    edges: edges.slice(1, levels + 1),
    method: weighted
      ? "weight among nodes of degree > k over that of as many strongest edges"
      : "edges among nodes of degree > k over all possible",
    source: weighted ? "Opsahl et al. 2008, Phys Rev Lett 101:168702" : "Colizza et al. 2006, Nat Phys 2:110",
  };
}

/** Weights of an undirected graph, each edge once. */
function half({ nNodes, offsets, neighbours, weights }: ReturnType<typeof viewOf>): Float64Array {
  const once: number[] = [];
  for (let i = 0; i < nNodes; i++) {
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) if (neighbours[k]! >= i) once.push(weights![k]!);
  }
  return Float64Array.from(once);
}

/** Sums of the 0, 1, 2, … largest weights. */
function strongestSums(weights: ArrayLike<number>, count: number): Float64Array {
  const sorted = Float64Array.from(weights).sort().reverse();
  const sums = new Float64Array(count + 1);
  for (let e = 0; e < count; e++) sums[e + 1] = sums[e]! + sorted[e]!;
  return sums;
}
