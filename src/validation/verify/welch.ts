/** Do two samples have one mean? Welch 1947, Biometrika 34:28: a t-test that lets the variances differ. @module */
import { cos } from "../../core/math.js";

export interface Sample {
  readonly n: number;
  readonly mean: number;
  /** Standard deviation, of n − 1 degrees of freedom. */
  readonly sd: number;
}

/** At least two values. */
export function sampleOf(values: readonly number[]): Sample {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { n, mean, sd };
}

/**
 * Probability of means that lie apart as far or farther, if both samples are normal with one mean (two-sided). NaN where a
 * value is; 0 or 1 without any spread.
 */
export function welchProbability(a: Sample, b: Sample): number {
  const [va, vb] = [(a.sd * a.sd) / a.n, (b.sd * b.sd) / b.n];
  const difference = Math.abs(a.mean - b.mean);
  if (va + vb === 0) return difference === 0 ? 1 : 0;
  const degrees = (va + vb) ** 2 / ((va * va) / (a.n - 1) + (vb * vb) / (b.n - 1));
  return studentTail(difference / Math.sqrt(va + vb), degrees);
}

/** Two-sided tail of Student's t. With t = √ν·tan θ the density is proportional to cos^(ν−1) θ. */
function studentTail(t: number, degrees: number): number {
  const power = (x: number): number => Math.max(0, x) ** (degrees - 1);
  const area = (from: number): number => {
    const steps = 2000;
    const h = (Math.PI / 2 - from) / steps;
    let sum = 0;
    for (let k = 0; k <= steps; k++) sum += (k === 0 || k === steps ? 1 : k % 2 ? 4 : 2) * power(cos(from + k * h));
    return (sum * h) / 3;
  };
  return area(Math.atan(t / Math.sqrt(degrees))) / area(0);
}
