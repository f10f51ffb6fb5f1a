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
  const lows = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  const isSigned = values instanceof BigInt64Array;
  const highs = isSigned ? new Int32Array(lows.buffer, lows.byteOffset, lows.length) : lows;
  for (let i = 0; i < numbers.length; i++) {
    const number = highs[2 * i + 1 - lowFirst]! * high + lows[2 * i + lowFirst]!;
    if (!Number.isSafeInteger(number)) {
      throw new WbeError("LIMIT", `expected integers below 2^53, found ${values[i]}`, { where, remedy });
    }
    numbers[i] = number;
  }
  return numbers;
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
