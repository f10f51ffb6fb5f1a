/**
 * A queue of nodes by cost for searches whose costs never go down: a radix heap on the upper half of the cost's bits.
 *
 * Nodes whose costs agree in those 32 bits (2⁻²⁰ relative) come in any order; a search that takes a node up again when it gets cheaper
 * is exact all the same.
 *
 * Source: Ahuja, Mehlhorn, Orlin & Tarjan 1990, J ACM 37:213.
 *
 * @module
 */
export class RadixQueue {
  /** Bucket b holds what differs from the last cost first at bit b − 1; pairs (node, upper half of its cost). */
  readonly #buckets: number[][] = Array.from({ length: 33 }, () => []);
  readonly #upper: Uint32Array;
  #last = 0;

  /** @param cost of each node, ≥ 0, as the search keeps it. */
  constructor(cost: Float64Array<ArrayBuffer>) {
    // Little-endian, as WebAssembly's memory is and every engine that runs it.
    this.#upper = new Uint32Array(cost.buffer, cost.byteOffset, 2 * cost.length);
  }

  /** Queues a node whose cost was set; it must not be below that of the last node shifted. */
  push(node: number): void {
    const key = this.#upper[2 * node + 1]!;
    this.#buckets[32 - Math.clz32(key ^ this.#last)]!.push(node, key);
  }

  /** Takes a node of the least cost away; −1 when none is left. Nodes that got cheaper since they were pushed come once. */
  shift(): number {
    const nearest = this.#buckets[0]!;
    for (;;) {
      while (nearest.length > 0) {
        const key = nearest.pop()!;
        const node = nearest.pop()!;
        if (this.#upper[2 * node + 1] === key) return node;
      }
      let b = 1;
      while (b < 33 && this.#buckets[b]!.length === 0) b++;
      if (b === 33) return -1;
      const bucket = this.#buckets[b]!;
      let least = 0xffffffff;
      for (let i = 0; i < bucket.length; i += 2) {
        const key = bucket[i + 1]!;
        if (key < least && this.#upper[2 * bucket[i]! + 1] === key) least = key;
      }
      if (least !== 0xffffffff) this.#last = least;
      for (let i = 0; i < bucket.length; i += 2) {
        const node = bucket[i]!;
        const key = bucket[i + 1]!;
        if (this.#upper[2 * node + 1] === key) this.#buckets[32 - Math.clz32(key ^ this.#last)]!.push(node, key);
      }
      bucket.length = 0;
    }
  }
}
