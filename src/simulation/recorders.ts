/**
 * What a run collects: spikes, and state variables at given intervals.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { RecordedState, SpikeData } from "../core/spikes.js";
import { suggestName } from "../core/suggestion.js";
import type { RecorderSpec } from "./description.js";
import { GrowableF64, GrowableU32 } from "./growable.js";
import type { PopulationMemory } from "./memory-layout.js";
import { milliseconds } from "./network.js";
import { growingPart, type StatePart } from "./state-part.js";

interface StateRecorder {
  readonly population: PopulationMemory;
  readonly variable: string;
  readonly unit: string;
  readonly column: Float64Array;
  readonly neurons: Uint32Array;
  /** Steps between samples. */
  readonly every: number;
  readonly steps: GrowableU32;
  readonly values: GrowableF64;
}

export class Recorders {
  private readonly states: StateRecorder[] = [];
  private readonly recordsSpikes: boolean[];
  private readonly spikeSteps = new GrowableU32();
  private readonly spikeNeurons = new GrowableU32();

  /** @throws WbeError for a population, variable, neuron or interval that does not exist, naming the recorder. */
  constructor(
    specs: readonly RecorderSpec[],
    private readonly populations: readonly PopulationMemory[],
    private readonly dt: number,
  ) {
    const find = (name: string, where: string): number => {
      const index = populations.findIndex(({ built }) => built.name === name);
      if (index >= 0) return index;
      throw new WbeError("NAME_UNKNOWN", `unknown population "${name}"`, {
        where,
        remedy: suggestName(
          name,
          populations.map(({ built }) => built.name),
        ),
      });
    };
    this.recordsSpikes = populations.map(() => false);
    specs.forEach((spec, k) => {
      const where = `recorder ${k} (${spec.kind})`;
      if (spec.kind === "spikes") {
        if (spec.population === undefined) this.recordsSpikes.fill(true);
        else this.recordsSpikes[find(spec.population, where)] = true;
        return;
      }
      const population = populations[find(spec.population, where)]!;
      const names = population.built.compiled.program.stateNames;
      const index = names.indexOf(spec.variable);
      if (index < 0) {
        throw new WbeError("NAME_UNKNOWN", `no state "${spec.variable}" in population "${spec.population}"`, {
          where,
          remedy: suggestName(
            spec.variable,
            names.filter((name) => !name.startsWith("@")),
          ),
        });
      }
      const interval = spec.every === undefined ? dt : milliseconds(spec.every, where);
      const every = Math.round(interval / dt);
      if (every < 1) {
        throw new WbeError("ARGUMENT", `expected an interval of at least one step (${dt} ms), found ${interval} ms`, {
          where,
        });
      }
      const { size, wholeSize, start, wholeStart } = population.built;
      const selected = spec.neurons ?? Array.from({ length: wholeSize }, (_, i) => i);
      for (const neuron of selected) {
        if (!Number.isInteger(neuron) || neuron < 0 || neuron >= wholeSize) {
          throw new WbeError("ARGUMENT", `expected neuron indices below ${wholeSize}, found ${neuron}`, {
            where,
          });
        }
      }
      this.states.push({
        population,
        variable: spec.variable,
        unit: population.built.compiled.program.model.states[index]?.unit.text ?? "1",
        column: population.states[index]!,
        neurons: Uint32Array.from(selected, (neuron) => neuron - (start - wholeStart)).filter((i) => i < size),
        every,
        steps: new GrowableU32(),
        values: new GrowableF64(),
      });
    });
  }

  /** Adds spikes of one population, sorted pairs (step, neuron within the population). */
  addSpikes(population: number, pairs: Uint32Array): void {
    if (!this.recordsSpikes[population]) return;
    const start = this.populations[population]!.built.wholeStart;
    const count = pairs.length >> 1;
    const steps = this.spikeSteps.reserve(count);
    const neurons = this.spikeNeurons.reserve(count);
    const at = this.spikeSteps.length;
    for (let k = 0; k < count; k++) {
      steps[at + k] = pairs[2 * k]!;
      neurons[at + k] = pairs[2 * k + 1]! + start;
    }
    this.spikeSteps.length += count;
    this.spikeNeurons.length += count;
  }

