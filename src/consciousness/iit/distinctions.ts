/**
 * Distinctions of IIT 4.0: mechanisms with the cause and effect that they specify, and how irreducibly.
 *
 * @module
 */
import type { CandidateSystem, InputTables } from "./candidate-system.js";
import { setPartitions } from "./directed-partitions.js";
import { countBits, nonEmptySets } from "./subsets.js";

/** Relative and absolute difference below which intrinsic information and φ tie. */
export const tieTolerance = 1e-10;

/** A cause or effect: a purview in a state. Sets and states are bits of the system. */
export interface SpecifiedState {
  readonly purview: number;
  readonly state: number;
  /** ibits */
  readonly phi: number;
}

export interface LocalDistinction {
  readonly mechanism: number;
  readonly phi: number;
  readonly cause: SpecifiedState;
  readonly effect: SpecifiedState;
}

/** Ways to disintegrate a mechanism: its parts (two or more), and how many nodes the rest has for each. */
interface MechanismParts {
  readonly parts: readonly number[];
  readonly size: readonly number[];
}

/**
 * Causes and effects of the mechanisms of one system.
 *
 * Intrinsic information ii of a purview's state: its probability given the mechanism times how much the mechanism raises
 * it (log2); the state with the largest ii is the one specified. φ is what the state loses in probability, weighted
 * likewise, under the disintegrating partition that costs least per connection it could cut.
 *
 * Source: Albantakis et al. 2023, PLoS Comput Biol 19:e1011465, Eqs 24–44.
 */
export class DistinctionAnalysis {
  readonly system: CandidateSystem;
  readonly #sets: Uint32Array;
  readonly #parts: (MechanismParts[] | undefined)[] = [];
  /** ln of the probability that a part of the mechanism gives to a part of the purview, at part·2ᵏ + purview part. */
  readonly #logs: Float64Array;

  constructor(system: CandidateSystem) {
    this.system = system;
    this.#sets = nonEmptySets(system.k);
    this.#logs = new Float64Array(4 ** system.k);
  }

  /**
   * All maximally irreducible causes of a mechanism: one, or several that tie. Empty when φ is 0 everywhere.
   */
  causes(mechanism: number): SpecifiedState[] {
    return this.#maximal((purview) => this.#purviewCauses(mechanism, purview));
  }

  /** As `causes`. */
  effects(mechanism: number): SpecifiedState[] {
    return this.#maximal((purview) => this.#purviewEffects(mechanism, purview));
  }

