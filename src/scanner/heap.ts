/**
 * A binary heap of (key, value) pairs in typed arrays: the queue of the shortest-path searches.
 *
 * @module
 */
export class MinHeap {
  #keys = new Float64Array(256);
  #values = new Int32Array(256);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
  }

  push(key: number, value: number): void {
    if (this.#size === this.#keys.length) {
      const keys = new Float64Array(2 * this.#size);
      const values = new Int32Array(2 * this.#size);
      keys.set(this.#keys);
      values.set(this.#values);
      this.#keys = keys;
      this.#values = values;
    }
    const keys = this.#keys;
    const values = this.#values;
    let at = this.#size++;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (keys[up]! <= key) break;
      keys[at] = keys[up]!;
      values[at] = values[up]!;
      at = up;
    }
    keys[at] = key;
    values[at] = value;
  }

  /** Least key. Not to be asked of an empty heap. */
  get topKey(): number {
    return this.#keys[0]!;
  }

  /** Takes the value of the least key away. Not to be asked of an empty heap. */
  pop(): number {
    const keys = this.#keys;
    const values = this.#values;
    const result = values[0]!;
    const size = --this.#size;
    const key = keys[size]!;
    const value = values[size]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && keys[child + 1]! < keys[child]!) child++;
      if (keys[child]! >= key) break;
      keys[at] = keys[child]!;
      values[at] = values[child]!;
      at = child;
    }
    keys[at] = key;
    values[at] = value;
    return result;
  }
}
