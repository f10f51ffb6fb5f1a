/** 64-bit ids → indices, and columns that grow, for readers of large tables. @module */

/** Numbers 64-bit ids in the order in which they come; a hash table without an object per id. */
export class IdIndex {
  private readonly upper = new GrowingArray(Uint32Array);
  private readonly lower = new GrowingArray(Uint32Array);
  /** Index + 1 of the id in a slot, 0 where it is free. At most half of the slots are taken. */
  private slots = new Uint32Array(1024);

  get size(): number {
    return this.upper.length;
  }

  /** Index of an id, −1 when it is not there. */
  find(upper: number, lower: number): number {
    return this.slots[this.slotOf(upper, lower)]! - 1;
  }

  /** Index of an id, which is added when it is not there. */
  add(upper: number, lower: number): number {
    const slot = this.slotOf(upper, lower);
    const found = this.slots[slot]!;
    if (found > 0) return found - 1;
    this.upper.push(upper);
    this.lower.push(lower);
    this.slots[slot] = this.size;
    if (2 * this.size > this.slots.length) this.grow();
    return this.size - 1;
  }

  /** The ids by index. */
  take(): BigUint64Array {
    const [upper, lower] = [this.upper.take(), this.lower.take()];
    return BigUint64Array.from(upper, (high, i) => (BigInt(high) << 32n) | BigInt(lower[i]!));
  }

  /** The slot that holds an id, or the free one where it belongs. */
  private slotOf(upper: number, lower: number): number {
    const mask = this.slots.length - 1;
    const hash = Math.imul(upper ^ Math.imul(lower ^ (lower >>> 15), 0x2c1b3c6d), 0x297a2d39);
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const index = this.slots[slot]! - 1;
      if (index < 0 || (this.lower.data[index] === lower && this.upper.data[index] === upper)) return slot;
    }
  }

  private grow(): void {
    this.slots = new Uint32Array(2 * this.slots.length);
    for (let i = 0; i < this.size; i++) this.slots[this.slotOf(this.upper.data[i]!, this.lower.data[i]!)] = i + 1;
  }
}

/** A typed array with room to grow. */
export class GrowingArray<A extends Uint32Array | Int32Array | Int8Array> {
  /** The values, and room after them. */
  data: A;
  length = 0;

  constructor(private readonly Values: new (length: number) => A) {
    this.data = new Values(1024);
  }

  push(value: number): void {
    if (this.length === this.data.length) {
      const more = new this.Values(2 * this.length);
      more.set(this.data);
      this.data = more;
    }
    this.data[this.length++] = value;
  }

  /** The values, without the room. */
  take(): A {
    return this.data.slice(0, this.length) as A;
  }
}
