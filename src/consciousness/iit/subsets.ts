/**
 * Sets of nodes as bits (node i is bit i), and the tables that turn states of a set into consecutive numbers.
 *
 * @module
 */

/** Number of bits set. */
export function countBits(set: number): number {
  let bits = set;
  let count = 0;
  while (bits !== 0) {
    bits &= bits - 1;
    count++;
  }
  return count;
}

/** Nodes of a set in ascending order. */
export function nodesOf(set: number): number[] {
  const nodes: number[] = [];
  for (let node = 0; set >> node !== 0; node++) if ((set >> node) & 1) nodes.push(node);
  return nodes;
}

/** The set of some nodes. */
export function setOf(nodes: Iterable<number>): number {
  let set = 0;
  for (const node of nodes) set |= 1 << node;
  return set;
}

/**
 * All non-empty sets of n nodes, small ones first, those of one size in lexicographic order of their nodes. Where values
 * tie, the first in this order counts, as in PyPhi.
 */
export function nonEmptySets(n: number): Uint32Array {
  const sets = Array.from({ length: 2 ** n - 1 }, (_, i) => i + 1);
  const key = new Map(sets.map((set) => [set, String.fromCharCode(...nodesOf(set).map((node) => 97 + node))]));
  return Uint32Array.from(sets.sort((a, b) => countBits(a) - countBits(b) || (key.get(a)! < key.get(b)! ? -1 : 1)));
}

/** Numbering of the states of every set of n nodes: 3ⁿ states in all. */
export class StateNumbering {
  readonly n: number;
  /** 2ⁿ */
  readonly nSets: number;
  /** First of a set's states in an array that holds the states of all sets, one set after another. */
  readonly offset: Uint32Array;
  /** 3ⁿ */
  readonly total: number;
  /** Bits of the state (over all n nodes) at offset[set] + number. */
  readonly bits: Uint16Array;
  readonly size: Uint8Array;
  /** number[set·2ⁿ + state]: the number of the state's part on `set`. */
  readonly number: Uint16Array;

  constructor(n: number) {
    this.n = n;
    const nSets = 2 ** n;
    this.nSets = nSets;
    this.offset = new Uint32Array(nSets);
    this.size = new Uint8Array(nSets);
    this.bits = new Uint16Array(3 ** n);
    this.number = new Uint16Array(nSets * nSets);
    let next = 0;
    for (let set = 0; set < nSets; set++) {
      this.offset[set] = next;
      this.size[set] = countBits(set);
      const nodes = nodesOf(set);
      for (let k = 0; k < 2 ** nodes.length; k++) {
        let state = 0;
        for (let i = 0; i < nodes.length; i++) if ((k >> i) & 1) state |= 1 << nodes[i]!;
        this.bits[next++] = state;
      }
      for (let state = 0; state < nSets; state++) {
        let number = 0;
        for (let i = 0; i < nodes.length; i++) number |= ((state >> nodes[i]!) & 1) << i;
        this.number[set * nSets + state] = number;
      }
    }
    this.total = next;
  }
}
