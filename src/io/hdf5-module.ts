/**
 * The one h5wasm instance: loaded at first use, its silent failures turned into errors, files mounted by range.
 *
 * @module
 */
import type * as H5wasm from "h5wasm";
import type { Metadata } from "h5wasm";
import { WbeError } from "../core/errors.js";
import { byteLimit, checkBytes, type ReadOptions, type Source } from "./format.js";

type Library = typeof H5wasm;

/** The part of Emscripten's file system that is used; h5wasm's own types leave stream operations untyped. */
interface EmscriptenFS {
  writeFile(path: string, data: Uint8Array): void;
  unlink(path: string): void;
  lookupPath(path: string): { node: { usedBytes: number; stream_ops: Record<string, unknown> } };
  readFile(path: string): Uint8Array;
  streams: ({ stream_ops: Record<string, unknown> } | undefined)[];
}

type WriteOp = (stream: unknown, buffer: Int8Array, offset: number, length: number) => number;

/** What HDF5 says on its way out of a failed call; the last lines, for the message. */
let complaint = "";
let loading: Promise<Library> | undefined;
/** Limits of the file that is being read now: every call into the library is synchronous. */
let limits = { bytes: Number.POSITIVE_INFINITY, where: "" };
/** What a source threw inside a call of the library. */
let readFailure: unknown;

/** Loads h5wasm. @throws WbeError UNSUPPORTED where WebAssembly cannot be compiled. */
export function loadHdf5(): Promise<Library> {
  loading ??= start();
  return loading.catch((cause) => {
    throw new WbeError("UNSUPPORTED", "could not start the HDF5 library", { cause });
  });
}

/**
 * The library allocates whatever a damaged file declares (lengths of text, sizes of heaps), up to 2 GiB, and its
 * build offers no limit. So its memory is caught while it starts, and growth past `memoryCeiling` refused: malloc then
 * fails, which HDF5 reports as an error.
 */
let memoryCeiling = Number.POSITIVE_INFINITY;

