/**
 * Which neurons have to be run: where a population has a rest tolerance, a vector of neurons at rest is left out by its
 * kernel until something reaches it. Leaving out cannot change a bit, since a step at rest is the same step again
 * (compiler/step.ts); waking too much only costs time.
 *
 * @module
 */
import type { DeliveryKernels } from "../kernels/delivery.js";
import type { SpikeList } from "./exchange.js";
import { delayRange, type NetworkMemory, type PopulationMemory } from "./memory-layout.js";

export class ActiveSet {
  private readonly longestDelays: readonly number[];
  /** Reached at every step, without a spike. */
  private readonly isCoupled: readonly boolean[];

  constructor(
    private readonly memory: NetworkMemory,
    private readonly kernels: DeliveryKernels,
  ) {
    this.longestDelays = memory.projections.map(({ built }) => delayRange(built).most);
    this.isCoupled = memory.populations.map((_, k) =>
      memory.projections.some(({ built }) => built.isElectrical && built.to === k),
    );
  }

  /** All neurons run from `step` until every arrival that is under way has come: currents, states or parameters changed. */
  wakeAll(step: number): void {
    this.memory.populations.forEach(({ awake, ringMask }, k) => {
      awake?.fill(this.isCoupled[k] ? 0xffffffff : step + ringMask + 2);
    });
  }

  /** The targets of these spikes run until all that the spikes bring has arrived. */
  wakeTargets(fired: readonly SpikeList[]): void {
    const { populations, projections } = this.memory;
    projections.forEach(({ built, offsets, targets }, k) => {
      const { awake, awakeShift } = populations[built.to]!;
      const { at, count } = fired[built.from]!;
      if (!awake || count === 0 || built.isElectrical) return;
      this.kernels.wake(at, count, offsets, targets, this.longestDelays[k]!, awake.byteOffset, awakeShift);
    });
  }
}

/** Keeps the given neurons awake up to step `end`. */
export function keepAwake({ awake, awakeShift }: PopulationMemory, neurons: Uint32Array, end: number): void {
  if (!awake) return;
  for (const neuron of neurons) {
    const word = neuron >> awakeShift;
    if (awake[word]! < end) awake[word] = end;
  }
}
