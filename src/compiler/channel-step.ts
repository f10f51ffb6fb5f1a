/**
 * The states of channels over one time step, with the potential held: gates one by one, exactly, or all states of a
 * channel together by implicit Euler.
 *
 * @module
 */

import { WbeError } from "../core/errors.js";
import type { ChannelDeclaration } from "../neuron-models/channels/declaration.js";
import { differentiate, jumpsWith } from "./derivative.js";
import { relax, requireLinear } from "./integrators/exponential-euler.js";
import { dependsOn, type Graph, type Node } from "./ir.js";
import { solveLinear } from "./linear-solve.js";
import type { ModelState } from "./part.js";
import { isProvablyNegative, type Ranges } from "./sign.js";

/** Newton steps of an implicit step that is not linear: each about doubles the number of right digits. */
const newtonSteps = 4;

/** New values of a channel's states over `dt`, the others (and V) held. */
export function advanceChannel(
  g: Graph,
  channel: ChannelDeclaration,
  states: readonly ModelState[],
  ranges: Ranges,
): Node[] {
  if (channel.method === "implicit") return advanceImplicitly(g, channel.id, states);
  return states.map(({ name, leaf, derivative }) => advanceGate(g, name, leaf, derivative, ranges));
}

/** y − dt·f(y) = y₀ by Newton's method from y₀: one step where f is linear. @throws WbeError MODEL_INVALID. */
function advanceImplicitly(g: Graph, id: string, states: readonly ModelState[]): Node[] {
  const dt = g.leaf("param", "dt");
  const start = states.map(({ leaf }) => leaf);
  const f = states.map(({ derivative }) => derivative);
  const slopes = jacobian(g, id, states);
  const own = new Set(start);
  const isLinear = slopes.every((row) => row.every((slope) => !dependsOn(slope, own)));
  let y: Node[] = start;
  for (let k = 0; k < (isLinear ? 1 : newtonSteps); k++) {
    const at = new Map(start.map((leaf, i) => [leaf, y[i]!]));
    const here = g.transform([...f, ...slopes.flat()], (node) => at.get(node));
    const n = states.length;
    const matrix = states.map((_, i) =>
      states.map((_, j) => g.sub(g.constant(i === j ? 1 : 0), g.mul(dt, here[n + i * n + j]!))),
    );
    const missing = states.map((_, i) => g.add(g.sub(start[i]!, y[i]!), g.mul(dt, here[i]!)));
    const move = solveLinear(g, matrix, k === 0 ? here.slice(0, n).map((value) => g.mul(dt, value)) : missing);
    y = y.map((value, i) => g.add(value, move[i]!));
  }
  return y;
}

/**
 * The steady state of a channel whose states sum to `sum`: the last equation gives way to the sum.
 *
 * @throws WbeError MODEL_INVALID for equations that are not linear in the states.
 */
export function steadyStates(g: Graph, id: string, states: readonly ModelState[], sum: number): Node[] {
  const zero = new Map(states.map(({ leaf }) => [leaf, g.constant(0)]));
  const slopes = jacobian(g, id, states);
  const own = new Set(states.map(({ leaf }) => leaf));
  const last = states.length - 1;
  if (slopes.some((row) => row.some((slope) => dependsOn(slope, own)))) {
    throw new WbeError("MODEL_INVALID", "a steady start needs equations that are linear in the states", {
      where: `channel "${id}"`,
      remedy: "Give initial values.",
    });
  }
  const matrix = slopes.map((row, i) => (i === last ? row.map(() => g.constant(1)) : row.map((slope) => g.neg(slope))));
  const right = states.map(({ derivative }, i) => (i === last ? g.constant(sum) : g.substitute(derivative, zero)));
  return solveLinear(g, matrix, right);
}

function jacobian(g: Graph, id: string, states: readonly ModelState[]): Node[][] {
  const own = new Set(states.map(({ leaf }) => leaf));
  return states.map(({ name, derivative }) =>
    states.map(({ leaf }) => {
      const slope = differentiate(g, derivative, leaf);
      if (slope && !jumpsWith(derivative, own)) return slope;
      throw new WbeError("MODEL_INVALID", `d${name}/dt has no derivative by ${leaf.name} that the compiler knows`, {
        where: `channel "${id}"`,
        remedy: "Write it with exp, tanh, products and quotients, without conditions on states.",
      });
    }),
  );
}

function advanceGate(g: Graph, name: string, leaf: Node, f: Node, ranges: Ranges): Node {
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

/** steady and τ of f = (steady − y)/τ with both free of y. */
function relaxation(f: Node, y: Node): { steady: Node; tau: Node } | undefined {
  if (f.op !== "div") return undefined;
  const [numerator, tau] = f.args as [Node, Node];
  if (numerator.op !== "sub" || numerator.args[1] !== y) return undefined;
  const steady = numerator.args[0]!;
  const own = new Set([y]);
  return dependsOn(steady, own) || dependsOn(tau, own) ? undefined : { steady, tau };
}
