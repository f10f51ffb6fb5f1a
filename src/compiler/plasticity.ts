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
import { emitPlasticity } from "./emit-plasticity.js";
import { hoistInvariants } from "./hoist.js";
import { Graph, isInvariant, isValue, type Node, topologicalOrder } from "./ir.js";
import { lowerCalls } from "./lower.js";
import { parseExpression, parseStatements } from "./parse.js";
import { elapsedName, intervalName, type SynapseNodes, type TraceNodes, weightName } from "./plastic-functions.js";
import type { PlasticityRule, TraceDeclaration } from "./plasticity-rule.js";
import { requireFreeName } from "./scope.js";

/** The time since the last event in `flow`. */
const intervalSymbol = "T";

export interface PlasticProgram {
  /** Invariant values of the kernel; leaves are "param" nodes named "<rule index>.<parameter>" and "dt". */
  readonly slots: readonly Node[];
  readonly nPreTraces: number;
  readonly nPostTraces: number;
  readonly nModulatorTraces: number;
  readonly nSynapseStates: number;
  /** Weights change between events. */
  readonly movesWeight: boolean;
  readonly wat: string;
  /** What parameters must fulfil; 0 where they do not. */
  readonly constraints: readonly { readonly text: string; readonly node: Node }[];
}

interface Parts {
  readonly pre: readonly TraceNodes[];
  readonly post: readonly TraceNodes[];
  readonly modulator: readonly TraceNodes[];
  readonly synapse: readonly SynapseNodes[];
  /** Weight after an event, from weight, variables and traces just before it. */
  readonly weight: Omit<SynapseNodes, "name">;
  /** What arrives, from the weight that the spike leaves and traces just before it; the weight itself where absent. */
  readonly arrival: Node | undefined;
  readonly constraints: PlasticProgram["constraints"];
}

const events = ["onPre", "onPost", "onModulator", "flow"] as const;
type EventName = (typeof events)[number];
const sideNames = ["pre", "post", "synapse", "modulator"] as const;
const emptySide: TraceDeclaration = { states: {}, equations: "" };

/**
 * @param hasOneDelay all synapses have the same delay: the kernel then reads none per synapse.
 * @throws WbeError as for models: SYNTAX, DIMENSION, NAME_UNKNOWN, MODEL_INVALID at the offending term.
 */
export function compilePlasticity(
  rules: readonly PlasticityRule[],
  weightUnit: string,
  hasOneDelay = false,
): PlasticProgram {
  for (const rule of rules) checkRuleShape(rule);
  const g = new Graph();
  const w = g.leaf("state", weightName);
  const parts = rules.map((rule, k) => readRule(g, rule, `${k}.`, weightUnit));
  const where = rules.map(({ id }) => `plasticity rule "${id}"`).join(", ");
  const onlyOne = (count: number, what: string): void => {
    if (count <= 1) return;
    throw new WbeError("MODEL_INVALID", `${count} rules ${what} of one projection`, {
      where,
      remedy: "Keep one of them, or write one rule that does both.",
    });
  };
  const shaping = parts.filter(({ arrival }) => arrival);
  onlyOne(shaping.length, "say what arrives at the target");
  onlyOne(parts.filter(({ weight }) => weight.flow !== w).length, "move the weights between events");
  const chain = (event: EventName): Node =>
    parts.reduce((weight, part) => g.substitute(part.weight[event], new Map([[w, weight]])), w);
  const weight = {
    onPre: chain("onPre"),
    onPost: chain("onPost"),
    onModulator: chain("onModulator"),
    flow: chain("flow"),
  };
  const shaped = shaping[0]?.arrival;
  const arrival = shaped ? g.substitute(shaped, new Map([[w, weight.onPre]])) : weight.onPre;
  const traces = (["pre", "post", "modulator"] as const).map((side) => parts.flatMap((part) => part[side]));
  const synapse = parts.flatMap((part) => part.synapse);
  const roots = [
    ...events.map((event) => weight[event]),
    arrival,
    ...traces.flat().flatMap(({ decay, jump }) => [decay, jump]),
    ...synapse.flatMap((state) => events.map((event) => state[event])),
  ];
  const hoisted = hoistInvariants(g, roots, new Set());
  const lowered = lowerCalls(g, hoisted.roots).roots.values();
  const next = (): Node => lowered.next().value!;
  const nextEvents = () => ({ onPre: next(), onPost: next(), onModulator: next(), flow: next() });
  const loweredWeight = nextEvents();
  const loweredArrival = next();
  const [pre, post, modulator] = traces.map((side) => side.map(({ name }) => ({ name, decay: next(), jump: next() })));
  const wat = emitPlasticity({
    weight: loweredWeight,
    arrival: loweredArrival,
    pre: pre!,
    post: post!,
    modulator: modulator!,
    synapse: synapse.map(({ name }) => ({ name, ...nextEvents() })),
    hasOneDelay,
  });
  return {
    slots: hoisted.slots,
    nPreTraces: pre!.length,
    nPostTraces: post!.length,
    nModulatorTraces: modulator!.length,
    nSynapseStates: synapse.length,
    movesWeight: weight.flow !== w,
    constraints: parts.flatMap(({ constraints }) => constraints),
    wat,
  };
}

