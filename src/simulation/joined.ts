/**
 * Arrays of the whole network whose values lie in the memories of its shares.
 *
 * @module
 */
import type { NumericArray } from "../core/column.js";

/**
 * Row r of the whole is row r of the first share, then row r of the second, and so on. Per-neuron columns have one row,
 * ring buffers one per slot and port, weights one per source.
 */
export class Joined<A extends NumericArray = NumericArray> {
  readonly length: number;

  /** @param bounds of each share: its rows stand at bounds[r] … bounds[r+1]−1; undefined: all shares hold the same. */
  private constructor(
    private readonly shares: readonly A[],
    private readonly bounds: readonly ArrayLike<number>[] | undefined,
  ) {
    this.length = bounds ? shares.reduce((sum, { length }) => sum + length, 0) : shares[0]!.length;
  }

  /** Each share's array is `rows` rows of one length. */
  static ofRows<A extends NumericArray>(shares: readonly A[], rows = 1): Joined<A> {
    const bounds = shares.map(({ length }) => Float64Array.from({ length: rows + 1 }, (_, r) => (r * length) / rows));
    return new Joined(shares, bounds);
  }

  static ofBounds<A extends NumericArray>(shares: readonly A[], bounds: readonly ArrayLike<number>[]): Joined<A> {
    return new Joined(shares, bounds);
  }

  /** What every share has for itself: read from the first, written to all. */
  static same<A extends NumericArray>(shares: readonly A[]): Joined<A> {
    return new Joined(shares, undefined);
  }

  /** "Float64" and so on. */
  get type(): string {
    return this.shares[0]!.constructor.name.replace("Array", "");
  }

  /** `read` gives the array in use, not a copy. */
  get isLive(): boolean {
    return this.shares.length === 1;
  }

  /** The live array itself where there is one share, a copy otherwise. */
  read(): A {
    const first = this.shares[0]!;
    if (this.isLive) return first;
    const whole = new (first.constructor as new (length: number) => A)(this.length);
    this.readInto(whole);
    return whole;
  }

  readInto(whole: NumericArray): void {
    this.eachPiece((share, from, to, place) => whole.set(share.subarray(from, to), place));
  }

  write(whole: NumericArray): void {
    this.eachPiece((share, from, to, place) => share.set(whole.subarray(place, place + to - from), from));
  }

  /** Where single values of an array of one row are: of each share the indices, and which of `indices` they are. */
  locate(indices: Uint32Array): { readonly values: A; readonly at: Uint32Array; readonly places: Uint32Array }[] {
    let start = 0;
    return this.shares.map((values) => {
      const from = start;
      start += values.length;
      const all = Uint32Array.from(indices.keys());
      const places = all.filter((k) => indices[k]! >= from && indices[k]! < from + values.length);
      return { values, at: places.map((k) => indices[k]! - from), places };
    });
  }

  private eachPiece(visit: (share: A, from: number, to: number, place: number) => void): void {
    const { shares, bounds } = this;
    if (!bounds) {
      for (const share of shares) visit(share, 0, share.length, 0);
      return;
    }
    let place = 0;
    for (let row = 0; row + 1 < bounds[0]!.length; row++) {
      for (let k = 0; k < shares.length; k++) {
        const from = bounds[k]![row]!;
        const to = bounds[k]![row + 1]!;
        if (to > from) visit(shares[k]!, from, to, place);
        place += to - from;
      }
    }
  }
}
