/**
 * Statements of an NMODL file → lines "name = expression" of the model language, each name set once. Procedures and
 * functions are replaced by their bodies, loops are unrolled, and what IF sets differently is chosen by a condition.
 *
 * Values are plain numbers in NEURON's units, as NMODL has them.
 *
 * @module
 */
import type { NameMaker } from "./names.js";
import {
  type NmodlBlock,
  type NmodlExpression,
  type NmodlFile,
  type NmodlName,
  type NmodlStatement,
  nmodlError,
} from "./syntax.js";

/** An expression in the model language. */
export interface Value {
  readonly text: string;
  /** Depends on the potential, a state or a concentration. */
  readonly varies: boolean;
}

/** A value that was set before the first step and has since been overtaken by the potential or a state. */
export const stale: Value = { text: "", varies: true };

export interface Reaction {
  readonly from: ReadonlyMap<string, number>;
  readonly to: ReadonlyMap<string, number>;
  /** Amount per ms, in the unit of state times volume. */
  readonly flux: Value;
}

/** What a run over statements leaves besides the values of names. */
export interface Outcome {
  readonly solved: {
    readonly block: NmodlBlock;
    readonly method: string;
    readonly isSteady: boolean;
    readonly isKinetic: boolean;
  }[];
  readonly reactions: Reaction[];
  /** State → its volume. */
  readonly volumes: Map<string, Value>;
  readonly conserved: { readonly states: readonly string[]; readonly total: Value }[];
}

interface Frame {
  /** Arguments and LOCAL names; undefined until they are set. */
  readonly locals: Map<string, Value | undefined>;
  readonly depth: number;
}

const maxDepth = 50;
const maxTurns = 10_000;
const longestText = 50_000;
const builtIn: Readonly<Record<string, string>> = {
  exp: "exp",
  log: "log",
  sqrt: "sqrt",
  fabs: "abs",
  abs: "abs",
  sin: "sin",
  cos: "cos",
  tanh: "tanh",
  pow: "pow",
  fmin: "min",
  fmax: "max",
};
const words: Readonly<Record<string, string>> = { "&&": "and", "||": "or" };

export class Flattener {
  readonly lines: string[] = [];
  readonly outcome: Outcome = { solved: [], reactions: [], volumes: new Map(), conserved: [] };
  private conditions = 0;

  /**
   * @param values of all names that are not local; changed by assignments. A derivative is the value of "m'".
   * @param isInline texts are put into one another instead of into lines.
   */
  constructor(
    private readonly file: NmodlFile,
    readonly values: Map<string, Value>,
    private readonly names: NameMaker,
    private readonly isInline = false,
  ) {}

  run(statements: readonly NmodlStatement[], frame: Frame = { locals: new Map(), depth: 0 }): void {
    for (const statement of statements) this.statement(statement, frame);
  }

