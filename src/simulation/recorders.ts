/**
 * What a run collects: spikes, state variables at given intervals, rates and weights. It stays in memory until it is
 * moved to a store (record-stream.ts).
 *
 * @module
 */
import type { Reals } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import type { RecordedSeries, RecordedState, SpikeData } from "../core/spikes.js";
import { suggestName } from "../core/suggestion.js";
import {
  describeSeries,
  describeSpikes,
  describeState,
  joinLayouts,
  seriesPaths,
  spikePaths,
  statePaths,
} from "../io/run-arrays.js";
import type { StreamLayout } from "../io/zarr-stream.js";
import type { RecorderSpec } from "./description.js";
import { GrowableF64, GrowableU32 } from "./growable.js";
import type { Joined } from "./joined.js";
import { RateMonitor, type SeriesRows, WeightMonitor, type WeightSource } from "./monitors.js";
import { milliseconds } from "./network.js";
import type { PopulationValues } from "./population-values.js";
import { joinRecorded, type RecordedPart, sortBySteps } from "./recorded-part.js";
import { findVariable, type RecordedVariable, variableNames } from "./recorded-variable.js";
import { fixedPart, growingPart, prefixed, type StatePart } from "./state-part.js";
import type { WholePopulation } from "./whole-network.js";

interface StateRecorder {
  readonly population: WholePopulation;
  readonly variable: string;
  readonly unit: string;
  /** Where the values are: those of one share each, and their places in a sample. */
  readonly pieces: ReturnType<Joined<Reals>["locate"]>;
  /** Where the variable is no state. */
  readonly evaluated: RecordedVariable | undefined;
  readonly neurons: Uint32Array;
  /** Steps between samples. */
  readonly every: number;
  readonly steps: GrowableU32;
  readonly values: GrowableF64;
  /** Samples that are in a store. */
  taken: number;
}

/** Which spikes of a population are recorded: none, all, or those of the neurons marked 1. */
type SpikeChoice = "none" | "all" | Uint8Array;

export class Recorders {
  private readonly states: StateRecorder[] = [];
  private readonly rateMonitors: RateMonitor[] = [];
  private readonly weightMonitors: WeightMonitor[] = [];
  private readonly choices: SpikeChoice[];
  private readonly spikeSteps = new GrowableU32();
  private readonly spikeNeurons = new GrowableU32();
  /** ms by which each spike came before its step; where a population has exact spike times. */
  private readonly spikeOffsets: GrowableF64 | undefined;
  private spikesTaken = 0;
  /** Up to this step all is in a store. */
  private takenStep = 0;

  /**
   * @param projections what weight monitors may look at, in the order of the network.
   * @param parametersOf what the parameters of a population are now.
   * @throws WbeError for a population, variable, neuron, projection, synapse or interval that does not exist, naming the
   * recorder.
   */
  constructor(
    specs: readonly RecorderSpec[],
    private readonly populations: readonly WholePopulation[],
    private readonly dt: number,
    projections: readonly WeightSource[],
    private readonly parametersOf: (population: number) => PopulationValues,
  ) {
    this.choices = populations.map(() => "none");
    this.spikeOffsets = populations.some(({ built }) => built.hasExactTimes) ? new GrowableF64() : undefined;
    specs.forEach((spec, k) => {
      this.add(spec, projections, `recorder ${k} (${spec.kind})`);
    });
    requireDistinct(this.rateMonitors, "rate");
    requireDistinct(this.weightMonitors, "weights");
  }

  private add(spec: RecorderSpec, projections: readonly WeightSource[], where: string): void {
    const { populations } = this;
    const names = populations.map(({ built }) => built.name);
    const find = (name: string): number => findName(name, names, "population", where);
    switch (spec.kind) {
      case "spikes": {
        if (spec.population !== undefined) this.choose(find(spec.population), spec.neurons, where);
        else if (spec.neurons === undefined) this.choices.fill("all");
        else throw new WbeError("ARGUMENT", "expected a population for these neurons, found none", { where });
        return;
      }
      case "state": {
        this.addState(spec, populations[find(spec.population)]!, where);
        return;
      }
      case "rate": {
        const index = find(spec.population);
        const { built } = populations[index]!;
        checkIndices(spec.neurons ?? [], built.wholeSize, where);
        const every = this.stepsOf(spec.every, where);
        this.rateMonitors.push(
          new RateMonitor(spec.name ?? spec.population, index, built, spec.neurons, every, this.dt),
        );
        return;
      }
      case "weights": {
        const projectionNames = projections.map(({ name }) => name);
        const source = projections[findName(spec.projection, projectionNames, "projection", where)]!;
        this.weightMonitors.push(new WeightMonitor(spec, source, this.stepsOf(spec.every, where), this.dt, where));
      }
    }
  }

