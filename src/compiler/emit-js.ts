/**
 * Kernel program → plain JavaScript: the reference, made to be read (`wbe explain MODEL --js`) and to check the
 * SIMD kernel. Names in it come from this emitter's own counters, never from user text.
 *
 * @module
 */

import type { Precision, Reals } from "../core/column.js";
import { roundHalfEven } from "./evaluate.js";
import { functionTable } from "./functions.js";
import { type Node, topologicalOrder } from "./ir.js";
import type { KernelProgram } from "./kernel.js";
import { lanesOf } from "./lanes.js";
import { createNoise } from "./noise.js";

/** The arrays of one population, the same that the wasm kernel sees (layout.ts). */
export interface KernelArrays {
  readonly n: number;
  readonly states: readonly Reals[];
  readonly inputs: readonly Reals[];
  readonly columns: readonly Reals[];
  readonly slots: Reals;
  readonly ring: Float32Array;
  readonly ringMask: number;
  /** Of random numbers: index of neuron 0 in the whole network, and the seed. */
  readonly firstNeuron: number;
  readonly seed: number;
}

/** Advances all neurons by `steps` steps from step `step`; calls onSpike(step stamp, neuron). */
export type ReferenceKernel = (
  arrays: KernelArrays,
  step: number,
  steps: number,
  onSpike: (step: number, neuron: number) => void,
) => void;

/** Source text of the reference kernel's body, with comments that tell which variable is which. */
export function emitJs(program: KernelProgram): string {
  const names = new Map<Node, string>();
  const lanes = lanesOf[program.precision].count;
  const roots = [...program.next, program.fired];
  const order = topologicalOrder(roots);
  const lines: string[] = [
    "const { n, states, inputs, columns, slots, ring, ringMask, firstNeuron, seed } = arrays;",
    ...(order.some((node) => node.op === "normal")
      ? [`const normal = createNoise(seed, "${program.precision}");`]
      : []),
    lanes === 2 ? "const row = n + (n & 1);" : `const row = Math.ceil(n / ${lanes}) * ${lanes};`,
    "for (let i = 0; i < n; i++) {",
  ];
  program.stateNames.forEach((name, k) => {
    lines.push(`  let y${k} = states[${k}][i]; // ${name}`);
  });
  lines.push("  for (let k = 0; k < steps; k++) {");
  const ports = program.portNames.length;
  if (ports > 0) lines.push(`    const arrivals = ((step + k) & ringMask) * ${ports} * row + i;`);
  program.portNames.forEach((name, k) => {
    lines.push(`    const w${k} = ring[arrivals + ${k} * row]; // arrivals at ${name}`);
    lines.push(`    ring[arrivals + ${k} * row] = 0;`);
  });
  for (const node of order) {
    const leaf = leafExpression(program, node);
    if (leaf !== undefined) {
      names.set(node, leaf);
      continue;
    }
    const args = node.args.map((arg) => names.get(arg)!);
    names.set(node, `v${node.id}`);
    lines.push(`    const v${node.id} = ${operation(node, args, program.precision)};`);
  }
  roots.slice(0, -1).forEach((node, k) => {
    lines.push(`    const next${k} = ${names.get(node)};`);
  });
  program.stateNames.forEach((_, k) => {
    lines.push(`    y${k} = next${k};`);
  });
  lines.push(`    if (${names.get(roots.at(-1)!)}) onSpike(step + k + 1, i);`, "  }");
  program.stateNames.forEach((_, k) => {
    lines.push(`  states[${k}][i] = y${k};`);
  });
  lines.push("}");
  return `${lines.join("\n")}\n`;
}

function leafExpression(program: KernelProgram, node: Node): string | undefined {
  switch (node.op) {
    case "const":
      return numberText(node.value);
    case "state":
      return `y${program.stateNames.indexOf(node.name)}`;
    case "slot":
      return `slots[${node.name}]`;
    case "column":
      return `columns[${node.name}][i]`;
    case "normal":
      return `normal(firstNeuron + i, step + k, ${node.name})`;
    case "input":
      return node.name.startsWith("@")
        ? `w${program.portNames.indexOf(node.name.slice(1))}`
        : `inputs[${program.inputNames.indexOf(node.name)}][i]`;
    default:
      return undefined;
  }
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  return Object.is(value, -0) ? "-0" : value < 0 ? `(${value})` : String(value);
}

const infix: Partial<Record<Node["op"], string>> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  lt: "<",
  le: "<=",
  eq: "===",
  ne: "!==",
  and: "&&",
  or: "||",
};

/** Operations whose result may need more digits than their arguments have. */
const rounded = new Set<Node["op"]>(["add", "sub", "mul", "div", "sqrt"]);

/**
 * In single precision: the operation in double precision, then rounded. For these operations that is the f32 operation,
 * to the bit (Figueroa 1995: 53 bits are at least 2·24 + 2).
 */
function operation(node: Node, args: readonly string[], precision: Precision): string {
  const text = plainOperation(node, args);
  return precision === "f32" && rounded.has(node.op) ? `fround(${text})` : text;
}

function plainOperation(node: Node, args: readonly string[]): string {
  const [a, b, c] = args;
  const symbol = infix[node.op];
  if (symbol) return `${a} ${symbol} ${b}`;
  switch (node.op) {
    case "neg":
      return `-${a}`;
    case "not":
      return `!${a}`;
    case "andNot":
      return `${a} && !${b}`;
    case "abs":
    case "sqrt":
    case "floor":
    case "ceil":
      return `Math.${node.op}(${a})`;
    case "round":
      return `roundHalfEven(${a})`;
    case "min":
      return `${b} < ${a} ? ${b} : ${a}`;
    case "max":
      return `${a} < ${b} ? ${b} : ${a}`;
    case "select":
      return `${a} ? ${b} : ${c}`;
    default:
      return `${node.name}(${args.join(", ")})`;
  }
}

/** Makes the reference kernel runnable. Only for checking: it needs a page that allows generated code. */
export function createReferenceKernel(program: KernelProgram): ReferenceKernel {
  const functions: Record<string, unknown> = { roundHalfEven, createNoise, fround: Math.fround };
  for (const [name, entry] of Object.entries(functionTable)) {
    functions[name] = program.precision === "f32" ? entry.evaluateF32 : entry.evaluate;
  }
  const names = Object.keys(functions);
  const make = new Function(...names, `return (arrays, step, steps, onSpike) => {\n${emitJs(program)}};`);
  return make(...names.map((name) => functions[name])) as ReferenceKernel;
}
