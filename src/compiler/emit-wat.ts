/**
 * Kernel program → WebAssembly text with 128-bit SIMD, a vector of neurons at a time (lanes.ts): flat locals in the
 * order of the scheduler, constants and shared values loaded before the loop, a vector's states in registers over all
 * steps of the call. No optimizer may touch the result: it would undo the order.
 *
 * @module
 */
import { type IntegerLeafOp, type Node, topologicalOrder } from "./ir.js";
import type { KernelProgram } from "./kernel.js";
import { type Lanes, lanesOf } from "./lanes.js";
import { descriptorWords, kernelExport } from "./layout.js";
import { type Lowered, lowerCalls } from "./lower.js";
import { schedule } from "./schedule.js";
import { refractoryName } from "./step.js";
import { WatBody } from "./wat-body.js";

/** Words of the list of awake vectors that the kernel looks at together; the list is padded to whole multiples. */
const wordsAtOnce = 16;

/** Kernels of up to so many values get functions of their own for single steps; larger ones would not gain. */
const smallKernel = 100;

/** One function of a kernel's module. */
interface Variant {
  readonly name: string;
  /** Advances by one step: no loop over steps, addresses of arrivals worked out once. */
  readonly isOneStep: boolean;
  /** Every input has one value for all neurons: what follows from it is worked out once. */
  readonly hasUniformInputs: boolean;
}

const isInputCurrent = (node: Node): boolean => node.op === "input" && !node.name.startsWith("@");

/** Nodes in three groups by what they need: nothing but constants and slots; the vector's columns and inputs; the step. */
function splitByLoop(
  order: readonly Node[],
  hasUniformInputs: boolean,
): { once: Node[]; perVector: Node[]; perStep: Node[] } {
  const rank = new Map<Node, number>();
  const groups: [Node[], Node[], Node[]] = [[], [], []];
  for (const node of order) {
    let r = 0;
    if (node.op === "column" || node.op === "entity") r = 1;
    if (isInputCurrent(node)) r = hasUniformInputs ? 0 : 1;
    if (node.op === "state" || node.op === "clock" || (node.op === "input" && node.name.startsWith("@"))) r = 2;
    for (const arg of node.args) r = Math.max(r, rank.get(arg)!);
    rank.set(node, r);
    if (node.args.length > 0) groups[r]!.push(node);
  }
  return { once: groups[0], perVector: groups[1], perStep: groups[2] };
}

/** A state's value after the step: what it is anyway, and what a spike makes of it. */
interface NextState {
  readonly value: Node;
  /** Undefined where a spike does not change it. */
  readonly afterSpike: Node | undefined;
}

class WatEmitter extends WatBody {
  private readonly next: readonly NextState[];
  private readonly fired: Node;
  private readonly atRest: Node | undefined;
  private readonly waveArguments: ReadonlySet<Node>;

  constructor(
    private readonly program: KernelProgram,
    lanes: Lanes,
    lowered: Lowered,
    private readonly variant: Variant,
  ) {
    super(lanes);
    const { roots, waveArguments } = lowered;
    const [fired, atRest] = roots.slice(program.next.length) as [Node, Node?];
    this.fired = fired;
    this.atRest = atRest;
    this.waveArguments = waveArguments;
    this.next = roots.slice(0, program.next.length).map((node) => {
      const [condition, afterSpike, value] = node.args as [Node, Node, Node];
      return node.op === "select" && condition === fired
        ? { value, afterSpike }
        : { value: node, afterSpike: undefined };
    });
  }

