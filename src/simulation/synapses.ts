/**
 * The synapses of a projection, drawn straight into the rows by source from which spikes are delivered: no second copy.
 *
 * Targets are indices within the share that is built. The j-th synapse of target t within a projection draws its weight
 * and its delay as j-th number at place t of the streams that the projection's name selects.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { Stream } from "../core/streams.js";
import { delayToSteps } from "../core/time.js";
import type { Arena } from "../kernels/arena.js";
import type { ConstructionKernels } from "../kernels/construction.js";
import { boundsMissed, checkLength, hashName, type ListedValues, type ValueSource } from "./distribution.js";
import { type Chunk, Incoming } from "./incoming.js";
import type { WeightSummary } from "./projection-extent.js";
import type { RulePlan } from "./rules.js";
import { buildSourceRows, summarizeSourceRows } from "./source-rows.js";
import type { SynapseRows, SynapseSpec } from "./synapse-rows.js";

export class SynapseBuilder {
  constructor(
    private readonly arena: Arena,
    private readonly kernels: ConstructionKernels,
  ) {}

  /**
   * @param wide weights are f64 and targets u32, as plasticity wants them.
   * @param shortTargets targets may be u16.
   * @throws WbeError ARGUMENT for a delay that is no whole number of steps from 1 to 65535, UNSUPPORTED for what cannot be
   * drawn by source, LIMIT for want of memory.
   */
  build(spec: SynapseSpec, shortTargets: boolean, wide: boolean): { rows: SynapseRows; weights: WeightSummary } {
    const { arena, kernels } = this;
    if (spec.bySource) return buildSourceRows(arena, kernels, spec, shortTargets, wide);
    const { plan, context, weight, delay } = spec;
    const { nSource } = context;
    const offsets = arena.reserve(4 * (nSource + 1));
    arena.grow();
    const incoming = new Incoming(arena, kernels, plan, context);
    incoming.count(offsets);
    const n = incoming.total;
    if (plan.kind !== "edges") {
      if (isList(weight)) checkLength(weight, n, `${spec.where}, weight`);
      if (isList(delay)) checkLength(delay, n, `${spec.where}, delay`);
    }
    const hasShortTargets = shortTargets && !wide;
    const targets = arena.reserve((hasShortTargets ? 2 : 4) * n);
    const weights = typeof weight === "number" ? weight : { at: arena.reserve((wide ? 8 : 4) * n), isDouble: wide };
    const delayMark = arena.mark;
    const delays = typeof delay === "number" ? 0 : arena.reserve(2 * n);
    const scratch = arena.mark;
    const next = arena.reserve(4 * nSource);
    const drawWeights = this.drawer(spec, Stream.weights, incoming);
    const drawDelays = this.drawer(spec, Stream.delays, incoming);
    const range = arena.reserve(8);
    arena.grow();
    arena.u32(next, nSource).set(arena.u32(offsets, nSource));
    arena.u32(range, 2).set([0xffffffff, 0]);
    let summary = typeof weight === "number" && n > 0 ? { sum: weight, largest: Math.max(0, weight) } : zeroSummary;
    for (const chunk of incoming.chunks()) {
      kernels.takePlaces({ n: chunk.n, list: chunk.list, next });
      const places = chunk.list;
      kernels.placeTargets({
        ...chunk,
        places,
        first: chunk.first - context.targets.from,
        targets,
        isShort: Number(hasShortTargets),
      });
      if (typeof weights !== "number") {
        const values = drawWeights(chunk);
        summary = this.addSummary(spec, chunk, values, !wide, summary);
        kernels.placeWeights({ n: chunk.n, places, values, weights: weights.at, isSingle: Number(!wide) });
      }
      if (delays !== 0) {
        const values = drawDelays(chunk);
        const done = kernels.placeDelays({ n: chunk.n, places, values, dt: spec.dt, delays, range });
        if (done < chunk.n) {
          delayToSteps(
            arena.f64(values, chunk.n)[done]!,
            spec.dt,
            `${spec.where}, delay of synapse ${chunk.before + done}`,
          );
        }
      }
    }
    arena.grow();
    const [least, most] = arena.u32(range, 2) as unknown as [number, number];
    arena.rewind(scratch);
    const one = typeof delay === "number" ? delayToSteps(delay, spec.dt, `${spec.where}, delay`) : least;
    const isUniform = typeof delay === "number" || (n > 0 && least === most);
    if (isUniform) arena.rewind(delayMark);
    const rows: SynapseRows = {
      n,
      nSource,
      offsets,
      targets,
      hasShortTargets,
      weights,
      delays: isUniform ? one : n === 0 ? 1 : { at: delays, least, most },
    };
    return { rows, weights: summary };
  }

  /** Sum and largest of the weights that `build` would make in double precision; makes nothing. */
  summarize(spec: SynapseSpec): WeightSummary {
    const { arena, kernels } = this;
    if (spec.bySource) return summarizeSourceRows(arena, kernels, spec);
    const { weight, plan, context } = spec;
    const mark = arena.mark;
    const offsets = arena.reserve(4 * (context.nSource + 1));
    arena.grow();
    const incoming = new Incoming(arena, kernels, plan, context);
    incoming.count(offsets);
    const summary = this.summarizeIncoming(spec, weight, incoming);
    arena.grow();
    arena.rewind(mark);
    return summary;
  }

  private summarizeIncoming(spec: SynapseSpec, weight: ValueSource, incoming: Incoming): WeightSummary {
    if (typeof weight === "number") {
      return incoming.total > 0 ? { sum: weight, largest: Math.max(0, weight) } : zeroSummary;
    }
    const draw = this.drawer(spec, Stream.weights, incoming);
    // Values listed by row: their order does not matter here.
    let summary = zeroSummary;
    if (isList(weight) && spec.plan.kind !== "edges") {
      for (const value of weight.values) {
        summary = { sum: summary.sum + value, largest: Math.max(summary.largest, value) };
      }
      return summary;
    }
    for (const chunk of incoming.chunks()) summary = this.addSummary(spec, chunk, draw(chunk), false, summary);
    return summary;
  }

  private addSummary(
    spec: SynapseSpec,
    chunk: Chunk,
    values: number,
    isSingle: boolean,
    { sum, largest }: WeightSummary,
  ): WeightSummary {
    const { arena, kernels } = this;
    const summary = arena.reserve(16);
    arena.grow();
    const view = arena.f64(summary, 2);
    view.set([sum, largest]);
    const negative = kernels.summarize({ n: chunk.n, values, isSingle: Number(isSingle), summary });
    if (negative < chunk.n) spec.onNegative(arena.f64(values, chunk.n)[negative]!, chunk.before + negative);
    const [newSum, newLargest] = view as unknown as [number, number];
    arena.rewind(summary);
    return { sum: newSum, largest: newLargest };
  }

  /** What puts the values of a chunk, after its places have been taken, into a scratch array (f64) and returns it. */
  private drawer(spec: SynapseSpec, stream: number, incoming: Incoming): (chunk: Chunk) => number {
    const { arena, kernels } = this;
    const source = stream === Stream.weights ? spec.weight : spec.delay;
    if (typeof source === "number") return () => 0;
    const values = arena.reserve(8 * incoming.room);
    if (isList(source)) {
      const listed = arena.reserve(8 * source.values.length);
      arena.grow();
      arena.f64(listed, source.values.length).set(source.values);
      // Listed values follow the list of edges or, without one, the rows: by source, then target.
      return ({ n, list, given }) => {
        kernels.pickValues({ n, given: given || list, listed, values });
        return values;
      };
    }
    const { seed, name } = spec.context;
    const entity = hashName(name);
    return (chunk) => {
      const done = kernels.drawValues({ ...source, seed, stream, entity, ...chunk, values });
      if (done < chunk.n) {
        throw boundsMissed(source, `${spec.where}, ${stream === Stream.weights ? "weight" : "delay"}`);
      }
      return values;
    };
  }
}

function isList(source: ValueSource): source is ListedValues {
  return typeof source === "object" && "values" in source;
}

const zeroSummary: WeightSummary = { sum: 0, largest: 0 };

/** @throws WbeError UNSUPPORTED for listed values that only the whole network can order. */
export function requireWhole(values: ValueSource, plan: RulePlan, kind: string, where: string): void {
  if (!isList(values) || plan.kind === "edges") return;
  throw new WbeError("UNSUPPORTED", `listed values for a rule of kind ${kind} need the whole network`, {
    where,
    remedy: 'Run on one thread, or list the synapses with a rule of kind "edges".',
  });
}
