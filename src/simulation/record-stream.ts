/**
 * Records on their way to a store while a run goes on, so that they take no more memory than what was recorded since
 * the last look.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { chunkBytes, type ZarrStore } from "../io/zarr.js";
import { ZarrStream } from "../io/zarr-stream.js";
import type { Recorders } from "./recorders.js";

export interface StreamOptions {
  /**
   * Where the records go, as arrays of a Zarr v3 hierarchy (run-arrays.ts). Its `set` should be atomic, so that what is
   * there can be read at any time. A store that holds an earlier stream is gone on with from where this engine stands:
   * what lies beyond is dropped.
   */
  store: ZarrStore;
  /** ms of wall time after which readers see what was recorded (whole chunks are written as they fill); default 1000. */
  every?: number;
}

export class RecordStream {
  private committedAt = performance.now();

  private constructor(
    private readonly options: StreamOptions,
    private readonly recorders: Recorders,
    private readonly arrays: ZarrStream,
    private readonly pulseTimes: () => readonly number[],
  ) {}

  /**
   * @param step where the engine stands.
   * @throws WbeError ARGUMENT for an interval that is none, NAME_CLASH for two records of one state, FORMAT for a store
   * that holds less than was moved there or something else, FILE.
   */
  static async open(
    options: StreamOptions,
    recorders: Recorders,
    step: number,
    pulseTimes: () => readonly number[],
  ): Promise<RecordStream> {
    const { store, every = 0 } = options;
    if (!(every >= 0)) {
      throw new WbeError("ARGUMENT", `expected an interval of at least 0 ms, found ${every}`, {
        where: "stream.every",
      });
    }
    const layout = recorders.streamLayout(step, pulseTimes());
    const arrays = await guard(() => ZarrStream.open(store, layout, recorders.rowsTaken()));
    return new RecordStream(options, recorders, arrays, pulseTimes);
  }

  isTo(store: ZarrStore): boolean {
    return this.options.store === store;
  }

  /** Moves and writes what is due; `now` is the wall clock in ms. @throws WbeError FILE; nothing is lost. */
  async keepUp(step: number, now: number): Promise<void> {
    if (now - this.committedAt >= (this.options.every ?? 1000)) {
      await this.flush(step);
    } else if (this.recorders.pendingBytes >= chunkBytes) {
      this.move(step);
      await guard(() => this.arrays.writeFull());
    }
  }

  /** Writes all records and makes them visible. @throws WbeError FILE; nothing is lost. */
  async flush(step: number): Promise<void> {
    this.move(step);
    const { groups = {} } = this.recorders.streamLayout(step, this.pulseTimes());
    await guard(() => this.arrays.commit(groups));
    this.committedAt = performance.now();
  }

  private move(step: number): void {
    this.recorders.moveTo((path, rows) => this.arrays.append(path, rows), step);
  }
}

async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof WbeError) throw cause;
    throw new WbeError(
      "FILE",
      `the records could not be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      { remedy: "The engine stands where it was and keeps them; run it again to go on.", cause },
    );
  }
}
