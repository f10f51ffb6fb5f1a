/**
 * The one intermediate form: a graph of pure nodes, each distinct value once (hash-consing gives common
 * subexpressions for free). Passes build new nodes from old ones; nothing is changed in place.
 *
 * "f64" nodes are numbers, "bool" nodes are conditions (masks in SIMD), "i64" nodes appear only after lowering,
 * inside exp, log, sin and random numbers.
 *
 * @module
 */
import type { Precision } from "../core/column.js";
import { internalError } from "../core/errors.js";

export type ValueType = "f64" | "bool" | "i64";

/** Leaves: const, and the named ones, which the kernel loads. Propagator elements are computed at build time only. */
export type LeafOp =
  | "const"
  | "i64const"
  | "param"
  | "state"
  | "input"
  | "slot"
  | "column"
  | "noise" // a symbol xi of the equations; no integrator leaves one over
  | "normal" // standard normal number of this neuron and step; the name is the draw
  | IntegerLeafOp
  | "propagator";

/** What random numbers are made of: index of the neuron in the network, step, seed. */
export type IntegerLeafOp = "entity" | "clock" | "seed";

export type ArithmeticOp =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "neg"
  | "abs"
  | "sqrt"
  | "floor"
  | "ceil"
  | "round"
  | "min" // b < a ? b : a
  | "max" // a < b ? b : a
  | "lt"
  | "le"
  | "eq"
  | "ne"
  | "and"
  | "or"
  | "andNot"
  | "not"
  | "select" // args: condition, then, else
  | "bits" // f64 → i64, same bits
  | "fromBits" // i64 → f64, same bits
  | "iadd"
  | "isub"
  | "ishl" // by the constant in `value`
  | "ishr" // arithmetic, by the constant in `value`
  | "iand" // with a constant i64 node
  | "ixor"
  | "iushr" // logical, by the constant in `value`
  | "umul32" // product of the low halves; b is a constant with equal halves
  | "imul" // low half of the product of lanes of 32 bits
  | "umulhi"; // high half, unsigned

export type IntegerOp = "iadd" | "isub" | "iand" | "ixor" | "umul32" | "imul" | "umulhi";

export type Op = LeafOp | ArithmeticOp | "call";

export interface Node {
  readonly id: number;
  readonly op: Op;
  readonly type: ValueType;
  readonly args: readonly Node[];
  /** const: the number; shifts: the distance; propagator: the element index. */
  readonly value: number;
  /** i64const: the bits; named leaves and calls: the name. */
  readonly name: string;
}

/** Adding these to a graph gives the same node for the same value. */
export class Graph {
  private readonly known = new Map<string, Node>();
  readonly nodes: Node[] = [];

  /** @param precision number format that constants are rounded to, and foldings of constants alike. */
  constructor(private readonly precision: Precision = "f64") {}

  private intern(op: Op, type: ValueType, args: readonly Node[], value = 0, name = ""): Node {
    const valueKey = Object.is(value, -0) ? "-0" : String(value);
    const key = `${op}|${valueKey}|${name}|${args.map((a) => a.id).join(",")}`;
    let node = this.known.get(key);
    if (!node) {
      node = { id: this.nodes.length, op, type, args, value, name };
      this.nodes.push(node);
      this.known.set(key, node);
    }
    return node;
  }

  constant(value: number): Node {
    return this.intern("const", "f64", [], this.precision === "f32" ? Math.fround(value) : value);
  }

  /** 64 bits given as a decimal or 0x string, because numbers cannot hold them. */
  bitsConstant(bits: string): Node {
    return this.intern("i64const", "i64", [], 0, bits);
  }

  leaf(op: "param" | "state" | "input" | "slot" | "column" | "noise" | "normal", name: string): Node {
    return this.intern(op, "f64", [], 0, name);
  }

  integerLeaf(op: IntegerLeafOp): Node {
    return this.intern(op, "i64", []);
  }

  /**
   * Element `index` of what propagator.ts makes of time and matrix (`args`): "P", "Q", or with the factors of a noise at
   * the end of `args` "noise".
   */
  propagator(kind: string, index: number, args: readonly Node[]): Node {
    return this.intern("propagator", "f64", args, index, kind);
  }

