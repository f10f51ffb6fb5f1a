/**
 * Multiplicative synaptic scaling: each neuron keeps its firing rate near a target by scaling all its excitatory
 * inputs by one factor.
 *
 * @module
 */
import { internalError, WbeError } from "../core/errors.js";
import { exp } from "../core/math.js";
import type { CoupledProcess, EngineView, PlasticitySpec, ProjectionView } from "../simulation/index.js";
import type { PlasticityComponent } from "./scheduler.js";

export interface SynapticScalingOptions {
  /** Hz. */
  targetRate: number;
  /** ms between two scalings, default 100. */
  every?: number;
  /** ms, time constant of the running estimate of the rate, default 1000. */
  tauRate?: number;
  /** ms, time constant of the weights' approach, default 10,000. */
  tau?: number;
  /** Upper bound of a weight; default twice the projection's largest initial weight. */
  wMax?: number;
  /** Which projections are scaled; the excitatory ones by default. */
  appliesTo?: (projection: ProjectionView) => boolean;
}

interface ScalingState {
  /** Hz, by population: one estimate per neuron. */
  readonly rates: Map<string, Float64Array>;
  /** Largest weight, by projection. */
  readonly limits: Map<string, number>;
}

/**
 * Every `every` ms: w ← w·(1 + every/tau·(targetRate − r)/targetRate) for all excitatory inputs of a neuron whose
 * rate estimate is r (exponential average, starts at the target). Ratios between inputs stay as they are.
 *
 * Source: Turrigiano et al. 1998, Nature 391:892; van Rossum, Bi & Turrigiano 2000, J Neurosci 20:8812.
 */
export class SynapticScaling implements PlasticityComponent, CoupledProcess {
  readonly id = "SynapticScaling";
  readonly rules = [];
  readonly processes: readonly CoupledProcess[] = [this];
  readonly every: number;
  readonly #options: Required<Omit<SynapticScalingOptions, "wMax" | "appliesTo">> & SynapticScalingOptions;
  /** By engine: one scaling may serve several engines in turn. */
  readonly #states = new WeakMap<EngineView, ScalingState>();

  /** @throws WbeError ARGUMENT unless all numbers are above 0. */
  constructor(options: SynapticScalingOptions) {
    const full = { every: 100, tauRate: 1000, tau: 10_000, ...options };
    for (const name of ["targetRate", "every", "tauRate", "tau"] as const) {
      if (!(full[name] > 0 && Number.isFinite(full[name]))) {
        throw new WbeError("ARGUMENT", `expected ${name} above 0, found ${full[name]}`, { where: "SynapticScaling" });
      }
    }
    this.#options = full;
    this.every = full.every;
  }

  rulesFor(): PlasticitySpec[] {
    return [];
  }

  attach(engine: EngineView): void {
    const state: ScalingState = { rates: new Map(), limits: new Map() };
    this.#states.set(engine, state);
    for (const projection of this.#scaled(engine)) {
      const { size } = engine.populations.find((p) => p.name === projection.to)!;
      state.rates.set(projection.to, new Float64Array(size).fill(this.#options.targetRate));
      const weights = engine.weights(projection.name).data;
      let largest = 0;
      for (let s = 0; s < weights.length; s++) largest = Math.max(largest, weights[s]!);
      state.limits.set(projection.name, this.#options.wMax ?? 2 * largest);
    }
  }

  step(_t: number, engine: EngineView): void {
    const { targetRate, every, tauRate, tau } = this.#options;
    const state = this.#stateOf(engine);
    const keep = exp(-every / tauRate);
    const factors = new Map<string, Float64Array>();
    for (const [population, rates] of state.rates) {
      const counts = engine.spikeCounts(population);
      const factor = new Float64Array(rates.length);
      for (let i = 0; i < rates.length; i++) {
        rates[i] = keep * rates[i]! + (1 - keep) * ((1000 * counts[i]!) / every);
        // A burst far above the target must not turn weights negative.
        factor[i] = Math.max(0, 1 + ((every / tau) * (targetRate - rates[i]!)) / targetRate);
      }
      factors.set(population, factor);
    }
    for (const projection of this.#scaled(engine)) {
      const { data } = engine.weights(projection.name);
      const factor = factors.get(projection.to)!;
      const limit = state.limits.get(projection.name)!;
      const { targets } = projection;
      for (let s = 0; s < targets.length; s++) data[s] = Math.min(limit, data[s]! * factor[targets[s]!]!);
    }
  }

  /** Rates by population ("rates of NAME"), largest weights by projection ("limit of NAME"), and the options. */
  save(engine: EngineView): Record<string, Float64Array> {
    const { rates, limits } = this.#stateOf(engine);
    const { targetRate, every, tauRate, tau } = this.#options;
    return {
      options: Float64Array.of(targetRate, every, tauRate, tau),
      ...Object.fromEntries([...limits].map(([name, limit]) => [`limit of ${name}`, Float64Array.of(limit)])),
      ...Object.fromEntries([...rates].map(([name, values]) => [`rates of ${name}`, values.slice()])),
    };
  }

  /** @throws WbeError DESCRIPTION_INVALID for the state of a scaling with other options or of another network. */
  load(saved: Record<string, Float64Array>, engine: EngineView): void {
    const own = this.save(engine);
    const { rates } = this.#stateOf(engine);
    const keys = new Set([...Object.keys(own), ...Object.keys(saved)]);
    for (const key of keys) {
      const [mine, given] = [own[key], saved[key]];
      const isFixed = !key.startsWith("rates of ");
      if (mine?.length === given?.length && (!isFixed || mine?.every((value, k) => value === given?.[k]))) continue;
      throw new WbeError("DESCRIPTION_INVALID", `the saved ${key} are not those of this scaling`, {
        where: "SynapticScaling",
        remedy: "Resume with the options and the network of the run that was saved.",
      });
    }
    for (const [name, values] of rates) values.set(saved[`rates of ${name}`]!);
  }

  #stateOf(engine: EngineView): ScalingState {
    const state = this.#states.get(engine);
    if (!state) throw internalError("synaptic scaling is not attached to this engine");
    return state;
  }

  #scaled(engine: EngineView): readonly ProjectionView[] {
    return engine.projections.filter(this.#options.appliesTo ?? ((projection) => projection.isExcitatory));
  }
}
