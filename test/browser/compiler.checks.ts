/** Checks of scripts/browser-test.js: the model compiler in chromium and in Node makes one kernel. */
import { compileModel } from "wbe/compiler";
import { neuronModels } from "wbe/neuron-models";
import { synapseModels } from "wbe/synapse-models";
import { digest } from "./digest.js";

/** Every neuron model alone and with every synapse model; WebAssembly accepts each. */
export async function kernelsHaveOneText(): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const neuron of neuronModels) {
    for (const synapse of [undefined, ...synapseModels]) {
      const ports = synapse ? [{ name: "port", synapse }] : [];
      const { wat, module } = await compileModel(neuron, { ports, method: synapse ? "rk4" : undefined });
      if (WebAssembly.Module.exports(module).length !== 1) throw new Error(`${neuron.id}: expected one export`);
      digests[`${neuron.id} ${synapse?.id ?? "alone"}`] = await digest(new TextEncoder().encode(wat));
    }
  }
  return digests;
}
