/**
 * Results of a run as SONATA spikes and reports.
 *
 * @module
 */
import type { NumericArray } from "../core/column.js";
import { dataArray } from "../core/recording.js";
import { type RecordedState, type SpikeData, spikeTime } from "../core/spikes.js";
import type { SonataFile, SonataReport } from "./sonata-data.js";

/**
 * Spikes by population, sorted by time, and one report per recorded state with one element per neuron.
 *
 * @param nodeIds ids of the neurons of a population, where they are not 0, 1, 2, …
 */
export function sonataOfRun(
  spikes: SpikeData,
  states: readonly RecordedState[] = [],
  nodeIds: Readonly<Record<string, NumericArray>> = {},
): SonataFile {
  const idOf = (population: string, index: number) =>
    Object.hasOwn(nodeIds, population) ? (nodeIds[population]![index] ?? index) : index;
  return {
    nodes: [],
    edges: [],
    spikes: spikes.populations.map(({ name, start, size }) => {
      const rows: number[] = [];
      spikes.neuron.forEach((neuron, i) => {
        if (neuron >= start && neuron < start + size) rows.push(i);
      });
      // Exact times within a step are not in the order of its neurons.
      if (spikes.offset) rows.sort((a, b) => spikeTime(spikes, a) - spikeTime(spikes, b) || a - b);
      return {
        population: name,
        nodeIds: Float64Array.from(rows, (i) => idOf(name, spikes.neuron[i]! - start)),
        timestamps: Float64Array.from(rows, (i) => spikeTime(spikes, i)),
        sorting: "by_time" as const,
      };
    }),
    reports: states.map((state): SonataReport => {
      const { population, neurons, sampleStep, dt, data, unit } = state;
      const first = spikes.populations.find(({ name }) => name === population)?.start ?? 0;
      const every = sampleStep.length > 1 ? sampleStep[1]! - sampleStep[0]! : 1;
      return {
        population,
        nodeIds: Float64Array.from(neurons, (neuron) => idOf(population, neuron - first)),
        indexPointers: Uint32Array.from({ length: neurons.length + 1 }, (_, i) => i),
        elementIds: new Uint32Array(neurons.length),
        data: dataArray(data, [sampleStep.length, neurons.length]),
        units: unit,
        start: (sampleStep[0] ?? 0) * dt,
        stop: ((sampleStep.at(-1) ?? 0) + every) * dt,
        step: every * dt,
      };
    }),
    warnings: [],
    close() {},
  };
}
