/**
 * The parsed form of equations. `at` is the offset in the source text, for messages that point at a term.
 *
 * @module
 */
import type { Unit } from "../core/units.js";

export type BinaryOperator = "+" | "-" | "*" | "/" | "^" | "<" | "<=" | ">" | ">=" | "==" | "!=" | "and" | "or";

export type Expression =
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  | { readonly kind: "unit"; readonly unit: Unit; readonly at: number }
  | { readonly kind: "name"; readonly name: string; readonly at: number }
  | { readonly kind: "unary"; readonly op: "-" | "not"; readonly a: Expression; readonly at: number }
  | {
      readonly kind: "binary";
      readonly op: BinaryOperator;
      readonly a: Expression;
      readonly b: Expression;
      readonly at: number;
    }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[]; readonly at: number };

export interface Statement {
  /** "derivative": d<name>/dt = value; "assignment": name = value. */
  readonly kind: "derivative" | "assignment";
  readonly name: string;
  readonly value: Expression;
  readonly at: number;
}

/** "(V, Vhalf) = …". */
export interface FunctionText {
  readonly parameters: readonly { readonly name: string; readonly at: number }[];
  readonly value: Expression;
}

/** Text under analysis with a label that tells a user which text it is: `equations of "AdEx"`. */
export interface SourceText {
  readonly label: string;
  readonly text: string;
}

/** "equations of "AdEx", line 2, column 9: dw/dt = (a*(V - EL) - w) / tauW". */
export function describePosition(source: SourceText, at: number): string {
  const before = source.text.slice(0, at);
  const line = before.split("\n").length;
  const column = at - before.lastIndexOf("\n");
  return `${source.label}, line ${line}, column ${column}: "${excerptAround(source.text, at)}"`;
}

/** Characters of a line shown on either side of the place. */
const excerptReach = 60;

/** The line that holds the place; of a very long one only what is near. */
function excerptAround(text: string, at: number): string {
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  const nextBreak = text.indexOf("\n", at);
  const lineEnd = nextBreak < 0 ? text.length : nextBreak;
  const start = Math.max(lineStart, at - excerptReach);
  const end = Math.min(lineEnd, at + excerptReach);
  const part = text.slice(start, end).trim();
  return `${start > lineStart ? "…" : ""}${part}${end < lineEnd ? "…" : ""}`;
}
