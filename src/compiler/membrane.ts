/**
 * A set of channels → one membrane program: gates advanced exactly with the potential held (cnexp), then the current
 * through the membrane and its slope dI/dV, which is derived symbolically.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { parseUnit } from "../core/units.js";
import type { ChannelDeclaration, IonName } from "../neuron-models/channels/declaration.js";
import type { Scope, Typed } from "./check.js";
import { checkChannelShape } from "./declared-shape.js";
import { differentiate } from "./derivative.js";
import { hoistInvariants } from "./hoist.js";
import { relax, requireLinear } from "./integrators/exponential-euler.js";
import { dependsOn, Graph, type Node, topologicalOrder } from "./ir.js";
import { withinStack } from "./model.js";
import { type ModelParameter, type ModelState, Part } from "./part.js";
import { limitingForms } from "./rewrite.js";
import { isProvablyNegative, type Ranges } from "./sign.js";

export interface MembraneProgram {
  readonly graph: Graph;
  /** "NaTs.gbar" for a channel's own; "celsius", "ena", "ek", "eca", "cai" where they are needed and nothing gives them. */
  readonly params: readonly ModelParameter[];
  /** State columns in order: "NaTs.m", …; "ica" last where a pool needs the calcium current of the step before. */
  readonly stateNames: readonly string[];
  /** Initial values, of V, parameters and other states. */
  readonly initial: readonly Node[];
  /** After a step: new states, then current (µA/cm²) and slope (mS/cm²). Leaves: state, input V, slot, column. */
  readonly advance: readonly Node[];
  /** Before the first step: states as they are (with `ica`), current and slope. */
  readonly start: readonly Node[];
  readonly slots: readonly Node[];
  readonly columns: readonly Node[];
  /** advance and start before anything was hoisted, of parameters themselves: for checking. */
  readonly plain: { readonly advance: readonly Node[]; readonly start: readonly Node[] };
}

const mV = parseUnit("mV");
const density = parseUnit("uA/cm2");
const mM = parseUnit("mM");
const celsius = parseUnit("degC");
const ions: readonly IonName[] = ["na", "k", "ca"];

/** Gas constant over Faraday's, mV/K: CODATA 2018. */
const gasPerFaraday = (8.314462618 / 96485.33212) * 1000;
const absoluteZero = 273.15;

