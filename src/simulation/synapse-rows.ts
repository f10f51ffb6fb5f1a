/**
 * What the synapses of a projection are made from, and where they stand in memory.
 *
 * @module
 */
import type { Arena } from "../kernels/arena.js";
import type { ValueSource } from "./distribution.js";
import type { RuleContext, RulePlan } from "./rules.js";

/** Where the plan of a projection's rows stands in memory, and what is needed to read a row. */
export interface PlacedPlan {
  readonly at: number;
  /** Scratch of the kernels: targets u32 and weights f64 of a block. */
  readonly targets: number;
  readonly weights: number;
  readonly firstBlock: number;
  readonly endBlock: number;
}

/** Kernels that read u16 targets number that many neurons. */
export const mostShortTargets = 65536;

/** One value for all synapses, or one each. */
export type SynapseValues<A> = number | A;

/** Where the rows of a projection stand in the network's memory. */
export interface SynapseRows {
  readonly n: number;
  readonly nSource: number;
  /** u32[nSource + 1]: synapses of source i stand at offsets[i] … offsets[i+1]−1, by ascending target. */
  readonly offsets: number;
  /** u16 or u32 each. */
  readonly targets: number;
  readonly hasShortTargets: boolean;
  /** One weight, or the address of f32 or f64. */
  readonly weights: SynapseValues<{ readonly at: number; readonly isDouble: boolean }>;
  /** Steps: one delay, or the address of u16. */
  readonly delays: SynapseValues<{ readonly at: number; readonly least: number; readonly most: number }>;
  /** Of procedural projections: rows are drawn from it; no targets, weights or delays stand anywhere. */
  readonly plan?: PlacedPlan;
}

/** Typed arrays on the rows, good until the memory grows. */
export function viewRows(arena: Arena, rows: SynapseRows) {
  const { nSource, offsets, targets, hasShortTargets, weights, delays } = rows;
  const n = rows.plan ? 0 : rows.n;
  return {
    offsets: arena.u32(offsets, nSource + 1),
    targets: hasShortTargets ? arena.u16(targets, n) : arena.u32(targets, n),
    weights:
      typeof weights === "number" ? weights : weights.isDouble ? arena.f64(weights.at, n) : arena.f32(weights.at, n),
    delays: typeof delays === "number" ? delays : arena.u16(delays.at, n),
  };
}

export interface SynapseSpec {
  readonly plan: RulePlan;
  /** For messages. */
  readonly ruleKind: string;
  /** Drawn at the place of their source in the random streams; see source-rows.ts. */
  readonly bySource: boolean;
  /** Not stored; implies bySource. */
  readonly isProcedural: boolean;
  readonly context: RuleContext;
  readonly weight: ValueSource;
  /** ms. */
  readonly delay: ValueSource;
  /** ms. */
  readonly dt: number;
  readonly where: string;
  /** Called with a weight below 0 and, where it is known, its index (target by target). */
  readonly onNegative: (weight: number, synapse?: number) => void;
}
