/** The pipeline end to end: from a generated volume to measures, as in examples/hello-brain.ts. @module */

import { ConnectomeBuilder, NeuronNode } from "../../connectome/index.js";
import { deliverVirtualPulses, MacroPhiEstimator, PerturbationalComplexityIndex } from "../../consciousness/index.js";
import type { Morphology } from "../../core/morphology.js";
import { PairSTDP, PlasticityScheduler, SynapticScaling } from "../../plasticity/index.js";
import { MorphologyExtractor, NeuronSegmenter, SyntheticDataGenerator } from "../../scanner/index.js";
import { measureMorphology } from "../../scanner/morphometrics.js";
import { SimulationConfig, SimulationEngine } from "../../simulation/index.js";
import { equal, type VerifyArea, within } from "./verify.js";

function scan(seed: number) {
  const volume = new SyntheticDataGenerator({ seed }).generateVolume([64, 64, 64], { nNeurons: 50 });
  const labels = new NeuronSegmenter().segmentNeurons(volume, { minSize: 100 });
  return { volume, morphologies: new MorphologyExtractor().extractFromLabels(labels, { minVoxels: 300 }) };
}

function createEngine(seed: number): Promise<SimulationEngine> {
  const connectome = new ConnectomeBuilder({ seed })
    .addNeurons(scan(seed).morphologies.map((m) => NeuronNode.fromMorphology(m)))
    .applyDistanceDependentRule((d) => 0.3 * Math.exp(-d / 100))
    .applyDalesLaw()
    .build();
  return SimulationEngine.create({
    connectome,
    config: new SimulationConfig({ dt: 0.025, duration: 1000, method: "rk4", seed }),
    plasticity: new PlasticityScheduler([new PairSTDP(), new SynapticScaling({ targetRate: 5 })]),
  });
}

export const pipelineArea: VerifyArea = {
  area: "pipeline",
  figures: [
    {
      id: "cable-length",
      what: "cable of the extracted trees over that of the planted ones (50 neurons, 64³ voxels)",
      source: "ground truth of the generated volume (seed 42)",
      check: async () => {
        const { volume, morphologies } = scan(42);
        const total = (trees: readonly Morphology[]) =>
          trees.reduce((sum, tree) => sum + measureMorphology(tree).cableLength, 0);
        return within(total(morphologies) / total(volume.trees), 1, 0.1);
      },
    },
    {
      id: "run-repeats",
      what: "spikes of two runs of the hello-brain network, one of them in pieces: first difference",
      source: "DESIGN: the same spikes to the bit",
      isSlow: true,
      check: async ({ signal }) => {
        const [whole, pieces] = await Promise.all([createEngine(42), createEngine(42)]);
        await whole.run({ signal });
        for (const duration of [123.4, 500, 376.6]) await pieces.run({ duration, signal });
        const [a, b] = [whole.spikes(), pieces.spikes()];
        const differs = a.step.findIndex((step, k) => step !== b.step[k] || a.neuron[k] !== b.neuron[k]);
        return equal(a.step.length === b.step.length ? differs : "another number of spikes", -1);
      },
    },
    {
      id: "phi-above-null",
      what: "Φ of the connected network exceeds its time-shuffled null (p)",
      source: "null of circular shifts; Oizumi, Tsuchiya & Amari 2016, PNAS 113:14817",
      isSlow: true,
      check: async ({ signal }) => {
        const engine = await createEngine(42);
        await engine.run({ signal });
        const p = new MacroPhiEstimator().estimate(engine.recorded("V")).null?.p ?? 1;
        return { expected: "≤ 0.05", got: p, tolerance: 0, ok: p <= 0.05 };
      },
    },
    {
      id: "pci-above-null",
      what: "PCI of ten virtual pulses into the network exceeds that of surrogate responses (p)",
      source: "Casali et al. 2013, Sci Transl Med 5:198ra105",
      isSlow: true,
      check: async ({ signal }) => {
        const input = await deliverVirtualPulses(await createEngine(42), {
          amplitude: "30 uA/cm2",
          trials: 10,
          signal,
        });
        const p = new PerturbationalComplexityIndex({ seed: 1 }).compute(input).null?.p ?? 1;
        return { expected: "≤ 0.05", got: p, tolerance: 0, ok: p <= 0.05 };
      },
    },
  ],
};