  /** Text of the function, and the globals that it needs. */
  emit(): { text: string; globals: readonly string[] } {
    const { program, lanes, next, fired, atRest } = this;
    const { isOneStep, hasUniformInputs } = this.variant;
    const always = topologicalOrder([...next.map(({ value }) => value), fired, ...(atRest ? [atRest] : [])]);
    const order = topologicalOrder([...always, ...next.flatMap(({ afterSpike }) => (afterSpike ? [afterSpike] : []))]);
    const { once, perVector, perStep } = splitByLoop(order, hasUniformInputs);
    const leaves = order.filter((node) => node.args.length === 0);

    const constants = this.constants(leaves);
    const slots = this.slots(leaves);

    const pointers: string[] = [];
    const onceLoads: string[] = [];
    const vectorLoads: string[] = [];
    const stateLocals: string[] = [];
    const firstArray = descriptorWords.arrays;
    const { stateNames, inputNames } = program;
    stateNames.forEach((stateName, i) => {
      const pointer = this.pointer(pointers, `p${i}`, firstArray + i);
      const local = this.declare(`y${i}`, "v128");
      stateLocals.push(local);
      for (const node of leaves) if (node.op === "state" && node.name === stateName) this.names.set(node, local);
      vectorLoads.push(`(local.set ${local} ${this.loadVector(pointer)}) ;; ${stateName}`);
    });
    for (const node of leaves) {
      const word =
        node.op === "column"
          ? firstArray + stateNames.length + inputNames.length + Number(node.name)
          : isInputCurrent(node)
            ? firstArray + stateNames.length + inputNames.indexOf(node.name)
            : -1;
      if (word < 0) continue;
      const pointer = this.pointer(pointers, `p${node.op}${node.id}`, word);
      const local = this.declare(`x${node.id}`, "v128");
      this.names.set(node, local);
      if (hasUniformInputs && node.op === "input") {
        onceLoads.push(`(local.set ${local} (${lanes.splat} (local.get ${pointer}))) ;; ${node.op} ${node.name}`);
      } else vectorLoads.push(`(local.set ${local} ${this.loadVector(pointer)}) ;; ${node.op} ${node.name}`);
    }

    const randomLoads = this.randomLoads(leaves);

    const ports = program.portNames.map((portName, k) => {
      const local = this.declare(`w${k}`, "v128");
      if (!atRest) this.declare(`start${k}`, "i32");
      for (const node of leaves) {
        if (node.op === "input" && node.name === `@${portName}`) this.names.set(node, local);
      }
      return `(local.set ${local} ${this.loadArrivals(this.arrivalAddress(k))}) ;; arrivals at ${portName}\n${this.clearArrivals(this.arrivalAddress(k))}`;
    });

    const isAlways = new Set(always);
    const onceCode = once.map((node) => this.instruction(node));
    const vectorCode = schedule(perVector).map((node) => this.instruction(node));
    const stepCode = schedule(perStep.filter((node) => isAlways.has(node))).map((node) => {
      const code = this.instruction(node);
      return this.waveArguments.has(node) ? `${code}\n${this.pin(node)}` : code;
    });
    const spikeCode = perStep.filter((node) => !isAlways.has(node)).map((node) => this.instruction(node));
    const firedLocal = this.local(fired);
    const { saves, resets, moves } = this.moveStates(stateLocals);
    const stores = stateLocals.map((local, i) => `(v128.store ${this.at(`$p${i}`)} (local.get ${local}))`);

    const { name } = this.variant;
    const step = [
      ...ports,
      ...randomLoads.clock,
      ...stepCode,
      `(local.set $lanes (${lanes.integer}.bitmask (local.get ${firedLocal})))`,
      ...saves,
      "(if (local.get $lanes) (then",
      ...spikeCode,
      ...resets,
      ...Array.from({ length: lanes.count }, (_, lane) => this.recordSpike(lane)).flat(),
      "))",
      ...moves,
    ];
    const steps = isOneStep
      ? [...this.arrivalPointer(), ...step]
      : [
          "(local.set $now (local.get $step))",
          "(loop $steps_",
          ...this.arrivalStart(),
          ...this.arrivalPointer(),
          ...step,
          "(local.set $now (i32.add (local.get $now) (i32.const 1)))",
          "(br_if $steps_ (i32.lt_u (i32.sub (local.get $now) (local.get $step)) (local.get $steps))))",
        ];
    const body = [
      this.loadWord("n", descriptorWords.neurons),
      this.loadWord("ring", descriptorWords.ring),
      this.loadWord("ringMask", descriptorWords.ringMask),
      this.loadWord("out", descriptorWords.spikes),
      this.loadWord("slots", descriptorWords.slots),
      ...(atRest
        ? [this.loadWord("awake", descriptorWords.awake), "(local.set $first (i32x4.splat (local.get $step)))"]
        : []),
      // bytes of one port's row, slots first: padded neurons × 4
      `(local.set $ringRow (i32.shl (i32.and (i32.add (local.get $n) (i32.const ${lanes.count - 1})) (i32.const ${-lanes.count})) (i32.const 2)))`,
      ...(atRest || program.portNames.length === 0
        ? []
        : [
            this.loadWord("word", descriptorWords.awake),
            "(if (local.get $word) (then (local.set $ringRow (local.get $word))))",
          ]),
      ...(isOneStep ? ["(local.set $now (local.get $step))", ...this.arrivalStart()] : []),
      ...pointers,
      ...constants,
      ...slots,
      ...randomLoads.seed,
      ...onceLoads,
      ...onceCode,
      "(block $done",
      `(br_if $done (i32.eqz (i32.and (i32.ne (local.get $n) (i32.const 0)) (i32.ne (local.get $steps) (i32.const 0)))))`,
      "(loop $vectors",
      ...(atRest ? ["(br_if $done (i32.ge_u (local.get $i) (local.get $n)))", ...this.leaveOut()] : []),
      `(local.set $byte (i32.shl (local.get $i) (i32.const ${lanes.shift})))`,
      ...vectorLoads,
      ...randomLoads.entity,
      ...vectorCode,
      ...steps,
      ...stores,
      ...(atRest ? this.fallAsleep(atRest) : []),
      ...this.noteFinite(stateLocals),
      `(local.set $i (i32.add (local.get $i) (i32.const ${lanes.count})))`,
      "(br_if $vectors (i32.lt_u (local.get $i) (local.get $n)))))",
      // Also where only a padding lane went astray: the caller looks at the neurons.
      `(if (v128.any_true (${lanes.float}.ne (local.get $notFinite) (local.get $notFinite))) (then`,
      `(i32.store offset=${4 * descriptorWords.notFinite} (local.get $desc) (i32.const 1))))`,
      `(i32.shr_u (i32.sub (local.get $out) (i32.load offset=${4 * descriptorWords.spikes} (local.get $desc))) (i32.const 3))`,
      ")",
    ];
    const text = [
      `(func $${name}${name === kernelExport ? ` (export "${name}")` : ""} (param $desc i32) (param $step i32) (param $steps i32) (result i32)`,
      "(local $n i32) (local $i i32) (local $byte i32) (local $now i32) (local $lanes i32) (local $notFinite v128)",
      "(local $ring i32) (local $ringMask i32) (local $ringRow i32) (local $arrivals i32)",
      "(local $out i32) (local $slots i32) (local $awake i32) (local $word i32) (local $first v128) (local $sum v128)",
      ...this.locals,
      ...body,
    ].join("\n");
    return { text, globals: this.globals };
  }

