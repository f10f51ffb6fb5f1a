/**
 * The incoming synapses of a projection, target by target, in chunks small enough for the caches: counted first, then
 * drawn again. Numbers that can be drawn twice need not be kept: only rules that do not draw per target keep a list of
 * sources meanwhile.
 *
 * @module
 */

import { Stream } from "../core/streams.js";
import type { Arena } from "../kernels/arena.js";
import type { ConstructionKernels } from "../kernels/construction.js";
import { hashName } from "./distribution.js";
import type { DegreePlan, RuleContext, RulePlan } from "./rules.js";

/** Synapses of a chunk. */
const chunkSynapses = 65536;
/** Targets of a chunk. */
const chunkTargets = 16384;

/** Consecutive targets; layouts in kernels/assembly/construction.ts. */
export interface Chunk {
  /** Targets, as indices in their population, and how many. */
  readonly first: number;
  readonly count: number;
  /** Synapses before this chunk, and in it. */
  readonly before: number;
  readonly n: number;
  readonly list: number;
  readonly ends: number;
  readonly start: number;
  /** Number of each synapse in the list of an "edges" rule, 0 for other rules. */
  readonly given: number;
}

export class Incoming {
  /** Synapses; known after `count`. */
  total = 0;
  /** For rules that do not draw per target: synapses before each target; its length is one more. */
  private targetOffsets: Uint32Array | undefined;
  private readonly entity: number;

  constructor(
    private readonly arena: Arena,
    private readonly kernels: ConstructionKernels,
    private readonly plan: RulePlan,
    private readonly context: RuleContext,
  ) {
    this.entity = hashName(context.name);
  }

  /** Most synapses of a chunk; known after `count`. */
  get room(): number {
    const { plan, context } = this;
    let most = chunkSynapses;
    if (plan.kind === "in-degree") most = Math.max(most, plan.k);
    if (plan.kind === "all" || plan.kind === "bernoulli") most = Math.max(most, context.nSource);
    const offsets = this.targetOffsets;
    if (offsets) for (let t = 1; t < offsets.length; t++) most = Math.max(most, offsets[t]! - offsets[t - 1]!);
    return most;
  }

  /** Fills offsets u32[nSource + 1], which holds zeros, with where the row of each source begins. */
  count(offsets: number): void {
    const { arena, kernels, context } = this;
    const { nSource, targets } = context;
    const mark = arena.mark;
    if (this.isByTarget()) {
      for (const { n, list } of this.chunksByTarget()) kernels.countSources({ n, list, counts: offsets });
    } else {
      const nTargets = targets.to - targets.from;
      const targetCounts = arena.reserve(4 * (nTargets + 1));
      for (const { n, sources, targets: at } of this.pairs()) {
        const { from, to } = targets;
        kernels.countPairs({ n, sources, targets: at, from, to, targetCounts, sourceCounts: offsets });
      }
      arena.grow();
      kernels.addUp({ n: nTargets, counts: targetCounts });
      this.targetOffsets = arena.u32(targetCounts, nTargets + 1).slice();
    }
    arena.grow();
    kernels.addUp({ n: nSource, counts: offsets });
    this.total = arena.u32(offsets, nSource + 1)[nSource]!;
    arena.rewind(mark);
  }

  /** All synapses, after `count`. What a chunk points to lasts until the next. Scratch stays reserved: rewind after. */
  chunks(): Iterable<Chunk> {
    return this.isByTarget() ? this.chunksByTarget() : this.chunksOfList();
  }

  private isByTarget(): boolean {
    return ["one-to-one", "all", "bernoulli", "in-degree"].includes(this.plan.kind);
  }

  private *chunksByTarget(): Iterable<Chunk> {
    const { arena, context, room } = this;
    const { from, to } = context.targets;
    const list = arena.reserve(4 * room);
    const ends = arena.reserve(4 * chunkTargets);
    const draw = this.drawerByTarget();
    arena.grow();
    let before = 0;
    for (let first = from; first < to; ) {
      const count = draw(first, Math.min(to, first + chunkTargets), list, ends);
      const n = arena.u32(ends, count)[count - 1]!;
      yield { first, count, before, n, list, ends, start: 0, given: 0 };
      before += n;
      first += count;
    }
  }

