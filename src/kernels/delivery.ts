/**
 * Typed access to the delivery kernels (assembly/delivery.ts), working on a memory that the caller owns.
 *
 * @module
 */
import { wasmBase64 } from "./generated/delivery.js";
import { instantiateKernels } from "./instantiate.js";

/** weight: the weight or where the weights are; delay likewise. */
type Deliver = (
  spikes: number,
  count: number,
  offsets: number,
  targets: number,
  weight: number,
  delay: number,
  ring: number,
  slotStride: number,
  mask: number,
) => void;

/** weights and delays: 0 where all synapses have one. */
type DeliverAndWake = (
  spikes: number,
  count: number,
  offsets: number,
  targets: number,
  weights: number,
  weight: number,
  delays: number,
  delay: number,
  ring: number,
  slotStride: number,
  mask: number,
  vectorStride: number,
  shift: number,
  awake: number,
) => void;

export interface DeliveryKernels {
  deliverShared: Deliver;
  deliverSharedShort: Deliver;
  deliverSharedWeight: Deliver;
  deliverSharedWeightShort: Deliver;
  deliverUniform: Deliver;
  deliverUniformShort: Deliver;
  deliver: Deliver;
  deliverShort: Deliver;
  deliverAndWake: DeliverAndWake;
  deliverAndWakeShort: DeliverAndWake;
  wake(
    spikes: number,
    count: number,
    offsets: number,
    targets: number,
    maxDelay: number,
    awake: number,
    shift: number,
  ): void;
  couple(
    rows: number,
    offsets: number,
    targets: number,
    weights: number,
    sourceV: number,
    sourceIsSingle: number,
    targetV: number,
    targetIsSingle: number,
    row: number,
    forward: number,
    backward: number,
  ): void;
  /** Values of spikes (f64 at `from`) into the order that sortBySteps gives the spikes. */
  sortValuesBySteps(
    spikes: number,
    from: number,
    to: number,
    count: number,
    first: number,
    steps: number,
    counts: number,
  ): void;
  sortBySteps(from: number, to: number, count: number, first: number, steps: number, counts: number): void;
  poisson(
    neurons: number,
    count: number,
    firstEntity: number,
    seed: number,
    stream: number,
    word: number,
    first: number,
    steps: number,
    thresholds: number,
    nThresholds: number,
    guide: number,
    weight: number,
    ring: number,
    slotStride: number,
    mask: number,
    vectorStride: number,
    shift: number,
    lanes: number,
  ): void;
}

const names = [
  "deliverShared",
  "deliverSharedShort",
  "deliverSharedWeight",
  "deliverSharedWeightShort",
  "deliverUniform",
  "deliverUniformShort",
  "deliver",
  "deliverShort",
  "deliverAndWake",
  "deliverAndWakeShort",
  "wake",
  "couple",
  "sortBySteps",
  "sortValuesBySteps",
  "poisson",
] as const;
/** Addresses are bytes in `memory`; layouts stand above each kernel in assembly/delivery.ts. */
export async function createDeliveryKernels(memory: WebAssembly.Memory): Promise<DeliveryKernels> {
  return (await instantiateKernels(wasmBase64, memory, names)) as unknown as DeliveryKernels;
}
