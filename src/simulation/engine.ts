/**
 * The engine: description → build → compile → run. Each population advances a whole epoch (the shortest delay) in
 * one wasm call; then spikes are sorted, recorded and delivered. The result does not depend on how a run is cut
 * into calls.
 *
 * @module
 */

import { descriptorWords, kernelExport } from "../compiler/layout.js";
import type { Column } from "../core/column.js";
import { internalError, WbeError } from "../core/errors.js";
import { type LongCallOptions, throwIfCancelled, yieldToEventLoop } from "../core/progress.js";
import type { RecordedSeries, RecordedState, SpikeData } from "../core/spikes.js";
import { toSteps } from "../core/time.js";
import { parseUnit } from "../core/units.js";
import { createDeliveryKernels, type DeliveryKernels } from "../kernels/delivery.js";
import { planActions, stopStep } from "./action-plan.js";
import { Actions, type ActionTarget, type Snapshot } from "./actions.js";
import { ActiveSet } from "./active-set.js";
import { Autosave, type AutosaveOptions } from "./autosave.js";
import { type Catalogue, extendModels } from "./catalogue.js";
import type { Checkpoint } from "./checkpoint.js";
import { type ConnectomeNetworkOptions, describeConnectome } from "./connectome-network.js";
import { Delivery } from "./delivery.js";
import type { DistTable, NetworkDescription } from "./description.js";
import { parseDescription } from "./description-schema.js";
import { EngineState } from "./engine-state.js";
import { findPopulation, makeEngineView } from "./engine-view.js";
import { EventDriven } from "./event-driven.js";
import type { Exchange } from "./exchange.js";
import { Lesions } from "./lesions.js";
import { delayRange, layOutNetwork, mirrorLast, type NetworkMemory } from "./memory-layout.js";
import type { WeightSource } from "./monitors.js";
import { type BuiltNetwork, buildNetwork, type ExtraRules, isConductance, negativeConductance } from "./network.js";
import { longestPlasticEpoch, PlasticProjection, weightBounds } from "./plastic-projection.js";
import { PopulationSettings } from "./population-settings.js";
import { RecordStream, type StreamOptions } from "./record-stream.js";
import type { RecordedPart } from "./recorded-part.js";
import { Recorders } from "./recorders.js";
import { Stimuli } from "./stimuli.js";
import { type OpenFile, readStimulusFiles } from "./stimulus-files.js";
import type { CoupledProcess, EngineView } from "./view.js";

/** What a plasticity scheduler gives the engine. */
export interface PlasticityPlan {
  readonly rules: Catalogue["rules"];
  readonly rulesFor: ExtraRules;
  readonly processes: readonly CoupledProcess[];
}

export interface EngineOptions {
  /** Models beyond those of wbe. */
  catalogue?: Partial<Catalogue>;
  plasticity?: PlasticityPlan;
  processes?: readonly CoupledProcess[];
  /** Opens the files that stimuli name. */
  openFile?: OpenFile;
  /** Warnings of whoever made the description; the engine's own are added. */
  warnings?: readonly string[];
}

export interface RunOptions extends LongCallOptions {
  /** ms; the description's duration (less what has run) otherwise. */
  duration?: number;
  /** Called with model time and its end (ms). */
  onProgress?: (time: number, total: number) => void;
  /** Saves the run at intervals, and once more when it ends or is cancelled. */
  autosave?: AutosaveOptions;
  /** Moves what is recorded to a store while the run goes on; `spikes` and `recorded` then give what is not there yet. */
  stream?: StreamOptions;
}

/** Without a delay to bound it, an epoch still ends often enough for cancellation, progress and V8's tier-up (between calls). */
const longestEpoch = 32;
/** ms of wall time between two turns of the event loop. */
const sliceMs = 50;

interface AttachedProcess {
  readonly process: CoupledProcess;
  readonly every: number;
  readonly view: EngineView;
  readonly counts: readonly Uint32Array[];
}

type AdvanceKernel = (descriptor: number, step: number, steps: number) => number;

/** By population, by projection: what runs in the network's memory. */
interface AssembledParts {
  readonly memory: NetworkMemory;
  readonly stimuli: Stimuli;
  readonly plastic: readonly (PlasticProjection | undefined)[];
  readonly eventDriven: readonly (EventDriven | undefined)[];
  readonly kernels: DeliveryKernels;
  readonly advance: readonly AdvanceKernel[];
}

