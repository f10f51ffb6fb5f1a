/**
 * What can be proven about the sign of a value from its form and from declared ranges alone.
 *
 * @module
 */
import type { DeclaredRange } from "../core/declaration.js";
import type { Node } from "./ir.js";

/** Name of a parameter or state → declared range. */
export type Ranges = ReadonlyMap<string, DeclaredRange>;

/** Functions of the table that are above zero for every argument. */
const positiveFunctions = new Set(["exp", "exp2", "exprel", "exprelr"]);

/** "positive": above zero; "nonNegative": at least zero; whatever states and inputs are. */
export function isProvably(sign: "positive" | "nonNegative", node: Node, ranges: Ranges): boolean {
  const is = (n: Node): boolean => isProvably(sign, n, ranges);
  const [a, b] = node.args as [Node, Node];
  switch (node.op) {
    case "const":
      return sign === "positive" ? node.value > 0 : node.value >= 0;
    case "param":
    case "state": {
      if (node.name === "dt") return true;
      const range = ranges.get(node.name);
      const strict = (range?.above ?? -1) >= 0 || (range?.min ?? -1) > 0;
      return strict || (sign === "nonNegative" && (range?.min ?? -1) >= 0);
    }
    case "call":
      return positiveFunctions.has(node.name);
    case "add":
      return (is(a) && isProvably("nonNegative", b, ranges)) || (is(b) && isProvably("nonNegative", a, ranges));
    case "mul":
    case "min":
      return is(a) && is(b);
    case "div":
      return is(a) && isProvably("positive", b, ranges);
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

/** True only when the value is below zero whatever its states and inputs. */
export function isProvablyNegative(node: Node, ranges: Ranges): boolean {
  return negative(node, "positive", ranges);
}

/** −node is "positive" or "nonNegative". */
function negative(node: Node, sign: "positive" | "nonNegative", ranges: Ranges): boolean {
  const opposite = (n: Node): boolean => negative(n, sign, ranges);
  const same = (n: Node): boolean => isProvably(sign, n, ranges);
  const [a, b] = node.args as [Node, Node];
  switch (node.op) {
    case "const":
      return sign === "positive" ? node.value < 0 : node.value <= 0;
    case "neg":
      return same(a);
    case "add":
      return (opposite(a) && negative(b, "nonNegative", ranges)) || (opposite(b) && negative(a, "nonNegative", ranges));
    case "sub":
      return (opposite(a) && isProvably("nonNegative", b, ranges)) || (negative(a, "nonNegative", ranges) && same(b));
    case "mul":
      return (opposite(a) && same(b)) || (same(a) && opposite(b));
    case "div":
      return opposite(a) && isProvably("positive", b, ranges);
    default:
      return false;
  }
}
