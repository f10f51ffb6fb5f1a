/**
 * What happened at one synapse since it was last touched: postsynaptic and modulatory spikes in the order of their
 * arrival, and what its variables do between them.
 *
 * @module
 */
import type { Node } from "./ir.js";
import { intervalName, type PlasticFunctions, readTraces, weightName } from "./plastic-functions.js";

export class PlasticReplay {
  constructor(private readonly f: PlasticFunctions) {}

  /** Leaves that have one place in all of the kernel. */
  leaves(): Map<string, string> {
    const { synapse } = this.f.parts;
    return new Map([[weightName, "$weight"], ...synapse.map(({ name }, t): [string, string] => [name, `$s${t}`])]);
  }

  /** Source $j: last stamp, replayed bound, traces after the last presynaptic spike, first modulatory spike after the bound. */
  openSource(): string[] {
    const { f } = this;
    const load = (word: string): string => `(i32.load ${f.at(word, "(local.get $j)", 2)})`;
    return [
      `(local.set ${f.local("last", "i32")} ${load("lastPre")})`,
      `(local.set ${f.local("from", "i32")} ${load("done")})`,
      ...f.parts.pre.map((_, t) => `(local.set ${f.local(`x${t}`, "f64")} (f64.load ${f.preTraceAt(t)}))`),
      `(local.set ${f.local("e", "i32")} ${load("offsets")})`,
      `(local.set ${f.local("rowEnd", "i32")} (i32.load offset=4 ${f.at("offsets", "(local.get $j)", 2)}))`,
      ...(f.hasModulator
        ? [
            `(local.set ${f.local("firstModulator", "i32")} (local.get $modulatorCount))`,
            ...searchBack("firstModulator", "from", (n) => f.modulatorEntry(n)),
          ]
        : []),
    ];
  }

  /** Synapse $e: target, shift, weight, variables, and the first postsynaptic spike after the bound. */
  openRow(): string[] {
    const { f } = this;
    return [
      "(block $rowDone (loop $row",
      "(br_if $rowDone (i32.ge_u (local.get $e) (local.get $rowEnd)))",
      `(local.set ${f.local("i", "i32")} (i32.load ${f.at("targets", "(local.get $e)", 2)}))`,
      ...(f.parts.hasOneDelay
        ? []
        : [
            `(local.set ${f.local("delay", "i32")} (i32.load16_u ${f.at("delays", "(local.get $e)", 1)}))`,
            `(local.set ${f.local("shift", "i32")} (i32.load ${f.at("shifts", "(local.get $delay)", 2)}))`,
          ]),
      `(local.set ${f.local("weight", "f64")} (f64.load ${f.at("weights", "(local.get $e)", 3)}))`,
      `(local.set ${f.local("n", "i32")} (i32.load ${f.at("historyCount", "(local.get $i)", 2)}))`,
      f.setHistoryRow(),
      `(local.set ${f.local("low", "i32")} (i32.add (local.get $from) (local.get $shift)))`,
      `(local.set ${f.local("high", "i32")} (i32.add (local.get $upTo) (local.get $shift)))`,
      `(local.set ${f.local("m", "i32")} (local.get $n))`,
      ...searchBack("m", "low", (n) => f.entry(n)),
      ...(f.hasModulator ? [`(local.set ${f.local("q", "i32")} (local.get $firstModulator))`] : []),
      ...(f.hasSynapse ? this.loadSynapse() : []),
    ];
  }

  closeRow(): string[] {
    return ["(local.set $e (i32.add (local.get $e) (i32.const 1)))", "(br $row)))"];
  }

