/**
 * NMODL text → syntax tree. What lies outside the subset is named with its line.
 *
 * @module
 */

import {
  type NmodlBlock,
  type NmodlExpression,
  type NmodlFile,
  type NmodlIon,
  type NmodlName,
  type NmodlStatement,
  type NmodlVariable,
  nmodlError,
  type Reactant,
} from "./syntax.js";
import { type NmodlText, type NmodlToken, tokenizeNmodl } from "./tokens.js";
import { readUnitConstant } from "./units.js";

/** Binary operators by how tightly they bind. */
const levels = [["||"], ["&&"], ["<", ">", "<=", ">=", "==", "!="], ["+", "-"], ["*", "/"]] as const;
const maxDepth = 100;

const refusedBlocks: Readonly<Record<string, string>> = {
  LINEAR: "Give initial values by SOLVE … STEADYSTATE sparse of the KINETIC block.",
  NONLINEAR: "",
  DISCRETE: "",
  FUNCTION_TABLE: "",
  BEFORE: "",
  AFTER: "",
  CONSTRUCTOR: "",
  DESTRUCTOR: "",
  DEPENDENT: "",
  LONGITUDINAL_DIFFUSION: "",
  INCLUDE: "Put the text of the file in its place.",
};
const refusedInNeuron = [
  "POINTER",
  "BBCOREPOINTER",
  "EXTERNAL",
  "RANDOM",
  "ARTIFICIAL_CELL",
  "ELECTRODE_CURRENT",
  "REPRESENTS",
];

/**
 * @param file name for messages.
 * @throws WbeError SYNTAX, UNSUPPORTED with file and line.
 */
export function parseNmodl(text: string, file = "mechanism"): NmodlFile {
  return new NmodlParser(tokenizeNmodl(text, file), file).file();
}

class NmodlParser {
  private at = 0;
  private depth = 0;
  private name = "";
  private isPointProcess = false;
  private readonly ions: NmodlIon[] = [];
  private readonly nonspecific: string[] = [];
  private readonly constants = new Map<string, number>();
  private readonly parameters: NmodlVariable[] = [];
  private readonly states: NmodlVariable[] = [];
  private readonly assigned: NmodlVariable[] = [];
  private initial: NmodlStatement[] = [];
  private breakpoint: NmodlStatement[] = [];
  private netReceive: NmodlBlock | undefined;
  private readonly blocks = {
    DERIVATIVE: new Map<string, NmodlBlock>(),
    KINETIC: new Map<string, NmodlBlock>(),
    PROCEDURE: new Map<string, NmodlBlock>(),
    FUNCTION: new Map<string, NmodlBlock>(),
  };

  constructor(
    private readonly source: NmodlText,
    private readonly fileName: string,
  ) {}

  file(): NmodlFile {
    while (this.token.kind !== "end") this.block();
    if (this.name === "")
      throw this.error("SYNTAX", "expected a NEURON block with SUFFIX or POINT_PROCESS, found none");
    const { DERIVATIVE, KINETIC, PROCEDURE, FUNCTION } = this.blocks;
    return {
      title: this.source.title,
      name: this.name,
      isPointProcess: this.isPointProcess,
      ions: this.ions,
      nonspecific: this.nonspecific,
      constants: this.constants,
      parameters: this.parameters,
      states: this.states,
      assigned: this.assigned,
      initial: this.initial,
      breakpoint: this.breakpoint,
      netReceive: this.netReceive,
      derivatives: DERIVATIVE,
      kinetics: KINETIC,
      procedures: PROCEDURE,
      functions: FUNCTION,
      file: this.fileName,
    };
  }

  private get token(): NmodlToken {
    return this.source.tokens[this.at]!;
  }

  private error(code: "SYNTAX" | "UNSUPPORTED" | "LIMIT", message: string, remedy?: string, line = this.token.line) {
    return nmodlError(code, message, this.fileName, line, remedy);
  }

  private is(text: string): boolean {
    return this.token.text === text && this.token.kind !== "end";
  }

