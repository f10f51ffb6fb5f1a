/** Sizes that a frame of zstd declares (RFC 8878), checked before it is unpacked. @module */
import { WbeError } from "../core/errors.js";

/** @throws WbeError FORMAT when a frame of zstd (RFC 8878) declares a window or a content beyond the size that is expected. */
export function checkZstd(input: Uint8Array, length: number, where: string): void {
  const fault = (found: string) =>
    new WbeError("FORMAT", `expected ${length} bytes in a frame of zstd, found ${found}`, { where });
  const descriptor = input[4];
  if (input.length < 6 || descriptor === undefined || input[0] !== 0x28) throw fault("no frame");
  const isSingle = (descriptor >> 5) & 1;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = [isSingle, 2, 4, 8][descriptor >> 6]!;
  const at = 5 + (isSingle ? 0 : 1) + dictionaryBytes;
  let size = sizeBytes === 2 ? 256 : 0;
  for (let k = 0; k < sizeBytes; k++) size += (input[at + k] ?? 0) * 2 ** (8 * k);
  if (sizeBytes > 0 && size !== length) throw fault(`${size}`);
  if (isSingle) return;
  const exponent = 10 + (input[5]! >> 3);
  const window = 2 ** exponent * (1 + (input[5]! & 7) / 8);
  // Compressors take windows of 8 MiB at most unless they are told otherwise.
  if (window > Math.max(2 ** 23, 2 * length)) throw fault(`a window of ${window}`);
}
