/**
 * The minimum information bipartition: the cut that integrates least for its size.
 *
 * @module
 */
import type { RandomStream } from "../core/random.js";
import { type GaussianDynamics, geometricPhi, type PhiG } from "./gaussian-phi.js";

export interface SearchOptions {
  /** All bipartitions are tried up to this many units. */
  exhaustiveUpTo: number;
  /** Random bipartitions tried above that. */
  samples: number;
  /** Candidates whose Φ_G is computed in full. */
  refined: number;
}

export interface MinimumBipartition extends PhiG {
  /** 0 or 1 per unit; unit 0 is in part 0. */
  part: Uint8Array;
  /** Bipartitions that were looked at. */
  evaluated: number;
}

/**
 * Minimises Φ_G/K with K = min(|A|, |B|) units, so that single units are not cut off merely for being small (the
 * normalisation by the smaller part's maximum entropy of Balduzzi & Tononi 2008, PLoS Comput Biol 4:e1000091, for units
 * of equal variance). The value is Φ_G itself, not divided.
 *
 * Candidates are ranked by the bound of separate regressions, which costs one step; the best are then computed in full.
 * Few units: every bipartition is a candidate. More: each single unit against the rest, and random bipartitions, the
 * best of which are improved by moving one unit at a time until no move helps.
 */
export function findMinimumBipartition(
  dynamics: GaussianDynamics,
  options: SearchOptions,
  random: RandomStream,
): MinimumBipartition {
  const { n } = dynamics;
  const seen = new Map<string, { part: Uint8Array; score: number }>();
  const score = (part: Uint8Array): number => {
    const normal = part[0] === 0 ? part : part.map((side) => 1 - side);
    const key = normal.join("");
    const known = seen.get(key);
    if (known) return known.score;
    const value = geometricPhi(dynamics, normal, 0).phi / smallerPart(normal);
    seen.set(key, { part: Uint8Array.from(normal), score: value });
    return value;
  };
  const best = (count: number) => [...seen.values()].sort((a, b) => a.score - b.score).slice(0, count);

  if (n <= options.exhaustiveUpTo) {
    for (let code = 1; code < 2 ** (n - 1); code++) {
      score(Uint8Array.from({ length: n }, (_, i) => (i === 0 ? 0 : (code >> (i - 1)) & 1)));
    }
  } else {
    for (let unit = 0; unit < n; unit++) score(Uint8Array.from({ length: n }, (_, i) => (i === unit ? 1 : 0)));
    for (let k = 0; k < options.samples; k++) score(randomPart(n, random));
    for (const { part, score: value } of best(3)) improveByMoves(part, value, score);
  }
  const evaluated = seen.size;
  const full = best(options.refined).map(({ part }) => ({ part, evaluated, ...geometricPhi(dynamics, part) }));
  return full.reduce((least, next) =>
    next.phi / smallerPart(next.part) < least.phi / smallerPart(least.part) ? next : least,
  );
}

function smallerPart(part: Uint8Array): number {
  let ones = 0;
  for (const side of part) ones += side;
  return Math.min(ones, part.length - ones);
}

/** A bipartition whose smaller part has a uniformly random size, so that small and balanced cuts are both sampled. */
function randomPart(n: number, random: RandomStream): Uint8Array {
  const part = new Uint8Array(n);
  for (const unit of random.choose(n, 1 + random.integer(Math.floor(n / 2)))) part[unit] = 1;
  return part;
}

/** Moves the unit that lowers the score most to the other part, until none does. */
function improveByMoves(start: Uint8Array, startScore: number, score: (part: Uint8Array) => number): void {
  const part = Uint8Array.from(start);
  let current = startScore;
  for (;;) {
    let bestUnit = -1;
    for (let unit = 0; unit < part.length; unit++) {
      part[unit]! ^= 1;
      if (smallerPart(part) > 0) {
        const value = score(part);
        if (value < current) {
          current = value;
          bestUnit = unit;
        }
      }
      part[unit]! ^= 1;
    }
    if (bestUnit < 0) return;
    part[bestUnit]! ^= 1;
  }
}