  /** All spikes up to $upTo, in order; of coincident ones the postsynaptic spike is first. */
  events(): string[] {
    const { f } = this;
    const { weight, synapse } = f.parts;
    const onPost = [weight.onPost, ...synapse.map((state) => state.onPost)];
    const nextPost = [
      "(br_if $replayed (i32.ge_s (local.get $m) (local.get $n)))",
      `(local.set ${f.local("postStep", "i32")} (i32.load ${f.entry("(local.get $m)")}))`,
      "(br_if $replayed (i32.gt_s (local.get $postStep) (local.get $high)))",
      `(local.set ${f.local("now", "i32")} (i32.sub (local.get $postStep) (local.get $shift)))`,
    ];
    const post = [...this.event(onPost, "post_"), "(local.set $m (i32.add (local.get $m) (i32.const 1)))"];
    if (!f.hasModulator) {
      return ["(block $replayed (loop $forward", ...nextPost, ...post, "(br $forward)))"];
    }
    const onModulator = [weight.onModulator, ...synapse.map((state) => state.onModulator)];
    const never = "(i32.const 0x7fffffff)";
    return [
      "(block $replayed (loop $forward",
      `(local.set ${f.local("postAt", "i32")} ${never})`,
      "(if (i32.lt_s (local.get $m) (local.get $n)) (then",
      `(local.set $postAt (i32.sub (i32.load ${f.entry("(local.get $m)")}) (local.get $shift)))))`,
      `(local.set ${f.local("modulatorAt", "i32")} ${never})`,
      "(if (i32.lt_s (local.get $q) (local.get $modulatorCount)) (then",
      `(local.set $modulatorAt (i32.load ${f.modulatorEntry("(local.get $q)")}))))`,
      `(local.set ${f.local("now", "i32")} (select (local.get $postAt) (local.get $modulatorAt) (i32.le_s (local.get $postAt) (local.get $modulatorAt))))`,
      "(br_if $replayed (i32.gt_s (local.get $now) (local.get $upTo)))",
      "(if (i32.eq (local.get $now) (local.get $postAt))",
      "(then",
      ...post,
      ")",
      "(else",
      ...this.event(onModulator, "modulator_"),
      "(local.set $q (i32.add (local.get $q) (i32.const 1)))",
      "))",
      "(br $forward)))",
    ];
  }

  /** One event at $now: weight and variables from what they are just before it. */
  private event(roots: readonly Node[], prefix: string): string[] {
    const { f } = this;
    const leaves = this.leaves();
    return [
      ...(f.hasSynapse ? this.flowTo("(local.get $now)", prefix) : []),
      ...this.bindTraces(roots, "(local.get $now)", prefix, leaves),
      ...roots.flatMap((root, k) => f.compute(root, `${prefix}${k}`, leaves)),
      ...this.assign(roots.length, prefix),
    ];
  }

  /** Weight and variables from the locals prefix0, prefix1, … */
  private assign(count: number, prefix: string): string[] {
    return Array.from({ length: count }, (_, k) =>
      k === 0 ? `(local.set $weight (local.get $${prefix}0))` : `(local.set $s${k - 1} (local.get $${prefix}${k}))`,
    );
  }

  /** Traces of all sides at stamp `now`, which no event before $m and $q is later than. */
  private bindTraces(roots: readonly Node[], now: string, prefix: string, leaves: Map<string, string>): string[] {
    const { f } = this;
    const { pre, post } = f.parts;
    const lines: string[] = [];
    const read = readTraces(pre, roots);
    if (read.length > 0) {
      const elapsed = f.local(`${prefix}sincePre`, "i32");
      // Before the first presynaptic spike ($last = −1) traces are 0, and no time counts.
      lines.push(`(local.set ${elapsed} ${notNegative(`(i32.sub ${now} (local.get $last))`)})`);
    }
    for (const t of read) {
      leaves.set(pre[t]!.name, `$${prefix}x${t}`);
      lines.push(
        `(local.set ${f.local(`${prefix}x${t}`, "f64")} (f64.mul (local.get $x${t}) ${f.decay(t, `(local.get $${prefix}sincePre)`)}))`,
      );
    }
    if (readTraces(post, roots).length > 0) {
      const entry = f.local(`${prefix}entry`, "i32");
      lines.push(
        `(local.set ${entry} ${f.entry("(i32.sub (local.get $m) (i32.const 1))")})`,
        ...f.bindEntry(post, pre.length, roots, entry, `(i32.add ${now} (local.get $shift))`, `${prefix}y`, leaves),
      );
    }
    lines.push(...this.bindModulator(roots, now, `${prefix}d`, leaves));
    return lines;
  }

  bindModulator(roots: readonly Node[], now: string, prefix: string, leaves: Map<string, string>): string[] {
    const { f } = this;
    const { pre, post, modulator } = f.parts;
    if (readTraces(modulator, roots).length === 0) return [];
    const entry = f.local(`${prefix}entry`, "i32");
    return [
      `(local.set ${entry} ${f.modulatorEntry("(i32.sub (local.get $q) (i32.const 1))")})`,
      ...f.bindEntry(modulator, pre.length + post.length, roots, entry, now, prefix, leaves),
    ];
  }

