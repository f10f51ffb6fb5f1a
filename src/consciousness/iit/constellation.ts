/**
 * The concepts of a system (its cause–effect structure of IIT 3.0) and the distance of two such structures.
 *
 * @module
 */
import type { CandidateSystem } from "./candidate-system.js";
import { type CoreRepertoire, type MechanismAnalysis, phiTie } from "./mechanism-phi.js";
import type { Repertoires } from "./repertoires.js";
import { TransportSolver } from "./transport.js";

/** A mechanism with a maximally irreducible cause and effect; φ is the smaller of theirs. Sets are bits of the system. */
export interface LocalConcept {
  readonly mechanism: number;
  readonly phi: number;
  readonly cause: CoreRepertoire;
  readonly effect: CoreRepertoire;
}

export interface Constellation {
  readonly repertoires: Repertoires;
  /** Ascending by the bits of their mechanism. */
  readonly concepts: readonly LocalConcept[];
}

/** The concepts of the given mechanisms: those with φ > 0. */
export function findConcepts(
  analysis: MechanismAnalysis,
  repertoires: Repertoires,
  mechanisms: Iterable<number>,
): Constellation {
  const concepts: LocalConcept[] = [];
  for (const mechanism of mechanisms) {
    const effect = analysis.coreEffect(repertoires, mechanism);
    if (effect.phi <= phiTie) continue;
    const cause = analysis.coreCause(repertoires, mechanism);
    if (cause.phi <= phiTie) continue;
    concepts.push({ mechanism, phi: Math.min(cause.phi, effect.phi), cause, effect });
  }
  return { repertoires, concepts };
}

/**
 * The least cost of turning one constellation into another by moving φ from concept to concept: the earth mover's distance
 * with the distance of concepts (Hamming distance of cause repertoires plus that of effect repertoires, each over the
 * union of the two purviews) and the null concept, to which φ that has no partner goes.
 *
 * Source: Oizumi, Albantakis & Tononi 2014, PLoS Comput Biol 10:e1003588, Text S2; details as in PyPhi 1.2.
 */
export class ConstellationDistance {
  readonly #system: CandidateSystem;
  readonly #states: TransportSolver;
  readonly #concepts: TransportSolver;
  readonly #difference: Float64Array;

  constructor(system: CandidateSystem) {
    this.#system = system;
    this.#states = new TransportSolver(system.numbering.nSets);
    this.#concepts = new TransportSolver(system.numbering.nSets + 1);
    this.#difference = new Float64Array(system.numbering.nSets);
  }