export class SimulationEngine {
  readonly description: NetworkDescription;
  /** What was decided for the user or could not be done; also in the run's manifest. */
  readonly warnings: readonly string[];
  private step_ = 0;
  /** An epoch or a load was begun and did not end: what is in memory is no moment of a run. */
  private isBroken = false;
  /** Loaded from a checkpoint: its states are no longer initial states. */
  private isLoaded = false;
  private stream: RecordStream | undefined;
  private readonly settings: readonly PopulationSettings[];
  private readonly state: EngineState;
  private readonly recorders: Recorders;
  private readonly attached: readonly AttachedProcess[];
  private readonly activeSet: ActiveSet;
  private readonly delivery: Delivery;
  private readonly lesions: Lesions;
  private readonly actions: Actions;
  /** Where the run ends by an action. */
  private readonly stopStep: number;
  private readonly memory: NetworkMemory;
  private readonly stimuli: Stimuli;
  private readonly plastic: readonly (PlasticProjection | undefined)[];
  private readonly eventDriven: readonly (EventDriven | undefined)[];
  private readonly kernels: DeliveryKernels;
  private readonly advance: readonly AdvanceKernel[];
  /** Spikes of each neuron by population: since the engine was made, and since the last step of each process. */
  private readonly counters: readonly (readonly Uint32Array[])[];

  private constructor(
    private readonly network: BuiltNetwork,
    parts: AssembledParts,
    private readonly epoch: number,
    processes: readonly CoupledProcess[],
    warnings: readonly string[],
    private readonly exchange: Exchange | undefined,
  ) {
    const { memory, plastic, kernels, eventDriven } = parts;
    this.memory = memory;
    this.stimuli = parts.stimuli;
    this.plastic = plastic;
    this.kernels = kernels;
    this.advance = parts.advance;
    this.eventDriven = eventDriven;
    this.description = network.description;
    this.warnings = [...warnings, ...network.warnings];
    const { recorders: specs, dt } = network.description;
    this.recorders = new Recorders(specs, memory.populations, dt, this.weightSources());
    this.activeSet = new ActiveSet(memory, kernels);
    this.delivery = new Delivery(network, memory, plastic, kernels, this.activeSet);
    this.settings = memory.populations.map((population) => new PopulationSettings(population, this.description.seed));
    this.attached = processes.map((process) => this.attach(process));
    this.counters = [this.makeCounts(), ...this.attached.map(({ counts }) => counts)];
    this.lesions = new Lesions(network, memory);
    this.actions = new Actions(this.actionTarget());
    this.stopStep = stopStep(planActions(network.description));
    const { settings, recorders, counters, attached, actions } = this;
    this.state = new EngineState({
      network,
      memory,
      settings,
      plastic,
      eventDriven,
      recorders,
      counters,
      attached,
      actions,
    });
  }

  /**
   * An engine for a connectome: one population per neuron model, one projection per synapse type (README).
   *
   * @throws WbeError of buildNetwork, and of the conversion (connectome-network.ts).
   */
  static async create(options: ConnectomeNetworkOptions & EngineOptions): Promise<SimulationEngine> {
    const { description, warnings } = describeConnectome(options);
    return SimulationEngine.fromDescription(description, { ...options, warnings });
  }

  /**
   * Builds and compiles a network. `description` may come from outside: it is checked field by field.
   *
   * @throws WbeError DESCRIPTION_INVALID with the field's path, or any error of the models in it.
   */
  static async fromDescription(description: unknown, options: EngineOptions = {}): Promise<SimulationEngine> {
    const { catalogue = {}, plasticity } = options;
    const rules = [...(catalogue.rules ?? []), ...(plasticity?.rules ?? [])];
    const models = extendModels({ ...catalogue, rules });
    const whole = await readStimulusFiles(parseDescription(description), options.openFile);
    const built = await buildNetwork(whole, models, plasticity?.rulesFor);
    return SimulationEngine.assemble(built, chooseEpoch(built), options);
  }

