/** Checks of scripts/browser-test.js: the engine in chromium and in Node fires the same spikes. */
import { plasticityRules } from "wbe/plasticity";
import { decodeCheckpoint, SimulationEngine, spikeHash, ThreadedEngine } from "wbe/simulation";
import reference from "../../examples/reference-network.json" with { type: "json" };
import { referenceHash } from "../simulation/reference-hash.js";
import { digest } from "./digest.js";

/** The pinned hash, and the weights that STDP left to the bit. */
export async function referenceNetworkHasOneHash(): Promise<Record<string, string>> {
  const engine = await SimulationEngine.fromDescription(reference, { catalogue: { rules: plasticityRules } });
  await engine.run();
  const hash = await spikeHash(engine.spikes());
  if (hash !== referenceHash) throw new Error(`expected the spike hash ${referenceHash}, found ${hash}`);
  return {
    hash,
    weights: await digest(Float64Array.from(engine.weights("lif to lif").data)),
    V: await digest(Float64Array.from(engine.view().state("hh", "V").data)),
  };
}

/** Saved by itself halfway, resumed in a new engine: the pinned hash, and one file of one content everywhere. */
export async function resumedReferenceNetworkHasOneHash(): Promise<Record<string, string>> {
  const options = { catalogue: { rules: plasticityRules } };
  const engine = await SimulationEngine.fromDescription(reference, options);
  const files: Uint8Array<ArrayBuffer>[] = [];
  await engine.run({
    duration: 250,
    autosave: { every: 100, clock: "model", write: async (bytes) => void files.push(bytes.slice()) },
  });
  const resumed = await SimulationEngine.resume(reference, await decodeCheckpoint(files[0]!), options);
  await resumed.run();
  const hash = await spikeHash(resumed.spikes());
  if (hash !== referenceHash) throw new Error(`expected the spike hash ${referenceHash}, found ${hash}`);
  return Object.fromEntries(await Promise.all(files.map(async (bytes, k) => [`file ${k}`, await digest(bytes)])));
}

/** Web Workers in the browser against one thread in Node. */
export async function threadedReferenceNetworkHasOneHash(): Promise<string> {
  const catalogue = { rules: plasticityRules };
  if (typeof document === "undefined") {
    const engine = await SimulationEngine.fromDescription(reference, { catalogue });
    await engine.run();
    return spikeHash(engine.spikes());
  }
  const engine = await ThreadedEngine.fromDescription(reference, { catalogue, threads: 2 });
  try {
    await engine.run();
    return await spikeHash(engine.spikes());
  } finally {
    await engine.dispose();
  }
}