  private choose(population: number, neurons: readonly number[] | undefined, where: string): void {
    const { wholeSize } = this.populations[population]!.built;
    checkIndices(neurons ?? [], wholeSize, where);
    const known = this.choices[population]!;
    if (neurons === undefined) this.choices[population] = "all";
    if (neurons === undefined || known === "all") return;
    const marks = known instanceof Uint8Array ? known : new Uint8Array(wholeSize);
    for (const neuron of neurons) marks[neuron] = 1;
    this.choices[population] = marks;
  }

  private stepsOf(interval: number | string, where: string): number {
    const time = milliseconds(interval, where);
    const every = Math.round(time / this.dt);
    if (every >= 1) return every;
    throw new WbeError("ARGUMENT", `expected an interval of at least one step (${this.dt} ms), found ${time} ms`, {
      where,
    });
  }

  private addState(spec: Extract<RecorderSpec, { kind: "state" }>, population: WholePopulation, where: string): void {
    const names = population.built.compiled.program.stateNames;
    const index = names.indexOf(spec.variable);
    const k = this.populations.indexOf(population);
    const variable = index < 0 ? findVariable(population, spec.variable, () => this.parametersOf(k)) : undefined;
    if (index < 0 && !variable) {
      throw new WbeError("NAME_UNKNOWN", `no state "${spec.variable}" in population "${spec.population}"`, {
        where,
        remedy: suggestName(spec.variable, [
          ...names.filter((name) => !name.startsWith("@")),
          ...variableNames(population),
        ]),
      });
    }
    const every = spec.every === undefined ? 1 : this.stepsOf(spec.every, where);
    const { size } = population.built;
    const selected = spec.neurons ?? Array.from({ length: size }, (_, i) => i);
    checkIndices(selected, size, where);
    const neurons = Uint32Array.from(selected);
    this.states.push({
      population,
      variable: spec.variable,
      unit: variable?.unit ?? population.built.compiled.program.model.states[index]?.unit.text ?? "1",
      evaluated: variable,
      pieces: variable ? [] : population.states[index]!.locate(neurons),
      neurons,
      every,
      steps: new GrowableU32(),
      values: new GrowableF64(),
      taken: 0,
    });
  }

  /** Adds spikes of one population: sorted pairs (step, neuron within the population), perhaps fractions of their steps. */
  addSpikes(population: number, pairs: Uint32Array, fractions?: Float64Array): void {
    for (const monitor of this.rateMonitors) if (monitor.population === population) monitor.addSpikes(pairs);
    const choice = this.choices[population]!;
    if (choice === "none") return;
    const start = this.populations[population]!.built.wholeStart;
    const count = pairs.length >> 1;
    const steps = this.spikeSteps.reserve(count);
    const neurons = this.spikeNeurons.reserve(count);
    const offsets = this.spikeOffsets?.reserve(count);
    let at = this.spikeSteps.length;
    for (let k = 0; k < count; k++) {
      const neuron = pairs[2 * k + 1]!;
      if (choice !== "all" && choice[neuron] === 0) continue;
      steps[at] = pairs[2 * k]!;
      if (offsets) offsets[at] = fractions ? (1 - fractions[k]!) * this.dt : 0;
      neurons[at++] = neuron + start;
    }
    this.spikeSteps.length = at;
    this.spikeNeurons.length = at;
    if (this.spikeOffsets) this.spikeOffsets.length = at;
  }

