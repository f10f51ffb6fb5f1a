/**
 * Typed access to the construction kernels (assembly/construction.ts), working on a memory that the caller owns.
 * Addresses are bytes; layouts stand above each kernel.
 *
 * @module
 */
import { wasmBase64 } from "./generated/construction.js";
import { instantiateKernels } from "./instantiate.js";

/** Argument names, in order; all numbers, flags 0 or 1. */
const signatures = {
  startSequence: ["seed", "stream", "entity", "step"],
  drawPartners: ["seed", "entity", "first", "count", "k", "candidates", "skipsSelf", "list"],
  drawDistinctPartners: ["seed", "entity", "first", "count", "k", "candidates", "skipsSelf", "list", "order", "swaps"],
  drawBernoulli: ["seed", "entity", "first", "stop", "nSource", "logMiss", "skipsSelf", "list", "room", "ends"],
  listAll: ["first", "count", "nSource", "skipsSelf", "list"],
  drawPairs: ["n", "nSource", "nTarget", "skipsSelf", "sources", "targets", "taken", "tableMask"],
  listOwners: ["first", "n", "k", "sources"],
  countPairs: ["n", "sources", "targets", "from", "to", "targetCounts", "sourceCounts"],
  listPairs: ["n", "sources", "targets", "from", "to", "next", "list", "given", "firstPair"],
  countSources: ["n", "list", "counts"],
  addUp: ["n", "counts"],
  takePlaces: ["n", "list", "next"],
  placeTargets: ["places", "ends", "start", "first", "count", "targets", "isShort"],
  drawValues: [
    "seed",
    "stream",
    "entity",
    "first",
    "count",
    "ends",
    "start",
    "kind",
    "a",
    "b",
    "low",
    "high",
    "redraws",
    "values",
  ],
  pickValues: ["n", "given", "listed", "values"],
  placeWeights: ["n", "places", "values", "weights", "isSingle"],
  placeDelays: ["n", "places", "values", "dt", "delays", "range"],
  countRows: ["plan", "nSource", "counts"],
  scanRows: ["plan", "nSource", "range", "summary"],
  storeRows: ["plan", "nSource", "targets", "isShort", "weights", "isSingle", "delays"],
  drawBlock: ["plan", "source", "block", "withValues"],
  deliverRows: [
    "plan",
    "spikes",
    "count",
    "weight",
    "delay",
    "ring",
    "slotStride",
    "mask",
    "vectorStride",
    "shift",
    "awake",
  ],
  summarize: ["n", "values", "isSingle", "summary"],
} as const;

type Signatures = typeof signatures;

/** Every kernel takes its arguments by name: with so many numbers, places would be mistaken. */
export type ConstructionKernels = {
  readonly [K in keyof Signatures]: (args: Readonly<Record<Signatures[K][number], number>>) => number;
};

export async function createConstructionKernels(memory: WebAssembly.Memory): Promise<ConstructionKernels> {
  const names = Object.keys(signatures) as (keyof Signatures)[];
  const exports = await instantiateKernels(wasmBase64, memory, names);
  const byName = names.map((name) => {
    const kernel = exports[name] as (...args: number[]) => number | undefined;
    const order: readonly string[] = signatures[name];
    // Kernels that count return u32, which wasm hands over as i32.
    const call = (args: Readonly<Record<string, number>>): number =>
      (kernel(...order.map((key) => args[key]!)) ?? 0) >>> 0;
    return [name, call];
  });
  return Object.fromEntries(byName) as ConstructionKernels;
}
