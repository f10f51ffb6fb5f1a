/**
 * One hash for what a network is: everything that decides its bits except how long it runs and what it is called.
 *
 * @module
 */
import { sha256, toHex } from "../core/sha256.js";
import type { BuiltNetwork } from "./network.js";
import type { CoupledProcess } from "./view.js";

/** Longer lists of numbers enter by their own hash, so that a network of millions of edges needs no text of them. */
const longestInline = 64;

/**
 * SHA-256, as 64 hexadecimal digits, of canonical JSON: the description with every model, synapse and rule written out,
 * and the processes' ids and intervals.
 *
 * @throws WbeError UNSUPPORTED where WebCrypto is missing.
 */
export async function fingerprint(
  { description, populations, projections }: BuiltNetwork,
  processes: readonly CoupledProcess[],
): Promise<string> {
  const text = await canonicalJson({
    ...description,
    duration: undefined,
    name: undefined,
    // What is left out and what is said to be the default are one network.
    populations: description.populations.map((p) => ({ ...p, precision: p.precision === "f32" ? "f32" : undefined })),
    models: populations.map(({ declaration, ports }) => ({
      declaration,
      ports: ports.map(({ name, synapse, params }) => ({ name, synapse, params: Object.fromEntries(params) })),
    })),
    rules: projections.map(({ name, rules }) => ({ name, rules })),
    processes: processes.map(({ id, every }) => ({ id, every })),
  });
  return toHex(await sha256(new TextEncoder().encode(text)));
}

/** Keys sorted, numbers as JSON writes them, lists of numbers alike whatever kind of array holds them. */
async function canonicalJson(value: unknown): Promise<string> {
  if (isNumbers(value)) {
    if (value.length <= longestInline) return `[${Array.from(value, (v) => JSON.stringify(v)).join()}]`;
    // + 0 makes −0 the 0 that JSON makes of it.
    const numbers = Float64Array.from(value, (v) => v + 0);
    return JSON.stringify({ f64: toHex(await sha256(new Uint8Array(numbers.buffer))) });
  }
  if (Array.isArray(value)) {
    const parts: string[] = [];
    for (const part of value) parts.push(await canonicalJson(part));
    return `[${parts.join()}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const parts: string[] = [];
  const entries = Object.entries(value).filter(([, part]) => part !== undefined && typeof part !== "function");
  for (const [key, part] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
    parts.push(`${JSON.stringify(key)}:${await canonicalJson(part)}`);
  }
  return `{${parts.join()}}`;
}

function isNumbers(value: unknown): value is ArrayLike<number> {
  if (ArrayBuffer.isView(value)) return true;
  return Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === "number");
}
