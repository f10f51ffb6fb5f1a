/** Modularity of a partition, and the form in which community detection climbs it. @module */
import { requirePositive } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import type { Measured } from "../../core/measured.js";
import type { Graph } from "../graph/graph.js";
import { type Network, viewOf, type WeightOption } from "./conventions.js";

export interface ModularityOptions extends WeightOption {
  /** γ: above 1 for smaller communities. Default 1. */
  resolution?: number;
}

/**
 * Quality of a partition as Σ_c (S_c − Σ_t scale_t · A_tc · B_tc): S_c the entries of `links` inside community c, A and B
 * sums of `sent` and `received` over its members. `links` is symmetric, with loops.
 */
export interface ModularityTerms {
  readonly links: Graph;
  readonly nulls: readonly { readonly scale: number; readonly sent: Float64Array; readonly received: Float64Array }[];
}

/**
 * Modularity Q of a partition: weight inside communities minus what the nodes' strengths let expect. Directed graphs by
 * Leicht & Newman; with negative weights the asymmetric Q* of Rubinov & Sporns, in which positive weights count fully and
 * negative ones by their share. Self-connections count. NaN with a warning without edges.
 *
 * Source: Newman 2006, PNAS 103:8577; Leicht & Newman 2008, Phys Rev Lett 100:118703; Rubinov & Sporns 2011, NeuroImage
 * 56:2068; resolution: Reichardt & Bornholdt 2006, Phys Rev E 74:016110.
 *
 * @param community one number (any) per node.
 * @throws WbeError ARGUMENT for a list of another length, or a resolution that is not above 0.
 */
export function modularity(network: Network, community: ArrayLike<number>, options: ModularityOptions = {}): Measured {
  const { weighted = false, resolution = 1 } = options;
  const graph = viewOf(network, "modularity", { weighted, loops: true, signed: true });
  if (community.length !== graph.nNodes) {
    throw new WbeError("ARGUMENT", `expected ${graph.nNodes} communities, one per node, found ${community.length}`);
  }
  const isEmpty = !hasWeight(graph);
  return {
    value: isEmpty ? Number.NaN : quality(modularityTerms(graph, resolution), community),
    unit: "1",
    method: "modularity of a partition",
    parameters: { weighted, resolution, directed: graph.directed, communities: new Set(Array.from(community)).size },
    source: "Newman 2006, PNAS 103:8577; Leicht & Newman 2008; Rubinov & Sporns 2011, NeuroImage 56:2068",
    warnings: isEmpty ? ["no weight on edges: modularity is not defined"] : [],
  };
}

/** Some edge has a weight other than 0. */
export function hasWeight({ neighbours, weights }: Graph): boolean {
  return weights ? weights.some((w) => w !== 0) : neighbours.length > 0;
}

/** The terms of a graph's modularity. @throws WbeError ARGUMENT for a resolution that is not above 0. */
export function modularityTerms(graph: Graph, resolution: number): ModularityTerms {
  requirePositive(resolution, "the resolution of modularity");
  const positive = partOfSign(graph, 1);
  const negative = partOfSign(graph, -1);
  const nulls = [{ scale: resolution / positive.total / positive.total, ...positive.strengths }];
  if (negative.total > 0) {
    // Q* = Q⁺ − v⁻/(v⁺ + v⁻) · Q⁻, and the negative null model is given back.
    const share = 1 / (positive.total + negative.total);
    nulls.push({ scale: (-resolution * share) / negative.total, ...negative.strengths });
    if (positive.total === 0) nulls.shift();
    const weigh = (w: number) => (w > 0 ? w / positive.total : w * share);
    return { links: symmetric(graph.mapWeights(weigh)), nulls };
  }
  return { links: symmetric(graph.mapWeights((w) => w / positive.total)), nulls };
}

/** Strengths by the weights of one sign, as magnitudes. */
function partOfSign(graph: Graph, sign: 1 | -1) {
  const sent = new Float64Array(graph.nNodes);
  const received = new Float64Array(graph.nNodes);
  let total = 0;
  for (let i = 0; i < graph.nNodes; i++) {
    for (let k = graph.offsets[i]!; k < graph.offsets[i + 1]!; k++) {
      const weight = sign * (graph.weights ? graph.weights[k]! : 1);
      if (!(weight > 0)) continue;
      // A loop of an undirected graph has two ends at its node.
      const j = graph.neighbours[k]!;
      const ends = !graph.directed && i === j ? 2 * weight : weight;
      sent[i]! += ends;
      received[j]! += ends;
      total += ends;
    }
  }
  return { strengths: { sent, received }, total };
}

/** Both directions joined, with loops of undirected graphs at both their ends. */
function symmetric(graph: Graph): Graph {
  if (graph.directed) return graph.undirected;
  return graph.mapWeights((w, i, j) => (i === j ? 2 * w : w));
}

export function quality({ links, nulls }: ModularityTerms, community: ArrayLike<number>): number {
  const numberOf = new Map<number, number>();
  const own = Uint32Array.from(community, (name) => {
    if (!numberOf.has(name)) numberOf.set(name, numberOf.size);
    return numberOf.get(name)!;
  });
  let value = 0;
  for (let i = 0; i < links.nNodes; i++) {
    for (let k = links.offsets[i]!; k < links.offsets[i + 1]!; k++) {
      if (own[i] === own[links.neighbours[k]!]) value += links.weights![k]!;
    }
  }
  for (const { scale, sent, received } of nulls) {
    const sums = { sent: new Float64Array(numberOf.size), received: new Float64Array(numberOf.size) };
    own.forEach((c, i) => {
      sums.sent[c]! += sent[i];
      sums.received[c]! += received[i];
    });
    for (let c = 0; c < numberOf.size; c++) value -= scale * sums.sent[c]! * sums.received[c]!;
  }
  return value;
}
