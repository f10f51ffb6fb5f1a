/**
 * Nearest points in space by a balanced k-d tree in typed arrays.
 *
 * @module
 */

/** Columns of points, um. */
export interface Points {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly z: ArrayLike<number>;
}

/** Ranges of at most so many points are searched one by one. */
const leafSize = 8;

/** Source: Bentley 1975, Commun ACM 18:509. */
export class KdTree {
  readonly #axes: readonly [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>];
  /** Points in tree order: the middle of each range divides it along the axis of its depth. */
  readonly #order: Uint32Array;
  /** Of the search that goes on. */
  #query: readonly [number, number, number] = [0, 0, 0];
  #found = new Int32Array(0);
  #distance2 = new Float64Array(0);
  #k = 0;

  constructor(points: Points) {
    this.#axes = [points.x, points.y, points.z];
    this.#order = Uint32Array.from({ length: points.x.length }, (_, i) => i);
    this.#build(0, this.#order.length, 0);
  }

  get size(): number {
    return this.#order.length;
  }

  #build(from: number, to: number, axis: number): void {
    if (to - from <= leafSize) return;
    const middle = (from + to) >> 1;
    this.#select(from, to - 1, middle, this.#axes[axis]!);
    const next = (axis + 1) % 3;
    this.#build(from, middle, next);
    this.#build(middle + 1, to, next);
  }

  /** Hoare's quickselect: afterwards nothing before `place` is above it, and nothing behind below. */
  #select(from: number, to: number, place: number, value: ArrayLike<number>): void {
    const order = this.#order;
    let [low, high] = [from, to];
    while (low < high) {
      const pivot = value[order[(low + high) >> 1]!]!;
      let [i, j] = [low, high];
      while (i <= j) {
        while (value[order[i]!]! < pivot) i++;
        while (value[order[j]!]! > pivot) j--;
        if (i > j) break;
        const kept = order[i]!;
        order[i++] = order[j]!;
        order[j--] = kept;
      }
      if (place <= j) high = j;
      else if (place >= i) low = i;
      else return;
    }
  }

  /**
   * The k points nearest to (x, y, z), nearest first; of equally near ones that with the smaller index. Fewer when the tree has
   * fewer. Distances (um) go to `distances` when it is given.
   */
  nearest(x: number, y: number, z: number, k: number, distances?: number[]): number[] {
    this.#k = Math.min(k, this.size);
    if (this.#found.length < this.#k) {
      this.#found = new Int32Array(this.#k);
      this.#distance2 = new Float64Array(this.#k);
    }
    this.#distance2.fill(Number.POSITIVE_INFINITY, 0, this.#k);
    this.#query = [x, y, z];
    if (this.#k > 0) this.#search(0, this.size, 0);
    if (distances) {
      distances.length = 0;
      for (let i = 0; i < this.#k; i++) distances.push(Math.sqrt(this.#distance2[i]!));
    }
    return Array.from(this.#found.subarray(0, this.#k));
  }

  #search(from: number, to: number, axis: number): void {
    if (to - from <= leafSize) {
      for (let i = from; i < to; i++) this.#offer(this.#order[i]!);
      return;
    }
    const middle = (from + to) >> 1;
    const point = this.#order[middle]!;
    const beyond = this.#query[axis]! - this.#axes[axis]![point]!;
    const next = (axis + 1) % 3;
    this.#offer(point);
    if (beyond < 0) this.#search(from, middle, next);
    else this.#search(middle + 1, to, next);
    if (beyond * beyond > this.#distance2[this.#k - 1]!) return;
    if (beyond < 0) this.#search(middle + 1, to, next);
    else this.#search(from, middle, next);
  }

  /** Keeps a point among the k nearest, in order. */
  #offer(point: number): void {
    const [x, y, z] = this.#query;
    const dx = this.#axes[0][point]! - x;
    const dy = this.#axes[1][point]! - y;
    const dz = this.#axes[2][point]! - z;
    const d2 = dx * dx + dy * dy + dz * dz;
    const last = this.#k - 1;
    const isNearer = (at: number) =>
      d2 < this.#distance2[at]! || (d2 === this.#distance2[at] && point < this.#found[at]!);
    if (!isNearer(last)) return;
    let at = last;
    for (; at > 0 && isNearer(at - 1); at--) {
      this.#found[at] = this.#found[at - 1]!;
      this.#distance2[at] = this.#distance2[at - 1]!;
    }
    this.#found[at] = point;
    this.#distance2[at] = d2;
  }
}
