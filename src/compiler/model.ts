/**
 * Declaration (neuron plus the synapse ports it receives) → checked model: every name resolved, every term's
 * dimension checked, all values as nodes of one graph.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { parseUnit, type Unit } from "../core/units.js";
import type { NeuronDeclaration } from "../neuron-models/declaration.js";
import type { SynapseDeclaration } from "../synapse-models/declaration.js";
import type { Scale, Scope } from "./check.js";
import { checkNeuronShape, checkSynapseShape, isModelName, modelNameRule } from "./declared-shape.js";
import { differentiate } from "./derivative.js";
import { Graph, type Node, topologicalOrder } from "./ir.js";
import { noiseSymbols } from "./noise.js";
import { type Assignment, type ModelParameter, type ModelState, Part } from "./part.js";

export interface CheckedModel {
  readonly id: string;
  readonly graph: Graph;
  readonly declaration: NeuronDeclaration;
  readonly params: readonly ModelParameter[];
  readonly states: readonly ModelState[];
  /** Noise symbols in the order of their draws: "xi", "xi_V", "port.xi". Each is independent of the others. */
  readonly noises: readonly string[];
  /** Currents that stimuli can inject, each a column of the kernel. */
  readonly inputs: readonly { readonly name: string; readonly unit: Unit; readonly leaf: Node }[];
  /** Where spikes arrive; leaf = sum of the weights that arrive in a step. */
  readonly ports: readonly { readonly name: string; readonly weightUnit: Unit; readonly leaf: Node }[];
  /** What equations name beside states, and the whole input current: for recorders. Values in `scale`. */
  readonly variables: readonly { readonly name: string; readonly node: Node; readonly scale: Scale }[];
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
  /**
   * On a detailed cell: the state that holds the potential where the synapse is, its `V`. Its current goes to the solver of the
   * cable instead of the neuron's equations: as two more states, `current` (pA, into the cell) and `slope` (dI/dV, nS), of the
   * moment after the arrivals.
   */
  readonly site?: string | undefined;
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

/** Work of some passes grows with the square of the number of states. */
const mostStates = 300;

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
  const neuron = new Part(g, `model "${declaration.id}"`, "", undefined, declaration.functions);
  neuron.readParams(declaration.params);
  neuron.readStates(declaration.states);

  const parts: Part[] = [];
  const portList: CheckedModel["ports"][number][] = [];
  const arrivals: Assignment[] = [];
  const currentUnitText = inputUnits[currentInput];
  let synapticCurrent: Node = g.constant(0);
  const siteStates: ModelState[] = [];
  for (const { name, synapse, site } of ports) {
    const outer: Scope =
      site === undefined
        ? neuron.scope
        : { lookUp: (n, at) => neuron.scope.lookUp(n === "V" ? site : n, at), names: () => neuron.scope.names() };
    const unitOfInput = currentUnitText ?? "pA";
    const part = new Part(g, `synapse "${synapse.id}"`, `${name}.`, unitOfInput, synapse.functions, outer);
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
      const others = neuron.stateUnits.get(n);
      if (others && site !== undefined) throw jumpOnCable(synapse.id, n);
      return others && { name: n, unit: others.unit };
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
      const current = checker.valueIn(
        tree,
        unit,
        `the current into ${declaration.id}.${currentInput} (${currentUnitText})`,
      );
      if (site === undefined) synapticCurrent = g.add(synapticCurrent, current);
      else {
        const values = { current, slope: slopeAt(g, current, neuron.stateUnits.get(site)!.leaf, synapse.id) };
        for (const [what, value] of Object.entries(values)) {
          siteStates.push(heldState(g, `${name}.${what}`, parseUnit(what === "slope" ? "nS" : "pA")));
          arrivals.push({ state: `${name}.${what}`, value });
        }
      }
    }
    parts.push(part);
  }

  const inputs: CheckedModel["inputs"][number][] = [];
  const inputVariables: CheckedModel["variables"][number][] = [];
  for (const [name, unitText] of Object.entries(inputUnits)) {
    const unit = parseUnit(unitText, `input ${name} of model "${declaration.id}"`);
    const leaf = g.leaf("input", name);
    if (name !== "Isyn") inputs.push({ name, unit, leaf });
    const own = name === "Isyn" ? g.constant(0) : leaf;
    const node = name === currentInput ? g.add(own, synapticCurrent) : own;
    neuron.scope.define(name, "input", { node, scale: unit });
    if (isOfAMoment(node)) inputVariables.push({ name, node, scale: unit });
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
  const states = [...neuron.states(), ...parts.flatMap((part) => part.states()), ...siteStates];
  if (states.length > mostStates) {
    throw new WbeError("LIMIT", `expected at most ${mostStates} states, found ${states.length}`, {
      where: neuron.label,
      remedy: "Synapses of equal model and parameters share one port.",
    });
  }
  const model: CheckedModel = {
    id: declaration.id,
    graph: g,
    declaration,
    params: [...neuron.params, ...parts.flatMap((part) => part.params)],
    states,
    noises: noiseSymbols(states),
    inputs,
    ports: portList,
    variables: [
      ...inputVariables,
      ...[...neuron.variables, ...parts.flatMap((part) => part.variables)].filter(({ node }) => isOfAMoment(node)),
    ],
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
  refuseStrayNoise(model);
  return model;
}

/** A state that only arrivals change, 0 at the start. */
function heldState(g: Graph, name: string, unit: Unit): ModelState {
  const zero = g.constant(0);
  return { name, unit, leaf: g.leaf("state", name), derivative: zero, noise: new Map(), initial: zero, range: {} };
}

function slopeAt(g: Graph, current: Node, V: Node, synapse: string): Node {
  const slope = differentiate(g, current, V);
  if (slope) return slope;
  throw new WbeError("MODEL_INVALID", "the current has no derivative by V that the compiler knows", {
    where: `synapse "${synapse}"`,
    remedy: "Write it with exp, tanh, products and quotients.",
  });
}

function jumpOnCable(synapse: string, state: string): WbeError {
  return new WbeError("UNSUPPORTED", `expected a synapse with a current, found one that changes ${state} at once`, {
    where: `synapse "${synapse}" on a detailed cell`,
    remedy: "Use a current or conductance that decays, such as ExpCurrent.",
  });
}

/** Noise is a rate, and what arrives through an electrical synapse is gone after its step. */
function isOfAMoment(node: Node): boolean {
  return topologicalOrder([node]).every(({ op, name }) => op !== "noise" && !(op === "input" && name.startsWith("@")));
}

/** Noise is a rate: it has no value at a moment. */
function refuseStrayNoise(model: CheckedModel): void {
  const places: [string, readonly Node[]][] = [
    ["the spike condition", [model.spike]],
    ["the reset", model.reset.map(({ value }) => value)],
    ["onSpike", model.arrivals.map(({ value }) => value)],
    ["an initial value", model.states.map(({ initial }) => initial)],
  ];
  for (const [place, roots] of places) {
    const symbol = topologicalOrder(roots).find((node) => node.op === "noise");
    if (!symbol) continue;
    throw new WbeError("MODEL_INVALID", `${place} uses the noise ${symbol.name}`, {
      where: `model "${model.id}"`,
      remedy: "Noise may stand only in the right-hand side of dX/dt.",
    });
  }
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
  const varying = topologicalOrder([node]).find(({ op }) => op === "state" || op === "input" || op === "noise");
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
