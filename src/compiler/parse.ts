/**
 * Text → expressions and statements: a precedence parser with positions. The tree is the only thing that later
 * passes see, so nothing a user writes can run as JavaScript.
 *
 * Grammar, loosest first: c ? a : b; or ||; and &&; not !; comparisons; + −; * /; unary −; ^ ** (right); calls,
 * numbers, names. A number may be followed by a unit ("40 mV"); "*" before the unit is fine too ("40*mV").
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { isReservedUnitSymbol, parseUnit } from "../core/units.js";
import {
  type BinaryOperator,
  describePosition,
  type Expression,
  type FunctionText,
  type SourceText,
  type Statement,
} from "./ast.js";

interface Token {
  readonly kind: "number" | "name" | "symbol" | "end of line" | "end";
  readonly text: string;
  readonly at: number;
}

const tokenPattern =
  /(?<space>[ \t\r]+|#[^\n]*|\/\/[^\n]*)|(?<line>[\n;])|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<symbol>\*\*|<=|>=|==|!=|&&|\|\||[-+*/^()<>=,!?:])/y;

/** Deep nesting is refused rather than overflowing the stack. */
const maxDepth = 200;
/** A chain a + b + c … is a tree as deep as it is long. */
const maxChain = 1000;
const maxLength = 100_000;

function tokenize(source: SourceText): Token[] {
  if (source.text.length > maxLength) {
    throw new WbeError("LIMIT", `expected at most ${maxLength} characters, found ${source.text.length}`, {
      where: source.label,
    });
  }
  const tokens: Token[] = [];
  let depth = 0;
  let at = 0;
  while (at < source.text.length) {
    tokenPattern.lastIndex = at;
    const match = tokenPattern.exec(source.text);
    if (!match) {
      throw new WbeError("SYNTAX", `unexpected character "${String.fromCodePoint(source.text.codePointAt(at)!)}"`, {
        where: describePosition(source, at),
        remedy: "Equations hold numbers, names, units, + - * / ^, comparisons and function calls.",
      });
    }
    const groups = match.groups!;
    if (groups.line !== undefined) {
      if (depth === 0 || match[0] === ";") tokens.push({ kind: "end of line", text: match[0], at });
    } else if (groups.number !== undefined) tokens.push({ kind: "number", text: match[0], at });
    else if (groups.name !== undefined) tokens.push({ kind: "name", text: match[0], at });
    else if (groups.symbol !== undefined) {
      if (match[0] === "(") depth++;
      if (match[0] === ")") depth--;
      tokens.push({ kind: "symbol", text: match[0], at });
    }
    at = tokenPattern.lastIndex;
  }
  tokens.push({ kind: "end", text: "", at });
  return tokens;
}

const symbolAliases: Record<string, BinaryOperator> = { "&&": "and", "||": "or", "**": "^" };

const precedence: Record<BinaryOperator, number> = {
  or: 1,
  and: 2,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
  "==": 4,
  "!=": 4,
  "+": 5,
  "-": 5,
  "*": 6,
  "/": 6,
  "^": 8,
};
const notPrecedence = 3;
const signPrecedence = 7;

class Parser {
  private position = 0;
  private depth = 0;
  private readonly tokens: Token[];

  constructor(private readonly source: SourceText) {
    this.tokens = tokenize(source);
  }

  private get token(): Token {
    return this.tokens[this.position]!;
  }

  private peek(offset: number): Token | undefined {
    return this.tokens[this.position + offset];
  }

  fail(expected: string, token = this.token): never {
    const found = token.kind === "end" || token.kind === "end of line" ? `the ${token.kind}` : `"${token.text}"`;
    throw new WbeError("SYNTAX", `expected ${expected}, found ${found}`, {
      where: describePosition(this.source, Math.min(token.at, Math.max(0, this.source.text.length - 1))),
    });
  }

  private isSymbol(text: string): boolean {
    return this.token.kind === "symbol" && this.token.text === text;
  }

  private take(text: string): void {
    if (!this.isSymbol(text)) this.fail(`"${text}"`);
    this.position++;
  }

  private isAt(kind: Token["kind"]): boolean {
    return this.token.kind === kind;
  }

  private skipLineEnds(): void {
    while (this.isAt("end of line")) this.position++;
  }

  statements(): Statement[] {
    const statements: Statement[] = [];
    this.skipLineEnds();
    while (!this.isAt("end")) {
      statements.push(this.statement());
      if (!this.isAt("end") && !this.isAt("end of line")) this.fail("an operator or the end of the line");
      this.skipLineEnds();
    }
    return statements;
  }

  private statement(): Statement {
    const first = this.token;
    if (first.kind !== "name") this.fail('"dX/dt = …" or "name = …"');
    const isDerivative = this.peek(1)?.text === "/" && this.peek(2)?.text === "dt";
    if (isDerivative && !/^d./.test(first.text)) this.fail('"dX/dt"');
    this.position += isDerivative ? 3 : 1;
    this.take("=");
    const name = isDerivative ? first.text.slice(1) : first.text;
    return { kind: isDerivative ? "derivative" : "assignment", name, value: this.expression(), at: first.at };
  }

