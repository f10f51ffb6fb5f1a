/**
 * Which ordered pairs are connected, for questions and changes in constant time: a bit per pair where they fit into
 * 64 MiB (up to 23,170 nodes), else a hash table.
 *
 * @module
 */

export interface EdgeSet {
  has(source: number, target: number): boolean;
  add(source: number, target: number): void;
  delete(source: number, target: number): void;
}

const maxBits = 2 ** 29;

export function makeEdgeSet(nNodes: number): EdgeSet {
  return nNodes * nNodes <= maxBits ? new BitMatrix(nNodes) : new PairTable(nNodes);
}

class BitMatrix implements EdgeSet {
  readonly #words: Uint32Array;

  constructor(readonly nNodes: number) {
    this.#words = new Uint32Array(Math.ceil((nNodes * nNodes) / 32));
  }

  has(source: number, target: number): boolean {
    const bit = source * this.nNodes + target;
    return (this.#words[bit >>> 5]! & (1 << (bit & 31))) !== 0;
  }

  add(source: number, target: number): void {
    const bit = source * this.nNodes + target;
    this.#words[bit >>> 5]! |= 1 << (bit & 31);
  }

  delete(source: number, target: number): void {
    const bit = source * this.nNodes + target;
    this.#words[bit >>> 5]! &= ~(1 << (bit & 31));
  }
}

/** A set of numbers source · n + target, exact below 2⁵³. */
class PairTable implements EdgeSet {
  readonly #pairs = new Set<number>();

  constructor(readonly nNodes: number) {}

  has(source: number, target: number): boolean {
    return this.#pairs.has(source * this.nNodes + target);
  }

  add(source: number, target: number): void {
    this.#pairs.add(source * this.nNodes + target);
  }

  delete(source: number, target: number): void {
    this.#pairs.delete(source * this.nNodes + target);
  }
}
