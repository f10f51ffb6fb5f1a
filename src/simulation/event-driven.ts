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
import { evaluateNodes, type LeafValues } from "../compiler/evaluate.js";
import { topologicalOrder } from "../compiler/ir.js";
import { descriptorWords } from "../compiler/layout.js";
import { propagators } from "../compiler/propagator.js";
import { refractoryName, refractorySteps } from "../compiler/step.js";
import type { NumericArray } from "../core/column.js";
import { internalError, WbeError } from "../core/errors.js";
import type { Arena } from "../kernels/arena.js";
import {
  createEventDrivenKernel,
  type EventDrivenKernel,
  eventDrivenBatchBytes,
  eventDrivenWordCount,
  eventDrivenWords,
} from "../kernels/event-driven.js";
import type { PopulationMemory, PopulationViews } from "./memory-layout.js";
import type { BuiltPopulation } from "./population.js";
import { type PopulationValues, valueAtOf } from "./population-values.js";

/** Steps whose propagators are kept in a table; longer silences are crossed in strides of it. */
const longestTable = 1024;
/** Steps after which a system that has not come to rest is taken to have no rest. */
const longestDecay = 2 ** 20;
/** What is left of a deviation that counts as none. */
const negligible = 1e-9;

/** Addresses of what an event-driven population holds in the memory of a share. */
export type EventDrivenPlaces = Readonly<
  Record<"descriptor" | "values" | "base" | "held" | "rest" | "response" | "table" | "gains", number> &
    Record<"scalars" | "refractory" | "scratch" | "columns" | "batch", number>
>;

function reserve({ size, compiled }: BuiltPopulation, arena: Arena): EventDrivenPlaces {
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
    scratch: arena.reserve(8 * 3 * N),
    columns: arena.reserve(4 * N),
    batch: arena.reserve(eventDrivenBatchBytes),
  };
}

/** In one share. Who holds the parameters gives them to all shares (takeParameters) before the first step. */
export class EventDriven {
  private form: ((leaf: LeafValues) => ClosedForm) | undefined;
  private readonly nStates: number;
  private arena!: Arena;
  private memory!: PopulationViews;
  private kernel!: EventDrivenKernel;
  private words!: Uint32Array;

  /** @param at where another thread has placed it. */
  constructor(
    private readonly built: BuiltPopulation,
    arena: Arena,
    readonly at: EventDrivenPlaces = reserve(built, arena),
  ) {
    this.nStates = built.compiled.program.model.states.length;
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
   * @throws WbeError MODEL_INVALID for a model that is not linear, or parameters that may not differ between neurons.
   */
  takeParameters(values: PopulationValues): void {
    const { built, nStates: N, at, arena, words } = this;
    const { model } = built.compiled.program;
    this.form ??= readClosedForm(model, built.compiled.perNeuron);
    const form = this.form(valueAtOf(values)(0));
    const dt = values.shared.get("dt")!;
    const { table, largest, smallest } = tabulate(form, propagators(form.matrix, N, dt).P, N, this.where());
    arena.f64(at.table, table.length).set(table);
    words[eventDrivenWords.tableLength] = table.length / (N * N) - 1;
    words[eventDrivenWords.spikeState] = form.spikeState;
    words[eventDrivenWords.isStrict] = form.isStrict ? 1 : 0;
    words[eventDrivenWords.held] = form.held.reduce((bits, holds, r) => bits | (holds ? 1 << r : 0), 0);
    arena.f64(at.gains, form.gains.length * N).set(form.gains.flat());
    const resets = [...form.resets.map(({ keep }) => keep), ...form.resets.map(({ value }) => value)];
    arena.f64(at.scalars, 1 + 4 * N).set([form.threshold, ...largest, ...smallest, ...resets]);
    this.solveRest(form);
    this.fillRest();
    const steps = arena.u32(at.refractory, built.size);
    if (!model.refractory) return;
    const node = refractorySteps(model);
    const columns = topologicalOrder([node]).flatMap(({ op, name }) => {
      const column = op === "param" ? values.varying.get(name) : undefined;
      return column ? [column] : [];
    });
    const known = new Map<string, number>();
    const start = built.start - built.wholeStart;
    for (let i = 0; i < built.size; i++) {
      const key = columns.map((column) => column[start + i]).join();
      const count = known.get(key) ?? evaluateNodes([node], valueAtOf(values)(start + i))[0]!;
      known.set(key, count);
      steps[i] = count;
    }
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
    return views;
  }
}

/**
 * T[k] = P^k for k = 0 … K, and the largest and smallest that each element of the spiking state's row will ever be, 0
 * among them.
 */
function tabulate({ spikeState }: ClosedForm, P: Float64Array, N: number, where: string) {
  const rows: number[] = [];
  const largest = new Array<number>(N).fill(0);
  const smallest = new Array<number>(N).fill(0);
  let T = Float64Array.from({ length: N * N }, (_, k) => (k % (N + 1) === 0 ? 1 : 0));
  for (let k = 0; ; k++) {
    if (k <= longestTable) rows.push(...T);
    if (k > 0) {
      for (let c = 0; c < N; c++) {
        largest[c] = Math.max(largest[c]!, T[spikeState * N + c]!);
        smallest[c] = Math.min(smallest[c]!, T[spikeState * N + c]!);
      }
    }
    if (T.every((value) => Math.abs(value) < negligible)) break;
    if (k >= longestDecay || !T.every(Number.isFinite)) throw noRest(where);
    const next = new Float64Array(N * N);
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < N; j++) {
        let sum = 0;
        for (let m = 0; m < N; m++) sum += T[i * N + m]! * P[m * N + j]!;
        next[i * N + j] = sum;
      }
    }
    T = next;
  }
  return { table: Float64Array.from(rows), largest, smallest };
}

function noRest(where: string): WbeError {
  return new WbeError("MODEL_INVALID", "without input the states do not come to rest", {
    where,
    remedy: 'A state grows, or keeps its value for ever: use method "exact".',
  });
}

/** Gaussian elimination with partial pivoting; not finite where the matrix is singular. */
function solveLinear(matrix: readonly number[], b: readonly number[], n: number): number[] {
  const rows = b.map((value, i) => [...matrix.slice(i * n, (i + 1) * n), value]);
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(rows[r]![c]!) > Math.abs(rows[pivot]![c]!)) pivot = r;
    [rows[c], rows[pivot]] = [rows[pivot]!, rows[c]!];
    for (let r = c + 1; r < n; r++) {
      const factor = rows[r]![c]! / rows[c]![c]!;
      for (let k = c; k <= n; k++) rows[r]![k]! -= factor * rows[c]![k]!;
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let r = n - 1; r >= 0; r--) {
    let sum = rows[r]![n]!;
    for (let c = r + 1; c < n; c++) sum -= rows[r]![c]! * x[c]!;
    x[r] = sum / rows[r]![r]!;
  }
  return x;
}
