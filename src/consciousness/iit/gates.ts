/**
 * Networks of logic gates.
 *
 * @module
 */
import { requireInteger, requireWithin } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import { exp } from "../../core/math.js";
import { fromRule, type TransitionMatrix } from "./transition-matrix.js";

/** Functions of how many of their inputs are on; "MAJORITY" is more than half. */
const gateFunctions = {
  COPY: (on: number) => on === 1,
  NOT: (on: number) => on === 0,
  OR: (on: number) => on > 0,
  AND: (on: number, inputs: number) => on === inputs,
  XOR: (on: number) => on % 2 === 1,
  NOR: (on: number) => on === 0,
  NAND: (on: number, inputs: number) => on < inputs,
  XNOR: (on: number) => on % 2 === 0,
  MAJORITY: (on: number, inputs: number) => 2 * on > inputs,
} as const;

export type GateName = keyof typeof gateFunctions;

export interface Gate {
  readonly gate: GateName | { readonly threshold: number };
  /** Nodes that are read; a node may read itself. */
  readonly inputs: readonly number[];
  /** Chance of the opposite output; 0 by default. */
  readonly noise?: number;
  readonly label?: string;
}

/**
 * The transition matrix of one gate per node, all updated together.
 *
 * @throws WbeError ARGUMENT for an unknown gate, an input that is no node, or COPY and NOT with other than one input.
 * @example
 * // A = OR(B, C), B = AND(A, C), C = XOR(A, B): Oizumi et al. 2014.
 * fromGates([{ gate: "OR", inputs: [1, 2] }, { gate: "AND", inputs: [0, 2] }, { gate: "XOR", inputs: [0, 1] }]);
 */
export function fromGates(gates: readonly Gate[]): TransitionMatrix {
  const rules = gates.map(({ gate, inputs, noise = 0 }, node) => {
    const where = `gate ${node}`;
    requireWithin(noise, 0, 1, "noise", where);
    for (const input of inputs) requireInteger(input, 0, gates.length - 1, "an input", where);
    if (new Set(inputs).size !== inputs.length) throw new WbeError("ARGUMENT", "expected inputs once each", { where });
    if (typeof gate === "object") {
      requireInteger(gate.threshold, 0, 64, "threshold", where);
      return (on: number) => noisy(on >= gate.threshold, noise);
    }
    const decide = gateFunctions[gate];
    if (decide === undefined) {
      throw new WbeError("ARGUMENT", `expected a gate, found "${String(gate)}"`, {
        where,
        remedy: `There are ${Object.keys(gateFunctions).join(", ")} and { threshold }.`,
      });
    }
    if ((gate === "COPY" || gate === "NOT") && inputs.length !== 1) {
      throw new WbeError("ARGUMENT", `expected one input of ${gate}, found ${inputs.length}`, { where });
    }
    return (on: number) => noisy(decide(on, inputs.length), noise);
  });
  const labels = gates.some(({ label }) => label !== undefined)
    ? gates.map(({ label }, node) => label ?? `node ${node}`)
    : undefined;
  return fromRule(
    gates.length,
    (node, state) => rules[node]!(gates[node]!.inputs.reduce((on, input) => on + ((state >> input) & 1), 0)),
    labels,
  );
}

const noisy = (on: boolean, noise: number): number => (on ? 1 - noise : noise);

/**
 * Logistic units: P(j on) = 1/(1 + exp(−k·Σ_i w_ij s_i)) with s = −1 (off) or +1 (on), as in Albantakis et al. 2023.
 *
 * @param weights weights[i][j] from node i to node j. @param k steepness (inverse temperature).
 */
export function fromLogisticUnits(weights: readonly (readonly number[])[], k: number): TransitionMatrix {
  const n = weights.length;
  for (const row of weights) {
    if (row.length !== n) throw new WbeError("ARGUMENT", `expected ${n} × ${n} weights, found a row of ${row.length}`);
  }
  return fromRule(n, (node, state) => {
    let drive = 0;
    for (let i = 0; i < n; i++) drive += weights[i]![node]! * ((state >> i) & 1 ? 1 : -1);
    return 1 / (1 + exp(-k * drive));
  });
}
