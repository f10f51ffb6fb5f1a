/**
 * The names of one declaration and what they stand for.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { isReservedUnitSymbol } from "../core/units.js";
import type { Statement } from "./ast.js";
import type { ExpressionChecker, Scope, Typed } from "./check.js";
import { functionTable } from "./functions.js";
import { isNoiseName } from "./noise.js";

const identifier = /^[A-Za-z][A-Za-z0-9_]*$/;
const reservedNames = new Set([
  ...Object.keys(functionTable),
  ...["dt", "t", "pi", "and", "or", "not", "if", "min", "max", "clip", "abs", "sqrt", "floor", "ceil", "round", "ln"],
]);

/** @throws WbeError MODEL_INVALID, NAME_CLASH for what is no name, or the name of a unit or a word of the language. */
export function requireFreeName(name: string, kind: string, where: string): void {
  if (!identifier.test(name)) {
    throw new WbeError("MODEL_INVALID", `"${name}" cannot be a name`, {
      where,
      remedy: "Names start with a letter and hold letters, digits and _.",
    });
  }
  const isNoise = isNoiseName(name);
  if (isReservedUnitSymbol(name) || reservedNames.has(name) || isNoise) {
    const meaning = isReservedUnitSymbol(name) ? "a unit" : isNoise ? "noise" : "a word of the model language";
    throw new WbeError("NAME_CLASH", `the ${kind} "${name}" has the name of ${meaning}`, {
      where,
      remedy: "Rename it.",
    });
  }
}

/** Names of one declaration; a port's scope also sees the neuron's parameters and states. */
export class DeclarationScope implements Scope {
  private readonly values = new Map<string, Typed>();
  private readonly kinds = new Map<string, string>();
  private readonly pending = new Map<string, { readonly statement: Statement; readonly where: string }>();
  private readonly open = new Set<string>();
  private checker: ExpressionChecker | undefined;

  constructor(
    private readonly label: string,
    private readonly outer?: Scope,
    /** The value of a noise symbol where noise may stand. */
    private readonly noise?: (name: string) => Typed,
  ) {}

  define(name: string, kind: string, value: Typed): void {
    this.claim(name, kind);
    this.values.set(name, value);
  }

  /** Intermediate values are checked when first used, so their order does not matter. */
  defineLater(statement: Statement, where: string): void {
    this.claim(statement.name, "intermediate value", where);
    this.pending.set(statement.name, { statement, where });
  }

  /** Keeps a name from being declared. */
  reserve(name: string, kind: string): void {
    this.claim(name, kind);
  }

  useChecker(checker: ExpressionChecker): void {
    this.checker = checker;
  }

  private claim(name: string, kind: string, where = this.label): void {
    requireFreeName(name, kind, where);
    const taken = this.kinds.get(name);
    if (taken) {
      throw new WbeError("NAME_CLASH", `"${name}" is both ${taken} and ${kind}`, {
        where,
        remedy: "Give each its own name.",
      });
    }
    this.kinds.set(name, kind);
  }

  lookUp(name: string, at: number): Typed | undefined {
    const known = this.values.get(name);
    if (known) return known;
    const later = this.pending.get(name);
    if (!later) return isNoiseName(name) ? this.noise?.(name) : this.outer?.lookUp(name, at);
    if (this.open.has(name)) {
      throw new WbeError("MODEL_INVALID", `"${name}" is defined by itself`, {
        where: later.where,
        remedy: `Break the circle ${[...this.open, name].join(" → ")}.`,
      });
    }
    this.open.add(name);
    const value = this.checker!.value(later.statement.value);
    this.open.delete(name);
    this.values.set(name, value);
    return value;
  }

  *names(): Iterable<string> {
    yield* this.kinds.keys();
    if (this.outer) yield* this.outer.names();
  }

  resolveAll(): void {
    for (const name of this.pending.keys()) this.lookUp(name, 0);
  }
}
