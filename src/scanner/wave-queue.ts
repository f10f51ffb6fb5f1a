/**
 * A queue of nodes by distance, for searches whose every step is at least so long: buckets of that width.
 *
 * Within a bucket the order does not matter: a step from one of its nodes leads behind it, so that all its distances are
 * final when it comes to be the nearest (Dial 1969, Commun ACM 12:632; Denardo & Fox 1979, Oper Res 27:161).
 *
 * @module
 */
export class WaveQueue {
  readonly #buckets: number[][] = [];
  readonly #perLength: number;
  #at = 0;

  /** @param shortest length of the shortest step, > 0 */
  constructor(shortest: number) {
    // A little narrower than a step, so that rounding cannot keep one within its bucket.
    this.#perLength = 1.001 / shortest;
  }

  /** Empty again, for another search. */
  restart(): void {
    for (const bucket of this.#buckets) bucket.length = 0;
    this.#at = 0;
  }

  /** @param key not below that of the last node shifted */
  push(key: number, node: number): void {
    const b = Math.floor(key * this.#perLength);
    while (this.#buckets.length <= b) this.#buckets.push([]);
    this.#buckets[b]!.push(node);
  }

  /** Takes a node of the nearest bucket; −1 when none is left. A node that was pushed twice comes twice. */
  shift(): number {
    while (this.#at < this.#buckets.length) {
      const bucket = this.#buckets[this.#at]!;
      if (bucket.length > 0) return bucket.pop()!;
      this.#at++;
    }
    return -1;
  }
}
