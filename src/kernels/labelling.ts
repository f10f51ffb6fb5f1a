/**
 * Typed access to the labelling kernels (assembly/labelling.ts): connected components slice by slice. Their memory holds two
 * slices and the table of provisional labels; the runs of all slices wait outside until the final labels are known, most of
 * them in the places of those labels.
 *
 * @module
 */
import { internalError, WbeError } from "../core/errors.js";
import { wasmBase64 } from "./generated/labelling.js";
import { instantiateKernelsNow } from "./instantiate.js";

interface Exports {
  labelSliceOf(
    bytes: number,
    values: number,
    rows: number,
    runs: number,
    below: number,
    rowsBelow: number,
    runsBelow: number,
    nx: number,
    ny: number,
    hasBelow: number,
    connectivity: number,
    table: number,
    used: number,
    open: number,
  ): number;
  resolveTable(table: number, used: number, sizes: number): number;
  writeSlice(rows: number, runs: number, nx: number, ny: number, table: number, labels: number): void;
}

export type LabelArray = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

const pageBytes = 65536;
const maxPages = 65536;
const runWords = 3;
const entryBytes = 8;

/** Where one slice stands: its values, where the runs of each row start, and its runs. */
interface Slice {
  readonly values: number;
  readonly rows: number;
  readonly runs: number;
}

/** Labels a volume from its first slice to its last: `add` every slice, `finish`, then `write` every slice. */
export class SliceLabeller {
  readonly #memory = new WebAssembly.Memory({ initial: 1, maximum: maxPages });
  readonly #kernels: Exports;
  readonly #slices: readonly [Slice, Slice];
  readonly #labels: number;
  readonly #open: number;
  /** The table stands last: it grows with the memory. */
  readonly #table: number;
  #used = 1;
  /** Of each slice, where its rows start in its runs, and the runs where they do not fit into its labels. */
  readonly #kept: { readonly rows: Uint32Array; readonly runs: Uint32Array | undefined }[] = [];

  /** @param bytes of a value: 1, 2, 4 or 8; @param connectivity 6, 18 or 26 */
  constructor(
    private readonly bytes: number,
    private readonly nx: number,
    private readonly ny: number,
    private readonly connectivity: number,
  ) {
    const names = ["labelSliceOf", "resolveTable", "writeSlice"];
    this.#kernels = instantiateKernelsNow(wasmBase64, this.#memory, names) as unknown as Exports;
    let next = pageBytes;
    const reserve = (n: number) => {
      const at = next;
      next += Math.ceil(n / 16) * 16;
      return at;
    };
    const slice = (): Slice => ({
      values: reserve(nx * ny * bytes + 128),
      rows: reserve(4 * (ny + 1)),
      runs: reserve(4 * runWords * (nx * ny + 1)),
    });
    this.#slices = [slice(), slice()];
    this.#labels = reserve(4 * nx * ny);
    this.#open = reserve(4 * nx);
    this.#table = next;
    this.#grow(next);
  }

  /** Takes the next slice, nx·ny values, x fastest. `labels`, as long, is kept as it is until `write`. */
  add(values: LabelArray, labels: Uint32Array): void {
    const { nx, ny, bytes } = this;
    const z = this.#kept.length;
    const slice = this.#slices[z % 2]!;
    const below = this.#slices[1 - (z % 2)]!;
    this.#grow(this.#table + entryBytes * (this.#used + nx * ny));
    const { buffer } = this.#memory;
    const source = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    new Uint8Array(buffer, slice.values, nx * ny * bytes).set(source);
    this.#used =
      this.#kernels.labelSliceOf(
        bytes,
        slice.values,
        slice.rows,
        slice.runs,
        below.values,
        below.rows,
        below.runs,
        nx,
        ny,
        z > 0 ? 1 : 0,
        this.connectivity,
        this.#table,
        this.#used,
        this.#open,
      ) >>> 0;
    const rows = new Uint32Array(buffer, slice.rows, ny + 1).slice();
    const runs = new Uint32Array(buffer, slice.runs, runWords * rows[ny]!);
    const fits = runs.length <= labels.length;
    if (fits) labels.set(runs);
    this.#kept.push({ rows, runs: fits ? undefined : runs.slice() });
  }

  /**
   * Ends the labelling: labels are 1, 2, … in the order of their first voxels; components of fewer than minSize voxels have
   * none. `sizes`: the voxels of each label; `all`: of each component, kept or not. No slice can be added any more.
   */
  finish(minSize: number): { sizes: Uint32Array; all: Uint32Array } {
    const used = this.#used;
    const sizesAt = this.#table + entryBytes * used;
    this.#grow(sizesAt + 4 * used);
    const count = this.#kernels.resolveTable(this.#table, used, sizesAt) >>> 0;
    const { buffer } = this.#memory;
    const all = new Uint32Array(buffer, sizesAt, count).slice();
    this.#used = 0;
    if (minSize <= 1) return { sizes: all, all };
    const label = new Uint32Array(count + 1);
    let kept = 0;
    for (let k = 0; k < count; k++) if (all[k]! >= minSize) label[k + 1] = ++kept;
    const table = new Uint32Array(buffer, this.#table, 2 * used);
    for (let k = 1; k < used; k++) table[2 * k] = label[table[2 * k]!]!;
    return { sizes: all.filter((size) => size >= minSize), all };
  }

  /** Final labels of slice z, nx·ny of them, into the array that `add` was given with it. */
  write(z: number, labels: Uint32Array): void {
    const kept = this.#kept[z];
    if (!kept || this.#used !== 0) throw internalError("slices are written after the last one was added");
    const { nx, ny } = this;
    const { rows, runs } = this.#slices[0];
    const { buffer } = this.#memory;
    new Uint32Array(buffer, rows, ny + 1).set(kept.rows);
    new Uint32Array(buffer, runs).set(kept.runs ?? labels.subarray(0, runWords * kept.rows[ny]!));
    this.#kernels.writeSlice(rows, runs, nx, ny, this.#table, this.#labels);
    labels.set(new Uint32Array(buffer, this.#labels, nx * ny));
  }

  #grow(bytes: number): void {
    if (this.#used === 0) throw internalError("a labeller that has finished is used again");
    const pages = Math.ceil(bytes / pageBytes);
    const now = this.#memory.buffer.byteLength / pageBytes;
    if (pages <= now) return;
    if (pages > maxPages) {
      throw new WbeError(
        "LIMIT",
        `slices of ${this.nx} × ${this.ny} voxels with ${this.#used} provisional labels need more than 4 GiB`,
        { remedy: "Label the volume in blocks." },
      );
    }
    // Ahead of what is asked, because growing has its price; pages that nobody touches take no memory.
    this.#memory.grow(Math.min(maxPages, Math.max(pages, Math.ceil(1.5 * now))) - now);
  }
}
