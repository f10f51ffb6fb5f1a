/**
 * Reading of flatbuffers (flatbuffers.dev/internals): tables whose fields may be absent, and vectors. Reads beyond the bytes
 * throw a RangeError; a vector that does not fit into them is refused before it is walked.
 *
 * @module
 */

export class FlatTable {
  constructor(
    readonly view: DataView,
    private readonly at: number,
  ) {}

  /** The table that a buffer begins with. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** Position of a field, 0 where it is absent. */
  private field(index: number): number {
    const vtable = this.at - this.view.getInt32(this.at, true);
    const entry = 4 + 2 * index;
    const offset = entry < this.view.getUint16(vtable, true) ? this.view.getUint16(vtable + entry, true) : 0;
    return offset === 0 ? 0 : this.at + offset;
  }

  uint8(index: number): number {
    const at = this.field(index);
    return at === 0 ? 0 : this.view.getUint8(at);
  }

  int16(index: number): number {
    const at = this.field(index);
    return at === 0 ? 0 : this.view.getInt16(at, true);
  }

  int32(index: number): number {
    const at = this.field(index);
    return at === 0 ? 0 : this.view.getInt32(at, true);
  }

  /** As a double: exact below 2⁵³, which lengths and offsets are. */
  int64(index: number): number {
    const at = this.field(index);
    return at === 0 ? 0 : Number(this.view.getBigInt64(at, true));
  }

  has(index: number): boolean {
    return this.field(index) !== 0;
  }

  table(index: number): FlatTable | undefined {
    const at = this.field(index);
    return at === 0 ? undefined : new FlatTable(this.view, at + this.view.getUint32(at, true));
  }

  text(index: number): string {
    const { start, length } = this.vector(index, 1);
    return new TextDecoder().decode(new Uint8Array(this.view.buffer, this.view.byteOffset + start, length));
  }

  /** Start and number of elements of `size` bytes; none where the field is absent. */
  vector(index: number, size: number): { start: number; length: number } {
    const at = this.field(index);
    if (at === 0) return { start: 0, length: 0 };
    const head = at + this.view.getUint32(at, true);
    const length = this.view.getUint32(head, true);
    if (head + 4 + length * size > this.view.byteLength) throw new RangeError(`a vector of ${length} elements`);
    return { start: head + 4, length };
  }

  tables(index: number): FlatTable[] {
    const { start, length } = this.vector(index, 4);
    return Array.from({ length }, (_, k) => {
      const at = start + 4 * k;
      return new FlatTable(this.view, at + this.view.getUint32(at, true));
    });
  }

  /** Pairs of 64-bit numbers: the structs FieldNode and Buffer of Arrow. */
  pairs(index: number): [number, number][] {
    const { start, length } = this.vector(index, 16);
    return Array.from({ length }, (_, k) => {
      const at = start + 16 * k;
      return [Number(this.view.getBigInt64(at, true)), Number(this.view.getBigInt64(at + 8, true))];
    });
  }
}