  /**
   * An engine of a built network, whole or one worker's share of it. For workers (threads/); others use fromDescription.
   *
   * @param epoch longest number of steps between exchanges, the same for all workers.
   */
  static async assemble(
    built: BuiltNetwork,
    epoch: number,
    { plasticity, processes = [], warnings = [] }: EngineOptions = {},
    connect?: (memory: NetworkMemory) => Exchange,
  ): Promise<SimulationEngine> {
    const all = [...(plasticity?.processes ?? []), ...processes];
    let stimuli: Stimuli | undefined;
    let plastic: (PlasticProjection | undefined)[] = [];
    let eventDriven: (EventDriven | undefined)[] = [];
    const memory = layOutNetwork(built, epoch, all.length === 0, (arena) => {
      stimuli = new Stimuli(built, arena);
      eventDriven = built.populations.map((p) => (p.isEventDriven ? new EventDriven(p, arena) : undefined));
      plastic = built.projections.map((p) =>
        p.rules.length === 0
          ? undefined
          : new PlasticProjection(built, p, built.populations[p.from]!, built.populations[p.to]!, epoch, arena),
      );
    });
    if (!stimuli) throw internalError("stimuli were not placed");
    stimuli.place(memory.arena);
    await Promise.all(
      plastic.map((p, k) => {
        const projection = memory.projections[k]!;
        return p?.place(memory.arena, memory.memory, projection, memory.populations[projection.built.to]!);
      }),
    );
    await Promise.all(eventDriven.map((p, k) => p?.place(memory.arena, memory.memory, memory.populations[k]!)));
    const kernels = await createDeliveryKernels(memory.memory);
    const advance = await Promise.all(
      memory.populations.map(async ({ built: population }, k): Promise<AdvanceKernel> => {
        const fromEventToEvent = eventDriven[k];
        if (fromEventToEvent) return (_, step, steps) => fromEventToEvent.advance(step, steps);
        const { exports } = await WebAssembly.instantiate(population.compiled.module, {
          env: { memory: memory.memory },
        });
        return exports[kernelExport] as unknown as AdvanceKernel;
      }),
    );
    // The projections' own arrays can go now: those in memory are the ones in use.
    const network = { ...built, projections: memory.projections.map((p) => p.built) };
    const exchange = connect?.(memory);
    const parts = { memory, stimuli, plastic, eventDriven, kernels, advance };
    return new SimulationEngine(network, parts, epoch, all, warnings, exchange);
  }

  /**
   * The engine of a network, at the moment that a checkpoint holds. Options as for the run that was saved.
   *
   * @throws WbeError of fromDescription and load.
   */
  static async resume(
    description: unknown,
    checkpoint: Checkpoint,
    options?: EngineOptions,
  ): Promise<SimulationEngine> {
    const engine = await SimulationEngine.fromDescription(description, options);
    await engine.load(checkpoint);
    return engine;
  }

  /** Model time, ms. */
  get time(): number {
    return this.step_ * this.description.dt;
  }

  /** Whole steps done. */
  get stepCount(): number {
    return this.step_;
  }

  /**
   * Runs to the end of the description's duration, or for `duration` ms more. Several runs in a row equal one long
   * run to the bit.
   *
   * @throws WbeError CANCELLED (what has run stays), NOT_FINITE naming population, neuron, variable and time, FILE when
   * an autosave or a stream failed (what has run stays, and so do the records), FORMAT for a store that is not the one
   * that this run was streamed to.
   */
  async run(options: RunOptions = {}): Promise<void> {
    this.requireWhole();
    const stream = options.stream && (await this.openStream(options.stream));
    try {
      await this.runSlices(options, stream);
    } catch (error) {
      // What was recorded until then is worth having; the first error says what happened.
      await stream?.flush(this.step_).catch(() => undefined);
      throw error;
    }
    await stream?.flush(this.step_);
  }

  private async runSlices(options: RunOptions, stream: RecordStream | undefined): Promise<void> {
    const { signal, onProgress, duration } = options;
    const { dt } = this.description;
    const end = this.endOf(duration);
    this.begin();
    const autosave =
      options.autosave &&
      new Autosave(options.autosave, dt, this.step_, async () => {
        // The checkpoint then holds how much is in the store, and the store holds it.
        await stream?.flush(this.step_);
        return this.state.encode(this.step_);
      });
    let sliceEnd = performance.now() + sliceMs;
    while (this.step_ < end) {
      if (signal?.aborted && autosave) await autosave.save(this.step_);
      throwIfCancelled(signal, "the run");
      this.runEpoch(autosave ? Math.min(end, autosave.nextStep(this.step_)) : end);
      const now = performance.now();
      if (autosave) await autosave.saveWhenDue(this.step_, now);
      if (now < sliceEnd) continue;
      await stream?.keepUp(this.step_, now);
      onProgress?.(this.time, end * dt);
      await yieldToEventLoop();
      sliceEnd = performance.now() + sliceMs;
    }
    await autosave?.save(this.step_);
    onProgress?.(this.time, end * dt);
  }

