/**
 * Connection rules of a description → the incoming synapses of each target neuron.
 *
 * Where a rule draws per target (bernoulli, fixed-in-degree), target t draws from its own place in the random stream
 * that the projection's name selects: its synapses do not depend on other targets, on the order of declaration, or on
 * how targets are dealt to workers. fixed-out-degree draws per source in the same way; fixed-total from one sequence.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { log1p } from "../core/math.js";
import { RandomStream } from "../core/random.js";
import { Stream } from "../core/streams.js";
import type { RuleSpec } from "./description.js";
import { hashName } from "./distribution.js";
import { GrowableU32 } from "./growable.js";

/** Synapses target by target: those of target firstTarget + t stand at offsets[t] … offsets[t+1]−1. */
export interface Incoming {
  readonly firstTarget: number;
  readonly offsets: Uint32Array;
  readonly sources: Uint32Array;
  /** Place of each synapse in the list that an "edges" rule gave. */
  readonly given?: Uint32Array;
}

export interface RuleContext {
  readonly name: string;
  readonly seed: number;
  readonly nSource: number;
  readonly nTarget: number;
  /** The targets whose synapses are wanted, from … to−1. */
  readonly targets: { readonly from: number; readonly to: number };
  /** Source and target are one population: autapses are possible. */
  readonly samePopulation: boolean;
}

type Rule<K extends RuleSpec["kind"]> = Extract<RuleSpec, { kind: K }>;

/**
 * @throws WbeError ARGUMENT for a probability outside [0, 1], a degree or total that cannot be met, sizes that do not
 * match, or an edge index outside its population.
 */
export function connectIncoming(rule: RuleSpec, context: RuleContext): Incoming {
  const { nSource, nTarget, name } = context;
  const where = `projection "${name}", rule ${rule.kind}`;
  switch (rule.kind) {
    case "one-to-one": {
      if (nSource !== nTarget) {
        throw new WbeError("ARGUMENT", `expected populations of one size, found ${nSource} and ${nTarget}`, { where });
      }
      return perTarget(context, (target, sources) => sources.push(target));
    }
    case "all-to-all":
      return perTarget(context, (target, sources) => {
        const out = sources.reserve(nSource);
        for (let source = 0; source < nSource; source++) {
          if (allows(rule, context, source, target)) out[sources.length++] = source;
        }
      });
    case "bernoulli":
      return connectBernoulli(rule, context, where);
    case "fixed-in-degree":
      return connectInDegree(rule, context, where);
    case "fixed-out-degree":
      return connectOutDegree(rule, context, where);
    case "fixed-total":
      return connectTotal(rule, context, where);
    case "edges": {
      const { source, target } = readEdges(rule, context, where);
      return sortByTarget(source, target, context, true);
    }
  }
}

function allows(rule: { autapses?: boolean }, context: RuleContext, source: number, target: number): boolean {
  return !context.samePopulation || rule.autapses === true || source !== target;
}

function perTarget(
  { targets: { from, to } }: RuleContext,
  fill: (target: number, sources: GrowableU32) => void,
): Incoming {
  const offsets = new Uint32Array(to - from + 1);
  const sources = new GrowableU32();
  for (let target = from; target < to; target++) {
    fill(target, sources);
    offsets[target - from + 1] = sources.length;
  }
  return { firstTarget: from, offsets, sources: sources.toArray() };
}

function streamOf(context: RuleContext): RandomStream {
  return new RandomStream(context.seed, Stream.construction, hashName(context.name));
}

/** Gaps between the sources of a target are geometric, so the work follows the synapses, not the pairs. */
function connectBernoulli(rule: Rule<"bernoulli">, context: RuleContext, where: string): Incoming {
  const { p } = rule;
  if (!(p >= 0 && p <= 1)) throw new WbeError("ARGUMENT", `expected a probability in [0, 1], found ${p}`, { where });
  if (p === 1) return connectIncoming({ kind: "all-to-all", autapses: rule.autapses }, context);
  const stream = streamOf(context);
  const logMiss = log1p(-p);
  return perTarget(context, (target, sources) => {
    if (p === 0) return;
    const random = stream.at(target);
    for (let source = -1; ; ) {
      source += 1 + Math.floor(log1p(-random.uniform()) / logMiss);
      if (!(source < context.nSource)) break;
      if (allows(rule, context, source, target)) sources.push(source);
    }
  });
}

/** Candidates for the partner of a neuron, checked against the degree that is asked for. */
function checkDegree(
  rule: Rule<"fixed-in-degree" | "fixed-out-degree">,
  context: RuleContext,
  partners: number,
  where: string,
): { k: number; multapses: boolean; candidates: number; skipsSelf: boolean } {
  const { k, multapses = true } = rule;
  const skipsSelf = context.samePopulation && rule.autapses !== true;
  const candidates = partners - (skipsSelf ? 1 : 0);
  if (!Number.isInteger(k) || k < 0) {
    throw new WbeError("ARGUMENT", `expected a whole degree of at least 0, found ${k}`, { where });
  }
  if (k > 0 && (candidates < 1 || (!multapses && k > candidates))) {
    throw new WbeError("ARGUMENT", `a degree of ${k} needs as many partners, found ${candidates}`, {
      where,
      remedy: multapses ? "Allow autapses or enlarge the population." : "Lower k or allow multapses.",
    });
  }
  return { k, multapses, candidates, skipsSelf };
}

