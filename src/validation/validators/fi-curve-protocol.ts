/**
 * The F–I protocol on a network description: its neurons one by one, without synapses, under constant currents.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { parseQuantity } from "../../core/units.js";
import type { NeuronDeclaration } from "../../neuron-models/declaration.js";
import type { Dist, NetworkDescription, PopulationSpec } from "../../simulation/description.js";

/** Populations of one model with the same central parameters and the same integrator: one curve serves them all. */
export interface NeuronKind {
  populations: string[];
  model: PopulationSpec["model"];
  /** In the declaration's units; only those that the description gives. */
  params: Record<string, number>;
  method: PopulationSpec["method"];
  /** Which parameters vary between neurons and were taken at their centre. */
  warnings: string[];
}

export function modelId(model: PopulationSpec["model"]): string {
  return typeof model === "string" ? model : model.id;
}

/**
 * Kinds of neurons of a network. A parameter that varies between neurons is taken at its centre (mean of a normal and of
 * a list, median of a lognormal, middle of a uniform distribution), with a warning.
 *
 * @param declarationOf finds the declaration of a population's model, for units.
 * @throws WbeError UNSUPPORTED for a parameter given as an expression of index or position.
 */
export function neuronKinds(
  populations: readonly PopulationSpec[],
  declarationOf: (population: PopulationSpec) => NeuronDeclaration,
): NeuronKind[] {
  const kinds = new Map<string, NeuronKind>();
  for (const population of populations) {
    const declaration = declarationOf(population);
    const params: Record<string, number> = {};
    const warnings: string[] = [];
    for (const [name, dist] of Object.entries(population.params ?? {})) {
      const unit = declaration.params[name]?.[1];
      const where = `population "${population.name}", parameter ${name}`;
      if (unit === undefined) {
        throw new WbeError("NAME_UNKNOWN", `model ${declaration.id} has no parameter "${name}"`, { where });
      }
      const { value, varies } = centre(dist, unit, where);
      params[name] = value;
      if (varies)
        warnings.push(`${name} varies within population "${population.name}": its centre ${value} ${unit} was taken`);
    }
    const key = JSON.stringify([declaration, Object.entries(params).sort(), population.method ?? null]);
    const known = kinds.get(key);
    if (known) {
      known.populations.push(population.name);
      known.warnings.push(...warnings);
    } else {
      kinds.set(key, {
        populations: [population.name],
        model: population.model,
        params,
        method: population.method,
        warnings,
      });
    }
  }
  return [...kinds.values()];
}

function centre(dist: Dist, unit: string, where: string): { value: number; varies: boolean } {
  if (typeof dist === "number") return { value: dist, varies: false };
  if (typeof dist === "string") {
    try {
      return { value: parseQuantity(dist, unit, where), varies: false };
    } catch (cause) {
      throw new WbeError("UNSUPPORTED", `expected a quantity or a distribution, found the expression "${dist}"`, {
        where,
        remedy: "Validate a network in which this parameter is a number, a quantity or a distribution.",
        cause,
      });
    }
  }
  const read = (quantity: number | string) => parseQuantity(quantity, unit, where);
  if ("normal" in dist) return { value: read(dist.normal[0]), varies: read(dist.normal[1]) !== 0 };
  if ("lognormal" in dist) return { value: read(dist.lognormal[0]), varies: dist.lognormal[1] !== 0 };
  if ("uniform" in dist) {
    const [low, high] = dist.uniform.map(read) as [number, number];
    return { value: low + (high - low) / 2, varies: low !== high };
  }
  const values: readonly number[] = Array.from(dist.values);
  if (values.length === 0) throw new WbeError("EMPTY_INPUT", "expected parameter values, found none", { where });
  if (values.every((value) => value === values[0])) return { value: values[0]!, varies: false };
  return { value: values.reduce((sum, value) => sum + value, 0) / values.length, varies: true };
}

/** A description of unconnected neurons of one kind, one for each current (in the unit of the model's input `I`). */
export function describeFIProtocol(
  kind: NeuronKind,
  currents: readonly number[],
  dt: number,
  duration: number,
): NetworkDescription {
  return {
    version: 1,
    name: `F–I curve of ${modelId(kind.model)}`,
    seed: 0,
    dt,
    duration,
    populations: [
      {
        name: "neurons",
        model: kind.model,
        size: currents.length,
        params: kind.params,
        ...(kind.method ? { method: kind.method } : {}),
      },
    ],
    projections: [],
    stimuli: [{ kind: "constant", population: "neurons", amplitude: { values: currents } }],
    recorders: [{ kind: "spikes", population: "neurons" }],
  };
}