  call(name: string, args: readonly Node[]): Node {
    return this.intern("call", "f64", args, 0, name);
  }

  add(a: Node, b: Node): Node {
    if (isConstant(a) && isConstant(b)) return this.constant(a.value + b.value);
    if (isValue(a, 0)) return b;
    if (isValue(b, 0)) return a;
    if (b.op === "neg") return this.sub(a, b.args[0]!);
    if (a.op === "neg") return this.sub(b, a.args[0]!);
    return this.intern("add", "f64", [a, b]);
  }

  sub(a: Node, b: Node): Node {
    if (isConstant(a) && isConstant(b)) return this.constant(a.value - b.value);
    if (isValue(b, 0)) return a;
    if (isValue(a, 0)) return this.neg(b);
    if (b.op === "neg") return this.add(a, b.args[0]!);
    if (a.op === "neg") return this.neg(this.add(a.args[0]!, b));
    if (a === b && isConstant(a)) return this.constant(0);
    return this.intern("sub", "f64", [a, b]);
  }

  mul(a: Node, b: Node): Node {
    if (isConstant(a) && isConstant(b)) return this.constant(a.value * b.value);
    if (isValue(a, 0) || isValue(b, 0)) return this.constant(0);
    if (isValue(a, 1)) return b;
    if (isValue(b, 1)) return a;
    if (isValue(a, -1)) return this.neg(b);
    if (isValue(b, -1)) return this.neg(a);
    if (a.op === "neg" && b.op === "neg") return this.mul(a.args[0]!, b.args[0]!);
    if (a.op === "neg") return this.neg(this.mul(a.args[0]!, b));
    if (b.op === "neg") return this.neg(this.mul(a, b.args[0]!));
    return this.product(a, b);
  }

  /** a·b as it stands: signs stay inside the factors. */
  product(a: Node, b: Node): Node {
    return this.intern("mul", "f64", [a, b]);
  }

  div(a: Node, b: Node): Node {
    if (isConstant(a) && isConstant(b) && b.value !== 0) return this.constant(a.value / b.value);
    if (isValue(a, 0)) return this.constant(0);
    if (isValue(b, 1)) return a;
    if (a.op === "div" && b.op === "div" && a.args[1] === b.args[1]) return this.div(a.args[0]!, b.args[0]!);
    if (a.op === "neg" && b.op === "neg") return this.div(a.args[0]!, b.args[0]!);
    if (a.op === "neg") return this.neg(this.div(a.args[0]!, b));
    if (b.op === "neg") return this.neg(this.div(a, b.args[0]!));
    return this.intern("div", "f64", [a, b]);
  }

  neg(a: Node): Node {
    if (isConstant(a)) return this.constant(-a.value);
    if (a.op === "neg") return a.args[0]!;
    if (a.op === "sub") return this.sub(a.args[1]!, a.args[0]!);
    // A sign costs nothing inside a constant factor.
    if (a.op === "mul" || a.op === "div") {
      const [x, y] = a.args as [Node, Node];
      if (isConstant(x)) return this.rebuild(a, [this.neg(x), y]);
      if (isConstant(y)) return this.rebuild(a, [x, this.neg(y)]);
    }
    return this.intern("neg", "f64", [a]);
  }

  unary(op: "abs" | "sqrt" | "floor" | "ceil" | "round", a: Node): Node {
    return this.intern(op, "f64", [a]);
  }

  min(a: Node, b: Node): Node {
    return a === b ? a : this.intern("min", "f64", [a, b]);
  }

  max(a: Node, b: Node): Node {
    return a === b ? a : this.intern("max", "f64", [a, b]);
  }

  compare(op: "lt" | "le" | "eq" | "ne", a: Node, b: Node): Node {
    return this.intern(op, "bool", [a, b]);
  }

  logic(op: "and" | "or", a: Node, b: Node): Node {
    return a === b ? a : this.intern(op, "bool", [a, b]);
  }

  /** a and not b, one instruction. */
  andNot(a: Node, b: Node): Node {
    return this.intern("andNot", "bool", [a, b]);
  }

  not(a: Node): Node {
    return a.op === "not" ? a.args[0]! : this.intern("not", "bool", [a]);
  }

