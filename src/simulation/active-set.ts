/**
 * Which neurons have to be run: where a population has a rest tolerance, a vector of neurons at rest is left out by its
 * kernel until something reaches it. Leaving out cannot change a bit, since a step at rest is the same step again
 * (compiler/step.ts); waking too much only costs time.
 *
 * @module
 */
import type { DeliveryKernels } from "../kernels/delivery.js";
import type { SpikeList } from "./exchange.js";
import type { NetworkMemory, PopulationMemory } from "./memory-layout.js";

export class ActiveSet {
  private readonly longestDelays: readonly number[];

  constructor(
    private readonly memory: NetworkMemory,
    private readonly kernels: DeliveryKernels,
  ) {
    this.longestDelays = memory.projections.map(({ built }) => built.extent.longestDelay);
  }

  /**
   * All neurons run from `step` until every arrival that is under way has come: currents, states or parameters changed.
   * Event-driven populations find those themselves, and need this only where the arrivals were read from a checkpoint.
   */
  wakeAll(step: number, isLoaded = false): void {
    for (const { built, awake, ringMask } of this.memory.populations) {
      if (!built.isEventDriven || isLoaded) awake?.fill(step + ringMask + 2);
    }
  }

  /** Wakes the targets of spikes that go through plastic synapses; static delivery wakes its own. */
  wakeTargets(fired: readonly SpikeList[]): void {
    const { populations, projections } = this.memory;
    projections.forEach(({ built, offsets, targets, isPlastic }, k) => {
      if (!isPlastic) return;
      const { awake, ringGeometry } = populations[built.to]!;
      const { at, count } = fired[built.from]!;
      if (!awake || count === 0) return;
      this.kernels.wake(
        at,
        count,
        offsets,
        targets,
        this.longestDelays[k]!,
        awake.byteOffset,
        ringGeometry.vectorShift,
      );
    });
  }
}

/** Keeps the given neurons awake up to step `end`. */
export function keepAwake(
  { awake, arrivalBits, ringGeometry }: PopulationMemory,
  neurons: Uint32Array,
  end: number,
): void {
  if (!awake) return;
  for (const neuron of neurons) {
    const word = neuron >> ringGeometry.vectorShift;
    if (awake[word]! < end) awake[word] = end;
    if (arrivalBits) arrivalBits[neuron] = 0xffffffff;
  }
}
