/**
 * Null models of a graph: random graphs that keep some of its properties. All come from seeds, keep the number of nodes
 * and edges, and have no edges from a node to itself.
 *
 * @module
 */
import { requireInteger, requireWithin } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import { RandomStream } from "../../core/random.js";
import { Stream } from "../../core/streams.js";
import { Graph } from "../graph/graph.js";
import { type Network, viewOf } from "../measures/conventions.js";
import { type EdgeList, listEdges } from "./edge-list.js";
import { makeEdgeSet } from "./edge-set.js";
import { matchStrengths } from "./strengths.js";

/**
 * - `degrees`: in- and out-degree of every node; weights go with their edges, so out-strengths stay too where directed.
 * - `lengths`: as `degrees`, and the number of edges in each bin of length (needs `positions`).
 * - `strengths`: as `degrees`, with weights dealt anew so that strengths stay nearly.
 * - `weights`: all edges stay, their weights are shuffled.
 * - `density`: only the number of edges; weights are shuffled.
 * - `lattice`: as `degrees`, with edges as near the diagonal of the matrix as swaps bring them.
 */
export type NullKind = "degrees" | "lengths" | "strengths" | "weights" | "density" | "lattice";

export const nullKinds: readonly NullKind[] = ["degrees", "lengths", "strengths", "weights", "density", "lattice"];

export interface NullOptions {
  /** Default "degrees". */
  kind?: NullKind;
  /** Whole number from 0 to 2³²−1. */
  seed: number;
  /** Which of the graphs of a seed. Default 0. */
  draw?: number;
  /** Tried swaps per edge. Default 10 (as in the Brain Connectivity Toolbox); 1,000 for a lattice, which comes slowly. */
  swaps?: number;
  /** um, x y z of each node in turn; for `lengths`. */
  positions?: ArrayLike<number>;
  /** Bins of length between the shortest and the longest edge, for `lengths`. Default 20. */
  lengthBins?: number;
}

/**
 * A random graph that keeps what `kind` says of the given one. Equal seeds and draws give equal graphs on every machine.
 *
 * Source: Maslov & Sneppen 2002, Science 296:910 (swaps); Betzel & Bassett 2018, PNAS 115:E4880 (lengths); Milisav et al.
 * 2025, Nat Comput Sci 5:48 (strengths); Sporns & Zwi 2004, Neuroinformatics 2:145 (lattice).
 * @throws WbeError ARGUMENT for an unknown kind, a seed or number out of range, or positions that are missing.
 */
export function randomise(network: Network, options: NullOptions): Graph {
  const { kind = "degrees", draw = 0, swaps = kind === "lattice" ? 1000 : 10 } = options;
  if (!nullKinds.includes(kind)) {
    throw new WbeError("ARGUMENT", `expected a null model out of ${nullKinds.join(", ")}, found "${String(kind)}"`);
  }
  requireWithin(swaps, 0, 1e6, "the swaps per edge");
  const graph = viewOf(network, "a null model", { weighted: true, signed: true });
  const edges = listEdges(graph);
  const random = new RandomStream(options.seed, Stream.nullModel, requireInteger(draw, 0, 0xffffffff, "the draw"));
  if (kind === "weights") shuffleWeights(edges, random);
  else if (kind === "density") scatter(graph, edges, random);
  else {
    const rule = kind === "lengths" ? keepLengths(graph, edges, options) : kind === "lattice" ? nearer(graph) : null;
    swapEdges(graph, edges, Math.round(swaps * edges.source.length), random, rule);
    if (kind === "strengths" && edges.weight) matchStrengths(graph, edges, random);
  }
  const { source, target, weight } = edges;
  return Graph.fromEdges({
    nNodes: graph.nNodes,
    directed: graph.directed,
    source,
    target,
    weight: weight ?? undefined,
  });
}

/** May a → b and c → d become a → d and c → b? */
type SwapRule = (a: number, b: number, c: number, d: number) => boolean;