  /** First step after `step` at which a state or weights are sampled. */
  nextSample(step: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { every } of [...this.states, ...this.weightMonitors]) {
      next = Math.min(next, (Math.floor(step / every) + 1) * every);
    }
    return next;
  }

  /** Samples what is due at `step`; does nothing when this step has been sampled. */
  sample(step: number): void {
    for (const recorder of this.states) {
      const { steps, values, neurons, pieces, evaluated, every, taken } = recorder;
      if ((taken + steps.length) * every !== step) continue;
      steps.push(step);
      const out = values.reserve(neurons.length);
      const start = values.length;
      evaluated?.sample(neurons, out, start);
      for (const { values: column, at, places } of pieces) {
        for (let k = 0; k < at.length; k++) out[start + places[k]!] = column[at[k]!]!;
      }
      values.length += neurons.length;
    }
    for (const monitor of this.weightMonitors) monitor.sample(step);
    for (const monitor of this.rateMonitors) monitor.settle(step);
  }

  /** Everything recorded so far that is not in a store, and how much is. */
  *stateParts(): Iterable<StatePart> {
    const last = this.populations.at(-1)!.built;
    const nNeurons = last.wholeStart + last.wholeSize;
    yield this.takenPart();
    let nSpikes = 0;
    yield growingPart("spikes/step", this.spikeSteps, (values) => {
      nSpikes = values.length;
      return undefined;
    });
    yield growingPart("spikes/neuron", this.spikeNeurons, (values) => {
      if (values.length !== nSpikes) return `expected ${nSpikes} neurons, one for each spike, found ${values.length}`;
      return values.every((neuron) => neuron < nNeurons) ? undefined : `expected neurons below ${nNeurons}`;
    });
    if (this.spikeOffsets) {
      yield growingPart("spikes/offset", this.spikeOffsets, (values) => {
        if (values.length !== nSpikes) return `expected ${nSpikes} offsets, one for each spike, found ${values.length}`;
        return values.every((offset) => offset >= 0 && offset <= this.dt)
          ? undefined
          : "expected offsets within a step";
      });
    }
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
    for (const monitor of this.rateMonitors) yield* prefixed(`rates/${monitor.name}/`, monitor.stateParts());
    for (const monitor of this.weightMonitors) yield* prefixed(`weights/${monitor.name}/`, monitor.stateParts());
  }

  /** Step and rows up to which records are in a store. */
  private takenPart(): StatePart {
    const read = (): Float64Array =>
      Float64Array.of(
        this.takenStep,
        this.spikesTaken,
        ...[...this.states, ...this.rateMonitors, ...this.weightMonitors].map(({ taken }) => taken),
      );
    return {
      ...fixedPart("records in a store", read()),
      read,
      write: (values) => {
        const [step, spikes, ...taken] = values as Float64Array;
        this.takenStep = step!;
        this.spikesTaken = spikes!;
        [...this.states, ...this.rateMonitors, ...this.weightMonitors].forEach((recorder, k) => {
          recorder.taken = taken[k]!;
        });
      },
    };
  }

  /** Recorded spikes that are not in a store, sorted by (step, neuron). */
  spikes(stopStep: number, pulseTimes: readonly number[]): SpikeData {
    return { ...this.sortedSpikes(), ...this.describeSpikes(stopStep, pulseTimes), startStep: this.takenStep };
  }

  private sortedSpikes(): Pick<SpikeData, "step" | "neuron" | "offset"> {
    const step = this.spikeSteps.toArray();
    const neuron = this.spikeNeurons.toArray();
    const offset = this.spikeOffsets?.toArray();
    if (this.populations.length > 1) sortBySteps(step, neuron, offset);
    return { step, neuron, ...(offset && { offset }) };
  }

  private describeSpikes(
    stopStep: number,
    pulseTimes: readonly number[],
  ): Omit<SpikeData, "step" | "neuron" | "offset"> {
    const last = this.populations.at(-1)!.built;
    return {
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
      neurons: shift(neurons, built.start),
      every,
      sampleStep: steps.toArray(),
      values: values.toArray(),
    }));
  }

  /** See joinRecorded. */
  recorded(variable: string, population?: string): RecordedState {
    return joinRecorded(this.parts(), this.dt, variable, population);
  }

  /** The arrays that records go to in a store; those of runs that are not streamed have the same names. */
  streamLayout(stopStep: number, pulseTimes: readonly number[]): StreamLayout {
    const described = [
      describeSpikes(this.describeSpikes(stopStep, pulseTimes), this.spikeOffsets !== undefined),
      ...this.states.map(({ population: { built }, variable, unit, neurons }) =>
        describeState({ variable, unit, population: built.name, dt: this.dt, neurons: shift(neurons, built.start) }),
      ),
      ...this.rateMonitors.map((monitor) => describeSeries("rates", monitor.series(0))),
      ...this.weightMonitors.map((monitor) => describeSeries("weights", monitor.series())),
    ];
    const paths = described.flatMap(({ arrays }) => arrays.map(({ path }) => path));
    const twice = paths.find((path, k) => paths.indexOf(path) < k);
    if (twice !== undefined) {
      throw new WbeError("NAME_CLASH", `expected each state to be recorded once, found two records at "${twice}"`, {
        where: "stream",
        remedy: "Record all neurons that you need in one recorder.",
      });
    }
    return joinLayouts(described);
  }

  /** Rows of each array that are in the store, by path. */
  rowsTaken(): Record<string, number> {
    const rows: Record<string, number> = { [spikePaths.step]: this.spikesTaken, [spikePaths.neuron]: this.spikesTaken };
    if (this.spikeOffsets) rows[spikePaths.offset] = this.spikesTaken;
    const set = ({ data, step }: { data: string; step: string }, taken: number): void => {
      rows[data] = taken;
      rows[step] = taken;
    };
    for (const { population, variable, taken } of this.states) set(statePaths(population.built.name, variable), taken);
    for (const { name, taken } of this.rateMonitors) set(seriesPaths("rates", name), taken);
    for (const { name, taken } of this.weightMonitors) set(seriesPaths("weights", name), taken);
    return rows;
  }

  /** Moves all records up to `step` elsewhere: rows are appended by path, and forgotten here. */
  moveTo(append: (path: string, rows: Uint32Array | Float64Array) => void, step: number): void {
    const { step: spikeSteps, neuron, offset } = this.sortedSpikes();
    append(spikePaths.step, spikeSteps);
    append(spikePaths.neuron, neuron);
    if (offset) append(spikePaths.offset, offset);
    this.spikesTaken += spikeSteps.length;
    this.spikeSteps.length = 0;
    this.spikeNeurons.length = 0;
    if (this.spikeOffsets) this.spikeOffsets.length = 0;
    const add = (paths: { data: string; step: string }, { steps, data }: SeriesRows): void => {
      append(paths.data, data);
      append(paths.step, steps);
    };
    for (const recorder of this.states) {
      const { population, variable, steps, values } = recorder;
      add(statePaths(population.built.name, variable), { steps: steps.values(), data: values.values() });
      recorder.taken += steps.length;
      steps.length = 0;
      values.length = 0;
    }
    for (const monitor of this.rateMonitors) {
      add(seriesPaths("rates", monitor.name), monitor.rows(step));
      monitor.take(step);
    }
    for (const monitor of this.weightMonitors) {
      add(seriesPaths("weights", monitor.name), monitor.rows());
      monitor.take();
    }
    this.takenStep = step;
  }

  /** Bytes in memory that are not in a store. */
  get pendingBytes(): number {
    let bytes = (this.spikeOffsets ? 16 : 8) * this.spikeSteps.length;
    for (const { values } of this.states) bytes += 8 * values.length;
    for (const monitor of this.weightMonitors) bytes += 8 * monitor.rows().data.length;
    return bytes;
  }

  /** Of each rate recorder the bins that have ended by `step`. */
  rates(step: number): RecordedSeries[] {
    return this.rateMonitors.map((monitor) => monitor.series(step));
  }

  /** What each weight recorder holds. */
  weightSamples(): RecordedSeries[] {
    return this.weightMonitors.map((monitor) => monitor.series());
  }
}

function findName(name: string, names: readonly string[], kind: string, where: string): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw new WbeError("NAME_UNKNOWN", `unknown ${kind} "${name}"`, { where, remedy: suggestName(name, names) });
}

function checkIndices(neurons: readonly number[], size: number, where: string): void {
  for (const neuron of neurons) {
    if (Number.isInteger(neuron) && neuron >= 0 && neuron < size) continue;
    throw new WbeError("ARGUMENT", `expected neuron indices below ${size}, found ${neuron}`, { where });
  }
}

function requireDistinct(monitors: readonly { readonly name: string }[], kind: string): void {
  const seen = new Set<string>();
  for (const { name } of monitors) {
    if (seen.has(name)) {
      throw new WbeError("NAME_CLASH", `two recorders of kind ${kind} are called "${name}"`, {
        remedy: "Give one of them a name of its own.",
      });
    }
    seen.add(name);
  }
}

const shift = (neurons: Uint32Array, start: number): Uint32Array => neurons.map((neuron) => neuron + start);
