/**
 * Symbolic derivative on the graph, for linearity tests and for linearisation.
 *
 * @module
 */
import { functionTable } from "./functions.js";
import { dependsOn, type Graph, type Node, topologicalOrder } from "./ir.js";

/** d(root)/d(leaf), or undefined where a function on the way has no derivative in the table. */
export function differentiate(g: Graph, root: Node, leaf: Node): Node | undefined {
  const zero = g.constant(0);
  const known = new Map<Node, Node | undefined>();
  for (const node of topologicalOrder([root])) {
    const parts = node.args.map((arg) => known.get(arg));
    if (node === leaf) known.set(node, g.constant(1));
    else if (node.type !== "f64") known.set(node, zero);
    else if (parts.some((part) => part === undefined)) known.set(node, undefined);
    else known.set(node, parts.every((part) => part === zero) ? zero : differentiateNode(g, node, parts as Node[]));
  }
  return known.get(root);
}

function differentiateNode(g: Graph, node: Node, parts: readonly Node[]): Node | undefined {
  const [a, b] = node.args as [Node, Node];
  const [da, db] = parts as [Node, Node];
  switch (node.op) {
    case "add":
      return g.add(da, db);
    case "sub":
      return g.sub(da, db);
    case "neg":
      return g.neg(da);
    case "mul":
      return g.add(g.mul(da, b), g.mul(a, db));
    case "div":
      return g.sub(g.div(da, b), g.div(g.mul(a, db), g.mul(b, b)));
    case "sqrt":
      return g.div(da, g.mul(g.constant(2), node));
    case "abs":
      return g.select(g.compare("lt", a, g.constant(0)), g.neg(da), da);
    case "min":
      return g.select(g.compare("lt", b, a), db, da);
    case "max":
      return g.select(g.compare("lt", a, b), db, da);
    case "select":
      return g.select(node.args[0]!, parts[1]!, parts[2]!);
    case "floor":
    case "ceil":
    case "round":
      return g.constant(0);
    case "call": {
      const rule = functionTable[node.name]!.derivative;
      if (!rule) return undefined;
      let sum = g.constant(0);
      parts.forEach((part, i) => {
        sum = g.add(sum, g.mul(rule(g, i, ...node.args), part));
      });
      return sum;
    }
    default:
      return undefined;
  }
}

/**
 * True when the value may jump as a leaf moves: a condition or a rounding depends on it. The derivative is 0 there
 * and says nothing about the jump, so that a constant derivative does not make such a value linear.
 */
export function jumpsWith(root: Node, leaves: ReadonlySet<Node>): boolean {
  return topologicalOrder([root]).some(
    (node) =>
      (node.op === "floor" || node.op === "ceil" || node.op === "round" || node.op === "select") &&
      dependsOn(node.op === "select" ? node.args[0]! : node, leaves),
  );
}
