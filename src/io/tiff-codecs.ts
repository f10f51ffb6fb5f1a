/**
 * The two compressions of TIFF that no platform has (TIFF 6.0, sections 9 and 13).
 *
 * @module
 */
import { WbeError } from "../core/errors.js";

/** Undoes PackBits, at most `limit` bytes. */
export function unpackBits(bytes: Uint8Array, limit: number): Uint8Array {
  const out = new Uint8Array(limit);
  let at = 0;
  for (let i = 0; i < bytes.length && at < limit; ) {
    const n = (bytes[i++]! << 24) >> 24;
    if (n >= 0) {
      const run = bytes.subarray(i, i + n + 1).subarray(0, limit - at);
      out.set(run, at);
      at += run.length;
      i += n + 1;
    } else if (n !== -128) {
      out.fill(bytes[i++] ?? 0, at, Math.min(limit, at + 1 - n));
      at = Math.min(limit, at + 1 - n);
    }
  }
  return out.subarray(0, at);
}

const clearCode = 256;
const endCode = 257;

/** Undoes LZW, at most `limit` bytes. Codes are 9 to 12 bits, high bits first. @throws WbeError FORMAT */
export function unpackLzw(bytes: Uint8Array, limit: number, where: string): Uint8Array {
  const out = new Uint8Array(limit);
  /** Entry k: the `lengths[k]` bytes of the output that begin at `starts[k]`. */
  const starts = new Uint32Array(4096);
  const lengths = new Uint32Array(4096);
  let [at, size, width, bit] = [0, 258, 9, 0];
  let previous: readonly [start: number, length: number] | undefined;
  const total = bytes.length * 8;
  while (bit + width <= total && at < limit) {
    let code = 0;
    for (let taken = 0; taken < width; ) {
      const free = 8 - ((bit + taken) & 7);
      const take = Math.min(free, width - taken);
      const byte = bytes[(bit + taken) >> 3]!;
      code = (code << take) | ((byte >> (free - take)) & ((1 << take) - 1));
      taken += take;
    }
    bit += width;
    if (code === endCode) break;
    if (code === clearCode) {
      [size, width, previous] = [258, 9, undefined];
      continue;
    }
    if (code > size || (code === size && !previous) || (code >= 256 && !previous)) {
      throw new WbeError("FORMAT", `expected an LZW code up to ${size}, found ${code}`, { where });
    }
    const start = at;
    if (code < 256) out[at++] = code;
    else {
      const [from, length] = code < size ? [starts[code]!, lengths[code]!] : [previous![0], previous![1] + 1];
      // Byte by byte: an entry that is being made reads what it has just written.
      for (let k = 0; k < length && at < limit; k++) out[at++] = out[from + k]!;
    }
    if (previous && size < 4096) {
      starts[size] = previous[0];
      lengths[size] = previous[1] + 1;
      size++;
    }
    previous = [start, at - start];
    if (size + 1 >= 1 << width && width < 12) width++;
  }
  return out.subarray(0, at);
}
