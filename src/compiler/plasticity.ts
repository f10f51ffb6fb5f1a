/**
 * Plasticity rules → one scalar kernel per projection. Lazy: a synapse is touched only when a presynaptic spike
 * reaches it; the postsynaptic spikes since its last touch are replayed from a history, in order of their arrival at
 * the synapse. `flush` replays what is due without a presynaptic spike, and never changes the outcome.
 *
 * A presynaptic spike stamped s reaches the synapse at s + dAx, a postsynaptic one at s + dDend; `shift` = dAx − dDend
 * turns presynaptic into postsynaptic stamps. Spikes that coincide at the synapse do not see each other.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { parseUnit } from "../core/units.js";
import { describePosition } from "./ast.js";
import { ExpressionChecker, type pureNumber, type Scope, type Typed } from "./check.js";
import { checkRuleShape } from "./declared-shape.js";
import { differentiate } from "./derivative.js";
import { elapsedName, PlasticEmitter, weightName } from "./emit-plasticity.js";
import { hoistInvariants } from "./hoist.js";
import { Graph, isInvariant, isValue, type Node, topologicalOrder } from "./ir.js";
import { lowerCalls } from "./lower.js";
import { parseExpression, parseStatements } from "./parse.js";
import type { PlasticityRule, TraceDeclaration } from "./plasticity-rule.js";
import { requireFreeName } from "./scope.js";

export interface PlasticProgram {
  /** Invariant values of the kernel; leaves are "param" nodes named "<rule index>.<parameter>" and "dt". */
  readonly slots: readonly Node[];
  readonly nPreTraces: number;
  readonly nPostTraces: number;
  readonly wat: string;
}

interface Trace {
  readonly leaf: Node;
  /** Factor over `elapsed` steps. */
  readonly decay: Node;
  /** Value after its own side's spike, from values just before it. */
  readonly jump: Node;
}

interface Parts {
  readonly pre: Trace[];
  readonly post: Trace[];
  /** Weight after a spike of that side, from weight and traces just before it. */
  readonly weightOnPre: Node;
  readonly weightOnPost: Node;
  /** What arrives, from the weight that the spike leaves and traces just before it; the weight itself where absent. */
  readonly arrival: Node | undefined;
}

/** @throws WbeError as for models: SYNTAX, DIMENSION, NAME_UNKNOWN, MODEL_INVALID at the offending term. */
export function compilePlasticity(rules: readonly PlasticityRule[], weightUnit: string): PlasticProgram {
  for (const rule of rules) checkRuleShape(rule);
  const g = new Graph();
  const w = g.leaf("state", weightName);
  const parts = rules.map((rule, k) => readRule(g, rule, `${k}.`, weightUnit));
  const pre = parts.flatMap((part) => part.pre);
  const post = parts.flatMap((part) => part.post);
  const chain = (pick: (part: Parts) => Node): Node =>
    parts.reduce((weight, part) => g.substitute(pick(part), new Map([[w, weight]])), w);
  const weightOnPre = chain((part) => part.weightOnPre);
  const shaping = parts.filter(({ arrival }) => arrival);
  if (shaping.length > 1) {
    throw new WbeError("MODEL_INVALID", `${shaping.length} rules say what arrives at the target of one projection`, {
      where: rules.map(({ id }) => `plasticity rule "${id}"`).join(", "),
      remedy: "Keep one of them, or write one rule that does both.",
    });
  }
  const shaped = shaping[0]?.arrival;
  const roots = [
    weightOnPre,
    chain((part) => part.weightOnPost),
    shaped ? g.substitute(shaped, new Map([[w, weightOnPre]])) : weightOnPre,
    ...pre.flatMap((trace) => [trace.decay, trace.jump]),
    ...post.flatMap((trace) => [trace.decay, trace.jump]),
  ];
  const hoisted = hoistInvariants(g, roots, new Set());
  const lowered = lowerCalls(g, hoisted.roots).roots;
  const pairs = (from: number, count: number): [Node, Node][] =>
    Array.from({ length: count }, (_, t) => [lowered[from + 2 * t]!, lowered[from + 2 * t + 1]!]);
  const wat = new PlasticEmitter({
    weightOnPre: lowered[0]!,
    weightOnPost: lowered[1]!,
    arrival: lowered[2]!,
    pre: pairs(3, pre.length),
    preNames: pre.map((trace) => trace.leaf.name),
    post: pairs(3 + 2 * pre.length, post.length),
    postNames: post.map((trace) => trace.leaf.name),
  }).emit();
  return { slots: hoisted.slots, nPreTraces: pre.length, nPostTraces: post.length, wat };
}

