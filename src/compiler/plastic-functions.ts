/**
 * The text of functions of a plastic projection's kernel: locals, addresses, values of traces.
 *
 * @module
 */
import { internalError } from "../core/errors.js";
import { scalarInstructions } from "./emit-scalar.js";
import { isValue, type Node, topologicalOrder } from "./ir.js";
import { entryBytes, modulatorCapacity, plasticWords, tableSteps } from "./plastic-layout.js";

/** Name of the leaf that is the weight. */
export const weightName = "w";
/** Name of the leaf that counts the steps since a trace was last set. */
export const elapsedName = "@elapsed";
/** Name of the leaf that counts the steps over which a synapse was left alone. */
export const intervalName = "@interval";

export interface TraceNodes {
  readonly name: string;
  /** Factor over `elapsed` steps. */
  readonly decay: Node;
  /** Value after its own side's spike, from values of that side just before it. */
  readonly jump: Node;
}

export interface SynapseNodes {
  readonly name: string;
  /** Value after `interval` steps without events, from values just after the last event. */
  readonly flow: Node;
  readonly onPre: Node;
  readonly onPost: Node;
  readonly onModulator: Node;
}

export interface PlasticKernelParts {
  /** `flow` is the weight's leaf itself where it stays between events. */
  readonly weight: Omit<SynapseNodes, "name">;
  /** What arrives at the target: the weight that the presynaptic spike leaves, or what a rule makes of it. */
  readonly arrival: Node;
  readonly pre: readonly TraceNodes[];
  readonly post: readonly TraceNodes[];
  readonly modulator: readonly TraceNodes[];
  readonly synapse: readonly SynapseNodes[];
  readonly hasOneDelay: boolean;
}

type Leaves = Map<string, string>;

export class PlasticFunctions {
  private readonly locals = new Map<string, "i32" | "f64" | "i64">();
  /** All traces: presynaptic, postsynaptic, modulatory. */
  readonly traces: readonly TraceNodes[];
  /** Weights change between events. */
  readonly movesWeight: boolean;
  /** Something changes between events, or is kept for each synapse. */
  readonly hasSynapse: boolean;
  readonly hasModulator: boolean;
  private readonly entrySize: number;

  constructor(readonly parts: PlasticKernelParts) {
    const { pre, post, modulator, weight, synapse } = parts;
    this.traces = [...pre, ...post, ...modulator];
    this.movesWeight = !(weight.flow.op === "state" && weight.flow.name === weightName);
    this.hasSynapse = this.movesWeight || synapse.length > 0;
    this.hasModulator = modulator.length > 0;
    this.entrySize = entryBytes(post.length);
  }

  local(name: string, type: "i32" | "f64"): string {
    this.locals.set(name, type);
    return `$${name}`;
  }

  func(name: string, signature: string, body: readonly string[]): string {
    const declared = [...this.locals].map(([local, type]) => `(local $${local} ${type})`);
    this.locals.clear();
    return [`(func ${name} ${signature}`, ...declared, ...body, ")"].join("\n");
  }

  exported(name: string, params: readonly string[], body: readonly string[]): string {
    return this.func(`(export "${name}")`, params.map((param) => `(param $${param} i32)`).join(" "), body);
  }

  words(...names: (keyof typeof plasticWords)[]): string[] {
    return names.map(
      (name) => `(local.set ${this.local(name, "i32")} (i32.load offset=${4 * plasticWords[name]} (local.get $desc)))`,
    );
  }

  allWords(): string[] {
    return this.words(...(Object.keys(plasticWords) as (keyof typeof plasticWords)[]));
  }

  storeWord(name: keyof typeof plasticWords, value: string): string {
    return `(i32.store offset=${4 * plasticWords[name]} (local.get $desc) ${value})`;
  }

  /** Instructions that compute `root` with leaves in the named locals; the result lands in `into`. */
  compute(root: Node, into: string, leaves: ReadonlyMap<string, string>): string[] {
    const { lines, result } = scalarInstructions(root, {
      tag: into,
      declare: (name, type) => {
        this.locals.set(name, type);
      },
      leaf: (node) => {
        if (node.op === "slot") return `(f64.load offset=${8 * Number(node.name)} (local.get $slots))`;
        const local = leaves.get(node.name);
        if (!local) throw internalError(`plasticity kernel has no value for ${node.name}`);
        return `(local.get ${local})`;
      },
    });
    return [...lines, `(local.set ${this.local(into, "f64")} ${result})`];
  }

