/**
 * One exponential for several: where 2^(k·t) with a small whole k stands beside 2^t, it becomes a power of it. Rates of
 * ion channels often have such time constants (20 and 80 mV in Hodgkin and Huxley's).
 *
 * Error: k times that of 2^t. The shared 2^t saturates at 2^±255, so that its powers stay finite and above 0.
 *
 * @module
 */
import { raise } from "./check.js";
import { type Graph, isConstant, type Node, topologicalOrder } from "./ir.js";

const largestPower = 4;

export function shareExponentials(g: Graph, roots: readonly Node[]): Node[] {
  const groups = new Map<Node, Map<number, Node>>();
  for (const node of topologicalOrder(roots)) {
    const parts = scaledArgument(node);
    if (!parts) continue;
    const [base, factor] = parts;
    const group = groups.get(base) ?? new Map<number, Node>();
    group.set(factor, node);
    groups.set(base, group);
  }
  const replacements = new Map<Node, (argument: Node) => Node>();
  for (const group of groups.values()) {
    for (const [factor, node] of group) {
      if (replacements.has(node)) continue;
      for (let k = 2; k <= largestPower; k++) {
        const power = group.get(factor * k);
        if (!power || replacements.has(power)) continue;
        const root = (scaledBase: Node): Node => g.call("exp2Root", [g.product(scaledBase, g.constant(factor))]);
        replacements.set(node, root);
        replacements.set(power, (scaledBase) => raise(g, root(scaledBase), k));
      }
    }
  }
  return g.transform(roots, (node, args) => replacements.get(node)?.(args[0]!.args[0]!));
}

/** [base, factor] of 2^(base·factor) with a constant factor. */
function scaledArgument(node: Node): [Node, number] | undefined {
  if (node.op !== "call" || node.name !== "exp2") return undefined;
  const argument = node.args[0]!;
  if (argument.op !== "mul" || !isConstant(argument.args[1]!)) return undefined;
  return [argument.args[0]!, argument.args[1]!.value];
}
