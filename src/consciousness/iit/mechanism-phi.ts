/**
 * φ of mechanisms by IIT 3.0: how much a mechanism's repertoire over a purview loses at the partition that costs least.
 *
 * @module
 */
import { internalError } from "../../core/errors.js";
import type { CandidateSystem } from "./candidate-system.js";
import type { Repertoires } from "./repertoires.js";
import { nonEmptySets } from "./subsets.js";
import { TransportSolver } from "./transport.js";

/** Differences of φ below this are ties: sums taken in another order differ by less, true differences are larger. */
export const phiTie = 1e-9;

/** A mechanism cut in two with its purview: mechanism[0] keeps purview[0], mechanism[1] keeps purview[1]. */
export interface MechanismPartition {
  readonly mechanism: readonly [number, number];
  readonly purview: readonly [number, number];
}

/** The maximally irreducible cause or effect of a mechanism. φ 0: there is none. */
export interface CoreRepertoire {
  readonly phi: number;
  readonly purview: number;
  readonly partition: MechanismPartition | null;
}

const none: CoreRepertoire = { phi: 0, purview: 0, partition: null };

interface SplitCosts {
  readonly splits: readonly number[];
  readonly cost: Float64Array;
  /** Nodes that are cheaper with the side named in `splits`. */
  readonly keeps: Uint32Array;
}

interface Evaluated {
  phi: number;
  /** False when the evaluation stopped because φ is smaller than asked for: `phi` is then an upper bound. */
  exact: boolean;
  partition: MechanismPartition | null;
}

/**
 * Finds core causes and effects of one system under any number of cuts. The φ of a mechanism over a purview depends on a
 * cut only through which of its nodes lose which inputs, so it is looked up where another cut had the same.
 */
export class MechanismAnalysis {
  readonly system: CandidateSystem;
  readonly #sets: Uint32Array;
  readonly #causes = new Map<number, Evaluated>();
  readonly #solver: TransportSolver;
  readonly #difference: Float64Array;
  readonly #used: Float64Array;
  /** Partitions of one mechanism and purview, for the order in which they are looked at. */
  readonly #bound: Float64Array;

  constructor(system: CandidateSystem) {
    this.system = system;
    this.#sets = nonEmptySets(system.k);
    this.#solver = new TransportSolver(system.numbering.nSets);
    this.#difference = new Float64Array(system.numbering.nSets);
    this.#used = new Float64Array(system.numbering.nSets);
    this.#bound = new Float64Array(2 ** (2 * system.k));
  }

  /**
   * The purview with the largest φ; of purviews that tie the largest, of those the first in lexicographic order (PyPhi's
   * rule: the theory leaves it open).
   */
  coreCause(repertoires: Repertoires, mechanism: number): CoreRepertoire {
    return this.#core((purview, least) => this.#cause(repertoires, mechanism, purview, least));
  }

  /** As `coreCause`. */
  coreEffect(repertoires: Repertoires, mechanism: number): CoreRepertoire {
    const costs = this.#splitCosts(repertoires, mechanism);
    return this.#core((purview, least) => this.#effect(costs, mechanism, purview, least));
  }