  /** The value of a name, where it has one. */
  value(name: string, line: number, frame?: Frame): Value {
    const isLocal = frame?.locals.has(name) ?? false;
    const found = isLocal ? frame!.locals.get(name) : this.values.get(name);
    if (found === stale) {
      throw this.error(
        "UNSUPPORTED",
        `"${name}" keeps a value of the potential or a state from INITIAL or an earlier step`,
        line,
        "Compute it in the block that uses it.",
      );
    }
    if (found) return found;
    const isDeclared = isLocal || this.file.assigned.some((variable) => variable.name === name.replace(/\[.*/, ""));
    if (isDeclared)
      throw this.error("UNSUPPORTED", `"${name}" is used before it is set, or set on some paths only`, line);
    const special: Readonly<Record<string, string>> = { t: "the time", dt: "the time step", area: "the area" };
    if (special[name])
      throw this.error("UNSUPPORTED", `${special[name]} "${name}" is outside the subset of NMODL`, line);
    throw this.error("NAME_UNKNOWN", `unknown name "${name}"`, line);
  }

  /** A name, with the number of an element for an array: "ca[2]". */
  key({ name, index, line }: NmodlName, frame: Frame): string {
    return index === undefined ? name : `${name}[${this.whole(index, frame, line)}]`;
  }

  private error(
    code: "SYNTAX" | "UNSUPPORTED" | "NAME_UNKNOWN" | "LIMIT",
    message: string,
    line: number,
    remedy?: string,
  ) {
    return nmodlError(code, message, this.file.file, line, remedy);
  }

  private statement(statement: NmodlStatement, frame: Frame): void {
    switch (statement.kind) {
      case "assign":
        this.assign(statement, frame);
        return;
      case "local":
        for (const name of statement.names) frame.locals.set(name, undefined);
        return;
      case "if":
        this.branch(statement, frame);
        return;
      case "for":
        this.loop(statement, frame);
        return;
      case "call":
        this.callProcedure(statement, frame);
        return;
      case "solve":
        this.solve(statement, frame);
        return;
      case "reaction":
        this.react(statement, frame);
        return;
      case "compartment":
        this.addCompartment(statement, frame);
        return;
      case "conserve":
        this.conserve(statement, frame);
        return;
    }
  }

  private assign({ target, value, isDerivative }: Extract<NmodlStatement, { kind: "assign" }>, frame: Frame): void {
    const key = this.key(target, frame);
    const found = this.expression(value, frame);
    if (isDerivative) this.values.set(`${key}'`, found);
    else if (frame.locals.has(key)) frame.locals.set(key, this.keep(key, found, target.line));
    else this.values.set(key, this.keep(key, found, target.line));
  }

  /** The value under a name of its own, unless it is short. */
  private keep(name: string, value: Value, line: number): Value {
    if (value.text.length > longestText) {
      throw this.error("LIMIT", `the expression for "${name}" is longer than ${longestText} characters`, line);
    }
    if (this.isInline || /^\(?[\w.]+\)?$/.test(value.text)) return value;
    const own = this.names.fresh(name.replace(/\[(\d+)\]/, "_$1"));
    this.lines.push(`${own} = ${value.text}`);
    return { text: own, varies: value.varies };
  }

  private branch({ condition, then, otherwise }: Extract<NmodlStatement, { kind: "if" }>, frame: Frame): void {
    const test = this.expression(condition, frame);
    const before = { values: new Map(this.values), locals: new Map(frame.locals) };
    this.conditions++;
    this.run(then, frame);
    const after = { values: new Map(this.values), locals: new Map(frame.locals) };
    restore(this.values, before.values);
    restore(frame.locals, before.locals);
    this.run(otherwise, frame);
    this.conditions--;
    const merge = (one: ReadonlyMap<string, Value | undefined>, other: Map<string, Value | undefined>): void => {
      for (const name of new Set([...one.keys(), ...other.keys()])) {
        const [a, b] = [one.get(name), other.get(name)];
        if (a?.text === b?.text && a?.varies === b?.varies) continue;
        if (!a || !b || a === stale || b === stale) {
          // Declared and not set on both paths: an error where it is used.
          if (other === frame.locals) other.set(name, undefined);
          else other.delete(name);
          continue;
        }
        const chosen = { text: `if(${test.text}, ${a.text}, ${b.text})`, varies: test.varies || a.varies || b.varies };
        other.set(name, this.keep(name.replace("'", "_rate"), chosen, 0));
      }
    };
    merge(after.values, this.values);
    merge(after.locals, frame.locals);
  }

  private loop({ name, from, to, body, line }: Extract<NmodlStatement, { kind: "for" }>, frame: Frame): void {
    const [first, last] = [this.whole(from, frame, line), this.whole(to, frame, line)];
    if (last - first > maxTurns) throw this.error("LIMIT", `a loop of more than ${maxTurns} turns`, line);
    for (let k = first; k <= last; k++) {
      frame.locals.set(name, { text: String(k), varies: false });
      this.run(body, frame);
    }
  }

  private whole(expression: NmodlExpression, frame: Frame, line: number): number {
    const value = evaluateWhole(expression, (name) => Number(this.value(name, line, frame).text.replace(/[()]/g, "")));
    if (Number.isInteger(value)) return value;
    throw this.error("UNSUPPORTED", "expected a whole number that is known beforehand", line);
  }

  private callProcedure({ name, args, line }: Extract<NmodlStatement, { kind: "call" }>, frame: Frame): void {
    const block = this.file.procedures.get(name) ?? this.file.functions.get(name);
    if (!block) throw this.error("UNSUPPORTED", `unknown procedure "${name}"`, line);
    this.enter(block, args, frame, line);
  }

  private enter(block: NmodlBlock, args: readonly NmodlExpression[], frame: Frame, line: number): Frame {
    if (args.length !== block.args.length) {
      throw this.error(
        "SYNTAX",
        `expected ${block.args.length} arguments of "${block.name}", found ${args.length}`,
        line,
      );
    }
    if (frame.depth >= maxDepth) throw this.error("UNSUPPORTED", `"${block.name}" calls itself`, line);
    const given = args.map((arg, i) => this.keep(block.args[i]!, this.expression(arg, frame), line));
    const locals = new Map<string, Value | undefined>(block.args.map((arg, i) => [arg, given[i]!]));
    if (this.file.functions.has(block.name)) locals.set(block.name, undefined);
    const inner = { locals, depth: frame.depth + 1 };
    this.run(block.body, inner);
    return inner;
  }

  private solve(
    { block: name, method, isSteady, line }: Extract<NmodlStatement, { kind: "solve" }>,
    frame: Frame,
  ): void {
    const kinetic = this.file.kinetics.get(name);
    const block = kinetic ?? this.file.derivatives.get(name);
    if (!block) {
      const what = this.file.procedures.has(name) ? "a PROCEDURE" : "no DERIVATIVE or KINETIC block";
      throw this.error(
        "UNSUPPORTED",
        `SOLVE ${name}: it is ${what}`,
        line,
        "Write it as a DERIVATIVE block and METHOD cnexp.",
      );
    }
    if (this.conditions > 0) throw this.error("UNSUPPORTED", "SOLVE under IF is outside the subset of NMODL", line);
    this.outcome.solved.push({ block, method, isSteady, isKinetic: kinetic !== undefined });
    this.run(block.body, { locals: new Map(), depth: frame.depth + 1 });
  }

  private react(
    { left, right, arrow, rates, line }: Extract<NmodlStatement, { kind: "reaction" }>,
    frame: Frame,
  ): void {
    if (this.conditions > 0)
      throw this.error("UNSUPPORTED", "a reaction under IF is outside the subset of NMODL", line);
    const count = (list: typeof left): Map<string, number> => {
      const counts = new Map<string, number>();
      for (const { count: own, name } of list) {
        const key = this.key(name, frame);
        counts.set(key, (counts.get(key) ?? 0) + own);
      }
      return counts;
    };
    const [from, to] = [count(left), count(right)];
    const [forward, backward] = rates.map((rate) => this.expression(rate, frame));
    if (arrow === "<<") {
      this.outcome.reactions.push({ from: new Map(), to: from, flux: this.keep("flux", forward!, line) });
      return;
    }
    const amounts = (counts: ReadonlyMap<string, number>): string =>
      [...counts].map(([name, n]) => `*${this.value(name, line, frame).text}${n === 1 ? "" : `^${n}`}`).join("");
    const away = `(${forward!.text})${amounts(from)}`;
    const text = backward ? `${away} - (${backward.text})${amounts(to)}` : away;
    this.outcome.reactions.push({ from, to, flux: this.keep("flux", { text, varies: true }, line) });
  }

  private addCompartment(
    { index, volume, names }: Extract<NmodlStatement, { kind: "compartment" }>,
    frame: Frame,
  ): void {
    for (const name of names) {
      const size = this.file.states.find((state) => state.name === name)?.size;
      for (let k = 0; k < (size ?? 1); k++) {
        if (index !== undefined) frame.locals.set(index, { text: String(k), varies: false });
        this.outcome.volumes.set(size === undefined ? name : `${name}[${k}]`, this.expression(volume, frame));
      }
    }
  }

  private conserve({ left, right }: Extract<NmodlStatement, { kind: "conserve" }>, frame: Frame): void {
    const states = namesOfSum(left);
    if (states) this.outcome.conserved.push({ states, total: this.expression(right, frame) });
  }

  private expression(e: NmodlExpression, frame: Frame): Value {
    switch (e.kind) {
      case "number":
        return { text: e.text, varies: false };
      case "name":
        return this.value(this.key(e, frame), e.line, frame);
      case "minus":
      case "not": {
        const a = this.expression(e.a, frame);
        return { text: e.kind === "minus" ? `(-${a.text})` : `(not ${a.text})`, varies: a.varies };
      }
      case "binary": {
        const [a, b] = [this.expression(e.a, frame), this.expression(e.b, frame)];
        return { text: `(${a.text} ${words[e.op] ?? e.op} ${b.text})`, varies: a.varies || b.varies };
      }
      case "call":
        return this.call(e, frame);
    }
  }

  private call(e: Extract<NmodlExpression, { kind: "call" }>, frame: Frame): Value {
    const own = this.file.functions.get(e.name);
    if (own) {
      const result = this.enter(own, e.args, frame, e.line).locals.get(e.name);
      if (result) return result;
      throw this.error("SYNTAX", `the function "${e.name}" does not set its value`, e.line);
    }
    const args = e.args.map((arg) => this.expression(arg, frame));
    const varies = args.some((arg) => arg.varies);
    const texts = args.map(({ text }) => text);
    if (e.name === "log10" && args.length === 1) return { text: `(log(${texts[0]})/${Math.LN10})`, varies };
    if (e.name === "nrn_ghk" && args.length === 4)
      return { text: ghk(texts, this.value("celsius", e.line).text), varies: true };
    const name = builtIn[e.name];
    if (!name) throw this.error("UNSUPPORTED", `unknown function "${e.name}"`, e.line);
    return { text: `${name}(${texts.join(", ")})`, varies };
  }
}

/** NEURON's nrn_ghk(v, inside, outside, z): current density over permeability, mA/cm2 per cm/s. */
function ghk([v, inside, outside, z]: readonly string[], celsius: string): string {
  const x = `(${z}*${v}*96.48533212/(8.314462618*(${celsius} + 273.15)))`;
  return `(96.48533212*${z}*(${inside}*exprelr(-${x}) - ${outside}*exprelr(${x})))`;
}

function restore<T>(target: Map<string, T>, from: ReadonlyMap<string, T>): void {
  target.clear();
  for (const [name, value] of from) target.set(name, value);
}

/** Names of a + b + c, or undefined for anything else. */
function namesOfSum(e: NmodlExpression): string[] | undefined {
  if (e.kind === "name" && e.index === undefined) return [e.name];
  if (e.kind !== "binary" || e.op !== "+") return undefined;
  const [a, b] = [namesOfSum(e.a), namesOfSum(e.b)];
  return a && b ? [...a, ...b] : undefined;
}

function evaluateWhole(e: NmodlExpression, lookUp: (name: string) => number): number {
  if (e.kind === "number") return Number(e.text);
  if (e.kind === "name") return lookUp(e.name);
  if (e.kind === "minus") return -evaluateWhole(e.a, lookUp);
  if (e.kind !== "binary") return Number.NaN;
  const [a, b] = [evaluateWhole(e.a, lookUp), evaluateWhole(e.b, lookUp)];
  return e.op === "+" ? a + b : e.op === "-" ? a - b : e.op === "*" ? a * b : Number.NaN;
}