/**
 * Builds the program of a set of channels.
 *
 * @param perCompartment names of parameters that differ between compartments.
 * @throws WbeError of the equations, at the offending term; NAME_CLASH for one id twice; MODEL_INVALID for a gate that is
 *   not linear in itself, a current that cannot be derived by V, two pools, or an unknown ion.
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
  private readonly shared = new Map<string, ModelParameter>();
  private readonly parts: { readonly channel: ChannelDeclaration; readonly part: Part }[] = [];
  private readonly pool: ChannelDeclaration | undefined;
  private readonly ica = this.g.leaf("state", "ica");

  constructor(private readonly channels: readonly ChannelDeclaration[]) {
    const pools = channels.filter((channel) => channel.isPool);
    if (pools.length > 1) {
      throw new WbeError(
        "MODEL_INVALID",
        `expected at most one pool of calcium, found ${pools.map((p) => p.id).join(", ")}`,
        {
          remedy: "Keep one of them in each region.",
        },
      );
    }
    this.pool = pools[0];
    if (this.pool && !(Object.hasOwn(this.pool.states, "cai") && Object.hasOwn(this.pool.params, "cao"))) {
      throw new WbeError("MODEL_INVALID", 'expected a pool to have the state "cai" and the parameter "cao"', {
        where: `channel "${this.pool.id}"`,
      });
    }
    const seen = new Set<string>();
    for (const channel of channels) {
      if (seen.has(channel.id)) throw new WbeError("NAME_CLASH", `the channel "${channel.id}" is there twice`);
      seen.add(channel.id);
      if (channel.ion !== undefined && !ions.includes(channel.ion)) {
        throw new WbeError("MODEL_INVALID", `expected the ion na, k or ca, found "${String(channel.ion)}"`, {
          where: `channel "${channel.id}"`,
        });
      }
    }
  }

  build(perCompartment: ReadonlySet<string>): MembraneProgram {
    const { g } = this;
    for (const channel of this.channels) {
      const part = new Part(
        g,
        `channel "${channel.id}"`,
        `${channel.id}.`,
        undefined,
        channel.functions,
        this.scope(channel),
      );
      part.readParams(channel.params);
      part.readStates(channel.states);
      part.readEquations(channel.equations);
      this.parts.push({ channel, part });
    }
    const currents = this.parts.map(({ channel, part }) => this.current(channel, part));
    const states = this.parts.flatMap(({ part }) => part.states());
    const params = [...this.parts.flatMap(({ part }) => part.params), ...this.shared.values()];
    const total = currents.reduce((sum, current) => g.add(sum, current), g.constant(0));
    const slope = differentiate(g, total, this.V);
    if (!slope) {
      throw new WbeError("MODEL_INVALID", "the current has no derivative by V that the compiler knows", {
        where: this.channels.map((channel) => channel.id).join(", "),
        remedy: "Write it with exp, tanh, products and quotients.",
      });
    }
    const keepsCurrent = this.pool !== undefined;
    const calcium = currents.reduce(
      (sum, current, k) => (this.channels[k]!.ion === "ca" ? g.add(sum, current) : sum),
      g.constant(0),
    );
    const next = this.advanceStates(states, params);
    const after = new Map(states.map((state, i) => [state.leaf, next[i]!]));
    const moved = g.transform([...(keepsCurrent ? [calcium] : []), total, slope], (node) => after.get(node));
    const plain = {
      advance: [...next, ...moved],
      start: [...states.map((state) => state.leaf), ...(keepsCurrent ? [calcium] : []), total, slope],
    };
    const hoisted = hoistInvariants(g, [...plain.advance, ...plain.start], perCompartment);
    return {
      graph: g,
      params: params.filter(({ leaf }) =>
        isUsed(leaf, [...plain.advance, ...plain.start, ...states.map((s) => s.initial)]),
      ),
      stateNames: [...states.map((state) => state.name), ...(keepsCurrent ? ["ica"] : [])],
      initial: [...states.map((state) => state.initial), ...(keepsCurrent ? [g.constant(0)] : [])],
      advance: hoisted.roots.slice(0, plain.advance.length),
      start: hoisted.roots.slice(plain.advance.length),
      slots: hoisted.slots,
      columns: hoisted.columns,
      plain,
    };
  }

  private current({ current }: ChannelDeclaration, part: Part): Node {
    if (current === undefined) return this.g.constant(0);
    const { tree, checker } = part.expression(current, "current");
    return limitingForms(this.g, checker.valueIn(tree, density, "the current (uA/cm2)"));
  }

  /** Each state over dt with V and all others held; a pool first, so that the others see its new calcium, as in NEURON. */
  private advanceStates(states: readonly ModelState[], params: readonly ModelParameter[]): Node[] {
    const { g } = this;
    const ranges = new Map([...params, ...states].map(({ name, range }) => [name, range]));
    const calcium = states.find(({ name }) => this.pool && name === `${this.pool.id}.cai`);
    const advanced = calcium && this.advanceState(calcium.name, calcium.leaf, calcium.derivative, ranges);
    const seen = new Map(calcium && advanced ? [[calcium.leaf, advanced]] : []);
    return states.map((state) => {
      if (state === calcium) return advanced!;
      return this.advanceState(state.name, state.leaf, g.substitute(state.derivative, seen), ranges);
    });
  }

  private advanceState(name: string, leaf: Node, f: Node, ranges: Ranges): Node {
    const { g } = this;
    const dt = g.leaf("param", "dt");
    if (f.op === "const" && f.value === 0) return leaf;
    const relaxed = relaxation(f, leaf);
    // (y∞ − y)/τ, the usual form of gates: no division by a rate that was itself divided.
    if (relaxed) {
      const { steady, tau } = relaxed;
      const exponent = g.neg(g.div(dt, tau));
      const fade = isProvablyNegative(exponent, ranges) ? "decay" : "exp";
      return g.add(steady, g.mul(g.sub(leaf, steady), g.call(fade, [exponent])));
    }
    const slope = requireLinear(
      g,
      f,
      leaf,
      name,
      "a channel",
      "Only gates that are linear in themselves can be advanced.",
    );
    if (slope.op === "const" && slope.value === 0) return g.add(leaf, g.mul(dt, f));
    const offset = g.substitute(f, new Map([[leaf, g.constant(0)]]));
    return relax(g, leaf, { slope, offset, value: f }, dt, isProvablyNegative(slope, ranges));
  }

  /** What the equations may use besides the channel's own names. */
  private scope(channel: ChannelDeclaration): Scope {
    const { g } = this;
    const names = ["V", "celsius", "ena", "ek", "eca", "cai", ...(channel.isPool ? ["ica"] : [])];
    return {
      lookUp: (name): Typed | undefined => {
        switch (name) {
          case "V":
            return { node: this.V, scale: mV };
          case "celsius":
            return { node: this.parameter(name, celsius), scale: celsius };
          case "ena":
          case "ek":
            return { node: this.parameter(name, mV), scale: mV };
          case "eca":
            return { node: this.pool ? this.nernst(this.pool) : this.parameter(name, mV), scale: mV };
          case "cai":
            return { node: this.pool ? g.leaf("state", `${this.pool.id}.cai`) : this.parameter(name, mM), scale: mM };
          case "ica":
            return channel.isPool ? { node: this.ica, scale: density } : undefined;
          default:
            return undefined;
        }
      },
      names: () => names,
    };
  }

  /** A value that is not the channel's: NaN as default, since only the cell can give it. */
  private parameter(name: string, unit: ModelParameter["unit"]): Node {
    const leaf = this.g.leaf("param", name);
    this.shared.set(name, { name, unit, default: Number.NaN, range: {}, leaf });
    return leaf;
  }

  /** RT/2F·ln(cao/cai), mV. */
  private nernst(pool: ChannelDeclaration): Node {
    const { g } = this;
    const kelvin = g.add(this.parameter("celsius", celsius), g.constant(absoluteZero));
    const inside = g.leaf("state", `${pool.id}.cai`);
    const ratio = g.div(g.leaf("param", `${pool.id}.cao`), inside);
    return g.mul(g.mul(kelvin, g.constant(gasPerFaraday / 2)), g.call("log", [ratio]));
  }
}

/** steady and τ of f = (steady − y)/τ with both free of y. */
function relaxation(f: Node, y: Node): { steady: Node; tau: Node } | undefined {
  if (f.op !== "div") return undefined;
  const [numerator, tau] = f.args as [Node, Node];
  if (numerator.op !== "sub" || numerator.args[1] !== y) return undefined;
  const steady = numerator.args[0]!;
  const own = new Set([y]);
  return dependsOn(steady, own) || dependsOn(tau, own) ? undefined : { steady, tau };
}

function isUsed(leaf: Node, roots: readonly Node[]): boolean {
  return topologicalOrder(roots).includes(leaf);
}
