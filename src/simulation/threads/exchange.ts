/**
 * The exchange of spikes between threads through one block of shared memory, with one barrier an epoch: lists of
 * even and odd epochs have places of their own, so nobody overwrites what another still reads.
 *
 * @module
 */
import type { Reals } from "../../core/column.js";
import { potentialsOf } from "../delivery.js";
import type { Exchange, SpikeList } from "../exchange.js";
import type { NetworkShare } from "../network-share.js";
import type { Partition } from "../partition.js";
import { type Control, controlBytes } from "./control.js";

/** Places in the shared block. */
export interface ExchangeLayout {
  /**
   * lists[(parity·threads + thread)·populations + population], in words: a count, then room for pairs (step, neuron), each
   * followed by the two words of its fraction of a step where spike times are exact. parity: of the epoch.
   */
  readonly lists: readonly number[];
  /** potentials[parity·populations + population], in bytes: V of all neurons; 0 where no electrical synapse needs it. */
  readonly potentials: readonly number[];
  readonly bytes: number;
}

/**
 * @param shares neurons of each thread (outer) and population (inner).
 * @param sendsPotentials of each population: electrical synapses come from it.
 * @param hasExactTimes of each population.
 */
export function layOutExchange(
  shares: readonly (readonly number[])[],
  sendsPotentials: readonly boolean[],
  hasExactTimes: readonly boolean[],
  epoch: number,
): ExchangeLayout {
  const lists: number[] = [];
  const potentials: number[] = [];
  let bytes = controlBytes(shares.length);
  const reserve = (size: number): number => {
    const at = bytes;
    bytes += Math.ceil(size / 16) * 16;
    return at;
  };
  for (let parity = 0; parity < 2; parity++) {
    for (const populations of shares) {
      for (const [p, size] of populations.entries()) {
        lists.push(reserve(4 + 4 * wordsOf(hasExactTimes[p]!) * size * epoch) / 4);
      }
      // The next thread writes to other cache lines.
      reserve(128);
    }
    sendsPotentials.forEach((sends, p) => {
      const size = shares.reduce((sum, populations) => sum + populations[p]!, 0);
      potentials.push(sends ? reserve(8 * size) : 0);
    });
  }
  return { lists, potentials, bytes };
}

/** Of a spike. */
const wordsOf = (hasExactTimes: boolean): number => (hasExactTimes ? 4 : 2);

/** What a thread needs of a population at each exchange. */
interface Port {
  /** Index within the population of the first neuron here. */
  readonly start: number;
  /** Where the spikes of all threads come together: in memory, and the array there; empty where all neurons are here. */
  readonly at: number;
  readonly all: Uint32Array;
  /** The same for fractions of steps; 0 and empty where spikes fall on steps. */
  readonly fractionsAt: number;
  readonly fractions: Uint32Array;
  readonly words: number;
  /** V here, V of the whole population for the synapses here, and V of the whole population in the shared block by parity. */
  readonly potentials: { own: Reals; whole: Reals; shared: readonly Float64Array[] } | undefined;
}

export class ThreadExchange implements Exchange {
  private readonly words: Uint32Array;
  private readonly ports: readonly Port[];
  private epoch = 0;

  constructor(
    shared: SharedArrayBuffer,
    private readonly layout: ExchangeLayout,
    private readonly control: Control,
    private readonly partition: Partition,
    private readonly share: NetworkShare,
  ) {
    const { populations, arena } = share.memory;
    this.words = new Uint32Array(shared);
    this.ports = populations.map((population, p): Port => {
      const { built, all, allPairs, allFractions, potentials: whole } = population;
      const { size, start, wholeStart, wholeSize } = built;
      const places = layout.potentials.filter((_, k) => k % populations.length === p);
      return {
        start: start - wholeStart,
        at: all,
        all: arena.u32(all, 2 * allPairs),
        fractionsAt: allFractions,
        fractions: arena.u32(allFractions, built.hasExactTimes ? 2 * allPairs : 0),
        words: wordsOf(built.hasExactTimes),
        potentials:
          // A share that holds all neurons of a population reads their V in place, but the others wait for it.
          places[0] === 0
            ? undefined
            : {
                own: potentialsOf(population).subarray(0, size),
                whole,
                shared: places.map((at) => new Float64Array(shared, at, wholeSize)),
              },
      };
    });
  }

  /** A new order: the next epoch is its first. */
  restart(): void {
    this.epoch = 0;
  }

  /** The caller wants all threads to rest after this epoch. */
  get isPaused(): boolean {
    return this.control.getPause(this.epoch);
  }

  /** @param pause given by the caller: all threads are to rest after this epoch. */
  publish(own: readonly SpikeList[], pause?: boolean): void {
    const { words, ports } = this;
    const { arena } = this.share.memory;
    const epoch = ++this.epoch;
    own.forEach(({ at, count, fractions }, p) => {
      const { start, potentials, words: step } = ports[p]!;
      let place = this.place(this.partition.index, p);
      words[place++] = count;
      if (count > 0) {
        const pairs = arena.u32(at, 2 * count);
        const values = step === 4 ? arena.u32(fractions, 2 * count) : undefined;
        for (let k = 0; k < pairs.length; k += 2) {
          words[place] = pairs[k]!;
          words[place + 1] = pairs[k + 1]! + start;
          if (values) {
            words[place + 2] = values[k]!;
            words[place + 3] = values[k + 1]!;
          }
          place += step;
        }
      }
      potentials?.shared[epoch & 1]!.set(potentials.own, start);
    });
    if (pause !== undefined) this.control.setPause(epoch, pause);
    this.control.reach(epoch);
  }

  isComplete(patience: number): boolean {
    return this.control.haveReached(this.epoch, patience);
  }

  collect(first: number, stop: number, own: readonly SpikeList[]): readonly SpikeList[] {
    return own.map((list, p) => {
      const { potentials, all, at, fractionsAt: fractions } = this.ports[p]!;
      if (potentials && potentials.whole.length > 0) potentials.whole.set(potentials.shared[this.epoch & 1]!);
      return all.length === 0 ? list : { at, count: this.merge(p, first, stop), fractions };
    });
  }

  /** Step by step, thread by thread: shares are contiguous, so this is the order (step, neuron). */
  private merge(p: number, first: number, stop: number): number {
    const { words } = this;
    const { all: out, fractions, words: width } = this.ports[p]!;
    const threads = this.partition.count;
    const next: number[] = [];
    const end: number[] = [];
    for (let t = 0; t < threads; t++) {
      const place = this.place(t, p);
      next.push(place + 1);
      end.push(place + 1 + width * words[place]!);
    }
    let k = 0;
    for (let step = first + 1; step <= stop; step++) {
      for (let t = 0; t < threads; t++) {
        let from = next[t]!;
        const to = end[t]!;
        while (from < to && words[from] === step) {
          out[k] = step;
          out[k + 1] = words[from + 1]!;
          if (width === 4) {
            fractions[k] = words[from + 2]!;
            fractions[k + 1] = words[from + 3]!;
          }
          k += 2;
          from += width;
        }
        next[t] = from;
      }
    }
    return k >> 1;
  }

  /** Of a thread's list in this epoch. */
  private place(thread: number, population: number): number {
    return this.layout.lists[((this.epoch & 1) * this.partition.count + thread) * this.ports.length + population]!;
  }
}