  /** Runs to step `end` without pause, as long as `goesOn` says so before an epoch. For workers. */
  runWithoutPause(end: number, goesOn: () => boolean): void {
    this.requireWhole();
    this.begin();
    while (this.step_ < end && goesOn()) this.runEpoch(end);
  }

  /** Step at which a run of this duration ends: an action may end it, but not one that has. */
  private endOf(duration: number | undefined): number {
    const { dt } = this.description;
    if (duration === undefined) return Math.max(Math.min(this.network.duration, this.stopStep), this.step_);
    const end = this.step_ + toSteps(duration, dt, "run duration");
    return this.step_ < this.stopStep ? Math.min(end, this.stopStep) : end;
  }

  private async openStream(options: StreamOptions): Promise<RecordStream> {
    if (!this.stream?.isTo(options.store)) {
      this.stream = await RecordStream.open(options, this.recorders, this.step_, this.stimuli.pulseTimes);
    }
    return this.stream;
  }

  /** What the state recorders hold, for whoever joins the shares of several workers. */
  recordedParts(): readonly RecordedPart[] {
    return this.recorders.parts();
  }

  /**
   * One step, for teaching and stepping through; `run` is the fast path and gives the same bits.
   *
   * @param dt must be the description's dt (ms) when given.
   */
  step(dt?: number): void {
    if (dt !== undefined && dt !== this.description.dt) {
      throw new WbeError("ARGUMENT", `expected the network's dt of ${this.description.dt} ms, found ${dt}`, {
        remedy: "Build the network with the dt you want; a compiled network has one.",
      });
    }
    this.requireWhole();
    this.begin();
    this.runEpoch(this.step_ + 1);
  }

  /**
   * Changes parameters and states of a population between runs. Before the first step this gives the bits of a network
   * built with these values (initial states that follow from them follow them); later, states keep their values unless
   * given. Distributions are drawn as at build, from seed and names.
   *
   * @param values by name of a parameter or state, in its unit or as text with a unit. A parameter that was one number
   * for all neurons stays one; one that differed between neurons may get any distribution.
   * @throws WbeError NAME_UNKNOWN, PARAMETER_RANGE, DIMENSION, UNSUPPORTED; then nothing has changed.
   */
  set(population: string, values: DistTable): void {
    const index = findPopulation(this.network, population);
    this.eventDriven[index]?.materialise(this.step_);
    this.settings[index]!.set(values, this.step_ === 0 && !this.isLoaded);
    this.eventDriven[index]?.rebase(this.step_, this.settings[index]!.current);
  }

  /**
   * Everything that a resumed run needs to continue to the bit: states, arrivals on their way, weights, traces and
   * history of plasticity, counters, processes, and what was recorded. Copies; the engine may run on.
   *
   * @throws WbeError UNSUPPORTED when a run ended inside a step (a state that is not finite).
   */
  async save(): Promise<Checkpoint> {
    this.requireWhole();
    return this.state.copy(this.step_);
  }

  /**
   * Goes to the moment that a checkpoint of this network holds. Also mends an engine whose run ended inside a step.
   *
   * @throws WbeError DESCRIPTION_INVALID for a checkpoint of another network or version, FORMAT for one that does not
   * hold what it should; then nothing has changed, unless a process refused its state: then the engine is of no use.
   */
  async load(checkpoint: Checkpoint): Promise<void> {
    await this.state.check(checkpoint);
    this.isBroken = true;
    this.stream = undefined;
    this.state.restore(checkpoint);
    this.step_ = checkpoint.step;
    this.eventDriven.forEach((population, k) => {
      population?.takeParameters(this.settings[k]!.current);
      population?.materialise(checkpoint.step);
    });
    this.activeSet.wakeAll(checkpoint.step, true);
    this.isLoaded = true;
    this.isBroken = false;
  }

  /** What has to be done before a row of epochs: since the last one, anything may have been written into the states. */
  private begin(): void {
    for (const population of this.eventDriven) population?.adopt(this.step_);
    this.recorders.sample(this.step_);
    if (this.step_ === 0) this.runActions(0);
    this.activeSet.wakeAll(this.step_);
  }

