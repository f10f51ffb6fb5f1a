/**
 * A set of channels → one membrane program: states advanced with the potential held (channel-step.ts), then the current
 * through the membrane and its slope dI/dV, which is derived symbolically.
 *
 * @module
 */
import type { StateDeclaration } from "../core/declaration.js";
import { WbeError } from "../core/errors.js";
import { parseUnit } from "../core/units.js";
import type { ChannelDeclaration, IonName } from "../neuron-models/channels/declaration.js";
import { advanceChannel, steadyStates } from "./channel-step.js";
import { checkChannelShape } from "./declared-shape.js";
import { differentiate } from "./derivative.js";
import { hoistInvariants } from "./hoist.js";
import { Graph, type Node, topologicalOrder } from "./ir.js";
import { ionNames, SharedNames } from "./membrane-ions.js";
import { withinStack } from "./model.js";
import { type ModelParameter, type ModelState, Part } from "./part.js";
import { limitingForms } from "./rewrite.js";

export interface MembraneProgram {
  readonly graph: Graph;
  /** "NaTs.gbar" for a channel's own; "celsius", "diam", "ena", "cai", "nao", … where they are needed and nothing gives them. */
  readonly params: readonly ModelParameter[];
  /** State columns in order: "NaTs.m", …; "ina", "ik", "ica" last where a pool needs the current of the step before. */
  readonly stateNames: readonly string[];
  /** Initial values, of V, parameters and other states. */
  readonly initial: readonly Node[];
  /** After a step: new states, then current (µA/cm²) and slope (mS/cm²). Leaves: state, input V, slot, column. */
  readonly advance: readonly Node[];
  /** Before the first step: states as they are (with the pools' currents), current and slope. */
  readonly start: readonly Node[];
  readonly slots: readonly Node[];
  readonly columns: readonly Node[];
  /** advance and start before anything was hoisted, of parameters themselves: for checking. */
  readonly plain: { readonly advance: readonly Node[]; readonly start: readonly Node[] };
}

const density = parseUnit("uA/cm2");

/**
 * Builds the program of a set of channels.
 *
 * @param perCompartment names of parameters that differ between compartments.
 * @throws WbeError of the equations, at the offending term; NAME_CLASH for one id twice; MODEL_INVALID for a gate that is
 *   not linear in itself, a current that cannot be derived by V, two pools of an ion, or an unknown ion.
 */
export function buildMembrane(
  channels: readonly ChannelDeclaration[],
  perCompartment: ReadonlySet<string> = new Set(),
): MembraneProgram {
  for (const channel of channels) checkChannelShape(channel);
  const id = channels.map((channel) => channel.id).join(", ");
  return withinStack(id, () => new MembraneBuilder(channels).build(perCompartment));
}

class MembraneBuilder {
  private readonly g = new Graph();
  private readonly V = this.g.leaf("input", "V");
  private readonly shared: SharedNames;

  constructor(private readonly channels: readonly ChannelDeclaration[]) {
    const seen = new Set<string>();
    for (const { id } of channels) {
      if (seen.has(id)) throw new WbeError("NAME_CLASH", `the channel "${id}" is there twice`);
      seen.add(id);
    }
    this.shared = new SharedNames(this.g, this.V, channels);
  }

