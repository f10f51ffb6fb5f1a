import { SyntheticDataGenerator, NeuronSegmenter, MorphologyExtractor } from "wbe/scanner";
import { ConnectomeBuilder, NeuronNode } from "wbe/connectome";
import { SimulationEngine, SimulationConfig } from "wbe/simulation";
import { PairSTDP, SynapticScaling, PlasticityScheduler } from "wbe/plasticity";
import { MacroPhiEstimator, PerturbationalComplexityIndex } from "wbe/consciousness";
import { ValidationSuite, FICurveValidator } from "wbe/validation";
import { ProgressBar } from "wbe/core";

const bar = new ProgressBar({ label: "simulating", total: 1000, unit: "ms", sink: process.stderr });

const volume = new SyntheticDataGenerator({ seed: 42 }).generateVolume([64, 64, 64], { nNeurons: 50 });
const labels = new NeuronSegmenter().segmentNeurons(volume, { minSize: 100 });
const morphologies = new MorphologyExtractor().extractFromLabels(labels, { minVoxels: 300 });

const connectome = new ConnectomeBuilder({ seed: 42 })
  .addNeurons(morphologies.map((m) => NeuronNode.fromMorphology(m)))
  .applyDistanceDependentRule((d) => 0.3 * Math.exp(-d / 100))   // d in um
  .applyDalesLaw()
  .build();

const config = new SimulationConfig({ dt: 0.025, duration: 1000, method: "rk4", seed: 42 });   // ms
const plasticity = new PlasticityScheduler([new PairSTDP(), new SynapticScaling({ targetRate: 5 })]);   // Hz
const engine = await SimulationEngine.create({ connectome, config, plasticity });
await engine.run({ onProgress: (t) => bar.update(t) });

const phi = new MacroPhiEstimator().estimate(engine.recorded("V"));
const pci = new PerturbationalComplexityIndex().compute({ spikes: engine.spikes(), perturbationTimes: [500] });
const report = await new ValidationSuite([new FICurveValidator()]).run(engine);
console.log(`Φ=${phi.value.toFixed(3)} PCI=${pci.value.toFixed(3)} fidelity=${(100 * report.summaryScore).toFixed(0)}%`);

export { connectome, engine, labels, morphologies, pci, phi, report, volume };
