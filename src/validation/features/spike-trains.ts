/** Recorded spikes neuron by neuron. @module */
import { requireInteger } from "../../core/arguments.js";
import { type SpikeData, spikeTime } from "../../core/spikes.js";

/**
 * Spike times (ms, ascending) of each neuron, in network order: one pass over all spikes.
 */
export function spikeTrains(spikes: SpikeData): Float64Array[] {
  const counts = new Uint32Array(spikes.nNeurons);
  for (const neuron of spikes.neuron) counts[requireInteger(neuron, 0, spikes.nNeurons - 1, "a neuron index")]!++;
  const trains = Array.from(counts, (count) => new Float64Array(count));
  counts.fill(0);
  for (let i = 0; i < spikes.step.length; i++) {
    const neuron = spikes.neuron[i]!;
    trains[neuron]![counts[neuron]!++] = spikeTime(spikes, i);
  }
  return trains;
}
