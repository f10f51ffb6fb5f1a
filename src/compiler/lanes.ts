/**
 * How one 128-bit vector is cut into lanes, one neuron each: two of f64 or four of f32.
 *
 * @module
 */
import type { Precision } from "../core/column.js";

export interface Lanes {
  readonly precision: Precision;
  /** Neurons per vector. */
  readonly count: 2 | 4;
  /** Bytes of one value, and their logarithm to base 2. */
  readonly bytes: 8 | 4;
  readonly shift: 3 | 2;
  /** Prefixes of the vector instructions. */
  readonly float: "f64x2" | "f32x4";
  readonly integer: "i64x2" | "i32x4";
  /** Instruction that loads one value into all lanes. */
  readonly splat: "v128.load64_splat" | "v128.load32_splat";
}

export const lanesOf: Readonly<Record<Precision, Lanes>> = {
  f64: {
    precision: "f64",
    count: 2,
    bytes: 8,
    shift: 3,
    float: "f64x2",
    integer: "i64x2",
    splat: "v128.load64_splat",
  },
  f32: {
    precision: "f32",
    count: 4,
    bytes: 4,
    shift: 2,
    float: "f32x4",
    integer: "i32x4",
    splat: "v128.load32_splat",
  },
};

/** Neurons of a population rounded up to whole vectors. */
export function paddedSize(size: number, { count }: Lanes): number {
  return Math.ceil(size / count) * count;
}
