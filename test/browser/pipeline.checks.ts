/** Checks of scripts/browser-test.js: from volume to connectome, in chromium and in Node, to the bit. */
import { ConnectomeBuilder, celegans, NeuronNode } from "wbe/connectome";
import { MorphologyExtractor, NeuronSegmenter, SyntheticDataGenerator } from "wbe/scanner";
import { digest } from "./digest.js";

/** The first half of examples/hello-brain.ts. */
export async function helloBrainHasOneConnectome(): Promise<Record<string, unknown>> {
  const volume = new SyntheticDataGenerator({ seed: 42 }).generateVolume([64, 64, 64], { nNeurons: 50 });
  const labels = new NeuronSegmenter().segmentNeurons(volume, { minSize: 100 });
  const morphologies = new MorphologyExtractor().extractFromLabels(labels, { minVoxels: 300 });
  const connectome = new ConnectomeBuilder({ seed: 42 })
    .addNeurons(morphologies.map((m) => NeuronNode.fromMorphology(m)))
    .applyDistanceDependentRule((d) => 0.3 * Math.exp(-d / 100))
    .applyDalesLaw()
    .build();
  const { source, target, weight, delay } = connectome.synapses;
  return {
    neurons: morphologies.length,
    synapses: source.length,
    volume: await digest(Float64Array.from(volume.data)),
    labels: await digest(Float64Array.from(labels.data)),
    cable: await digest(Float64Array.from(morphologies.flatMap((m) => [...m.x, ...m.y, ...m.z, ...m.radius]))),
    edges: await digest(Float64Array.from([...source, ...target, ...weight, ...delay])),
  };
}

/** Facts, and the positions and delays that are computed from them. */
export async function celegansIsOneConnectome(): Promise<Record<string, unknown>> {
  const { source, target, weight, delay, type } = (await celegans()).synapses;
  return {
    synapses: source.length,
    edges: await digest(Float64Array.from([...source, ...target, ...weight, ...delay, ...type])),
  };
}
