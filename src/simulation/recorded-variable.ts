/**
 * Values that the equations of a model name beside its states (`INa`, the whole input current `I`), worked out from states,
 * parameters and currents when they are sampled. Nothing of it is in the kernel: only recording costs time.
 *
 * @module
 */

import type { LeafValues } from "../compiler/evaluate.js";
import { evaluateNodes } from "../compiler/evaluate.js";
import { topologicalOrder } from "../compiler/ir.js";
import { parseUnit, sameDimensions, type Unit } from "../core/units.js";
import { type PopulationValues, valueAtOf } from "./population-values.js";
import type { WholePopulation } from "./whole-network.js";

export interface RecordedVariable {
  readonly unit: string;
  /** Values of these neurons now into `out`, from `start` on. */
  sample(neurons: Uint32Array, out: Float64Array, start: number): void;
}

/** Units in which values are given where the equations work in them. */
const unitNames = [
  "mV",
  "pA",
  "nA",
  "uA/cm2",
  "nS",
  "mS/cm2",
  "pF",
  "uF/cm2",
  "ms",
  "1/ms",
  "mM",
  "mV/ms",
  "pA*mV",
  "1",
];

/**
 * @param parameters of the population now.
 * @returns undefined when the model names no such value.
 */
export function findVariable(
  { built, states, inputs }: WholePopulation,
  name: string,
  parameters: () => PopulationValues,
): RecordedVariable | undefined {
  const { program } = built.compiled;
  const variable = program.model.variables.find((candidate) => candidate.name === name);
  if (!variable) return undefined;
  const { node, scale } = variable;
  const { text, factor } = nameUnit(scale);
  const leaves = topologicalOrder([node]).filter(({ op }) => op === "state" || op === "input");
  return {
    unit: text,
    sample(neurons, out, start) {
      const columns = new Map(
        leaves.map((leaf) => [
          leaf,
          leaf.op === "state"
            ? states[program.stateNames.indexOf(leaf.name)]!.read()
            : inputs[program.inputNames.indexOf(leaf.name)]!.read(),
        ]),
      );
      const parameterAt = valueAtOf(parameters());
      neurons.forEach((neuron, k) => {
        const parameter = parameterAt(neuron);
        const valueAt: LeafValues = (leaf) => columns.get(leaf)?.[neuron] ?? parameter(leaf);
        out[start + k] = evaluateNodes([node], valueAt)[0]! * factor;
      });
    },
  };
}

/** Names of what can be recorded beside states. */
export function variableNames({ built }: WholePopulation): string[] {
  return built.compiled.program.model.variables.map(({ name }) => name);
}

/** A unit of the same size, or SI base units and the factor to them. */
function nameUnit(scale: Pick<Unit, "dimensions" | "exponent" | "factor">): { text: string; factor: number } {
  for (const text of unitNames) {
    const unit = parseUnit(text);
    const isSame = unit.exponent === scale.exponent && unit.factor === scale.factor;
    if (isSame && sameDimensions(unit.dimensions, scale.dimensions)) return { text, factor: 1 };
  }
  const symbols = ["m", "kg", "s", "A", "K", "mol", "degC"];
  const powers = scale.dimensions.map((d, i) => (d === 0 ? "" : d === 1 ? symbols[i]! : `${symbols[i]}^${d}`));
  return { text: powers.filter(Boolean).join("*") || "1", factor: scale.factor * 10 ** scale.exponent };
}