  private accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw this.error("SYNTAX", `expected "${text}", found "${this.token.text}"`);
  }

  private word(): string {
    if (this.token.kind !== "name") throw this.error("SYNTAX", `expected a name, found "${this.token.text}"`);
    return this.source.tokens[this.at++]!.text;
  }

  private number(): number {
    const sign = this.accept("-") ? -1 : 1;
    const known = this.token.kind === "name" ? this.constants.get(this.token.text) : undefined;
    if (this.token.kind !== "number" && known === undefined) {
      throw this.error("SYNTAX", `expected a number, found "${this.token.text}"`);
    }
    const text = this.source.tokens[this.at++]!.text;
    return sign * (known ?? Number(text));
  }

  private skipPast(text: string): void {
    while (!this.accept(text)) {
      if (this.token.kind === "end") throw this.error("SYNTAX", `expected "${text}", found the end of the file`);
      this.at++;
    }
  }

  /** What stands in parentheses, as written; "" where there are none. */
  private parenthesised(): string {
    if (!this.is("(")) return "";
    const from = this.token.at + 1;
    while (!this.is(")")) {
      if (this.token.kind === "end") throw this.error("SYNTAX", 'expected ")", found the end of the file');
      this.at++;
    }
    const text = this.source.text.slice(from, this.token.at).trim();
    this.at++;
    return text;
  }

  private block(): void {
    const { line } = this.token;
    const kind = this.word();
    switch (kind) {
      case "NEURON":
        this.neuronBlock();
        return;
      case "UNITS":
        this.unitsBlock();
        return;
      case "DEFINE":
        this.constants.set(this.word(), this.number());
        return;
      case "CONSTANT":
      case "PARAMETER":
        this.inBraces(() => this.parameter(kind));
        return;
      case "ASSIGNED":
        this.inBraces(() => this.assigned.push(this.variable()));
        return;
      case "STATE":
        this.inBraces(() => this.states.push(this.state()));
        return;
      case "INDEPENDENT":
        this.expect("{");
        this.skipPast("}");
        return;
      case "INITIAL":
        this.initial = this.statements();
        return;
      case "BREAKPOINT":
        this.breakpoint = this.statements();
        return;
      case "NET_RECEIVE":
        this.netReceive = { name: kind, args: this.arguments(), body: this.statements(), line };
        return;
      case "DERIVATIVE":
      case "KINETIC":
      case "PROCEDURE":
      case "FUNCTION": {
        const name = this.word();
        const args = this.is("(") ? this.arguments() : [];
        if (kind === "FUNCTION") this.parenthesised();
        this.blocks[kind].set(name, { name, args, body: this.statements(), line });
        return;
      }
      default:
        if (kind in refusedBlocks) {
          throw this.error("UNSUPPORTED", `${kind} is outside the subset of NMODL`, refusedBlocks[kind], line);
        }
        throw this.error("SYNTAX", `expected a block, found "${kind}"`, undefined, line);
    }
  }

  private inBraces(entry: () => unknown): void {
    this.expect("{");
    while (!this.accept("}")) entry();
  }

  private neuronBlock(): void {
    this.inBraces(() => {
      const { line } = this.token;
      const word = this.word();
      if (word === "SUFFIX") this.name = this.word();
      else if (word === "POINT_PROCESS") {
        this.name = this.word();
        this.isPointProcess = true;
      } else if (word === "USEION") this.ions.push(this.ion(line));
      else if (word === "NONSPECIFIC_CURRENT") this.nonspecific.push(...this.names());
      else if (word === "RANGE" || word === "GLOBAL") this.names();
      else if (word !== "THREADSAFE") {
        const isKnown = refusedInNeuron.includes(word);
        const message = isKnown ? `${word} is outside the subset of NMODL` : `unknown word "${word}" in NEURON`;
        throw this.error(isKnown ? "UNSUPPORTED" : "SYNTAX", message, undefined, line);
      }
    });
  }

  private ion(line: number): NmodlIon {
    const name = this.word();
    let reads: string[] = [];
    let writes: string[] = [];
    for (;;) {
      if (this.accept("READ")) reads = this.names();
      else if (this.accept("WRITE")) writes = this.names();
      else if (this.accept("VALENCE")) this.number();
      else return { name, reads, writes, line };
    }
  }

  private names(): string[] {
    const names = [this.word()];
    while (this.accept(",")) names.push(this.word());
    return names;
  }

  /** "(mV) = (millivolt)" and "FARADAY = (faraday) (coulomb)". */
  private unitsBlock(): void {
    this.inBraces(() => {
      if (this.is("(")) {
        this.parenthesised();
        this.expect("=");
        this.parenthesised();
        return;
      }
      const { line } = this.token;
      const name = this.word();
      this.expect("=");
      if (this.token.kind === "number" || this.is("-")) {
        this.constants.set(name, this.number());
        this.parenthesised();
        return;
      }
      this.constants.set(name, readUnitConstant(this.parenthesised(), this.parenthesised(), this.fileName, line));
    });
  }

  private parameter(kind: "CONSTANT" | "PARAMETER"): void {
    const variable = this.variable();
    if (kind === "PARAMETER") this.parameters.push(variable);
    else this.constants.set(variable.name, variable.value ?? 0);
  }

  private variable(): NmodlVariable {
    const { line } = this.token;
    const name = this.word();
    const size = this.accept("[") ? this.number() : undefined;
    if (size !== undefined) this.expect("]");
    const value = this.accept("=") ? this.number() : undefined;
    const unit = this.parenthesised();
    let limits: [number, number] | undefined;
    if (this.accept("<")) {
      const low = this.number();
      this.expect(",");
      limits = [low, this.number()];
      this.expect(">");
    }
    return { name, unit, value, limits, size, line };
  }

  private state(): NmodlVariable {
    const first = this.variable();
    if (this.accept("FROM")) {
      this.number();
      this.expect("TO");
      this.number();
    }
    const unit = first.unit === "" ? this.parenthesised() : first.unit;
    if (this.accept("START")) this.number();
    if (this.accept("<")) this.skipPast(">");
    return { ...first, unit };
  }

  /** "(v (mV), x)": the names. */
  private arguments(): string[] {
    this.expect("(");
    const names: string[] = [];
    while (!this.accept(")")) {
      names.push(this.word());
      this.parenthesised();
      this.accept(",");
    }
    return names;
  }

  private statements(): NmodlStatement[] {
    this.expect("{");
    if (++this.depth > maxDepth) throw this.error("LIMIT", `blocks are nested more than ${maxDepth} deep`);
    const found: NmodlStatement[] = [];
    while (!this.accept("}")) {
      const statement = this.statement();
      if (statement) found.push(statement);
    }
    this.depth--;
    return found;
  }

  private statement(): NmodlStatement | undefined {
    const { line, text } = this.token;
    if (this.accept("~")) return this.reaction(line);
    const word = this.word();
    switch (word) {
      case "LOCAL":
        return { kind: "local", names: this.names() };
      case "TABLE":
        this.skipTable();
        return undefined;
      case "IF":
      case "if":
        return this.condition();
      case "FROM":
      case "for":
        return this.loop(line);
      case "SOLVE":
        return this.solve(line);
      case "CONSERVE": {
        const left = this.expression();
        this.expect("=");
        return { kind: "conserve", left, right: this.expression() };
      }
      case "COMPARTMENT":
        return this.compartment();
      case "WHILE":
      case "while":
      case "INITIAL":
      case "LONGITUDINAL_DIFFUSION":
      case "WATCH":
      case "PROTECT":
        throw this.error("UNSUPPORTED", `${word} is outside the subset of NMODL`, undefined, line);
    }
    if (this.is("(")) return { kind: "call", name: word, args: this.callArguments(), line };
    const target: NmodlName = { kind: "name", name: word, line, ...this.index() };
    const isDerivative = this.accept("'");
    if (!this.accept("=")) throw this.error("SYNTAX", `expected a statement, found "${text}"`, undefined, line);
    return { kind: "assign", target, value: this.expression(), isDerivative };
  }

  private index(): { index?: NmodlExpression } {
    if (!this.accept("[")) return {};
    const index = this.expression();
    this.expect("]");
    return { index };
  }

  private callArguments(): NmodlExpression[] {
    this.expect("(");
    const args: NmodlExpression[] = [];
    while (!this.accept(")")) {
      args.push(this.expression());
      if (!this.is(")")) this.expect(",");
    }
    return args;
  }

  private condition(): NmodlStatement {
    this.expect("(");
    const condition = this.expression();
    this.expect(")");
    const then = this.statements();
    if (!this.accept("ELSE") && !this.accept("else")) return { kind: "if", condition, then, otherwise: [] };
    const isChained = this.is("IF") || this.is("if");
    if (!isChained) return { kind: "if", condition, then, otherwise: this.statements() };
    this.at++;
    return { kind: "if", condition, then, otherwise: [this.condition()] };
  }

  private loop(line: number): NmodlStatement {
    const name = this.word();
    this.expect("=");
    const from = this.expression();
    this.expect("TO");
    return { kind: "for", name, from, to: this.expression(), body: this.statements(), line };
  }

  private solve(line: number): NmodlStatement {
    const block = this.word();
    const isSteady = this.accept("STEADYSTATE");
    const hasMethod = isSteady || this.accept("METHOD");
    return { kind: "solve", block, method: hasMethod ? this.word() : "", isSteady, line };
  }

  /** Everything up to its last number: TABLE a, b DEPEND celsius FROM -100 TO 100 WITH 200. */
  private skipTable(): void {
    while (!this.accept("WITH")) {
      if (this.is("}") || this.token.kind === "end") throw this.error("SYNTAX", "expected TABLE … WITH");
      this.at++;
    }
    this.number();
  }

  private compartment(): NmodlStatement {
    const index = this.token.kind === "name" && this.source.tokens[this.at + 1]!.text === "," ? this.word() : undefined;
    if (index !== undefined) this.expect(",");
    const volume = this.expression();
    const names: string[] = [];
    this.inBraces(() => {
      names.push(this.word());
      this.accept(",");
    });
    return { kind: "compartment", index, volume, names };
  }

  private reaction(line: number): NmodlStatement {
    const left = this.reactants();
    const arrow = this.token.text;
    if (arrow !== "<->" && arrow !== "->" && arrow !== "<<") {
      throw this.error("SYNTAX", `expected <->, -> or << in a reaction, found "${arrow}"`);
    }
    this.at++;
    const right = arrow === "<->" ? this.reactants() : [];
    if (arrow === "->" && !this.is("(")) right.push(...this.reactants());
    this.expect("(");
    const rates = [this.expression()];
    if (this.accept(",")) rates.push(this.expression());
    this.expect(")");
    if (rates.length !== (arrow === "<->" ? 2 : 1)) {
      throw this.error("SYNTAX", `expected ${arrow === "<->" ? 2 : 1} rates, found ${rates.length}`, undefined, line);
    }
    return { kind: "reaction", left, right, arrow, rates, line };
  }

  private reactants(): Reactant[] {
    const found: Reactant[] = [];
    do {
      const count = this.token.kind === "number" ? this.number() : 1;
      const { line } = this.token;
      found.push({ count, name: { kind: "name", name: this.word(), line, ...this.index() } });
    } while (this.accept("+"));
    return found;
  }

  private expression(level = 0): NmodlExpression {
    if (level === levels.length) return this.unary();
    if (level === 0 && ++this.depth > maxDepth) {
      throw this.error("LIMIT", `expressions are nested more than ${maxDepth} deep`);
    }
    let a = this.expression(level + 1);
    while (this.token.kind === "symbol" && (levels[level] as readonly string[]).includes(this.token.text)) {
      const op = this.source.tokens[this.at++]!.text;
      a = { kind: "binary", op, a, b: this.expression(level + 1) };
    }
    if (level === 0) this.depth--;
    return a;
  }

  private unary(): NmodlExpression {
    if (this.accept("-")) return { kind: "minus", a: this.unary() };
    if (this.accept("+")) return this.unary();
    if (this.accept("!")) return { kind: "not", a: this.unary() };
    const base = this.primary();
    // The operators of NMODL's grammar bind to the left: a^b^c is (a^b)^c.
    let power = base;
    while (this.accept("^")) power = { kind: "binary", op: "^", a: power, b: this.exponent() };
    return power;
  }

  private exponent(): NmodlExpression {
    return this.accept("-") ? { kind: "minus", a: this.primary() } : this.primary();
  }

  private primary(): NmodlExpression {
    const { kind, text, line } = this.token;
    if (kind === "number") {
      this.at++;
      // A unit, which changes nothing: numbers are in NEURON's units.
      this.parenthesised();
      return { kind: "number", text };
    }
    if (this.accept("(")) {
      const inner = this.expression();
      this.expect(")");
      return inner;
    }
    const name = this.word();
    if (this.is("(")) return { kind: "call", name, args: this.callArguments(), line };
    return { kind: "name", name, line, ...this.index() };
  }
}
