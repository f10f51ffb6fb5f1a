/**
 * Weight normalisation: the sum of each neuron's inputs through a projection is kept at what it was at the start.
 *
 * @module
 */
import { internalError, WbeError } from "../core/errors.js";
import type { CoupledProcess, EngineView, PlasticitySpec, ProjectionView } from "../simulation/index.js";
import type { PlasticityComponent } from "./scheduler.js";

export interface WeightNormalisationOptions {
  /** ms between two normalisations, default 100. */
  every?: number;
  /** Which projections are normalised, each by itself; the excitatory ones by default. */
  appliesTo?: (projection: ProjectionView) => boolean;
}

/**
 * Every `every` ms: w ← w·S₀/S for all inputs of a neuron through a projection, where S is their sum and S₀ the sum at the
 * start. Ratios between inputs stay as they are. A sum that is 0 or has another sign than S₀ is left alone.
 *
 * Source: von der Malsburg 1973, Kybernetik 14:85; multiplicative form: Miller & MacKay 1994, Neural Comput 6:100, eq. 4.
 */
export class WeightNormalisation implements PlasticityComponent, CoupledProcess {
  readonly id = "WeightNormalisation";
  readonly rules = [];
  readonly processes: readonly CoupledProcess[] = [this];
  readonly every: number;
  readonly #appliesTo: (projection: ProjectionView) => boolean;
  /** By engine, then by projection: the sum of each target at the start. */
  readonly #sums = new WeakMap<EngineView, Map<string, Float64Array>>();

  /** @throws WbeError ARGUMENT unless `every` is above 0. */
  constructor({ every = 100, appliesTo = (p) => p.isExcitatory }: WeightNormalisationOptions = {}) {
    if (!(every > 0 && Number.isFinite(every))) {
      throw new WbeError("ARGUMENT", `expected every above 0, found ${every}`, { where: "WeightNormalisation" });
    }
    this.every = every;
    this.#appliesTo = appliesTo;
  }

  rulesFor(): PlasticitySpec[] {
    return [];
  }

  attach(engine: EngineView): void {
    const normalised = engine.projections.filter(this.#appliesTo);
    this.#sums.set(engine, new Map(normalised.map((projection) => [projection.name, sumInputs(projection, engine)])));
  }

  step(_t: number, engine: EngineView): void {
    for (const projection of engine.projections) {
      const wanted = this.#sumsOf(engine).get(projection.name);
      if (!wanted) continue;
      const factors = sumInputs(projection, engine).map((sum, i) => {
        const factor = wanted[i]! / sum;
        return factor > 0 && Number.isFinite(factor) ? factor : 1;
      });
      const { data } = engine.weights(projection.name);
      for (let s = 0; s < data.length; s++) data[s]! *= factors[projection.targets[s]!];
    }
  }

  save(engine: EngineView): Record<string, Float64Array> {
    return Object.fromEntries([...this.#sumsOf(engine)].map(([name, sums]) => [`sums of ${name}`, sums.slice()]));
  }

  /** @throws WbeError DESCRIPTION_INVALID for the state of another network. */
  load(saved: Record<string, Float64Array>, engine: EngineView): void {
    const sums = this.#sumsOf(engine);
    for (const [name, own] of sums) {
      if (saved[`sums of ${name}`]?.length === own.length && Object.keys(saved).length === sums.size) continue;
      throw new WbeError("DESCRIPTION_INVALID", `the saved sums of ${name} are not those of this normalisation`, {
        where: "WeightNormalisation",
        remedy: "Resume with the options and the network of the run that was saved.",
      });
    }
    for (const [name, own] of sums) own.set(saved[`sums of ${name}`]!);
  }

  #sumsOf(engine: EngineView): Map<string, Float64Array> {
    const sums = this.#sums.get(engine);
    if (!sums) throw internalError("weight normalisation is not attached to this engine");
    return sums;
  }
}

/** Sum of the weights onto each target, in the order of the rows. */
function sumInputs({ name, to, targets }: ProjectionView, engine: EngineView): Float64Array {
  const sums = new Float64Array(engine.populations.find((p) => p.name === to)!.size);
  const { data } = engine.weights(name);
  for (let s = 0; s < data.length; s++) sums[targets[s]!]! += data[s];
  return sums;
}
