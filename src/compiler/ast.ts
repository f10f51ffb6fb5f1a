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
  const excerpt = source.text.split("\n")[line - 1]!.trim();
  return `${source.label}, line ${line}, column ${column}: "${excerpt}"`;
}
