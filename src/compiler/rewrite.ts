/**
 * Rewrites that keep an equation's meaning where its literal form has none: limits of removable singularities.
 *
 * @module
 */
import type { Graph, Node } from "./ir.js";

/** a·exp(y/a) → scaledExp(a, y), which has its limit at a = 0; x/exprel(y) → x·exprelr(y), one division less. */
export function limitingForms(g: Graph, root: Node): Node {
  return g.transform([root], (node, args) => {
    if (node.op === "mul") return scaleExponential(g, g.mul(args[0]!, args[1]!));
    if (node.op === "div" && args[1]!.op === "call" && args[1]!.name === "exprel") {
      return g.mul(args[0]!, g.call("exprelr", args[1]!.args));
    }
    return undefined;
  })[0]!;
}

function scaleExponential(g: Graph, product: Node): Node | undefined {
  const factors = factorsOf(product);
  for (const exponential of factors) {
    if (exponential.op !== "call" || exponential.name !== "exp") continue;
    const argument = exponential.args[0]!;
    if (argument.op !== "div") continue;
    const [y, a] = argument.args as [Node, Node];
    const scaleAt = factors.indexOf(a);
    if (scaleAt < 0) continue;
    const rest = factors.filter((factor, i) => i !== scaleAt && factor !== exponential);
    return rest.reduce((sum, factor) => g.mul(sum, factor), g.call("scaledExp", [a, y]));
  }
  return product;
}

function factorsOf(node: Node): Node[] {
  return node.op === "mul" ? node.args.flatMap(factorsOf) : [node];
}
