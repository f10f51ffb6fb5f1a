/**
 * Stimuli of a description, at work: currents as columns that change at whole steps, spikes as arrivals in the ring.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { Stream } from "../core/streams.js";
import { suggestName } from "../core/suggestion.js";
import { toSteps } from "../core/time.js";
import { parseQuantity } from "../core/units.js";
import type { Arena } from "../kernels/arena.js";
import type { DeliveryKernels } from "../kernels/delivery.js";
import { actionsOf, planActions } from "./action-plan.js";
import { keepAwake } from "./active-set.js";
import type { NetworkDescription, StimulusSpec } from "./description.js";
import { drawValues } from "./distribution.js";
import type { EventDriven } from "./event-driven.js";
import { mirrorLast, type NetworkMemory, noteInputs, type PopulationMemory, portAddress } from "./memory-layout.js";
import { type BuiltNetwork, isNeverNegative, milliseconds, negativeWeight } from "./network.js";
import { makePoissonTable, type PoissonTable } from "./poisson-table.js";
import type { BuiltPopulation } from "./population.js";
import { ringElement } from "./ring.js";
import { checkStimulusNames, type StimulusWindow, stimulusWindows } from "./stimulus-windows.js";

type CurrentSpec = Extract<StimulusSpec, { kind: "constant" | "pulse" }>;
type PoissonSpec = Extract<StimulusSpec, { kind: "poisson" }>;
type SpikesSpec = Extract<StimulusSpec, { kind: "spikes" }>;

interface CurrentStimulus {
  readonly population: number;
  readonly input: number;
  readonly neurons: Uint32Array;
  readonly amplitudes: Float64Array;
  /** Steps: acts in [start, stop). */
  readonly start: number;
  readonly stop: number;
}

interface PoissonStimulus {
  readonly population: number;
  readonly port: number;
  readonly neurons: Uint32Array;
  readonly table: PoissonTable;
  /** Where neurons, thresholds and guide are in memory, from the base of the stimuli on. */
  readonly at: { readonly neurons: number; readonly thresholds: number; readonly guide: number };
  readonly weight: number;
  readonly start: number;
  readonly stop: number;
  /** Place in description.stimuli + 1: tells the draws of several stimuli on one neuron apart. */
  readonly word: number;
}

interface SpikesStimulus {
  readonly population: number;
  readonly port: number;
  /** Arrival steps, ascending; for exact spike times the steps into which arrivals fall. */
  readonly steps: Uint32Array;
  /** For exact spike times: how much of its step has passed at each arrival. */
  readonly fractions: Float64Array | undefined;
  /** The neuron of each arrival; undefined where all arrive at each of `all`. */
  readonly neurons: Uint32Array | undefined;
  readonly all: Uint32Array;
  readonly weight: number;
  readonly start: number;
  readonly stop: number;
}

/** Inversion needs e^(−mean) to be a normal number. */
const maxPoissonMean = 500;

export class Stimuli {
  private readonly currents: CurrentStimulus[] = [];
  private readonly poissons: PoissonStimulus[] = [];
  private readonly trains: SpikesStimulus[] = [];
  /** Steps at which a current changes, ascending. */
  private readonly changes: Uint32Array;
  /** ms, of the stimuli of kind "pulse". */
  readonly pulseTimes: readonly number[];

  /** Bytes that the kernels need for tables and selections, if all neurons were here; those of the neurons here, and where. */
  wholeBytes = 0;
  private bytes = 0;
  private base = 0;

