/**
 * Triangles at each node of an undirected graph.
 *
 * Edges point from the end of lower degree to that of higher, so that each triangle is found once, from its lowest node,
 * and hubs have short rows. Source: Latapy 2008, Theor Comput Sci 407:458 ("forward").
 *
 * @module
 */
import type { Graph } from "./graph.js";

/**
 * Σ over triangles of the product of their three weights, at each node. Counts triangles where the graph has no
 * weights. The graph must be undirected and without loops. O(edges^1.5).
 */
export function triangleSums(graph: Graph): Float64Array {
  const { nNodes, weights } = graph;
  const { starts, rankOf, heads, headWeights } = orientByDegree(graph);
  const markedBy = new Int32Array(nNodes).fill(-1);
  const markWeight = weights ? new Float64Array(nNodes) : null;
  const byRank = new Float64Array(nNodes);
  for (let u = 0; u < nNodes; u++) {
    const [first, end] = [starts[u]!, starts[u + 1]!];
    if (end - first < 2) continue;
    for (let k = first; k < end; k++) {
      markedBy[heads[k]!] = u;
      if (markWeight) markWeight[heads[k]!] = headWeights![k]!;
    }
    for (let k = first; k < end; k++) {
      const v = heads[k]!;
      for (let l = starts[v]!; l < starts[v + 1]!; l++) {
        const w = heads[l]!;
        if (markedBy[w] !== u) continue;
        const product = markWeight ? headWeights![k]! * headWeights![l]! * markWeight[w]! : 1;
        byRank[u]! += product;
        byRank[v]! += product;
        byRank[w]! += product;
      }
    }
  }
  return Float64Array.from(rankOf, (rank) => byRank[rank]!);
}

/** Nodes renamed by rank of degree (counting sort); each keeps its edges to higher ranks. */
function orientByDegree({ nNodes, offsets, neighbours, weights }: Graph) {
  let largest = 0;
  for (let i = 0; i < nNodes; i++) largest = Math.max(largest, offsets[i + 1]! - offsets[i]!);
  const ends = new Uint32Array(largest + 2);
  for (let i = 0; i < nNodes; i++) ends[offsets[i + 1]! - offsets[i]! + 1]!++;
  for (let d = 0; d <= largest; d++) ends[d + 1]! += ends[d];
  const rankOf = new Uint32Array(nNodes);
  for (let i = 0; i < nNodes; i++) rankOf[i] = ends[offsets[i + 1]! - offsets[i]!]!++;
  const starts = new Uint32Array(nNodes + 1);
  for (let i = 0; i < nNodes; i++) {
    const rank = rankOf[i]!;
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) if (rankOf[neighbours[k]!]! > rank) starts[rank + 1]!++;
  }
  for (let r = 0; r < nNodes; r++) starts[r + 1]! += starts[r];
  const heads = new Uint32Array(starts[nNodes]!);
  const headWeights = weights ? new Float64Array(heads.length) : null;
  for (let i = 0; i < nNodes; i++) {
    const rank = rankOf[i]!;
    let place = starts[rank]!;
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
      const other = rankOf[neighbours[k]!]!;
      if (other <= rank) continue;
      heads[place] = other;
      if (headWeights) headWeights[place] = weights![k]!;
      place++;
    }
  }
  return { starts, rankOf, heads, headWeights };
}
