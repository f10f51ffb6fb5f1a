/**
 * Compressed segmentation of neuroglancer (src/sliceview/compressed_segmentation/README.md): for each block of a chunk a
 * table of its labels, and for each voxel an index into it, of 0 to 32 bits.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";

const bitWidths = [0, 1, 2, 4, 8, 16, 32];

/**
 * Unpacks one chunk.
 *
 * @param extent voxels along x, y, z
 * @param block voxels of a block along x, y, z
 * @returns extent product · channels labels, x fastest, channels last.
 * @throws WbeError FORMAT for offsets beyond the chunk and widths that are none.
 */
export function decodeSegmentation(
  bytes: Uint8Array,
  extent: readonly [number, number, number],
  channels: number,
  block: readonly [number, number, number],
  type: "u4" | "u8",
  where: string,
): Uint32Array | BigUint64Array {
  const words = new Uint32Array(Math.floor(bytes.length / 4));
  new Uint8Array(words.buffer).set(bytes.subarray(0, 4 * words.length));
  const word = (at: number): number => {
    const value = words[at];
    if (value !== undefined) return value;
    throw new WbeError("FORMAT", `expected an offset below ${words.length}, found ${at}`, { where });
  };
  const [nx, ny, nz] = extent;
  const count = nx * ny * nz;
  const perLabel = type === "u8" ? 2 : 1;
  /** Low and, of 64 bits, high halves of the labels. */
  const out = new Uint32Array(count * channels * perLabel);
  const grid = extent.map((n, k) => Math.ceil(n / block[k]!)) as [number, number, number];
  for (let channel = 0; channel < channels; channel++) {
    const base = word(channel);
    for (let bz = 0; bz < grid[2]; bz++) {
      for (let by = 0; by < grid[1]; by++) {
        for (let bx = 0; bx < grid[0]; bx++) {
          const head = base + 2 * (bx + grid[0] * (by + grid[1] * bz));
          const table = base + (word(head) & 0xffffff);
          const bits = word(head) >>> 24;
          const values = base + word(head + 1);
          if (!bitWidths.includes(bits)) {
            throw new WbeError("FORMAT", `expected a width of ${bitWidths.join(", ")} bits, found ${bits}`, { where });
          }
          const mask = bits === 32 ? 0xffffffff : 2 ** bits - 1;
          const high = [nx, ny, nz].map((n, k) => Math.min(block[k]!, n - [bx, by, bz][k]! * block[k]!));
          for (let z = 0; z < high[2]!; z++) {
            for (let y = 0; y < high[1]!; y++) {
              const row = (channel * nz + bz * block[2] + z) * ny + by * block[1] + y;
              for (let x = 0; x < high[0]!; x++) {
                const bit = bits * (x + block[0] * (y + block[1] * z));
                const index = bits === 0 ? 0 : (word(values + Math.floor(bit / 32)) >>> (bit % 32)) & mask;
                const at = perLabel * (row * nx + bx * block[0] + x);
                const entry = table + perLabel * (index >>> 0);
                out[at] = word(entry);
                if (perLabel === 2) out[at + 1] = word(entry + 1);
              }
            }
          }
        }
      }
    }
  }
  return perLabel === 1 ? out : new BigUint64Array(out.buffer);
}