  /** First step after `step` at which a state is sampled. */
  nextSample(step: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { every } of this.states) next = Math.min(next, (Math.floor(step / every) + 1) * every);
    return next;
  }

  /** Samples what is due at `step`; does nothing when this step has been sampled. */
  sample(step: number): void {
    for (const recorder of this.states) {
      if (step % recorder.every !== 0) continue;
      const { steps, values, neurons, column } = recorder;
      if (steps.length > 0 && steps.reserve(0)[steps.length - 1] === step) continue;
      steps.reserve(1)[steps.length++] = step;
      const out = values.reserve(neurons.length);
      const at = values.length;
      for (let k = 0; k < neurons.length; k++) out[at + k] = column[neurons[k]!]!;
      values.length += neurons.length;
    }
  }

  /** Everything recorded so far. */
  *stateParts(): Iterable<StatePart> {
    const last = this.populations.at(-1)!.built;
    const nNeurons = last.wholeStart + last.wholeSize;
    let nSpikes = 0;
    yield growingPart("spikes/step", this.spikeSteps, (values) => {
      nSpikes = values.length;
      return undefined;
    });
    yield growingPart("spikes/neuron", this.spikeNeurons, (values) => {
      if (values.length !== nSpikes) return `expected ${nSpikes} neurons, one for each spike, found ${values.length}`;
      return values.every((neuron) => neuron < nNeurons) ? undefined : `expected neurons below ${nNeurons}`;
    });
    for (const [k, { neurons, steps, values }] of this.states.entries()) {
      let expected = 0;
      yield growingPart(`recorded/${k}/step`, steps, (given) => {
        expected = given.length * neurons.length;
        return undefined;
      });
      yield growingPart(`recorded/${k}/values`, values, (given) =>
        given.length === expected ? undefined : `expected ${expected} samples, found ${given.length}`,
      );
    }
  }

  /** All spikes so far, sorted by (step, neuron). */
  spikes(stopStep: number, pulseTimes: readonly number[]): SpikeData {
    const steps = this.spikeSteps.toArray();
    const neurons = this.spikeNeurons.toArray();
    if (this.populations.length > 1) sortBySteps(steps, neurons);
    const last = this.populations.at(-1)!.built;
    return {
      step: steps,
      neuron: neurons,
      dt: this.dt,
      nNeurons: last.wholeStart + last.wholeSize,
      startStep: 0,
      stopStep,
      populations: this.populations.map(({ built: { name, wholeStart, wholeSize } }) => ({
        name,
        start: wholeStart,
        size: wholeSize,
      })),
      pulseTimes,
    };
  }

  /** What each state recorder holds, in the order of the description. Neuron indices of the network. */
  parts(): RecordedPart[] {
    return this.states.map(({ variable, unit, population: { built }, neurons, every, steps, values }) => ({
      variable,
      unit,
      population: built.name,
      neurons: neurons.map((neuron) => neuron + built.start),
      every,
      sampleStep: steps.toArray(),
      values: values.toArray(),
    }));
  }

  /** See joinRecorded. */
  recorded(variable: string, population?: string): RecordedState {
    return joinRecorded(this.parts(), this.dt, variable, population);
  }
}

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
 * the result is in the order (step, neuron). Radix sort, 16 bits a pass.
 */
function sortBySteps(steps: Uint32Array, neurons: Uint32Array): void {
  let last = 0;
  for (const step of steps) if (step > last) last = step;
  const spareSteps = new Uint32Array(steps.length);
  const spareNeurons = new Uint32Array(steps.length);
  for (let shift = 0; shift < 32 && last >>> shift > 0; shift += 16) {
    const places = new Uint32Array(0x10001);
    for (const step of steps) places[((step >>> shift) & 0xffff) + 1]!++;
    for (let digit = 0; digit < 0x10000; digit++) places[digit + 1]! += places[digit];
    for (let k = 0; k < steps.length; k++) {
      const place = places[(steps[k]! >>> shift) & 0xffff]!++;
      spareSteps[place] = steps[k]!;
      spareNeurons[place] = neurons[k]!;
    }
    steps.set(spareSteps);
    neurons.set(spareNeurons);
  }
}