async function start(): Promise<Library> {
  const { instantiate } = WebAssembly;
  const capturing = async (...args: Parameters<typeof instantiate>) => {
    const result = await instantiate(...args);
    const { exports } = (result as unknown as WebAssembly.WebAssemblyInstantiatedSource).instance;
    const memory = Object.values(exports ?? {}).find((item) => item instanceof WebAssembly.Memory);
    if (memory) {
      const grow = memory.grow.bind(memory);
      memory.grow = (pages) => {
        if (memory.buffer.byteLength + 65536 * pages > memoryCeiling) throw new RangeError("beyond the limit");
        return grow(pages);
      };
    }
    return result;
  };
  WebAssembly.instantiate = capturing as unknown as typeof instantiate;
  try {
    const library = await import("h5wasm");
    makeFailuresErrors(await library.ready);
    return library;
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

/** Memory that the library may take besides the arrays that are read: caches and, when writing, the file itself. */
const workingBytes = 2 ** 26;

export function fileSystem(library: Library): EmscriptenFS {
  return library.FS as unknown as EmscriptenFS;
}

/**
 * h5wasm ignores the status of a read, which would hand out uninitialised memory, and HDF5 prints its errors. Both are
 * caught here, where all of its calls pass; buffers are zeroed first, because it frees pointers in them after a failure.
 */
function makeFailuresErrors(module: typeof H5wasm.Module): void {
  const fs = module.FS as unknown as EmscriptenFS;
  const write: WriteOp = (_stream, buffer, offset, length) => {
    complaint = (complaint + new TextDecoder().decode(buffer.slice(offset, offset + length))).slice(-4000);
    return length;
  };
  for (const fd of [1, 2]) {
    const stream = fs.streams[fd];
    if (stream) stream.stream_ops = { ...stream.stream_ops, write };
  }
  const checkStatus = (status: number): number => {
    if (status < 0) throw new Error("the HDF5 library could not do it");
    return status;
  };
  const zero = (pointer: bigint, bytes: number) => module.HEAPU8.fill(0, Number(pointer), Number(pointer) + bytes);
  const checkSize = (metadata: Metadata): Metadata => {
    if (metadata.shape) checkBytes(metadata.size * metadata.total_size, limits.bytes, limits.where);
    return metadata;
  };
  const original = { ...module };
  module.get_attribute_metadata = (file, path, name) => checkSize(original.get_attribute_metadata(file, path, name));
  module.get_dataset_data = (file, path, count, offset, strides, pointer) => {
    const { size, total_size, type } = original.get_dataset_metadata(file, path);
    // Plain numbers hold no pointers.
    if (type > 1) zero(pointer, count ? Number(count.reduce((a, b) => a * b, BigInt(size))) : size * total_size);
    return checkStatus(original.get_dataset_data(file, path, count, offset, strides, pointer));
  };
  module.get_attribute_data = (file, path, name, pointer) => {
    const { size, total_size } = original.get_attribute_metadata(file as bigint, path, name);
    zero(pointer, size * total_size);
    return checkStatus(original.get_attribute_data(file, path, name, pointer));
  };
  for (const name of [
    "create_dataset",
    "create_vlen_str_dataset",
    "create_attribute",
    "create_vlen_str_attribute",
    "create_group",
    "create_soft_link",
    "set_dataset_data",
  ] as const) {
    const call = original[name] as (...args: unknown[]) => number;
    (module as unknown as Record<string, unknown>)[name] = (...args: unknown[]) => checkStatus(call(...args));
  }
}

/** What HDF5 itself said about the last failure: its innermost message. */
function innermostComplaint(): string {
  const lines = [...complaint.matchAll(/line \d+ in \w+\(\): (.*)/g)].map((match) => match[1]!);
  return lines.at(-1) ?? "";
}

/**
 * Runs one synchronous use of the library; whatever it throws becomes a WbeError that names the place.
 *
 * @throws WbeError FORMAT, or the WbeError that the use threw itself.
 */
export function guardHdf5<T>(where: string, limit: number, use: () => T): T {
  complaint = "";
  readFailure = undefined;
  limits = { bytes: limit, where };
  memoryCeiling = workingBytes + 2 * limit;
  try {
    return use();
  } catch (cause) {
    if (readFailure instanceof WbeError) throw readFailure;
    if (cause instanceof WbeError) throw cause;
    const said = innermostComplaint() || (cause instanceof Error ? cause.message : String(cause));
    throw new WbeError("FORMAT", `expected readable HDF5, found: ${said}`, {
      where,
      remedy: "The file may be truncated or damaged.",
      cause,
    });
  }
}

/** What the file system of the library expects to be thrown for a failed read. */
const inputOutputError = () => Object.assign(new Error("input/output error"), { name: "ErrnoError", errno: 29 });

/**
 * False for a global heap collection ("GCOL") whose objects do not follow one another inside it: HDF5 2.0 walks such a
 * collection for ever. Anything else is true.
 */
function isSoundHeap(bytes: Uint8Array): boolean {
  if (bytes.length < 32 || bytes[0] !== 0x47 || bytes[1] !== 0x43 || bytes[2] !== 0x4f || bytes[3] !== 0x4c)
    return true;
  if (bytes[4] !== 1 || bytes[5] !== 0) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = Number(view.getBigUint64(8, true));
  const end = Math.min(size, bytes.length);
  for (let at = 16; at + 16 <= end; ) {
    const index = view.getUint16(at, true);
    const length = Number(view.getBigUint64(at + 8, true));
    // Object 0 is the free space up to the end; its size includes its own header.
    if (index === 0) return at + length === size;
    at += 16 + 8 * Math.ceil(length / 8);
    if (at > size) return false;
  }
  return true;
}

let nMounted = 0;

/** Largest Blob that is read whole where it cannot be read by range (the main thread of a page). */
const wholeLimit = 2 ** 30;

/**
 * Makes a source a file of the library's own file system; HDF5 then reads only the ranges that it needs.
 *
 * @returns its path there, and what takes it away again.
 * @throws WbeError LIMIT for a source without `readSync` that is too large to be read whole.
 */
export async function mountSource(
  library: Library,
  source: Source,
  options: ReadOptions,
): Promise<{ path: string; limit: number; unmount(): void }> {
  let readSync = source.readSync?.bind(source);
  if (!readSync) {
    if (source.size > wholeLimit) {
      throw new WbeError("LIMIT", `expected at most ${wholeLimit} bytes here, found ${source.size}`, {
        where: source.name,
        remedy: "Open it inside a Web Worker, where it is read by range.",
      });
    }
    const whole = await source.read(0, source.size);
    readSync = (start, end) => whole.subarray(start, end);
  }
  const read = readSync;
  const fs = fileSystem(library);
  const path = `/wbe-read-${nMounted++}`;
  fs.writeFile(path, new Uint8Array(0));
  const { node } = fs.lookupPath(path);
  node.usedBytes = source.size;
  node.stream_ops = {
    ...node.stream_ops,
    read(_stream: unknown, buffer: Int8Array, offset: number, length: number, position: number): number {
      const end = Math.min(source.size, position + length);
      if (position >= end) return 0;
      const place = new Uint8Array(buffer.buffer, buffer.byteOffset + offset, end - position);
      let bytes: Uint8Array;
      try {
        bytes = read(position, end, place);
      } catch (cause) {
        readFailure = cause;
        throw inputOutputError();
      }
      if (!isSoundHeap(bytes)) throw inputOutputError();
      if (bytes !== place) place.set(bytes);
      return bytes.length;
    },
  };
  return {
    path,
    limit: byteLimit(source.size, options),
    unmount() {
      node.usedBytes = 0;
      fs.unlink(path);
    },
  };
}
