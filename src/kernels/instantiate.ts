/**
 * Hand-written kernels on a memory that the caller owns.
 *
 * @module
 */
import { internalError } from "../core/errors.js";
import { importSharedMemory, isShared } from "./shared-memory.js";

const compiled = new Map<string, Promise<WebAssembly.Module>>();
const compiledNow = new Map<string, WebAssembly.Module>();

/** Instance of a module of generated/ (base64), which is compiled once; `names` are the exports that it must have. */
export async function instantiateKernels(
  wasmBase64: string,
  memory: WebAssembly.Memory,
  names: readonly string[],
  imports: WebAssembly.ModuleImports = {},
): Promise<WebAssembly.Exports> {
  const key = isShared(memory) ? `shared ${wasmBase64}` : wasmBase64;
  let module = compiled.get(key);
  if (!module) {
    const bytes = decodeBase64(wasmBase64);
    module = WebAssembly.compile(isShared(memory) ? importSharedMemory(bytes) : bytes);
    compiled.set(key, module);
  }
  const { exports } = await WebAssembly.instantiate(await module, { env: { memory, abort, ...imports } });
  requireExports(exports, names);
  return exports;
}

/**
 * As instantiateKernels, at once: for calls that answer at once. Browsers allow it for modules of up to 8 MB, which these
 * are far from; engines that are asynchronous have no need of it.
 */
export function instantiateKernelsNow(
  wasmBase64: string,
  memory: WebAssembly.Memory,
  names: readonly string[],
): WebAssembly.Exports {
  let module = compiledNow.get(wasmBase64);
  if (!module) {
    module = new WebAssembly.Module(decodeBase64(wasmBase64));
    compiledNow.set(wasmBase64, module);
  }
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  requireExports(exports, names);
  return exports;
}

function requireExports(exports: WebAssembly.Exports, names: readonly string[]): void {
  for (const name of names) {
    if (typeof exports[name] !== "function") throw internalError(`kernel ${name} is missing`);
  }
}

function abort(): never {
  throw internalError("a kernel stopped");
}

/** Bytes of a base64 text; in Node and in browsers. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
