/**
 * Typed access to the delivery kernels (assembly/delivery.ts), working on a memory that the caller owns.
 *
 * @module
 */
import { internalError } from "../core/errors.js";
import { wasmBase64 } from "./generated/delivery.js";

export interface DeliveryKernels {
  deliverShared(
    spikes: number,
    count: number,
    offsets: number,
    targets: number,
    weight: number,
    delay: number,
    ring: number,
    slotStride: number,
    mask: number,
  ): void;
  deliverSharedWeight(
    spikes: number,
    count: number,
    offsets: number,
    targets: number,
    weight: number,
    delays: number,
    ring: number,
    slotStride: number,
    mask: number,
  ): void;
  deliverUniform(
    spikes: number,
    count: number,
    offsets: number,
    targets: number,
    weights: number,
    delay: number,
    ring: number,
    slotStride: number,
    mask: number,
  ): void;
  deliver(
    spikes: number,
    count: number,
    offsets: number,
    targets: number,
    weights: number,
    delays: number,
    ring: number,
    slotStride: number,
    mask: number,
  ): void;
  deliverAndWake(
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
  ): void;
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
  "deliverSharedWeight",
  "deliverUniform",
  "deliver",
  "deliverAndWake",
  "wake",
  "couple",
  "sortBySteps",
  "poisson",
] as const;
let compiled: Promise<WebAssembly.Module> | undefined;

/** Addresses are bytes in `memory`; layouts stand above each kernel in assembly/delivery.ts. */
export async function createDeliveryKernels(memory: WebAssembly.Memory): Promise<DeliveryKernels> {
  compiled ??= WebAssembly.compile(decodeBase64(wasmBase64));
  const instance = await WebAssembly.instantiate(await compiled, { env: { memory, abort } });
  for (const name of names) {
    if (typeof instance.exports[name] !== "function") throw internalError(`kernel ${name} is missing`);
  }
  return instance.exports as unknown as DeliveryKernels;
}

function abort(): never {
  throw internalError("a delivery kernel stopped");
}

/** Bytes of a base64 text; in Node and in browsers. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
