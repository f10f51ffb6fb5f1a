/**
 * Epochs, one after another: update, exchange of spikes, record, deliver; alone or in step with other threads.
 *
 * @module
 */
import type { SpikeList } from "./exchange.js";
import type { NetworkShare } from "./network-share.js";
import type { PhaseClock } from "./phase-times.js";
import type { Peers } from "./threads/peers.js";
import type { WholeNetwork } from "./whole-network.js";

/** ms that a run waits for other threads before it lets its caller turn the event loop. */
const patience = 20;

export class EpochLoop {
  /** Whole steps done. */
  step = 0;
  /** Of the run that asked for it. */
  clock: PhaseClock | undefined;

  /**
   * @param take gets the spikes of a population, in order: pairs of step and neuron, and where spike times are exact the
   * fraction of its step of each.
   */
  constructor(
    private readonly share: NetworkShare,
    private readonly peers: Peers | undefined,
    private readonly populations: WholeNetwork["populations"],
    private readonly take: (population: number, pairs: Uint32Array, fractions: Float64Array | undefined) => void,
  ) {}

  /**
   * Epochs to step `end`, or until `sliceEnd` (by the wall clock) has passed. Yields where other threads let it wait.
   *
   * @param hasChanged somebody wrote into the shares since the last call.
   */
  *advance(end: number, sliceEnd: number, hasChanged: boolean): Generator<() => void> {
    if (hasChanged) this.share.wake(this.step);
    if (this.peers) yield* this.together(this.peers, end, sliceEnd, hasChanged);
    else while (this.step < end && performance.now() < sliceEnd) this.alone(end);
  }

  private alone(end: number): void {
    const first = this.step;
    const stop = this.share.nextStop(first, end);
    this.clock?.lap("other");
    let fired = this.share.advance(first, stop);
    for (let pass = 0; pass < this.share.passes; pass++) fired = this.share.repeat(first, stop);
    this.clock?.lap("update");
    this.finishEpoch(first, stop, fired, fired);
  }

  /** In step with the other threads, which rest before and after. */
  private *together(peers: Peers, end: number, sliceEnd: number, hasChanged: boolean): Generator<() => void> {
    sharePotentials(this.populations);
    peers.run(this.step, end, hasChanged);
    const { exchange } = peers;
    try {
      for (let isLast = false; this.step < end && !isLast; ) {
        const first = this.step;
        const stop = this.share.nextStop(first, end);
        this.clock?.lap("other");
        let own = this.share.advance(first, stop);
        this.clock?.lap("update");
        for (let pass = 0; pass < this.share.passes; pass++) {
          exchange.publish(own, false);
          while (!peers.isComplete(patience)) yield () => peers.awaitExchange();
          exchange.collect(first, stop, own);
          own = this.share.repeat(first, stop);
        }
        isLast = performance.now() >= sliceEnd;
        exchange.publish(own, isLast);
        this.clock?.lap("exchange");
        while (!peers.isComplete(patience)) yield () => peers.awaitExchange();
        this.clock?.lap("wait");
        const fired = exchange.collect(first, stop, own);
        this.clock?.lap("exchange");
        this.finishEpoch(first, stop, own, fired);
      }
    } catch (error) {
      peers.fail(error);
      while (!peers.allRest(patience)) yield () => peers.awaitRest();
      throw error;
    }
    while (!peers.allRest(patience)) yield () => peers.awaitRest();
  }

  private finishEpoch(first: number, stop: number, own: readonly SpikeList[], fired: readonly SpikeList[]): void {
    this.step = stop;
    const { arena } = this.share.memory;
    fired.forEach(({ at, count, fractions }, k) => {
      if (count > 0) this.take(k, arena.u32(at, 2 * count), fractions ? arena.f64(fractions, count) : undefined);
    });
    this.clock?.lap("record");
    this.share.deliver(first, stop, own, fired);
    this.clock?.lap("deliver");
  }
}

/** V of all neurons where electrical synapses of several shares need it, for the step to come. */
function sharePotentials(populations: WholeNetwork["populations"]): void {
  for (const { built, states, potentials } of populations) {
    if (potentials.every(({ length }) => length === 0)) continue;
    const V = states[built.compiled.program.stateNames.indexOf(built.sentPotential)]!.read().subarray(0, built.size);
    for (const own of potentials) if (own.length > 0) own.set(V);
  }
}
