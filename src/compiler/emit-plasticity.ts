/**
 * Weight changes and traces of a plastic projection → its kernel, a scalar one: what to compute is decided in
 * plasticity.ts, here it is put into loops over spikes, rows and histories.
 *
 * @module
 */
import { internalError } from "../core/errors.js";
import { scalarInstructions } from "./emit-scalar.js";
import { type Node, topologicalOrder } from "./ir.js";
import { plasticWords } from "./plastic-layout.js";

/** Name of the leaf that is the weight. */
export const weightName = "w";
/** Name of the leaf that counts the steps since a trace was last set. */
export const elapsedName = "@elapsed";

export interface PlasticKernelParts {
  readonly weightOnPre: Node;
  readonly weightOnPost: Node;
  /** What arrives at the target: the weight that the presynaptic spike leaves, or what a rule makes of it. */
  readonly arrival: Node;
  readonly pre: readonly [Node, Node][];
  readonly preNames: readonly string[];
  readonly post: readonly [Node, Node][];
  readonly postNames: readonly string[];
}

export class PlasticEmitter {
  private readonly locals = new Map<string, "i32" | "f64" | "i64">();

  constructor(private readonly input: PlasticKernelParts) {}

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
    const { pre, preNames, post, postNames, weightOnPre, arrival } = this.input;
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
    const sent = arrival === weightOnPre ? "$afterPre" : "$arriving";
    body.push(
      ...this.compute(weightOnPre, "afterPre", leaves),
      ...(arrival === weightOnPre ? [] : this.compute(arrival, "arriving", leaves)),
      `(f64.store ${this.at("weights", "(local.get $e)", 3)} (local.get $afterPre))`,
      `(local.set ${this.local("place", "i32")} ${this.at("ring", place, 2)})`,
      `(f32.store (local.get $place) (f32.add (f32.load (local.get $place)) (f32.demote_f64 (local.get ${sent}))))`,
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
