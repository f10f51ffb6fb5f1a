/**
 * One WebAssembly memory for a network or a group of cells. While that is built it grows: places are reserved, the memory
 * is brought to that size, views are taken and dropped again. Once made it never grows, so that no view goes stale.
 *
 * @module
 */
import type { Precision, Reals } from "../core/column.js";
import { internalError, WbeError } from "../core/errors.js";

const pageBytes = 65536;
const maxPages = 65536;
export const maxMemoryBytes = maxPages * pageBytes;
/** The first page is left to the hand-written kernels (AssemblyScript keeps static data there). */
const firstByte = pageBytes;

export class Arena {
  private next = firstByte;
  private isMade = false;

  private constructor(readonly memory: WebAssembly.Memory) {}

  /** @param isShared several threads are to see the memory. */
  static create(isShared = false): Arena {
    // Address space, not memory: pages that nobody writes to take none.
    return new Arena(new WebAssembly.Memory({ initial: 1, maximum: maxPages, shared: isShared }));
  }

  /** Views of a memory that another thread has made. */
  static over(memory: WebAssembly.Memory): Arena {
    const arena = new Arena(memory);
    arena.next = memory.buffer.byteLength;
    arena.isMade = true;
    return arena;
  }

  /** Address of `bytes` bytes, 16-byte aligned. Contents start as zeros. Views can be taken after `grow` or `make`. */
  reserve(bytes: number): number {
    if (this.isMade) throw internalError("memory reserved after it was made");
    const at = this.next;
    this.next += Math.ceil(bytes / 16) * 16;
    return at;
  }

  /** Where the next reservation will stand; `rewind` takes it. */
  get mark(): number {
    return this.next;
  }

  /** Gives up what was reserved since `mark`, and clears it. */
  rewind(mark: number): void {
    this.requireGrown();
    new Uint8Array(this.memory.buffer, mark, this.next - mark).fill(0);
    this.next = mark;
  }

  /**
   * Brings the memory to the size of what is reserved. Views taken before are of no use any more.
   *
   * @throws WbeError LIMIT with the numbers when more is needed than one memory can hold.
   */
  grow(): void {
    const pages = Math.ceil(this.next / pageBytes);
    const now = this.memory.buffer.byteLength / pageBytes;
    if (pages <= now) return;
    const gigabytes = (this.next / 2 ** 30).toFixed(2);
    if (pages > maxPages) {
      throw new WbeError("LIMIT", `${gigabytes} GiB are needed; one WebAssembly memory holds 4 GiB`, {
        remedy: "Use fewer neurons, synapses or compartments, or more threads: each has a memory of its own.",
      });
    }
    // Growing has its price; pages ahead of what is reserved take nothing until they are used.
    if (this.tryToGrow(Math.min(maxPages, Math.ceil(1.25 * pages)) - now)) return;
    if (this.tryToGrow(pages - now)) return;
    throw new WbeError("LIMIT", `the machine does not give the ${gigabytes} GiB that are needed`);
  }

  private tryToGrow(pages: number): boolean {
    try {
      this.memory.grow(pages);
      return true;
    } catch {
      return false;
    }
  }

  /** Grows for the last time. */
  make(): WebAssembly.Memory {
    this.grow();
    this.isMade = true;
    return this.memory;
  }

  private requireGrown(): void {
    if (this.next > this.memory.buffer.byteLength) throw internalError("memory viewed before it has grown");
  }

  private get buffer(): ArrayBuffer {
    this.requireGrown();
    return this.memory.buffer as ArrayBuffer;
  }

  f64(at: number, length: number): Float64Array {
    return new Float64Array(this.buffer, at, length);
  }

  f32(at: number, length: number): Float32Array {
    return new Float32Array(this.buffer, at, length);
  }

  /** In a population's number format. */
  reals(precision: Precision, at: number, length: number): Reals {
    return precision === "f32" ? this.f32(at, length) : this.f64(at, length);
  }

  u32(at: number, length: number): Uint32Array {
    return new Uint32Array(this.buffer, at, length);
  }

  u16(at: number, length: number): Uint16Array {
    return new Uint16Array(this.buffer, at, length);
  }
}
