/**
 * Draws indices in proportion to weights in constant time: the alias method of Walker 1977, ACM Trans Math Softw 3:253, in
 * the form of Vose 1991, IEEE Trans Softw Eng 17:972.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";

export class AliasTable {
  private readonly threshold: Float64Array;
  private readonly alias: Uint32Array;

  /** @throws WbeError ARGUMENT unless weights are finite, at least 0 and not all 0. */
  constructor(weights: Float64Array) {
    const n = weights.length;
    const sum = weights.reduce((total, w) => (w >= 0 ? total + w : Number.NaN), 0);
    if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) {
      throw new WbeError("ARGUMENT", `expected weights of at least 0 with a finite sum above 0, found a sum of ${sum}`);
    }
    this.threshold = weights.map((w) => (w * n) / sum);
    this.alias = Uint32Array.from(weights, (_, i) => i);
    const small: number[] = [];
    const large: number[] = [];
    this.threshold.forEach((w, i) => (w < 1 ? small : large).push(i));
    while (small.length > 0 && large.length > 0) {
      const less = small.pop()!;
      const more = large.at(-1)!;
      this.alias[less] = more;
      this.threshold[more]! -= 1 - this.threshold[less]!;
      if (this.threshold[more]! < 1) small.push(large.pop()!);
    }
    // What is left is 1 but for rounding.
    for (const i of [...small, ...large]) this.threshold[i] = 1;
  }

  /** Index that belongs to a number u uniform in [0, 1). */
  draw(u: number): number {
    const x = u * this.alias.length;
    const i = Math.min(Math.floor(x), this.alias.length - 1);
    return x - i < this.threshold[i]! ? i : this.alias[i]!;
  }
}
