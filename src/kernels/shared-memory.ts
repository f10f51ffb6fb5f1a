/**
 * Kernels for memory that several threads see. WebAssembly keeps the two kinds of memory apart in the type of an import;
 * one bit of the module says which kind it is, and all else is the same code.
 *
 * Source: WebAssembly Core 2.0 §5.5.5 (import section), threads proposal (limits flag 3: shared, with a maximum).
 *
 * @module
 */
import { internalError } from "../core/errors.js";

const importSection = 2;
const memoryKind = 2;
const headerBytes = 8;
/** Flag 3 and the maximum of 65,536 pages as LEB128: any shared memory of at most 4 GiB fits. */
const maximum = [0x80, 0x80, 0x04];

export function isShared(memory: WebAssembly.Memory): boolean {
  return typeof SharedArrayBuffer !== "undefined" && memory.buffer instanceof SharedArrayBuffer;
}

/**
 * The same module, importing shared memory.
 *
 * @param bytes a module that imports an unshared memory without a maximum, after functions only, as the compiler and the
 * AssemblyScript build make them.
 */
export function importSharedMemory(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let at = headerBytes;
  while (at < bytes.length) {
    const id = bytes[at]!;
    const size = readLeb(bytes, at + 1);
    const end = size.next + size.value;
    if (id === importSection) return patch(bytes, at, size.next, end);
    at = end;
  }
  throw internalError("a kernel imports no memory");
}

function patch(bytes: Uint8Array<ArrayBuffer>, section: number, start: number, end: number): Uint8Array<ArrayBuffer> {
  let at = readLeb(bytes, start).next;
  const count = readLeb(bytes, start).value;
  for (let k = 0; k < count; k++) {
    for (let name = 0; name < 2; name++) {
      const length = readLeb(bytes, at);
      at = length.next + length.value;
    }
    if (bytes[at] === memoryKind) {
      const least = readLeb(bytes, at + 2);
      if (bytes[at + 1] !== 0) throw internalError(`a kernel imports memory with the limits flag ${bytes[at + 1]}`);
      const body = [...bytes.subarray(start, at + 1), 3, ...bytes.subarray(at + 2, least.next), ...maximum];
      const rest = bytes.subarray(least.next, end);
      const size = writeLeb(body.length + rest.length);
      return Uint8Array.from([
        ...bytes.subarray(0, section),
        importSection,
        ...size,
        ...body,
        ...rest,
        ...bytes.subarray(end),
      ]);
    }
    if (bytes[at] !== 0) throw internalError(`a kernel imports something of kind ${bytes[at]} before its memory`);
    at = readLeb(bytes, at + 1).next;
  }
  throw internalError("a kernel imports no memory");
}

function readLeb(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value, next: at };
  }
}

function writeLeb(value: number): number[] {
  const out: number[] = [];
  for (let rest = value; ; ) {
    const byte = rest & 0x7f;
    rest >>>= 7;
    out.push(rest === 0 ? byte : byte | 0x80);
    if (rest === 0) return out;
  }
}
