/**
 * Plasticity rules → one scalar kernel per projection. Lazy: a synapse is touched only when a presynaptic spike
 * reaches it; the postsynaptic spikes since its last touch are replayed from a history, in order of their arrival at
 * the synapse. `flush` replays what is due without a presynaptic spike, and never changes the outcome.
 *
 * A presynaptic spike stamped s reaches the synapse at s + dAx, a postsynaptic one at s + dDend; `shift` = dAx − dDend
 * turns presynaptic into postsynaptic stamps. Spikes that coincide at the synapse do not see each other.
 *
 * @module
 */
import { internalError, WbeError } from "../core/errors.js";
import { parseUnit } from "../core/units.js";
import { describePosition } from "./ast.js";
import { ExpressionChecker, type pureNumber, type Scope, type Typed } from "./check.js";
import { differentiate } from "./derivative.js";
import { scalarInstructions } from "./emit-scalar.js";
import { hoistInvariants } from "./hoist.js";
import { Graph, isInvariant, isValue, type Node, topologicalOrder } from "./ir.js";
import { lowerCalls } from "./lower.js";
import { parseStatements } from "./parse.js";
import type { PlasticityRule, TraceDeclaration } from "./plasticity-rule.js";
import { requireFreeName } from "./scope.js";

/** Words of the block that describes one plastic projection in memory (32 bits each, addresses in bytes). */
export const plasticWords = {
  sources: 0,
  offsets: 1, // u32 [sources + 1]
  targets: 2, // u32 [synapses]
  weights: 3, // f64 [synapses]
  delays: 4, // u16 [synapses], steps
  shifts: 5, // i32 [longest delay + 1]: dAx − dDend by delay
  ring: 6, // f32, the port's row in slot 0
  slotStride: 7,
  ringMask: 8,
  slots: 9, // f64, derived parameters
  lastPre: 10, // i32 [sources], stamp of the last presynaptic spike, −1 if none
  done: 11, // i32 [sources], presynaptic stamp up to which postsynaptic spikes have been replayed
  preTraces: 12, // f64 [trace][sources], just after the last presynaptic spike
  historyCount: 13, // u32 [targets], postsynaptic spikes so far
  historySteps: 14, // i32 [targets][capacity], a ring
  historyTraces: 15, // f64 [trace][targets][capacity], just after that spike
  capacityMask: 16,
  nTargets: 17,
  vectorStride: 18, // where a target lies in its row of the ring: see simulation/ring.ts
  vectorShift: 19,
  laneMask: 20,
} as const;

export const plasticWordCount = 21;

export interface PlasticProgram {
  /** Invariant values of the kernel; leaves are "param" nodes named "<rule index>.<parameter>" and "dt". */
  readonly slots: readonly Node[];
  readonly nPreTraces: number;
  readonly nPostTraces: number;
  readonly wat: string;
}

interface Trace {
  readonly leaf: Node;
  /** Factor over `elapsed` steps. */
  readonly decay: Node;
  /** Value after its own side's spike, from values just before it. */
  readonly jump: Node;
}

interface Parts {
  readonly pre: Trace[];
  readonly post: Trace[];
  /** Weight after a spike of that side, from weight and traces just before it. */
  readonly weightOnPre: Node;
  readonly weightOnPost: Node;
}

const weightName = "w";
/** Steps since a trace was last set, as a number. */
const elapsedName = "@elapsed";

