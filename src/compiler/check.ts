/**
 * Expression tree → graph node with a unit. Names are resolved, dimensions are checked term by term, and where two
 * terms of one dimension are on different scales (pA/um2 and uA/cm2) the factor between them is inserted, so an
 * equation always means what it says.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import {
  type Dimensions,
  describeDimensions,
  dimensionless,
  powerOf,
  sameDimensions,
  type Unit,
} from "../core/units.js";
import { type BinaryOperator, describePosition, type Expression, type SourceText } from "./ast.js";
import { functionTable } from "./functions.js";
import { type Graph, isConstant, type Node } from "./ir.js";

/** Dimension and scale of a value; `text` is only for messages. */
export type Scale = Pick<Unit, "dimensions" | "exponent" | "factor">;

export interface Typed {
  readonly node: Node;
  /** Undefined for a condition. */
  readonly scale: Scale | undefined;
}

export interface Scope {
  /** The value behind a name, or undefined. */
  lookUp(name: string, at: number): Typed | undefined;
  /** For "did you mean". */
  names(): Iterable<string>;
}

/** Functions of the declaration at hand (user-functions.ts). */
export interface UserFunctionTable {
  names(): Iterable<string>;
  has(name: string): boolean;
  arity(name: string): number;
  expand(name: string, args: readonly Typed[], where: string): Typed;
}

export const pureNumber: Scale = { dimensions: dimensionless, exponent: 0, factor: 1 };

export function convertScale(g: Graph, node: Node, from: Scale, to: Scale): Node {
  const power = from.exponent - to.exponent;
  let result = node;
  if (power > 0) result = g.mul(result, g.constant(powerOf(10, power)));
  if (power < 0) result = g.div(result, g.constant(powerOf(10, -power)));
  if (from.factor !== to.factor) result = g.mul(result, g.constant(from.factor / to.factor));
  return result;
}

/** Converts one expression. `source` is the text it came from, for messages. */
export class ExpressionChecker {
  constructor(
    private readonly g: Graph,
    private readonly scope: Scope,
    private readonly source: SourceText,
    private readonly functions?: UserFunctionTable,
  ) {}

  /** A condition. */
  condition(expression: Expression): Node {
    const { node, scale } = this.check(expression);
    if (scale) this.fail("DIMENSION", "expected a condition such as V > Vth, found a value", expression.at);
    return node;
  }

  /** A value, converted to `scale`. `what` names the target: `V (mV)`. */
  valueIn(expression: Expression, scale: Scale, what: string): Node {
    const typed = this.value(expression);
    if (isZero(typed)) return typed.node;
    if (!sameDimensions(typed.scale.dimensions, scale.dimensions)) {
      const found = this.offendingTerm(expression, scale.dimensions) ?? expression;
      this.fail(
        "DIMENSION",
        `expected ${describeDimensions(scale.dimensions)} for ${what}, found ${describeDimensions(typed.scale.dimensions)}`,
        found.at,
      );
    }
    return convertScale(this.g, typed.node, typed.scale, scale);
  }

  value(expression: Expression): Typed & { scale: Scale } {
    const { node, scale } = this.check(expression);
    if (!scale) this.fail("DIMENSION", "expected a value, found a condition", expression.at);
    return { node, scale: scale as Scale };
  }

  private fail(code: "DIMENSION" | "NAME_UNKNOWN" | "SYNTAX", message: string, at: number, remedy?: string): never {
    throw new WbeError(code, message, { where: describePosition(this.source, at), remedy });
  }

  /** In a product or quotient no single factor is to blame; in a sum the first term is what set the dimension. */
  private offendingTerm(expression: Expression, wanted: Dimensions): Expression | undefined {
    if (expression.kind === "binary" && (expression.op === "+" || expression.op === "-")) {
      return this.offendingTerm(expression.a, wanted);
    }
    return undefined;
  }

  private check(expression: Expression): Typed {
    switch (expression.kind) {
      case "number":
        return { node: this.g.constant(expression.value), scale: pureNumber };
      case "unit":
        return { node: this.g.constant(1), scale: expression.unit };
      case "name":
        return this.checkName(expression.name, expression.at);
      case "unary":
        if (expression.op === "not") return { node: this.g.not(this.condition(expression.a)), scale: undefined };
        return this.negate(this.value(expression.a));
      case "binary":
        return this.checkBinary(expression.op, expression.a, expression.b, expression.at);
      case "call":
        return this.checkCall(expression.name, expression.args, expression.at);
    }
  }

