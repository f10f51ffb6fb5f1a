/**
 * Rows drawn by source: each row can be drawn again without the others, so a projection may be kept as the numbers that it
 * is drawn from ("procedural") instead of as synapses, to the same bits.
 *
 * @module
 */
import { internalError, WbeError } from "../core/errors.js";
import { delayToSteps } from "../core/time.js";
import type { Arena } from "../kernels/arena.js";
import type { ConstructionKernels } from "../kernels/construction.js";
import { boundsMissed, type Distribution, hashName, type ValueSource } from "./distribution.js";
import type { WeightSummary } from "./projection-extent.js";
import type { RulePlan } from "./rules.js";
import type { PlacedPlan, SynapseRows, SynapseSpec } from "./synapse-rows.js";

/** Targets of a block: kernels/assembly/_rows.ts. */
const blockTargets = 1024;
/** weightKind and delayKind of values that all synapses share. */
const shared = 3;
/** f64 fields of a plan, then u32 fields. */
const planDoubles = 11;
const planWords = 22;
const planBytes = 8 * planDoubles + 4 * planWords;
const faultWord = 20;

const kinds = { bernoulli: 0, all: 1, "one-to-one": 2, "out-degree": 3 } as const;

/**
 * Builds a projection whose rows are drawn by source.
 *
 * @param shortTargets targets may be u16.
 * @param wide see SynapseBuilder.build.
 * @throws WbeError UNSUPPORTED for rules and values that cannot be drawn by source; as SynapseBuilder.build.
 */
export function buildSourceRows(
  arena: Arena,
  kernels: ConstructionKernels,
  spec: SynapseSpec,
  shortTargets: boolean,
  wide: boolean,
): { rows: SynapseRows; weights: WeightSummary } {
  const { weight, delay, context, where, isProcedural } = spec;
  const { nSource } = context;
  if (isProcedural && wide) {
    throw new WbeError("UNSUPPORTED", "expected stored synapses where a plasticity rule acts, found procedural ones", {
      where,
      remedy: 'Leave out storage: "procedural", or the rule.',
    });
  }
  requireDrawable(spec);
  const offsets = arena.reserve(4 * (nSource + 1));
  const mark = arena.mark;
  const scanned = placePlan(arena, spec);
  const n = countSynapses(arena, kernels, spec, scanned, offsets);
  const { least, most, weights } = scanValues(arena, kernels, spec, scanned, n);
  const uniform = typeof delay === "number" ? delayToSteps(delay, spec.dt, `${where}, delay`) : n === 0 ? 1 : undefined;
  const common = { n, nSource, offsets };
  if (isProcedural) {
    const rows: SynapseRows = {
      ...common,
      targets: 0,
      hasShortTargets: false,
      weights: typeof weight === "number" ? weight : { at: 0, isDouble: false },
      delays: uniform ?? { at: 0, least, most },
      plan: scanned,
    };
    return { rows, weights };
  }
  arena.rewind(mark);
  const hasShortTargets = shortTargets && !wide;
  const targets = arena.reserve((hasShortTargets ? 2 : 4) * n);
  const weightsAt = typeof weight === "number" ? 0 : arena.reserve((wide ? 8 : 4) * n);
  const oneDelay = uniform ?? (least === most ? least : undefined);
  const delaysAt = oneDelay === undefined ? arena.reserve(2 * n) : 0;
  const scratch = arena.mark;
  const plan = placePlan(arena, spec);
  const [isShort, isSingle] = [Number(hasShortTargets), Number(!wide)];
  kernels.storeRows({ plan: plan.at, nSource, targets, isShort, weights: weightsAt, isSingle, delays: delaysAt });
  arena.rewind(scratch);
  const rows: SynapseRows = {
    ...common,
    targets,
    hasShortTargets,
    weights: typeof weight === "number" ? weight : { at: weightsAt, isDouble: wide },
    delays: oneDelay ?? { at: delaysAt, least, most },
  };
  return { rows, weights };
}

