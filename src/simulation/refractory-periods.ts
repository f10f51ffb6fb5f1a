/**
 * Refractory periods of a population in whole steps.
 *
 * @module
 */
import type { CompiledModel } from "../compiler/compile.js";
import { evaluateNodes } from "../compiler/evaluate.js";
import { topologicalOrder } from "../compiler/ir.js";
import { refractorySteps } from "../compiler/step.js";
import { WbeError } from "../core/errors.js";
import { type PopulationValues, valueAtOf } from "./population-values.js";

/** Of a population: its name, and whether its spikes fall between steps. */
interface Owner {
  readonly name: string;
  readonly compiled: CompiledModel;
  readonly hasExactTimes: boolean;
}

/**
 * Steps of the neurons from … to − 1 of a whole population, of which `values` are; 0 where the model has no such period.
 *
 * @throws WbeError PARAMETER_RANGE where spike times are exact and a period is less than one step: a neuron fires at most
 * once a step, as NEST's models with precise spike times.
 */
export function refractoryPeriods(
  { name, compiled, hasExactTimes }: Owner,
  values: PopulationValues,
  from: number,
  to: number,
): Uint32Array {
  const { model } = compiled.program;
  const steps = new Uint32Array(to - from);
  if (model.refractory) {
    const node = refractorySteps(model);
    const columns = topologicalOrder([node]).flatMap(({ op, name }) => {
      const column = op === "param" ? values.varying.get(name) : undefined;
      return column ? [column] : [];
    });
    const known = new Map<string, number>();
    for (let i = from; i < to; i++) {
      const key = columns.map((column) => column[i]).join();
      const count = known.get(key) ?? evaluateNodes([node], valueAtOf(values)(i))[0]!;
      known.set(key, count);
      steps[i - from] = count;
    }
  }
  const short = hasExactTimes ? steps.indexOf(0) : -1;
  if (short < 0) return steps;
  throw new WbeError("PARAMETER_RANGE", `expected a refractory period of at least one step, found none`, {
    where: `population "${name}", neuron ${short + from}, spikeTimes exact`,
    remedy: model.refractory
      ? `Lengthen it to ${values.shared.get("dt")} ms or more, or shorten dt.`
      : "Use a model with a refractory period.",
  });
}
