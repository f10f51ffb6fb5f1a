/** Checks of scripts/browser-test.js: a run streamed to the page's own file system is the run streamed to memory in Node. */
import { memoryStore, opfsStore, readZarr, spikesOf, type ZarrStore } from "wbe/io";
import { plasticityRules } from "wbe/plasticity";
import { decodeCheckpoint, encodeCheckpoint, SimulationEngine, spikeHash } from "wbe/simulation";
import reference from "../../examples/reference-network.json" with { type: "json" };
import { referenceHash } from "../simulation/reference-hash.js";
import { digest } from "./digest.js";

async function makeStore(): Promise<ZarrStore> {
  if (typeof navigator === "undefined" || !navigator.storage?.getDirectory) return memoryStore();
  const root = await navigator.storage.getDirectory();
  return opfsStore(await root.getDirectoryHandle(`run-${crypto.randomUUID()}`, { create: true }));
}

/** In pieces, read between them, resumed from a checkpoint that the store is ahead of. */
export async function streamedReferenceNetworkHasOneHash(): Promise<Record<string, string>> {
  const description = {
    ...reference,
    recorders: [...reference.recorders, { kind: "state", population: "hh", variable: "V", every: 1 }],
  };
  const options = { catalogue: { rules: plasticityRules } };
  const store = await makeStore();
  const engine = await SimulationEngine.fromDescription(description, options);
  await engine.run({ duration: 150, stream: { store } });
  const saved = await encodeCheckpoint(await engine.save());
  await engine.run({ duration: 100, stream: { store } });
  const between = spikesOf(await readZarr(store))!;
  if (between.stopStep !== engine.stepCount) throw new Error(`expected ${engine.stepCount}, found ${between.stopStep}`);
  const resumed = await SimulationEngine.resume(description, await decodeCheckpoint(saved), options);
  await resumed.run({ stream: { store } });
  const contents = await readZarr(store);
  const hash = await spikeHash(spikesOf(contents)!);
  if (hash !== referenceHash) throw new Error(`expected the spike hash ${referenceHash}, found ${hash}`);
  const V = contents.arrays["states/hh/V/data"]!.data as Float64Array;
  return { hash, V: await digest(V), chunk: await digest((await store.get("/spikes/step/c/0"))!.slice()) };
}
