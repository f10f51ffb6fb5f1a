/**
 * One declaration's own part of a model: the neuron itself, or a synapse model under the name of its port.
 *
 * @module
 */
import type { DeclaredRange, ParameterDeclaration, StateDeclaration } from "../core/declaration.js";
import { WbeError } from "../core/errors.js";
import { parseUnit, type Unit } from "../core/units.js";
import { describePosition, type Expression, type SourceText } from "./ast.js";
import { ExpressionChecker, type Scale, type Scope } from "./check.js";
import type { Graph, Node } from "./ir.js";
import { noiseScale, splitNoise } from "./noise.js";
import { parseExpression, parseStatements } from "./parse.js";
import { limitingForms } from "./rewrite.js";
import { DeclarationScope, requireFreeName } from "./scope.js";
import { UserFunctions } from "./user-functions.js";

export interface ModelParameter {
  /** "tauW", or "port.tau" for a parameter of a port. */
  readonly name: string;
  readonly unit: Unit;
  readonly default: number;
  readonly range: DeclaredRange;
  readonly leaf: Node;
}

export interface ModelState {
  readonly name: string;
  readonly unit: Unit;
  readonly leaf: Node;
  /** In unit/ms, without its noise; constant 0 for a state that only events change. */
  readonly derivative: Node;
  /** Noise symbol → its factor in the equation, in unit/sqrt(ms). */
  readonly noise: ReadonlyMap<string, Node>;
  readonly initial: Node;
  readonly range: DeclaredRange;
}

export interface Assignment {
  readonly state: string;
  readonly value: Node;
}

/** Reads params and states of a declaration into leaves. `prefix` is "" for the neuron, "port." for a port. */
export class Part {
  readonly params: ModelParameter[] = [];
  readonly stateUnits = new Map<string, { unit: Unit; leaf: Node; initial: number | string; range: DeclaredRange }>();
  readonly derivatives = new Map<string, Node>();
  readonly scope: DeclarationScope;
  private readonly functions: UserFunctions;

  constructor(
    private readonly g: Graph,
    readonly label: string,
    readonly prefix: string,
    private readonly inputUnit: string | undefined,
    functions: Readonly<Record<string, string>> = {},
    outer?: Scope,
  ) {
    const noise = (name: string) => ({ node: g.leaf("noise", prefix + name), scale: noiseScale });
    this.scope = new DeclarationScope(label, outer, noise);
    this.functions = new UserFunctions(g, label, functions, requireFreeName);
    for (const name of this.functions.names()) this.scope.reserve(name, "function");
  }

  unit(text: string, what: string): Unit {
    // Synapse declarations write "input" for the unit of the neuron's current: "input", "input/ms".
    const own = this.inputUnit === undefined ? text : text.replace(/\binput\b/, this.inputUnit);
    return parseUnit(own, `${what} of ${this.label}`);
  }

  /** What equations give a name that is no state. */
  readonly variables: { readonly name: string; readonly node: Node; readonly scale: Scale }[] = [];

  readParams(params: Readonly<Record<string, ParameterDeclaration>>): void {
    for (const [name, [value, unitText, range]] of Object.entries(params)) {
      const unit = this.unit(unitText, `parameter ${name}`);
      if (!Number.isFinite(value)) {
        throw new WbeError("MODEL_INVALID", `the default of ${name} is ${value}`, {
          where: this.label,
          remedy: "Give a finite number.",
        });
      }
      const leaf = this.g.leaf("param", this.prefix + name);
      this.scope.define(name, "parameter", { node: leaf, scale: unit });
      this.params.push({ name: this.prefix + name, unit, default: value, range: range ?? {}, leaf });
    }
  }

  readStates(states: Readonly<Record<string, StateDeclaration>>): void {
    for (const [name, [initial, unitText, range]] of Object.entries(states)) {
      const unit = this.unit(unitText, `state ${name}`);
      const leaf = this.g.leaf("state", this.prefix + name);
      this.scope.define(name, "state", { node: leaf, scale: unit });
      this.stateUnits.set(name, { unit, leaf, initial, range: range ?? {} });
    }
  }

