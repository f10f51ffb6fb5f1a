/**
 * Declaration (neuron plus the synapse ports it receives) → checked model: every name resolved, every term's
 * dimension checked, all values as nodes of one graph.
 *
 * @module
 */
import type { DeclaredRange, ParameterDeclaration, StateDeclaration } from "../core/declaration.js";
import { WbeError } from "../core/errors.js";
import { isReservedUnitSymbol, parseUnit, type Unit } from "../core/units.js";
import type { NeuronDeclaration } from "../neuron-models/declaration.js";
import type { SynapseDeclaration } from "../synapse-models/declaration.js";
import { describePosition, type Expression, type SourceText, type Statement } from "./ast.js";
import { ExpressionChecker, type Scale, type Scope, type Typed } from "./check.js";
import { checkNeuronShape, checkSynapseShape, isModelName, modelNameRule } from "./declared-shape.js";
import { functionTable } from "./functions.js";
import { Graph, type Node, topologicalOrder } from "./ir.js";
import { parseExpression, parseStatements } from "./parse.js";
import { limitingForms } from "./rewrite.js";

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
  /** In unit/ms; constant 0 for a state that only events change. */
  readonly derivative: Node;
  readonly initial: Node;
  readonly range: DeclaredRange;
}

export interface Assignment {
  readonly state: string;
  readonly value: Node;
}

export interface CheckedModel {
  readonly id: string;
  readonly graph: Graph;
  readonly declaration: NeuronDeclaration;
  readonly params: readonly ModelParameter[];
  readonly states: readonly ModelState[];
  /** Currents that stimuli can inject, each a column of the kernel. */
  readonly inputs: readonly { readonly name: string; readonly unit: Unit; readonly leaf: Node }[];
  /** Where spikes arrive; leaf = sum of the weights that arrive in a step. */
  readonly ports: readonly { readonly name: string; readonly weightUnit: Unit; readonly leaf: Node }[];
  /** Carried out in order at the start of a step. */
  readonly arrivals: readonly Assignment[];
  readonly spike: Node;
  readonly reset: readonly Assignment[];
  /** ms; absent when the model has no refractory period. */
  readonly refractory: Node | undefined;
  readonly hold: ReadonlySet<string>;
  readonly constraints: readonly { readonly text: string; readonly node: Node }[];
  /** Set by the caller of compile: simulation step in ms. */
  readonly dt: Node;
}

/** One receptor of a population: a synapse model under a name that is unique in the population. */
export interface Port {
  readonly name: string;
  readonly synapse: SynapseDeclaration;
}

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
  if (isReservedUnitSymbol(name) || reservedNames.has(name)) {
    const meaning = isReservedUnitSymbol(name) ? "a unit" : "a word of the model language";
    throw new WbeError("NAME_CLASH", `the ${kind} "${name}" has the name of ${meaning}`, {
      where,
      remedy: "Rename it.",
    });
  }
}

/** Names of one declaration; a port's scope also sees the neuron's parameters and states. */
class DeclarationScope implements Scope {
  private readonly values = new Map<string, Typed>();
  private readonly kinds = new Map<string, string>();
  private readonly pending = new Map<string, { readonly statement: Statement; readonly where: string }>();
  private readonly open = new Set<string>();
  private checker: ExpressionChecker | undefined;

