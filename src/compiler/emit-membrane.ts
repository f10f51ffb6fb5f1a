/**
 * Membrane program → WebAssembly text: two compartments at a time, gathered by their places in the columns of the cable.
 *
 * Two functions, each with the address of a descriptor of 32-bit words: `advance` after a step, `start` before the first.
 *
 * | word | what |
 * | --- | --- |
 * | 0 | rows, even (an odd row is there twice) |
 * | 1 | u32[rows]: byte offsets of the rows' elements in the columns of words 2–4 |
 * | 2, 3, 4 | f64 columns of the cable: V, current, conductance |
 * | 5 | slots: f64 values shared by all rows |
 * | 6… | f64[rows] arrays of the membrane: states in order, columns |
 *
 * @module
 */

import { type Node, topologicalOrder } from "./ir.js";
import { type Lanes, lanesOf } from "./lanes.js";
import { lowerCalls } from "./lower.js";
import type { MembraneProgram } from "./membrane.js";
import { schedule } from "./schedule.js";
import { WatBody } from "./wat-body.js";

export const membraneWords = { rows: 0, index: 1, V: 2, current: 3, conductance: 4, slots: 5, arrays: 6 } as const;

class MembraneFunction extends WatBody {
  constructor(
    private readonly program: MembraneProgram,
    private readonly name: "advance" | "start",
    lanes: Lanes,
  ) {
    super(lanes);
  }

  emit(): { text: string; globals: readonly string[] } {
    const { program, name } = this;
    const { roots, waveArguments } = lowerCalls(program.graph, program[name]);
    const order = topologicalOrder(roots);
    const leaves = order.filter((node) => node.args.length === 0);
    const isVarying = new Set<Node>();
    for (const node of order) {
      const isLeaf = node.op === "state" || node.op === "input" || node.op === "column";
      if (isLeaf || node.args.some((arg) => isVarying.has(arg))) isVarying.add(node);
    }
    const constants = this.constants(leaves);
    const slots = this.slots(leaves);
    const inner = order.filter((node) => node.args.length > 0);
    const once = inner.filter((node) => !isVarying.has(node)).map((node) => this.instruction(node));
    const pointers: string[] = [];
    const loads: string[] = [];
    const V = this.declare("V", "v128");
    for (const leaf of leaves) if (leaf.op === "input") this.names.set(leaf, V);
    const { stateNames } = program;
    const array = (k: number): string => {
      const pointer = this.declare(`a${k}`, "i32");
      pointers.push(`(local.set ${pointer} (i32.load offset=${4 * (membraneWords.arrays + k)} (local.get $desc)))`);
      return `(i32.add (local.get ${pointer}) (local.get $byte))`;
    };
    const places = stateNames.map((_, k) => array(k));
    for (const leaf of leaves) {
      if (leaf.op !== "state" && leaf.op !== "column") continue;
      const local = this.declare(`x${leaf.id}`, "v128");
      this.names.set(leaf, local);
      const place =
        leaf.op === "state" ? places[stateNames.indexOf(leaf.name)] : array(stateNames.length + Number(leaf.name));
      loads.push(`(local.set ${local} (v128.load ${place})) ;; ${leaf.op} ${leaf.name}`);
    }
    const code = schedule(inner.filter((node) => isVarying.has(node))).map((node) => {
      const instruction = this.instruction(node);
      return waveArguments.has(node) ? `${instruction}\n${this.pin(node)}` : instruction;
    });
    const values = roots.map((root) => this.get(root));
    const stores = stateNames.flatMap((stateName, k) =>
      roots[k]!.op === "state" && roots[k]!.name === stateName ? [] : [`(v128.store ${places[k]} ${values[k]})`],
    );
    const [current, slope] = values.slice(stateNames.length) as [string, string];
    const element = (column: string, row: 0 | 1): string => `(i32.add (local.get $${column}) (local.get $e${row}))`;
    const scatter = (column: string, value: string): string[] => [
      `(v128.store64_lane 0 ${element(column, 0)} ${value})`,
      `(v128.store64_lane 1 ${element(column, 1)} ${value})`,
    ];
    const word = (local: string, index: number): string =>
      `(local.set $${local} (i32.load offset=${4 * index} (local.get $desc)))`;
    const text = [
      `(func (export "${name}") (param $desc i32)`,
      "(local $byte i32) (local $end i32) (local $index i32) (local $slots i32) (local $e0 i32) (local $e1 i32)",
      "(local $pV i32) (local $pCurrent i32) (local $pConductance i32)",
      ...this.locals,
      word("end", membraneWords.rows),
      "(local.set $end (i32.shl (local.get $end) (i32.const 3)))",
      word("index", membraneWords.index),
      word("pV", membraneWords.V),
      word("pCurrent", membraneWords.current),
      word("pConductance", membraneWords.conductance),
      word("slots", membraneWords.slots),
      ...pointers,
      ...constants,
      ...slots,
      ...once,
      "(block $done (loop $rows",
      "(br_if $done (i32.ge_u (local.get $byte) (local.get $end)))",
      "(local.set $e0 (i32.load (i32.add (local.get $index) (i32.shr_u (local.get $byte) (i32.const 1)))))",
      "(local.set $e1 (i32.load offset=4 (i32.add (local.get $index) (i32.shr_u (local.get $byte) (i32.const 1)))))",
      `(local.set ${V} (v128.load64_lane 1 ${element("pV", 1)} (v128.load64_zero ${element("pV", 0)})))`,
      ...loads,
      ...code,
      ...stores,
      ...scatter("pCurrent", current),
      ...scatter("pConductance", slope),
      "(local.set $byte (i32.add (local.get $byte) (i32.const 16)))",
      "(br $rows))))",
    ].join("\n");
    return { text, globals: this.globals };
  }
}

/** WebAssembly text of a membrane: exports `advance` and `start`. Deterministic: equal programs give equal text. */
export function emitMembrane(program: MembraneProgram): string {
  const functions = (["advance", "start"] as const).map((name) =>
    new MembraneFunction(program, name, lanesOf.f64).emit(),
  );
  // Node ids are the graph's, so a global of one name has one value in both functions.
  const globals = [...new Set(functions.flatMap((f) => f.globals))];
  const texts = functions.map(({ text }) => text);
  return `${["(module", '(import "env" "memory" (memory 1))', ...globals, ...texts, ")"].join("\n")}\n`;
}
