/** Networks and comparisons that the tests of the engine share. */
import { PairSTDP, PlasticityScheduler, SynapticScaling } from "wbe/plasticity";
import { type EngineOptions, type NetworkDescription, type PopulationSpec, SimulationEngine } from "wbe/simulation";

/** One population of one-to-n LIF cells, the rest as given. */
export function network(
  changes: Partial<NetworkDescription> & { cells?: Partial<PopulationSpec> },
): NetworkDescription {
  const { cells, ...rest } = changes;
  return {
    version: 1,
    seed: 1,
    dt: 0.1,
    duration: 100,
    populations: [{ name: "cells", model: "LIF", size: 1, ...cells }],
    projections: [],
    stimuli: [],
    recorders: [{ kind: "spikes" }],
    ...rest,
  };
}

export async function run(description: NetworkDescription, options?: EngineOptions): Promise<SimulationEngine> {
  const engine = await SimulationEngine.fromDescription(description, options);
  await engine.run();
  return engine;
}

/**
 * Everything at once: odd sizes, three models, several projections with mixed delays into one port, weights whose sums
 * depend on their order, autapses and multapses, every kind of stimulus, two plastic projections.
 */
export function richNetwork(changes: Partial<NetworkDescription> = {}): NetworkDescription {
  const excitation = { synapse: "ExpConductance", params: { tau: 5, Erev: 0 } } as const;
  const inhibition = { synapse: "ExpConductance", params: { tau: 10, Erev: -80 } } as const;
  const weight = { lognormal: [2.5, 0.5] } as const;
  const poisson = { kind: "poisson", rate: 400, weight: 5.3, ...excitation } as const;
  return {
    version: 1,
    seed: 7,
    dt: 0.1,
    duration: 300,
    populations: [
      {
        name: "e",
        model: "LIF",
        size: 31,
        params: { Vth: { normal: [-50, 1] } },
        init: { V: { uniform: [-65, -55] } },
      },
      { name: "i", model: "AdEx", size: 9, params: { b: 10 } },
      { name: "h", model: "Izhikevich", size: 5 },
    ],
    projections: [
      {
        name: "ee",
        from: "e",
        to: "e",
        ...excitation,
        rule: { kind: "fixed-in-degree", k: 7, autapses: true },
        weight: { lognormal: [2.5, 0.5], clip: [0, 9] },
        delay: { uniform: [1.1, 4] },
        axonalFraction: 0.5,
        plasticity: [{ rule: "PairSTDP", params: { wMax: 10, APlus: 0.03, AMinus: 0.02 } }],
      },
      {
        name: "ee2",
        from: "e",
        to: "e",
        ...excitation,
        rule: { kind: "bernoulli", p: 0.2, autapses: true },
        weight: { lognormal: [1.5, 0.5], clip: [0, 9] },
        delay: 2.3,
        axonalFraction: 0.7,
        plasticity: [{ rule: "PairSTDP", params: { wMax: 10 } }],
      },
      {
        name: "ie",
        from: "i",
        to: "e",
        ...inhibition,
        rule: { kind: "bernoulli", p: 0.4 },
        weight,
        delay: { uniform: [0.9, 3] },
      },
      {
        name: "he",
        from: "h",
        to: "e",
        ...excitation,
        rule: { kind: "all-to-all" },
        weight,
        delay: { uniform: [1, 7] },
      },
      { name: "ei", from: "e", to: "i", ...excitation, rule: { kind: "bernoulli", p: 0.3 }, weight, delay: 1.7 },
      {
        name: "hi",
        from: "h",
        to: "i",
        ...excitation,
        rule: { kind: "all-to-all" },
        weight,
        delay: { uniform: [0.8, 2] },
      },
      {
        name: "ii",
        from: "i",
        to: "i",
        ...inhibition,
        rule: { kind: "fixed-out-degree", k: 4 },
        weight,
        delay: { uniform: [1, 2] },
      },
    ],
    stimuli: [
      { ...poisson, population: "e" },
      { ...poisson, population: "e", rate: 900, weight: 1.7, neurons: [0, 3, 30], start: 20.2, stop: 200 },
      { ...poisson, population: "i" },
      { kind: "constant", population: "e", amplitude: { normal: [60, 20] } },
      { kind: "pulse", population: "i", amplitude: 300, start: 50.3, duration: 11.1 },
      { kind: "constant", population: "h", amplitude: 8, start: 10 },
      { kind: "spikes", population: "e", neurons: [1, 2, 8], times: [5.1, 5.2, 60, 180.7], weight: 7.7, ...excitation },
    ],
    recorders: [{ kind: "spikes" }],
    ...changes,
  };
}

/** Scaling beside the rules of the description; one for each engine. */
export function scaling(): EngineOptions {
  const scheduler = new PlasticityScheduler([
    new PairSTDP({ appliesTo: (projection) => projection.name === "he" }),
    new SynapticScaling({ targetRate: 8, every: 10, tau: 200, tauRate: 100 }),
  ]);
  return { plasticity: scheduler, catalogue: { rules: scheduler.rules } };
}

/** Every spike, every state and every weight of an engine, as numbers that differ when one bit differs. */
export function bitsOf(engine: SimulationEngine): Record<string, string> {
  const view = engine.view();
  const { step, neuron } = engine.spikes();
  const result: Record<string, string> = { step: hex(step), neuron: hex(neuron) };
  for (const { name } of view.populations) {
    for (const variable of ["V", "u", "w", "ExpCurrent.i", "ExpConductance.g", "ExpConductance2.g"]) {
      try {
        result[`${variable} of ${name}`] = hex(view.state(name, variable).data);
      } catch {
        // This population has no such state.
      }
    }
  }
  for (const { name } of view.projections) result[`weights of ${name}`] = hex(view.weights(name).data);
  return result;
}

function hex(data: Float64Array | Float32Array | Uint32Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex");
}
