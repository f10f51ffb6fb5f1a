/**
 * The whole compiler as a list of passes: check → step (integrator, refractoriness) → hoist → lower → schedule →
 * emit → assemble. Finished modules are cached by the text they were made from.
 *
 * @module
 */
import { compile as assemble } from "watr";
import type { Precision } from "../core/column.js";
import { internalError, WbeError } from "../core/errors.js";
import { importSharedMemory } from "../kernels/shared-memory.js";
import type { NeuronDeclaration } from "../neuron-models/declaration.js";
import { emitWat } from "./emit-wat.js";
import { buildKernelProgram, type KernelProgram } from "./kernel.js";
import { checkModel, type Port, withinStack } from "./model.js";

export interface CompileOptions {
  readonly ports?: readonly Port[];
  /** Integrator; the declaration's own otherwise. */
  readonly method?: string;
  /** Parameters that differ between neurons. */
  readonly perNeuron?: ReadonlySet<string>;
  /** Neurons that change more slowly than this, in each state's unit per ms, stay put and may be left out (step.ts). */
  readonly restTolerance?: number;
  /** Number format of the kernel; f64 otherwise. */
  readonly precision?: Precision;
  /** The kernel is to work on memory that several threads see. */
  readonly sharesMemory?: boolean;
}

export interface CompiledModel {
  readonly program: KernelProgram;
  readonly wat: string;
  readonly module: WebAssembly.Module;
  /** Parameters that differ between neurons. */
  readonly perNeuron: ReadonlySet<string>;
  /** What was decided for the user, such as another integrator than the declaration's. */
  readonly notes: readonly string[];
}

/** Passes up to the kernel program, shared by all emitters. */
export function buildProgram(
  declaration: NeuronDeclaration,
  options: CompileOptions = {},
): { program: KernelProgram; notes: string[] } {
  const perNeuron = options.perNeuron ?? new Set<string>();
  const method = options.method ?? declaration.method;
  const build = (integrator: string): KernelProgram => {
    const model = checkModel(declaration, options.ports);
    const { precision, restTolerance } = options;
    return withinStack(declaration.id, () =>
      buildKernelProgram(model, integrator, perNeuron, { precision, restTolerance }),
    );
  };
  try {
    return { program: build(method), notes: [] };
  } catch (error) {
    // A linear neuron that receives conductances is not linear any more: its declared integrator gives way, and says so.
    const mayGiveWay = options.method === undefined && (options.ports?.length ?? 0) > 0 && method === "exact";
    if (!mayGiveWay || !(error instanceof WbeError) || error.code !== "MODEL_INVALID") throw error;
    const program = build("exponential-euler");
    const ports = options.ports!.map((port) => port.synapse.id).join(", ");
    return {
      program,
      notes: [
        `${declaration.id} with ${ports} is not linear: integrated by exponential-euler instead of its declared exact method`,
      ],
    };
  }
}

/** A process that sees ever new models, as a server does, forgets the oldest beyond this many. */
const mostKept = 512;

function keep<Value>(known: Map<string, Value>, key: string, value: Value): void {
  if (known.size >= mostKept) known.delete(known.keys().next().value!);
  known.set(key, value);
}

const modules = new Map<string, Promise<WebAssembly.Module>>();

/**
 * Assembles and compiles WebAssembly text, once per distinct text.
 *
 * @param sharesMemory the module is to work on memory that several threads see.
 */
export function compileWat(wat: string, sharesMemory = false): Promise<WebAssembly.Module> {
  const key = sharesMemory ? `shared ${wat}` : wat;
  let pending = modules.get(key);
  if (!pending) {
    const bytes = assemble(wat) as Uint8Array<ArrayBuffer>;
    pending = WebAssembly.compile(sharesMemory ? importSharedMemory(bytes) : bytes).catch((cause) => {
      throw internalError("a generated kernel is no valid WebAssembly", cause);
    });
    keep(modules, key, pending);
  }
  return pending;
}

const models = new Map<string, Promise<CompiledModel>>();

/**
 * Compiles a neuron declaration with its synapse ports to a SIMD kernel, once per distinct content: a second engine of the
 * same network gets the model of the first.
 *
 * @throws WbeError for every fault of the declaration, at the offending term (check.ts, model.ts).
 */
export function compileModel(declaration: NeuronDeclaration, options: CompileOptions = {}): Promise<CompiledModel> {
  const key = contentOf(declaration, options);
  if (key === undefined) return compileNew(declaration, options);
  let pending = models.get(key);
  if (!pending) {
    pending = compileNew(declaration, options);
    pending.catch(() => models.delete(key));
    keep(models, key, pending);
  }
  return pending;
}

/** Undefined for what is no plain data, which the checks refuse by name. */
function contentOf(declaration: NeuronDeclaration, { perNeuron = new Set(), ...rest }: CompileOptions) {
  try {
    return JSON.stringify([declaration, rest, [...perNeuron].sort()], distinctly);
  } catch {
    return undefined;
  }
}

/** Numbers that JSON would take for others. */
function distinctly(_: string, value: unknown): unknown {
  const isPlain = typeof value !== "number" || (Number.isFinite(value) && !Object.is(value, -0));
  return isPlain ? value : `number ${Object.is(value, -0) ? "-0" : value}`;
}

async function compileNew(declaration: NeuronDeclaration, options: CompileOptions): Promise<CompiledModel> {
  const { program, notes } = buildProgram(declaration, options);
  const wat = emitWat(program);
  return {
    program,
    wat,
    module: await compileWat(wat, options.sharesMemory),
    perNeuron: options.perNeuron ?? new Set(),
    notes,
  };
}
