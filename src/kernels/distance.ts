/**
 * Typed access to the distance kernels (assembly/distance.ts): planes of labels and squared distances.
 *
 * @module
 */
import { Arena } from "./arena.js";
import { wasmBase64 } from "./generated/distance.js";
import { instantiateKernelsNow } from "./instantiate.js";

interface Exports {
  alongRows(labels: number, squared: number, rows: number, width: number, used: number, h: number): void;
  acrossRows(
    labels: number,
    squared: number,
    result: number,
    rows: number,
    width: number,
    h: number,
    root: number,
    scratch: number,
  ): void;
}

/** One plane at a time: fill `labels` (and `squared`), call, read `squared` or `result`. Row i starts at i·width. */
export class DistancePlane {
  /** Values of a row, a multiple of 4, at least `used`; labels behind `used` stay 0. */
  readonly width: number;
  readonly labels: Uint32Array;
  readonly squared: Float32Array;
  readonly result: Float32Array;
  readonly #kernels: Exports;
  readonly #addresses: { labels: number; squared: number; result: number; scratch: number };

  constructor(
    private readonly rows: number,
    private readonly used: number,
  ) {
    this.width = Math.ceil(used / 4) * 4;
    const n = rows * this.width;
    const arena = Arena.create();
    const reserve = () => arena.reserve(4 * n);
    this.#addresses = {
      labels: reserve(),
      squared: reserve(),
      result: reserve(),
      scratch: arena.reserve(12 * (rows + 1)),
    };
    const memory = arena.make();
    this.labels = arena.u32(this.#addresses.labels, n);
    this.squared = arena.f32(this.#addresses.squared, n);
    this.result = arena.f32(this.#addresses.result, n);
    this.#kernels = instantiateKernelsNow(wasmBase64, memory, ["alongRows", "acrossRows"]) as unknown as Exports;
  }

  /** labels → squared: along each row, h between values. */
  alongRows(h: number): void {
    const { labels, squared } = this.#addresses;
    this.#kernels.alongRows(labels, squared, this.rows, this.width, this.used, h);
  }

  /** labels, squared → result: across rows, h apart; squares, or their roots. */
  acrossRows(h: number, takesRoot: boolean): void {
    const { labels, squared, result, scratch } = this.#addresses;
    this.#kernels.acrossRows(labels, squared, result, this.rows, this.width, h, takesRoot ? 1 : 0, scratch);
  }
}
