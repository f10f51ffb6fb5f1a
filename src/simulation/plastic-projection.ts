/**
 * A projection whose weights change by spikes: keeps the history of its targets, queues presynaptic spikes until all
 * postsynaptic spikes that reach the synapse before them are known, and runs the rule's kernel.
 *
 * @module
 */

import { compileWat } from "../compiler/compile.js";
import { evaluateNodes } from "../compiler/evaluate.js";
import {
  entryBytes,
  modulatorCapacity,
  noSpike,
  plasticWordCount,
  plasticWords,
  tableSteps,
} from "../compiler/plastic-layout.js";
import { compilePlasticity, type PlasticProgram } from "../compiler/plasticity.js";
import type { NumericArray } from "../core/column.js";
import { internalError, WbeError } from "../core/errors.js";
import { suggestName } from "../core/suggestion.js";
import { parseQuantity } from "../core/units.js";
import type { Arena } from "../kernels/arena.js";
import { isShared } from "../kernels/shared-memory.js";
import type { SpikeList } from "./exchange.js";
import { type PopulationMemory, type ProjectionMemory, portAddress } from "./memory-layout.js";
import type { BuiltNetwork, BuiltProjection } from "./network.js";
import type { BuiltPopulation } from "./population.js";
import { checkRange } from "./population-values.js";
import { shiftOf } from "./projection-extent.js";

interface PlasticKernels {
  prepare(descriptor: number): void;
  modulator(descriptor: number, spikes: number, count: number): void;
  post(descriptor: number, spikes: number, count: number): void;
  pre(descriptor: number, spikes: number, count: number): void;
  flush(descriptor: number, upTo: number): void;
}

/**
 * Longest epoch that a plastic projection allows: a presynaptic spike must be settled at an epoch's end that lies
 * between the moment when the postsynaptic spikes before it are known and its arrival at the target.
 *
 * @throws WbeError UNSUPPORTED when delays lie mostly in axons and differ so much that no such moment exists.
 */
export function longestPlasticEpoch(projection: BuiltProjection): number {
  if (projection.rules.length === 0 || projection.extent.synapses === 0) return Number.POSITIVE_INFINITY;
  const wait = Math.max(0, projection.extent.highestShift);
  const room = projection.extent.shortestDelay - wait;
  if (room < 0) {
    throw new WbeError(
      "UNSUPPORTED",
      "a plastic projection whose delays lie mostly in the axon needs delays that differ less",
      { where: `projection "${projection.name}"`, remedy: "Use one delay, or an axonalFraction of at most 0.5." },
    );
  }
  return room + 1;
}

/** The changing arrays of a plastic projection in one share, as they can be seen from another thread. */
export interface PlasticViews {
  /** One value for each source of the whole projection, the same in every share. */
  readonly bySource: Readonly<Record<string, NumericArray>>;
  /** For each target of the share; some have several rows of all targets, one after another. */
  readonly byTarget: Readonly<Record<string, { readonly rows: number; readonly values: NumericArray }>>;
  /** Presynaptic spikes on their way, the same in every share: their number, then pairs (step, source). */
  readonly queue: Uint32Array;
  /** Spikes of each target since the last flush. */
  readonly sinceFlush: Uint32Array;
  /** Variables of synapses, row by row. */
  readonly bySynapse: Readonly<Record<string, NumericArray>>;
  /** The same in every share, whatever the number of sources. */
  readonly common: Readonly<Record<string, NumericArray>>;
}

export class PlasticProjection {
  readonly built: BuiltProjection;
  private readonly program: PlasticProgram;
  private readonly params: ReadonlyMap<string, number>;
  private readonly wait: number;
  private readonly capacity: number;
  /** Entries of a history that a coming presynaptic spike may still need. */
  private readonly reserve: number;
  private readonly maxDelay: number;
  private readonly addresses: Record<string, number> = {};
  private kernels!: PlasticKernels;
  private arena!: Arena;
  private descriptor = 0;
  /** Pairs that the queue holds at most. */
  private readonly room: number;
  private queue!: Uint32Array;
  /** The largest decides when to flush. */
  private sinceFlush!: Uint32Array;
  private busiest = 0;
  private modulatedSteps = 0;
  /** Index of the population whose spikes modulate the synapses. */
  readonly modulator: number | undefined;
  private words!: Uint32Array;

