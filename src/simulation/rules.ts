/**
 * Connection rules of a description → edges. Each source row or target column draws from its own place in the
 * random stream, named by the projection, so edges do not depend on the order of declaration or on partitions.
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

export interface Edges {
  readonly source: Uint32Array;
  readonly target: Uint32Array;
}

export interface RuleContext {
  readonly name: string;
  readonly seed: number;
  readonly nSource: number;
  readonly nTarget: number;
  /** Source and target are one population: autapses are possible. */
  readonly samePopulation: boolean;
}

/**
 * @throws WbeError ARGUMENT for a probability outside [0, 1], a degree that cannot be met, sizes that do not match,
 * or an edge index outside its population.
 */
export function connect(rule: RuleSpec, context: RuleContext): Edges {
  const { nSource, nTarget, name } = context;
  const where = `projection "${name}", rule ${rule.kind}`;
  switch (rule.kind) {
    case "one-to-one": {
      if (nSource !== nTarget) {
        throw new WbeError("ARGUMENT", `expected populations of one size, found ${nSource} and ${nTarget}`, { where });
      }
      const all = Uint32Array.from({ length: nSource }, (_, i) => i);
      return { source: all, target: all };
    }
    case "all-to-all":
      return collect(nSource, (source, add) => {
        for (let target = 0; target < nTarget; target++) if (allows(rule, context, source, target)) add(target);
      });
    case "bernoulli":
      return connectBernoulli(rule, context, where);
    case "fixed-out-degree":
      return connectFixed(rule, context, nSource, nTarget, where);
    case "fixed-in-degree": {
      const { source, target } = connectFixed(rule, context, nTarget, nSource, where);
      return { source: target, target: source };
    }
    case "edges":
      return readEdges(rule, context, where);
  }
}

function allows(rule: { autapses?: boolean }, context: RuleContext, source: number, target: number): boolean {
  return !context.samePopulation || rule.autapses === true || source !== target;
}

/** Calls `row` for each row with a function that adds a column. */
function collect(rows: number, row: (i: number, add: (column: number) => void) => void): Edges {
  const source = new GrowableU32();
  const target = new GrowableU32();
  for (let i = 0; i < rows; i++) {
    row(i, (column) => {
      source.push(i);
      target.push(column);
    });
  }
  return { source: source.toArray(), target: target.toArray() };
}

/** Gaps between edges of a row are geometric, so the work follows the edges, not the pairs. */
function connectBernoulli(rule: RuleSpec & { kind: "bernoulli" }, context: RuleContext, where: string): Edges {
  const { p } = rule;
  if (!(p >= 0 && p <= 1)) throw new WbeError("ARGUMENT", `expected a probability in [0, 1], found ${p}`, { where });
  if (p === 1) return connect({ kind: "all-to-all", autapses: rule.autapses }, context);
  const stream = new RandomStream(context.seed, Stream.construction, hashName(context.name));
  const logMiss = log1p(-p);
  return collect(context.nSource, (source, add) => {
    if (p === 0) return;
    const random = stream.at(source);
    for (let target = -1; ; ) {
      target += 1 + Math.floor(log1p(-random.uniform()) / logMiss);
      if (!(target < context.nTarget)) break;
      if (allows(rule, context, source, target)) add(target);
    }
  });
}

/** Each of `rows` neurons chooses k partners among `columns`. */
function connectFixed(
  rule: RuleSpec & { kind: "fixed-in-degree" | "fixed-out-degree" },
  context: RuleContext,
  rows: number,
  columns: number,
  where: string,
): Edges {
  const { k, multapses = true } = rule;
  const forbidden = context.samePopulation && rule.autapses !== true;
  const candidates = columns - (forbidden ? 1 : 0);
  if (!Number.isInteger(k) || k < 0) {
    throw new WbeError("ARGUMENT", `expected a whole degree of at least 0, found ${k}`, { where });
  }
  if (k > 0 && (candidates < 1 || (!multapses && k > candidates))) {
    throw new WbeError("ARGUMENT", `a degree of ${k} needs as many partners, found ${candidates}`, {
      where,
      remedy: multapses ? "Allow autapses or enlarge the population." : "Lower k or allow multapses.",
    });
  }
  const stream = new RandomStream(context.seed, Stream.construction, hashName(context.name));
  return collect(rows, (row, add) => {
    const random = stream.at(row);
    // Partner indices skip the neuron itself where autapses are forbidden.
    const partner = (c: number): number => (forbidden && c >= row ? c + 1 : c);
    if (multapses) for (let e = 0; e < k; e++) add(partner(random.integer(candidates)));
    else for (const c of random.choose(candidates, k)) add(partner(c));
  });
}

function readEdges(rule: RuleSpec & { kind: "edges" }, context: RuleContext, where: string): Edges {
  const source = Uint32Array.from(rule.source);
  const target = Uint32Array.from(rule.target);
  if (source.length !== target.length) {
    throw new WbeError("ARGUMENT", `expected as many sources as targets, found ${source.length} and ${target.length}`, {
      where,
    });
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
  return { source, target };
}

/** Rows by source: `order` lists edges row by row, each row in the given order; offsets has length rows + 1. */
export function sortBySource(source: Uint32Array, rows: number): { order: Uint32Array; offsets: Uint32Array } {
  const offsets = new Uint32Array(rows + 1);
  for (const s of source) offsets[s + 1]!++;
  for (let i = 0; i < rows; i++) offsets[i + 1]! += offsets[i];
  const next = offsets.slice(0, rows);
  const order = new Uint32Array(source.length);
  source.forEach((s, e) => {
    order[next[s]!++] = e;
  });
  return { order, offsets };
}
