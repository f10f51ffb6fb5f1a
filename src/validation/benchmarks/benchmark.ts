/**
 * What a validator compares with: published or independently computed numbers, as data, with where they come from.
 *
 * @module
 */

/** Expected sustained rate at one constant current. */
export interface FIPoint {
  /** In the benchmark's current unit. */
  current: number;
  /** Hz, the reference value; null where only the band is known. */
  expected: number | null;
  /** Hz, inclusive band of rates that count as agreement. `high` null: no upper bound. */
  low: number;
  high: number | null;
}

export interface FICurveBenchmark {
  kind: "fi-curve";
  id: string;
  title: string;
  /** Id of the neuron model it applies to. */
  model: string;
  source: string;
  /** How the numbers were obtained and how wide the band is, and why. */
  note: string;
  currentUnit: string;
  /** A table for one parameter set, or a closed form of the model's parameters (in the declaration's units). */
  points: readonly FIPoint[] | ((params: Readonly<Record<string, number>>) => readonly FIPoint[]);
}

export type Benchmark = FICurveBenchmark;

/** A point whose band is ± `tolerance` (relative) about the expected rate; 0 Hz must be 0. */
export function pointWithin(current: number, expected: number, tolerance: number): FIPoint {
  return { current, expected, low: expected * (1 - tolerance), high: expected * (1 + tolerance) };
}