  /** x − x is 0 for finite x and NaN otherwise; one sum of all states, which may overflow by itself, is looked at. */
  private noteFinite(stateLocals: readonly string[]): string[] {
    const { float } = this.lanes;
    const { stateNames } = this.program;
    const states = stateLocals
      .filter((_, i) => stateNames[i] !== refractoryName)
      .map((local) => `(local.get ${local})`);
    if (states.length === 0) return [];
    return [
      `(local.set $sum ${states.reduce((sum, state) => `(${float}.add ${sum} ${state})`)})`,
      `(local.set $notFinite (${float}.add (local.get $notFinite) (${float}.sub (local.get $sum) (local.get $sum))))`,
    ];
  }

  /** What random numbers are made of, where the kernel has any; words of 32 bits, in lanes of 64 where those of numbers are. */
  private randomLoads(leaves: readonly Node[]): Record<IntegerLeafOp, string[]> {
    const load = (op: IntegerLeafOp, value: string): string[] => {
      const node = leaves.find((leaf) => leaf.op === op);
      if (!node) return [];
      const name = this.declare(op, "v128");
      this.names.set(node, name);
      return [`(local.set ${name} ${value})`];
    };
    const isSingle = this.lanes.precision === "f32";
    const splat = (word: string): string =>
      isSingle ? `(i32x4.splat ${word})` : `(i64x2.splat (i64.extend_i32_u ${word}))`;
    const indices = isSingle ? "(i32x4.add A (v128.const i32x4 0 1 2 3))" : "(i64x2.add A (v128.const i64x2 0 1))";
    const word = (k: number): string => `(i32.load offset=${4 * k} (local.get $desc))`;
    const first = `(i32.add (local.get $i) ${word(descriptorWords.firstNeuron)})`;
    return {
      seed: load("seed", splat(word(descriptorWords.seed))),
      entity: load("entity", indices.replace("A", splat(first))),
      clock: load("clock", splat("(local.get $now)")),
    };
  }