  private negate(a: Typed): Typed {
    return { node: this.g.neg(a.node), scale: a.scale };
  }

  private checkName(name: string, at: number): Typed {
    const found = this.scope.lookUp(name, at);
    if (found) return found;
    if (name === "pi") return { node: this.g.constant(Math.PI), scale: pureNumber };
    const known = [...this.scope.names()];
    const near = nearest(name, known);
    this.fail(
      "NAME_UNKNOWN",
      `unknown name "${name}"`,
      at,
      near ? `Did you mean "${near}"?` : `Known here: ${known.join(", ")}.`,
    );
  }

  private checkBinary(op: BinaryOperator, left: Expression, right: Expression, at: number): Typed {
    const g = this.g;
    if (op === "and" || op === "or") {
      return { node: g.logic(op, this.condition(left), this.condition(right)), scale: undefined };
    }
    const a = this.value(left);
    if (op === "^") return this.checkPower(a, right, at);
    const b = this.value(right);
    if (op === "*") return { node: g.mul(a.node, b.node), scale: combine(a.scale, b.scale, 1) };
    if (op === "/") return { node: g.div(a.node, b.node), scale: combine(a.scale, b.scale, -1) };
    const [x, y, scale] = this.bringTogether(a, b, op, at);
    switch (op) {
      case "+":
        return { node: g.add(x, y), scale };
      case "-":
        return { node: g.sub(x, y), scale };
      case "<":
        return { node: g.compare("lt", x, y), scale: undefined };
      case ">":
        return { node: g.compare("lt", y, x), scale: undefined };
      case "<=":
        return { node: g.compare("le", x, y), scale: undefined };
      case ">=":
        return { node: g.compare("le", y, x), scale: undefined };
      case "==":
        return { node: g.compare("eq", x, y), scale: undefined };
      case "!=":
        return { node: g.compare("ne", x, y), scale: undefined };
    }
  }

  /** Two values on one scale (the first one's); a literal 0 fits every dimension. */
  private bringTogether(
    a: Typed & { scale: Scale },
    b: Typed & { scale: Scale },
    op: string,
    at: number,
  ): [Node, Node, Scale] {
    if (isZero(a)) return [a.node, b.node, b.scale];
    if (isZero(b)) return [a.node, b.node, a.scale];
    if (!sameDimensions(a.scale.dimensions, b.scale.dimensions)) {
      this.fail(
        "DIMENSION",
        `the two sides of "${op}" differ: ${describeDimensions(a.scale.dimensions)} and ${describeDimensions(b.scale.dimensions)}`,
        at,
      );
    }
    return [a.node, convertScale(this.g, b.node, b.scale, a.scale), a.scale];
  }

  private checkPower(base: Typed & { scale: Scale }, exponent: Expression, at: number): Typed {
    const g = this.g;
    const power = this.number(exponent, "an exponent");
    if (!isConstant(power)) {
      const node = this.plain(base, "the base of a power with a variable exponent", at);
      return { node: g.call("pow", [node, power]), scale: pureNumber };
    }
    const n = power.value;
    const dimensions = base.scale.dimensions.map((d) => d * n);
    if (!dimensions.every((d) => Number.isInteger(2 * d))) {
      this.fail("DIMENSION", `${describeDimensions(base.scale.dimensions)} has no power ${n}`, at);
    }
    const scale: Scale = {
      dimensions: dimensions as unknown as Dimensions,
      exponent: base.scale.exponent * n,
      factor: powerOf(base.scale.factor, n),
    };
    if (!Number.isInteger(2 * scale.exponent)) {
      this.fail("DIMENSION", `the scale of the base has no power ${n}; convert it first`, at);
    }
    return { node: raise(g, base.node, n), scale };
  }

  /** A dimensionless value as a plain number (mV/V is 0.001, not 1). */
  private plain(typed: Typed & { scale: Scale }, what: string, at: number): Node {
    if (!sameDimensions(typed.scale.dimensions, dimensionless)) {
      this.fail(
        "DIMENSION",
        `${what} must be dimensionless, found ${describeDimensions(typed.scale.dimensions)}`,
        at,
        'Divide by a quantity of the same kind, e.g. "exp((V - VT)/deltaT)", or give literals their unit: "40 mV".',
      );
    }
    return convertScale(this.g, typed.node, typed.scale, pureNumber);
  }

  private number(expression: Expression, what: string): Node {
    return this.plain(this.value(expression), what, expression.at);
  }