/** See SynapseBuilder.summarize. */
export function summarizeSourceRows(arena: Arena, kernels: ConstructionKernels, spec: SynapseSpec): WeightSummary {
  requireDrawable(spec);
  const mark = arena.mark;
  const offsets = arena.reserve(4 * (spec.context.nSource + 1));
  const plan = placePlan(arena, spec);
  const n = countSynapses(arena, kernels, spec, plan, offsets);
  const { weights } = scanValues(arena, kernels, spec, plan, n);
  arena.rewind(mark);
  return weights;
}

/** The synapses of a procedural projection, row by row by source and by target within a row: copies. */
export function drawSourceRows(arena: Arena, kernels: ConstructionKernels, spec: SynapseSpec) {
  const { nSource } = spec.context;
  const mark = arena.mark;
  const at = arena.reserve(4 * (nSource + 1));
  const plan = placePlan(arena, spec);
  const n = countSynapses(arena, kernels, spec, plan, at);
  const offsets = arena.u32(at, nSource + 1).slice();
  const targets = new Uint32Array(n);
  const weights = new Float32Array(n);
  if (typeof spec.weight === "number") weights.fill(spec.weight);
  let place = 0;
  for (let source = 0; source < nSource; source++) {
    for (let block = plan.firstBlock; block < plan.endBlock; block++) {
      const count = kernels.drawBlock({ plan: plan.at, source, block, withValues: 1 });
      targets.set(arena.u32(plan.targets, count), place);
      if (typeof spec.weight !== "number") weights.set(arena.f64(plan.weights, count), place);
      place += count;
    }
    sortByTarget(targets.subarray(offsets[source], place), weights.subarray(offsets[source], place));
  }
  arena.rewind(mark);
  return { offsets, targets, weights };
}

function countSynapses(
  arena: Arena,
  kernels: ConstructionKernels,
  { context: { nSource } }: SynapseSpec,
  plan: PlacedPlan,
  offsets: number,
): number {
  kernels.countRows({ plan: plan.at, nSource, counts: offsets });
  kernels.addUp({ n: nSource, counts: offsets });
  return arena.u32(offsets, nSource + 1)[nSource]!;
}

/** Stable, as stored rows are sorted. */
function sortByTarget(targets: Uint32Array, values: Float32Array): void {
  if (targets.every((target, e) => e === 0 || targets[e - 1]! <= target)) return;
  const [oldTargets, oldValues] = [targets.slice(), values.slice()];
  const order = [...targets.keys()].sort((a, b) => targets[a]! - targets[b]! || a - b);
  order.forEach((from, e) => {
    targets[e] = oldTargets[from]!;
    values[e] = oldValues[from]!;
  });
}

function requireDrawable({ plan, ruleKind, where, weight, delay }: SynapseSpec): void {
  if (!(plan.kind in kinds) && !isEmpty(plan)) {
    const why = {
      "in-degree": "draws the sources of each target",
      total: "draws all pairs in one sequence",
      edges: "lists its synapses",
    };
    throw new WbeError(
      "UNSUPPORTED",
      `a rule of kind ${ruleKind} ${why[plan.kind as keyof typeof why]}: its rows cannot be drawn source by source`,
      { where, remedy: "Use bernoulli, fixed-out-degree, all-to-all or one-to-one, or store what is drawn by target." },
    );
  }
  for (const [what, values] of [
    ["weight", weight],
    ["delay", delay],
  ] as const) {
    if (typeof values === "number" || !("values" in values)) continue;
    throw new WbeError("UNSUPPORTED", "listed values cannot be drawn source by source", {
      where: `${where}, ${what}`,
      remedy: "Give a number or a distribution, or store what is drawn by target.",
    });
  }
}

const isEmpty = (plan: RulePlan): boolean => plan.kind === "total" && plan.n === 0;