  /** Lists the partners of targets first … at most stop − 1, and says of how many. */
  private drawerByTarget(): (first: number, stop: number, list: number, ends: number) => number {
    const { arena, kernels, plan, context, entity, room } = this;
    const { seed, nSource } = context;
    const evenly = (first: number, stop: number, degree: number, ends: number): number => {
      const count = Math.min(stop - first, degree === 0 ? chunkTargets : Math.floor(room / degree));
      const view = arena.u32(ends, count);
      for (let t = 0; t < count; t++) view[t] = degree * (t + 1);
      return count;
    };
    switch (plan.kind) {
      case "bernoulli": {
        const { logMiss } = plan;
        const skipsSelf = Number(plan.skipsSelf);
        return (first, stop, list, ends) =>
          kernels.drawBernoulli({ seed, entity, first, stop, nSource, logMiss, skipsSelf, list, room, ends });
      }
      case "in-degree": {
        const draw = this.drawerOfPartners(plan);
        return (first, stop, list, ends) => {
          const count = evenly(first, stop, plan.k, ends);
          draw(first, count, list);
          return count;
        };
      }
      case "all": {
        const skipsSelf = Number(plan.skipsSelf);
        return (first, stop, list, ends) => {
          const count = evenly(first, stop, nSource - skipsSelf, ends);
          kernels.listAll({ first, count, nSource, skipsSelf, list });
          return count;
        };
      }
      default:
        return (first, stop, list, ends) => {
          const count = evenly(first, stop, 1, ends);
          arena.u32(list, count).forEach((_, t, view) => {
            view[t] = first + t;
          });
          return count;
        };
    }
  }

  /** Lists k partners of each of `count` neurons from `first` on. */
  private drawerOfPartners(plan: DegreePlan): (first: number, count: number, list: number) => void {
    const { arena, kernels, context, entity } = this;
    const { seed } = context;
    const { k, candidates } = plan;
    const skipsSelf = Number(plan.skipsSelf);
    const common = { seed, entity, k, candidates, skipsSelf };
    if (!plan.distinct) return (first, count, list) => kernels.drawPartners({ ...common, first, count, list });
    const order = arena.reserve(4 * candidates);
    const swaps = arena.reserve(4 * k);
    arena.grow();
    arena.u32(order, candidates).forEach((_, i, view) => {
      view[i] = i;
    });
    return (first, count, list) => kernels.drawDistinctPartners({ ...common, first, count, list, order, swaps });
  }

  /** The pairs of a rule that does not draw per target, some at a time: `first` is the number of the first. */
  private *pairs(): Iterable<{ first: number; n: number; sources: number; targets: number }> {
    const { arena, kernels, plan, context, entity } = this;
    const { seed, nSource, nTarget } = context;
    const room = plan.kind === "out-degree" ? Math.max(chunkSynapses, plan.k) : chunkSynapses;
    const sources = arena.reserve(4 * room);
    const targets = arena.reserve(4 * room);
    if (plan.kind === "edges") {
      arena.grow();
      const n = plan.source.length;
      for (let first = 0; first < n; first += room) {
        const end = Math.min(n, first + room);
        arena.u32(sources, room).set(plan.source.subarray(first, end));
        arena.u32(targets, room).set(plan.target.subarray(first, end));
        yield { first, n: end - first, sources, targets };
      }
    } else if (plan.kind === "out-degree") {
      const { k } = plan;
      if (k === 0) return;
      const draw = this.drawerOfPartners(plan);
      arena.grow();
      const most = Math.floor(room / k);
      for (let first = 0; first < nSource; first += most) {
        const count = Math.min(most, nSource - first);
        draw(first, count, targets);
        kernels.listOwners({ first, n: count * k, k, sources });
        yield { first: first * k, n: count * k, sources, targets };
      }
    } else if (plan.kind === "total") {
      let tableSize = 1;
      while (plan.distinct && tableSize < 2 * plan.n) tableSize *= 2;
      const taken = plan.distinct ? arena.reserve(8 * tableSize) : 0;
      arena.grow();
      kernels.startSequence({ seed, stream: Stream.construction, entity, step: 0 });
      const skipsSelf = Number(plan.skipsSelf);
      for (let first = 0; first < plan.n; first += room) {
        const n = Math.min(room, plan.n - first);
        kernels.drawPairs({ n, nSource, nTarget, skipsSelf, sources, targets, taken, tableMask: tableSize - 1 });
        yield { first, n, sources, targets };
      }
    }
  }

  private *chunksOfList(): Iterable<Chunk> {
    const { arena, kernels, plan, context } = this;
    const { from, to } = context.targets;
    const offsets = this.targetOffsets!;
    const total = offsets.at(-1)!;
    const ends = arena.reserve(4 * offsets.length);
    const list = arena.reserve(4 * total);
    const given = plan.kind === "edges" ? arena.reserve(4 * total) : 0;
    const mark = arena.mark;
    arena.grow();
    arena.u32(ends, offsets.length).set(offsets);
    // The lists' places run from the start to the end of each target: `ends` is what `next` becomes.
    for (const { first, n, sources, targets } of this.pairs()) {
      kernels.listPairs({ n, sources, targets, from, to, next: ends, list, given, firstPair: first });
    }
    arena.grow();
    arena.rewind(mark);
    for (let t = 0; t < to - from; ) {
      const start = offsets[t]!;
      let stop = t + 1;
      while (stop < to - from && stop - t < chunkTargets && offsets[stop + 1]! - start <= chunkSynapses) stop++;
      yield {
        first: from + t,
        count: stop - t,
        before: start,
        n: offsets[stop]! - start,
        list: list + 4 * start,
        ends: ends + 4 * t,
        start,
        given: given && given + 4 * start,
      };
      t = stop;
    }
  }
}
