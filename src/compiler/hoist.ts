/**
 * Moves everything that is known before the run out of the kernel: each largest subexpression of parameters and dt
 * becomes a derived parameter, computed once per population ("slot") or once per neuron ("column", where a
 * parameter differs between neurons). Divisions by such values become multiplications by their reciprocals.
 *
 * @module
 */

import { type Graph, type Node, topologicalOrder } from "./ir.js";
import { shareExponentials } from "./share-exponentials.js";

export interface Hoisted {
  readonly roots: readonly Node[];
  /** Values to compute once: slot leaf "k" of the roots is slots[k]. */
  readonly slots: readonly Node[];
  /** Values to compute for each neuron: column leaf "k" is columns[k]. */
  readonly columns: readonly Node[];
}

enum Level {
  constant = 0,
  shared = 1,
  perNeuron = 2,
  varying = 3,
}

export function hoistInvariants(g: Graph, roots: readonly Node[], perNeuron: ReadonlySet<string>): Hoisted {
  const levels = new Map<Node, Level>();
  const levelOf = (node: Node): Level => {
    const known = levels.get(node);
    if (known !== undefined) return known;
    let level: Level = Level.constant;
    if (node.op === "param") level = perNeuron.has(node.name) ? Level.perNeuron : Level.shared;
    else if (node.op === "state" || node.op === "input" || node.op === "normal") level = Level.varying;
    for (const arg of node.args) level = Math.max(level, levelOf(arg));
    levels.set(node, level);
    return level;
  };

  /** x·factor, with all factors of x that are known before the run drawn into one. */
  const scale = (x: Node, factor: Node): Node => {
    const [a, b] = x.args as [Node, Node];
    if (x.op === "neg") return scale(a, g.neg(factor));
    if (x.op === "mul" && levelOf(b) < Level.varying) return scale(a, g.mul(b, factor));
    if (x.op === "mul" && levelOf(a) < Level.varying) return scale(b, g.mul(a, factor));
    return g.product(x, factor);
  };
  const simplified = g.transform(roots, (node, args) => {
    for (const arg of args) levelOf(arg); // level by level, so that no long chain of values recurses deeply
    if (node.op === "neg" && args[0]!.op === "mul") {
      // A sign costs nothing inside a factor that is known before the run.
      const [x, y] = args[0]!.args as [Node, Node];
      if (levelOf(y) < Level.varying) return g.product(x, g.neg(y));
      if (levelOf(x) < Level.varying) return g.product(g.neg(x), y);
    }
    // e^x as 2^(x·log2 e): four operations fewer, the factor disappears into one that is known before the run.
    if (node.op === "call" && levelOf(args[0]!) === Level.varying) {
      const x = args[0]!;
      const t = (): Node => scale(x, g.constant(Math.LOG2E));
      if (node.name === "exp") return g.call("exp2", [t()]);
      if (node.name === "decay") return g.call("decay2", [t()]);
      if (node.name === "exprel") return g.call("exprel2", [x, t()]);
      if (node.name === "exprelr") return g.call("exprelr2", [x, t()]);
    }
    if (node.op !== "div") return undefined;
    const [a, b] = args as [Node, Node];
    if (levelOf(a) < Level.varying || levelOf(b) === Level.varying) return undefined;
    return g.mul(a, g.div(g.constant(1), b));
  });

  const slots: Node[] = [];
  const columns: Node[] = [];
  const replaced = new Map<Node, Node>();
  const asLeaf = (node: Node, kind: "slot" | "column", list: Node[]): Node => {
    list.push(node);
    return g.leaf(kind, String(list.length - 1));
  };
  const visit = (node: Node): Node => {
    const known = replaced.get(node);
    if (known) return known;
    const level = levelOf(node);
    let result: Node;
    if (node.op === "const") result = node;
    else if (level === Level.varying) {
      const args = node.args.map(visit);
      result = node.args.length === 0 ? node : g.rebuild(node, args);
    } else if (node.type === "bool") {
      // A slot holds numbers: keep the condition as 1 or 0 and test that.
      const number = g.select(node, g.constant(1), g.constant(0));
      levels.set(number, level);
      result = g.compare("ne", visit(number), g.constant(0));
    } else if (level === Level.perNeuron) result = asLeaf(node, "column", columns);
    else result = asLeaf(node, "slot", slots);
    replaced.set(node, result);
    return result;
  };
  for (const node of topologicalOrder(simplified)) if (levelOf(node) === Level.varying) visit(node);
  return { roots: shareExponentials(g, simplified).map(visit), slots, columns };
}
