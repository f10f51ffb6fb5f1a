/**
 * A measure beside its null distribution.
 *
 * @module
 */

/**
 * Mean, standard deviation (n−1) and p = (values that reach `value` + 1)/(n + 1), which counts the measured value among
 * the possible ones and is never 0 (Phipson & Smyth 2010, Stat Appl Genet Mol Biol 9:39). `values` has one entry or more.
 */
export function summariseNull(values: readonly number[], value: number): { mean: number; sd: number; p: number } {
  const n = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return {
    mean,
    sd: n > 1 ? Math.sqrt(squares / (n - 1)) : 0,
    p: (values.filter((x) => x >= value).length + 1) / (n + 1),
  };
}
