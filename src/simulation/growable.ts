/** Typed arrays that grow, for what a run collects. @module */

export class GrowableU32 {
  private data = new Uint32Array(1024);
  length = 0;

  /** Room for `extra` more values; returns the array to write into, from index `length` on. */
  reserve(extra: number): Uint32Array {
    if (this.length + extra > this.data.length) {
      const larger = new Uint32Array(Math.max(2 * this.data.length, this.length + extra));
      larger.set(this.data.subarray(0, this.length));
      this.data = larger;
    }
    return this.data;
  }

  push(value: number): void {
    this.reserve(1)[this.length++] = value;
  }

  /** A copy of the values so far. */
  toArray(): Uint32Array {
    return this.data.slice(0, this.length);
  }

  /** The values so far, in place: good until the next change. */
  values(): Uint32Array {
    return this.data.subarray(0, this.length);
  }

  /** Takes these values instead. */
  assign(values: ArrayLike<number>): void {
    this.length = 0;
    this.reserve(values.length).set(values);
    this.length = values.length;
  }
}

export class GrowableF64 {
  private data = new Float64Array(1024);
  length = 0;

  reserve(extra: number): Float64Array {
    if (this.length + extra > this.data.length) {
      const larger = new Float64Array(Math.max(2 * this.data.length, this.length + extra));
      larger.set(this.data.subarray(0, this.length));
      this.data = larger;
    }
    return this.data;
  }

  /** A copy of the values so far. */
  toArray(): Float64Array {
    return this.data.slice(0, this.length);
  }

  /** The values so far, in place: good until the next change. */
  values(): Float64Array {
    return this.data.subarray(0, this.length);
  }

  /** Takes these values instead. */
  assign(values: ArrayLike<number>): void {
    this.length = 0;
    this.reserve(values.length).set(values);
    this.length = values.length;
  }
}
