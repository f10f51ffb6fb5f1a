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
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (v < low) low = v;
    if (v > high) high = v;
  }
  if (!(high > low)) return Number.NaN;
  const counts = new Float64Array(bins);
  const perBin = bins / (high - low);
  for (let i = 0; i < values.length; i++) counts[Math.min(bins - 1, Math.floor((values[i]! - low) * perBin))]!++;
  const total = values.length;
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
  return low + ((firstBest + lastBest) / 2 + 1) / perBin;
}