  private requireWhole(): void {
    if (!this.isBroken) return;
    throw new WbeError("UNSUPPORTED", "this engine stopped inside a step, so that its state is no moment of a run", {
      remedy: "Load a checkpoint, or build the network again.",
    });
  }

  /** All recorded spikes so far, sorted by (step, neuron); of a streamed run those from `startStep` on. */
  spikes(): SpikeData {
    return this.recorders.spikes(this.step_, this.stimuli.pulseTimes);
  }

  /** A recorded state variable; see Recorders.recorded. */
  recorded(variable: string, population?: string): RecordedState {
    return this.recorders.recorded(variable, population);
  }

  /** What the recorders of kind "rate" hold: of each the bins that have ended. */
  rates(): readonly RecordedSeries[] {
    return this.recorders.rates(this.step_);
  }

  /** What the recorders of kind "weights" hold. */
  weightSamples(): readonly RecordedSeries[] {
    return this.recorders.weightSamples();
  }

  /** The snapshots that actions have taken so far. */
  snapshots(): readonly Snapshot[] {
    return this.actions.taken();
  }

  /**
   * Live view of a projection's weights. The change by a spike is in as soon as the spike's order at the synapse is
   * known: at the latest when it gets there, or later by the longest lead of axonal over dendritic delay in the projection.
   */
  weights(projection: string): Column<Float32Array | Float64Array> {
    return this.view().weights(projection);
  }

  /** Views of states, weights and positions for probes; spike counts are those since the engine was made. */
  view(): EngineView {
    return this.viewWith(this.counters[0]!);
  }

  private weightSources(): WeightSource[] {
    return this.memory.projections.map(({ built, weightView }, k) => ({
      name: built.name,
      unit: built.weightUnit,
      offsets: built.offsets,
      targets: built.targets,
      read: () => {
        this.plastic[k]?.flush(this.step_);
        return weightView;
      },
    }));
  }

  private makeCounts(): Uint32Array[] {
    return this.network.populations.map(({ wholeSize }) => new Uint32Array(wholeSize));
  }

  private runEpoch(end: number): void {
    const { populations } = this.memory;
    this.isBroken = true;
    const first = this.step_;
    if (this.stimuli.changesAt(first)) {
      this.materialise();
      this.stimuli.applyCurrents(first, populations);
      this.rebase();
      this.activeSet.wakeAll(first);
    }
    const stop = Math.min(
      first + this.epoch,
      end,
      this.stimuli.nextChange(first),
      this.recorders.nextSample(first),
      this.nextProcess(first),
      this.actions.next(first),
    );
    const steps = stop - first;
    this.stimuli.deliver(first, steps, this.memory, this.kernels, this.description.seed);
    this.lesions.begin(first);
    this.delivery.coupleMembranes(first);
    const own = populations.map((population, k) => {
      const count = this.advance[k]!(population.descriptor, first, steps);
      if (population.words[descriptorWords.notFinite] !== 0) this.checkFinite(k, first, stop);
      if (steps === 1) return this.lesions.end(k, { at: population.spikes, count });
      this.kernels.sortBySteps(population.spikes, population.sorted, count, first, steps, this.memory.counts);
      return this.lesions.end(k, { at: population.sorted, count });
    });
    const fired = this.exchange?.swap(first, stop, own) ?? own;
    this.step_ = stop;
    fired.forEach(({ at, count }, k) => {
      if (count === 0) return;
      const pairs = this.memory.arena.u32(at, 2 * count);
      this.recorders.addSpikes(k, pairs);
      for (const counts of this.counters) {
        const own = counts[k]!;
        for (let i = 1; i < pairs.length; i += 2) own[pairs[i]!]!++;
      }
    });
    this.delivery.deliver(first, stop, own, fired);
    if (stop === end || this.recorders.nextSample(first) === stop) this.materialise();
    this.recorders.sample(stop);
    this.runProcesses(stop);
    this.runActions(stop);
    this.isBroken = false;
  }

  /** States of event-driven populations, where others look for them. */
  private materialise(): void {
    for (const population of this.eventDriven) population?.materialise(this.step_);
  }

  private rebase(): void {
    this.eventDriven.forEach((population, k) => {
      population?.rebase(this.step_, this.settings[k]!.current);
    });
  }

