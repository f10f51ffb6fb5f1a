/**
 * One number for all spikes of a run.
 *
 * @module
 */
import { sha256, toHex } from "../core/sha256.js";
import type { SpikeData } from "../core/spikes.js";

/**
 * SHA-256, as 64 hexadecimal digits, of the spikes as pairs (step, neuron) of little-endian u32, sorted by step and
 * then neuron. Two runs have one hash exactly when they fire the same spikes.
 *
 * @throws WbeError UNSUPPORTED where WebCrypto is missing (a page served without https).
 */
export async function spikeHash({ step, neuron }: SpikeData): Promise<string> {
  const order = Uint32Array.from(step, (_, k) => k);
  order.sort((a, b) => step[a]! - step[b]! || neuron[a]! - neuron[b]!);
  const bytes = new DataView(new ArrayBuffer(8 * step.length));
  order.forEach((k, place) => {
    bytes.setUint32(8 * place, step[k]!, true);
    bytes.setUint32(8 * place + 4, neuron[k]!, true);
  });
  return toHex(await sha256(new Uint8Array(bytes.buffer)));
}
