/**
 * One WebAssembly memory for a network or a group of cells: places are reserved first, then the memory is made once at its final size,
 * so that no view ever goes stale.
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
  private made: WebAssembly.Memory | undefined;

  /** Address of `bytes` bytes, 16-byte aligned. Contents start as zeros. */
  reserve(bytes: number): number {
    if (this.made) throw internalError("memory reserved after it was made");
    const at = this.next;
    this.next += Math.ceil(bytes / 16) * 16;
    return at;
  }

  get bytes(): number {
    return this.next;
  }

  /** @throws WbeError LIMIT with the numbers when more is needed than one memory can hold. */
  make(): WebAssembly.Memory {
    const pages = Math.ceil(this.next / pageBytes);
    const gigabytes = (this.next / 2 ** 30).toFixed(2);
    if (pages > maxPages) {
      throw new WbeError("LIMIT", `${gigabytes} GiB are needed; one WebAssembly memory holds 4 GiB`, {
        remedy: "Use fewer neurons, synapses or compartments.",
      });
    }
    try {
      this.made = new WebAssembly.Memory({ initial: pages, maximum: pages });
    } catch (cause) {
      throw new WbeError("LIMIT", `the machine does not give the ${gigabytes} GiB that are needed`, { cause });
    }
    return this.made;
  }

  private get buffer(): ArrayBuffer {
    if (!this.made) throw internalError("memory viewed before it was made");
    return this.made.buffer as ArrayBuffer;
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