  build(perCompartment: ReadonlySet<string>): MembraneProgram {
    const { g, channels } = this;
    const parts = channels.map((channel) => {
      const { id, functions } = channel;
      const part = new Part(g, `channel "${id}"`, `${id}.`, undefined, functions, this.shared.scope(channel));
      part.readParams(channel.params);
      part.readStates(channel.sum === undefined ? channel.states : withoutSteady(channel.states));
      part.readEquations(channel.equations);
      return part;
    });
    const currents = channels.map((channel, k) => this.currents(channel, parts[k]!));
    const groups = channels.map((channel, k) => this.states(channel, parts[k]!));
    const states = groups.flat();
    const params = [...parts.flatMap((part) => part.params), ...this.shared.params.values()];
    const zero = g.constant(0);
    const sumOf = (list: readonly Current[]): Node => list.reduce((sum, { node }) => g.add(sum, node), zero);
    const total = currents.reduce((sum, own) => g.add(sum, sumOf(own)), zero);
    const slope = differentiate(g, total, this.V);
    if (!slope) {
      throw new WbeError("MODEL_INVALID", "the current has no derivative by V that the compiler knows", {
        where: channels.map((channel) => channel.id).join(", "),
        remedy: "Write it with exp, tanh, products and quotients.",
      });
    }
    // A pool sees the current at the end of the step before.
    const pooled = this.shared.pooled();
    const kept = pooled.map((ion) => sumOf(currents.flat().filter((current) => current.ion === ion)));
    const next = this.advanceStates(groups, params);
    const after = new Map(states.map((state, i) => [state.leaf, next[i]!]));
    const moved = g.transform([...kept, total, slope], (node) => after.get(node));
    const plain = {
      advance: [...next, ...moved],
      start: [...states.map((state) => state.leaf), ...kept, total, slope],
    };
    const hoisted = hoistInvariants(g, [...plain.advance, ...plain.start], perCompartment);
    const used = new Set(topologicalOrder([...plain.advance, ...plain.start, ...states.map((s) => s.initial)]));
    return {
      graph: g,
      params: params.filter(({ leaf }) => used.has(leaf)),
      stateNames: [...states.map((state) => state.name), ...pooled.map((ion) => `i${ion}`)],
      initial: [...states.map((state) => state.initial), ...pooled.map(() => zero)],
      advance: hoisted.roots.slice(0, plain.advance.length),
      start: hoisted.roots.slice(plain.advance.length),
      slots: hoisted.slots,
      columns: hoisted.columns,
      plain,
    };
  }

  /** The channel's currents, each with the ion that carries it. */
  private currents({ current, ion, currents = {} }: ChannelDeclaration, part: Part): Current[] {
    const read = (text: string, carrier: IonName | undefined): Current => {
      const { tree, checker } = part.expression(text, "current");
      const node = limitingForms(this.g, checker.valueIn(tree, density, "the current (uA/cm2)"));
      return { node, ion: carrier };
    };
    const own = current === undefined ? [] : [read(current, ion)];
    return [...own, ...ionNames.flatMap((name) => (currents[name] === undefined ? [] : [read(currents[name], name)]))];
  }

  private states({ id, states: declared, sum }: ChannelDeclaration, part: Part): ModelState[] {
    const states = part.states();
    if (sum === undefined) return states;
    const steady = steadyStates(this.g, id, states, sum);
    return states.map((state, i) => ({
      ...state,
      initial: declared[state.name.slice(id.length + 1)]![0] === "steady" ? steady[i]! : state.initial,
    }));
  }

  /** Each channel's states over dt with V held; pools first, so that the others see the new concentrations, as in NEURON. */
  private advanceStates(groups: readonly (readonly ModelState[])[], params: readonly ModelParameter[]): Node[] {
    const { g, channels } = this;
    const ranges = new Map([...params, ...groups.flat()].map(({ name, range }) => [name, range]));
    const seen = new Map<Node, Node>();
    const advance = (k: number): Node[] => {
      const held = groups[k]!.map((state) => ({ ...state, derivative: g.substitute(state.derivative, seen) }));
      return advanceChannel(g, channels[k]!, held, ranges);
    };
    const pools = channels.map((channel, k) => (channel.isPool ? advance(k) : undefined));
    pools.forEach((next, k) => next?.forEach((value, i) => seen.set(groups[k]![i]!.leaf, value)));
    return channels.flatMap((_, k) => pools[k] ?? advance(k));
  }
}

/** "steady" is no expression: the steady state is put in afterwards. */
function withoutSteady(states: ChannelDeclaration["states"]): ChannelDeclaration["states"] {
  const plain = ([initial, ...rest]: StateDeclaration) =>
    [initial === "steady" ? 0 : initial, ...rest] as StateDeclaration;
  return Object.fromEntries(Object.entries(states).map(([name, state]) => [name, plain(state)]));
}

interface Current {
  readonly node: Node;
  readonly ion: IonName | undefined;
}