/** @throws WbeError as for models: SYNTAX, DIMENSION, NAME_UNKNOWN, MODEL_INVALID at the offending term. */
export function compilePlasticity(rules: readonly PlasticityRule[], weightUnit: string): PlasticProgram {
  const g = new Graph();
  const w = g.leaf("state", weightName);
  const parts = rules.map((rule, k) => readRule(g, rule, `${k}.`, weightUnit));
  const pre = parts.flatMap((part) => part.pre);
  const post = parts.flatMap((part) => part.post);
  const chain = (pick: (part: Parts) => Node): Node =>
    parts.reduce((weight, part) => g.substitute(pick(part), new Map([[w, weight]])), w);
  const roots = [
    chain((part) => part.weightOnPre),
    chain((part) => part.weightOnPost),
    ...pre.flatMap((trace) => [trace.decay, trace.jump]),
    ...post.flatMap((trace) => [trace.decay, trace.jump]),
  ];
  const hoisted = hoistInvariants(g, roots, new Set());
  const lowered = lowerCalls(g, hoisted.roots).roots;
  const pairs = (from: number, count: number): [Node, Node][] =>
    Array.from({ length: count }, (_, t) => [lowered[from + 2 * t]!, lowered[from + 2 * t + 1]!]);
  const wat = new PlasticEmitter({
    weightOnPre: lowered[0]!,
    weightOnPost: lowered[1]!,
    pre: pairs(2, pre.length),
    preNames: pre.map((trace) => trace.leaf.name),
    post: pairs(2 + 2 * pre.length, post.length),
    postNames: post.map((trace) => trace.leaf.name),
  }).emit();
  return { slots: hoisted.slots, nPreTraces: pre.length, nPostTraces: post.length, wat };
}

function readRule(g: Graph, rule: PlasticityRule, prefix: string, weightUnit: string): Parts {
  const label = `plasticity rule "${rule.id}"`;
  const unitOf = (text: string) => parseUnit(text.replace(/\bweight\b/, weightUnit), label);
  const values = new Map<string, Typed>();
  const define = (name: string, value: Typed, kind: string): void => {
    requireFreeName(name, kind, label);
    if (values.has(name) || name === weightName) {
      throw new WbeError("NAME_CLASH", `"${name}" is declared twice`, {
        where: label,
        remedy: "Give each its own name.",
      });
    }
    values.set(name, value);
  };
  for (const [name, [, unit]] of Object.entries(rule.params)) {
    define(name, { node: g.leaf("param", prefix + name), scale: unitOf(unit) }, "parameter");
  }
  const sides = { pre: rule.pre, post: rule.post } as const;
  for (const side of ["pre", "post"] as const) {
    for (const [name, [initial, unit]] of Object.entries(sides[side].states)) {
      if (initial !== 0) {
        throw new WbeError("MODEL_INVALID", `trace "${name}" must start at 0, found ${initial}`, {
          where: label,
          remedy: "A trace tells of spikes; before the first there is none.",
        });
      }
      define(name, { node: g.leaf("state", `${prefix}${name}`), scale: unitOf(unit) }, "trace");
    }
  }
  values.set(weightName, { node: g.leaf("state", weightName), scale: parseUnit(weightUnit) });
  const scope: Scope = { lookUp: (name) => values.get(name), names: () => values.keys() };

  const assignments = (text: string, what: "onPre" | "onPost", own: TraceDeclaration): Map<string, Node> => {
    const source = { label: `${what} of ${label}`, text };
    const checker = new ExpressionChecker(g, scope, source);
    const result = new Map<string, Node>();
    for (const { kind, name, value, at } of parseStatements(source)) {
      const where = describePosition(source, at);
      if (kind !== "assignment" || (name !== weightName && !Object.hasOwn(own.states, name))) {
        throw new WbeError("MODEL_INVALID", `${what} may assign w and its own traces, found "${name}"`, {
          where,
        });
      }
      if (result.has(name)) {
        throw new WbeError("NAME_CLASH", `${name} is assigned twice`, {
          where,
          remedy: "All values are read as they stand before the spike: write one assignment.",
        });
      }
      const target = values.get(name)!;
      result.set(name, checker.valueIn(value, target.scale!, name));
    }
    return result;
  };
  const onPre = assignments(rule.onPre, "onPre", rule.pre);
  const onPost = assignments(rule.onPost, "onPost", rule.post);
  const w = values.get(weightName)!.node;
  return {
    pre: readTraces(g, rule.pre, values, onPre, scope, label),
    post: readTraces(g, rule.post, values, onPost, scope, label),
    weightOnPre: onPre.get(weightName) ?? w,
    weightOnPost: onPost.get(weightName) ?? w,
  };
}

