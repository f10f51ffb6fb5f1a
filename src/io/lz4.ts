/**
 * LZ4 frames (github.com/lz4/lz4, doc/lz4_Frame_format.md 1.6): blocks that may refer to those before them. Checksums are
 * skipped.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";

/** @throws WbeError FORMAT when the frame is damaged or holds another number of bytes than `length`. */
export function decodeLz4Frame(input: Uint8Array, length: number, where: string): Uint8Array {
  const fault = (expected: string, found: unknown) =>
    new WbeError("FORMAT", `expected ${expected}, found ${found}`, { where: `${where}, LZ4 frame` });
  const byte = (at: number): number => {
    const value = input[at];
    if (value === undefined) throw fault(`more than ${input.length} bytes`, "the end");
    return value;
  };
  const word = (at: number) => byte(at) + (byte(at + 1) << 8) + (byte(at + 2) << 16) + byte(at + 3) * 2 ** 24;
  if (word(0) !== 0x184d2204) throw fault("the magic of LZ4", word(0));
  const flags = byte(4);
  const hasBlockChecksum = (flags & 0x10) !== 0;
  // Content size and dictionary id are there when their flags are set; then one byte of checksum.
  let at = 7 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0);
  const out = new Uint8Array(length);
  let end = 0;
  for (;;) {
    const size = word(at);
    at += 4;
    if (size === 0) break;
    const stored = size % 2 ** 31;
    if (at + stored > input.length) throw fault(`a block of ${stored} bytes`, input.length - at);
    const block = input.subarray(at, at + stored);
    if (size < 2 ** 31) end = decodeBlock(block, out, end, fault);
    else {
      if (end + stored > length) throw fault(`${length} bytes`, "more");
      out.set(block, end);
      end += stored;
    }
    at += stored + (hasBlockChecksum ? 4 : 0);
  }
  if (end !== length) throw fault(`${length} bytes`, end);
  return out;
}

/** Appends one block to `out` at `end`. */
function decodeBlock(
  block: Uint8Array,
  out: Uint8Array,
  end: number,
  fault: (expected: string, found: unknown) => WbeError,
): number {
  let at = 0;
  const extended = (start: number): number => {
    let length = start;
    if (start !== 15) return length;
    for (;;) {
      const more = block[at++];
      if (more === undefined) throw fault("a length", "the end of the block");
      length += more;
      if (more !== 255) return length;
    }
  };
  while (at < block.length) {
    const token = block[at++]!;
    const literals = extended(token >> 4);
    if (at + literals > block.length || end + literals > out.length) throw fault("literals inside the block", literals);
    out.set(block.subarray(at, at + literals), end);
    at += literals;
    end += literals;
    if (at === block.length) break;
    const offset = block[at]! + ((block[at + 1] ?? 0) << 8);
    at += 2;
    const length = extended(token & 15) + 4;
    if (offset === 0 || offset > end || end + length > out.length) throw fault("a match inside the output", offset);
    for (const stop = end + length; end < stop; end++) out[end] = out[end - offset]!;
  }
  return end;
}