  select(condition: Node, then: Node, otherwise: Node): Node {
    if (condition.type !== "bool" || then.type !== otherwise.type) throw internalError("select of mixed types");
    return then === otherwise ? then : this.intern("select", then.type, [condition, then, otherwise]);
  }

  /** Bit moves of the lowered function table. */
  bits(a: Node): Node {
    return this.intern("bits", "i64", [a]);
  }

  fromBits(a: Node): Node {
    return this.intern("fromBits", "f64", [a]);
  }

  integer(op: IntegerOp, a: Node, b: Node): Node {
    return this.intern(op, "i64", [a, b]);
  }

  shift(op: "ishl" | "ishr" | "iushr", a: Node, distance: number): Node {
    return this.intern(op, "i64", [a], distance);
  }

  /** The same operation on other arguments, with all folding rules applied. */
  rebuild(node: Node, args: readonly Node[]): Node {
    const [a, b, c] = args as [Node, Node, Node];
    switch (node.op) {
      case "add":
      case "sub":
      case "mul":
      case "div":
      case "min":
      case "max":
        return this[node.op](a, b);
      case "neg":
      case "not":
      case "bits":
      case "fromBits":
        return this[node.op](a);
      case "abs":
      case "sqrt":
      case "floor":
      case "ceil":
      case "round":
        return this.unary(node.op, a);
      case "lt":
      case "le":
      case "eq":
      case "ne":
        return this.compare(node.op, a, b);
      case "and":
      case "or":
        return this.logic(node.op, a, b);
      case "andNot":
        return this.andNot(a, b);
      case "select":
        return this.select(a, b, c);
      case "call":
        return this.call(node.name, args);
      case "propagator":
        return this.propagator(node.name, node.value, args);
      case "iadd":
      case "isub":
      case "iand":
      case "ixor":
      case "umul32":
      case "imul":
      case "umulhi":
        return this.integer(node.op, a, b);
      case "ishl":
      case "ishr":
      case "iushr":
        return this.shift(node.op, a, node.value);
      default:
        return node;
    }
  }

  /** Replaces nodes bottom-up: `replace` may give another node for a node, or undefined to keep it. */
  transform(roots: readonly Node[], replace: (node: Node, args: readonly Node[]) => Node | undefined): Node[] {
    const done = new Map<Node, Node>();
    for (const node of topologicalOrder(roots)) {
      const args = node.args.map((a) => done.get(a)!);
      done.set(
        node,
        replace(node, args) ?? (args.every((a, i) => a === node.args[i]) ? node : this.rebuild(node, args)),
      );
    }
    return roots.map((root) => done.get(root)!);
  }

  /** The same values in this graph, from nodes of another one, with constants rounded to this graph's format. */
  adopt(roots: readonly Node[]): Node[] {
    return this.transform(roots, (node) => {
      if (node.args.length > 0) return undefined;
      return node.op === "const" ? this.constant(node.value) : this.intern(node.op, node.type, [], 0, node.name);
    });
  }

  /** One value with some nodes replaced. */
  substitute(root: Node, replacements: ReadonlyMap<Node, Node>): Node {
    return this.transform([root], (node) => replacements.get(node))[0]!;
  }
}

export function isConstant(node: Node): boolean {
  return node.op === "const";
}

export function isValue(node: Node, value: number): boolean {
  return node.op === "const" && node.value === value;
}

/** Arguments before users, each node once; deterministic. */
export function topologicalOrder(roots: readonly Node[]): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: [Node, number][] = [];
  for (const root of roots) {
    if (seen.has(root)) continue;
    seen.add(root);
    stack.push([root, 0]);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const next = top[0].args[top[1]++];
      if (next === undefined) {
        order.push(top[0]);
        stack.pop();
      } else if (!seen.has(next)) {
        seen.add(next);
        stack.push([next, 0]);
      }
    }
  }
  return order;
}

/** True when the value holds no state, no input and no noise: it is known before the run. */
export function isInvariant(node: Node): boolean {
  return topologicalOrder([node]).every((n) => n.op !== "state" && n.op !== "input" && n.op !== "noise");
}

export function dependsOn(root: Node, leaves: ReadonlySet<Node>): boolean {
  return topologicalOrder([root]).some((node) => leaves.has(node));
}
