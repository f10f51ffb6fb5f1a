/**
 * Values of graph nodes by walking the graph: for what is known before a run (derived parameters, propagators,
 * initial values, constraints). Uses core/math.ts, so the bits agree with the kernels.
 *
 * @module
 */
import { internalError } from "../core/errors.js";
import { functionTable } from "./functions.js";
import { type Node, topologicalOrder } from "./ir.js";
import { propagators } from "./propagator.js";

/** Conditions are 1 and 0. */
export type LeafValues = (leaf: Node) => number;

export function evaluateNodes(roots: readonly Node[], leaf: LeafValues): number[] {
  const values = new Map<Node, number>();
  const solved = new Map<string, { P: Float64Array; Q: Float64Array }>();
  for (const node of topologicalOrder(roots)) {
    const args = node.args.map((arg) => values.get(arg)!);
    values.set(node, evaluateNode(node, args, leaf, solved));
  }
  return roots.map((root) => values.get(root)!);
}

function evaluateNode(
  node: Node,
  args: readonly number[],
  leaf: LeafValues,
  solved: Map<string, { P: Float64Array; Q: Float64Array }>,
): number {
  const [a, b, c] = args as [number, number, number];
  switch (node.op) {
    case "const":
      return node.value;
    case "param":
    case "state":
    case "input":
      return leaf(node);
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mul":
      return a * b;
    case "div":
      return a / b;
    case "neg":
      return -a;
    case "abs":
      return Math.abs(a);
    case "sqrt":
      return Math.sqrt(a);
    case "floor":
      return Math.floor(a);
    case "ceil":
      return Math.ceil(a);
    case "round":
      return roundHalfEven(a);
    case "min":
      return b < a ? b : a;
    case "max":
      return a < b ? b : a;
    case "lt":
      return Number(a < b);
    case "le":
      return Number(a <= b);
    case "eq":
      return Number(a === b);
    case "ne":
      return Number(a !== b);
    case "and":
      return Number(a !== 0 && b !== 0);
    case "or":
      return Number(a !== 0 || b !== 0);
    case "andNot":
      return Number(a !== 0 && b === 0);
    case "not":
      return Number(a === 0);
    case "select":
      return a !== 0 ? b : c;
    case "call":
      return functionTable[node.name]!.evaluate(...args);
    case "propagator": {
      const key = args.join(",");
      let pair = solved.get(key);
      if (!pair) {
        pair = propagators(args.slice(1), Math.sqrt(args.length - 1), a);
        solved.set(key, pair);
      }
      return (node.name === "P" ? pair.P : pair.Q)[node.value]!;
    }
    default:
      throw internalError(`node ${node.op} has no value before the run`);
  }
}

/** Nearest whole number, ties to even, as the wasm instruction does. */
export function roundHalfEven(x: number): number {
  const r = Math.round(x);
  return Math.abs(x - Math.trunc(x)) === 0.5 && r % 2 !== 0 ? r - 1 : r;
}
