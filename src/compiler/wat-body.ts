/**
 * What the emitters of WebAssembly text share: locals and globals, constants and shared values loaded once, and the
 * instruction of each operation on vectors.
 *
 * @module
 */
import { internalError } from "../core/errors.js";
import type { Node } from "./ir.js";
import type { Lanes } from "./lanes.js";

/** By lane type: "float" and "integer" stand for the prefixes of Lanes. */
const binaryInstructions: Partial<Record<Node["op"], string>> = {
  add: "float.add",
  sub: "float.sub",
  mul: "float.mul",
  div: "float.div",
  min: "float.pmin",
  max: "float.pmax",
  lt: "float.lt",
  le: "float.le",
  eq: "float.eq",
  ne: "float.ne",
  and: "v128.and",
  andNot: "v128.andnot",
  or: "v128.or",
  iadd: "integer.add",
  isub: "integer.sub",
  iand: "v128.and",
  ixor: "v128.xor",
  imul: "integer.mul",
};

const unaryInstructions: Partial<Record<Node["op"], string>> = {
  neg: "float.neg",
  abs: "float.abs",
  sqrt: "float.sqrt",
  floor: "float.floor",
  ceil: "float.ceil",
  round: "float.nearest",
  not: "v128.not",
};

const bitsBuffer = new DataView(new ArrayBuffer(8));

/** Bits of a number in the lanes' format. */
function bitsOf(value: number, { precision }: Lanes): string {
  if (precision === "f32") {
    bitsBuffer.setFloat32(0, value);
    return `0x${bitsBuffer.getUint32(0).toString(16)}`;
  }
  bitsBuffer.setFloat64(0, value);
  return `0x${bitsBuffer.getBigUint64(0).toString(16)}`;
}

export abstract class WatBody {
  protected readonly locals: string[] = [];
  protected readonly globals: string[] = [];
  protected readonly names = new Map<Node, string>();

  constructor(protected readonly lanes: Lanes) {}

  protected declare(name: string, type: "v128" | "i32"): string {
    this.locals.push(`(local $${name} ${type})`);
    return `$${name}`;
  }

  /** Instructions that load the constants among `leaves` into locals. */
  protected constants(leaves: readonly Node[]): string[] {
    return leaves
      .filter((node) => node.op === "const" || node.op === "i64const")
      .map((node) => {
        const name = this.declare(`c${node.id}`, "v128");
        this.names.set(node, name);
        const bits = node.op === "const" ? bitsOf(node.value, this.lanes) : node.name;
        // A mutable global is loaded once and kept; V8 would build a v128.const anew at each use.
        this.globals.push(
          `(global ${name} (mut v128) (v128.const ${this.lanes.integer}${` ${bits}`.repeat(this.lanes.count)}))`,
        );
        return `(local.set ${name} (global.get ${name}))`;
      });
  }

  /** Instructions that load the shared values; their address is in the local $slots. */
  protected slots(leaves: readonly Node[]): string[] {
    return leaves
      .filter((node) => node.op === "slot")
      .map((node) => {
        const name = this.declare(`s${node.name}`, "v128");
        this.names.set(node, name);
        return `(local.set ${name} (${this.lanes.splat} offset=${this.lanes.bytes * Number(node.name)} (local.get $slots)))`;
      });
  }

  protected local(node: Node): string {
    if (node.op === "bits" || node.op === "fromBits") return this.local(node.args[0]!);
    const known = this.names.get(node);
    if (known) return known;
    if (node.args.length === 0) throw internalError(`leaf ${node.op} ${node.name} has no local`);
    const name = this.declare(`n${node.id}`, "v128");
    this.names.set(node, name);
    return name;
  }

  protected get(node: Node): string {
    return `(local.get ${this.local(node)})`;
  }

  protected instruction(node: Node): string {
    if (node.op === "bits" || node.op === "fromBits") return "";
    return `(local.set ${this.local(node)} ${this.operation(node)})`;
  }

  /**
   * V8 before Node 24 orders pure operations by itself, one chain after another; passing a value through memory
   * makes it finish a wave of chains before it starts the next. Costs a store and a load.
   */
  protected pin(node: Node): string {
    const local = this.local(node);
    const global = `$pin${node.id}`;
    this.globals.push(`(global ${global} (mut v128) (v128.const i64x2 0 0))`);
    return `(global.set ${global} (local.get ${local}))\n(local.set ${local} (global.get ${global}))`;
  }

  private operation(node: Node): string {
    const [a, b, c] = node.args as [Node, Node, Node];
    const { float, integer } = this.lanes;
    const typed = (instruction: string): string => instruction.replace("float", float).replace("integer", integer);
    const binary = binaryInstructions[node.op];
    if (binary) return `(${typed(binary)} ${this.get(a)} ${this.get(b)})`;
    const unary = unaryInstructions[node.op];
    if (unary) return `(${typed(unary)} ${this.get(a)})`;
    switch (node.op) {
      case "select":
        return `(v128.bitselect ${this.get(b)} ${this.get(c)} ${this.get(a)})`;
      case "ishl":
        return `(${integer}.shl ${this.get(a)} (i32.const ${node.value}))`;
      case "iushr":
        return `(${integer}.shr_u ${this.get(a)} (i32.const ${node.value}))`;
      case "umul32":
        // Products of 32-bit lanes 0 and 1: the low halves move there; both halves of the constant are the factor.
        return `(i64x2.extmul_low_i32x4_u (i8x16.shuffle 0 1 2 3 8 9 10 11 0 1 2 3 8 9 10 11 ${this.get(a)} ${this.get(a)}) ${this.get(b)})`;
      case "umulhi": {
        // The odd words of the products of lanes 0, 1 and of lanes 2, 3.
        const half = (name: string): string => `(i64x2.extmul_${name}_i32x4_u ${this.get(a)} ${this.get(b)})`;
        return `(i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 ${half("low")} ${half("high")})`;
      }
      case "ishr":
        return `(${integer}.shr_s ${this.get(a)} (i32.const ${node.value}))`;
      default:
        throw internalError(`no SIMD instruction for ${node.op}`);
    }
  }
}