/** Tries `tries` swaps of the ends of two edges; those that would make a loop or a parallel edge are left. */
function swapEdges(
  { nNodes, directed }: Graph,
  { source, target }: EdgeList,
  tries: number,
  random: RandomStream,
  rule: SwapRule | null,
): void {
  const count = source.length;
  if (count < 2) return;
  const connected = makeEdgeSet(nNodes);
  for (let e = 0; e < count; e++) {
    connected.add(source[e]!, target[e]!);
    if (!directed) connected.add(target[e]!, source[e]!);
  }
  const picks = new Uint32Array(4096);
  let at = picks.length;
  for (let t = 0; t < tries; t++) {
    if (at === picks.length) {
      random.fillIntegers(picks, 2 * count);
      at = 0;
    }
    const e = picks[at]! >>> 1;
    const f = picks[at + 1]! >>> 1;
    const turns = !directed && (picks[at + 1]! & 1) === 1;
    at += 2;
    const a = source[e]!;
    const b = target[e]!;
    // An undirected edge has no first end: half of the time it is turned round.
    const c = turns ? target[f]! : source[f]!;
    const d = turns ? source[f]! : target[f]!;
    if (a === c || b === d || a === d || c === b) continue;
    if (connected.has(a, d) || connected.has(c, b)) continue;
    if (rule && !rule(a, b, c, d)) continue;
    connected.delete(a, b);
    connected.delete(c, d);
    connected.add(a, d);
    connected.add(c, b);
    if (!directed) {
      connected.delete(b, a);
      connected.delete(d, c);
      connected.add(d, a);
      connected.add(b, c);
    }
    target[e] = d;
    source[f] = c;
    target[f] = b;
  }
}

/** Both edges stay in the pair of length bins that they came from. */
function keepLengths({ nNodes }: Graph, edges: EdgeList, { positions, lengthBins = 20 }: NullOptions): SwapRule {
  if (!positions || positions.length !== 3 * nNodes) {
    throw new WbeError(
      "ARGUMENT",
      `expected ${3 * nNodes} coordinates (um, x y z of each node) to keep lengths, found ${positions?.length ?? "none"}`,
      { remedy: "Give positions, such as connectome.nodes.positions." },
    );
  }
  requireInteger(lengthBins, 1, 1_000_000, "the number of length bins");
  const length = (i: number, j: number): number => {
    const dx = positions[3 * i]! - positions[3 * j]!;
    const dy = positions[3 * i + 1]! - positions[3 * j + 1]!;
    const dz = positions[3 * i + 2]! - positions[3 * j + 2]!;
    return Math.sqrt(dx * dx + dy * dy + dz * dz);
  };
  let [shortest, longest] = [Number.POSITIVE_INFINITY, 0];
  for (let e = 0; e < edges.source.length; e++) {
    const d = length(edges.source[e]!, edges.target[e]!);
    if (!Number.isFinite(d)) {
      throw new WbeError("ARGUMENT", "expected a position at both ends of every edge to keep lengths, found none", {
        where: `edge ${edges.source[e]} → ${edges.target[e]}`,
      });
    }
    shortest = Math.min(shortest, d);
    longest = Math.max(longest, d);
  }
  const width = longest > shortest ? (longest - shortest) / lengthBins : 1;
  // Lengths beyond those of the graph get bins of their own, and so are refused.
  const bin = (i: number, j: number): number => {
    const d = length(i, j);
    return d === longest ? lengthBins - 1 : Math.floor((d - shortest) / width);
  };
  return (a, b, c, d) => {
    const [p, q, r, s] = [bin(a, b), bin(c, d), bin(a, d), bin(c, b)];
    return (p === r && q === s) || (p === s && q === r);
  };
}

/** The swap brings the edges nearer to the diagonal, on a ring of the nodes. */
function nearer({ nNodes }: Graph): SwapRule {
  const distance = (i: number, j: number): number => {
    const apart = Math.abs(i - j);
    return Math.min(apart, nNodes - apart);
  };
  return (a, b, c, d) => distance(a, d) + distance(c, b) <= distance(a, b) + distance(c, d);
}

function shuffleWeights({ weight }: EdgeList, random: RandomStream): void {
  if (weight) random.shuffle(weight);
}

/** Edges between pairs drawn without replacement. */
function scatter({ nNodes, directed }: Graph, edges: EdgeList, random: RandomStream): void {
  const connected = makeEdgeSet(nNodes);
  const count = edges.source.length;
  const pairs = directed ? nNodes * (nNodes - 1) : (nNodes * (nNodes - 1)) / 2;
  // In a dense graph the missing pairs are drawn instead, so that few draws are in vain.
  const isDense = count > pairs / 2;
  for (let drawn = isDense ? pairs - count : count; drawn > 0; ) {
    const i = random.integer(nNodes);
    const j = random.integer(nNodes);
    const [a, b] = directed || i < j ? [i, j] : [j, i];
    if (a === b || connected.has(a, b)) continue;
    connected.add(a, b);
    if (!isDense) {
      edges.source[count - drawn] = a;
      edges.target[count - drawn] = b;
    }
    drawn--;
  }
  if (isDense) {
    let e = 0;
    for (let a = 0; a < nNodes; a++) {
      for (let b = directed ? 0 : a + 1; b < nNodes; b++) {
        if (a === b || connected.has(a, b)) continue;
        edges.source[e] = a;
        edges.target[e++] = b;
      }
    }
  }
  shuffleWeights(edges, random);
}