  private loadWord(local: string, word: number): string {
    return `(local.set $${local} (i32.load offset=${4 * word} (local.get $desc)))`;
  }

  private pointer(lines: string[], name: string, word: number): string {
    const local = this.declare(name, "i32");
    lines.push(this.loadWord(name, word));
    return local;
  }

  private at(pointer: string): string {
    return `(i32.add (local.get ${pointer}) (local.get $byte))`;
  }

  private loadVector(pointer: string): string {
    return `(v128.load ${this.at(pointer)})`;
  }

  /** Where each port's arrivals of step $now begin, where slots come first: ring + ((now & mask)·ports + port)·row. */
  private arrivalStart(): string[] {
    const ports = this.program.portNames.length;
    if (ports === 0 || this.atRest) return [];
    const slot = "(i32.and (local.get $now) (local.get $ringMask))";
    const rows = ports === 1 ? slot : `(i32.mul ${slot} (i32.const ${ports}))`;
    return this.program.portNames.map((_, k) => {
      const start =
        k === 0
          ? `(i32.add (local.get $ring) (i32.mul ${rows} (local.get $ringRow)))`
          : `(i32.add (local.get $start${k - 1}) (local.get $ringRow))`;
      return `(local.set $start${k} ${start})`;
    });
  }

  /**
   * The vector's part of the address. Populations that leave out neurons at rest have another layout:
   * ring + (i·slots·ports + (now & mask)·ports·lanes)·4.
   */
  private arrivalPointer(): string[] {
    const ports = this.program.portNames.length;
    if (ports === 0) return [];
    if (!this.atRest) return ["(local.set $arrivals (i32.shl (local.get $i) (i32.const 2)))"];
    const vector = `(i32.mul (i32.mul (local.get $i) (i32.const ${4 * ports})) (i32.add (local.get $ringMask) (i32.const 1)))`;
    const slot = `(i32.mul (i32.and (local.get $now) (local.get $ringMask)) (i32.const ${4 * ports * this.lanes.count}))`;
    return [`(local.set $arrivals (i32.add (local.get $ring) (i32.add ${vector} ${slot})))`];
  }

  private arrivalAddress(port: number): string {
    const offset = this.atRest ? `(i32.const ${4 * this.lanes.count * port})` : `(local.get $start${port})`;
    return `(i32.add (local.get $arrivals) ${offset})`;
  }

  /** Address of the vector's word in the list of how long vectors must be run. */
  private awakeAddress(): string {
    return `(i32.add (local.get $awake) (i32.shl (local.get $i) (i32.const ${this.lanes.shift - 2})))`;
  }

  /** Skips vectors that nothing can reach before the end of their rest, sixteen at once where all of them are. */
  private leaveOut(): string[] {
    const { count } = this.lanes;
    const load = (k: number): string => `(v128.load offset=${16 * k} (local.get $word))`;
    const pair = (k: number): string => `(i32x4.max_u ${load(k)} ${load(k + 1)})`;
    return [
      `(if (i32.eqz (i32.and (local.get $i) (i32.const ${wordsAtOnce * count - 1}))) (then`,
      "(block $some (loop $many",
      `(local.set $word ${this.awakeAddress()})`,
      `(br_if $some (v128.any_true (i32x4.gt_u (i32x4.max_u ${pair(0)} ${pair(2)}) (local.get $first))))`,
      `(local.set $i (i32.add (local.get $i) (i32.const ${wordsAtOnce * count})))`,
      "(br_if $done (i32.ge_u (local.get $i) (local.get $n)))",
      "(br $many)))))",
      `(if (i32.le_u (i32.load ${this.awakeAddress()}) (local.get $step)) (then`,
      `(local.set $i (i32.add (local.get $i) (i32.const ${count})))`,
      "(br $vectors)))",
    ];
  }

  /** A vector that is not at rest after its last step must be run in the next one. */
  private fallAsleep(atRest: Node): string[] {
    const { count, integer } = this.lanes;
    const next = "(i32.add (i32.add (local.get $step) (local.get $steps)) (i32.const 1))";
    return [
      `(if (i32.and (i32.ne (${integer}.bitmask (local.get ${this.local(atRest)})) (i32.const ${2 ** count - 1})) (i32.lt_u (i32.load ${this.awakeAddress()}) ${next})) (then`,
      `(i32.store ${this.awakeAddress()} ${next})))`,
    ];
  }