  constructor(
    private readonly label: string,
    private readonly outer?: Scope,
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
    if (!later) return this.outer?.lookUp(name, at);
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

/** Reads params and states of a declaration into leaves. `prefix` is "" for the neuron, "port." for a port. */
class Part {
  readonly params: ModelParameter[] = [];
  readonly stateUnits = new Map<string, { unit: Unit; leaf: Node; initial: number | string; range: DeclaredRange }>();
  readonly derivatives = new Map<string, Node>();
  readonly scope: DeclarationScope;

  constructor(
    private readonly g: Graph,
    readonly label: string,
    readonly prefix: string,
    private readonly inputUnit: string | undefined,
    outer?: Scope,
  ) {
    this.scope = new DeclarationScope(label, outer);
  }

  unit(text: string, what: string): Unit {
    // Synapse declarations write "input" for the unit of the neuron's current: "input", "input/ms".
    const own = this.inputUnit === undefined ? text : text.replace(/\binput\b/, this.inputUnit);
    return parseUnit(own, `${what} of ${this.label}`);
  }

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
    const checker = new ExpressionChecker(this.g, this.scope, source);
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
  }

  /** "a = …; b = …" on states that `target` finds. */
  readAssignments(
    text: string,
    what: string,
    target: (name: string) => { name: string; unit: Unit } | undefined,
    scope: Scope,
  ): Assignment[] {
    const source: SourceText = { label: `${what} of ${this.label}`, text };
    const checker = new ExpressionChecker(this.g, scope, source);
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
    return { tree: parseExpression(source), checker: new ExpressionChecker(this.g, scope, source) };
  }

  states(): ModelState[] {
    return [...this.stateUnits].map(([name, { unit, leaf, initial, range }]) => ({
      name: this.prefix + name,
      unit,
      leaf,
      derivative: this.derivatives.get(name) ?? this.g.constant(0),
      initial: this.initialValue(name, initial, unit),
      range,
    }));
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

/**
 * Checks a neuron declaration with its ports.
 *
 * @throws WbeError SYNTAX, UNIT_UNKNOWN, DIMENSION, NAME_UNKNOWN, NAME_CLASH or MODEL_INVALID, at the offending term.
 */
export function checkModel(declaration: NeuronDeclaration, ports: readonly Port[] = []): CheckedModel {
  checkNeuronShape(declaration);
  checkPorts(ports);
  return withinStack(declaration.id, () => checkMeaning(declaration, ports));
}

/** Runs a pass; equations so deep that it runs out of stack become an error of their own. */
export function withinStack<T>(id: string, pass: () => T): T {
  try {
    return pass();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new WbeError("LIMIT", "the equations need one another, or are nested, too deeply", {
      where: `model "${id}"`,
      remedy: "Shorten the longest chain of intermediate values, sums and parentheses.",
      cause,
    });
  }
}

function checkPorts(ports: readonly Port[]): void {
  const names = new Set<string>();
  for (const { name, synapse } of ports) {
    checkSynapseShape(synapse);
    if (!isModelName(name)) {
      throw new WbeError("MODEL_INVALID", `${JSON.stringify(name)} cannot name a port`, { remedy: modelNameRule });
    }
    if (names.has(name)) {
      throw new WbeError("NAME_CLASH", `two ports are named "${name}"`, { remedy: "Give each its own name." });
    }
    names.add(name);
  }
}

function checkMeaning(declaration: NeuronDeclaration, ports: readonly Port[]): CheckedModel {
  const g = new Graph();
  const inputUnits = declaration.inputs ?? { I: "pA" };
  const currentInput = "Isyn" in inputUnits ? "Isyn" : "I";
  const neuron = new Part(g, `model "${declaration.id}"`, "", undefined);
  neuron.readParams(declaration.params);
  neuron.readStates(declaration.states);

  const parts: Part[] = [];
  const portList: CheckedModel["ports"][number][] = [];
  const arrivals: Assignment[] = [];
  const currentUnitText = inputUnits[currentInput];
  let synapticCurrent: Node = g.constant(0);
  for (const { name, synapse } of ports) {
    const part = new Part(g, `synapse "${synapse.id}"`, `${name}.`, currentUnitText ?? "pA", neuron.scope);
    part.scope.reserve("weight", "the weight that arrives");
    part.readParams(synapse.params);
    part.readStates(synapse.states);
    const weightUnit = part.unit(synapse.weightUnit, "weight");
    const leaf = g.leaf("input", `@${name}`);
    portList.push({ name, weightUnit, leaf });
    part.readEquations(synapse.equations);
    const arrivalUnit = synapse.electrical ? parseUnit("pA") : weightUnit;
    const arrivalScope: Scope = {
      lookUp: (n, at) => (n === "weight" ? { node: leaf, scale: arrivalUnit } : part.scope.lookUp(n, at)),
      names: () => ["weight", ...part.scope.names()],
    };
    const target = (n: string): { name: string; unit: Unit } | undefined => {
      const own = part.stateUnits.get(n);
      if (own) return { name: `${name}.${n}`, unit: own.unit };
      const outer = neuron.stateUnits.get(n);
      return outer && { name: n, unit: outer.unit };
    };
    arrivals.push(...part.readAssignments(synapse.onSpike, "onSpike", target, arrivalScope));
    if (synapse.current !== undefined) {
      if (currentUnitText === undefined) {
        throw new WbeError(
          "MODEL_INVALID",
          `model "${declaration.id}" has no input current for synapse "${synapse.id}"`,
          { where: part.label, remedy: 'Declare inputs: { I: "pA" } and use I in an equation.' },
        );
      }
      const { tree, checker } = part.expression(
        synapse.current,
        "current",
        synapse.electrical ? arrivalScope : part.scope,
      );
      const unit = parseUnit(currentUnitText);
      synapticCurrent = g.add(
        synapticCurrent,
        checker.valueIn(tree, unit, `the current into ${declaration.id}.${currentInput} (${currentUnitText})`),
      );
    }
    parts.push(part);
  }

  const inputs: CheckedModel["inputs"][number][] = [];
  for (const [name, unitText] of Object.entries(inputUnits)) {
    const unit = parseUnit(unitText, `input ${name} of model "${declaration.id}"`);
    const leaf = g.leaf("input", name);
    if (name !== "Isyn") inputs.push({ name, unit, leaf });
    const own = name === "Isyn" ? g.constant(0) : leaf;
    const node = name === currentInput ? g.add(own, synapticCurrent) : own;
    neuron.scope.define(name, "input", { node, scale: unit });
  }

  neuron.readEquations(declaration.equations);
  const stateTarget = (n: string): { name: string; unit: Unit } | undefined => {
    const state = neuron.stateUnits.get(n);
    return state && { name: n, unit: state.unit };
  };
  const reset =
    declaration.reset === undefined
      ? []
      : neuron.readAssignments(declaration.reset, "reset", stateTarget, neuron.scope);
  const spike = neuron.expression(declaration.spike, "spike condition");
  const spikeNode = spike.checker.condition(spike.tree);
  const states = [...neuron.states(), ...parts.flatMap((part) => part.states())];
  const model: CheckedModel = {
    id: declaration.id,
    graph: g,
    declaration,
    params: [...neuron.params, ...parts.flatMap((part) => part.params)],
    states: states.map((state) => ({ ...state, derivative: limitingForms(g, state.derivative) })),
    inputs,
    ports: portList,
    arrivals,
    spike: spikeNode,
    reset,
    refractory: readRefractory(declaration, neuron),
    hold: readHold(declaration, neuron, spikeNode),
    constraints: (declaration.constraints ?? []).map((text) => {
      const { tree, checker } = neuron.expression(text, "constraint");
      const node = checker.condition(tree);
      refuseVarying(node, "a constraint", `constraint of ${neuron.label}: "${text}"`);
      return { text, node };
    }),
    dt: g.leaf("param", "dt"),
  };
  return model;
}

function readRefractory(declaration: NeuronDeclaration, neuron: Part): Node | undefined {
  if (declaration.refractory === undefined) return undefined;
  const { tree, checker } = neuron.expression(declaration.refractory, "refractory period");
  const period = checker.valueIn(tree, parseUnit("ms"), "the refractory period (ms)");
  refuseVarying(period, "a refractory period", `refractory period of ${neuron.label}: "${declaration.refractory}"`);
  return period;
}

/** Parameters alone are known before the run. */
function refuseVarying(node: Node, what: string, where: string): void {
  const varying = topologicalOrder([node]).find((n) => n.op === "state" || n.op === "input");
  if (!varying) return;
  throw new WbeError("MODEL_INVALID", `${what} may use parameters only, found the ${varying.op} "${varying.name}"`, {
    where,
  });
}

function readHold(declaration: NeuronDeclaration, neuron: Part, spike: Node): ReadonlySet<string> {
  if (declaration.hold) {
    for (const name of declaration.hold) {
      if (!neuron.stateUnits.has(name)) {
        throw new WbeError("NAME_UNKNOWN", `hold names "${name}", which is no state`, { where: neuron.label });
      }
    }
    return new Set(declaration.hold);
  }
  if (declaration.refractory === undefined) return new Set();
  const named = topologicalOrder([spike]).filter((node) => node.op === "state");
  return new Set(named.map((node) => node.name));
}