function readTraces(
  g: Graph,
  declaration: TraceDeclaration,
  values: ReadonlyMap<string, Typed>,
  jumps: ReadonlyMap<string, Node>,
  scope: Scope,
  label: string,
): Trace[] {
  const source = { label: `traces of ${label}`, text: declaration.equations };
  const checker = new ExpressionChecker(g, scope, source);
  const slopes = new Map<string, Node>();
  for (const { kind, name, value } of parseStatements(source)) {
    const trace = values.get(name);
    if (kind !== "derivative" || !trace || !Object.hasOwn(declaration.states, name)) {
      throw new WbeError("MODEL_INVALID", `expected "dX/dt = …" of a trace, found "${name}"`, { where: label });
    }
    const ms = parseUnit("ms");
    const perTime = {
      dimensions: trace.scale!.dimensions.map(
        (d, i) => d - ms.dimensions[i]!,
      ) as unknown as typeof pureNumber.dimensions,
      exponent: trace.scale!.exponent - ms.exponent,
      factor: trace.scale!.factor,
    };
    const f = checker.valueIn(value, perTime, `d${name}/dt`);
    const slope = differentiate(g, f, trace.node);
    const rest = g.substitute(f, new Map([[trace.node, g.constant(0)]]));
    if (!slope || !isInvariant(slope) || !isValue(rest, 0)) {
      throw new WbeError("MODEL_INVALID", `trace "${name}" must decay linearly: d${name}/dt = -${name}/tau`, {
        where: label,
      });
    }
    slopes.set(name, slope);
  }
  const own = new Set(Object.keys(declaration.states).map((name) => values.get(name)!.node));
  return Object.keys(declaration.states).map((name) => {
    const leaf = values.get(name)!.node;
    const slope = slopes.get(name) ?? g.constant(0);
    const jump = jumps.get(name) ?? leaf;
    const foreign = topologicalOrder([jump]).find((node) => node.op === "state" && !own.has(node));
    if (foreign) {
      throw new WbeError("MODEL_INVALID", `the jump of trace "${name}" may read only traces of its own side`, {
        where: label,
      });
    }
    const z = g.mul(g.mul(slope, g.leaf("param", "dt")), g.leaf("input", elapsedName));
    return { leaf, decay: isValue(slope, 0) ? g.constant(1) : g.call("exp", [z]), jump };
  });
}

interface EmitterInput {
  readonly weightOnPre: Node;
  readonly weightOnPost: Node;
  readonly pre: readonly [Node, Node][];
  readonly preNames: readonly string[];
  readonly post: readonly [Node, Node][];
  readonly postNames: readonly string[];
}

class PlasticEmitter {
  private readonly locals = new Map<string, "i32" | "f64" | "i64">();

  constructor(private readonly input: EmitterInput) {}

  emit(): string {
    const post = this.emitPost();
    const pre = this.emitPre();
    const flush = this.emitFlush();
    return `(module\n(import "env" "memory" (memory 1))\n${post}\n${pre}\n${flush})\n`;
  }

  private local(name: string, type: "i32" | "f64"): string {
    this.locals.set(name, type);
    return `$${name}`;
  }

  private func(name: string, params: readonly string[], body: string[]): string {
    const declared = [...this.locals].map(([local, type]) => `(local $${local} ${type})`);
    this.locals.clear();
    const header = params.map((param) => `(param $${param} i32)`).join(" ");
    return [`(func (export "${name}") ${header}`, ...declared, ...body, ")"].join("\n");
  }

