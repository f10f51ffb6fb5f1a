/**
 * Saves a run while it goes on.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";

export interface AutosaveOptions {
  /** ms between two saves: of wall time, counted from the end of the last save, or of model time. */
  every: number;
  /** Which time; "wall" by default. */
  clock?: "wall" | "model";
  /**
   * Keeps the bytes of a checkpoint (decodeCheckpoint reads them). The run waits for it. A file should be written aside
   * and renamed, so that the last whole one is never lost.
   */
  write: (bytes: Uint8Array) => Promise<void>;
}

export class Autosave {
  private readonly everySteps: number;
  private savedStep: number;
  private savedAt = performance.now();

  /**
   * @param step of the engine now: nothing new is to be saved yet.
   * @throws WbeError ARGUMENT unless the interval is above 0.
   */
  constructor(
    private readonly options: AutosaveOptions,
    dt: number,
    private readonly start: number,
    private readonly encode: () => Promise<Uint8Array>,
  ) {
    const { every, clock = "wall" } = options;
    if (!(every > 0)) {
      throw new WbeError("ARGUMENT", `expected an interval above 0 ms between saves, found ${every}`, {
        where: "autosave.every",
      });
    }
    this.savedStep = start;
    this.everySteps = clock === "model" ? Math.max(1, Math.round(every / dt)) : Number.POSITIVE_INFINITY;
  }

  /** The first step after `step` that a save by model time is due at. */
  nextStep(step: number): number {
    if (this.everySteps === Number.POSITIVE_INFINITY) return this.everySteps;
    return this.start + (Math.floor((step - this.start) / this.everySteps) + 1) * this.everySteps;
  }

  /** Saves when it is due; `now` is the wall clock in ms. */
  async saveWhenDue(step: number, now: number): Promise<void> {
    const isDue =
      this.options.clock === "model"
        ? (step - this.start) % this.everySteps === 0
        : now - this.savedAt >= this.options.every;
    if (isDue) await this.save(step);
  }

  /**
   * Saves unless this step has been saved.
   *
   * @throws what `write` throws, in a WbeError FILE unless it is a WbeError. The run stands whole where it was.
   */
  async save(step: number): Promise<void> {
    if (step === this.savedStep) return;
    const bytes = await this.encode();
    try {
      await this.options.write(bytes);
    } catch (cause) {
      if (cause instanceof WbeError) throw cause;
      throw new WbeError(
        "FILE",
        `the checkpoint could not be written: ${cause instanceof Error ? cause.message : String(cause)}`,
        { remedy: "The engine stands where it was; run it again to go on.", cause },
      );
    }
    this.savedStep = step;
    this.savedAt = performance.now();
  }
}
