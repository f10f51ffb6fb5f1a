/**
 * Goodness-of-fit statistics for the tests of random numbers. Every test uses a fixed seed and a significance of
 * 1e-4, so it either always passes or always fails; the level says how unlikely a failure of a right generator was.
 */
export const significance = 1e-4;
/** Standard normal quantile of 1 − 1e-4 (tables). */
const z = 3.719016;

/** Upper 1e-4 point of chi-square (Wilson & Hilferty 1931; error below 1 % from 5 degrees of freedom on). */
export function chiSquareLimit(degrees: number): number {
  const c = 2 / (9 * degrees);
  return degrees * (1 - c + z * Math.sqrt(c)) ** 3;
}

/** Pearson's statistic over its 1e-4 point, cells with an expectation below 5 pooled into one; < 1 passes. */
export function chiSquareRatio(counts: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i]!;
  let statistic = 0;
  let cells = 0;
  let rareCount = 0;
  let rareExpected = 0;
  const add = (count: number, expected: number) => {
    statistic += (count - expected) ** 2 / expected;
    cells++;
  };
  for (let i = 0; i < counts.length; i++) {
    const expected = probabilities[i]! * total;
    if (expected >= 5) add(counts[i]!, expected);
    else {
      rareCount += counts[i]!;
      rareExpected += expected;
    }
  }
  if (rareExpected > 0) add(rareCount, Math.max(rareExpected, 1));
  return statistic / chiSquareLimit(cells - 1);
}

/** Kolmogorov–Smirnov √n·D over its 1e-4 point 2.2253 (√(ln(2/1e-4)/2)); < 1 passes. */
export function kolmogorovSmirnovRatio(sample: Float64Array, cdf: (x: number) => number): number {
  const sorted = sample.slice().sort();
  let distance = 0;
  for (let i = 0; i < sorted.length; i++) {
    const p = cdf(sorted[i]!);
    distance = Math.max(distance, p - i / sorted.length, (i + 1) / sorted.length - p);
  }
  return (distance * Math.sqrt(sorted.length)) / 2.2253;
}

export function meanAndVariance(sample: ArrayLike<number>): { mean: number; variance: number } {
  let sum = 0;
  for (let i = 0; i < sample.length; i++) sum += sample[i]!;
  const mean = sum / sample.length;
  let square = 0;
  for (let i = 0; i < sample.length; i++) square += (sample[i]! - mean) ** 2;
  return { mean, variance: square / (sample.length - 1) };
}
