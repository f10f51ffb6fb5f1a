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
  heldFractions: 24,
  heads: 25,
  pool: 26,
  free: 27,
  overflow: 28,
  matrix: 29,
  slopes: 30,
  pieces: 31,
  terms: 32,
  fractions: 33,
  removed: 34,
} as const;

export const eventDrivenWordCount = 35;

/** Bytes of an arrival at a time between steps. */
export const arrivalBytes = 24;

/** Rows of the room for Taylor series, one number per state each. */
export const seriesRows = 27;

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
  /** From `step` on the neuron's states stay, it takes no arrivals and fires no more. */
  remove(descriptor: number, neuron: number, step: number): void;
  /** Exact spike times: forgets all arrivals between steps; `count` may be under way. */
  clearArrivals(descriptor: number, count: number): void;
  /** An arrival at a fraction of a step. */
  insert(d: number, neuron: number, step: number, port: number, fraction: number, weight: number): void;
  deliverExactly: DeliverExactly;
  deliverExactlyShort: DeliverExactly;
}

/** Spikes, with their fractions of a step, to the neurons of a descriptor; see the kernel. */
export type DeliverExactly = (
  descriptor: number,
  spikes: number,
  fractions: number,
  count: number,
  offsets: number,
  targets: number,
  weights: number,
  weight: number,
  delays: number,
  delay: number,
  port: number,
) => void;

export async function createEventDrivenKernel(memory: WebAssembly.Memory): Promise<EventDrivenKernel> {
  const arrivals = ["clearArrivals", "insert", "deliverExactly", "deliverExactlyShort"];
  const names = ["advance", "noteArrivals", "materialise", "adopt", "rebase", "remove", ...arrivals];
  return (await instantiateKernels(wasmBase64, memory, names)) as unknown as EventDrivenKernel;
}
