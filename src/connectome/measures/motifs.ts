/**
 * Motifs: how often each connected pattern of three or four nodes occurs.
 *
 * A pattern is named by a number that does not depend on the order of its nodes: the smallest, over all orders, of the
 * number whose bits are the entries of the adjacency matrix without its diagonal, row by row. Patterns are induced: they
 * hold all edges among their nodes. Undirected graphs are taken as edges in both directions.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import type { Graph } from "../graph/graph.js";
import { type Network, viewOf } from "./conventions.js";

export interface MotifCounts {
  readonly size: 3 | 4;
  /** Number of each pattern that occurs, ascending. */
  readonly pattern: Uint32Array;
  readonly count: Float64Array;
  /** Edges of each pattern. */
  readonly edges: Uint32Array;
  /** Standard names of patterns of three (Holland & Leinhardt), such as "030T"; of four "". */
  readonly names: readonly string[];
  readonly method: string;
  readonly source: string;
}

/** A pattern of three for each name: edges among nodes 0, 1, 2. Source: Holland & Leinhardt 1976, Sociol Methodol 7:1. */
const triads: Readonly<Record<string, readonly string[]>> = {
  "021D": ["01", "02"],
  "021U": ["10", "20"],
  "021C": ["01", "12"],
  "111D": ["01", "10", "21"],
  "111U": ["01", "10", "12"],
  "030T": ["01", "02", "12"],
  "030C": ["01", "12", "20"],
  "201": ["01", "10", "12", "21"],
  "120D": ["01", "02", "12", "21"],
  "120U": ["10", "20", "12", "21"],
  "120C": ["10", "02", "12", "21"],
  "210": ["01", "10", "12", "21", "02"],
  "300": ["01", "10", "12", "21", "02", "20"],
};

/** The standard names of the 13 connected patterns of three, in the order of the census. */
export const triadNames: readonly string[] = Object.freeze(Object.keys(triads));

/**
 * Counts the connected induced patterns of `size` nodes. Enumerates them one by one: for graphs of some thousand nodes.
 *
 * @throws WbeError ARGUMENT for a size other than 3 or 4.
 * Source: Milo et al. 2002, Science 298:824; enumeration by Wernicke 2006, IEEE/ACM Trans Comput Biol Bioinform 3:347.
 */
export function motifs(network: Network, size: 3 | 4): MotifCounts {
  if (size !== 3 && size !== 4) {
    throw new WbeError("ARGUMENT", `expected motifs of 3 or 4 nodes, found ${String(size)}`);
  }
  const graph = viewOf(network, "motifs");
  const canonical = canonicalPatterns(size);
  const tally = new Float64Array(canonical.length);
  const nodes = new Uint32Array(size);
  forEachConnectedSet(graph, size, nodes, () => {
    tally[canonical[patternOf(graph, nodes)]!]!++;
  });
  const found = Array.from(tally.keys()).filter((pattern) => tally[pattern]! > 0);
  const nameOf = size === 3 ? triadNamesByPattern(canonical) : new Map<number, string>();
  return {
    size,
    pattern: Uint32Array.from(found),
    count: Float64Array.from(found, (pattern) => tally[pattern]!),
    edges: Uint32Array.from(found, bitCount),
    names: found.map((pattern) => nameOf.get(pattern) ?? ""),
    method: `connected induced subgraphs of ${size} nodes, each counted once`,
    source: "Milo et al. 2002, Science 298:824; Wernicke 2006, IEEE/ACM Trans Comput Biol Bioinform 3:347",
  };
}

/** Bit of the edge a → b: entries of the matrix in row order, without the diagonal. */
function bitOf(a: number, b: number, size: number): number {
  return 1 << (a * (size - 1) + (b > a ? b - 1 : b));
}

function patternOf(graph: Graph, nodes: Uint32Array): number {
  let pattern = 0;
  for (let a = 0; a < nodes.length; a++) {
    for (let b = 0; b < nodes.length; b++) {
      if (a !== b && graph.entryOf(nodes[a]!, nodes[b]!) >= 0) pattern |= bitOf(a, b, nodes.length);
    }
  }
  return pattern;
}

/** The canonical number of every pattern. */
function canonicalPatterns(size: number): Uint16Array {
  const orders = permutations(size);
  const canonical = new Uint16Array(1 << (size * (size - 1)));
  for (let pattern = 0; pattern < canonical.length; pattern++) {
    let smallest = pattern;
    for (const order of orders) {
      let renamed = 0;
      for (let a = 0; a < size; a++) {
        for (let b = 0; b < size; b++) {
          if (a !== b && pattern & bitOf(a, b, size)) renamed |= bitOf(order[a]!, order[b]!, size);
        }
      }
      smallest = Math.min(smallest, renamed);
    }
    canonical[pattern] = smallest;
  }
  return canonical;
}

function permutations(size: number): number[][] {
  if (size === 0) return [[]];
  return permutations(size - 1).flatMap((rest) =>
    Array.from({ length: size }, (_, place) => [...rest.slice(0, place), size - 1, ...rest.slice(place)]),
  );
}

function bitCount(pattern: number): number {
  let bits = 0;
  for (let rest = pattern; rest; rest &= rest - 1) bits++;
  return bits;
}

function triadNamesByPattern(canonical: Uint16Array): Map<number, string> {
  return new Map(
    Object.entries(triads).map(([name, edges]) => {
      const pattern = edges.reduce((bits, edge) => bits | bitOf(Number(edge[0]), Number(edge[1]), 3), 0);
      return [canonical[pattern]!, name];
    }),
  );
}

/** Visits each connected set once, from its lowest node: a set grows by neighbours that no earlier member has. */
function forEachConnectedSet(graph: Graph, size: number, nodes: Uint32Array, visit: () => void): void {
  const { offsets, neighbours } = graph.undirected;
  /** Members of the set and their neighbours: how many members see the node. */
  const seen = new Uint8Array(graph.nNodes);
  const mark = (node: number, by: number) => {
    seen[node]! += by;
    for (let k = offsets[node]!; k < offsets[node + 1]!; k++) seen[neighbours[k]!]! += by;
  };
  const extend = (depth: number, candidates: readonly number[]) => {
    const root = nodes[0]!;
    for (let c = 0; c < candidates.length; c++) {
      const node = candidates[c]!;
      nodes[depth] = node;
      if (depth + 1 === size) {
        visit();
        continue;
      }
      const further = candidates.slice(c + 1);
      for (let k = offsets[node]!; k < offsets[node + 1]!; k++) {
        const other = neighbours[k]!;
        if (other > root && seen[other] === 0) further.push(other);
      }
      mark(node, 1);
      extend(depth + 1, further);
      mark(node, -1);
    }
  };
  for (let root = 0; root < graph.nNodes; root++) {
    nodes[0] = root;
    const first: number[] = [];
    for (let k = offsets[root]!; k < offsets[root + 1]!; k++) if (neighbours[k]! > root) first.push(neighbours[k]!);
    mark(root, 1);
    extend(1, first);
    mark(root, -1);
  }
}
