/**
 * Exact flow of linear equations with coefficients that are known before the run (Rotter & Diesmann 1999):
 * y(t + h) = P·y(t) + Q·c with P = exp(A·h) and Q = ∫₀^h exp(A·s) ds, computed once at build (propagator.ts).
 *
 * @module
 */
import { differentiate, jumpsWith } from "../derivative.js";
import { type Graph, isInvariant, isValue, type Node, topologicalOrder } from "../ir.js";
import type { CheckedModel } from "../model.js";

export interface LinearSystem {
  /** A, in 1/ms. */
  readonly matrix: readonly (readonly Node[])[];
  /** c, constant within a step. */
  readonly constants: readonly Node[];
  /** reach[i][j]: element (i, j) of the propagator is not zero by structure. */
  readonly reach: readonly (readonly boolean[])[];
}

/** d(derivative)/d(leaf) where the value is linear in the leaf with a coefficient known before the run, else undefined. */
export function linearSlope(g: Graph, derivative: Node, leaf: Node): Node | undefined {
  const slope = differentiate(g, derivative, leaf);
  return slope && isInvariant(slope) && !jumpsWith(derivative, new Set([leaf])) ? slope : undefined;
}

export function linearSystem(matrix: readonly (readonly Node[])[], constants: readonly Node[]): LinearSystem {
  const n = matrix.length;
  const reach = matrix.map((row, i) => row.map((a, j) => i === j || !isValue(a, 0)));
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) if (reach[i]![k] && reach[k]![j]) reach[i]![j] = true;
    }
  }
  return { matrix, constants, reach };
}

/** State i after `time`, from all states at its start. */
export function flow(g: Graph, system: LinearSystem, now: readonly Node[], i: number, time: Node): Node {
  const { matrix, constants, reach } = system;
  const members = now.map((_, j) => j).filter((j) => reach[i]![j]);
  if (members.length === 1) {
    const a = matrix[i]![i]!;
    if (isValue(a, 0)) return g.add(now[i]!, g.mul(time, constants[i]!));
    const z = g.mul(a, time);
    const driven = g.mul(g.mul(time, g.call("exprel", [z])), constants[i]!);
    return g.add(g.mul(g.call("exp", [z]), now[i]!), driven);
  }
  // What reaches i reaches nothing else: these rows and columns are a system of their own.
  const args = [time, ...members.flatMap((row) => members.map((column) => matrix[row]![column]!))];
  let sum: Node = g.constant(0);
  members.forEach((j, k) => {
    const index = members.indexOf(i) * members.length + k;
    const driven = g.mul(g.propagator("Q", index, args), constants[j]!);
    sum = g.add(sum, g.add(g.mul(g.propagator("P", index, args), now[j]!), driven));
  });
  return sum;
}

/** Time within a step, as a part of it. */
export type Fraction = 0 | 0.5 | 1;

/** States whose course within a step is known at its start, whatever the neuron does; see `linearSynapses`. */
export interface KnownCourse {
  has(state: number): boolean;
  /** `at` with these states as they are at `fraction` of the step that starts with `now`. */
  replace(at: readonly Node[], now: readonly Node[], fraction: Fraction): Node[];
}

/**
 * The states of synapses that obey linear equations of their own: no V, no input and no noise in them. Every method
 * advances them exactly and reads them exactly at its stages, which costs less than to integrate them and keeps its order.
 */
export function linearSynapses(model: CheckedModel): KnownCourse {
  const { graph: g, states } = model;
  const members = new Set(states.keys());
  const slopes = new Map<string, Node>();
  const isKnown = (i: number): boolean => {
    const { name, derivative, noise } = states[i]!;
    if (!name.includes(".") || noise.size > 0) return false;
    return topologicalOrder([derivative]).every((node) => {
      if (node.op === "input") return false;
      if (node.op !== "state") return true;
      const j = states.findIndex(({ leaf }) => leaf === node);
      const slope = members.has(j) ? linearSlope(g, derivative, node) : undefined;
      if (slope) slopes.set(`${i} ${j}`, slope);
      return slope !== undefined;
    });
  };
  for (let before = -1; before !== members.size; ) {
    before = members.size;
    for (const i of members) if (!isKnown(i)) members.delete(i);
  }
  const list = [...members];
  const zero = g.constant(0);
  const zeros = new Map(list.map((i) => [states[i]!.leaf, zero]));
  const system = linearSystem(
    list.map((i) => list.map((j) => slopes.get(`${i} ${j}`) ?? zero)),
    list.map((i) => g.substitute(states[i]!.derivative, zeros)),
  );
  return {
    has: (i) => members.has(i),
    replace(at, now, fraction) {
      const result = [...at];
      const start = list.map((i) => now[i]!);
      const time = fraction === 1 ? model.dt : g.mul(g.constant(fraction), model.dt);
      list.forEach((i, k) => {
        result[i] = fraction === 0 ? now[i]! : flow(g, system, start, k, time);
      });
      return result;
    },
  };
}