  /** @throws WbeError for a selection, input, time or rate that does not fit, naming the stimulus. */
  constructor(private readonly network: BuiltNetwork) {
    const { description } = network;
    const planned = planActions(description);
    checkStimulusNames(planned, description);
    const actions = actionsOf(planned, "stimulus");
    const pulses: number[] = [];
    description.stimuli.forEach((spec, k) => {
      const where = `stimulus ${k} (${spec.kind} on "${spec.population}")`;
      const index = description.populations.findIndex((p) => p.name === spec.population);
      const population = network.populations[index]!;
      const selected = readSelection("neurons" in spec ? spec.neurons : undefined, population.wholeSize, where);
      const neurons = takeLocal(selected, population);
      const isPoisson = spec.kind === "poisson";
      const neuronsAt = isPoisson ? this.reserve(4 * neurons.length, 4 * selected.length) : 0;
      const arrivals = spec.kind === "spikes" ? this.readArrivals(spec, population, where) : undefined;
      for (const window of stimulusWindows(spec, k, actions, description.dt, where)) {
        const { start, stop, isOnset, spec: now } = window;
        if (now.kind === "poisson") {
          this.poissons.push(this.readPoisson({ ...window, spec: now }, k, index, neurons, neuronsAt, where));
        } else if (now.kind === "spikes") {
          const port = network.stimulusPorts.get(k)!;
          const weight = this.readWeight(now, index, port, where);
          this.trains.push({ population: index, port, ...arrivals!, all: neurons, weight, start, stop });
        } else {
          this.currents.push(readCurrent({ ...window, spec: now }, k, index, population, selected, description, where));
          const isOwn =
            now.kind === "pulse" && start === toSteps(milliseconds(now.start, where), description.dt, where);
          if (now.kind === "pulse" && isOnset) {
            pulses.push(isOwn ? milliseconds(now.start, where) : start * description.dt);
          }
        }
      }
    });
    this.pulseTimes = [...new Set(pulses)].sort((a, b) => a - b);
    const steps = this.currents.flatMap(({ start, stop }) => [start, stop]);
    this.changes = Uint32Array.from(new Set(steps)).sort();
  }

  private readPoisson(
    { spec, start, stop }: StimulusWindow<PoissonSpec>,
    k: number,
    population: number,
    neurons: Uint32Array,
    neuronsAt: number,
    where: string,
  ): PoissonStimulus {
    const { dt } = this.network.description;
    const rate = parseQuantity(spec.rate, "Hz", `${where}, rate`);
    const mean = (rate / 1000) * dt;
    if (!(mean >= 0 && mean <= maxPoissonMean)) {
      throw new WbeError(
        "PARAMETER_RANGE",
        `expected a rate from 0 to ${((maxPoissonMean / dt) * 1000).toPrecision(3)} Hz, found ${rate}`,
        { where },
      );
    }
    const table = makePoissonTable(mean);
    const port = this.network.stimulusPorts.get(k)!;
    return {
      population,
      port,
      neurons,
      table,
      at: {
        neurons: neuronsAt,
        thresholds: this.reserve(4 * table.thresholds.length),
        guide: this.reserve(2 * table.guide.length),
      },
      weight: this.readWeight(spec, population, port, where),
      start,
      stop,
      word: k + 1,
    };
  }

  /** Arrival steps, ascending, and where each list of neurons differs, the neuron (here) of each. */
  private readArrivals(
    { times, indices, file }: SpikesSpec,
    population: BuiltPopulation,
    where: string,
  ): Pick<SpikesStimulus, "steps" | "fractions" | "neurons"> {
    if (times === undefined) {
      throw new WbeError("UNSUPPORTED", `the file "${file}" has not been read`, {
        where,
        remedy: "Build the engine with the option openFile, or give times and indices.",
      });
    }
    const { dt } = this.network.description;
    const split = population.hasExactTimes ? splitTime : nearestStep;
    const places = Array.from(times, (t) => split(t, dt, `${where}, times`));
    const pick = (order: readonly number[] | Uint32Array) => ({
      steps: Uint32Array.from(order, (k) => places[k]!.step),
      fractions: population.hasExactTimes ? Float64Array.from(order, (k) => places[k]!.fraction) : undefined,
    });
    const byStep = (a: number, b: number): number => places[a]!.step - places[b]!.step || a - b;
    if (indices === undefined) return { ...pick([...places.keys()].sort(byStep)), neurons: undefined };
    if (indices.length !== times.length) {
      throw new WbeError("ARGUMENT", `expected an index for each of ${times.length} times, found ${indices.length}`, {
        where,
      });
    }
    const all = readSelection(indices, population.wholeSize, `${where}, indices`);
    const first = population.start - population.wholeStart;
    const isHere = (k: number): boolean => all[k]! >= first && all[k]! < first + population.size;
    const order = Uint32Array.from(all.keys()).filter(isHere).sort(byStep);
    return { ...pick(order), neurons: order.map((k) => all[k]! - first) };
  }

