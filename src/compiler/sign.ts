/**
 * What can be proven about the sign of a value from its form and from declared ranges alone.
 *
 * @module
 */
import type { DeclaredRange } from "../core/declaration.js";
import type { Node } from "./ir.js";

/** Name of a parameter or state → declared range. */
export type Ranges = ReadonlyMap<string, DeclaredRange>;

/** "positive": above zero; "nonNegative": at least zero; whatever states and inputs are. */
type Sign = "positive" | "nonNegative";

/** Functions of the table that are above zero for every argument. */
const positiveFunctions = new Set(["exp", "exp2", "exp2Root", "exprel", "exprelr", "exprel2", "exprelr2"]);

/** Each question is answered once: a sum asks twice about each of its terms. */
class SignProver {
  private readonly answers = new Map<string, boolean>();

  constructor(private readonly ranges: Ranges) {}

  /** node has the sign. */
  is(sign: Sign, node: Node): boolean {
    return this.once(`${sign} ${node.id}`, () => this.prove(sign, node));
  }

  /** −node has the sign. */
  isOpposite(sign: Sign, node: Node): boolean {
    return this.once(`-${sign} ${node.id}`, () => this.proveOpposite(sign, node));
  }

  private once(question: string, prove: () => boolean): boolean {
    const known = this.answers.get(question);
    if (known !== undefined) return known;
    const answer = prove();
    this.answers.set(question, answer);
    return answer;
  }

  private prove(sign: Sign, node: Node): boolean {
    const is = (n: Node): boolean => this.is(sign, n);
    const [a, b] = node.args as [Node, Node];
    switch (node.op) {
      case "const":
        return sign === "positive" ? node.value > 0 : node.value >= 0;
      case "param":
      case "state": {
        if (node.name === "dt") return true;
        const range = this.ranges.get(node.name);
        const strict = (range?.above ?? -1) >= 0 || (range?.min ?? -1) > 0;
        return strict || (sign === "nonNegative" && (range?.min ?? -1) >= 0);
      }
      case "call":
        return positiveFunctions.has(node.name);
      case "add":
        return (is(a) && this.is("nonNegative", b)) || (is(b) && this.is("nonNegative", a));
      case "mul":
      case "min":
        return is(a) && is(b);
      case "div":
        return is(a) && this.is("positive", b);
      case "max":
        return is(a) || is(b);
      case "sqrt":
        return is(a);
      case "select":
        return is(b) && is(node.args[2]!);
      default:
        return false;
    }
  }

  private proveOpposite(sign: Sign, node: Node): boolean {
    const opposite = (n: Node): boolean => this.isOpposite(sign, n);
    const same = (n: Node): boolean => this.is(sign, n);
    const [a, b] = node.args as [Node, Node];
    switch (node.op) {
      case "const":
        return sign === "positive" ? node.value < 0 : node.value <= 0;
      case "neg":
        return same(a);
      case "add":
        return (opposite(a) && this.isOpposite("nonNegative", b)) || (opposite(b) && this.isOpposite("nonNegative", a));
      case "sub":
        return (opposite(a) && this.is("nonNegative", b)) || (this.isOpposite("nonNegative", a) && same(b));
      case "mul":
        return (opposite(a) && same(b)) || (same(a) && opposite(b));
      case "div":
        return opposite(a) && this.is("positive", b);
      default:
        return false;
    }
  }
}

/** True only when the value is below zero whatever its states and inputs. */
export function isProvablyNegative(node: Node, ranges: Ranges): boolean {
  return new SignProver(ranges).isOpposite("positive", node);
}
