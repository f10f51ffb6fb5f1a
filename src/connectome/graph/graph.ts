/**
 * A graph of nodes and weighted edges as compressed sparse rows: what all measures work on.
 *
 * At most one edge joins an ordered pair: parallel edges are summed when the graph is made, and an edge whose weights
 * sum to 0 is still an edge. In an undirected graph each edge stands in the rows of both its ends, a loop once. Rows are
 * ascending. No object per node or edge: 4 bytes per edge and direction, plus 4 or 8 for a weight.
 *
 * @module
 */
import { requireInteger } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import { Connectome } from "../columns.js";
import { weightMatrix } from "../views.js";

export type EdgeWeights = Float32Array | Float64Array;

export interface GraphInput {
  readonly nNodes: number;
  readonly source: ArrayLike<number>;
  readonly target: ArrayLike<number>;
  /** One per edge; 1 for all where left out. */
  readonly weight?: ArrayLike<number>;
  /** Default true. An edge of an undirected graph is given once, in either order. */
  readonly directed?: boolean;
}

/** Rows in canonical form, as they come from a sparse matrix. */
export interface GraphRows {
  readonly nNodes: number;
  readonly directed: boolean;
  /** Length nNodes + 1. */
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
  /** One per entry of `neighbours`; null: all 1. */
  readonly weights: EdgeWeights | null;
}

/**
 * @example
 * const graph = Graph.fromEdges({ nNodes: 3, source: [0, 1], target: [1, 2] });
 * for (let k = graph.offsets[0]!; k < graph.offsets[1]!; k++) console.log(graph.neighbours[k]);
 */
export class Graph implements GraphRows {
  readonly nNodes: number;
  readonly directed: boolean;
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
  readonly weights: EdgeWeights | null;
  #reversed: Graph | null = null;
  #undirected: Graph | null = null;
  #simple: Graph | null = null;
  #binary: Graph | null = null;

  /** Takes rows as they are, without a copy or check; see `fromEdges` for edges in any order. */
  constructor({ nNodes, directed, offsets, neighbours, weights }: GraphRows) {
    this.nNodes = nNodes;
    this.directed = directed;
    this.offsets = offsets;
    this.neighbours = neighbours;
    this.weights = weights;
  }

  /**
   * From edges in any order; parallel ones are summed. O(nodes + edges).
   *
   * @throws WbeError ARGUMENT for ends outside the nodes, columns of different lengths, weights that are not finite.
   */
  static fromEdges(input: GraphInput): Graph {
    const { nNodes, source, target, weight, directed = true } = input;
    requireInteger(nNodes, 0, 0xfffffffe, "the number of nodes", "a graph");
    checkEdges(input);
    const rows = sortIntoRows(nNodes, source, target, weight ?? null, directed);
    return new Graph({ nNodes, directed, ...mergeParallel(rows) });
  }

  /** Edges; in an undirected graph each counts once. */
  get nEdges(): number {
    if (this.directed) return this.neighbours.length;
    return (this.neighbours.length + this.nLoops) / 2;
  }

  /** Edges from a node to itself. */
  get nLoops(): number {
    let loops = 0;
    for (let i = 0; i < this.nNodes; i++) {
      for (let k = this.offsets[i]!; k < this.offsets[i + 1]!; k++) if (this.neighbours[k] === i) loops++;
    }
    return loops;
  }

  /** The edges turned round: its rows are the incoming edges. Made at the first use; an undirected graph is its own. */
  get reversed(): Graph {
    if (!this.directed) return this;
    if (!this.#reversed) {
      this.#reversed = new Graph({ nNodes: this.nNodes, directed: true, ...transposeRows(this) });
      this.#reversed.#reversed = this;
    }
    return this.#reversed;
  }

  /**
   * Pairs joined in either direction; the weight is (Wᵀ + W)/2, where an absent edge counts 0 (so a symmetric directed
   * graph keeps its weights). Made at the first use.
   */
  get undirected(): Graph {
    if (!this.directed) return this;
    this.#undirected ??= joinDirections(this);
    return this.#undirected;
  }

  /** Every weight 1; shares the rows. */
  get binary(): Graph {
    if (!this.weights) return this;
    const { nNodes, directed, offsets, neighbours } = this;
    this.#binary ??= new Graph({ nNodes, directed, offsets, neighbours, weights: null });
    return this.#binary;
  }

  /** Without edges from a node to itself. Made at the first use; the graph itself where it has none. */
  get simple(): Graph {
    this.#simple ??= this.nLoops === 0 ? this : this.filterEdges((source, target) => source !== target);
    return this.#simple;
  }