  /** In single precision, as the weights of projections. */
  private readWeight(spec: PoissonSpec | SpikesSpec, population: number, port: number, where: string): number {
    const unit = this.network.populations[population]!.compiled.program.model.ports[port]!.weightUnit;
    const weight = parseQuantity(spec.weight, unit.text, `${where}, weight`);
    if (weight < 0 && isNeverNegative(unit)) throw negativeWeight(weight, unit, where);
    return Math.fround(weight);
  }

  private reserve(bytes: number, wholeBytes = bytes): number {
    const align = (n: number): number => Math.ceil(n / 16) * 16;
    const at = this.bytes;
    this.bytes += align(bytes);
    this.wholeBytes += align(wholeBytes);
    return at;
  }

  /** Copies tables and selections into the memory that the kernels see, from address `base` on (`wholeBytes` at most). */
  place(arena: Arena, base: number): void {
    this.base = base;
    for (const { at, neurons, table } of this.poissons) {
      arena.u32(base + at.neurons, neurons.length).set(neurons);
      arena.u32(base + at.thresholds, table.thresholds.length).set(table.thresholds);
      arena.u16(base + at.guide, table.guide.length).set(table.guide);
    }
  }

  /** The next step after `step` at which a current changes. */
  nextChange(step: number): number {
    for (const change of this.changes) if (change > step) return change;
    return Number.POSITIVE_INFINITY;
  }

  /** Sets the input currents that hold from `step` until the next change. Call at step 0 and at each change. */
  applyCurrents(step: number, populations: readonly PopulationMemory[]): void {
    for (const { inputs } of populations) for (const column of inputs) column.fill(0);
    for (const { population, input, neurons, amplitudes, start, stop } of this.currents) {
      if (step < start || step >= stop) continue;
      const { inputs, built } = populations[population]!;
      const column = inputs[input]!;
      neurons.forEach((neuron, k) => {
        column[neuron]! += amplitudes[k];
      });
      mirrorLast(column, built.size);
    }
    for (const population of populations) noteInputs(population);
  }

  /** True when currents change at this step, so that applyCurrents is due. */
  changesAt(step: number): boolean {
    return step === 0 || this.changes.includes(step);
  }

  /** Most arrivals at times between steps that come to the neurons here of a population in `steps` steps. */
  mostBetweenSteps(population: number, steps: number): number {
    let most = 0;
    for (const { population: own, steps: arrivals, fractions, neurons, all } of this.trains) {
      if (own !== population || !fractions) continue;
      let here = 0;
      for (let last = 0, first = 0; last < arrivals.length; last++) {
        while (arrivals[first]! + steps <= arrivals[last]!) first++;
        here = Math.max(here, last + 1 - first);
      }
      most += neurons ? here : here * all.length;
    }
    return most;
  }