  private words(...names: (keyof typeof plasticWords)[]): string[] {
    return names.map(
      (name) => `(local.set ${this.local(name, "i32")} (i32.load offset=${4 * plasticWords[name]} (local.get $desc)))`,
    );
  }

  /** Instructions that compute `root` with leaves in the named locals; the result lands in `into`. */
  private compute(root: Node, into: string, leaves: ReadonlyMap<string, string>): string[] {
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

  private at(base: string, index: string, shift: number): string {
    return `(i32.add (local.get $${base}) (i32.shl ${index} (i32.const ${shift})))`;
  }

  /** post(desc, spikes, count): appends postsynaptic spikes (step, target) to the history. */
  private emitPost(): string {
    const { post, postNames } = this.input;
    const capacity = "(i32.add (local.get $capacityMask) (i32.const 1))";
    const entry = (n: string): string =>
      `(i32.add (i32.mul (local.get $i) ${capacity}) (i32.and ${n} (local.get $capacityMask)))`;
    const traceAt = (t: number, n: string): string =>
      this.at(
        "historyTraces",
        `(i32.add (i32.mul (i32.mul (i32.const ${t}) (local.get $nTargets)) ${capacity}) ${entry(n)})`,
        3,
      );
    const before = "(i32.sub (local.get $n) (i32.const 1))";
    const leaves = new Map<string, string>([[elapsedName, "$elapsed"]]);
    const body = [
      ...this.words("slots", "historyCount", "historySteps", "historyTraces", "capacityMask", "nTargets"),
      `(local.set ${this.local("k", "i32")} (i32.const 0))`,
      "(block $end (loop $spikes_",
      "(br_if $end (i32.ge_u (local.get $k) (local.get $count)))",
      `(local.set ${this.local("step", "i32")} (i32.load ${this.at("spikes", "(local.get $k)", 3)}))`,
      `(local.set ${this.local("i", "i32")} (i32.load offset=4 ${this.at("spikes", "(local.get $k)", 3)}))`,
      `(local.set ${this.local("n", "i32")} (i32.load ${this.at("historyCount", "(local.get $i)", 2)}))`,
      `(local.set ${this.local("elapsed", "f64")} (f64.const 0))`,
      ...postNames.map((_, t) => `(local.set ${this.local(`y${t}`, "f64")} (f64.const 0))`),
      "(if (local.get $n) (then",
      `(local.set $elapsed (f64.convert_i32_s (i32.sub (local.get $step) (i32.load ${this.at("historySteps", entry(before), 2)}))))`,
      ...postNames.flatMap((_, t) => [
        ...this.compute(post[t]![0], `decay${t}`, leaves),
        `(local.set $y${t} (f64.mul (f64.load ${traceAt(t, before)}) (local.get $decay${t})))`,
      ]),
      "))",
    ];
    postNames.forEach((name, t) => {
      leaves.set(name, `$y${t}`);
    });
    body.push(
      ...postNames.flatMap((_, t) => this.compute(post[t]![1], `jump${t}`, leaves)),
      `(i32.store ${this.at("historySteps", entry("(local.get $n)"), 2)} (local.get $step))`,
      ...postNames.map((_, t) => `(f64.store ${traceAt(t, "(local.get $n)")} (local.get $jump${t}))`),
      `(i32.store ${this.at("historyCount", "(local.get $i)", 2)} (i32.add (local.get $n) (i32.const 1)))`,
      "(local.set $k (i32.add (local.get $k) (i32.const 1)))",
      "(br $spikes_)))",
    );
    return this.func("post", ["desc", "spikes", "count"], body);
  }

  private loadAll(): string[] {
    return this.words(...(Object.keys(plasticWords) as (keyof typeof plasticWords)[]));
  }

  /** Source $j: last stamp, replayed bound, traces after the last presynaptic spike. */
  private loadSource(): string[] {
    return [
      `(local.set ${this.local("last", "i32")} (i32.load ${this.at("lastPre", "(local.get $j)", 2)}))`,
      `(local.set ${this.local("from", "i32")} (i32.load ${this.at("done", "(local.get $j)", 2)}))`,
      ...this.input.preNames.map(
        (_, t) => `(local.set ${this.local(`x${t}`, "f64")} (f64.load ${this.preTraceAt(t)}))`,
      ),
      `(local.set ${this.local("e", "i32")} (i32.load ${this.at("offsets", "(local.get $j)", 2)}))`,
      `(local.set ${this.local("rowEnd", "i32")} (i32.load offset=4 ${this.at("offsets", "(local.get $j)", 2)}))`,
    ];
  }

  private preTraceAt(t: number): string {
    return this.at("preTraces", `(i32.add (i32.mul (i32.const ${t}) (local.get $sources)) (local.get $j))`, 3);
  }

  private historyEntry(n: string): string {
    return `(i32.add (i32.mul (local.get $i) (i32.add (local.get $capacityMask) (i32.const 1))) (i32.and ${n} (local.get $capacityMask)))`;
  }

  private historyStep(n: string): string {
    return `(i32.load ${this.at("historySteps", this.historyEntry(n), 2)})`;
  }

  private historyTrace(t: number, n: string): string {
    const capacity = "(i32.add (local.get $capacityMask) (i32.const 1))";
    const base = `(i32.mul (i32.mul (i32.const ${t}) (local.get $nTargets)) ${capacity})`;
    return `(f64.load ${this.at("historyTraces", `(i32.add ${base} ${this.historyEntry(n)})`, 3)})`;
  }

  /** Synapse $e: target, shift, weight, then all postsynaptic spikes in (from + shift, upTo + shift]. */
  private replay(): string[] {
    const { pre, preNames, weightOnPost, postNames, post } = this.input;
    const leaves = new Map<string, string>([
      [elapsedName, "$elapsed"],
      [weightName, "$weight"],
    ]);
    const lines = [
      `(local.set ${this.local("i", "i32")} (i32.load ${this.at("targets", "(local.get $e)", 2)}))`,
      `(local.set ${this.local("delay", "i32")} (i32.load16_u ${this.at("delays", "(local.get $e)", 1)}))`,
      `(local.set ${this.local("shift", "i32")} (i32.load ${this.at("shifts", "(local.get $delay)", 2)}))`,
      `(local.set ${this.local("weight", "f64")} (f64.load ${this.at("weights", "(local.get $e)", 3)}))`,
      `(local.set ${this.local("n", "i32")} (i32.load ${this.at("historyCount", "(local.get $i)", 2)}))`,
      `(local.set ${this.local("low", "i32")} (i32.add (local.get $from) (local.get $shift)))`,
      `(local.set ${this.local("high", "i32")} (i32.add (local.get $upTo) (local.get $shift)))`,
      // The oldest entry still kept, then back from the newest to the first one after $low.
      `(local.set ${this.local("oldest", "i32")} (select (i32.sub (i32.sub (local.get $n) (local.get $capacityMask)) (i32.const 1)) (i32.const 0) (i32.gt_u (local.get $n) (local.get $capacityMask))))`,
      `(local.set ${this.local("m", "i32")} (local.get $n))`,
      "(block $found (loop $back",
      "(br_if $found (i32.le_s (local.get $m) (local.get $oldest)))",
      `(br_if $found (i32.le_s ${this.historyStep("(i32.sub (local.get $m) (i32.const 1))")} (local.get $low)))`,
      "(local.set $m (i32.sub (local.get $m) (i32.const 1)))",
      "(br $back)))",
      "(block $replayed (loop $forward",
      "(br_if $replayed (i32.ge_s (local.get $m) (local.get $n)))",
      `(local.set ${this.local("postStep", "i32")} ${this.historyStep("(local.get $m)")})`,
      "(br_if $replayed (i32.gt_s (local.get $postStep) (local.get $high)))",
      // Before the first presynaptic spike ($last = −1) traces are 0, and no time counts: exp of a negative one could overflow.
      `(local.set ${this.local("elapsed", "f64")} (f64.max (f64.const 0) (f64.convert_i32_s (i32.sub (i32.sub (local.get $postStep) (local.get $shift)) (local.get $last)))))`,
      ...preNames.flatMap((_, t) => [
        ...this.compute(pre[t]![0], `xDecay${t}`, leaves),
        `(local.set ${this.local(`xNow${t}`, "f64")} (f64.mul (local.get $x${t}) (local.get $xDecay${t})))`,
      ]),
    ];
    preNames.forEach((name, t) => {
      leaves.set(name, `$xNow${t}`);
    });
    // Traces of the postsynaptic side just before this spike, only where the rule reads them.
    const reads = postNames.map((name) => readsState(weightOnPost, name));
    postNames.forEach((name, t) => {
      if (!reads[t]) return;
      lines.push(
        `(local.set ${this.local(`yNow${t}`, "f64")} (f64.const 0))`,
        "(if (i32.gt_s (local.get $m) (local.get $oldest)) (then",
        `(local.set $elapsed (f64.convert_i32_s (i32.sub (local.get $postStep) ${this.historyStep("(i32.sub (local.get $m) (i32.const 1))")})))`,
        ...this.compute(post[t]![0], `yDecay${t}`, leaves),
        `(local.set $yNow${t} (f64.mul ${this.historyTrace(t, "(i32.sub (local.get $m) (i32.const 1))")} (local.get $yDecay${t})))`,
        "))",
      );
      leaves.set(name, `$yNow${t}`);
    });
    lines.push(
      ...this.compute(weightOnPost, "changed", leaves),
      "(local.set $weight (local.get $changed))",
      "(local.set $m (i32.add (local.get $m) (i32.const 1)))",
      "(br $forward)))",
    );
    return lines;
  }

  /** pre(desc, spikes, count): presynaptic spikes (step, source) reach their synapses and are delivered. */
  private emitPre(): string {
    const { pre, preNames, post, postNames, weightOnPre } = this.input;
    const leaves = new Map<string, string>([
      [elapsedName, "$sinceLast"],
      [weightName, "$weight"],
    ]);
    const body = [
      ...this.loadAll(),
      `(local.set ${this.local("k", "i32")} (i32.const 0))`,
      "(block $end (loop $spikes_",
      "(br_if $end (i32.ge_u (local.get $k) (local.get $count)))",
      `(local.set ${this.local("upTo", "i32")} (i32.load ${this.at("spikes", "(local.get $k)", 3)}))`,
      `(local.set ${this.local("j", "i32")} (i32.load offset=4 ${this.at("spikes", "(local.get $k)", 3)}))`,
      ...this.loadSource(),
      `(local.set ${this.local("sinceLast", "f64")} (f64.convert_i32_s (i32.sub (local.get $upTo) (local.get $last))))`,
      ...preNames.flatMap((_, t) => [
        ...this.compute(pre[t]![0], `preDecay${t}`, leaves),
        `(local.set ${this.local(`xPre${t}`, "f64")} (f64.mul (local.get $x${t}) (local.get $preDecay${t})))`,
      ]),
      "(block $rowDone (loop $row",
      "(br_if $rowDone (i32.ge_u (local.get $e) (local.get $rowEnd)))",
      ...this.replay(),
      // Postsynaptic traces as the presynaptic spike finds them: after the last spike strictly before $high.
      "(local.set $m (local.get $n))",
      "(block $found2 (loop $back2",
      "(br_if $found2 (i32.le_s (local.get $m) (local.get $oldest)))",
      `(br_if $found2 (i32.lt_s ${this.historyStep("(i32.sub (local.get $m) (i32.const 1))")} (local.get $high)))`,
      "(local.set $m (i32.sub (local.get $m) (i32.const 1)))",
      "(br $back2)))",
      ...postNames.map((_, t) => `(local.set ${this.local(`y${t}`, "f64")} (f64.const 0))`),
      "(if (i32.gt_s (local.get $m) (local.get $oldest)) (then",
      "(local.set $m (i32.sub (local.get $m) (i32.const 1)))",
      `(local.set ${this.local("elapsed", "f64")} (f64.convert_i32_s (i32.sub (local.get $high) ${this.historyStep("(local.get $m)")})))`,
      ...postNames.flatMap((_, t) => [
        ...this.compute(post[t]![0], `postDecay${t}`, new Map([[elapsedName, "$elapsed"]])),
        `(local.set $y${t} (f64.mul ${this.historyTrace(t, "(local.get $m)")} (local.get $postDecay${t})))`,
      ]),
      "))",
    ];
    preNames.forEach((name, t) => {
      leaves.set(name, `$xPre${t}`);
    });
    postNames.forEach((name, t) => {
      leaves.set(name, `$y${t}`);
    });
    const slot = "(i32.and (i32.add (local.get $upTo) (local.get $delay)) (local.get $ringMask))";
    const vector = "(i32.mul (i32.shr_u (local.get $i) (local.get $vectorShift)) (local.get $vectorStride))";
    const lane = "(i32.and (local.get $i) (local.get $laneMask))";
    const place = `(i32.add (i32.mul ${slot} (local.get $slotStride)) (i32.add ${vector} ${lane}))`;
    body.push(
      ...this.compute(weightOnPre, "afterPre", leaves),
      `(f64.store ${this.at("weights", "(local.get $e)", 3)} (local.get $afterPre))`,
      `(local.set ${this.local("arrival", "i32")} ${this.at("ring", place, 2)})`,
      "(f32.store (local.get $arrival) (f32.add (f32.load (local.get $arrival)) (f32.demote_f64 (local.get $afterPre))))",
      "(local.set $e (i32.add (local.get $e) (i32.const 1)))",
      "(br $row)))",
      ...preNames.flatMap((_, t) => this.compute(pre[t]![1], `xJump${t}`, leaves)),
      ...preNames.map((_, t) => `(f64.store ${this.preTraceAt(t)} (local.get $xJump${t}))`),
      `(i32.store ${this.at("lastPre", "(local.get $j)", 2)} (local.get $upTo))`,
      `(i32.store ${this.at("done", "(local.get $j)", 2)} (local.get $upTo))`,
      "(local.set $k (i32.add (local.get $k) (i32.const 1)))",
      "(br $spikes_)))",
    );
    return this.func("pre", ["desc", "spikes", "count"], body);
  }

  /** flush(desc, upTo): replays postsynaptic spikes for all synapses up to presynaptic stamp `upTo`. */
  private emitFlush(): string {
    const body = [
      ...this.loadAll(),
      `(local.set ${this.local("j", "i32")} (i32.const 0))`,
      "(block $end (loop $sources_",
      "(br_if $end (i32.ge_u (local.get $j) (local.get $sources)))",
      ...this.loadSource(),
      "(if (i32.gt_s (local.get $upTo) (local.get $from)) (then",
      "(block $rowDone (loop $row",
      "(br_if $rowDone (i32.ge_u (local.get $e) (local.get $rowEnd)))",
      ...this.replay(),
      `(f64.store ${this.at("weights", "(local.get $e)", 3)} (local.get $weight))`,
      "(local.set $e (i32.add (local.get $e) (i32.const 1)))",
      "(br $row)))",
      `(i32.store ${this.at("done", "(local.get $j)", 2)} (local.get $upTo))))`,
      "(local.set $j (i32.add (local.get $j) (i32.const 1)))",
      "(br $sources_)))",
    ];
    return this.func("flush", ["desc", "upTo"], body);
  }
}

function readsState(root: Node, name: string): boolean {
  return topologicalOrder([root]).some((node) => node.op === "state" && node.name === name);
}