  at(base: string, index: string, shift: number): string {
    return `(i32.add (local.get $${base}) (i32.shl ${index} (i32.const ${shift})))`;
  }

  /** Body of the function that computes the decay of trace k over $elapsed steps. */
  longDecay(k: number): string[] {
    return [
      ...this.compute(this.traces[k]!.decay, "decay", new Map([[elapsedName, "$elapsed"]])),
      "(local.get $decay)",
    ];
  }

  /** Decay of trace k over `steps` (i32, not negative): from the table where it is long enough. */
  decay(k: number, steps: string): string {
    if (isValue(this.traces[k]!.decay, 1)) return "(f64.const 1)";
    return [
      `(if (result f64) (i32.lt_u ${steps} (i32.const ${tableSteps}))`,
      `(then (f64.load offset=${8 * tableSteps * k} ${this.at("tables", steps, 3)}))`,
      `(else (call $decay${k} (f64.convert_i32_s ${steps}) (local.get $slots))))`,
    ].join(" ");
  }

  /** $h: where the history of target $i begins. */
  setHistoryRow(): string {
    const capacity = "(i32.add (local.get $capacityMask) (i32.const 1))";
    const row = `(i32.mul (i32.mul (local.get $i) ${capacity}) (i32.const ${this.entrySize}))`;
    return `(local.set ${this.local("h", "i32")} (i32.add (local.get $history) ${row}))`;
  }

  /** Address of entry n of the history at $h. */
  entry(n: string): string {
    return `(i32.add (local.get $h) (i32.mul (i32.and ${n} (local.get $capacityMask)) (i32.const ${this.entrySize})))`;
  }

  modulatorEntry(n: string): string {
    const size = entryBytes(this.parts.modulator.length);
    return `(i32.add (local.get $modulatorHistory) (i32.mul (i32.and ${n} (i32.const ${modulatorCapacity - 1})) (i32.const ${size})))`;
  }

  preTraceAt(t: number): string {
    return this.at("preTraces", `(i32.add (i32.mul (i32.const ${t}) (local.get $sources)) (local.get $j))`, 3);
  }

  /** Delay and shift, where all synapses have the same. */
  setOneDelay(): string[] {
    if (!this.parts.hasOneDelay) return [];
    return [
      `(local.set ${this.local("delay", "i32")} (local.get $delays))`,
      `(local.set ${this.local("shift", "i32")} (i32.load ${this.at("shifts", "(local.get $delay)", 2)}))`,
    ];
  }

  /**
   * Values at stamp `now` of those traces of an entry (address in a local) that the roots read, as leaves.
   *
   * @param first number of the side's first trace.
   */
  bindEntry(
    side: readonly TraceNodes[],
    first: number,
    roots: readonly Node[],
    entry: string,
    now: string,
    prefix: string,
    leaves: Leaves,
  ): string[] {
    const read = readTraces(side, roots);
    if (read.length === 0) return [];
    const elapsed = this.local(`${prefix}Elapsed`, "i32");
    return [
      `(local.set ${elapsed} (i32.sub ${now} (i32.load (local.get ${entry}))))`,
      ...read.map((t) => {
        leaves.set(side[t]!.name, `$${prefix}${t}`);
        const value = `(f64.load offset=${8 + 8 * t} (local.get ${entry}))`;
        return `(local.set ${this.local(`${prefix}${t}`, "f64")} (f64.mul ${value} ${this.decay(first + t, `(local.get ${elapsed})`)}))`;
      }),
    ];
  }
}

/** Which traces of a side the roots read. */
export function readTraces(side: readonly TraceNodes[], roots: readonly Node[]): number[] {
  const names = new Set(topologicalOrder(roots).flatMap((node) => (node.op === "state" ? [node.name] : [])));
  return side.flatMap(({ name }, t) => (names.has(name) ? [t] : []));
}
