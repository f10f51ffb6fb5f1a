/**
 * Relations of IIT 4.0: how the causes and effects of distinctions overlap.
 *
 * @module
 */
import type { LocalDistinction, SpecifiedState } from "./distinctions.js";

export interface Relations {
  /** Number of sets of one or more distinctions that are related. */
  readonly count: number;
  /** Σ of their φ. */
  readonly sum: number;
}

/**
 * Number and sum of φ of all relations among distinctions, without listing them (there may be 2^d).
 *
 * A set of distinctions is related when their causes and effects share units in the same state: φ_r is the number of units
 * shared by all (each distinction's cause and effect taken together) times the least φ_d/|cause ∪ effect| among them. A
 * distinction alone is related to itself by what its cause and effect share. For each unit in a state the sets of
 * distinctions that hold it are summed by their least member.
 *
 * @throws nothing; exact up to 2^53 relations.
 * Source: Albantakis et al. 2023, PLoS Comput Biol 19:e1011465, Eqs 45–56; the sum without enumeration is in its S3 Text.
 */
export function sumRelations(k: number, distinctions: readonly LocalDistinction[]): Relations {
  const holders = new Map<number, { bits: bigint; densities: number[] }>();
  let sum = 0;
  let count = 0;
  distinctions.forEach(({ cause, effect, phi }, index) => {
    const units = unitStates(k, cause) | unitStates(k, effect);
    const density = phi / countBig(units);
    const shared = unitStates(k, cause) & unitStates(k, effect);
    if (shared !== 0n) {
      sum += countBig(shared) * density;
      count++;
    }
    for (let unit = 0; unit < 2 * k; unit++) {
      if (!((units >> BigInt(unit)) & 1n)) continue;
      const entry = holders.get(unit) ?? { bits: 0n, densities: [] };
      entry.bits |= 1n << BigInt(index);
      entry.densities.push(density);
      holders.set(unit, entry);
    }
  });
  for (const { densities } of holders.values()) {
    densities.sort((a, b) => a - b);
    // The i-th smallest is the least of its sets with the larger ones, of which all but {i} alone are relations.
    densities.forEach((density, i) => {
      sum += density * (2 ** (densities.length - 1 - i) - 1);
    });
  }
  return { count: count + countRelated([...holders.values()].map(({ bits }) => bits)), sum };
}

/** Sets of two or more distinctions that share a unit, by inclusion and exclusion over units. */
function countRelated(holders: readonly bigint[]): number {
  let count = 0;
  const walk = (index: number, common: bigint, sign: number): void => {
    for (let next = index; next < holders.length; next++) {
      const shared = common & holders[next]!;
      const members = countBig(shared);
      if (members < 2) continue;
      count += sign * (2 ** members - 1 - members);
      walk(next + 1, shared, -sign);
    }
  };
  walk(0, -1n, 1);
  return count;
}

/** Units in a state as bits: unit off at i, unit on at k + i. */
function unitStates(k: number, { purview, state }: SpecifiedState): bigint {
  return BigInt(purview & ~state) | (BigInt(purview & state) << BigInt(k));
}

function countBig(set: bigint): number {
  let count = 0;
  for (let bits = set; bits !== 0n; bits &= bits - 1n) count++;
  return count;
}