  #core(evaluate: (purview: number, least: number) => Evaluated): CoreRepertoire {
    let best = none;
    let size = 0;
    for (const purview of this.#sets) {
      const found = evaluate(purview, best.phi);
      if (!found.exact || found.phi <= phiTie) continue;
      const tie = Math.abs(found.phi - best.phi) <= phiTie;
      const purviewSize = this.system.numbering.size[purview]!;
      if (tie ? purviewSize <= size : found.phi < best.phi) continue;
      best = { phi: found.phi, purview, partition: found.partition };
      size = purviewSize;
    }
    return best;
  }

  /**
   * What each node of a purview costs when it keeps one side of a mechanism: |P(on | side) − P(on | mechanism)| at
   * split·k + node for both sides of every bipartition, the cheaper of the two; split 0 is the mechanism against nothing.
   * The distance of effect repertoires is the sum over nodes, so each node takes its cheaper side by itself.
   */
  #splitCosts({ effect }: Repertoires, mechanism: number): SplitCosts {
    const { k } = this.system;
    const splits: number[] = [];
    const low = mechanism & -mechanism;
    // Sides with the mechanism's lowest node; the other side is the rest. The whole mechanism comes first.
    for (let side = mechanism; side > 0; side = (side - 1) & mechanism) if (side & low) splits.push(side);
    const cost = new Float64Array(splits.length * k);
    const keeps = new Uint32Array(splits.length);
    splits.forEach((side, index) => {
      for (let node = 0; node < k; node++) {
        const whole = effect[mechanism * k + node]!;
        const other = Math.abs(effect[(mechanism & ~side) * k + node]! - whole);
        const own = index === 0 ? other : Math.abs(effect[side * k + node]! - whole);
        if (own <= other && index > 0) keeps[index]! |= 1 << node;
        cost[index * k + node] = Math.min(own, other);
      }
    });
    return { splits, cost, keeps };
  }

  #effect({ splits, cost, keeps }: SplitCosts, mechanism: number, purview: number, least: number): Evaluated {
    const { k } = this.system;
    let phi = Number.POSITIVE_INFINITY;
    let first = 0;
    // The mechanism keeps all but one node, which keeps nothing.
    for (let node = 0; node < k; node++) {
      if ((purview >> node) & 1 && cost[node]! < phi) {
        phi = cost[node]!;
        first = purview & ~(1 << node);
      }
    }
    let best = 0;
    for (let index = 1; index < splits.length; index++) {
      let sum = 0;
      for (let node = 0; node < k; node++) if ((purview >> node) & 1) sum += cost[index * k + node]!;
      if (sum < phi) {
        phi = sum;
        best = index;
      }
      if (phi < least - phiTie) return { phi, exact: false, partition: null };
    }
    const side = splits[best]!;
    const kept = best === 0 ? first : keeps[best]! & purview;
    return {
      phi,
      exact: true,
      partition: { mechanism: [side, mechanism & ~side], purview: [kept, purview & ~kept] },
    };
  }

  #cause(repertoires: Repertoires, mechanism: number, purview: number, least: number): Evaluated {
    const { cut } = repertoires;
    const { k } = this.system;
    const cutNodes = mechanism & cut.to;
    const cutInputs = cutNodes === 0 ? 0 : purview & cut.from;
    const key = ((mechanism * 2 ** k + purview) * 2 ** k + (cutInputs === 0 ? 0 : cutNodes)) * 2 ** k + cutInputs;
    const known = this.#causes.get(key);
    if (known && (known.exact || known.phi < least - phiTie)) return known;
    const found = this.#evaluateCause(repertoires, mechanism, purview, least);
    this.#causes.set(key, found);
    return found;
  }

  /**
   * The least earth mover's distance over bipartitions. The distance of marginals, summed over nodes, bounds it from
   * below and costs little: partitions are looked at from the smallest bound on, until no bound is below the least.
   */
  #evaluateCause(repertoires: Repertoires, mechanism: number, purview: number, least: number): Evaluated {
    const { causeMarginal, impossible } = repertoires;
    const { k, numbering } = this.system;
    const { nSets } = numbering;
    if (impossible[mechanism * nSets + purview]) return { phi: 0, exact: true, partition: null };
    const bound = this.#bound;
    const low = mechanism & -mechanism;
    const whole = (mechanism * nSets + purview) * k;
    let count = 0;
    let next = -1;
    for (let side = mechanism; side > 0; side = (side - 1) & mechanism) {
      if (!(side & low)) continue;
      const other = mechanism & ~side;
      for (let kept = purview; ; kept = (kept - 1) & purview) {
        const rest = purview & ~kept;
        let distance = Number.POSITIVE_INFINITY;
        if (other !== 0 || rest !== 0) {
          distance = 0;
          const a = (side * nSets + kept) * k;
          const b = (other * nSets + rest) * k;
          for (let node = 0; node < k; node++) {
            if (!((purview >> node) & 1)) continue;
            const p = causeMarginal[((kept >> node) & 1 ? a : b) + node]!;
            distance += Math.abs(p - causeMarginal[whole + node]!);
          }
        }
        bound[count] = distance;
        if (next < 0 || distance < bound[next]!) next = count;
        count++;
        if (kept === 0) break;
      }
    }
    let phi = Number.POSITIVE_INFINITY;
    let partition: MechanismPartition | null = null;
    const states = 2 ** numbering.size[purview]!;
    while (next >= 0 && bound[next]! < phi - 1e-12) {
      const candidate = this.#partitionAt(mechanism, purview, next);
      this.#differenceOf(repertoires, mechanism, purview, candidate);
      if (least > 0) {
        this.#used.set(this.#difference.subarray(0, states));
        const atMost = this.#solver.hammingAtMost(this.#used, states);
        if (atMost < least - phiTie) return { phi: atMost, exact: false, partition: null };
      }
      const distance = this.#solver.hamming(this.#difference, states, phi);
      bound[next] = Number.POSITIVE_INFINITY;
      if (distance < phi) {
        phi = distance;
        partition = candidate;
        if (phi <= phiTie) return { phi: 0, exact: true, partition };
        if (phi < least - phiTie) return { phi, exact: false, partition: null };
      }
      next = -1;
      for (let i = 0; i < count; i++) if (bound[i]! < phi && (next < 0 || bound[i]! < bound[next]!)) next = i;
    }
    return { phi, exact: true, partition };
  }

  /** The partition at one place of the order in which `#evaluateCause` lists them. */
  #partitionAt(mechanism: number, purview: number, index: number): MechanismPartition {
    const low = mechanism & -mechanism;
    let count = 0;
    const perSide = 2 ** this.system.numbering.size[purview]!;
    for (let side = mechanism; side > 0; side = (side - 1) & mechanism) {
      if (!(side & low)) continue;
      if (index < count + perSide) {
        let kept = purview;
        for (let i = count; i < index; i++) kept = (kept - 1) & purview;
        return { mechanism: [side, mechanism & ~side], purview: [kept, purview & ~kept] };
      }
      count += perSide;
    }
    throw internalError(`no partition ${index}`);
  }

  /** Repertoire of the whole less that of the parts, into #difference. */
  #differenceOf(
    { cause }: Repertoires,
    mechanism: number,
    purview: number,
    { mechanism: [m0, m1], purview: [z0, z1] }: MechanismPartition,
  ): void {
    const { nSets, offset, bits, number, size, total } = this.system.numbering;
    const count = 2 ** size[purview]!;
    const whole = mechanism * total + offset[purview]!;
    const first = m0 * total + offset[z0]!;
    const second = m1 * total + offset[z1]!;
    for (let i = 0; i < count; i++) {
      const state = bits[offset[purview]! + i]!;
      const product = cause[first + number[z0 * nSets + state]!]! * cause[second + number[z1 * nSets + state]!]!;
      this.#difference[i] = cause[whole + i]! - product;
    }
  }
}