  private nextProcess(step: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { every } of this.attached) next = Math.min(next, (Math.floor(step / every) + 1) * every);
    return next;
  }

  private runProcesses(step: number): void {
    for (const { process, every, view, counts } of this.attached) {
      if (step % every !== 0) continue;
      this.materialise();
      process.step(step * this.description.dt, view);
      this.rebase();
      this.activeSet.wakeAll(step);
      for (const column of counts) column.fill(0);
    }
  }

  private runActions(step: number): void {
    if (this.actions.next(step - 1) !== step) return;
    this.materialise();
    if (!this.actions.run(step)) return;
    this.rebase();
    this.activeSet.wakeAll(step);
  }

  private actionTarget(): ActionTarget {
    const { memory, plastic, network, settings } = this;
    return {
      description: network.description,
      settings,
      projections: network.projections.map(({ name }) => name),
      stateNames: (k) =>
        memory.populations[k]!.built.compiled.program.stateNames.filter((name) => !name.startsWith("@")),
      readState: (k, variable) => {
        const { built, states } = memory.populations[k]!;
        return states[built.compiled.program.stateNames.indexOf(variable)]!.subarray(0, built.size);
      },
      readWeights: (k) => {
        plastic[k]?.flush(this.step_);
        const { weightView, sharesWeight, built } = memory.projections[k]!;
        return sharesWeight ? new Float64Array(built.targets.length).fill(weightView[0]!) : weightView;
      },
      checkFactor: (k, factor, where) => checkFactor(network, k, factor, where),
      scaleWeights: (k, factor) => {
        plastic[k]?.flush(this.step_);
        const { weightView, built } = memory.projections[k]!;
        const { low, high } = weightBounds(built);
        for (let e = 0; e < weightView.length; e++) {
          weightView[e] = Math.min(high, Math.max(low, weightView[e]! * factor));
        }
      },
    };
  }

  private attach(process: CoupledProcess): AttachedProcess {
    const { dt } = this.description;
    const every = Math.round(process.every / dt);
    if (!(every >= 1 && Math.abs(process.every / dt - every) < 1e-6)) {
      throw new WbeError("ARGUMENT", `expected an interval of whole steps (${dt} ms), found ${process.every} ms`, {
        where: `process "${process.id}"`,
      });
    }
    const counts = this.makeCounts();
    const view = this.viewWith(counts);
    process.attach(view);
    return { process, every, view, counts };
  }

  private viewWith(counts: readonly Uint32Array[]): EngineView {
    return makeEngineView(this.network, this.memory, counts, (k) => this.plastic[k]?.flush(this.step_));
  }

  /** @throws WbeError NOT_FINITE for the first neuron of the population with such a state. */
  private checkFinite(population: number, first: number, stop: number): void {
    const { built, states, words } = this.memory.populations[population]!;
    for (let neuron = 0; neuron < built.size; neuron++) {
      const index = states.findIndex((column) => !Number.isFinite(column[neuron]!));
      if (index < 0) continue;
      const { dt } = this.description;
      throw new WbeError("NOT_FINITE", `${built.compiled.program.stateNames[index]} became ${states[index]![neuron]}`, {
        where: `population "${built.name}", neuron ${neuron + built.start - built.wholeStart}, between t = ${first * dt} and ${stop * dt} ms`,
        remedy: "Shorten dt, use another method, or look at the inputs and parameters of this neuron.",
      });
    }
    // Only a padding lane, which receives currents but no spikes, went astray: nobody sees it.
    for (const column of states) mirrorLast(column, built.size);
    words[descriptorWords.notFinite] = 0;
  }
}

/** @throws WbeError PARAMETER_RANGE for a factor that turns conductances negative. */
function checkFactor({ projections }: BuiltNetwork, k: number, factor: number, where: string): void {
  const unit = parseUnit(projections[k]!.weightUnit);
  if (factor < 0 && isConductance(unit)) throw negativeConductance(factor, "times the weight", where);
}

/** Bytes that the spike lists of one epoch may take: shortens the epoch of a large network without delays. */
const maxSpikeListBytes = 2 ** 26;

/** Steps between two exchanges: at most the shortest delay, less where plasticity or the size of spike lists asks for it. */
export function chooseEpoch(network: BuiltNetwork): number {
  let epoch = Math.min(longestEpoch, Math.max(1, Math.floor(maxSpikeListBytes / (16 * network.nNeurons))));
  for (const projection of network.projections) {
    epoch = Math.min(epoch, delayRange(projection).least);
    epoch = Math.min(epoch, longestPlasticEpoch(projection));
  }
  return epoch;
}
