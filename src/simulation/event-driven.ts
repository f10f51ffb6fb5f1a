/**
 * Event-driven populations (method "event-driven"): linear neurons whose states are known in closed form between
 * events, so that a neuron costs time only where something reaches it or it may fire. The dense run of the same numbers
 * is the one in which all neurons are awake; it gives the same bits, since looking at a neuron changes nothing.
 * Stepping by the exact propagator gives the same spikes up to rounding (a part in 1e13 of a potential).
 *
 * Morrison et al. 2007, Neural Comput 19:47 (exact integration between events); Rotter & Diesmann 1999, Biol Cybern 81:381.
 *
 * @module
 */
import { type ClosedForm, readClosedForm } from "../compiler/closed-form.js";
import type { LeafValues } from "../compiler/evaluate.js";
import { descriptorWords } from "../compiler/layout.js";
import { refractoryName } from "../compiler/step.js";
import type { NumericArray } from "../core/column.js";
import { internalError, WbeError } from "../core/errors.js";
import type { Arena } from "../kernels/arena.js";
import {
  arrivalBytes,
  createEventDrivenKernel,
  type EventDrivenKernel,
  eventDrivenBatchBytes,
  eventDrivenWordCount,
  eventDrivenWords,
  seriesRows,
} from "../kernels/event-driven.js";
import type { SpikeList } from "./exchange.js";
import { longestTable, noRest, solveLinear, tabulate } from "./flow-table.js";
import type { PopulationMemory, PopulationViews, ProjectionMemory } from "./memory-layout.js";
import type { BuiltPopulation } from "./population.js";
import { type PopulationValues, valueAtOf } from "./population-values.js";
import { refractoryPeriods } from "./refractory-periods.js";

/** Addresses of what an event-driven population holds in the memory of a share. */
export type EventDrivenPlaces = Readonly<
  Record<"descriptor" | "values" | "base" | "held" | "rest" | "response" | "table" | "gains", number> &
    Record<"scalars" | "refractory" | "scratch" | "columns" | "batch" | "removed", number>
> & {
  /** Exact spike times; undefined for times on the grid. */
  readonly exact: ExactPlaces | undefined;
};

type ExactPlaces = Readonly<Record<"heldFractions" | "heads" | "pool" | "matrix" | "slopes" | "terms", number>> &
  Omit<EventDrivenRoom, "slots">;

function reserve(built: BuiltPopulation, room: EventDrivenRoom, arena: Arena): EventDrivenPlaces {
  const { size, compiled } = built;
  const { model } = compiled.program;
  const N = model.states.length;
  return {
    descriptor: arena.reserve(4 * eventDrivenWordCount),
    values: arena.reserve(8 * N * size),
    base: arena.reserve(4 * size),
    held: arena.reserve(4 * size),
    rest: arena.reserve(8 * N * size),
    response: arena.reserve(8 * N * (1 + model.inputs.length)),
    table: arena.reserve(8 * (longestTable + 1) * N * N),
    gains: arena.reserve(8 * N * model.ports.length),
    scalars: arena.reserve(8 * (1 + 4 * N)),
    refractory: arena.reserve(4 * size),
    scratch: arena.reserve(8 * 4 * N),
    columns: arena.reserve(4 * N),
    batch: arena.reserve(eventDrivenBatchBytes),
    removed: arena.reserve(4 * size),
    exact: built.hasExactTimes
      ? {
          heldFractions: arena.reserve(8 * size),
          heads: arena.reserve(4 * size * room.slots),
          pool: arena.reserve(arrivalBytes * room.capacity),
          matrix: arena.reserve(8 * N * N),
          slopes: arena.reserve(8 * N * (longestTable + 1)),
          terms: arena.reserve(8 * seriesRows * N),
          capacity: room.capacity,
          underWay: room.underWay,
        }
      : undefined,
  };
}

/** What the network asks of an event-driven population. */
export interface EventDrivenRoom {
  /** Slots of its ring. */
  readonly slots: number;
  /** Arrivals between steps that may be under way, and those of them that synapses may need. */
  readonly capacity: number;
  readonly underWay: number;
}

