/** Checks of scripts/browser-test.js: the engine in chromium and in Node fires the same spikes. */
import { plasticityRules } from "wbe/plasticity";
import { decodeCheckpoint, SimulationEngine, spikeHash } from "wbe/simulation";
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

/** Web Workers in the browser against one thread in Node: hash, checkpoint on two threads resumed on one, and weights. */
export async function threadedReferenceNetworkHasOneHash(): Promise<Record<string, string>> {
  const catalogue = { rules: plasticityRules };
  const threads = typeof document === "undefined" ? 1 : 2;
  const engine = await SimulationEngine.fromDescription(reference, { catalogue, threads });
  try {
    engine.step();
    await engine.run({ duration: 199.9 });
    const resumed = await SimulationEngine.resume(reference, await engine.save(), { catalogue, threads: 1 });
    await Promise.all([engine.run(), resumed.run()]);
    const weights = await digest(Float64Array.from(engine.weights("lif to lif").data));
    const hashes = await Promise.all([engine, resumed].map((run) => spikeHash(run.spikes())));
    if (hashes.some((hash) => hash !== referenceHash)) throw new Error(`expected ${referenceHash}, found ${hashes}`);
    return { weights, V: await digest(engine.view().state("hh", "V").data.slice()) };
  } finally {
    await engine.dispose();
  }
}