  /** @throws WbeError for a parameter that the rule does not have, a value out of range, weights out of bounds. */
  constructor(
    network: BuiltNetwork,
    built: BuiltProjection,
    private readonly source: BuiltPopulation,
    private readonly target: BuiltPopulation,
    epoch: number,
    arena: Arena,
  ) {
    this.built = built;
    const { dt } = network.description;
    this.program = compilePlasticity(
      built.rules.map(({ rule }) => rule),
      built.weightUnit,
      typeof built.rows.delays === "number",
    );
    this.modulator = built.rules.find(({ modulator }) => modulator !== undefined)?.modulator;
    this.params = readRuleParameters(built, dt);
    checkConstraints(built, this.program, this.params);
    const { lowestShift, highestShift, longestDelay } = built.extent;
    this.wait = Math.max(0, highestShift);
    this.maxDelay = Math.max(1, longestDelay);
    this.reserve = epoch + this.wait - lowestShift + 2;
    let capacity = 16;
    while (capacity < 2 * this.reserve) capacity *= 2;
    this.capacity = capacity;
    this.room = this.wait === 0 ? 0 : source.wholeSize * (epoch + this.wait + 1);
    const { nPreTraces, nPostTraces, nModulatorTraces, nSynapseStates, movesWeight } = this.program;
    const { n } = built.rows;
    const hasSynapse = movesWeight || nSynapseStates > 0;
    this.addresses = {
      descriptor: arena.reserve(4 * plasticWordCount),
      shifts: arena.reserve(4 * (this.maxDelay + 1)),
      slots: arena.reserve(8 * this.program.slots.length),
      tables: arena.reserve(8 * tableSteps * (nPreTraces + nPostTraces + nModulatorTraces)),
      lastPre: arena.reserve(4 * source.wholeSize),
      done: arena.reserve(4 * source.wholeSize),
      preTraces: arena.reserve(8 * source.wholeSize * nPreTraces),
      historyCount: arena.reserve(4 * target.size),
      history: arena.reserve(entryBytes(nPostTraces) * target.size * capacity),
      sinceFlush: arena.reserve(4 * target.size),
      queue: arena.reserve(4 + 8 * this.room),
      synapseStates: arena.reserve(8 * n * nSynapseStates),
      touched: arena.reserve(hasSynapse ? 4 * n : 0),
      anchors: arena.reserve(movesWeight ? 8 * n : 0),
      modulatorHistory: arena.reserve(nModulatorTraces > 0 ? entryBytes(nModulatorTraces) * modulatorCapacity : 0),
    };
  }

  /** Fills the reserved memory and makes the kernel. */
  async place(
    arena: Arena,
    memory: WebAssembly.Memory,
    projection: ProjectionMemory,
    target: PopulationMemory,
  ): Promise<void> {
    this.arena = arena;
    const at = this.addresses;
    this.descriptor = at.descriptor!;
    this.queue = arena.u32(at.queue!, 1 + 2 * this.room);
    this.sinceFlush = arena.u32(at.sinceFlush!, this.target.size);
    const words = arena.u32(this.descriptor, plasticWordCount);
    this.words = words;
    const set = (name: keyof typeof plasticWords, value: number): void => {
      words[plasticWords[name]] = value;
    };
    set("sources", this.source.wholeSize);
    set("offsets", projection.offsets);
    set("targets", projection.targets);
    set("weights", projection.weights);
    set("delays", typeof this.built.rows.delays === "number" ? this.built.rows.delays : projection.delays);
    set("ring", portAddress(target, this.built.port));
    set("slotStride", target.ringGeometry.slotStride);
    set("vectorStride", target.ringGeometry.vectorStride);
    set("vectorShift", target.ringGeometry.vectorShift);
    set("laneMask", target.ringGeometry.laneMask);
    set("ringMask", target.ringMask);
    set("capacityMask", this.capacity - 1);
    set("synapses", this.built.rows.n);
    for (const name of [
      "shifts",
      "slots",
      "lastPre",
      "done",
      "preTraces",
      "tables",
      "historyCount",
      "history",
      "synapseStates",
      "touched",
      "anchors",
      "modulatorHistory",
    ] as const) {
      set(name, at[name]!);
    }
    const shifts = new Int32Array(memory.buffer, at.shifts!, this.maxDelay + 1);
    for (let d = 0; d <= this.maxDelay; d++) shifts[d] = shiftOf(d, this.built.axonalFraction);
    new Int32Array(memory.buffer, at.lastPre!, this.source.wholeSize).fill(-1);
    // Stamps start at 1; a bound below every stamp + shift means that nothing has been replayed.
    new Int32Array(memory.buffer, at.done!, this.source.wholeSize).fill(-0x10000);
    const { nPostTraces, nModulatorTraces } = this.program;
    const clear = (address: number, entries: number, bytes: number): void => {
      const steps = new Int32Array(memory.buffer, address, (entries * bytes) >> 2);
      for (let k = 0; k < steps.length; k += bytes >> 2) steps[k] = noSpike;
    };
    clear(at.history!, this.target.size * this.capacity, entryBytes(nPostTraces));
    if (nModulatorTraces > 0) clear(at.modulatorHistory!, modulatorCapacity, entryBytes(nModulatorTraces));
    const slots = evaluateNodes(this.program.slots, (leaf) => this.params.get(leaf.name)!);
    arena.f64(at.slots!, slots.length).set(slots);
    const module = await compileWat(this.program.wat, isShared(memory));
    const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
    for (const name of ["prepare", "pre", "post", "modulator", "flush"]) {
      if (typeof exports[name] !== "function") throw internalError(`plasticity kernel has no ${name}`);
    }
    this.kernels = exports as unknown as PlasticKernels;
    this.kernels.prepare(this.descriptor);
  }

