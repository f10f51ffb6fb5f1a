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
import { internalError, WbeError } from "../core/errors.js";
import type { Arena } from "../kernels/arena.js";
import {
  createEventDrivenKernel,
  type EventDrivenKernel,
  eventDrivenWordCount,
  eventDrivenWords,
} from "../kernels/event-driven.js";
import type { PopulationMemory } from "./memory-layout.js";
import type { BuiltPopulation } from "./population.js";
import { type PopulationValues, valueAtOf } from "./population-values.js";
import { fixedPart, type StatePart } from "./state-part.js";

/** Steps whose propagators are kept in a table; longer silences are crossed in strides of it. */
const longestTable = 1024;
/** Steps after which a system that has not come to rest is taken to have no rest. */
const longestDecay = 2 ** 20;
/** What is left of a deviation that counts as none. */
const negligible = 1e-9;

export class EventDriven {
  private readonly readForm: (leaf: LeafValues) => ClosedForm;
  private readonly at: Readonly<
    Record<"descriptor" | "values" | "base" | "held" | "rest" | "table" | "gains", number>
  > &
    Readonly<Record<"scalars" | "refractory" | "scratch" | "columns", number>>;
  private readonly nStates: number;
  private arena!: Arena;
  private memory!: PopulationMemory;
  private kernel!: EventDrivenKernel;
  private words!: Uint32Array;

  /** @throws WbeError MODEL_INVALID for a model that is not linear, or parameters that may not differ between neurons. */
  constructor(
    private readonly built: BuiltPopulation,
    arena: Arena,
  ) {
    const { model } = built.compiled.program;
    this.readForm = readClosedForm(model, built.compiled.perNeuron);
    const n = built.size;
    const N = model.states.length;
    this.nStates = N;
    this.at = {
      descriptor: arena.reserve(4 * eventDrivenWordCount),
      values: arena.reserve(8 * N * n),
      base: arena.reserve(4 * n),
      held: arena.reserve(4 * n),
      rest: arena.reserve(8 * N * n),
      table: arena.reserve(8 * (longestTable + 1) * N * N),
      gains: arena.reserve(8 * N * model.ports.length),
      scalars: arena.reserve(8 * (1 + 4 * N)),
      refractory: arena.reserve(4 * n),
      scratch: arena.reserve(8 * 3 * N),
      columns: arena.reserve(4 * N),
    };
  }

  /** Fills the reserved memory from the initial states. */
  async place(arena: Arena, memory: WebAssembly.Memory, population: PopulationMemory): Promise<void> {
    this.arena = arena;
    this.memory = population;
    this.kernel = await createEventDrivenKernel(memory);
    const { at, nStates } = this;
    const { program } = this.built.compiled;
    this.words = arena.u32(at.descriptor, eventDrivenWordCount);
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
    const addresses = population.states.map((column) => column.byteOffset);
    arena.u32(at.columns, nStates).set(addresses.slice(0, nStates));
    set("refractoryColumn", program.stateNames.includes(refractoryName) ? addresses[nStates]! : 0);
    this.takeParameters(this.built.values);
    this.kernel.rebase(at.descriptor, 0);
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

  /** Takes over what somebody wrote into the states since they were last materialised at this step. */
  adopt(step: number): void {
    this.kernel.adopt(this.at.descriptor, step);
  }

  /** Something has written states, parameters or input currents: an event of all neurons at `step`. */
  rebase(step: number, values: PopulationValues): void {
    this.takeParameters(values);
    this.kernel.rebase(this.at.descriptor, step);
  }

  /** Propagators, resting states, gains, thresholds and refractory steps from parameters and input currents. */
  takeParameters(values: PopulationValues): void {
    const { built, nStates: N, at, arena, words } = this;
    const { model } = built.compiled.program;
    const form = this.readForm(valueAtOf(values)(0));
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
    this.fillRest(form);
    const steps = arena.u32(at.refractory, built.size);
    if (!model.refractory) return;
    const node = refractorySteps(model);
    const columns = topologicalOrder([node]).flatMap(({ op, name }) => {
      const column = op === "param" ? values.varying.get(name) : undefined;
      return column ? [column] : [];
    });
    const known = new Map<string, number>();
    for (let i = 0; i < built.size; i++) {
      const key = columns.map((column) => column[i]).join();
      const count = known.get(key) ?? evaluateNodes([node], valueAtOf(values)(i))[0]!;
      known.set(key, count);
      steps[i] = count;
    }
  }

  /** y* = −A⁻¹·(constant + inputs). */
  private fillRest({ matrix, constant, perInput }: ClosedForm): void {
    const { nStates: N, built } = this;
    const rest = this.arena.f64(this.at.rest, N * built.size);
    const solve = (b: readonly number[]): number[] => {
      const x = solveLinear(matrix, b, N);
      if (x.every(Number.isFinite)) return x.map((value) => -value);
      throw noRest(this.where());
    };
    const alone = solve(constant);
    for (let r = 0; r < N; r++) rest.fill(alone[r]!, r * built.size, (r + 1) * built.size);
    perInput.forEach((slopes, k) => {
      const response = solve(slopes);
      const currents = this.memory.inputs[k]!;
      for (let r = 0; r < N; r++) {
        for (let i = 0; i < built.size; i++) rest[r * built.size + i]! += response[r]! * currents[i]!;
      }
    });
  }

  private where(): string {
    return `population "${this.built.name}", method event-driven`;
  }

  /** What a checkpoint holds in place of the states. */
  *stateParts(): Iterable<StatePart> {
    const { arena, at, built, nStates } = this;
    const names = built.compiled.program.stateNames;
    for (let r = 0; r < nStates; r++) {
      yield fixedPart(`states/${names[r]}`, arena.f64(at.values + 8 * r * built.size, built.size));
    }
    yield fixedPart("last event", arena.u32(at.base, built.size));
    yield fixedPart("refractory until", arena.u32(at.held, built.size));
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
