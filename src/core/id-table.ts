/**
 * The one table that maps identifiers to 32-bit indices and back.
 *
 * @module
 */
import { requireInteger } from "./arguments.js";
import { WbeError } from "./errors.js";
import {
  formatNeuronID,
  maxIdNumber,
  type NeuronID,
  parseNeuronID,
  type RegionCode,
  regionCode,
  type SynapseID,
} from "./ids.js";

/** The table as plain arrays, for files and messages between threads. */
export interface IdColumns {
  /** Region codes, in order of first appearance. */
  readonly regions: readonly RegionCode[];
  /** Per index, which of `regions`. */
  readonly region: Uint16Array;
  /** Per index, the eight digits as a number. */
  readonly number: Uint32Array;
}

/**
 * Ids of the indices 0 … length−1. Six bytes per entry, four more when the ids are not in ascending order; ids
 * become strings only when asked for. Looking up an id takes O(log length).
 *
 * @example
 * const table = IdTable.consecutive("CTX", 1_000_000);
 * table.id(142857);              // "CTX-00142857"
 * table.index("CTX-00142857");   // 142857
 */
export class IdTable<Id extends NeuronID | SynapseID = NeuronID> {
  readonly columns: IdColumns;
  readonly #regionIndex: ReadonlyMap<string, number>;
  /** Indices sorted by key; undefined when the ids ascend already. */
  readonly #order: Uint32Array | undefined;

  /**
   * @throws WbeError ARGUMENT for columns that do not fit together, NAME_CLASH when an id stands at two indices.
   */
  constructor(columns: IdColumns) {
    const { regions, region, number } = columns;
    requireInteger(regions.length, 0, 65536, "the number of regions");
    if (region.length !== number.length) {
      throw new WbeError(
        "ARGUMENT",
        `expected ${region.length} id numbers, one per region entry, found ${number.length}`,
      );
    }
    this.columns = columns;
    this.#regionIndex = new Map(regions.map((code, i) => [regionCode(code), i]));
    if (this.#regionIndex.size !== regions.length) {
      throw new WbeError("NAME_CLASH", `expected each region code once, found one twice in ${regions.join(", ")}`);
    }
    let ascending = true;
    for (let i = 0; i < number.length; i++) {
      if (region[i]! >= regions.length || number[i]! > maxIdNumber) {
        throw new WbeError(
          "ARGUMENT",
          `expected a region below ${regions.length} and a number up to ${maxIdNumber}, found region ${region[i]} and number ${number[i]}`,
          { where: `index ${i}` },
        );
      }
      if (i > 0 && this.#key(i) <= this.#key(i - 1)) ascending = false;
    }
    this.#order = ascending ? undefined : this.#sortedOrder();
  }

  /** The ids region-first … region-(first + count − 1). */
  static consecutive<Id extends NeuronID | SynapseID = NeuronID>(
    region: string,
    count: number,
    first = 0,
  ): IdTable<Id> {
    requireInteger(first, 0, maxIdNumber, "the first id number");
    requireInteger(count, 0, maxIdNumber - first + 1, "the number of ids");
    const number = new Uint32Array(count);
    for (let i = 0; i < count; i++) number[i] = first + i;
    return new IdTable<Id>({ regions: [regionCode(region)], region: new Uint16Array(count), number });
  }

  /** @throws WbeError ARGUMENT for text that is no id, NAME_CLASH for an id given twice. */
  static from<Id extends NeuronID | SynapseID = NeuronID>(ids: Iterable<string>): IdTable<Id> {
    const regionIndex = new Map<RegionCode, number>();
    const region: number[] = [];
    const number: number[] = [];
    for (const id of ids) {
      const parts = parseNeuronID(id);
      let place = regionIndex.get(parts.region);
      if (place === undefined) {
        place = regionIndex.size;
        regionIndex.set(parts.region, place);
      }
      region.push(place);
      number.push(parts.number);
    }
    return new IdTable<Id>({
      regions: [...regionIndex.keys()],
      region: Uint16Array.from(region),
      number: Uint32Array.from(number),
    });
  }

  get length(): number {
    return this.columns.number.length;
  }

  /** @throws WbeError ARGUMENT unless 0 ≤ index < length. */
  id(index: number): Id {
    const region = this.region(index);
    return formatNeuronID(region, this.columns.number[index]!) as string as Id;
  }

  /** @throws WbeError ARGUMENT unless 0 ≤ index < length. */
  region(index: number): RegionCode {
    requireInteger(index, 0, this.length - 1, "an index into the id table");
    return this.columns.regions[this.columns.region[index]!]!;
  }

  /** @throws WbeError ARGUMENT for text that is no id, NAME_UNKNOWN for an id that the table does not hold. */
  index(id: string): number {
    const index = this.#find(id);
    if (index < 0) {
      throw new WbeError("NAME_UNKNOWN", `expected one of ${this.length} ids, found "${id}"`, {
        remedy: `The table holds ids of ${this.columns.regions.join(", ") || "no region"}.`,
      });
    }
    return index;
  }

  /** @throws WbeError ARGUMENT for text that is no id. */
  has(id: string): boolean {
    return this.#find(id) >= 0;
  }

  /** All indices of one region, ascending; empty for a region that the table does not hold. */
  indicesOf(region: string): Uint32Array {
    const place = this.#regionIndex.get(regionCode(region));
    if (place === undefined) return new Uint32Array(0);
    const column = this.columns.region;
    let count = 0;
    for (let i = 0; i < column.length; i++) if (column[i] === place) count++;
    const indices = new Uint32Array(count);
    for (let i = 0, k = 0; i < column.length; i++) if (column[i] === place) indices[k++] = i;
    return indices;
  }

  /** The ids in order of their indices, made one at a time. */
  *[Symbol.iterator](): IterableIterator<Id> {
    for (let i = 0; i < this.length; i++) yield this.id(i);
  }

  /** One number per id that sorts by region, then number; exact, since 65536·10⁸ < 2⁵³. */
  #key(index: number): number {
    return this.columns.region[index]! * (maxIdNumber + 1) + this.columns.number[index]!;
  }

  #sortedOrder(): Uint32Array {
    const order = Uint32Array.from({ length: this.length }, (_, i) => i).sort((a, b) => this.#key(a) - this.#key(b));
    for (let i = 1; i < order.length; i++) {
      const [a, b] = [order[i - 1]!, order[i]!];
      if (this.#key(a) === this.#key(b)) {
        throw new WbeError("NAME_CLASH", `expected each id once, found ${this.id(a)} at indices ${a} and ${b}`);
      }
    }
    return order;
  }

  #find(id: string): number {
    const { region, number } = parseNeuronID(id);
    const place = this.#regionIndex.get(region);
    if (place === undefined) return -1;
    const key = place * (maxIdNumber + 1) + number;
    let low = 0;
    let high = this.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const index = this.#order ? this.#order[middle]! : middle;
      const found = this.#key(index);
      if (found === key) return index;
      if (found < key) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
