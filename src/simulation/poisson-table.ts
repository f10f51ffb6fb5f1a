/**
 * Poisson numbers by inversion of one 32-bit word: a table of the distribution, shared by all neurons of a stimulus.
 *
 * @module
 */
import { exp } from "../core/math.js";

const twoTo32 = 2 ** 32;

export interface PoissonTable {
  /** thresholds[k] = P(events ≤ k)·2³², rounded down; the number of events is how many of them are ≤ the word. */
  readonly thresholds: Uint32Array;
  /** guide[word >> 24] = events of the smallest word with this top byte: where the search starts. */
  readonly guide: Uint16Array;
}

/**
 * @param mean 0 … 500 events. Probabilities are exact to 2^−32 each; numbers beyond all thresholds, of probability below
 * 2^−32, do not occur.
 */
export function makePoissonTable(mean: number): PoissonTable {
  const thresholds: number[] = [];
  let p = exp(-mean);
  let cumulative = p;
  for (let k = 1; Math.floor(cumulative * twoTo32) < twoTo32 - 1 && (p > 0 || k < mean); k++) {
    thresholds.push(Math.floor(cumulative * twoTo32));
    p *= mean / k;
    cumulative += p;
  }
  const guide = new Uint16Array(256);
  let events = 0;
  for (let top = 0; top < 256; top++) {
    while (events < thresholds.length && thresholds[events]! <= top * 2 ** 24) events++;
    guide[top] = events;
  }
  return { thresholds: Uint32Array.from(thresholds), guide };
}