  /** What the variables and the weight are at stamp `until`, into the locals prefixflow0, …, from their values at $touched. */
  private flow(until: string, prefix: string): string[] {
    const { f } = this;
    const { weight, synapse } = f.parts;
    const roots = [weight.flow, ...synapse.map((state) => state.flow)];
    const interval = f.local(`${prefix}interval`, "f64");
    const leaves = this.leaves().set(intervalName, interval);
    return [
      `(local.set ${interval} (f64.convert_i32_s (i32.sub ${until} (local.get $touched_))))`,
      ...this.bindTraces(roots, "(local.get $touched_)", `${prefix}from_`, leaves),
      ...roots.flatMap((root, k) => f.compute(root, `${prefix}flow${k}`, leaves)),
    ];
  }

  /** Brings variables and weight from $touched to stamp `until`. */
  flowTo(until: string, prefix: string): string[] {
    return [
      `(if (i32.gt_s ${until} (local.get $touched_)) (then`,
      ...this.flow(until, prefix),
      ...this.assign(1 + this.f.parts.synapse.length, `${prefix}flow`),
      `(local.set $touched_ ${until})`,
      "))",
    ];
  }

  private synapseAt(t: number): string {
    return this.f.at("synapseStates", `(i32.add (i32.mul (i32.const ${t}) (local.get $synapses)) (local.get $e))`, 3);
  }

  /**
   * Where weights move between events, `weights` are those of the last event or, of a synapse without an event since, of
   * the last flush. One that is neither has been written: it holds from that flush on.
   */
  private loadSynapse(): string[] {
    const { f } = this;
    const lines = [
      `(local.set ${f.local("touched_", "i32")} (i32.load ${f.at("touched", "(local.get $e)", 2)}))`,
      ...f.parts.synapse.map((_, t) => `(local.set ${f.local(`s${t}`, "f64")} (f64.load ${this.synapseAt(t)}))`),
    ];
    if (!f.movesWeight) return lines;
    return [
      ...lines,
      "(if (i32.gt_s (local.get $shownAt) (local.get $touched_)) (then",
      `(local.set ${f.local("shown", "f64")} (local.get $weight))`,
      `(local.set $weight (f64.load ${f.at("anchors", "(local.get $e)", 3)}))`,
      ...this.flow("(local.get $shownAt)", "shown_"),
      "(if (f64.ne (local.get $shown) (local.get $shown_flow0)) (then",
      ...this.assign(1 + f.parts.synapse.length, "shown_flow"),
      "(local.set $weight (local.get $shown))",
      "(local.set $touched_ (local.get $shownAt))))",
      "))",
    ];
  }

  store(): string[] {
    const { f } = this;
    const lines = [`(f64.store ${f.at("weights", "(local.get $e)", 3)} (local.get $weight))`];
    if (!f.hasSynapse) return lines;
    lines.push(
      `(i32.store ${f.at("touched", "(local.get $e)", 2)} (local.get $touched_))`,
      ...f.parts.synapse.map((_, t) => `(f64.store ${this.synapseAt(t)} (local.get $s${t}))`),
    );
    if (f.movesWeight) lines.push(`(f64.store ${f.at("anchors", "(local.get $e)", 3)} (local.get $weight))`);
    return lines;
  }

  /** The weight of stamp $upTo, for readers. */
  show(): string[] {
    return [
      "(if (i32.gt_s (local.get $upTo) (local.get $touched_)) (then",
      ...this.flow("(local.get $upTo)", "show_"),
      `(f64.store ${this.f.at("weights", "(local.get $e)", 3)} (local.get $show_flow0))))`,
    ];
  }
}

/** From the newest entry back to the first one after the stamp in `bound`; entries that no spike has filled end it. */
function searchBack(index: string, bound: string, entry: (n: string) => string): string[] {
  return [
    `(block $found_${index} (loop $back_${index}`,
    `(br_if $found_${index} (i32.le_s (i32.load ${entry(`(i32.sub (local.get $${index}) (i32.const 1))`)}) (local.get $${bound})))`,
    `(local.set $${index} (i32.sub (local.get $${index}) (i32.const 1)))`,
    `(br $back_${index})))`,
  ];
}

const notNegative = (value: string): string => `(select ${value} (i32.const 0) (i32.gt_s ${value} (i32.const 0)))`;
