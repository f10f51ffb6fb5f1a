/** Communities: partitions of high modularity, by Louvain's and Leiden's algorithms. @module */
import { requireInteger } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import type { Measured } from "../../core/measured.js";
import { RandomStream } from "../../core/random.js";
import { Stream } from "../../core/streams.js";
import { Graph } from "../graph/graph.js";
import { type Network, viewOf } from "./conventions.js";
import { hasWeight, type ModularityOptions, type ModularityTerms, modularity, modularityTerms } from "./modularity.js";

export interface CommunityOptions extends ModularityOptions {
  /** Default "leiden", whose communities are connected. */
  algorithm?: "leiden" | "louvain";
  /** Orders in which nodes are looked at; the best of `runs` partitions is kept. Default 0. */
  seed?: number;
  /** Default 10. */
  runs?: number;
}

export interface Communities {
  /** Community of each node, numbered by their first node. */
  readonly community: Uint32Array;
  readonly nCommunities: number;
  readonly modularity: Measured;
}

/**
 * A partition of high modularity (see `modularity` for directed, weighted and signed graphs and the resolution). Equal
 * seeds give equal partitions on every machine.
 *
 * Source: Blondel et al. 2008, J Stat Mech P10008 (Louvain); Traag, Waltman & van Eck 2019, Sci Rep 9:5233 (Leiden).
 * @throws WbeError ARGUMENT for an unknown algorithm, a seed, resolution or number of runs out of range.
 */
export function communities(network: Network, options: CommunityOptions = {}): Communities {
  const { algorithm = "leiden", seed = 0, runs = 10, weighted = false, resolution = 1 } = options;
  if (algorithm !== "leiden" && algorithm !== "louvain") {
    throw new WbeError("ARGUMENT", `expected "leiden" or "louvain", found "${String(algorithm)}"`);
  }
  requireInteger(runs, 1, 1_000_000, "the number of runs");
  const random = new RandomStream(seed, Stream.shuffle);
  const graph = viewOf(network, "communities", { weighted, loops: true, signed: true });
  let best = Uint32Array.from({ length: graph.nNodes }, (_, i) => i);
  let bestValue = Number.NEGATIVE_INFINITY;
  if (hasWeight(graph)) {
    const terms = modularityTerms(graph, resolution);
    for (let run = 0; run < runs; run++) {
      const found = renumber(climb(terms, random.moveTo(run, 0), algorithm === "leiden"));
      const { value } = modularity(graph, found, { weighted, resolution });
      if (value > bestValue) [best, bestValue] = [found, value];
    }
  }
  const measured = modularity(graph, best, { weighted, resolution });
  return {
    community: best,
    nCommunities: best.reduce((most, c) => Math.max(most, c + 1), 0),
    modularity: {
      ...measured,
      method: `largest modularity of ${runs} runs of the ${algorithm === "leiden" ? "Leiden" : "Louvain"} algorithm`,
      parameters: { ...measured.parameters, algorithm, seed, runs },
    },
  };
}

/** Moves and aggregates until nothing moves. */
function climb(terms: ModularityTerms, random: RandomStream, refines: boolean): Uint32Array {
  let level = terms;
  /** Node of the level for each node of the graph. */
  let nodeOf = Uint32Array.from({ length: terms.links.nNodes }, (_, i) => i);
  let start = nodeOf.slice();
  for (;;) {
    const community = moveNodes(level, start, random);
    const nCommunities = new Set(community).size;
    const groups = refines ? refine(level, community, random) : community;
    const numbered = renumber(groups);
    const nGroups = numbered.reduce((most, c) => Math.max(most, c + 1), 0);
    if (nCommunities === level.links.nNodes || nGroups === level.links.nNodes) {
      return nodeOf.map((node) => community[node]!);
    }
    const next = aggregate(level, numbered, nGroups);
    const of = new Uint32Array(nGroups);
    numbered.forEach((group, node) => {
      of[group] = community[node]!;
    });
    // Communities of the level above are named by their first group.
    const first = new Map<number, number>();
    of.forEach((c, group) => {
      if (!first.has(c)) first.set(c, group);
    });
    start = of.map((c) => first.get(c)!);
    nodeOf = nodeOf.map((node) => numbered[node]!);
    level = next;
  }
}

/** Sums over the members of each community, kept while nodes move. */
class Totals {
  readonly #nulls: { scale: number; sent: Float64Array; received: Float64Array; A: Float64Array; B: Float64Array }[];

  constructor({ nulls, links }: ModularityTerms, community: Uint32Array) {
    this.#nulls = nulls.map((term) => ({
      ...term,
      A: new Float64Array(links.nNodes),
      B: new Float64Array(links.nNodes),
    }));
    community.forEach((c, node) => {
      this.add(node, c, 1);
    });
  }

  add(node: number, community: number, sign: 1 | -1): void {
    for (const { sent, received, A, B } of this.#nulls) {
      A[community]! += sign * sent[node]!;
      B[community]! += sign * received[node]!;
    }
  }

  /** What the null models expect between the node and the community without it, in both directions. */
  expected(node: number, community: number): number {
    let sum = 0;
    for (const { scale, sent, received, A, B } of this.#nulls) {
      sum += scale * (sent[node]! * B[community]! + received[node]! * A[community]!);
    }
    return sum;
  }
}

/** Links of a node to communities. */
class LinkSums {
  readonly sum: Float64Array;
  readonly touched: number[] = [];
  readonly #links: Graph;

  constructor(links: Graph) {
    this.#links = links;
    this.sum = new Float64Array(links.nNodes);
  }

