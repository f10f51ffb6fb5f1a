/**
 * Connection rules of a description → what the construction kernels are told, checked.
 *
 * Where a rule draws per target (bernoulli, fixed-in-degree), target t draws from its own place in the random stream
 * that the projection's name selects: its synapses do not depend on other targets, on the order of declaration, or on
 * how targets are dealt to workers. fixed-out-degree draws per source in the same way; fixed-total from one sequence.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { log1p } from "../core/math.js";
import type { RuleSpec } from "./description.js";

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

/** skipsSelf: a neuron is no partner of its own. distinct: no pair twice. */
export type RulePlan =
  | { readonly kind: "one-to-one" }
  | { readonly kind: "all"; readonly skipsSelf: boolean }
  | { readonly kind: "bernoulli"; readonly logMiss: number; readonly skipsSelf: boolean }
  | ({ readonly kind: "in-degree" | "out-degree" } & DegreePlan)
  | { readonly kind: "total"; readonly n: number; readonly skipsSelf: boolean; readonly distinct: boolean }
  | { readonly kind: "edges"; readonly source: Uint32Array; readonly target: Uint32Array };

export interface DegreePlan {
  readonly k: number;
  /** Partners to choose from, without oneself where skipsSelf. */
  readonly candidates: number;
  readonly skipsSelf: boolean;
  readonly distinct: boolean;
}

type Rule<K extends RuleSpec["kind"]> = Extract<RuleSpec, { kind: K }>;

/**
 * @throws WbeError ARGUMENT for a probability outside [0, 1], a degree or total that cannot be met, sizes that do not
 * match, or an edge index outside its population.
 */
export function planRule(rule: RuleSpec, context: RuleContext): RulePlan {
  const { nSource, nTarget, name, samePopulation } = context;
  const where = `projection "${name}", rule ${rule.kind}`;
  const skipsSelf = samePopulation && !("autapses" in rule && rule.autapses === true);
  switch (rule.kind) {
    case "one-to-one":
      if (nSource !== nTarget) {
        throw new WbeError("ARGUMENT", `expected populations of one size, found ${nSource} and ${nTarget}`, { where });
      }
      return { kind: "one-to-one" };
    case "all-to-all":
      return { kind: "all", skipsSelf };
    case "bernoulli": {
      const { p } = rule;
      if (!(p >= 0 && p <= 1))
        throw new WbeError("ARGUMENT", `expected a probability in [0, 1], found ${p}`, { where });
      if (p === 1) return { kind: "all", skipsSelf };
      // Gaps between partners are geometric, so the work follows the synapses, not the pairs.
      return p === 0 ? none : { kind: "bernoulli", logMiss: log1p(-p), skipsSelf };
    }
    case "fixed-in-degree":
      return { kind: "in-degree", ...planDegree(rule, nSource, skipsSelf, where) };
    case "fixed-out-degree":
      return { kind: "out-degree", ...planDegree(rule, nTarget, skipsSelf, where) };
    case "fixed-total":
      return planTotal(rule, context, skipsSelf, where);
    case "edges":
      return readEdges(rule, context, where);
  }
}

const none: RulePlan = { kind: "total", n: 0, skipsSelf: false, distinct: false };

/** Candidates for the partner of a neuron, checked against the degree that is asked for. */
function planDegree(
  { k, multapses = true }: Rule<"fixed-in-degree" | "fixed-out-degree">,
  partners: number,
  skipsSelf: boolean,
  where: string,
): DegreePlan {
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
  return { k, candidates, skipsSelf, distinct: !multapses };
}

/** n synapses between pairs drawn with replacement (without it where multapses are forbidden). */
function planTotal(
  { n, multapses = true }: Rule<"fixed-total">,
  { nSource, nTarget }: RuleContext,
  skipsSelf: boolean,
  where: string,
): RulePlan {
  const pairs = nSource * nTarget - (skipsSelf ? Math.min(nSource, nTarget) : 0);
  if (!Number.isInteger(n) || n < 0 || (n > 0 && pairs < 1) || (!multapses && n > pairs)) {
    throw new WbeError("ARGUMENT", `expected a whole number of synapses from 0 to the ${pairs} pairs, found ${n}`, {
      where,
      remedy: multapses ? "Allow autapses or enlarge the populations." : "Lower n or allow multapses.",
    });
  }
  return { kind: "total", n, skipsSelf, distinct: !multapses };
}

function readEdges(rule: Rule<"edges">, context: RuleContext, where: string): RulePlan {
  if (rule.source.length !== rule.target.length) {
    throw new WbeError(
      "ARGUMENT",
      `expected as many sources as targets, found ${rule.source.length} and ${rule.target.length}`,
      { where },
    );
  }
  const read = (given: ArrayLike<number>, size: number, what: string): Uint32Array => {
    for (let e = 0; e < given.length; e++) {
      const index = given[e]!;
      if (!Number.isInteger(index) || index < 0 || index >= size) {
        throw new WbeError("ARGUMENT", `expected a ${what} index from 0 to ${size - 1}, found ${index}`, {
          where: `${where}, edge ${e}`,
        });
      }
    }
    return given instanceof Uint32Array ? given : Uint32Array.from(given);
  };
  const source = read(rule.source, context.nSource, "source");
  return { kind: "edges", source, target: read(rule.target, context.nTarget, "target") };
}
