/**
 * Typed access to the cable kernel (assembly/hines.ts), working on a memory that the caller owns.
 *
 * @module
 */
import { internalError } from "../core/errors.js";
import { wasmBase64 } from "./generated/hines.js";
import { instantiateKernels } from "./instantiate.js";

/** Words of a group's descriptor; what each means stands above the kernel. */
export const hinesWords = {
  nodes: 0,
  lanes: 1,
  parent: 2,
  V: 3,
  diagonal: 4,
  rightSide: 5,
  axial: 6,
  constant: 7,
  capacitance: 8,
  leak: 9,
  area: 10,
  current: 11,
  conductance: 12,
  hasMembrane: 13,
  isCrankNicolson: 14,
  points: 15,
  nPoints: 16,
  recorded: 17,
  nRecorded: 18,
  record: 19,
  interval: 20,
  membrane: 21,
  split: 22,
  receivers: 23,
  synapses: 24,
  nSynapses: 25,
  sites: 26,
  nSites: 27,
  detector: 28,
  threshold: 29,
  spikesEnd: 30,
  firstCell: 31,
} as const;

/** Number of words of a descriptor, and bytes of a point. */
export const hinesDescriptorWords = 32;
export const hinesPointBytes = 40;
/** Bytes of a synapse and of a site. */
export const hinesSynapseBytes = 16;
export const hinesSiteBytes = 8;

export interface HinesKernel {
  /** Steps [step, step + steps) of the group whose descriptor is at `group`. */
  advance(group: number, step: number, steps: number): void;
}

/**
 * @param membrane called after each step of a group that has a membrane function, with the group's descriptor; an
 *   export of a wasm module on the same memory, so that no call leaves wasm.
 * @param synapses called before each step of a group that has receivers: the kernel of its synapses.
 */
export async function createHinesKernel(
  memory: WebAssembly.Memory,
  membrane: (group: number) => void = noMembrane,
  synapses: (descriptor: number, step: number, steps: number) => number = noSynapses,
): Promise<HinesKernel> {
  const imports = { membrane, synapses };
  return (await instantiateKernels(wasmBase64, memory, ["advance"], imports)) as unknown as HinesKernel;
}

function noSynapses(): never {
  throw internalError("a group has synapses, but their kernel was not given");
}

function noMembrane(): never {
  throw internalError("a group has a membrane function, but none was given");
}