  /** The edges for which `keep` is true; in an undirected graph it must not depend on the order of the ends. */
  filterEdges(keep: (source: number, target: number, weight: number) => boolean): Graph {
    const { nNodes, directed, offsets, neighbours, weights } = this;
    const kept = new Uint32Array(nNodes + 1);
    const neighboursOut = new Uint32Array(neighbours.length);
    const weightsOut = weights?.slice() ?? null;
    let to = 0;
    for (let i = 0; i < nNodes; i++) {
      for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
        const j = neighbours[k]!;
        if (!keep(i, j, weights ? weights[k]! : 1)) continue;
        neighboursOut[to] = j;
        if (weightsOut) weightsOut[to] = weights![k]!;
        to++;
      }
      kept[i + 1] = to;
    }
    return new Graph({
      nNodes,
      directed,
      offsets: kept,
      neighbours: neighboursOut.slice(0, to),
      weights: weightsOut?.slice(0, to) ?? null,
    });
  }

  /** The same edges, each with the weight that `weigh` gives it. */
  mapWeights(weigh: (weight: number, source: number, target: number) => number): Graph {
    const { nNodes, directed, offsets, neighbours, weights } = this;
    const mapped = new Float64Array(neighbours.length);
    for (let i = 0; i < nNodes; i++) {
      for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
        mapped[k] = weigh(weights ? weights[k]! : 1, i, neighbours[k]!);
      }
    }
    return new Graph({ nNodes, directed, offsets, neighbours, weights: mapped });
  }

  /** Weight of the edge, 0 where there is none. Logarithmic in the degree. */
  weightOf(source: number, target: number): number {
    const k = this.entryOf(source, target);
    return k < 0 ? 0 : this.weights ? this.weights[k]! : 1;
  }

  /** Place of the edge in `neighbours`, −1 where there is none. */
  entryOf(source: number, target: number): number {
    let low = this.offsets[source]!;
    let high = this.offsets[source + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.neighbours[middle]! < target) low = middle + 1;
      else high = middle;
    }
    return low < this.offsets[source + 1]! && this.neighbours[low] === target ? low : -1;
  }

  /** Bytes of its own arrays. */
  get byteLength(): number {
    return this.offsets.byteLength + this.neighbours.byteLength + (this.weights?.byteLength ?? 0);
  }
}

const ofConnectome = new WeakMap<Connectome, Graph>();

/**
 * The graph of a connectome: neurons and connected ordered pairs, weight = summed weight of the pair in nS. All types of
 * synapses are taken: use `connectome.ofTypes(…)` first to measure the chemical or the electrical network. A graph is
 * returned as it is. Made once per connectome.
 */
export function graphOf(network: Connectome | Graph): Graph {
  if (!(network instanceof Connectome)) return network;
  let graph = ofConnectome.get(network);
  if (!graph) {
    const { rowOffsets: offsets, columns: neighbours, values } = weightMatrix(network);
    graph = new Graph({ nNodes: network.nNeurons, directed: true, offsets, neighbours, weights: compact(values) });
    ofConnectome.set(network, graph);
  }
  return graph;
}

function checkEdges({ nNodes, source, target, weight }: GraphInput): void {
  const count = source.length;
  if (target.length !== count || (weight !== undefined && weight.length !== count)) {
    throw new WbeError(
      "ARGUMENT",
      `expected columns of one length, found source ${count}, target ${target.length}, weight ${weight?.length ?? "none"}`,
      { where: "the edges of a graph" },
    );
  }
  for (let e = 0; e < count; e++) {
    const from = source[e]!;
    const to = target[e]!;
    // Also false for NaN and for what is not whole.
    if (!(from >>> 0 === from && from < nNodes && to >>> 0 === to && to < nNodes)) {
      throw new WbeError("ARGUMENT", `expected ends from 0 to ${nNodes - 1}, found ${from} → ${to}`, {
        where: `edge ${e} of a graph`,
      });
    }
    if (weight && !Number.isFinite(weight[e]!)) {
      throw new WbeError("ARGUMENT", `expected a finite weight, found ${weight[e]}`, { where: `edge ${e} of a graph` });
    }
  }
}

type Rows = Pick<GraphRows, "offsets" | "neighbours" | "weights">;

