/**
 * Progress and cancellation, the same two options for every long call.
 *
 * @module
 */
import { WbeError } from "./errors.js";

export interface LongCallOptions {
  /** Cancels the call: it rejects with a WbeError of code "CANCELLED" and leaves nothing half-written. */
  signal?: AbortSignal;
  /** Called with the work done so far and the total, in the unit that the call documents. */
  onProgress?: (done: number, total: number) => void;
}

/** Throws "CANCELLED" once the signal has fired. `what` names the work, e.g. "the run". */
export function throwIfCancelled(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new WbeError("CANCELLED", `${what} was cancelled`, { cause: signal.reason });
}

/** Lets the event loop run (signals, timers, drawing) between two slices of work. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
