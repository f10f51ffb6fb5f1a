/**
 * What to say when a name is not known.
 *
 * @module
 */

/** `Did you mean "tauW"?` when a known name is near (letter case, one or two slips), otherwise the names there are. */
export function suggestName(name: string, known: readonly string[]): string {
  const lower = name.toLowerCase();
  let best: string | undefined = known.find((candidate) => candidate.toLowerCase() === lower);
  if (best === undefined) {
    let least = name.length > 4 ? 3 : 2;
    for (const candidate of known) {
      const distance = countSlips(lower, candidate.toLowerCase());
      if (distance >= least || distance >= candidate.length) continue;
      least = distance;
      best = candidate;
    }
  }
  return best === undefined ? `There are ${known.join(", ") || "none"}.` : `Did you mean "${best}"?`;
}

/** Letters to insert, remove, replace or swap with their neighbour (optimal string alignment distance). */
function countSlips(a: string, b: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let slips = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) slips = Math.min(slips, before[j - 2]! + 1);
      next.push(slips);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
