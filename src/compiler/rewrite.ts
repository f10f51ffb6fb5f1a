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

function scaleExponential(g: Graph, product: Node): Node {
  const factors = factorsOf(product);
  for (const [exponentialAt, exponential] of factors.entries()) {
    if (exponential.op !== "call" || exponential.name !== "exp") continue;
    const argument = exponential.args[0]!;
    if (argument.op !== "div") continue;
    const [y, a] = argument.args as [Node, Node];
    const scaleAt = factors.indexOf(a);
    if (scaleAt < 0) continue;
    const rest = factors.filter((_, i) => i !== scaleAt && i !== exponentialAt);
    return rest.reduce((sum, factor) => g.mul(sum, factor), g.call("scaledExp", [a, y]));
  }
  return product;
}

/** A product of products of … has as many factors as one likes. */
const mostFactors = 64;

/** Factors from left to right; those of a larger product are not looked for. */
function factorsOf(product: Node): Node[] {
  const factors: Node[] = [];
  const open = [product];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.op === "mul") open.push(node.args[1]!, node.args[0]!);
    else factors.push(node);
    if (factors.length + open.length > mostFactors) return [];
  }
  return factors;
}
