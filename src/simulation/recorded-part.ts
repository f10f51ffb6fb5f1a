/**
 * Samples of state recorders put side by side, and spikes put in order.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { RecordedState } from "../core/spikes.js";

/** Samples of one recorder: values[sample · neurons.length + k]. */
export interface RecordedPart {
  readonly variable: string;
  readonly unit: string;
  readonly population: string;
  readonly neurons: Uint32Array;
  /** Steps between samples. */
  readonly every: number;
  readonly sampleStep: Uint32Array;
  readonly values: Float64Array;
}

/**
 * A recorded variable of one population, or of all populations that record it at the same steps, side by side.
 *
 * @throws WbeError NAME_UNKNOWN when no recorder has it.
 */
export function joinRecorded(
  parts: readonly RecordedPart[],
  dt: number,
  variable: string,
  population?: string,
): RecordedState {
  const found = parts.filter(
    (part) => part.variable === variable && (population === undefined || part.population === population),
  );
  const first = found[0];
  if (!first) {
    const known = parts.map((part) => `${part.variable} of ${part.population}`).join(", ") || "nothing";
    throw new WbeError("NAME_UNKNOWN", `"${variable}" was not recorded`, {
      remedy: `Add a recorder { kind: "state", population, variable }; recorded: ${known}.`,
    });
  }
  if (found.some((part) => part.every !== first.every)) {
    throw new WbeError("ARGUMENT", `"${variable}" is recorded at different intervals in several populations`, {
      remedy: "Name the population.",
    });
  }
  const { sampleStep } = first;
  const width = found.reduce((sum, part) => sum + part.neurons.length, 0);
  const data = new Float64Array(width * sampleStep.length);
  const neurons = new Uint32Array(width);
  let column = 0;
  for (const part of found) {
    const n = part.neurons.length;
    neurons.set(part.neurons, column);
    for (let k = 0; k < sampleStep.length; k++) {
      data.set(part.values.subarray(k * n, (k + 1) * n), k * width + column);
    }
    column += n;
  }
  const names = found.map((part) => part.population).join("+");
  return { variable, unit: first.unit, population: names, neurons, sampleStep, dt, data };
}

/**
 * Sorts spikes by step, keeping the order of equal steps: they were added population by population, each by neuron, so
 * the result is in the order (step, neuron). Radix sort, 16 bits a pass. `offsets` are those of the spikes.
 */
export function sortBySteps(steps: Uint32Array, neurons: Uint32Array, offsets?: Float64Array): void {
  let last = 0;
  for (const step of steps) if (step > last) last = step;
  const spareSteps = new Uint32Array(steps.length);
  const spareNeurons = new Uint32Array(steps.length);
  const spareOffsets = offsets && new Float64Array(steps.length);
  for (let shift = 0; shift < 32 && last >>> shift > 0; shift += 16) {
    const places = new Uint32Array(0x10001);
    for (const step of steps) places[((step >>> shift) & 0xffff) + 1]!++;
    for (let digit = 0; digit < 0x10000; digit++) places[digit + 1]! += places[digit];
    for (let k = 0; k < steps.length; k++) {
      const place = places[(steps[k]! >>> shift) & 0xffff]!++;
      spareSteps[place] = steps[k]!;
      spareNeurons[place] = neurons[k]!;
      if (spareOffsets) spareOffsets[place] = offsets[k]!;
    }
    steps.set(spareSteps);
    neurons.set(spareNeurons);
    if (spareOffsets) offsets.set(spareOffsets);
  }
}
