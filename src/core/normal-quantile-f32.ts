/**
 * The normal quantile in single precision, each operation rounded to f32, so that every JavaScript engine gives the bits of
 * the f32 kernels.
 *
 * @module
 */
import { log } from "./math-f32.js";
import { normalQuantileRanges } from "./normal-quantile.js";

const f = Math.fround;
const single = (coefficients: readonly number[]): readonly number[] => coefficients.map(f);
const { central, middle } = normalQuantileRanges;
const ranges = {
  central: { num: single(central.num), den: single(central.den) },
  middle: { num: single(middle.num), den: single(middle.den) },
};
const edge = f(0.425);
const centre = f(0.180625);
const middleCentre = f(1.6);

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = coefficients[coefficients.length - 1]!;
  for (let i = coefficients.length - 2; i >= 0; i--) sum = f(f(sum * x) + coefficients[i]!);
  return sum;
}

/**
 * The z for which a standard normal variable is below z with probability p, an odd multiple of 2^−24 in (0, 1): to 4e-7 of
 * its size.
 *
 * Source: Wichura 1988, Algorithm AS 241, Applied Statistics 37:477.
 */
export function normalQuantileF32(p: number): number {
  const q = f(p - 0.5);
  const size = Math.abs(q);
  if (size <= edge) {
    const r = f(centre - f(q * q));
    return f(q * f(polynomial(ranges.central.num, r) / polynomial(ranges.central.den, r)));
  }
  const r = f(f(Math.sqrt(-log(f(0.5 - size)))) - middleCentre);
  const z = f(polynomial(ranges.middle.num, r) / polynomial(ranges.middle.den, r));
  return q < 0 ? -z : z;
}