function readRule(g: Graph, rule: PlasticityRule, prefix: string, weightUnit: string): Parts {
  const label = `plasticity rule "${rule.id}"`;
  const unitOf = (text: string) => parseUnit(text.replace(/\bweight\b/, weightUnit), label);
  const values = new Map<string, Typed>();
  const define = (name: string, value: Typed, kind: string): void => {
    requireFreeName(name, kind, label);
    if (values.has(name) || name === weightName || name === intervalSymbol) {
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
  const sides = Object.fromEntries(sideNames.map((side) => [side, rule[side] ?? emptySide])) as Record<
    (typeof sideNames)[number],
    TraceDeclaration
  >;
  for (const side of sideNames) {
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
  const elapsedTime = g.mul(g.leaf("input", intervalName), g.leaf("param", "dt"));

  const assignments = (what: EventName, own: TraceDeclaration): Map<string, Node> => {
    const source = { label: `${what} of ${label}`, text: rule[what] ?? "" };
    const local = new Map<string, Typed>();
    if (what === "flow") local.set(intervalSymbol, { node: elapsedTime, scale: parseUnit("ms") });
    const checker = new ExpressionChecker(
      g,
      {
        lookUp: (name) => local.get(name) ?? scope.lookUp(name, 0),
        names: () => [...local.keys(), ...values.keys()],
      },
      source,
    );
    const result = new Map<string, Node>();
    for (const { kind, name, value, at } of parseStatements(source)) {
      const where = describePosition(source, at);
      const isOwn = name === weightName || [own, sides.synapse].some(({ states }) => Object.hasOwn(states, name));
      if (kind !== "assignment" || (!isOwn && (values.has(name) || name === intervalSymbol))) {
        throw new WbeError("MODEL_INVALID", `${what} may assign w and its own traces, found "${name}"`, {
          where,
        });
      }
      if (result.has(name) || local.has(name)) {
        throw new WbeError("NAME_CLASH", `${name} is assigned twice`, {
          where,
          remedy: "All values are read as they stand before the spike: write one assignment.",
        });
      }
      if (isOwn) result.set(name, checker.valueIn(value, values.get(name)!.scale!, name));
      else {
        requireFreeName(name, "intermediate value", where);
        local.set(name, checker.value(value));
      }
    }
    return result;
  };
  const jumps = {
    onPre: assignments("onPre", sides.pre),
    onPost: assignments("onPost", sides.post),
    onModulator: assignments("onModulator", sides.modulator),
    flow: assignments("flow", emptySide),
  };
  const w = values.get(weightName)!.node;
  const after = (name: string, leaf: Node) => ({
    onPre: jumps.onPre.get(name) ?? leaf,
    onPost: jumps.onPost.get(name) ?? leaf,
    onModulator: jumps.onModulator.get(name) ?? leaf,
    flow: jumps.flow.get(name) ?? leaf,
  });
  const readArrival = (text: string): Node => {
    const source = { label: `arrival of ${label}`, text };
    const scale = parseUnit(weightUnit);
    return new ExpressionChecker(g, scope, source).valueIn(parseExpression(source), scale, `arrival (${weightUnit})`);
  };
  const readConstraint = (text: string) => {
    const source = { label: `constraint of ${label}`, text };
    const node = new ExpressionChecker(g, scope, source).condition(parseExpression(source));
    const varying = topologicalOrder([node]).find(({ op }) => op === "state" || op === "input");
    if (varying) throw new WbeError("MODEL_INVALID", "a constraint may use parameters only", { where: label });
    return { text, node };
  };
  const decays = readDecays(g, sides.synapse, values, scope, label);
  const interval = g.leaf("input", intervalName);
  return {
    pre: readTraces(g, sides.pre, values, jumps.onPre, scope, label),
    post: readTraces(g, sides.post, values, jumps.onPost, scope, label),
    modulator: readTraces(g, sides.modulator, values, jumps.onModulator, scope, label),
    synapse: Object.keys(sides.synapse.states).map((name) => {
      const leaf = values.get(name)!.node;
      const events = after(name, leaf);
      const slope = decays.get(name);
      if (!slope) return { name: leaf.name, ...events };
      if (jumps.flow.has(name)) {
        throw new WbeError("MODEL_INVALID", `"${name}" has both an equation and a flow`, {
          where: label,
          remedy: "Keep one of them.",
        });
      }
      return { name: leaf.name, ...events, flow: g.mul(leaf, decayOver(g, slope, interval)) };
    }),
    weight: after(weightName, w),
    arrival: rule.arrival === undefined ? undefined : readArrival(rule.arrival),
    constraints: (rule.constraints ?? []).map((text) => readConstraint(text)),
  };
}

function decayOver(g: Graph, slope: Node, steps: Node): Node {
  return isValue(slope, 0) ? g.constant(1) : g.call("exp", [g.mul(g.mul(slope, g.leaf("param", "dt")), steps)]);
}

/** d ln x/dt of each variable that decays. */
function readDecays(
  g: Graph,
  declaration: TraceDeclaration,
  values: ReadonlyMap<string, Typed>,
  scope: Scope,
  label: string,
): Map<string, Node> {
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
  return slopes;
}

function readTraces(
  g: Graph,
  declaration: TraceDeclaration,
  values: ReadonlyMap<string, Typed>,
  jumps: ReadonlyMap<string, Node>,
  scope: Scope,
  label: string,
): TraceNodes[] {
  const slopes = readDecays(g, declaration, values, scope, label);
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
    return { name: leaf.name, decay: decayOver(g, slope, g.leaf("input", elapsedName)), jump };
  });
}