/** In one share. Who holds the parameters gives them to all shares (takeParameters) before the first step. */
export class EventDriven {
  private form: ((leaf: LeafValues) => ClosedForm) | undefined;
  private readonly nStates: number;
  private arena!: Arena;
  private memory!: PopulationViews;
  private kernel!: EventDrivenKernel;
  private words!: Uint32Array;

  private constructor(
    private readonly built: BuiltPopulation,
    readonly at: EventDrivenPlaces,
  ) {
    this.nStates = built.compiled.program.model.states.length;
  }

  /** Reserves its place in a memory that is being laid out. */
  static reserve(built: BuiltPopulation, room: EventDrivenRoom, arena: Arena): EventDriven {
    return new EventDriven(built, reserve(built, room, arena));
  }

  /** Sees what another thread has placed. */
  static over(built: BuiltPopulation, at: EventDrivenPlaces): EventDriven {
    return new EventDriven(built, at);
  }

  /** Takes its place in a memory that has been made. */
  async connect(arena: Arena, population: PopulationViews): Promise<void> {
    this.arena = arena;
    this.memory = population;
    this.kernel = await createEventDrivenKernel(arena.memory);
    this.words = arena.u32(this.at.descriptor, eventDrivenWordCount);
  }

  /** Fills the reserved memory from the initial states. */
  async place(arena: Arena, population: PopulationMemory): Promise<void> {
    await this.connect(arena, population);
    const { at, nStates } = this;
    const { program } = this.built.compiled;
    const set = (name: keyof typeof eventDrivenWords, value: number): void => {
      this.words[eventDrivenWords[name]] = value;
    };
    set("neurons", this.built.size);
    set("states", nStates);
    set("ports", program.portNames.length);
    set("ring", population.ring);
    set("ringMask", population.ringMask);
    set("spikes", population.spikes);
    if (!population.awake) throw internalError("an event-driven population without a list of who is awake");
    set("awake", population.awake.byteOffset);
    set("values", at.values);
    set("base", at.base);
    set("heldUntil", at.held);
    set("rest", at.rest);
    set("table", at.table);
    set("gains", at.gains);
    set("scalars", at.scalars);
    set("refractorySteps", at.refractory);
    set("scratch", at.scratch);
    set("columns", at.columns);
    set("batch", at.batch);
    set("removed", at.removed);
    if (at.exact) {
      const { capacity, underWay: _, ...addresses } = at.exact;
      for (const [name, address] of Object.entries(addresses)) set(name as keyof typeof addresses, address);
      set("fractions", population.fractions);
      this.kernel.clearArrivals(at.descriptor, capacity);
    }
    const addresses = population.states.map((column) => column.byteOffset);
    arena.u32(at.columns, nStates).set(addresses.slice(0, nStates));
    set("refractoryColumn", program.stateNames.includes(refractoryName) ? addresses[nStates]! : 0);
  }

  advance(first: number, steps: number): number {
    const count = this.kernel.advance(this.at.descriptor, first, steps);
    const { notFinite } = eventDrivenWords;
    if (this.words[notFinite] !== 0) {
      this.memory.words[descriptorWords.notFinite] = this.words[notFinite]!;
      this.words[notFinite] = 0;
      this.materialise(first + steps);
    }
    return count;
  }

  /**
   * Something arrives at a neuron (of those here) at a fraction of a step, from 0 to 1. Exact spike times only.
   *
   * @throws WbeError LIMIT as deliverExactly.
   */
  insert(neuron: number, step: number, port: number, fraction: number, weight: number): void {
    this.kernel.insert(this.at.descriptor, neuron, step, port, fraction, weight);
    this.requireRoom();
  }

