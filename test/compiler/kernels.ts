/** A population without the engine: the compiled WebAssembly kernel, or the reference interpreter, on arrays of its own. */
import {
  type CompileOptions,
  compileModel,
  createReferenceKernel,
  descriptorWords,
  evaluateNodes,
  type KernelProgram,
  kernelExport,
} from "../../src/compiler/index.js";
import type { Node } from "../../src/compiler/ir.js";
import { lanesOf, paddedSize } from "../../src/compiler/lanes.js";
import { refractoryName } from "../../src/compiler/step.js";
import type { Reals } from "../../src/core/column.js";
import type { NeuronDeclaration } from "../../src/neuron-models/index.js";
import { ringElement, slotMajorRing, vectorMajorRing } from "../../src/simulation/ring.js";
import { reals } from "./expressions.js";

export interface CellOptions extends CompileOptions {
  readonly n?: number;
  readonly dt: number;
  /** One value for all, or one per neuron (the parameter is then compiled as per-neuron). */
  readonly params?: Readonly<Record<string, number | readonly number[]>>;
  readonly init?: Readonly<Record<string, number>>;
  readonly inputs?: Readonly<Record<string, number | readonly number[]>>;
  /** Of random numbers: index of neuron 0 in the whole network, and the seed (both 0 otherwise). */
  readonly firstNeuron?: number;
  readonly seed?: number;
}

export interface Cells {
  readonly program: KernelProgram;
  /** Advances by `steps`; arrivals(step, port, neuron) is asked for every step. */
  advance(steps: number, arrivals?: (step: number, port: number, neuron: number) => number): void;
  /** One value per neuron, a copy; "@refractory" is the counter. */
  state(name: string): Float64Array;
  /** [step stamp, neuron] in order of (step, neuron). */
  readonly spikes: [number, number][];
  readonly steps: number;
  /** Index of a neuron whose state is not finite, −1 if all are. */
  notFinite(): number;
}

const ringSlots = 64;

interface Prepared {
  readonly program: KernelProgram;
  readonly n: number;
  readonly padded: number;
  readonly slots: Reals;
  readonly columns: Reals[];
  readonly states: Reals[];
  readonly inputs: Reals[];
}

function prepare(program: KernelProgram, options: CellOptions): Prepared {
  const { n = 1, dt, params = {}, init = {}, inputs = {} } = options;
  const { model } = program;
  const { precision } = program;
  const padded = paddedSize(n, lanesOf[precision]);
  const at = (value: number | readonly number[], i: number): number =>
    typeof value === "number" ? value : value[Math.min(i, n - 1)]!;
  const defaults = new Map(model.params.map((p) => [p.name, p.default]));
  const parameterOf = (i: number) => (leaf: Node) =>
    leaf.name === "dt" ? dt : leaf.name in params ? at(params[leaf.name]!, i) : defaults.get(leaf.name)!;
  const initial = (i: number): number[] => {
    const known = new Map<string, number>(Object.entries(init));
    const find = (name: string): number => {
      const ready = known.get(name);
      if (ready !== undefined) return ready;
      const state = model.states.find((s) => s.name === name)!;
      const value = evaluateNodes([state.initial], (leaf) =>
        leaf.op === "state" ? find(leaf.name) : leaf.op === "input" ? 0 : parameterOf(i)(leaf),
      )[0]!;
      known.set(name, value);
      return value;
    };
    return program.stateNames.map((name) => (name === refractoryName ? 0 : find(name)));
  };
  const rows = (make: (i: number) => number[], count: number): Reals[] => {
    const columns = Array.from({ length: count }, () => reals(precision, padded));
    for (let i = 0; i < padded; i++) {
      make(Math.min(i, n - 1)).forEach((value, k) => {
        columns[k]![i] = value;
      });
    }
    return columns;
  };
  return {
    program,
    n,
    padded,
    slots: reals(precision, evaluateNodes(program.slots, parameterOf(0))),
    columns: rows((i) => evaluateNodes(program.columns, parameterOf(i)), program.columns.length),
    states: rows(initial, program.stateNames.length),
    inputs: program.inputNames.map((name) =>
      reals(
        precision,
        Array.from({ length: padded }, (_, i) => at(inputs[name] ?? 0, i)),
      ),
    ),
  };
}

function compileOptions(options: CellOptions): CompileOptions {
  const perNeuron = Object.entries(options.params ?? {}).filter(([, value]) => typeof value !== "number");
  const { ports, method, precision, restTolerance } = options;
  return { perNeuron: new Set(perNeuron.map(([name]) => name)), ports, method, precision, restTolerance };
}

type Advance = (first: number, count: number) => void;

