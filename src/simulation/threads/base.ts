/**
 * What the threads of a run share: messages between the caller and its workers, and the block of shared memory through
 * which workers meet and spikes cross.
 *
 * @module
 */
import type { ErrorCode } from "../../core/errors.js";
import type { RecordedSeries, SpikeData } from "../../core/spikes.js";
import type { Catalogue } from "../catalogue.js";
import type { Partition } from "../partition.js";
import type { RecordedPart } from "../recorded-part.js";

/** i32 words at the start of the shared block. */
export const controlWords = {
  /** Workers that have arrived at the barrier. */
  arrived: 0,
  /** Counts the barriers passed; workers wait for it to change. */
  generation: 1,
  /** Set by the caller to end the run after the epoch. */
  stopRequested: 2,
  /** stopRequested as the last worker saw it at the barrier: one answer for all. */
  stop: 3,
  /** Step reached, for progress. */
  step: 4,
  /** A worker has failed: all leave their barriers. */
  failed: 5,
} as const;

const controlBytes = 64;

/** Spike lists, for even and odd epochs, worker and population: a count, then room for pairs (step, neuron). */
export interface ExchangeLayout {
  /** offsets[(parity·workers + worker)·populations + population] in u32 words of the block. */
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/** @param shares neurons of each worker (outer) and population (inner). */
export function layOutExchange(shares: readonly (readonly number[])[], epoch: number): ExchangeLayout {
  const offsets: number[] = [];
  let word = controlBytes / 4;
  for (let parity = 0; parity < 2; parity++) {
    for (const populations of shares) {
      for (const size of populations) {
        offsets.push(word);
        word += 1 + 2 * size * epoch;
      }
    }
  }
  return { offsets, bytes: 4 * word };
}

/** Caller → worker. */
export type Request =
  | { kind: "build"; description: unknown; catalogue: Partial<Catalogue>; partition: Partition }
  | { kind: "start"; epoch: number; shared: SharedArrayBuffer; layout: ExchangeLayout }
  | { kind: "run"; end: number }
  | { kind: "weights"; projection: string };

/** Worker → caller; every request is answered once. */
export type Reply =
  | { kind: "built"; epoch: number; duration: number; warnings: readonly string[]; shares: readonly number[] }
  | { kind: "started" }
  /** Spikes of the whole network from worker 0, rates (of the whole network, all the same), recorded states of each share. */
  | {
      kind: "ran";
      step: number;
      spikes: SpikeData | undefined;
      rates: readonly RecordedSeries[];
      parts: readonly RecordedPart[];
    }
  /** Rows by source with the targets of this share only. */
  | { kind: "weights"; offsets: Uint32Array; data: Float32Array | Float64Array; unit: string }
  | {
      kind: "failed";
      code: ErrorCode;
      message: string;
      where: string | undefined;
      remedy: string | undefined;
      /** It stopped because another had failed. */
      isFollower: boolean;
    };

/** A worker as the caller sees it, in Node or in a browser. */
export interface WorkerHandle {
  post(request: Request): void;
  onReply(listener: (reply: Reply) => void): void;
  /** The worker ended by itself or could not be started. */
  onDeath(listener: (reason: string) => void): void;
  end(): Promise<void>;
}