  /**
   * Spikes of an epoch go into the histories: those of the targets here, and those of all modulating neurons. First call
   * at the end of an epoch.
   */
  learn({ at, count }: SpikeList, modulating: SpikeList | undefined): void {
    if (modulating && modulating.count > 0) {
      const before = this.words[plasticWords.modulatorCount]!;
      this.kernels.modulator(this.descriptor, modulating.at, modulating.count);
      this.modulatedSteps += this.words[plasticWords.modulatorCount]! - before;
    }
    this.kernels.post(this.descriptor, at, count);
    const posts = this.arena.u32(at, 2 * count);
    for (let k = 1; k < posts.length; k += 2) {
      this.busiest = Math.max(this.busiest, ++this.sinceFlush[posts[k]!]!);
    }
  }

  /**
   * Presynaptic spikes (sorted pairs of step and source at an address) stamped up to step `now` set out, and those
   * that are due reach their synapses.
   */
  deliver(now: number, at: number, count: number): void {
    if (this.wait === 0) this.kernels.pre(this.descriptor, at, count);
    else this.settleLater(now, this.arena.u32(at, 2 * count));
  }

  /** Makes room in the history where it runs short. Last call at the end of an epoch. */
  keepUp(now: number): void {
    const isFull = this.modulatedSteps > modulatorCapacity - this.reserve;
    if (isFull || this.busiest > this.capacity - this.reserve) this.flush(now);
  }

  /** Presynaptic spikes wait until step stamp + wait has passed. */
  private settleLater(now: number, spikes: Uint32Array): void {
    const { queue } = this;
    const end = 1 + 2 * queue[0]! + spikes.length;
    queue.set(spikes, end - spikes.length);
    let due = 1;
    while (due < end && queue[due]! + this.wait <= now) due += 2;
    if (due > 1) {
      this.kernels.pre(this.descriptor, this.addresses.queue! + 4, (due - 1) >> 1);
      queue.copyWithin(1, due, end);
    }
    queue[0] = (end - due) >> 1;
  }

  /** History, traces and waiting spikes; the weights are the projection's. */
  views(): PlasticViews {
    const { arena, addresses: at, capacity } = this;
    const sources = this.source.wholeSize;
    const targets = this.target.size;
    const { nPreTraces, nPostTraces, nModulatorTraces, nSynapseStates, movesWeight } = this.program;
    const { n } = this.built.rows;
    return {
      bySource: {
        lastPre: arena.u32(at.lastPre!, sources),
        done: arena.u32(at.done!, sources),
        preTraces: arena.f64(at.preTraces!, sources * nPreTraces),
      },
      byTarget: {
        historyCount: { rows: 1, values: arena.u32(at.historyCount!, targets) },
        history: { rows: 1, values: arena.u32(at.history!, (entryBytes(nPostTraces) / 4) * targets * capacity) },
      },
      bySynapse: {
        ...Object.fromEntries(
          Array.from({ length: nSynapseStates }, (_, k) => [
            `states/${k}`,
            arena.f64(at.synapseStates! + 8 * k * n, n),
          ]),
        ),
        ...(nSynapseStates > 0 || movesWeight ? { touched: arena.u32(at.touched!, n) } : {}),
        ...(movesWeight ? { anchors: arena.f64(at.anchors!, n) } : {}),
      },
      common: {
        ...(movesWeight ? { shownAt: this.words.subarray(plasticWords.shownAt, plasticWords.shownAt + 1) } : {}),
        ...(nModulatorTraces > 0
          ? {
              modulatorCount: this.words.subarray(plasticWords.modulatorCount, plasticWords.modulatorCount + 1),
              modulatorHistory: arena.u32(at.modulatorHistory!, (entryBytes(nModulatorTraces) / 4) * modulatorCapacity),
            }
          : {}),
      },
      queue: this.queue,
      sinceFlush: this.sinceFlush,
    };
  }