/** Reserves and fills a plan and its scratch. */
function placePlan(arena: Arena, { plan, context, weight, delay, dt }: SynapseSpec): PlacedPlan {
  const degree = plan.kind === "out-degree" ? plan : undefined;
  const room = Math.max(blockTargets, degree?.k ?? 0);
  const at = arena.reserve(planBytes);
  const targets = arena.reserve(4 * room);
  const weights = arena.reserve(8 * room);
  const delays = arena.reserve(8 * room);
  const sorted = arena.reserve(8 * room + 4 * 256);
  const order = degree?.distinct ? arena.reserve(4 * degree.candidates) : 0;
  const swaps = degree?.distinct ? arena.reserve(4 * degree.k) : 0;
  arena.grow();
  const drawn = (source: ValueSource): Omit<Distribution, "kind"> & { kind: number } =>
    typeof source === "number" || "values" in source
      ? { kind: shared, a: 0, b: 0, low: 0, high: 0, redraws: 0 }
      : source;
  const [w, d] = [drawn(weight), drawn(delay)];
  const logMiss = plan.kind === "bernoulli" ? plan.logMiss : 0;
  arena.f64(at, planDoubles).set([logMiss, w.a, w.b, w.low, w.high, d.a, d.b, d.low, d.high, dt, 0]);
  const { from, to } = isEmpty(plan) ? { from: 0, to: 0 } : context.targets;
  const kind = isEmpty(plan) ? kinds.all : kinds[plan.kind as keyof typeof kinds] + Number(degree?.distinct === true);
  const skipsSelf = Number("skipsSelf" in plan && plan.skipsSelf);
  const partners = [skipsSelf, degree?.k ?? 0, degree?.candidates ?? 0, from, to, order, swaps];
  const values = [w.kind, w.redraws, d.kind, d.redraws];
  const words = [kind, context.seed, hashName(context.name), context.nTarget, ...partners, ...values];
  arena.u32(at + 8 * planDoubles, planWords).set([...words, targets, weights, delays, sorted, room, 0, 0]);
  if (degree?.distinct) {
    const candidates = arena.u32(order, degree.candidates);
    for (let i = 0; i < candidates.length; i++) candidates[i] = i;
  }
  const inBlocks = kind === kinds.bernoulli || kind === kinds.all;
  return {
    at,
    targets,
    weights,
    firstBlock: inBlocks ? Math.floor(from / blockTargets) : 0,
    endBlock: from >= to ? 0 : inBlocks ? Math.floor((to - 1) / blockTargets) + 1 : 1,
  };
}

/** Draws all values once. @throws WbeError for the first that is refused. */
function scanValues(arena: Arena, kernels: ConstructionKernels, spec: SynapseSpec, { at }: PlacedPlan, n: number) {
  const { weight, delay, context, where, onNegative } = spec;
  const shared: WeightSummary =
    typeof weight === "number" && n > 0 ? { sum: weight, largest: Math.max(0, weight) } : { sum: 0, largest: 0 };
  if (typeof weight === "number" && typeof delay === "number") return { least: 0, most: 0, weights: shared };
  const mark = arena.mark;
  const range = arena.reserve(8);
  const summary = arena.reserve(24);
  arena.grow();
  arena.u32(range, 2).set([0xffffffff, 0]);
  const source = kernels.scanRows({ plan: at, nSource: context.nSource, range, summary });
  if (source < context.nSource) {
    const [fault, synapse] = arena.u32(at + 8 * planDoubles, planWords).subarray(faultWord) as unknown as number[];
    const refused = arena.f64(at, planDoubles)[planDoubles - 1]!;
    if (fault === 1) throw boundsMissed(weight as Distribution, `${where}, weight`);
    if (fault === 2) throw boundsMissed(delay as Distribution, `${where}, delay`);
    delayToSteps(refused, spec.dt, `${where}, delay of synapse ${synapse} of source ${source}`);
    throw internalError("a delay was refused that is a whole number of steps");
  }
  const [sum, largest, smallest] = arena.f64(summary, 3) as unknown as [number, number, number];
  const [least, most] = arena.u32(range, 2) as unknown as [number, number];
  arena.rewind(mark);
  if (smallest < 0) onNegative(smallest);
  return { least, most, weights: typeof weight === "number" ? shared : { sum, largest } };
}
