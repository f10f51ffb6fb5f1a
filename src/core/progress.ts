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
  // A timer waits for a millisecond at least.
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/** Where a progress bar draws; `process.stderr` fits as it is. */
export interface ProgressSink {
  write(text: string): unknown;
  /** True on a terminal, where a line can be drawn over. Elsewhere plain lines are written. */
  isTTY?: boolean;
  /** Width of the terminal in characters. */
  columns?: number;
}

export interface ProgressBarOptions {
  /** What is being done, e.g. "simulating". */
  label: string;
  /** The value of `done` at the end. */
  total: number;
  /** Unit of `done` and `total`, e.g. "ms". */
  unit?: string;
  sink: ProgressSink;
  /** Clock in ms, for tests. */
  now?: () => number;
}

/**
 * One line of progress with the time left: redrawn in place on a terminal (at most ten times a second), a plain
 * line per tenth of the work elsewhere. Ends by itself when `done` reaches the total; `finish` ends it early.
 */
export class ProgressBar {
  private readonly label: string;
  private readonly unit: string;
  private readonly sink: ProgressSink;
  private readonly now: () => number;
  private readonly start: number;
  private total: number;
  private drawnAt = -Infinity;
  private drawnTenth = 0;
  private ended = false;

  constructor({ label, total, unit = "", sink, now = () => performance.now() }: ProgressBarOptions) {
    this.label = label;
    this.total = total;
    this.unit = unit === "" ? "" : ` ${unit}`;
    this.sink = sink;
    this.now = now;
    this.start = now();
  }

  /** `done` so far, in the unit of the total; the total may be corrected on the way. */
  update(done: number, total: number = this.total): void {
    if (this.ended) return;
    this.total = total;
    const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 1;
    const isLast = share >= 1;
    const time = this.now();
    if (this.sink.isTTY) {
      if (!isLast && time - this.drawnAt < 100) return;
      this.drawnAt = time;
      this.sink.write(`\r${this.line(done, share, time)}\u001b[K${isLast ? "\n" : ""}`);
    } else {
      const tenth = Math.floor(share * 10 + 1e-9);
      if (!isLast && tenth <= this.drawnTenth) return;
      this.drawnTenth = tenth;
      this.sink.write(`${this.words(done, share, time)}\n`);
    }
    if (isLast) this.ended = true;
  }

  /** Ends the line where it stands, e.g. after an error or a cancellation. */
  finish(): void {
    if (!this.ended && this.sink.isTTY && this.drawnAt > -Infinity) this.sink.write("\n");
    this.ended = true;
  }

  private words(done: number, share: number, time: number): string {
    const elapsed = (time - this.start) / 1000;
    const left = share > 0 && share < 1 ? `, ${formatSeconds((elapsed * (1 - share)) / share)} left` : "";
    const amount = `${formatAmount(done)}/${formatAmount(this.total)}${this.unit}`;
    return `${this.label}: ${Math.floor(share * 100)} % (${amount}), ${formatSeconds(elapsed)}${left}`;
  }

  private line(done: number, share: number, time: number): string {
    const words = this.words(done, share, time);
    // One column stays free: a full last column makes some terminals wrap.
    const width = Math.min(30, (this.sink.columns ?? 80) - words.length - 4);
    if (width < 5) return words.slice(0, Math.max(10, (this.sink.columns ?? 80) - 1));
    const filled = Math.round(share * width);
    return `[${"█".repeat(filled)}${"░".repeat(width - filled)}] ${words}`;
  }
}

const formatAmount = (value: number): string => String(Number(value.toPrecision(value >= 1000 ? 6 : 4)));

function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