  /** Brings all weights up to date with the spikes up to step `now`; changes no outcome. */
  flush(now: number): void {
    this.kernels.flush(this.descriptor, now - this.wait);
    this.sinceFlush.fill(0);
    this.busiest = 0;
    this.modulatedSteps = 0;
  }
}

/** @throws WbeError PARAMETER_RANGE for a constraint of a rule that does not hold. */
function checkConstraints(
  built: BuiltProjection,
  { constraints }: PlasticProgram,
  params: ReadonlyMap<string, number>,
): void {
  const nodes = constraints.map(({ node }) => node);
  const failed = evaluateNodes(nodes, (leaf) => params.get(leaf.name)!).indexOf(0);
  if (failed < 0) return;
  throw new WbeError("PARAMETER_RANGE", `"${constraints[failed]!.text}" does not hold`, {
    where: `projection "${built.name}", plasticity ${built.rules.map(({ rule }) => rule.id).join(", ")}`,
  });
}

/** The range that all rules of a projection allow its weights. */
export function weightBounds(projection: BuiltProjection): { low: number; high: number } {
  const values = readRuleParameters(projection, 1);
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  projection.rules.forEach(({ rule }, k) => {
    if (!rule.bounds) return;
    low = Math.max(low, values.get(`${k}.${rule.bounds.min}`)!);
    high = Math.min(high, values.get(`${k}.${rule.bounds.max}`)!);
  });
  return { low, high };
}

/** "<rule index>.<parameter>" and dt → value. */
function readRuleParameters(built: BuiltProjection, dt: number): ReadonlyMap<string, number> {
  const values = new Map<string, number>([["dt", dt]]);
  built.rules.forEach(({ rule, params, mayChangeSign }, k) => {
    const where = `projection "${built.name}", plasticity ${rule.id}`;
    for (const name of Object.keys(params)) {
      if (!Object.hasOwn(rule.params, name)) {
        throw new WbeError("NAME_UNKNOWN", `plasticity rule "${rule.id}" has no parameter "${name}"`, {
          where,
          remedy: suggestName(name, Object.keys(rule.params)),
        });
      }
    }
    for (const [name, [value, unit, range]] of Object.entries(rule.params)) {
      const given = Object.hasOwn(params, name) ? params[name] : undefined;
      const number =
        given === undefined ? value : parseQuantity(given, unit.replace(/\bweight\b/, built.weightUnit), where);
      checkRange(number, range ?? {}, unit, where, name);
      values.set(`${k}.${name}`, number);
    }
    if (!rule.bounds) return;
    const low = values.get(`${k}.${rule.bounds.min}`)!;
    const high = values.get(`${k}.${rule.bounds.max}`)!;
    if (low < 0 && high > 0 && !mayChangeSign) {
      throw new WbeError(
        "PARAMETER_RANGE",
        `expected bounds on one side of 0 (Dale's law), found ${low} to ${high} ${built.weightUnit}`,
        {
          where,
          remedy: `Give ${rule.bounds.min} and ${rule.bounds.max} one sign, or say mayChangeSign: true beside the rule.`,
        },
      );
    }
    const weights = typeof built.weights === "number" ? [built.weights] : built.weights;
    const outside = built.targets.length === 0 ? -1 : weights.findIndex((w) => !(w >= low && w <= high));
    if (outside >= 0) {
      throw new WbeError(
        "PARAMETER_RANGE",
        `expected initial weights from ${low} to ${high} ${built.weightUnit}, found ${weights[outside]}`,
        {
          where: `${where}, synapse ${outside}`,
          remedy: `Widen ${rule.bounds.min} and ${rule.bounds.max}, or start inside them.`,
        },
      );
    }
  });
  return values;
}
