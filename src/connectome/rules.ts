/**
 * Connection rules as pure functions: neurons in, (source, target) pairs out. The same rules as in the field's
 * simulators (Senk et al. 2022, Front Neuroinform 16:884033, "Connectivity concepts in neuronal network modeling").
 *
 * Every draw is addressed, not queued: a Bernoulli draw by (rule, source, target), so that a pair's fate does not
 * depend on which other neurons, selections or rules there are; a fixed-degree draw by (rule, neuron).
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { philox4x32, RandomStream } from "../core/random.js";
import { Stream } from "../core/streams.js";
import type { Graph } from "./graph/graph.js";

/** Which draws a rule uses: the builder's seed and the rule's position in the stream of construction. */
export interface RuleDraws {
  readonly seed: number;
  /** 0 … 65535. */
  readonly rule: number;
}

/** The neurons that a rule may connect, ascending indices. */
export interface Candidates {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly allowAutapses: boolean;
  /**
   * Draw each unordered pair once (gap junctions): of two ordered pairs that are both candidates only the one with
   * source ≤ target is looked at.
   */
  readonly undirected: boolean;
}

export interface Pairs {
  readonly source: number[];
  readonly target: number[];
}

/** Rules beyond this many synapses are refused: the columns alone would take 4 GiB. */
export const maxRuleSynapses = 2 ** 28;

/** Calls `visit` for each candidate pair, by source and then target. */
function forEachCandidate(candidates: Candidates, visit: (source: number, target: number) => void): void {
  const { from, to, allowAutapses, undirected } = candidates;
  const inFrom = undirected ? new Set(from) : null;
  const inTo = undirected ? new Set(to) : null;
  for (const source of from) {
    for (const target of to) {
      if (source === target && !allowAutapses) continue;
      if (inFrom && inTo && target < source && inFrom.has(target) && inTo.has(source)) continue;
      visit(source, target);
    }
  }
}

/**
 * The number in [0, 1) that decides about the pair: 53 bits of block `rule` of the sequence (source, target) of the
 * stream of construction. The same whatever else is drawn.
 */
export function pairUniform(draws: RuleDraws, source: number, target: number, block: Uint32Array): number {
  philox4x32(source, target, draws.rule, 0, draws.seed, Stream.construction, block);
  return ((block[0]! >>> 5) * 0x4000000 + (block[1]! >>> 6)) * 2 ** -53;
}

/**
 * Each candidate pair independently with its own probability ("pairwise Bernoulli").
 *
 * @param probability of a pair, 0 … 1; undefined leaves the pair out without a draw.
 */
export function pairwiseBernoulli(
  draws: RuleDraws,
  candidates: Candidates,
  probability: (source: number, target: number) => number | undefined,
): Pairs {
  const pairs: Pairs = { source: [], target: [] };
  const block = new Uint32Array(4);
  forEachCandidate(candidates, (source, target) => {
    const p = probability(source, target);
    if (p === undefined || p === 0 || pairUniform(draws, source, target, block) >= p) return;
    pairs.source.push(source);
    pairs.target.push(target);
  });
  return pairs;
}

/** Every candidate pair once. @throws WbeError LIMIT above 2²⁸ pairs. */
export function allToAll(candidates: Candidates): Pairs {
  checkSize(candidates.from.length * candidates.to.length, "an all-to-all rule");
  const pairs: Pairs = { source: [], target: [] };
  forEachCandidate(candidates, (source, target) => {
    pairs.source.push(source);
    pairs.target.push(target);
  });
  return pairs;
}

/**
 * The k-th of `from` to the k-th of `to`, in the given (not sorted) order.
 *
 * @throws WbeError ARGUMENT for lists of different lengths, or a neuron paired with itself where that is not allowed.
 */
export function oneToOne(from: ArrayLike<number>, to: ArrayLike<number>, allowAutapses: boolean): Pairs {
  if (from.length !== to.length) {
    throw new WbeError(
      "ARGUMENT",
      `expected two selections of one size for a one-to-one rule, found ${from.length} sources and ${to.length} targets`,
    );
  }
  for (let k = 0; k < from.length; k++) {
    if (from[k] === to[k] && !allowAutapses) {
      throw new WbeError("ARGUMENT", `a one-to-one rule would connect neuron ${from[k]} to itself`, {
        remedy: "Give different selections in from and to, or set allowAutapses.",
      });
    }
  }
  return { source: Array.from(from), target: Array.from(to) };
}

/**
 * The edges of a graph whose node k is neuron members[k]; each undirected edge in both directions, or, where pairs are
 * `undirected` (gap junctions), once.
 *
 * @throws WbeError ARGUMENT for a graph of another size, or a loop that is not allowed.
 */
export function pairsOfGraph(
  graph: Graph,
  members: Uint32Array,
  { allowAutapses, undirected }: Pick<Candidates, "allowAutapses" | "undirected">,
): Pairs {
  if (graph.nNodes !== members.length) {
    throw new WbeError(
      "ARGUMENT",
      `expected a graph of ${members.length} nodes, one per neuron, found ${graph.nNodes}`,
    );
  }
  if (!allowAutapses && graph.nLoops > 0) {
    throw new WbeError("ARGUMENT", `${graph.nLoops} edges of the graph join a node to itself`, {
      remedy: "Take graph.simple, or set allowAutapses.",
    });
  }
  const pairs: Pairs = { source: [], target: [] };
  const rows = undirected ? graph.undirected : graph;
  for (let i = 0; i < rows.nNodes; i++) {
    for (let k = rows.offsets[i]!; k < rows.offsets[i + 1]!; k++) {
      const j = rows.neighbours[k]!;
      if (undirected && j < i) continue;
      pairs.source.push(members[i]!);
      pairs.target.push(members[j]!);
    }
  }
  return pairs;
}

