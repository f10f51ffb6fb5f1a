/**
 * 64-bit integers as doubles and back, by their two halves: BigInts, one object per number, cost ten times more.
 *
 * @module
 */
import type { NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";

const high = 2 ** 32;
/** Every machine that runs WebAssembly in a browser or Node is little-endian, but typed arrays would not say so. */
const lowFirst = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;

/** @throws WbeError LIMIT for an integer that a double cannot hold exactly. */
export function exactNumbers(values: BigInt64Array | BigUint64Array, where: string, remedy?: string): Float64Array {
  const numbers = new Float64Array(values.length);
  exactNumbersInto(numbers, values, where, remedy);
  return numbers;
}

/** The same into the first places of `numbers`. @throws WbeError LIMIT */
export function exactNumbersInto(
  numbers: Float64Array,
  values: BigInt64Array | BigUint64Array,
  where: string,
  remedy?: string,
): void {
  const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  const isSigned = values instanceof BigInt64Array;
  let magnitude = 0;
  for (let i = 0; i < values.length; i++) {
    const upper = halves[2 * i + 1 - lowFirst]!;
    numbers[i] = (isSigned ? upper : upper >>> 0) * high + (halves[2 * i + lowFirst]! >>> 0);
    magnitude |= isSigned ? upper ^ (upper >> 31) : upper;
  }
  // Below 2^52 all are exact; beyond, each is looked at.
  if (magnitude >>> 20 === 0) return;
  for (let i = 0; i < values.length; i++) {
    if (Number.isSafeInteger(numbers[i])) continue;
    throw new WbeError("LIMIT", `expected integers below 2^53, found ${values[i]}`, { where, remedy });
  }
}

/** Copies 64-bit integers as 32-bit ones; false, with `out` half filled, when one does not fit. */
export function narrowInto(out: Uint32Array | Int32Array, values: BigInt64Array | BigUint64Array): boolean {
  const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  const isSigned = out instanceof Int32Array;
  let wide = 0;
  for (let i = 0; i < values.length; i++) {
    const lower = halves[2 * i + lowFirst]!;
    out[i] = lower;
    wide |= halves[2 * i + 1 - lowFirst]! ^ (isSigned ? lower >> 31 : 0);
  }
  return wide === 0;
}

/** @throws WbeError ARGUMENT for what is no whole number from 0 to 2^53 − 1. */
export function toUnsigned64(values: NumericArray, where = ""): BigUint64Array {
  const wide = new BigUint64Array(values.length);
  const halves = new Uint32Array(wide.buffer);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(Number.isSafeInteger(value) && value >= 0)) {
      throw new WbeError("ARGUMENT", `expected a whole number from 0 on, found ${value}`, { where });
    }
    halves[2 * i + lowFirst] = value % high;
    halves[2 * i + 1 - lowFirst] = Math.floor(value / high);
  }
  return wide;
}