function makeCells(
  p: Prepared,
  states: Reals[],
  ring: Float32Array,
  spikes: [number, number][],
  run: Advance,
  geometry = slotMajorRing(ringSlots, p.program.portNames.length, p.padded),
): Cells {
  const ports = p.program.portNames.length;
  let done = 0;
  return {
    program: p.program,
    spikes,
    get steps() {
      return done;
    },
    advance(steps, arrivals) {
      for (const end = done + steps; done < end; ) {
        const count = Math.min(ringSlots, end - done);
        const from = spikes.length;
        for (let s = done; arrivals && s < done + count; s++) {
          for (let port = 0; port < ports; port++) {
            for (let i = 0; i < p.n; i++) {
              ring[ringElement(geometry, s % ringSlots, port, i)] = arrivals(s, port, i);
            }
          }
        }
        run(done, count);
        done += count;
        const fresh = spikes.splice(from).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        spikes.push(...fresh);
      }
    },
    state: (name) => Float64Array.from(states[p.program.stateNames.indexOf(name)]!.subarray(0, p.n)),
    notFinite: () => Math.max(...states.map((column) => column.subarray(0, p.n).findIndex((v) => !Number.isFinite(v)))),
  };
}

/** The SIMD kernel, as the engine would call it. */
export async function wasmCells(
  declaration: NeuronDeclaration,
  options: CellOptions,
): Promise<Cells & { reported(): boolean; awake: Uint32Array }> {
  const compiled = await compileModel(declaration, compileOptions(options));
  const p = prepare(compiled.program, options);
  const sizes = {
    words: 4 * 128,
    ring: 4 * ringSlots * p.program.portNames.length * p.padded,
    spikes: 8 * p.n * ringSlots,
  };
  let end = 0;
  const reserve = (bytes: number): number => {
    const at = (end + 15) & ~15;
    end = at + bytes;
    return at;
  };
  const desc = reserve(sizes.words);
  const ringAt = reserve(sizes.ring);
  const spikesAt = reserve(sizes.spikes);
  const { bytes, precision } = lanesOf[p.program.precision];
  const slotsAt = reserve(bytes * p.slots.length);
  const columns = [...p.states, ...p.inputs, ...p.columns];
  const columnsAt = columns.map(() => reserve(bytes * p.padded));
  const awakeAt = reserve(64 * Math.ceil(p.padded / 32));
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65536) + 1 });
  const words = new Uint32Array(memory.buffer, desc, 128);
  words[descriptorWords.neurons] = p.n;
  words[descriptorWords.ring] = ringAt;
  words[descriptorWords.ringMask] = ringSlots - 1;
  words[descriptorWords.spikes] = spikesAt;
  words[descriptorWords.slots] = slotsAt;
  if (p.program.atRest) words[descriptorWords.awake] = awakeAt;
  words[descriptorWords.firstNeuron] = options.firstNeuron ?? 0;
  words[descriptorWords.uniformInputs] = Number(
    p.inputs.every((column) => column.every((value) => value === column[0])),
  );
  words[descriptorWords.seed] = options.seed ?? 0;
  words.set(columnsAt, descriptorWords.arrays);
  const Type = precision === "f32" ? Float32Array : Float64Array;
  new Type(memory.buffer, slotsAt, p.slots.length).set(p.slots);
  const views: Reals[] = columnsAt.map((at) => new Type(memory.buffer, at, p.padded));
  views.forEach((view, k) => {
    view.set(columns[k]!);
  });
  const awake = new Uint32Array(memory.buffer, awakeAt, p.padded / lanesOf[precision].count).fill(1);
  const ring = new Float32Array(memory.buffer, ringAt, sizes.ring / 4);
  const { exports } = await WebAssembly.instantiate(compiled.module, { env: { memory } });
  const advance = exports[kernelExport] as unknown as (desc: number, step: number, steps: number) => number;
  const spikes: [number, number][] = [];
  const makeRing = p.program.atRest ? vectorMajorRing : slotMajorRing;
  const geometry = makeRing(ringSlots, p.program.portNames.length, p.padded, lanesOf[precision].count);
  const run = (first: number, count: number): void => {
    const pairs = new Uint32Array(memory.buffer, spikesAt, 2 * advance(desc, first, count));
    for (let k = 0; k < pairs.length; k += 2) spikes.push([pairs[k]!, pairs[k + 1]!]);
  };
  const cells = makeCells(p, views.slice(0, p.states.length), ring, spikes, run, geometry);
  return Object.assign(cells, { reported: () => words[descriptorWords.notFinite] !== 0, awake });
}

/** The same program in plain JavaScript. */
export async function referenceCells(declaration: NeuronDeclaration, options: CellOptions): Promise<Cells> {
  const { program } = await compileModel(declaration, compileOptions(options));
  const p = prepare(program, options);
  const kernel = createReferenceKernel(program);
  const ring = new Float32Array(ringSlots * program.portNames.length * p.padded);
  const spikes: [number, number][] = [];
  const arrays = {
    n: p.n,
    states: p.states,
    inputs: p.inputs,
    columns: p.columns,
    slots: p.slots,
    ring,
    ringMask: ringSlots - 1,
    firstNeuron: options.firstNeuron ?? 0,
    seed: options.seed ?? 0,
  };
  return makeCells(p, p.states, ring, spikes, (first, count) => {
    kernel(arrays, first, count, (step, neuron) => spikes.push([step, neuron]));
  });
}

/** Bits of each value as text; NaN as one, because the sign of a NaN is the processor's own. */
export function bitsOf(values: Reals): string[] {
  const words = new BigUint64Array(Float64Array.from(values).buffer);
  return Array.from(values, (value, i) => (Number.isNaN(value) ? "NaN" : words[i]!.toString(16)));
}
