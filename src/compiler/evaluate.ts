/**
 * Values of graph nodes by walking the graph: for what is known before a run (derived parameters, propagators,
 * initial values, constraints). Uses core/math.ts, so the bits agree with the kernels.
 *
 * @module
 */
import { internalError } from "../core/errors.js";
import { functionTable } from "./functions.js";
import { type Node, topologicalOrder } from "./ir.js";
import { noiseFactor, propagators } from "./propagator.js";

/** Conditions are 1 and 0. */
export type LeafValues = (leaf: Node) => number;

export function evaluateNodes(roots: readonly Node[], leaf: LeafValues): number[] {
  const values = new Map<Node, number>();
  const solved = new Map<string, Solution>();
  for (const node of topologicalOrder(roots)) {
    const args = node.args.map((arg) => values.get(arg)!);
    values.set(node, evaluateNode(node, args, leaf, solved));
  }
  return roots.map((root) => values.get(root)!);
}

/** Matrices by kind of propagator. */
type Solution = Readonly<Record<string, Float64Array>>;

function evaluateNode(node: Node, args: readonly number[], leaf: LeafValues, solved: Map<string, Solution>): number {
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
      const kind = node.name === "noise" ? "noise" : "flow";
      const key = `${kind} ${args.join(",")}`;
      let solution = solved.get(key);
      if (!solution) {
        solution = kind === "noise" ? solveNoise(args) : solveFlow(args);
        solved.set(key, solution);
      }
      return solution[node.name]![node.value]!;
    }
    default:
      throw internalError(`node ${node.op} has no value before the run`);
  }
}

/** Arguments: dt, the matrix. */
function solveFlow([dt, ...matrix]: readonly number[]): Solution {
  const { P, Q } = propagators(matrix, Math.sqrt(matrix.length), dt!);
  return { P, Q };
}

/** Arguments: dt, the matrix, the factors of the noise. */
function solveNoise([dt, ...rest]: readonly number[]): Solution {
  const n = Math.floor(Math.sqrt(rest.length));
  return { noise: noiseFactor(rest.slice(0, n * n), rest.slice(n * n), n, dt!) };
}

/** Nearest whole number, ties to even, as the wasm instruction does. */
export function roundHalfEven(x: number): number {
  const r = Math.round(x);
  return Math.abs(x - Math.trunc(x)) === 0.5 && r % 2 !== 0 ? r - 1 : r;
}
