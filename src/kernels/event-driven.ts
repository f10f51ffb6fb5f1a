/**
 * Typed access to the kernel of event-driven populations (assembly/event-driven.ts), on a memory that the caller owns.
 *
 * @module
 */
import { wasmBase64 } from "./generated/event-driven.js";
import { instantiateKernels } from "./instantiate.js";

/** Words of the descriptor; what each means stands above the kernel. */
export const eventDrivenWords = {
  neurons: 0,
  states: 1,
  ports: 2,
  ring: 3,
  ringMask: 4,
  spikes: 5,
  awake: 6,
  values: 7,
  base: 8,
  heldUntil: 9,
  rest: 10,
  table: 11,
  tableLength: 12,
  gains: 13,
  held: 14,
  spikeState: 15,
  scalars: 16,
  refractorySteps: 17,
  scratch: 18,
  isStrict: 19,
  columns: 20,
  refractoryColumn: 21,
  notFinite: 22,
  batch: 23,
} as const;

export const eventDrivenWordCount = 24;

/** Bytes of the room for a batch of neurons. */
export const eventDrivenBatchBytes = 4 * 65;

export interface EventDrivenKernel {
  /** Steps [first, first + steps), at most 32; spikes into the list. Returns their number. */
  advance(descriptor: number, first: number, steps: number): number;
  /** Notes all arrivals under way, where the ring came from a checkpoint. */
  noteArrivals(descriptor: number): void;
  /** States at `step` into the state columns. */
  materialise(descriptor: number, step: number): void;
  /** Neurons whose state columns are not their states at `step`: an event there, as rebase makes of all. */
  adopt(descriptor: number, step: number): void;
  /** State columns as an event at `step`. */
  rebase(descriptor: number, step: number): void;
}

export async function createEventDrivenKernel(memory: WebAssembly.Memory): Promise<EventDrivenKernel> {
  const names = ["advance", "noteArrivals", "materialise", "adopt", "rebase"];
  return (await instantiateKernels(wasmBase64, memory, names)) as unknown as EventDrivenKernel;
}