  wholeFunction(): FunctionText {
    this.skipLineEnds();
    this.take("(");
    const parameters: { name: string; at: number }[] = [];
    while (!this.isSymbol(")")) {
      if (parameters.length > 0) this.take(",");
      const { kind, text: name, at } = this.token;
      if (kind !== "name") this.fail("the name of a parameter");
      parameters.push({ name, at });
      this.position++;
    }
    this.take(")");
    this.take("=");
    return { parameters, value: this.wholeExpression() };
  }

  wholeExpression(): Expression {
    this.skipLineEnds();
    const value = this.expression();
    this.skipLineEnds();
    if (!this.isAt("end")) this.fail("an operator or the end of the expression");
    return value;
  }

  private expression(): Expression {
    const condition = this.binary(0);
    if (!this.isSymbol("?")) return condition;
    this.enter();
    const at = this.token.at;
    this.position++;
    const a = this.expression();
    this.take(":");
    const b = this.expression();
    this.depth--;
    return { kind: "call", name: "if", args: [condition, a, b], at };
  }

  private enter(): void {
    if (++this.depth > maxDepth) this.fail(`at most ${maxDepth} nested parts`);
  }

  private operator(): BinaryOperator | undefined {
    const { kind, text } = this.token;
    if (kind === "name" && (text === "and" || text === "or")) return text;
    if (kind !== "symbol") return undefined;
    const operator = symbolAliases[text] ?? text;
    return Object.hasOwn(precedence, operator) ? (operator as BinaryOperator) : undefined;
  }

  private binary(minimum: number): Expression {
    this.enter();
    let left = this.prefix();
    for (let length = 1; ; length++) {
      const operator = this.operator();
      if (!operator || precedence[operator] < minimum) break;
      if (length > maxChain) this.fail(`at most ${maxChain} operators in a row`);
      const at = this.token.at;
      this.position++;
      // ^ binds to the right, all others to the left.
      const right = this.binary(operator === "^" ? precedence[operator] : precedence[operator] + 1);
      left = { kind: "binary", op: operator, a: left, b: right, at };
    }
    this.depth--;
    return left;
  }

  private prefix(): Expression {
    const { at, text, kind } = this.token;
    if (kind === "symbol" && (text === "-" || text === "+")) {
      this.position++;
      const a = this.binary(signPrecedence);
      return text === "-" ? { kind: "unary", op: "-", a, at } : a;
    }
    if ((kind === "symbol" && text === "!") || (kind === "name" && text === "not")) {
      this.position++;
      return { kind: "unary", op: "not", a: this.binary(notPrecedence), at };
    }
    return this.primary();
  }

  private primary(): Expression {
    const { kind, text, at } = this.token;
    if (kind === "number") {
      this.position++;
      const value = Number(text);
      if (!Number.isFinite(value)) this.fail("a number within double precision", { kind, text, at });
      const number: Expression = { kind: "number", value, at };
      const unit = this.unitAfterNumber();
      return unit ? { kind: "binary", op: "*", a: number, b: unit, at } : number;
    }
    if (kind === "name") {
      this.position++;
      if (this.isSymbol("(")) return { kind: "call", name: text, args: this.callArguments(), at };
      if (isReservedUnitSymbol(text)) return { kind: "unit", unit: parseUnit(text), at };
      return { kind: "name", name: text, at };
    }
    if (this.isSymbol("(")) {
      this.position++;
      const inner = this.expression();
      this.take(")");
      return inner;
    }
    return this.fail("a number, a name or (");
  }

  /**
   * "40 mV", "3 cm^2": a unit that stands directly after a number, with its power, which belongs to the unit alone.
   * One-letter units count here ("1 V").
   */
  private unitAfterNumber(): Expression | undefined {
    const { kind, text, at } = this.token;
    if (kind !== "name" || text === "and" || text === "or") return undefined;
    const where = describePosition(this.source, at);
    const unit: Expression = { kind: "unit", unit: parseUnit(text, where), at };
    this.position++;
    if (this.operator() !== "^") return unit;
    const power = this.token.at;
    this.position++;
    return { kind: "binary", op: "^", a: unit, b: this.binary(precedence["^"]), at: power };
  }

  private callArguments(): Expression[] {
    this.take("(");
    const args: Expression[] = [];
    if (!this.isSymbol(")")) {
      args.push(this.expression());
      while (this.isSymbol(",")) {
        this.position++;
        args.push(this.expression());
      }
    }
    this.take(")");
    return args;
  }
}

/** Lines "dX/dt = …" and "name = …", separated by line ends or ";". Throws WbeError SYNTAX with the position. */
export function parseStatements(source: SourceText): Statement[] {
  return new Parser(source).statements();
}

/** A function "(x, y) = expression". Throws WbeError SYNTAX with the position. */
export function parseFunction(source: SourceText): FunctionText {
  return new Parser(source).wholeFunction();
}

/** One expression. Throws WbeError SYNTAX with the position. */
export function parseExpression(source: SourceText): Expression {
  return new Parser(source).wholeExpression();
}