  readEquations(text: string): void {
    const source: SourceText = { label: `equations of ${this.label}`, text };
    const checker = new ExpressionChecker(this.g, this.scope, source, this.functions);
    this.scope.useChecker(checker);
    const statements = parseStatements(source);
    for (const statement of statements) {
      if (statement.kind === "assignment") this.scope.defineLater(statement, describePosition(source, statement.at));
    }
    for (const { kind, name, value, at } of statements) {
      if (kind !== "derivative") continue;
      const state = this.stateUnits.get(name);
      const where = describePosition(source, at);
      if (!state) {
        throw new WbeError("NAME_UNKNOWN", `d${name}/dt is given, but "${name}" is no state`, {
          where,
          remedy: `Add it to states. States: ${[...this.stateUnits.keys()].join(", ") || "none"}.`,
        });
      }
      if (this.derivatives.has(name)) {
        throw new WbeError("NAME_CLASH", `d${name}/dt is given twice`, { where, remedy: "Keep one." });
      }
      const perTime = perMillisecond(state.unit);
      this.derivatives.set(name, checker.valueIn(value, perTime, `d${name}/dt (${state.unit.text}/ms)`));
    }
    this.scope.resolveAll();
    for (const { kind, name, at } of statements) {
      const value = kind === "assignment" ? this.scope.lookUp(name, at) : undefined;
      if (value?.scale) this.variables.push({ name: this.prefix + name, node: value.node, scale: value.scale });
    }
  }

  /** "a = …; b = …" on states that `target` finds. */
  readAssignments(
    text: string,
    what: string,
    target: (name: string) => { name: string; unit: Unit } | undefined,
    scope: Scope,
  ): Assignment[] {
    const source: SourceText = { label: `${what} of ${this.label}`, text };
    const checker = new ExpressionChecker(this.g, scope, source, this.functions);
    return parseStatements(source).map(({ kind, name, value, at }) => {
      const state = kind === "assignment" ? target(name) : undefined;
      if (!state) {
        throw new WbeError("NAME_UNKNOWN", `${what} may only assign states, found "${name}"`, {
          where: describePosition(source, at),
        });
      }
      return { state: state.name, value: checker.valueIn(value, state.unit, `${name} (${state.unit.text})`) };
    });
  }

  expression(text: string, what: string, scope: Scope = this.scope): { tree: Expression; checker: ExpressionChecker } {
    const source: SourceText = { label: `${what} of ${this.label}`, text };
    return { tree: parseExpression(source), checker: new ExpressionChecker(this.g, scope, source, this.functions) };
  }

  states(): ModelState[] {
    return [...this.stateUnits].map(([name, { unit, leaf, initial, range }]) => ({
      name: this.prefix + name,
      unit,
      leaf,
      ...this.rightHandSide(name),
      initial: this.initialValue(name, initial, unit),
      range,
    }));
  }

  private rightHandSide(name: string): Pick<ModelState, "derivative" | "noise"> {
    const f = this.derivatives.get(name);
    if (!f) return { derivative: this.g.constant(0), noise: new Map() };
    const { drift, factors } = splitNoise(this.g, f, `d${name}/dt of ${this.label}`);
    return { derivative: limitingForms(this.g, drift), noise: factors };
  }

  private initialValue(name: string, initial: number | string, unit: Unit): Node {
    if (typeof initial === "number") return this.g.constant(initial);
    const { tree, checker } = this.expression(initial, `initial value of ${name}`);
    return checker.valueIn(tree, unit, `${name} (${unit.text})`);
  }
}

function perMillisecond(unit: Unit): Scale {
  const ms = parseUnit("ms");
  return {
    dimensions: unit.dimensions.map((d, i) => d - ms.dimensions[i]!) as unknown as Scale["dimensions"],
    exponent: unit.exponent - ms.exponent,
    factor: unit.factor / ms.factor,
  };
}