  private checkCall(name: string, args: readonly Expression[], at: number): Typed {
    const g = this.g;
    const need = (n: number): void => {
      if (args.length !== n)
        this.fail("SYNTAX", `${name} takes ${n} argument${n === 1 ? "" : "s"}, found ${args.length}`, at);
    };
    switch (name) {
      case "if": {
        need(3);
        const condition = this.condition(args[0]!);
        const [a, b, scale] = this.bringTogether(this.value(args[1]!), this.value(args[2]!), "if", at);
        return { node: g.select(condition, a, b), scale };
      }
      case "min":
      case "max": {
        need(2);
        const [a, b, scale] = this.bringTogether(this.value(args[0]!), this.value(args[1]!), name, at);
        return { node: name === "min" ? g.min(a, b) : g.max(a, b), scale };
      }
      case "clip": {
        need(3);
        const x = this.value(args[0]!);
        const [a, low, scale] = this.bringTogether(x, this.value(args[1]!), name, at);
        const [, high] = this.bringTogether({ node: a, scale }, this.value(args[2]!), name, at);
        return { node: g.min(g.max(a, low), high), scale };
      }
      case "abs": {
        need(1);
        const a = this.value(args[0]!);
        return { node: g.unary("abs", a.node), scale: a.scale };
      }
      case "sqrt": {
        need(1);
        return this.checkPower(this.value(args[0]!), { kind: "number", value: 0.5, at }, at);
      }
      case "floor":
      case "ceil":
      case "round":
        need(1);
        return { node: g.unary(name, this.number(args[0]!, `the argument of ${name}`)), scale: pureNumber };
    }
    if (this.functions?.has(name)) {
      need(this.functions.arity(name));
      const values = args.map((arg) => this.value(arg));
      return this.functions.expand(name, values, describePosition(this.source, at));
    }
    const tableName = name === "ln" ? "log" : name;
    if (!Object.hasOwn(functionTable, tableName) || functionTable[tableName]!.isInternal) {
      const known = [
        ...Object.keys(functionTable).filter((key) => !functionTable[key]!.isInternal),
        "if",
        "min",
        "max",
        "clip",
        "abs",
        "sqrt",
        "floor",
        "ceil",
        "round",
        ...(this.functions?.names() ?? []),
      ];
      const near = nearest(name, known);
      const list = `The language has ${known.sort().join(", ")}.`;
      this.fail("NAME_UNKNOWN", `unknown function "${name}"`, at, near ? `Did you mean "${near}"?` : list);
    }
    need(functionTable[tableName]!.arity);
    if (tableName === "scaledExp") {
      const [a, y, scale] = this.bringTogether(this.value(args[0]!), this.value(args[1]!), name, at);
      return { node: g.call("scaledExp", [a, y]), scale };
    }
    const nodes = args.map((arg) => this.number(arg, `the argument of ${name}`));
    return { node: g.call(tableName, nodes), scale: pureNumber };
  }
}

/** A bare 0; "0 mV" has a unit like any other quantity. */
function isZero({ node, scale }: Typed): boolean {
  return isConstant(node) && node.value === 0 && scale !== undefined && sameDimensions(scale.dimensions, dimensionless);
}

function combine(a: Scale, b: Scale, sign: 1 | -1): Scale {
  return {
    dimensions: a.dimensions.map((d, i) => d + sign * b.dimensions[i]!) as unknown as Dimensions,
    exponent: a.exponent + sign * b.exponent,
    factor: sign === 1 ? a.factor * b.factor : a.factor / b.factor,
  };
}

/** x^n: whole powers as multiplications (at most 32), halves by square root, else by pow. */
export function raise(g: Graph, x: Node, n: number): Node {
  if (n < 0) return g.div(g.constant(1), raise(g, x, -n));
  if (n === 0) return g.constant(1);
  if (n === 0.5) return g.unary("sqrt", x);
  if (!Number.isInteger(n) || n > 32) return g.call("pow", [x, g.constant(n)]);
  if (n === 1) return x;
  const half = raise(g, x, Math.floor(n / 2));
  const square = g.mul(half, half);
  return n % 2 === 1 ? g.mul(square, x) : square;
}

function nearest(name: string, known: readonly string[]): string | undefined {
  return known.find((k) => k.toLowerCase() === name.toLowerCase()) ?? known.find((k) => isOneEditAway(k, name));
}

function isOneEditAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return a.slice(i + 1) === b.slice(i + 1) || a.slice(i) === b.slice(i + 1) || a.slice(i + 1) === b.slice(i);
}