  /** The distance, or with `bound` a lower bound of it that costs little (marginals in place of cause repertoires). */
  between(first: Constellation, second: Constellation, bound = false): number {
    const partner = new Map(second.concepts.map((concept) => [concept.mechanism, concept]));
    const a: LocalConcept[] = [];
    const shared = new Set<number>();
    for (const concept of first.concepts) {
      const other = partner.get(concept.mechanism);
      if (other && this.#same(first.repertoires, concept, second.repertoires, other)) shared.add(concept.mechanism);
      else a.push(concept);
    }
    const b = second.concepts.filter(({ mechanism }) => !shared.has(mechanism));
    const toNull = (from: Constellation, concepts: readonly LocalConcept[]) =>
      concepts.map((concept) => this.#distance(from.repertoires, concept, from.repertoires, undefined, bound));
    if (a.length === 0 || b.length === 0) {
      const [from, left] = b.length > a.length ? [second, b] : [first, a];
      return toNull(from, left).reduce((sum, distance, i) => sum + distance * left[i]!.phi, 0);
    }
    const width = b.length + 1;
    const cost = new Float64Array((a.length + 1) * width);
    toNull(first, a).forEach((distance, i) => {
      cost[i * width + b.length] = distance;
      b.forEach((concept, j) => {
        cost[i * width + j] = this.#distance(first.repertoires, a[i]!, second.repertoires, concept, bound);
      });
    });
    toNull(second, b).forEach((distance, j) => {
      cost[a.length * width + j] = distance;
    });
    const supply = a.map(({ phi }) => phi);
    const demand = b.map(({ phi }) => phi);
    const surplus = supply.reduce((sum, phi) => sum + phi, 0) - demand.reduce((sum, phi) => sum + phi, 0);
    return this.#concepts.transport([...supply, Math.max(0, -surplus)], [...demand, Math.max(0, surplus)], cost);
  }

  /** Equal φ and equal repertoires. */
  #same(r1: Repertoires, c1: LocalConcept, r2: Repertoires, c2: LocalConcept): boolean {
    if (Math.abs(c1.phi - c2.phi) > phiTie) return false;
    if (c1.cause.purview !== c2.cause.purview || c1.effect.purview !== c2.effect.purview) return false;
    const { k, numbering } = this.#system;
    for (let node = 0; node < k; node++) {
      if (!((c1.effect.purview >> node) & 1)) continue;
      const at = c1.mechanism * k + node;
      if (Math.abs(r1.effect[at]! - r2.effect[at]!) > 1e-12) return false;
    }
    const from = c1.mechanism * numbering.total + numbering.offset[c1.cause.purview]!;
    const count = 2 ** numbering.size[c1.cause.purview]!;
    for (let i = from; i < from + count; i++) if (Math.abs(r1.cause[i]! - r2.cause[i]!) > 1e-12) return false;
    return true;
  }

  /** Of a concept from another, or from the null concept of the second repertoires. */
  #distance(r1: Repertoires, c1: LocalConcept, r2: Repertoires, c2: LocalConcept | undefined, bound: boolean): number {
    return this.#effectDistance(r1, c1, r2, c2) + this.#causeDistance(r1, c1, r2, c2, bound);
  }

  /** Effect repertoires are products over nodes, so that the distance is the sum of the nodes' differences. */
  #effectDistance(r1: Repertoires, c1: LocalConcept, r2: Repertoires, c2: LocalConcept | undefined): number {
    const { k } = this.#system;
    const p2 = c2?.effect.purview ?? 0;
    const union = c1.effect.purview | p2;
    let sum = 0;
    for (let node = 0; node < k; node++) {
      if (!((union >> node) & 1)) continue;
      const x = (c1.effect.purview >> node) & 1 ? r1.effect[c1.mechanism * k + node]! : r1.effect[node]!;
      const y = (p2 >> node) & 1 ? r2.effect[c2!.mechanism * k + node]! : r2.effect[node]!;
      sum += Math.abs(x - y);
    }
    return sum;
  }

  #causeDistance(
    r1: Repertoires,
    c1: LocalConcept,
    r2: Repertoires,
    c2: LocalConcept | undefined,
    bound: boolean,
  ): number {
    const { k, numbering } = this.#system;
    const { nSets, offset, bits, number, size, total } = numbering;
    const p1 = c1.cause.purview;
    const p2 = c2?.cause.purview ?? 0;
    const m2 = c2?.mechanism ?? 0;
    const union = p1 | p2;
    if (bound) {
      let sum = 0;
      for (let node = 0; node < k; node++) {
        if (!((union >> node) & 1)) continue;
        const x = (p1 >> node) & 1 ? r1.causeMarginal[(c1.mechanism * nSets + p1) * k + node]! : 0.5;
        const y = (p2 >> node) & 1 ? r2.causeMarginal[(m2 * nSets + p2) * k + node]! : 0.5;
        sum += Math.abs(x - y);
      }
      return sum;
    }
    const count = 2 ** size[union]!;
    const scale1 = 2 ** -(size[union]! - size[p1]!);
    const scale2 = 2 ** -(size[union]! - size[p2]!);
    const at1 = c1.mechanism * total + offset[p1]!;
    const at2 = m2 * total + offset[p2]!;
    for (let i = 0; i < count; i++) {
      const state = bits[offset[union]! + i]!;
      this.#difference[i] =
        scale1 * r1.cause[at1 + number[p1 * nSets + state]!]! - scale2 * r2.cause[at2 + number[p2 * nSets + state]!]!;
    }
    return this.#states.hamming(this.#difference, count);
  }
}