function readRule(g: Graph, rule: PlasticityRule, prefix: string, weightUnit: string): Parts {
  const label = `plasticity rule "${rule.id}"`;
  const unitOf = (text: string) => parseUnit(text.replace(/\bweight\b/, weightUnit), label);
  const values = new Map<string, Typed>();
  const define = (name: string, value: Typed, kind: string): void => {
    requireFreeName(name, kind, label);
    if (values.has(name) || name === weightName) {
      throw new WbeError("NAME_CLASH", `"${name}" is declared twice`, {
        where: label,
        remedy: "Give each its own name.",
      });
    }
    values.set(name, value);
  };
  for (const [name, [, unit]] of Object.entries(rule.params)) {
    define(name, { node: g.leaf("param", prefix + name), scale: unitOf(unit) }, "parameter");
  }
  const sides = { pre: rule.pre, post: rule.post } as const;
  for (const side of ["pre", "post"] as const) {
    for (const [name, [initial, unit]] of Object.entries(sides[side].states)) {
      if (initial !== 0) {
        throw new WbeError("MODEL_INVALID", `trace "${name}" must start at 0, found ${initial}`, {
          where: label,
          remedy: "A trace tells of spikes; before the first there is none.",
        });
      }
      define(name, { node: g.leaf("state", `${prefix}${name}`), scale: unitOf(unit) }, "trace");
    }
  }
  values.set(weightName, { node: g.leaf("state", weightName), scale: parseUnit(weightUnit) });
  const scope: Scope = { lookUp: (name) => values.get(name), names: () => values.keys() };

  const assignments = (text: string, what: "onPre" | "onPost", own: TraceDeclaration): Map<string, Node> => {
    const source = { label: `${what} of ${label}`, text };
    const checker = new ExpressionChecker(g, scope, source);
    const result = new Map<string, Node>();
    for (const { kind, name, value, at } of parseStatements(source)) {
      const where = describePosition(source, at);
      if (kind !== "assignment" || (name !== weightName && !Object.hasOwn(own.states, name))) {
        throw new WbeError("MODEL_INVALID", `${what} may assign w and its own traces, found "${name}"`, {
          where,
        });
      }
      if (result.has(name)) {
        throw new WbeError("NAME_CLASH", `${name} is assigned twice`, {
          where,
          remedy: "All values are read as they stand before the spike: write one assignment.",
        });
      }
      const target = values.get(name)!;
      result.set(name, checker.valueIn(value, target.scale!, name));
    }
    return result;
  };
  const onPre = assignments(rule.onPre, "onPre", rule.pre);
  const onPost = assignments(rule.onPost, "onPost", rule.post);
  const w = values.get(weightName)!.node;
  const readArrival = (text: string): Node => {
    const source = { label: `arrival of ${label}`, text };
    const scale = parseUnit(weightUnit);
    return new ExpressionChecker(g, scope, source).valueIn(parseExpression(source), scale, `arrival (${weightUnit})`);
  };
  return {
    pre: readTraces(g, rule.pre, values, onPre, scope, label),
    post: readTraces(g, rule.post, values, onPost, scope, label),
    weightOnPre: onPre.get(weightName) ?? w,
    weightOnPost: onPost.get(weightName) ?? w,
    arrival: rule.arrival === undefined ? undefined : readArrival(rule.arrival),
  };
}

function readTraces(
  g: Graph,
  declaration: TraceDeclaration,
  values: ReadonlyMap<string, Typed>,
  jumps: ReadonlyMap<string, Node>,
  scope: Scope,
  label: string,
): Trace[] {
  const source = { label: `traces of ${label}`, text: declaration.equations };
  const checker = new ExpressionChecker(g, scope, source);
  const slopes = new Map<string, Node>();
  for (const { kind, name, value } of parseStatements(source)) {
    const trace = values.get(name);
    if (kind !== "derivative" || !trace || !Object.hasOwn(declaration.states, name)) {
      throw new WbeError("MODEL_INVALID", `expected "dX/dt = …" of a trace, found "${name}"`, { where: label });
    }
    const ms = parseUnit("ms");
    const perTime = {
      dimensions: trace.scale!.dimensions.map(
        (d, i) => d - ms.dimensions[i]!,
      ) as unknown as typeof pureNumber.dimensions,
      exponent: trace.scale!.exponent - ms.exponent,
      factor: trace.scale!.factor,
    };
    const f = checker.valueIn(value, perTime, `d${name}/dt`);
    const slope = differentiate(g, f, trace.node);
    const rest = g.substitute(f, new Map([[trace.node, g.constant(0)]]));
    if (!slope || !isInvariant(slope) || !isValue(rest, 0)) {
      throw new WbeError("MODEL_INVALID", `trace "${name}" must decay linearly: d${name}/dt = -${name}/tau`, {
        where: label,
      });
    }
    slopes.set(name, slope);
  }
  const own = new Set(Object.keys(declaration.states).map((name) => values.get(name)!.node));
  return Object.keys(declaration.states).map((name) => {
    const leaf = values.get(name)!.node;
    const slope = slopes.get(name) ?? g.constant(0);
    const jump = jumps.get(name) ?? leaf;
    const foreign = topologicalOrder([jump]).find((node) => node.op === "state" && !own.has(node));
    if (foreign) {
      throw new WbeError("MODEL_INVALID", `the jump of trace "${name}" may read only traces of its own side`, {
        where: label,
      });
    }
    const z = g.mul(g.mul(slope, g.leaf("param", "dt")), g.leaf("input", elapsedName));
    return { leaf, decay: isValue(slope, 0) ? g.constant(1) : g.call("exp", [z]), jump };
  });
}
