/**
 * What every metric and validator returns instead of a bare number (DESIGN §7, §10).
 *
 * @module
 */

export type ParameterValue = number | string | boolean | readonly number[] | readonly string[];
export type Values = Record<string, ParameterValue>;

export interface Measured {
  /** NaN only together with a warning that says why there is no value. */
  value: number;
  unit: string;
  /** The estimator or algorithm, in words that a methods section could use. */
  method: string;
  parameters: Values;
  /** Paper, standard or table that defines the measure. */
  source: string;
  /** 95 % interval, where the method gives one. */
  interval?: [number, number];
  /** The same measure on data from which the effect has been removed. p: chance of a null value at least as large, (reached + 1)/(surrogates + 1). */
  null?: { mean: number; sd: number; p: number };
  warnings: string[];
}