  /** Adds the arrivals of steps [first, first + steps) to the rings, or to the lists of those between steps. */
  deliver(
    first: number,
    steps: number,
    memory: NetworkMemory,
    eventDriven: readonly (EventDriven | undefined)[],
    kernels: DeliveryKernels,
    seed: number,
  ): void {
    const end = first + steps;
    for (const p of this.poissons) {
      const from = Math.max(first, p.start);
      const count = Math.min(end, p.stop) - from;
      if (count <= 0) continue;
      const { built, ringMask, ringGeometry } = memory.populations[p.population]!;
      keepAwake(memory.populations[p.population]!, p.neurons, end);
      const ring = portAddress(memory.populations[p.population]!, p.port);
      kernels.poisson(
        this.base + p.at.neurons,
        p.neurons.length,
        built.start,
        seed,
        Stream.poisson,
        p.word,
        from,
        count,
        this.base + p.at.thresholds,
        p.table.thresholds.length,
        this.base + p.at.guide,
        p.weight,
        ring,
        ringGeometry.slotStride,
        ringMask,
        ringGeometry.vectorStride,
        ringGeometry.vectorShift,
        ringGeometry.laneMask,
      );
    }
    for (const train of this.trains) {
      const target = memory.populations[train.population]!;
      const { steps: arrivals, fractions, neurons, all, weight, port } = train;
      const { ringView, ringMask, ringGeometry } = target;
      const last = Math.min(end, train.stop);
      const from = firstAtOrAfter(arrivals, Math.max(first, train.start));
      for (let k = from; k < arrivals.length && arrivals[k]! < last; k++) {
        const here = neurons ? neurons.subarray(k, k + 1) : all;
        if (fractions) {
          const population = eventDriven[train.population]!;
          for (const neuron of here) population.insert(neuron, arrivals[k]!, port, fractions[k]!, weight);
          continue;
        }
        for (const neuron of here) {
          ringView[ringElement(ringGeometry, arrivals[k]! & ringMask, port, neuron)]! += weight;
        }
        keepAwake(target, here, end);
      }
    }
  }
}

interface Place {
  readonly step: number;
  readonly fraction: number;
}

const nearestStep = (time: number, dt: number, where: string): Place => ({
  step: toSteps(time, dt, where),
  fraction: 0,
});

/** The step into which a time (ms) falls, and where in it; a step's start but for rounding in the last digits is its start. */
function splitTime(time: number, dt: number, where: string): Place {
  const near = nearestStep(time, dt, where);
  const steps = time / dt;
  if (Math.abs(steps - near.step) <= 1e-12 * Math.max(1, steps)) return near;
  const step = Math.floor(steps);
  return { step, fraction: steps - step };
}

/** Index of the first of ascending steps that is `step` or later. */
function firstAtOrAfter(steps: Uint32Array, step: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readSelection(neurons: readonly number[] | Uint32Array | undefined, size: number, where: string): Uint32Array {
  if (neurons === undefined) return Uint32Array.from({ length: size }, (_, i) => i);
  for (const index of neurons) {
    if (!Number.isInteger(index) || index < 0 || index >= size) {
      throw new WbeError("ARGUMENT", `expected neuron indices from 0 to ${size - 1}, found ${index}`, { where });
    }
  }
  return Uint32Array.from(neurons);
}

/** The selected neurons that are here, by index here. */
function takeLocal(selected: Uint32Array, { start, wholeStart, size }: BuiltPopulation): Uint32Array {
  const first = start - wholeStart;
  return selected.filter((neuron) => neuron >= first && neuron < first + size).map((neuron) => neuron - first);
}

function readCurrent(
  { spec, start, stop, drawnBy }: StimulusWindow<CurrentSpec>,
  k: number,
  index: number,
  population: BuiltPopulation,
  neurons: Uint32Array,
  { seed }: NetworkDescription,
  where: string,
): CurrentStimulus {
  const { inputs } = population.compiled.program.model;
  const name = spec.input ?? "I";
  const input = inputs.findIndex((candidate) => candidate.name === name);
  if (input < 0) {
    throw new WbeError("NAME_UNKNOWN", `model "${population.declaration.id}" has no input "${name}"`, {
      where,
      remedy: suggestName(
        name,
        inputs.map((candidate) => candidate.name),
      ),
    });
  }
  const amplitudes = drawValues(spec.amplitude, neurons.length, {
    seed,
    stream: Stream.parameters,
    name: drawnBy === undefined ? `stimulus ${k}` : `stimulus ${k} by action ${drawnBy}`,
    unit: inputs[input]!.unit.text,
    where: `${where}, amplitude`,
  });
  // Amplitudes belong to places in the selection, wherever its neurons are.
  const first = population.start - population.wholeStart;
  const here = [...neurons.keys()].filter((j) => neurons[j]! >= first && neurons[j]! < first + population.size);
  return {
    population: index,
    input,
    neurons: Uint32Array.from(here, (j) => neurons[j]! - first),
    amplitudes: Float64Array.from(here, (j) => amplitudes[j]!),
    start,
    stop,
  };
}