  /**
   * Delivers spikes at their fractions of a step through rows of static synapses. Exact spike times only.
   *
   * @throws WbeError LIMIT when more is under way than was reserved, because the sources' refractory periods were
   * shortened since.
   */
  deliverExactly(
    list: SpikeList,
    {
      offsets,
      targets,
      hasShortTargets,
      sharesWeight,
      weightView,
      weights,
      delays,
      uniformDelay,
      built,
    }: ProjectionMemory,
  ): void {
    const kernel = this.kernel[hasShortTargets ? "deliverExactlyShort" : "deliverExactly"];
    const weight = sharesWeight ? weightView[0]! : 0;
    const rows = [offsets, targets, sharesWeight ? 0 : weights, weight, delays, uniformDelay] as const;
    kernel(this.at.descriptor, list.at, list.fractions, list.count, ...rows, built.port);
    this.requireRoom();
  }

  /** @throws WbeError LIMIT when stimuli bring more arrivals between steps at a time than was reserved for. */
  requireCapacity(fromStimuli: number): void {
    const { exact } = this.at;
    if (!exact || fromStimuli <= exact.capacity - exact.underWay) return;
    throw new WbeError(
      "LIMIT",
      `stimuli bring ${fromStimuli} spikes at a time, ${exact.capacity - exact.underWay} fit`,
      {
        where: this.where(),
        remedy: "Build the network again with these stimuli.",
      },
    );
  }

  private requireRoom(): void {
    if (this.words[eventDrivenWords.overflow] === 0) return;
    throw new WbeError("LIMIT", `more than ${this.at.exact!.capacity} spikes are under way`, {
      where: this.where(),
      remedy: "Refractory periods were shortened: build the network again with them.",
    });
  }

  /** Removes a neuron (of those here) at `step`, where nothing has arrived yet. */
  remove(neuron: number, step: number): void {
    this.kernel.remove(this.at.descriptor, neuron, step);
  }

  /** Writes the states at `step` where others read them. */
  materialise(step: number): void {
    this.kernel.materialise(this.at.descriptor, step);
  }

  /** The ring of arrivals has been read from a checkpoint. */
  noteArrivals(): void {
    this.kernel.noteArrivals(this.at.descriptor);
  }

  /** Takes over what somebody wrote into the states since they were last materialised at this step. */
  adopt(step: number): void {
    this.kernel.adopt(this.at.descriptor, step);
  }

  /** Something has written states, parameters or input currents: an event of all neurons at `step`. */
  rebase(step: number, values: PopulationValues): void {
    this.takeParameters(values);
    this.kernel.rebase(this.at.descriptor, step);
  }

  /** The input currents have changed, and with them the states at rest: an event of all neurons at `step`. */
  rebaseCurrents(step: number): void {
    this.fillRest();
    this.kernel.rebase(this.at.descriptor, step);
  }

  /**
   * Propagators, resting states, gains, thresholds and refractory steps from parameters (of the whole population) and
   * input currents.
   *
   * @throws WbeError MODEL_INVALID for a model that is not linear, or parameters that may not differ between neurons;
   * PARAMETER_RANGE for exact spike times without a refractory period.
   */
  takeParameters(values: PopulationValues): void {
    const { built, nStates: N, at, arena, words } = this;
    this.form ??= readClosedForm(built.compiled.program.model, built.compiled.perNeuron);
    const form = this.form(valueAtOf(values)(0));
    const dt = values.shared.get("dt")!;
    const isExact = at.exact !== undefined;
    const { table, slopes, step, pieces, largest, smallest } = tabulate(form, N, dt, isExact, this.where());
    arena.f64(at.table, table.length).set(table);
    words[eventDrivenWords.tableLength] = table.length / (N * N) - 1;
    if (at.exact) {
      arena.f64(at.exact.matrix, N * N).set(step);
      arena.f64(at.exact.slopes, slopes.length).set(slopes);
      words[eventDrivenWords.pieces] = pieces;
    }
    words[eventDrivenWords.spikeState] = form.spikeState;
    words[eventDrivenWords.isStrict] = form.isStrict ? 1 : 0;
    words[eventDrivenWords.held] = form.held.reduce((bits, holds, r) => bits | (holds ? 1 << r : 0), 0);
    arena.f64(at.gains, form.gains.length * N).set(form.gains.flat());
    const resets = [...form.resets.map(({ keep }) => keep), ...form.resets.map(({ value }) => value)];
    arena.f64(at.scalars, 1 + 4 * N).set([form.threshold, ...largest, ...smallest, ...resets]);
    this.solveRest(form);
    this.fillRest();
    const start = built.start - built.wholeStart;
    arena.u32(at.refractory, built.size).set(refractoryPeriods(built, values, start, start + built.size));
  }

