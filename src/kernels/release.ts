/**
 * Typed access to the kernels of quantal release (assembly/release.ts), working on a memory that the caller owns.
 *
 * @module
 */
import { wasmBase64 } from "./generated/release.js";
import { instantiateKernels } from "./instantiate.js";

/** Fields of the plan, in order: first one f64, then words of 32 bits. */
export const releasePlanWords = [
  "seed",
  "entity",
  "offsets",
  "targets",
  "isShort",
  "weights",
  "delays",
  "delay",
  "ring",
  "slotStride",
  "mask",
  "empty",
  "sites",
  "firstTarget",
  "longest",
  "nTargets",
  "inOffsets",
  "inSynapses",
  "means",
] as const;

export interface ReleaseKernels {
  /** Probabilities times 2³². */
  release(plan: number, step: number, source: number, refill: number, now: number, late: number, weight: number): void;
  releaseSpontaneously(plan: number, first: number, steps: number, weight: number): void;
}

export async function createReleaseKernels(memory: WebAssembly.Memory): Promise<ReleaseKernels> {
  const exports = await instantiateKernels(wasmBase64, memory, ["release", "releaseSpontaneously"]);
  return exports as unknown as ReleaseKernels;
}
