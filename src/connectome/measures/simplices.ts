/** Directed simplices and Betti numbers: the topology of all-to-all connected groups. @module */
import { requireInteger } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import type { Graph } from "../graph/graph.js";
import { type Network, viewOf } from "./conventions.js";

export interface SimplexOptions {
  /** Largest dimension that is counted (a simplex of dimension d has d + 1 nodes). Default: all. */
  maxDimension?: number;
}

export interface SimplexCounts {
  /** Number of simplices by dimension: nodes, edges, triangles, … */
  readonly count: Float64Array;
  /** Σ (−1)^d · count[d], over the dimensions counted. */
  readonly eulerCharacteristic: number;
  readonly method: string;
  readonly source: string;
}

const source = "Reimann et al. 2017, Front Comput Neurosci 11:48";
/** Simplices that Betti numbers are computed from, in all. */
const maxCells = 1_000_000;

/**
 * Directed simplices: ordered groups v₀ … v_d with an edge v_i → v_j for all i < j, so that there is one source and one
 * sink. In an undirected graph cliques, each once.
 *
 * Source: Reimann et al. 2017, Front Comput Neurosci 11:48.
 */
export function directedSimplices(network: Network, options: SimplexOptions = {}): SimplexCounts {
  const { maxDimension = Number.MAX_SAFE_INTEGER } = options;
  requireInteger(maxDimension, 0, Number.MAX_SAFE_INTEGER, "the largest dimension of simplices");
  const count: number[] = [];
  forEachSimplex(viewOf(network, "simplices"), maxDimension, (_, dimension) => {
    count[dimension] = (count[dimension] ?? 0) + 1;
  });
  return {
    count: Float64Array.from(count),
    eulerCharacteristic: count.reduce((sum, c, dimension) => sum + (dimension % 2 ? -c : c), 0),
    method: "ordered cliques with edges from earlier to later nodes (directed flag complex)",
    source,
  };
}

/**
 * Betti numbers of the directed flag complex over the field of two elements: parts, holes, cavities, … for dimensions 0
 * to `maxDimension` (default 2). By reduction of the boundary matrices.
 *
 * Source: Reimann et al. 2017; Edelsbrunner & Harer 2010, Computational Topology, chapter IV.
 * @throws WbeError LIMIT above 10⁶ simplices.
 */
export function bettiNumbers(network: Network, options: SimplexOptions = {}): Uint32Array {
  const { maxDimension = 2 } = options;
  requireInteger(maxDimension, 0, 20, "the largest dimension of Betti numbers");
  const graph = viewOf(network, "Betti numbers");
  /** By dimension: name of a simplex → its number. */
  const cells: Map<string, number>[] = [];
  let total = 0;
  forEachSimplex(graph, maxDimension + 1, (nodes, dimension) => {
    if (++total > maxCells) {
      throw new WbeError("LIMIT", `expected at most ${maxCells} simplices for Betti numbers, found more`, {
        remedy: "Lower maxDimension, or take a subgraph.",
      });
    }
    cells[dimension] ??= new Map();
    cells[dimension].set(nodes.slice(0, dimension + 1).join(), cells[dimension].size);
  });
  const rank = (dimension: number): number => {
    const own = cells[dimension];
    return dimension === 0 || !own ? 0 : boundaryRank(own, cells[dimension - 1]!);
  };
  const ranks = Array.from({ length: maxDimension + 2 }, (_, dimension) => rank(dimension));
  return Uint32Array.from({ length: maxDimension + 1 }, (_, d) => (cells[d]?.size ?? 0) - ranks[d]! - ranks[d + 1]!);
}

/** Rank over two elements of the map from simplices to their faces: columns are reduced by those with the same last face. */
function boundaryRank(cells: Map<string, number>, faces: Map<string, number>): number {
  const columnOfLast = new Map<number, number[]>();
  for (const name of cells.keys()) {
    const nodes = name.split(",");
    let column = nodes.map((_, left) => faces.get(nodes.filter((__, at) => at !== left).join())!).sort((a, b) => a - b);
    while (column.length > 0) {
      const other = columnOfLast.get(column.at(-1)!);
      if (!other) {
        columnOfLast.set(column.at(-1)!, column);
        break;
      }
      column = symmetricDifference(column, other);
    }
  }
  return columnOfLast.size;
}

function symmetricDifference(a: readonly number[], b: readonly number[]): number[] {
  const out: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const difference = (a[i] ?? Number.POSITIVE_INFINITY) - (b[j] ?? Number.POSITIVE_INFINITY);
    if (difference < 0) out.push(a[i]!);
    else if (difference > 0) out.push(b[j]!);
    if (difference <= 0) i++;
    if (difference >= 0) j++;
  }
  return out;
}

/** Visits every simplex, faces before what they bound only in dimension order of each branch; `nodes` is reused. */
function forEachSimplex(graph: Graph, maxDimension: number, visit: (nodes: number[], dimension: number) => void): void {
  const { offsets, neighbours, directed } = graph;
  const nodes: number[] = [];
  const grow = (candidates: readonly number[] | Uint32Array) => {
    const dimension = nodes.length;
    for (const node of candidates) {
      nodes[dimension] = node;
      nodes.length = dimension + 1;
      visit(nodes, dimension);
      if (dimension < maxDimension) grow(next(candidates, node));
    }
    nodes.length = dimension;
  };
  /** Candidates to which the node has an edge; both lists ascend. */
  const next = (candidates: readonly number[] | Uint32Array, node: number): number[] => {
    const common: number[] = [];
    let c = 0;
    for (let k = offsets[node]!; k < offsets[node + 1]!; k++) {
      const other = neighbours[k]!;
      if (!directed && other < node) continue;
      while (c < candidates.length && candidates[c]! < other) c++;
      if (c < candidates.length && candidates[c] === other) common.push(other);
    }
    return common;
  };
  grow(Uint32Array.from({ length: graph.nNodes }, (_, i) => i));
}