  #maximal(evaluate: (purview: number) => SpecifiedState[]): SpecifiedState[] {
    let best: SpecifiedState[] = [];
    let phi = tieTolerance;
    for (const purview of this.#sets) {
      for (const found of evaluate(purview)) {
        if (found.phi < phi - tieTolerance || found.phi <= tieTolerance) continue;
        if (found.phi > phi + tieTolerance) best = [];
        best.push(found);
        phi = Math.max(phi, found.phi);
      }
    }
    return best.filter((found) => found.phi >= phi - tieTolerance);
  }

  #purviewEffects(mechanism: number, purview: number): SpecifiedState[] {
    const { effect, state } = this.system;
    const unconstrained = averageProduct(effect, purview, mechanism);
    const states = specifiedStates(purview, (z) => {
      const p = productOver(effect, purview, z, mechanism, state);
      return [p, p > 0 ? p * Math.log2(p / unconstrained(z)) : Number.NEGATIVE_INFINITY];
    });
    return states.map(({ state: z, probability }) => {
      this.#tabulate(mechanism, purview, (part, node) => effectOf(effect, node, z, part, state));
      return { purview, state: z, phi: this.#leastLoss(mechanism, purview, probability) };
    });
  }

  #purviewCauses(mechanism: number, purview: number): SpecifiedState[] {
    const { cause, state } = this.system;
    let total = 0;
    let count = 0;
    for (let z = purview; ; z = (z - 1) & purview) {
      total += productOver(cause, mechanism, state, purview, z);
      count++;
      if (z === 0) break;
    }
    if (total === 0) return [];
    const states = specifiedStates(purview, (z) => {
      const likelihood = productOver(cause, mechanism, state, purview, z);
      const p = likelihood / total;
      return [p, p > 0 ? p * Math.log2((likelihood * count) / total) : Number.NEGATIVE_INFINITY];
    });
    return states.map(({ state: z, probability }) => {
      this.#tabulateCause(mechanism, purview, z);
      return { purview, state: z, phi: this.#leastLoss(mechanism, purview, probability) };
    });
  }

  /** #logs for effects: each node of the purview given a part of the mechanism. */
  #tabulate(mechanism: number, purview: number, probability: (part: number, node: number) => number): void {
    const { nSets } = this.system.numbering;
    const logs = this.#logs;
    for (let part = mechanism; ; part = (part - 1) & mechanism) {
      const row = part * nSets;
      logs[row] = 0;
      for (let set = nextSubset(0, purview); set !== 0; set = nextSubset(set, purview)) {
        const low = set & -set;
        const single = set === low ? Math.log2(probability(part, 31 - Math.clz32(low))) : logs[row + low]!;
        logs[row + set] = set === low ? single : single + logs[row + (set & ~low)]!;
      }
      if (part === 0) break;
    }
  }

  /** #logs for causes: each node of a part of the mechanism given a part of the purview. */
  #tabulateCause(mechanism: number, purview: number, z: number): void {
    const { cause, state, numbering } = this.system;
    const { nSets } = numbering;
    const logs = this.#logs;
    for (let set = purview; ; set = (set - 1) & purview) {
      logs[set] = 0;
      for (let part = nextSubset(0, mechanism); part !== 0; part = nextSubset(part, mechanism)) {
        const low = part & -part;
        const node = 31 - Math.clz32(low);
        const single = part === low ? Math.log2(effectOf(cause, node, state, set, z)) : logs[low * nSets + set]!;
        logs[part * nSets + set] = part === low ? single : single + logs[(part & ~low) * nSets + set]!;
      }
      if (set === 0) break;
    }
  }

  /**
   * φ at the disintegrating partition with the least φ per connection that it could cut; of those that tie, the largest.
   * Every partition of the mechanism into two parts or more, each node of the purview going with one of them or with none;
   * or the whole mechanism parted from all of the purview.
   */
  #leastLoss(mechanism: number, purview: number, probability: number): number {
    const logs = this.#logs;
    const { nSets } = this.system.numbering;
    const whole = logs[mechanism * nSets + purview]!;
    const mechanismSize = countBits(mechanism);
    const purviewSize = countBits(purview);
    // The complete partition: every node of the purview (effects) or of the mechanism (causes) sees nothing.
    let phi = Math.max(0, probability * (whole - logs[purview]! - logs[mechanism * nSets]!));
    let normalised = phi / (mechanismSize * purviewSize);
    const visit = (sum: number, cuts: number) => {
      const loss = Math.max(0, probability * (whole - sum));
      const ratio = loss / cuts;
      if (ratio > normalised + 1e-13 || (ratio > normalised - 1e-13 && loss <= phi)) return;
      normalised = Math.min(normalised, ratio);
      phi = loss;
    };
    for (const { parts, size } of this.#partsOf(mechanism)) {
      const assign = (index: number, left: number, sum: number, kept: number): void => {
        if (index === parts.length) {
          visit(sum + logs[left]!, mechanismSize * purviewSize - kept);
          return;
        }
        const row = parts[index]! * nSets;
        for (let set = left; ; set = (set - 1) & left) {
          assign(index + 1, left & ~set, sum + logs[row + set]!, kept + size[index]! * countBits(set));
          if (set === 0) break;
        }
      };
      assign(0, purview, 0, 0);
      if (normalised <= 0) return 0;
    }
    return phi;
  }

  #partsOf(mechanism: number): MechanismParts[] {
    const known = this.#parts[mechanism];
    if (known) return known;
    const parts = setPartitions(mechanism)
      .filter((partition) => partition.length > 1)
      .map((partition) => ({ parts: partition, size: partition.map(countBits) }));
    this.#parts[mechanism] = parts;
    return parts;
  }
}

/** P(node is as in `output` | `known` inputs are as in `input`). */
function effectOf(tables: InputTables, node: number, output: number, known: number, input: number): number {
  const on = tables.at(node, known, input);
  return (output >> node) & 1 ? on : 1 - on;
}

/** The product over the nodes of a set. */
export function productOver(tables: InputTables, nodes: number, output: number, known: number, input: number): number {
  let product = 1;
  for (let left = nodes; left !== 0; left &= left - 1) {
    product *= effectOf(tables, 31 - Math.clz32(left & -left), output, known, input);
  }
  return product;
}

/** P(purview state), all states of the mechanism being equally likely. */
function averageProduct(tables: InputTables, purview: number, mechanism: number): (z: number) => number {
  return (z) => {
    let sum = 0;
    let count = 0;
    for (let m = mechanism; ; m = (m - 1) & mechanism) {
      sum += productOver(tables, purview, z, mechanism, m);
      count++;
      if (m === 0) break;
    }
    return sum / count;
  };
}

/** The state, or the states that tie, with the largest intrinsic information. */
export function specifiedStates(
  set: number,
  evaluate: (state: number) => [probability: number, information: number],
): { state: number; probability: number; information: number }[] {
  const states: { state: number; probability: number; information: number }[] = [];
  for (let state = 0; ; state = nextSubset(state, set)) {
    const [probability, information] = evaluate(state);
    states.push({ state, probability, information });
    if (state === set) break;
  }
  const largest = Math.max(...states.map(({ information }) => information));
  return states.filter(({ information }) => information >= largest - tieTolerance);
}

/** The next larger subset of a set; 0 after the last. */
function nextSubset(subset: number, set: number): number {
  return (subset - set) & set;
}
