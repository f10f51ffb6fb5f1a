/**
 * The words of shared memory through which the threads of a run meet: the caller (thread 0) gives orders, workers carry
 * them out and rest; and in an epoch all wait for each other.
 *
 * @module
 */
import { type ErrorCode, WbeError } from "../../core/errors.js";

/** What all threads read: on a cache line (128 bytes) of its own, as are the words of each thread. */
const lineWords = 32;
const header = { order: 0, operation: 1, first: 2, end: 3, pause: 4, failed: 6 } as const;
const own = { reached: 0, rests: 1 } as const;
const failureBytes = 8192;

/** Looks this often before it sleeps: some tens of microseconds, more than threads of equal load differ. */
const spins = 20_000;
/** ms after which a sleeping thread looks for failures of the others. */
const nap = 20;

export const operations = { run: 1, wakeAndRun: 2, flush: 3, listen: 4, flushAll: 0xffffffff } as const;

export interface Order {
  readonly operation: number;
  /** run: from step `first` to `end`. flush: up to step `first`, the projection `end` or flushAll. listen: to a message. */
  readonly first: number;
  readonly end: number;
}

/** An error as plain data. */
export interface Failure {
  readonly code: ErrorCode;
  /** Holds place and remedy already. */
  readonly message: string;
  readonly where: string | undefined;
  readonly remedy: string | undefined;
}

/** Bytes at the start of the shared block. */
export const controlBytes = (threads: number): number => 4 * lineWords * (1 + threads) + failureBytes;

export class Control {
  private readonly words: Int32Array;
  private readonly failureText: Uint8Array;
  /** A page's main thread must not sleep. */
  private readonly maySleep: boolean;

  constructor(
    shared: SharedArrayBuffer,
    private readonly threads: number,
    private readonly self: number,
  ) {
    this.words = new Int32Array(shared, 0, lineWords * (1 + threads));
    this.failureText = new Uint8Array(shared, 4 * lineWords * (1 + threads), failureBytes);
    this.maySleep = canSleep();
  }

  /** Caller: sends the resting workers to work. */
  order({ operation, first, end }: Order): void {
    const { words } = this;
    for (let t = 0; t < this.threads; t++) Atomics.store(words, this.place(t, own.reached), 0);
    for (const word of [header.failed, header.pause, header.pause + 1]) Atomics.store(words, word, 0);
    Atomics.store(words, header.operation, operation);
    Atomics.store(words, header.first, first);
    Atomics.store(words, header.end, end);
    Atomics.add(words, header.order, 1);
    Atomics.notify(words, header.order);
  }

  /** Worker: the order after `done` orders; rests until it comes. */
  nextOrder(done: number): Order {
    const { words } = this;
    Atomics.store(words, this.place(this.self, own.rests), done);
    Atomics.notify(words, this.place(this.self, own.rests));
    while (!this.waitFor(header.order, done + 1, Number.POSITIVE_INFINITY));
    return {
      operation: Atomics.load(words, header.operation),
      first: Atomics.load(words, header.first) >>> 0,
      end: Atomics.load(words, header.end) >>> 0,
    };
  }

  /** Caller: whether all workers have carried out the last order; waits up to `patience` ms. */
  allRest(patience: number): boolean {
    const order = Atomics.load(this.words, header.order);
    for (let t = 1; t < this.threads; t++) if (!this.waitFor(this.place(t, own.rests), order, patience)) return false;
    return true;
  }

  /** This thread has given its part of the epoch-th exchange since the order. */
  reach(epoch: number): void {
    const place = this.place(this.self, own.reached);
    Atomics.store(this.words, place, epoch);
    Atomics.notify(this.words, place);
  }

  /** Whether all other threads have reached the epoch-th exchange; waits up to `patience` ms. @throws when one failed. */
  haveReached(epoch: number, patience: number): boolean {
    for (let t = 0; t < this.threads; t++) {
      if (t === this.self || this.waitFor(this.place(t, own.reached), epoch, patience)) continue;
      if (Atomics.load(this.words, header.failed) !== 0) {
        throw new WbeError("CANCELLED", "the run ended because another thread failed");
      }
      return false;
    }
    return true;
  }

  /** Caller, before it reaches an exchange: whether all are to rest after it. Two words, as some still read the last. */
  setPause(epoch: number, pause: boolean): void {
    Atomics.store(this.words, header.pause + (epoch & 1), Number(pause));
  }

  getPause(epoch: number): boolean {
    return Atomics.load(this.words, header.pause + (epoch & 1)) !== 0;
  }

  /** Ends the wait of all others. Of several failures the first counts. */
  fail(failure: Failure): void {
    if (Atomics.compareExchange(this.words, header.failed, 0, -1) !== 0) return;
    const bytes = new TextEncoder().encode(JSON.stringify(shorten(failure)));
    this.failureText.set(bytes);
    Atomics.store(this.words, header.failed, bytes.length);
    Atomics.notify(this.words, this.place(this.self, own.reached));
  }

  /** What failed first since the last order. */
  failure(): Failure | undefined {
    const length = Atomics.load(this.words, header.failed);
    if (length <= 0) return undefined;
    return JSON.parse(new TextDecoder().decode(this.failureText.slice(0, length))) as Failure;
  }

  private place(thread: number, word: number): number {
    return lineWords * (1 + thread) + word;
  }

  private waitFor(place: number, value: number, patience: number): boolean {
    const { words } = this;
    for (let left = spins; left > 0; left--) if (Atomics.load(words, place) - value >= 0) return true;
    const end = performance.now() + patience;
    for (;;) {
      const seen = Atomics.load(words, place);
      if (seen - value >= 0) return true;
      const isOver = performance.now() >= end;
      if (isOver || (place !== header.order && Atomics.load(words, header.failed) !== 0)) return false;
      if (this.maySleep) Atomics.wait(words, place, seen, place === header.order ? Number.POSITIVE_INFINITY : nap);
    }
  }
}

function canSleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

function shorten(failure: Failure): Failure {
  const cut = (text: string): string => text.slice(0, failureBytes / 16);
  const { message, where, remedy } = failure;
  return { ...failure, message: cut(message), where: where && cut(where), remedy: remedy && cut(remedy) };
}