/** Writes k partners of neuron `self` to out[at …]. */
function drawPartners(
  random: RandomStream,
  self: number,
  { k, multapses, candidates, skipsSelf }: ReturnType<typeof checkDegree>,
  out: Uint32Array,
  at: number,
): void {
  if (multapses) random.fillIntegers(out, candidates, at, at + k);
  else out.set(random.choose(candidates, k), at);
  if (skipsSelf) for (let e = at; e < at + k; e++) if (out[e]! >= self) out[e]!++;
}

function connectInDegree(rule: Rule<"fixed-in-degree">, context: RuleContext, where: string): Incoming {
  const { from, to } = context.targets;
  const degree = checkDegree(rule, context, context.nSource, where);
  const stream = streamOf(context);
  const sources = new Uint32Array(degree.k * (to - from));
  for (let target = from; target < to; target++) {
    drawPartners(stream.at(target), target, degree, sources, (target - from) * degree.k);
  }
  const offsets = Uint32Array.from({ length: to - from + 1 }, (_, t) => t * degree.k);
  return { firstTarget: from, offsets, sources };
}

function connectOutDegree(rule: Rule<"fixed-out-degree">, context: RuleContext, where: string): Incoming {
  const { nSource } = context;
  const degree = checkDegree(rule, context, context.nTarget, where);
  const stream = streamOf(context);
  const target = new Uint32Array(degree.k * nSource);
  const source = new Uint32Array(degree.k * nSource);
  for (let i = 0; i < nSource; i++) {
    drawPartners(stream.at(i), i, degree, target, i * degree.k);
    source.fill(i, i * degree.k, (i + 1) * degree.k);
  }
  return sortByTarget(source, target, context, false);
}

/** n synapses between pairs drawn with replacement (without it where multapses are forbidden). */
function connectTotal(rule: Rule<"fixed-total">, context: RuleContext, where: string): Incoming {
  const { nSource, nTarget } = context;
  const { n, multapses = true } = rule;
  const forbidden = context.samePopulation && rule.autapses !== true ? Math.min(nSource, nTarget) : 0;
  const pairs = nSource * nTarget - forbidden;
  if (!Number.isInteger(n) || n < 0 || (n > 0 && pairs < 1) || (!multapses && n > pairs)) {
    throw new WbeError("ARGUMENT", `expected a whole number of synapses from 0 to the ${pairs} pairs, found ${n}`, {
      where,
      remedy: multapses ? "Allow autapses or enlarge the populations." : "Lower n or allow multapses.",
    });
  }
  const random = streamOf(context).at(0);
  const source = new Uint32Array(n);
  const target = new Uint32Array(n);
  const taken = multapses ? undefined : new Set<number>();
  for (let e = 0; e < n; ) {
    const s = random.integer(nSource);
    const t = random.integer(nTarget);
    if (!allows(rule, context, s, t)) continue;
    if (taken) {
      const pair = s * nTarget + t;
      if (taken.has(pair)) continue;
      taken.add(pair);
    }
    source[e] = s;
    target[e++] = t;
  }
  return sortByTarget(source, target, context, false);
}

function readEdges(rule: Rule<"edges">, context: RuleContext, where: string) {
  if (rule.source.length !== rule.target.length) {
    throw new WbeError(
      "ARGUMENT",
      `expected as many sources as targets, found ${rule.source.length} and ${rule.target.length}`,
      { where },
    );
  }
  const check = (given: ArrayLike<number>, size: number, what: string): void => {
    for (let e = 0; e < given.length; e++) {
      const index = given[e]!;
      if (!Number.isInteger(index) || index < 0 || index >= size) {
        throw new WbeError("ARGUMENT", `expected a ${what} index from 0 to ${size - 1}, found ${index}`, {
          where: `${where}, edge ${e}`,
        });
      }
    }
  };
  check(rule.source, context.nSource, "source");
  check(rule.target, context.nTarget, "target");
  return { source: Uint32Array.from(rule.source), target: Uint32Array.from(rule.target) };
}

/** Stable counting sort by target of the edges onto the targets that are wanted. */
function sortByTarget(source: Uint32Array, target: Uint32Array, context: RuleContext, keepsPlaces: boolean): Incoming {
  const { from, to } = context.targets;
  const offsets = new Uint32Array(to - from + 1);
  for (let e = 0; e < target.length; e++) {
    const t = target[e]!;
    if (t >= from && t < to) offsets[t - from + 1]!++;
  }
  for (let t = 0; t < to - from; t++) offsets[t + 1]! += offsets[t];
  const next = offsets.slice(0, to - from);
  const count = offsets[to - from]!;
  const sources = new Uint32Array(count);
  const given = keepsPlaces ? new Uint32Array(count) : undefined;
  for (let e = 0; e < target.length; e++) {
    const t = target[e]!;
    if (t < from || t >= to) continue;
    const place = next[t - from]!++;
    sources[place] = source[e]!;
    if (given) given[place] = e;
  }
  return { firstTarget: from, offsets, sources, ...(given && { given }) };
}

/** offsets[i + 1] − offsets[i] = how often i stands in `indices`; length n + 1. */
export function countInto(indices: Uint32Array, n: number): Uint32Array {
  const offsets = new Uint32Array(n + 1);
  for (let e = 0; e < indices.length; e++) offsets[indices[e]! + 1]!++;
  for (let i = 0; i < n; i++) offsets[i + 1]! += offsets[i];
  return offsets;
}