  /** y* = −A⁻¹·(constant + inputs): the rest without input, and what each input adds. */
  private solveRest({ matrix, constant, perInput }: ClosedForm): void {
    const { nStates: N } = this;
    const response = [constant, ...perInput].flatMap((b) => {
      const x = solveLinear(matrix, b, N);
      if (x.every(Number.isFinite)) return x.map((value) => -value);
      throw noRest(this.where());
    });
    this.arena.f64(this.at.response, response.length).set(response);
  }

  private fillRest(): void {
    const { nStates: N, built, at } = this;
    const { size } = built;
    const rest = this.arena.f64(at.rest, N * size);
    const { inputs } = this.memory;
    const response = this.arena.f64(at.response, N * (1 + inputs.length));
    for (let r = 0; r < N; r++) rest.fill(response[r]!, r * size, (r + 1) * size);
    inputs.forEach((currents, k) => {
      for (let r = 0; r < N; r++) {
        const slope = response[(k + 1) * N + r]!;
        for (let i = 0; i < size; i++) rest[r * size + i]! += slope * currents[i]!;
      }
    });
  }

  private where(): string {
    return `population "${this.built.name}", method event-driven`;
  }

  /** Of the ring of arrivals. */
  get ringSize(): { readonly slots: number; readonly ports: number } {
    return this.memory.ringGeometry;
  }

  /** Arrivals between steps that are under way: triples (neuron of the whole population, slot, port), pairs (fraction, weight). */
  listArrivals(places: number[], values: number[]): void {
    const { arena, at, built } = this;
    if (!at.exact) return;
    const { slots } = this.ringSize;
    const heads = arena.u32(at.exact.heads, slots * built.size);
    const pool = new DataView(arena.memory.buffer, at.exact.pool, arrivalBytes * at.exact.capacity);
    const first = built.start - built.wholeStart;
    heads.forEach((head, k) => {
      for (let link = head; link !== 0; ) {
        const entry = (link - 1) * arrivalBytes;
        places.push(first + Math.floor(k / slots), k % slots, pool.getUint32(entry + 4, true));
        values.push(pool.getFloat64(entry + 8, true), pool.getFloat32(entry + 16, true));
        link = pool.getUint32(entry, true);
      }
    });
  }

  /** Replaces the arrivals between steps by those of a list for the whole population. @throws WbeError LIMIT. */
  takeArrivals(places: Uint32Array, values: Float64Array): void {
    const { at, built } = this;
    if (!at.exact) return;
    this.words[eventDrivenWords.overflow] = 0;
    this.kernel.clearArrivals(at.descriptor, at.exact.capacity);
    const first = built.start - built.wholeStart;
    for (let k = 0; 3 * k < places.length; k++) {
      const neuron = places[3 * k]! - first;
      if (neuron < 0 || neuron >= built.size) continue;
      this.insert(neuron, places[3 * k + 1]!, places[3 * k + 2]!, values[2 * k]!, values[2 * k + 1]!);
    }
  }

  /** What a checkpoint holds in place of the states, by name: one value per neuron. */
  views(): Readonly<Record<string, NumericArray>> {
    const { arena, at, built, nStates } = this;
    const names = built.compiled.program.stateNames;
    const views: Record<string, NumericArray> = {};
    for (let r = 0; r < nStates; r++) {
      views[`states/${names[r]}`] = arena.f64(at.values + 8 * r * built.size, built.size);
    }
    views["last event"] = arena.u32(at.base, built.size);
    views["refractory until"] = arena.u32(at.held, built.size);
    if (at.exact) views["refractory fraction"] = arena.f64(at.exact.heldFractions, built.size);
    views.removed = arena.u32(at.removed, built.size);
    return views;
  }
}
