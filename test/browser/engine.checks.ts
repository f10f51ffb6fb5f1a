/** Checks of scripts/browser-test.js: the engine gives the same spikes, states and weights in chromium and in Node. */
import { ConnectomeBuilder, NeuronNode } from "wbe/connectome";
import { neuronModels } from "wbe/neuron-models";
import { PairSTDP, PlasticityScheduler, SynapticScaling } from "wbe/plasticity";
import { MorphologyExtractor, NeuronSegmenter, SyntheticDataGenerator } from "wbe/scanner";
import { SimulationConfig, SimulationEngine } from "wbe/simulation";
import { digest } from "./digest.js";

async function summarize(engine: SimulationEngine, variable: string): Promise<Record<string, unknown>> {
  const { step, neuron } = engine.spikes();
  if (step.length === 0) throw new Error("a silent network proves nothing");
  return {
    spikes: step.length,
    steps: await digest(step),
    neurons: await digest(neuron),
    states: await digest(engine.recorded(variable).data),
  };
}

/** Second half of examples/hello-brain.ts: rk4, conductances, Poisson background, STDP and scaling. */
export async function helloBrainHasOneOutcome(): Promise<Record<string, unknown>> {
  const volume = new SyntheticDataGenerator({ seed: 42 }).generateVolume([64, 64, 64], { nNeurons: 50 });
  const labels = new NeuronSegmenter().segmentNeurons(volume, { minSize: 100 });
  const morphologies = new MorphologyExtractor().extractFromLabels(labels, { minVoxels: 300 });
  const connectome = new ConnectomeBuilder({ seed: 42 })
    .addNeurons(morphologies.map((m) => NeuronNode.fromMorphology(m)))
    .applyDistanceDependentRule((d) => 0.3 * Math.exp(-d / 100))
    .applyDalesLaw()
    .build();
  const config = new SimulationConfig({ dt: 0.025, duration: 1000, method: "rk4", seed: 42 });
  const plasticity = new PlasticityScheduler([new PairSTDP(), new SynapticScaling({ targetRate: 5 })]);
  const engine = await SimulationEngine.create({ connectome, config, plasticity });
  await engine.run();
  const weights = Float64Array.from(engine.weights("excitatory").data);
  return { ...(await summarize(engine, "V")), weights: await digest(weights) };
}

/** Currents that make each model of the catalogue fire, in the unit of its input. */
const drive: Record<string, number> = { AdEx: 900, HodgkinHuxley: 10, Izhikevich: 10, LIF: 400 };

/** Every neuron model, 31 cells (an odd number: one lane is padding) with current, Poisson input and inhibition. */
export async function everyModelHasOneOutcome(): Promise<Record<string, unknown>> {
  const outcomes: Record<string, unknown> = {};
  for (const { id } of neuronModels) {
    const engine = await SimulationEngine.fromDescription({
      version: 1,
      seed: 7,
      dt: 0.1,
      duration: 300,
      populations: [{ name: "cells", model: id, size: 31 }],
      projections: [
        {
          from: "cells",
          to: "cells",
          synapse: "DualExpConductance",
          params: { Erev: -80 },
          rule: { kind: "fixed-in-degree", k: 5 },
          weight: { lognormal: [0.02, 0.5] },
          delay: { uniform: [0.5, 3] },
        },
      ],
      stimuli: [
        { kind: "constant", population: "cells", amplitude: { normal: [drive[id] ?? 500, (drive[id] ?? 500) / 50] } },
        { kind: "poisson", population: "cells", rate: 300, weight: 0.01, synapse: "ExpConductance" },
      ],
      recorders: [{ kind: "spikes" }, { kind: "state", population: "cells", variable: "V", every: 1 }],
    });
    await engine.run();
    outcomes[id] = await summarize(engine, "V");
  }
  return outcomes;
}

/** Noise by every method that takes it for states that drive one another, and a function of the declaration's own. */
export async function noiseHasOneOutcome(): Promise<Record<string, unknown>> {
  const outcomes: Record<string, unknown> = {};
  for (const method of ["euler", "heun", "exponential-euler"] as const) {
    const engine = await SimulationEngine.fromDescription({
      version: 1,
      seed: 11,
      dt: 0.1,
      duration: 300,
      populations: [
        {
          name: "cells",
          size: 31,
          method,
          model: {
            id: "Noisy",
            source: "made up",
            params: { tau: [10, "ms"], mu: [-52, "mV"], sigma: [4, "mV"] },
            states: { V: [-60, "mV"], eta: [0, "mV"] },
            inputs: { I: "pA" },
            functions: { relax: "(x, target, tau) = (target - x)/tau" },
            equations: `dV/dt = relax(V, mu + eta, tau) + I/(100 pF) + sigma*sqrt(2/tau)*xi_V
              deta/dt = relax(eta, 0 mV, 5 ms) + 1 mV*sqrt(2/(5 ms))*xi_eta`,
            spike: "V > -50 mV",
            reset: "V = -60 mV",
            refractory: "2 ms",
            method: "euler",
          },
        },
      ],
      projections: [
        {
          from: "cells",
          to: "cells",
          synapse: "DualExpConductance",
          params: { Erev: -80 },
          rule: { kind: "fixed-in-degree", k: 5 },
          weight: 0.5,
          delay: 1,
        },
      ],
      stimuli: [],
      recorders: [{ kind: "spikes" }, { kind: "state", population: "cells", variable: "V", every: 1 }],
    });
    await engine.run();
    outcomes[method] = await summarize(engine, "V");
  }
  return outcomes;
}