  /** Fills `sum` and `touched`; without the node's loops. */
  collect(node: number, community: Uint32Array): void {
    for (const c of this.touched) this.sum[c] = 0;
    this.touched.length = 0;
    const { offsets, neighbours, weights } = this.#links;
    for (let k = offsets[node]!; k < offsets[node + 1]!; k++) {
      const other = neighbours[k]!;
      if (other === node) continue;
      const c = community[other]!;
      if (!this.touched.includes(c)) this.touched.push(c);
      this.sum[c]! += weights![k];
    }
  }
}

/** Gains below this are rounding. */
const smallestGain = 1e-12;

/** Moves nodes to the neighbouring (or an empty) community of largest gain until none gains; a queue holds whom to ask. */
function moveNodes(terms: ModularityTerms, start: Uint32Array, random: RandomStream): Uint32Array {
  const { links } = terms;
  const n = links.nNodes;
  const community = start.slice();
  const totals = new Totals(terms, community);
  const sums = new LinkSums(links);
  const size = new Uint32Array(n);
  for (const c of community) size[c]!++;
  const empty = Array.from(size.keys()).filter((c) => size[c] === 0);
  const queue = random.permutation(n);
  const isQueued = new Uint8Array(n).fill(1);
  let [head, waiting] = [0, n];
  while (waiting > 0) {
    const node = queue[head]!;
    head = (head + 1) % n;
    waiting--;
    isQueued[node] = 0;
    const own = community[node]!;
    totals.add(node, own, -1);
    size[own]!--;
    if (size[own] === 0) empty.push(own);
    sums.collect(node, community);
    let best = own;
    let bestGain = 2 * sums.sum[own]! - totals.expected(node, own) + smallestGain;
    for (const c of [...sums.touched, empty.at(-1)!]) {
      if (c === undefined || c === own) continue;
      const gain = 2 * sums.sum[c]! - totals.expected(node, c);
      if (gain > bestGain) [best, bestGain] = [c, gain];
    }
    community[node] = best;
    totals.add(node, best, 1);
    if (size[best] === 0) empty.splice(empty.lastIndexOf(best), 1);
    size[best]!++;
    if (best === own) continue;
    for (let k = links.offsets[node]!; k < links.offsets[node + 1]!; k++) {
      const other = links.neighbours[k]!;
      if (isQueued[other] || community[other] === best || other === node) continue;
      isQueued[other] = 1;
      queue[(head + waiting) % n] = other;
      waiting++;
    }
  }
  return community;
}

/**
 * Splits communities into well connected parts: single nodes join the part of their community that gains most, where
 * node and part are both tied to the rest of the community more than expected.
 */
function refine(terms: ModularityTerms, community: Uint32Array, random: RandomStream): Uint32Array {
  const { links } = terms;
  const n = links.nNodes;
  const part = Uint32Array.from({ length: n }, (_, i) => i);
  const totals = new Totals(terms, part);
  const whole = new Totals(terms, community);
  const sums = new LinkSums(links);
  const members = Array.from({ length: n }, (_, i) => [i]);
  /** Σ links of the part to the rest of its community minus what is expected. */
  const tie = (nodes: readonly number[], c: number): number => {
    let value = 0;
    const inside = new Set(nodes);
    for (const node of nodes) {
      for (let k = links.offsets[node]!; k < links.offsets[node + 1]!; k++) {
        const other = links.neighbours[k]!;
        if (community[other] === c && !inside.has(other)) value += 2 * links.weights![k]!;
      }
      value -= whole.expected(node, c);
      for (const other of nodes) value += pairExpected(terms, node, other);
    }
    return value;
  };
  for (const node of random.permutation(n)) {
    if (members[part[node]!]!.length > 1) continue;
    const c = community[node]!;
    if (tie([node], c) < -smallestGain) continue;
    sums.collect(node, part);
    totals.add(node, part[node]!, -1);
    let best = part[node]!;
    let bestGain = smallestGain;
    for (const p of sums.touched) {
      if (community[members[p]![0]!] !== c || p === part[node]) continue;
      const gain = 2 * sums.sum[p]! - totals.expected(node, p);
      if (gain > bestGain && tie(members[p]!, c) >= -smallestGain) [best, bestGain] = [p, gain];
    }
    totals.add(node, best, 1);
    if (best === part[node]) continue;
    members[part[node]!] = [];
    members[best]!.push(node);
    part[node] = best;
  }
  return part;
}

function pairExpected({ nulls }: ModularityTerms, i: number, j: number): number {
  let sum = 0;
  for (const { scale, sent, received } of nulls) {
    sum += scale * (sent[i]! * received[j]! + received[i]! * sent[j]!);
  }
  return sum;
}

/** Each group becomes a node; links inside it become its loop. */
function aggregate({ links, nulls }: ModularityTerms, group: Uint32Array, nGroups: number): ModularityTerms {
  const source = new Uint32Array(links.neighbours.length);
  for (let i = 0; i < links.nNodes; i++) source.fill(group[i]!, links.offsets[i]!, links.offsets[i + 1]!);
  const summed = (values: Float64Array) => {
    const sums = new Float64Array(nGroups);
    group.forEach((g, i) => {
      sums[g]! += values[i];
    });
    return sums;
  };
  return {
    links: Graph.fromEdges({
      nNodes: nGroups,
      source,
      target: links.neighbours.map((j) => group[j]!),
      weight: links.weights!,
    }),
    nulls: nulls.map(({ scale, sent, received }) => ({ scale, sent: summed(sent), received: summed(received) })),
  };
}

function renumber(labels: Uint32Array): Uint32Array<ArrayBuffer> {
  const numberOf = new Map<number, number>();
  return Uint32Array.from(labels, (label) => {
    if (!numberOf.has(label)) numberOf.set(label, numberOf.size);
    return numberOf.get(label)!;
  });
}
