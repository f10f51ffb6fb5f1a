/**
 * The engine: description → build → compile → run. Each population advances a whole epoch (the shortest delay) in
 * one wasm call; then spikes are sorted, recorded and delivered. The result does not depend on how a run is cut
 * into calls.
 *
 * @module
 */

import type { Column } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import { type LongCallOptions, throwIfCancelled, yieldToEventLoop } from "../core/progress.js";
import type { RecordedSeries, RecordedState, SpikeData } from "../core/spikes.js";
import { toSteps } from "../core/time.js";
import { planActions, stopStep } from "./action-plan.js";
import { makeActionTarget } from "./action-target.js";
import { Actions, type Snapshot } from "./actions.js";
import { type AttachedProcess, attachProcess, nextProcessStep } from "./attached-processes.js";
import { Autosave, type AutosaveOptions } from "./autosave.js";
import type { Catalogue } from "./catalogue.js";
import type { Checkpoint } from "./checkpoint.js";
import { type ConnectomeNetworkOptions, describeConnectome } from "./connectome-network.js";
import type { DistTable, NetworkDescription, StimulusSpec } from "./description.js";
import { parseStimuli } from "./description-schema.js";
import { assembleEngine, type EngineAssembly, type EngineOptions } from "./engine-assembly.js";
import { EngineState } from "./engine-state.js";
import { findPopulation, makeEngineView } from "./engine-view.js";
import { EpochLoop } from "./epoch-loop.js";
import { LiveViews } from "./live-views.js";
import type { WeightSource } from "./monitors.js";
import type { NetworkPlan } from "./network.js";
import type { NetworkShare } from "./network-share.js";
import { PhaseClock, type PhaseTimes } from "./phase-times.js";
import { PopulationSettings } from "./population-settings.js";
import { findBuiltPorts } from "./ports.js";
import { RecordStream, type StreamOptions } from "./record-stream.js";
import { Recorders } from "./recorders.js";
import { type OpenFile, readStimulusFiles } from "./stimulus-files.js";
import type { Peers } from "./threads/peers.js";
import type { EngineView } from "./view.js";
import type { WholeNetwork } from "./whole-network.js";

export interface RunOptions extends LongCallOptions {
  /** ms; the description's duration (less what has run) otherwise. */
  duration?: number;
  /** Called with model time and its end (ms). */
  onProgress?: (time: number, total: number) => void;
  /** Saves the run at intervals, and once more when it ends or is cancelled. */
  autosave?: AutosaveOptions;
  /** Moves what is recorded to a store while the run goes on; `spikes` and `recorded` then give what is not there yet. */
  stream?: StreamOptions;
  /** Called at the end with where the time went, on the calling thread. */
  onPhases?: (times: PhaseTimes) => void;
}

/** ms of wall time between two turns of the event loop. */
const sliceMs = 50;

export class SimulationEngine {
  private description_: NetworkDescription;
  private pulseTimes: readonly number[];
  /** What was decided for the user or could not be done; also in the run's manifest. */
  readonly warnings: readonly string[];
  /** Threads that the network is dealt to. */
  readonly threads: number;
  private readonly epochs: EpochLoop;
  private isRunning = false;
  /** An epoch or a load was begun and did not end: what is in memory is no moment of a run. */
  private isBroken = false;
  /** Loaded from a checkpoint: its states are no longer initial states. */
  private isLoaded = false;
  /** The caller has a view, and may look at it while a run gives way to the event loop. */
  private isWatched = false;
  /** Anything may have been written into the shares since they last ran. */
  private hasChanged = true;
  private stream: RecordStream | undefined;
  private readonly settings: readonly PopulationSettings[];
  private readonly state: EngineState;
  private readonly recorders: Recorders;
  private readonly attached: readonly AttachedProcess[];
  private readonly actions: Actions;
  /** Where the run ends by an action. */
  private readonly stopStep: number;
  private readonly whole: WholeNetwork;
  private readonly live = new LiveViews();
  /** Spikes of each neuron by population: since the engine was made, and since the last step of each process. */
  private readonly counters: readonly (readonly Uint32Array[])[];

  private readonly plan: NetworkPlan;
  private readonly share: NetworkShare;
  private readonly eventDriven: EngineAssembly["eventDriven"];
  private readonly peers: Peers | undefined;
  private readonly models: Catalogue;
  /** Why it runs on that many threads; undefined where the caller chose. */
  readonly threadsReason: string | undefined;

