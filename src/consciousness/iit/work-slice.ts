/**
 * Lets the event loop run now and then during a long computation, and looks for cancellation there.
 *
 * @module
 */
import { type LongCallOptions, throwIfCancelled, yieldToEventLoop } from "../../core/progress.js";

/** ms between two looks at the event loop. */
const sliceLength = 20;

export class WorkSlice {
  readonly #what: string;
  readonly #options: LongCallOptions;
  #end = performance.now() + sliceLength;

  constructor(what: string, options: LongCallOptions) {
    this.#what = what;
    this.#options = options;
    throwIfCancelled(options.signal, what);
  }

  /** Between two pieces of work. @throws WbeError CANCELLED once the signal has fired. */
  async pause(done: number, total: number): Promise<void> {
    if (performance.now() < this.#end) return;
    this.#options.onProgress?.(done, total);
    await yieldToEventLoop();
    throwIfCancelled(this.#options.signal, this.#what);
    this.#end = performance.now() + sliceLength;
  }

  /** All is done. */
  done(total: number): void {
    this.#options.onProgress?.(total, total);
  }
}
