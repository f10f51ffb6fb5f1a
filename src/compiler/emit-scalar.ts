/**
 * Graph nodes → scalar WebAssembly instructions, for kernels that work event by event.
 *
 * @module
 */
import { internalError } from "../core/errors.js";
import { type Node, topologicalOrder, type ValueType } from "./ir.js";

const wasmTypes: Record<ValueType, "f64" | "i32" | "i64"> = { f64: "f64", bool: "i32", i64: "i64" };

const instructions: Partial<Record<Node["op"], string>> = {
  add: "f64.add",
  sub: "f64.sub",
  mul: "f64.mul",
  div: "f64.div",
  lt: "f64.lt",
  le: "f64.le",
  eq: "f64.eq",
  ne: "f64.ne",
  and: "i32.and",
  or: "i32.or",
  iadd: "i64.add",
  isub: "i64.sub",
  iand: "i64.and",
  neg: "f64.neg",
  abs: "f64.abs",
  sqrt: "f64.sqrt",
  floor: "f64.floor",
  ceil: "f64.ceil",
  round: "f64.nearest",
  not: "i32.eqz",
  bits: "i64.reinterpret_f64",
  fromBits: "f64.reinterpret_i64",
};

export interface ScalarContext {
  /** Prefix of the locals that hold intermediate values. */
  readonly tag: string;
  declare(name: string, type: "f64" | "i32" | "i64"): void;
  /** Instruction that gives the value of a state, input or slot leaf. */
  leaf(node: Node): string;
}

/** `lines` set the intermediate locals in order; `result` is the instruction that gives the root's value. */
export function scalarInstructions(root: Node, context: ScalarContext): { lines: string[]; result: string } {
  const values = new Map<Node, string>();
  const lines: string[] = [];
  for (const node of topologicalOrder([root])) {
    if (node.op === "const") values.set(node, `(f64.const ${constantText(node.value)})`);
    else if (node.op === "i64const") values.set(node, `(i64.const ${node.name})`);
    else if (node.args.length === 0) values.set(node, context.leaf(node));
    else {
      const name = `${context.tag}_${node.id}`;
      context.declare(name, wasmTypes[node.type]);
      lines.push(
        `(local.set $${name} ${operation(
          node,
          node.args.map((arg) => values.get(arg)!),
        )})`,
      );
      values.set(node, `(local.get $${name})`);
    }
  }
  return { lines, result: values.get(root)! };
}

function operation(node: Node, args: readonly string[]): string {
  const [a, b, c] = args;
  const instruction = instructions[node.op];
  if (instruction) return `(${instruction} ${args.join(" ")})`;
  switch (node.op) {
    case "min": // b < a ? b : a, as the SIMD pmin
      return `(select ${b} ${a} (f64.lt ${b} ${a}))`;
    case "max":
      return `(select ${b} ${a} (f64.lt ${a} ${b}))`;
    case "andNot":
      return `(i32.and ${a} (i32.eqz ${b}))`;
    case "select":
      return `(select ${b} ${c} ${a})`;
    case "ishl":
      return `(i64.shl ${a} (i64.const ${node.value}))`;
    case "ishr":
      return `(i64.shr_s ${a} (i64.const ${node.value}))`;
    default:
      throw internalError(`no scalar instruction for ${node.op}`);
  }
}

function constantText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
}