  private constructor(
    assembly: EngineAssembly,
    private readonly openFile: OpenFile | undefined,
  ) {
    const { plan, share, whole, eventDriven, peers, processes, warnings } = assembly;
    this.plan = plan;
    this.share = share;
    this.eventDriven = eventDriven;
    this.peers = peers;
    this.models = assembly.models;
    this.threadsReason = assembly.threadsReason;
    this.description_ = plan.description;
    this.pulseTimes = share.stimuli.pulseTimes;
    this.threads = peers?.threads ?? 1;
    this.warnings = [...warnings, ...plan.warnings];
    this.whole = whole;
    this.epochs = new EpochLoop(share, peers, whole.populations, (k, pairs, fractions) =>
      this.takeSpikes(k, pairs, fractions),
    );
    const { recorders: specs, dt } = plan.description;
    this.recorders = new Recorders(
      specs,
      whole.populations,
      dt,
      this.weightSources(),
      (k) => this.settings[k]!.current,
    );
    this.settings = whole.populations.map((population) => new PopulationSettings(population, this.description.seed));
    this.takeParameters();
    for (const population of eventDriven.flat()) population.rebaseCurrents(0);
    this.attached = processes.map((process) => {
      const counts = this.makeCounts();
      return attachProcess(process, dt, this.viewWith(counts), counts);
    });
    this.counters = [this.makeCounts(), ...this.attached.map(({ counts }) => counts)];
    this.actions = new Actions(
      makeActionTarget(plan, share.network, whole, this.settings, (projection) => this.flush(projection)),
    );
    this.stopStep = stopStep(planActions(plan.description));
    const { settings, recorders, counters, attached, actions } = this;
    const { network } = share;
    const bringUpToDate = () => this.bringUpToDate();
    this.state = new EngineState({
      network,
      whole,
      settings,
      eventDriven,
      recorders,
      counters,
      attached,
      actions,
      bringUpToDate,
    });
    if (peers) forgotten.register(this, peers);
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
  static async fromDescription(input: unknown, options: EngineOptions = {}): Promise<SimulationEngine> {
    return new SimulationEngine(await assembleEngine(input, options), options.openFile);
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

  /** The network as data, with the stimuli of now. */
  get description(): NetworkDescription {
    return this.description_;
  }

  /** Model time, ms. */
  get time(): number {
    return this.epochs.step * this.description.dt;
  }

  /** Whole steps done. */
  get stepCount(): number {
    return this.epochs.step;
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
    this.begin();
    try {
      const stream = options.stream && (await this.openStream(options.stream));
      try {
        await this.runSlices(options, stream);
      } catch (error) {
        // What was recorded until then is worth having; the first error says what happened.
        await stream?.flush(this.epochs.step).catch(() => undefined);
        throw error;
      }
      await stream?.flush(this.epochs.step);
    } finally {
      this.end();
    }
  }

  private async runSlices(options: RunOptions, stream: RecordStream | undefined): Promise<void> {
    const { signal, onProgress, duration } = options;
    const { dt } = this.description;
    const end = this.endOf(duration);
    this.epochs.clock = options.onPhases && new PhaseClock();
    this.sampleStart();
    const autosave =
      options.autosave &&
      new Autosave(options.autosave, dt, this.epochs.step, async () => {
        // The checkpoint then holds how much is in the store, and the store holds it.
        await stream?.flush(this.epochs.step);
        return this.state.encode(this.epochs.step);
      });
    let sliceEnd = performance.now() + sliceMs;
    while (this.epochs.step < end) {
      if (signal?.aborted && autosave) await autosave.save(this.epochs.step);
      throwIfCancelled(signal, "the run");
      const stop = autosave ? Math.min(end, autosave.nextStep(this.epochs.step)) : end;
      for (const _ of this.advance(stop, sliceEnd)) await yieldToEventLoop();
      const now = performance.now();
      if (autosave) await autosave.saveWhenDue(this.epochs.step, now);
      if (now < sliceEnd) continue;
      await stream?.keepUp(this.epochs.step, now);
      onProgress?.(this.time, end * dt);
      await yieldToEventLoop();
      sliceEnd = performance.now() + sliceMs;
    }
    await autosave?.save(this.epochs.step);
    onProgress?.(this.time, end * dt);
    this.epochs.clock?.lap("other");
    if (this.epochs.clock) options.onPhases?.(this.epochs.clock.times);
    this.epochs.clock = undefined;
  }

  /** Step at which a run of this duration ends: an action may end it, but not one that has. */
  private endOf(duration: number | undefined): number {
    const { dt } = this.description;
    if (duration === undefined) return Math.max(Math.min(this.plan.duration, this.stopStep), this.epochs.step);
    const end = this.epochs.step + toSteps(duration, dt, "run duration");
    return this.epochs.step < this.stopStep ? Math.min(end, this.stopStep) : end;
  }

  private async openStream(options: StreamOptions): Promise<RecordStream> {
    if (!this.stream?.isTo(options.store)) {
      this.stream = await RecordStream.open(options, this.recorders, this.epochs.step, () => this.pulseTimes);
    }
    return this.stream;
  }

  /** Ends the other threads; the engine is of no use after it. An engine on one thread needs no end. */
  async dispose(): Promise<void> {
    await this.peers?.dispose();
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
    this.begin();
    try {
      this.sampleStart();
      for (const late of this.advance(this.epochs.step + 1, Number.POSITIVE_INFINITY)) late();
    } finally {
      this.end();
    }
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
    const index = findPopulation(this.plan, population);
    this.live.writeBack();
    for (const share of this.eventDriven[index]!) share.materialise(this.epochs.step);
    this.settings[index]!.set(values, this.epochs.step === 0 && !this.isLoaded);
    for (const share of this.eventDriven[index]!) share.rebase(this.epochs.step, this.settings[index]!.current);
    this.live.readAgain();
  }

  /**
   * Other stimuli from now on, as if the network had been built with them: times are model time, random draws belong to the
   * place in the list, actions find them by name or place. A checkpoint saved later fits an engine with the same
   * stimuli: built with them, if they come through the same synapses, or built as this one was and set in the same way.
   *
   * @throws WbeError as fromDescription for stimuli that cannot be; UNSUPPORTED for spikes through a synapse model that the
   * network was built without; LIMIT when they need more memory than was set aside. Then nothing has changed.
   */
  async setStimuli(stimuli: readonly StimulusSpec[]): Promise<void> {
    this.begin();
    try {
      const given = { ...this.description, stimuli: parseStimuli(stimuli) };
      const description = await readStimulusFiles(given, this.openFile);
      const ports = findBuiltPorts(description.stimuli, this.plan.populations, this.models);
      this.share.setStimuli(description, ports, this.epochs.step);
      this.isBroken = true;
      await this.peers?.setStimuli(description, ports, this.epochs.step);
      this.isBroken = false;
      this.description_ = description;
      this.state.redescribe(description);
      const past = this.pulseTimes.filter((time) => time < this.time);
      this.pulseTimes = [...past, ...this.share.stimuli.pulseTimes.filter((time) => time >= this.time)];
      this.hasChanged = true;
    } finally {
      this.isRunning = false;
    }
  }

  /**
   * Everything that a resumed run needs to continue to the bit: states, arrivals on their way, weights, traces and
   * history of plasticity, counters, processes, and what was recorded. Copies; the engine may run on.
   *
   * @throws WbeError UNSUPPORTED when a run ended inside a step (a state that is not finite).
   */
  async save(): Promise<Checkpoint> {
    this.requireWhole();
    return this.state.copy(this.epochs.step);
  }

  /**
   * Goes to the moment that a checkpoint of this network holds. Also mends an engine whose run ended inside a step.
   *
   * @throws WbeError DESCRIPTION_INVALID for a checkpoint of another network or version, FORMAT for one that does not
   * hold what it should; then nothing has changed, unless a process refused its state: then the engine is of no use.
   */
  async load(checkpoint: Checkpoint): Promise<void> {
    await this.state.check(checkpoint);
    this.requireRest();
    this.isBroken = true;
    this.stream = undefined;
    // Processes read and write views.
    this.live.writeBack();
    this.state.restore(checkpoint);
    this.takeParameters();
    for (const population of this.eventDriven.flat()) {
      population.noteArrivals();
      population.materialise(checkpoint.step);
    }
    for (const { ring, awake } of this.whole.populations) {
      for (const own of awake) own.fill(checkpoint.step + ring.slots + 1);
    }
    this.live.readAgain();
    this.epochs.step = checkpoint.step;
    this.isLoaded = true;
    this.isBroken = false;
  }

  /** @throws WbeError ARGUMENT while a run goes on. */
  private requireRest(): void {
    if (!this.isRunning) return;
    throw new WbeError("ARGUMENT", "the engine is running", { remedy: "Await the run first." });
  }

  private requireWhole(): void {
    if (!this.isBroken) return;
    throw new WbeError("UNSUPPORTED", "this engine stopped inside a step, so that its state is no moment of a run", {
      remedy: "Load a checkpoint, or build the network again.",
    });
  }

  /** All recorded spikes so far, sorted by (step, neuron); of a streamed run those from `startStep` on. */
  spikes(): SpikeData {
    return this.recorders.spikes(this.epochs.step, this.pulseTimes);
  }

  /** A recorded state variable; see Recorders.recorded. */
  recorded(variable: string, population?: string): RecordedState {
    return this.recorders.recorded(variable, population);
  }

  /** What the recorders of kind "rate" hold: of each the bins that have ended. */
  rates(): readonly RecordedSeries[] {
    return this.recorders.rates(this.epochs.step);
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
    this.isWatched = true;
    return this.viewWith(this.counters[0]!);
  }

  private weightSources(): WeightSource[] {
    return this.plan.projections.map(({ name }, k) => {
      const projection = this.whole.projections[k]!;
      return {
        name,
        unit: this.share.network.projections[k]!.weightUnit,
        get offsets() {
          return projection.wiring().offsets;
        },
        get targets() {
          return projection.wiring().targets;
        },
        read: () => {
          this.flush(k);
          return projection.drawn?.() ?? projection.weights.read();
        },
      };
    });
  }

  private makeCounts(): Uint32Array[] {
    return this.whole.populations.map(({ built }) => new Uint32Array(built.size));
  }

  /** A run or step begins. */
  private begin(): void {
    this.peers?.requireAlive();
    this.requireRest();
    this.requireWhole();
    this.isRunning = true;
    this.live.writeBack();
  }

  /** A run or step has ended, or was broken off. */
  private end(): void {
    this.isRunning = false;
    if (this.isBroken) return;
    this.materialise();
    this.live.readAgain();
  }

  /** Samples and acts where the run stands, unless that has been done. */
  private sampleStart(): void {
    this.adopt();
    this.recorders.sample(this.epochs.step);
    if (this.epochs.step === 0) this.runActions(0);
    this.live.readAgain();
  }

  /**
   * Runs to step `end`, or until `sliceEnd` (by the wall clock) has passed. Yields, now and then, when other threads let
   * it wait: the caller may turn its event loop, where their deaths are told, or call what is yielded, which waits.
   */
  private *advance(end: number, sliceEnd: number): Generator<() => void> {
    this.isBroken = true;
    this.live.writeBack();
    this.hasChanged = true;
    while (this.epochs.step < end) {
      const first = this.epochs.step;
      const stop = Math.min(
        end,
        this.recorders.nextSample(first),
        nextProcessStep(this.attached, first),
        this.actions.next(first),
      );
      const { hasChanged } = this;
      this.hasChanged = false;
      yield* this.epochs.advance(stop, sliceEnd, hasChanged);
      if (this.epochs.step === stop) {
        if (this.recorders.nextSample(first) === stop) this.materialise();
        this.recorders.sample(stop);
        this.runProcesses(stop);
        this.runActions(stop);
      }
      if (performance.now() >= sliceEnd) break;
    }
    if (this.isWatched) this.materialise();
    this.live.readAgain();
    this.isBroken = false;
  }

  private takeSpikes(population: number, pairs: Uint32Array, fractions: Float64Array | undefined): void {
    this.recorders.addSpikes(population, pairs, fractions);
    for (const counts of this.counters) {
      const own = counts[population]!;
      for (let i = 1; i < pairs.length; i += 2) own[pairs[i]!]!++;
    }
  }

  /** What the caller wrote is in, and so are all changes of plastic weights (of one projection, or of all). */
  private bringUpToDate(projection?: number): void {
    this.live.writeBack();
    this.flush(projection);
    this.live.readAgain();
  }

  private flush(projection?: number): void {
    this.share.flush(this.epochs.step, projection);
    const isPlastic = this.whole.projections.some(({ plastic }) => plastic.length > 0);
    if (isPlastic) this.peers?.flush(this.epochs.step, projection);
  }

  private runProcesses(step: number): void {
    for (const { process, every, view, counts } of this.attached) {
      if (step % every !== 0) continue;
      this.materialise();
      this.live.readAgain();
      process.step(step * this.description.dt, view);
      this.live.writeBack();
      this.adopt();
      this.hasChanged = true;
      for (const column of counts) column.fill(0);
    }
  }

  private runActions(step: number): void {
    if (this.actions.next(step - 1) !== step) return;
    this.materialise();
    if (!this.actions.run(step)) return;
    this.rebase();
    this.hasChanged = true;
  }

  /** States of event-driven populations, where others look for them. */
  private materialise(): void {
    for (const population of this.eventDriven.flat()) population.materialise(this.epochs.step);
  }

  /** What was written into the states of event-driven populations since they were materialised. */
  private adopt(): void {
    for (const population of this.eventDriven.flat()) population.adopt(this.epochs.step);
  }

  /** Somebody may have written states or parameters of event-driven populations. */
  private rebase(): void {
    this.eventDriven.forEach((shares, k) => {
      for (const share of shares) share.rebase(this.epochs.step, this.settings[k]!.current);
    });
  }

  private takeParameters(): void {
    this.eventDriven.forEach((shares, k) => {
      for (const share of shares) share.takeParameters(this.settings[k]!.current);
    });
  }

  private viewWith(counts: readonly Uint32Array[]): EngineView {
    return makeEngineView(this.share.network, this.whole, this.live, counts, (projection) => {
      this.bringUpToDate(projection);
    });
  }
}

/** Threads of engines that nobody holds any more. */
const forgotten = new FinalizationRegistry<Peers>((peers) => {
  void peers.dispose();
});
