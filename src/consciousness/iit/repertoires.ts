/**
 * Cause and effect repertoires of all mechanisms of a system over all purviews, whole or under a one-way cut.
 *
 * @module
 */
import type { CandidateSystem } from "./candidate-system.js";

/** Connections from the nodes of `from` to those of `to` are noised; both 0: none. */
export interface OneWayCut {
  readonly from: number;
  readonly to: number;
}

export const noCut: OneWayCut = { from: 0, to: 0 };

/**
 * Repertoires of one system under one cut, for mechanisms in the system's state.
 *
 * Cause: P(purview before | mechanism now) from a uniform prior, in which nodes outside the purview are noise for each
 * node of the mechanism separately. Effect: P(node on later | mechanism now), nodes outside the mechanism being noise;
 * the effect repertoire over a purview is the product over its nodes, so that these numbers are all of it.
 *
 * Source: Oizumi, Albantakis & Tononi 2014, PLoS Comput Biol 10:e1003588, Text S2.
 */
export class Repertoires {
  readonly system: CandidateSystem;
  readonly cut: OneWayCut;
  /** P(node on later | mechanism) at mechanism·k + node. */
  readonly effect: Float64Array;
  /** P(state of purview | mechanism) at mechanism·3ᵏ + offset[purview] + number; all 0 where the state cannot be. */
  readonly cause: Float64Array;
  /** P(node on | mechanism) of the cause repertoire over the purview, at (mechanism·2ᵏ + purview)·k + node. */
  readonly causeMarginal: Float64Array;
  /** 1 where the mechanism's state has no cause over the purview, at mechanism·2ᵏ + purview. */
  readonly impossible: Uint8Array;

  constructor(system: CandidateSystem, cut: OneWayCut) {
    this.system = system;
    this.cut = cut;
    const { k, state, numbering, effect: tables } = system;
    const { nSets, offset, bits, total } = numbering;
    const { values } = tables;
    const all = nSets - 1;
    const known = Array.from({ length: k }, (_, node) => ((cut.to >> node) & 1 ? all & ~cut.from : all));

    this.effect = new Float64Array(nSets * k);
    for (let mechanism = 0; mechanism < nSets; mechanism++) {
      for (let node = 0; node < k; node++) {
        const inputs = mechanism & known[node]!;
        this.effect[mechanism * k + node] = values[(node * nSets + inputs) * nSets + (state & inputs)]!;
      }
    }

    // Likelihoods P(mechanism now | purview before), one more node of the mechanism at a time; normalised afterwards.
    const cause = new Float64Array(nSets * total).fill(1, 0, total);
    for (let mechanism = 1; mechanism < nSets; mechanism++) {
      const node = 31 - Math.clz32(mechanism);
      const on = (state >> node) & 1;
      const rest = (mechanism & ~(1 << node)) * total;
      const to = mechanism * total;
      for (let purview = 0; purview < nSets; purview++) {
        const inputs = purview & known[node]!;
        const table = (node * nSets + inputs) * nSets;
        const end = offset[purview]! + 2 ** numbering.size[purview]!;
        for (let i = offset[purview]!; i < end; i++) {
          const p = values[table + (bits[i]! & inputs)]!;
          cause[to + i] = cause[rest + i]! * (on ? p : 1 - p);
        }
      }
    }
    this.cause = cause;
    this.causeMarginal = new Float64Array(nSets * nSets * k);
    this.impossible = new Uint8Array(nSets * nSets);
    for (let mechanism = 0; mechanism < nSets; mechanism++) {
      for (let purview = 0; purview < nSets; purview++) this.#normalise(mechanism, purview);
    }
  }

  #normalise(mechanism: number, purview: number): void {
    const { k, numbering } = this.system;
    const { nSets, offset, bits, total, size } = numbering;
    const start = mechanism * total + offset[purview]!;
    const count = 2 ** size[purview]!;
    let sum = 0;
    for (let i = start; i < start + count; i++) sum += this.cause[i]!;
    if (!(sum > 0)) {
      this.impossible[mechanism * nSets + purview] = 1;
      return;
    }
    const marginal = (mechanism * nSets + purview) * k;
    for (let i = 0; i < count; i++) {
      const p = this.cause[start + i]! / sum;
      this.cause[start + i] = p;
      let on = bits[offset[purview]! + i]!;
      while (on !== 0) {
        const node = 31 - Math.clz32(on);
        this.causeMarginal[marginal + node]! += p;
        on &= ~(1 << node);
      }
    }
  }
}