  /** The vector's arrivals as lanes; rings are f32. */
  private loadArrivals(address: string): string {
    return this.lanes.precision === "f32"
      ? `(v128.load ${address})`
      : `(f64x2.promote_low_f32x4 (v128.load64_zero ${address}))`;
  }

  private clearArrivals(address: string): string {
    return this.lanes.precision === "f32"
      ? `(v128.store ${address} (v128.const i64x2 0 0))`
      : `(i64.store ${address} (i64.const 0))`;
  }

  private recordSpike(lane: number): string[] {
    const index = lane === 0 ? "(local.get $i)" : `(i32.add (local.get $i) (i32.const ${lane}))`;
    const inRange = lane === 0 ? "(i32.const 1)" : `(i32.lt_u ${index} (local.get $n))`;
    return [
      `(if (i32.and ${inRange} (i32.shr_u (local.get $lanes) (i32.const ${lane}))) (then`,
      "(i32.store (local.get $out) (i32.add (local.get $now) (i32.const 1)))",
      `(i32.store offset=4 (local.get $out) ${index})`,
      "(local.set $out (i32.add (local.get $out) (i32.const 8)))))",
    ];
  }

  /**
   * New states into the state locals: what they are anyway is saved where a spike may change it or where it is itself
   * another state, and moved at the end.
   */
  private moveStates(stateLocals: readonly string[]): { saves: string[]; resets: string[]; moves: string[] } {
    const saves: string[] = [];
    const resets: string[] = [];
    const moves: string[] = [];
    this.next.forEach(({ value, afterSpike }, i) => {
      let source = this.local(value);
      if (source === stateLocals[i] && !afterSpike) return;
      if (value.op === "state" || afterSpike) {
        const saved = this.declare(`saved${i}`, "v128");
        saves.push(`(local.set ${saved} (local.get ${source}))`);
        source = saved;
      }
      if (afterSpike) {
        const reset = `(v128.bitselect ${this.get(afterSpike)} (local.get ${source}) ${this.get(this.fired)})`;
        resets.push(`(local.set ${source} ${reset})`);
      }
      moves.push(`(local.set ${stateLocals[i]} (local.get ${source}))`);
    });
    return { saves, resets, moves };
  }
}

/**
 * WebAssembly text of a population kernel. Deterministic: equal programs give equal text. A small kernel has functions
 * for single steps beside the one for any number; the exported function chooses.
 */
export function emitWat(program: KernelProgram): string {
  const conditions = program.atRest ? [program.fired, program.atRest] : [program.fired];
  const lowered = lowerCalls(program.graph, [...program.next, ...conditions], program.precision);
  const many = { name: kernelExport, isOneStep: false, hasUniformInputs: false };
  const isSmall = topologicalOrder(lowered.roots).length <= smallKernel;
  const variants: Variant[] = isSmall
    ? [
        { ...many, name: "many" },
        { name: "one", isOneStep: true, hasUniformInputs: false },
        { name: "oneUniform", isOneStep: true, hasUniformInputs: true },
      ]
    : [many];
  const functions = variants.map((variant) =>
    new WatEmitter(program, lanesOf[program.precision], lowered, variant).emit(),
  );
  const call = (name: string): string => `(call $${name} (local.get $desc) (local.get $step) (local.get $steps))`;
  const lines = [
    "(module",
    '(import "env" "memory" (memory 1))',
    ...new Set(functions.flatMap(({ globals }) => globals)),
    ...functions.map(({ text }) => text),
    ...(isSmall
      ? [
          `(func (export "${kernelExport}") (param $desc i32) (param $step i32) (param $steps i32) (result i32)`,
          "(if (i32.ne (local.get $steps) (i32.const 1)) (then (return",
          `${call("many")})))`,
          `(if (i32.load offset=${4 * descriptorWords.uniformInputs} (local.get $desc)) (then (return`,
          `${call("oneUniform")})))`,
          `${call("one")})`,
        ]
      : []),
    ")",
  ];
  return `${lines.join("\n")}\n`;
}
