/**
 * The exchange of spikes between workers through one block of shared memory, with one barrier an epoch: lists of
 * even and odd epochs have places of their own, so nobody overwrites what another still reads.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import type { Exchange, SpikeList } from "../exchange.js";
import type { NetworkMemory } from "../memory-layout.js";
import type { Partition } from "../partition.js";
import { controlWords, type ExchangeLayout } from "./base.js";

/** Looks this often before it sleeps: a few microseconds, the usual difference between workers of equal load. */
const spins = 2000;

export class ThreadExchange implements Exchange {
  private readonly control: Int32Array;
  private readonly words: Uint32Array;
  private epochs = 0;
  /** The caller asked to stop; the same for all workers after a barrier. */
  stopped = false;

  constructor(
    shared: SharedArrayBuffer,
    private readonly layout: ExchangeLayout,
    private readonly partition: Partition,
    private readonly memory: NetworkMemory,
  ) {
    this.control = new Int32Array(shared);
    this.words = new Uint32Array(shared);
  }

  swap(first: number, stop: number, own: readonly SpikeList[]): readonly SpikeList[] {
    const { memory, words, partition } = this;
    const parity = this.epochs++ & 1;
    own.forEach(({ at, count }, p) => {
      const { start, wholeStart } = memory.populations[p]!.built;
      const shift = start - wholeStart;
      const pairs = memory.arena.u32(at, 2 * count);
      let place = this.place(parity, partition.index, p);
      words[place++] = count;
      for (let k = 0; k < pairs.length; k += 2) {
        words[place++] = pairs[k]!;
        words[place++] = pairs[k + 1]! + shift;
      }
    });
    if (partition.index === 0) Atomics.store(this.control, controlWords.step, stop);
    this.meet();
    return own.map((list, p) => this.merge(parity, p, first, stop, list));
  }

  private place(parity: number, worker: number, population: number): number {
    const n = this.memory.populations.length;
    return this.layout.offsets[(parity * this.partition.count + worker) * n + population]!;
  }

  /** Step by step, worker by worker: shares are contiguous, so this is the order (step, neuron). */
  private merge(parity: number, p: number, first: number, stop: number, own: SpikeList): SpikeList {
    const { all } = this.memory.populations[p]!;
    if (all === 0) return own;
    const { count: workers } = this.partition;
    const { words } = this;
    const next: number[] = [];
    const end: number[] = [];
    let total = 0;
    for (let w = 0; w < workers; w++) {
      const place = this.place(parity, w, p);
      const count = words[place]!;
      next.push(place + 1);
      end.push(place + 1 + 2 * count);
      total += count;
    }
    const out = this.memory.arena.u32(all, 2 * total);
    let k = 0;
    for (let step = first + 1; step <= stop && k < out.length; step++) {
      for (let w = 0; w < workers; w++) {
        let from = next[w]!;
        const to = end[w]!;
        while (from < to && words[from] === step) {
          out[k++] = step;
          out[k++] = words[from + 1]!;
          from += 2;
        }
        next[w] = from;
      }
    }
    return { at: all, count: total };
  }

  /** Returns once all workers are here. @throws WbeError CANCELLED when another worker failed. */
  private meet(): void {
    const { control } = this;
    const generation = Atomics.load(control, controlWords.generation);
    if (Atomics.add(control, controlWords.arrived, 1) === this.partition.count - 1) {
      Atomics.store(control, controlWords.arrived, 0);
      Atomics.store(control, controlWords.stop, Atomics.load(control, controlWords.stopRequested));
      Atomics.add(control, controlWords.generation, 1);
      Atomics.notify(control, controlWords.generation);
    } else {
      let left = spins;
      while (Atomics.load(control, controlWords.generation) === generation) {
        if (Atomics.load(control, controlWords.failed) !== 0) {
          throw new WbeError("CANCELLED", "the run ended because another worker failed");
        }
        if (left-- > 0) continue;
        Atomics.wait(control, controlWords.generation, generation, 100);
      }
    }
    this.stopped = Atomics.load(control, controlWords.stop) !== 0;
  }
}