export interface FixedDegree {
  readonly k: number;
  /** The end whose degree is fixed. */
  readonly fixed: "source" | "target";
  /** Whether one pair may be drawn more than once (drawing with replacement). */
  readonly allowMultapses: boolean;
}

/**
 * Each neuron of the fixed end gets exactly k synapses, the other ends drawn uniformly from the candidates: without
 * replacement, or with it when multapses are allowed.
 *
 * @throws WbeError ARGUMENT when there are fewer than k candidates for some neuron (none at all with multapses), LIMIT
 * above 2²⁸ synapses.
 */
export function fixedDegree(draws: RuleDraws, candidates: Candidates, options: FixedDegree): Pairs {
  const { k, fixed, allowMultapses } = options;
  const [ends, others] = fixed === "target" ? [candidates.to, candidates.from] : [candidates.from, candidates.to];
  checkSize(ends.length * k, `a fixed-degree rule with k = ${k}`);
  const placeOf = new Map<number, number>();
  others.forEach((neuron, place) => {
    placeOf.set(neuron, place);
  });
  const pairs: Pairs = { source: [], target: [] };
  const random = new RandomStream(draws.seed, Stream.construction);
  for (const end of ends) {
    const selfPlace = candidates.allowAutapses ? undefined : placeOf.get(end);
    const available = others.length - (selfPlace === undefined ? 0 : 1);
    if (k > 0 && (allowMultapses ? available === 0 : k > available)) {
      throw new WbeError("ARGUMENT", `expected k ≤ ${available} candidates, found k = ${k}`, {
        where: `neuron ${end} of a rule with a fixed ${fixed === "target" ? "in" : "out"}-degree`,
        remedy: "Lower k, widen the selection, or allow multapses or autapses.",
      });
    }
    // Fixed-degree draws use steps from the top down, where no pair of a Bernoulli rule (step = target) can be.
    random.moveTo(end, (fixed === "target" ? 0xffffffff : 0xfffeffff) - draws.rule);
    const places = allowMultapses
      ? Array.from({ length: k }, () => random.integer(available))
      : Array.from(random.choose(available, k));
    for (const drawn of places) {
      const other = others[selfPlace !== undefined && drawn >= selfPlace ? drawn + 1 : drawn]!;
      pairs.source.push(fixed === "target" ? other : end);
      pairs.target.push(fixed === "target" ? end : other);
    }
  }
  return pairs;
}

/**
 * n synapses between pairs drawn uniformly from the candidates: without replacement, or with it when multapses are allowed.
 *
 * @throws WbeError ARGUMENT when there are fewer pairs, LIMIT above 2²⁸ synapses.
 */
export function fixedTotal(
  draws: RuleDraws,
  { from, to, allowAutapses }: Candidates,
  { n, allowMultapses }: { n: number; allowMultapses: boolean },
): Pairs {
  checkSize(n, "a fixed-total rule");
  const inTo = new Set(to);
  const selves = allowAutapses ? 0 : from.reduce((sum, neuron) => sum + Number(inTo.has(neuron)), 0);
  const available = from.length * to.length - selves;
  if (n > 0 && (allowMultapses ? available === 0 : n > available)) {
    throw new WbeError("ARGUMENT", `expected n ≤ ${available} pairs, found n = ${n}`, {
      where: "a fixed-total rule",
      remedy: "Lower n, widen the selections, or allow multapses or autapses.",
    });
  }
  // Steps below those of fixed degrees.
  const random = new RandomStream(draws.seed, Stream.construction).moveTo(0, 0xfffdffff - draws.rule);
  const pairs: Pairs = { source: [], target: [] };
  const seen = new Set<number>();
  // Of nearly all pairs those that are not connected are drawn, so that few draws are in vain.
  const drawsMissing = !allowMultapses && n > available / 2;
  for (let left = drawsMissing ? available - n : n; left > 0; ) {
    const a = random.integer(from.length);
    const b = random.integer(to.length);
    if (!allowAutapses && from[a] === to[b]) continue;
    const pair = a * to.length + b;
    if (!allowMultapses) {
      if (seen.has(pair)) continue;
      seen.add(pair);
    }
    left--;
    if (drawsMissing) continue;
    pairs.source.push(from[a]!);
    pairs.target.push(to[b]!);
  }
  if (drawsMissing) {
    from.forEach((source, a) => {
      to.forEach((target, b) => {
        if ((!allowAutapses && source === target) || seen.has(a * to.length + b)) return;
        pairs.source.push(source);
        pairs.target.push(target);
      });
    });
  }
  return pairs;
}

function checkSize(synapses: number, what: string): void {
  if (synapses > maxRuleSynapses) {
    throw new WbeError(
      "LIMIT",
      `expected at most ${maxRuleSynapses} synapses of one rule, found ${synapses} from ${what}`,
      {
        remedy: "Connect smaller selections.",
      },
    );
  }
}
