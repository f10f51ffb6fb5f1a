/**
 * Otsu's threshold.
 *
 * @module
 */

/**
 * The grey level that best separates two classes: it maximises the variance between them, over a histogram of
 * `bins` equal bins from the least to the greatest value. Values above it are foreground. Between two classes with
 * nothing in between every level is equally good; the middle of them is taken. NaN when all values are equal.
 *
 * Source: Otsu 1979, IEEE Trans Syst Man Cybern 9:62.
 */
export function otsuThreshold(values: ArrayLike<number>, bins = 256): number {
  const histogram = new GreyHistogram(bins);
  histogram.addRange(values);
  histogram.count(values);
  return histogram.threshold();
}

/** Otsu's level of values that come in parts: first all to `addRange`, then all to `count`. */
export class GreyHistogram {
  readonly #counts: Float64Array;
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;

  constructor(bins = 256) {
    this.#counts = new Float64Array(bins);
  }

  addRange(values: ArrayLike<number>): void {
    let [low, high] = [this.#low, this.#high];
    for (let i = 0; i < values.length; i++) {
      const v = values[i]!;
      if (v < low) low = v;
      if (v > high) high = v;
    }
    this.#low = low;
    this.#high = high;
  }

  count(values: ArrayLike<number>): void {
    const counts = this.#counts;
    const low = this.#low;
    const bins = counts.length;
    const perBin = bins / (this.#high - low);
    if (!Number.isFinite(perBin)) return;
    for (let i = 0; i < values.length; i++) counts[Math.min(bins - 1, Math.floor((values[i]! - low) * perBin))]!++;
  }

  threshold(): number {
    if (!(this.#high > this.#low)) return Number.NaN;
    const counts = this.#counts;
    const bins = counts.length;
    const perBin = bins / (this.#high - this.#low);
    const total = counts.reduce((sum, n) => sum + n, 0);
    let moment = 0;
    for (let b = 0; b < bins; b++) moment += b * counts[b]!;
    let below = 0;
    let momentBelow = 0;
    let best = -1;
    let firstBest = 0;
    let lastBest = 0;
    for (let b = 0; b < bins - 1; b++) {
      below += counts[b]!;
      momentBelow += b * counts[b]!;
      if (below === 0 || below === total) continue;
      const difference = momentBelow / below - (moment - momentBelow) / (total - below);
      const between = below * (total - below) * difference * difference;
      if (between > best) {
        best = between;
        firstBest = b;
        lastBest = b;
      } else if (between === best) lastBest = b;
    }
    return this.#low + ((firstBest + lastBest) / 2 + 1) / perBin;
  }
}
