/**
 * The syntax tree of an NMODL file (Hines & Carnevale 2000, Neural Comput 12:995), for the subset that wbe reads.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";

export type NmodlExpression =
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "name"; readonly name: string; readonly index?: NmodlExpression; readonly line: number }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly NmodlExpression[]; readonly line: number }
  | { readonly kind: "not" | "minus"; readonly a: NmodlExpression }
  | { readonly kind: "binary"; readonly op: string; readonly a: NmodlExpression; readonly b: NmodlExpression };

export type NmodlName = Extract<NmodlExpression, { kind: "name" }>;

export type NmodlStatement =
  | {
      readonly kind: "assign";
      readonly target: NmodlName;
      readonly value: NmodlExpression;
      readonly isDerivative: boolean;
    }
  | {
      readonly kind: "if";
      readonly condition: NmodlExpression;
      readonly then: readonly NmodlStatement[];
      readonly otherwise: readonly NmodlStatement[];
    }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly NmodlExpression[]; readonly line: number }
  | { readonly kind: "local"; readonly names: readonly string[] }
  | {
      readonly kind: "for";
      readonly name: string;
      readonly from: NmodlExpression;
      readonly to: NmodlExpression;
      readonly body: readonly NmodlStatement[];
      readonly line: number;
    }
  | {
      readonly kind: "solve";
      readonly block: string;
      readonly method: string;
      readonly isSteady: boolean;
      readonly line: number;
    }
  | {
      readonly kind: "reaction";
      readonly left: readonly Reactant[];
      readonly right: readonly Reactant[];
      readonly arrow: "<->" | "->" | "<<";
      readonly rates: readonly NmodlExpression[];
      readonly line: number;
    }
  | {
      readonly kind: "compartment";
      readonly index: string | undefined;
      readonly volume: NmodlExpression;
      readonly names: readonly string[];
    }
  | { readonly kind: "conserve"; readonly left: NmodlExpression; readonly right: NmodlExpression };

export interface Reactant {
  readonly count: number;
  readonly name: NmodlName;
}

/** A block that may be called or solved. */
export interface NmodlBlock {
  readonly name: string;
  readonly args: readonly string[];
  readonly body: readonly NmodlStatement[];
  readonly line: number;
}

export interface NmodlVariable {
  readonly name: string;
  /** As written, without parentheses; "" for none. */
  readonly unit: string;
  readonly value: number | undefined;
  readonly limits: readonly [number, number] | undefined;
  /** Elements of an array. */
  readonly size: number | undefined;
  readonly line: number;
}

export interface NmodlIon {
  readonly name: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly line: number;
}

export interface NmodlFile {
  readonly title: string;
  readonly name: string;
  readonly isPointProcess: boolean;
  readonly ions: readonly NmodlIon[];
  readonly nonspecific: readonly string[];
  readonly constants: ReadonlyMap<string, number>;
  readonly parameters: readonly NmodlVariable[];
  readonly states: readonly NmodlVariable[];
  readonly assigned: readonly NmodlVariable[];
  readonly initial: readonly NmodlStatement[];
  readonly breakpoint: readonly NmodlStatement[];
  readonly netReceive: NmodlBlock | undefined;
  readonly derivatives: ReadonlyMap<string, NmodlBlock>;
  readonly kinetics: ReadonlyMap<string, NmodlBlock>;
  readonly procedures: ReadonlyMap<string, NmodlBlock>;
  readonly functions: ReadonlyMap<string, NmodlBlock>;
  readonly file: string;
}

/** An error at a line of the file: SYNTAX for what is no NMODL, UNSUPPORTED for what lies outside the subset. */
export function nmodlError(
  code: "SYNTAX" | "UNSUPPORTED" | "NAME_UNKNOWN" | "LIMIT",
  message: string,
  file: string,
  line: number,
  remedy?: string,
): WbeError {
  return new WbeError(code, message, { where: `${file}, line ${line}`, remedy });
}