/** Counting sort by target, then by source: stable, and linear. Undirected edges are put into both rows. */
function sortIntoRows(
  n: number,
  source: ArrayLike<number>,
  target: ArrayLike<number>,
  weight: ArrayLike<number> | null,
  directed: boolean,
): Rows {
  const count = source.length;
  const columnEnds = new Uint32Array(n + 1);
  const rowEnds = new Uint32Array(n + 1);
  for (let e = 0; e < count; e++) {
    const [i, j] = [source[e]!, target[e]!];
    rowEnds[i + 1]!++;
    columnEnds[j + 1]!++;
    if (!directed && i !== j) {
      rowEnds[j + 1]!++;
      columnEnds[i + 1]!++;
    }
  }
  for (let i = 0; i < n; i++) {
    rowEnds[i + 1]! += rowEnds[i];
    columnEnds[i + 1]! += columnEnds[i];
  }
  const total = rowEnds[n]!;
  const byColumn = new Uint32Array(total);
  const edgeOf = weight ? new Uint32Array(total) : null;
  const next = columnEnds.slice();
  const put = (from: number, to: number, edge: number) => {
    const place = next[to]!++;
    byColumn[place] = from;
    if (edgeOf) edgeOf[place] = edge;
  };
  for (let e = 0; e < count; e++) {
    const [i, j] = [source[e]!, target[e]!];
    put(i, j, e);
    if (!directed && i !== j) put(j, i, e);
  }
  next.set(rowEnds);
  const neighbours = new Uint32Array(total);
  const weights = weight ? new Float64Array(total) : null;
  for (let column = 0; column < n; column++) {
    for (let k = columnEnds[column]!; k < columnEnds[column + 1]!; k++) {
      const place = next[byColumn[k]!]!++;
      neighbours[place] = column;
      if (weights) weights[place] = weight![edgeOf![k]!]!;
    }
  }
  return { offsets: rowEnds, neighbours, weights };
}

function mergeParallel({ offsets, neighbours, weights }: Rows): Rows {
  const n = offsets.length - 1;
  let parallel = 0;
  for (let i = 0; i < n; i++) {
    for (let k = offsets[i]! + 1; k < offsets[i + 1]!; k++) if (neighbours[k] === neighbours[k - 1]) parallel++;
  }
  if (parallel === 0) return { offsets, neighbours, weights: weights && compact(weights) };
  const merged = new Uint32Array(n + 1);
  const neighboursOut = new Uint32Array(neighbours.length - parallel);
  const sums = new Float64Array(neighboursOut.length);
  let to = -1;
  for (let i = 0; i < n; i++) {
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
      if (k === offsets[i] || neighbours[k] !== neighbours[k - 1]) neighboursOut[++to] = neighbours[k]!;
      sums[to]! += weights ? weights[k]! : 1;
    }
    merged[i + 1] = to + 1;
  }
  return { offsets: merged, neighbours: neighboursOut, weights: compact(sums) };
}

/** In single precision where that loses nothing: half the memory. */
export function compact(weights: EdgeWeights): EdgeWeights {
  if (weights instanceof Float32Array) return weights;
  for (let k = 0; k < weights.length; k++) if (Math.fround(weights[k]!) !== weights[k]) return weights;
  return Float32Array.from(weights);
}

function transposeRows({ nNodes, offsets, neighbours, weights }: GraphRows): Rows {
  const ends = new Uint32Array(nNodes + 1);
  for (let k = 0; k < neighbours.length; k++) ends[neighbours[k]! + 1]!++;
  for (let i = 0; i < nNodes; i++) ends[i + 1]! += ends[i];
  const next = ends.slice();
  const turned = new Uint32Array(neighbours.length);
  const weightsOut =
    weights && (weights instanceof Float32Array ? new Float32Array(weights.length) : new Float64Array(weights.length));
  for (let i = 0; i < nNodes; i++) {
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
      const place = next[neighbours[k]!]!++;
      turned[place] = i;
      if (weightsOut) weightsOut[place] = weights![k]!;
    }
  }
  return { offsets: ends, neighbours: turned, weights: weightsOut };
}

/** Merges the rows of outgoing and incoming edges. */
function joinDirections(graph: Graph): Graph {
  const { nNodes, offsets, neighbours, weights } = graph;
  const back = graph.reversed;
  const joined = new Uint32Array(nNodes + 1);
  const neighboursOut = new Uint32Array(2 * neighbours.length);
  const weightsOut = weights && new Float64Array(2 * neighbours.length);
  let to = 0;
  for (let i = 0; i < nNodes; i++) {
    let k = offsets[i]!;
    let b = back.offsets[i]!;
    const [kEnd, bEnd] = [offsets[i + 1]!, back.offsets[i + 1]!];
    while (k < kEnd || b < bEnd) {
      const out = k < kEnd ? neighbours[k]! : nNodes;
      const into = b < bEnd ? back.neighbours[b]! : nNodes;
      neighboursOut[to] = Math.min(out, into);
      let sum = 0;
      if (out <= into) sum += weights ? weights[k]! : 1;
      if (into <= out) sum += back.weights ? back.weights[b]! : 1;
      if (weightsOut) weightsOut[to] = sum / 2;
      if (out <= into) k++;
      if (into <= out) b++;
      to++;
    }
    joined[i + 1] = to;
  }
  return new Graph({
    nNodes,
    directed: false,
    offsets: joined,
    neighbours: neighboursOut.slice(0, to),
    weights: weightsOut && compact(weightsOut.slice(0, to)),
  });
}
