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
import { parseUnit } from "../core/units.js";
import { Arena } from "../kernels/arena.js";
import { planActions, stopStep } from "./action-plan.js";
import { Actions, type ActionTarget, type Snapshot } from "./actions.js";
import { Autosave, type AutosaveOptions } from "./autosave.js";
import { type Catalogue, extendModels, findModel } from "./catalogue.js";
import type { Checkpoint } from "./checkpoint.js";
import { type ConnectomeNetworkOptions, describeConnectome } from "./connectome-network.js";
import type { DistTable, NetworkDescription, StimulusSpec } from "./description.js";
import { parseDescription, parseStimuli } from "./description-schema.js";
import { EngineState } from "./engine-state.js";
import { findPopulation, makeEngineView } from "./engine-view.js";
import { EventDriven } from "./event-driven.js";
import type { SpikeList } from "./exchange.js";
import { LiveViews } from "./live-views.js";
import type { WeightSource } from "./monitors.js";
import {
  type BuiltNetwork,
  connectNetwork,
  isConductance,
  joinNetwork,
  makeRowReader,
  type NetworkPlan,
  negativeConductance,
  planNetwork,
  summarizeWeights,
  takeNetworkShare,
} from "./network.js";
import { chooseEpoch, NetworkShare, type ShareViews } from "./network-share.js";
import { PhaseClock, type PhaseTimes } from "./phase-times.js";
import { weightBounds } from "./plastic-projection.js";
import { PopulationSettings } from "./population-settings.js";
import { findBuiltPorts } from "./ports.js";
import { joinExtents, joinSummaries, type ProjectionExtent, type WeightSummary } from "./projection-extent.js";
import { type ExtraRules, findRules } from "./projection-rules.js";
import { RecordStream, type StreamOptions } from "./record-stream.js";
import { Recorders } from "./recorders.js";
import { type OpenFile, readStimulusFiles } from "./stimulus-files.js";
import { chooseThreads } from "./threads/choose-threads.js";
import { Peers } from "./threads/peers.js";
import type { CoupledProcess, EngineView } from "./view.js";
import { joinShares, type WholeNetwork } from "./whole-network.js";

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
  /**
   * Threads; by default ("auto") as many as make the network faster on this machine (threads/choose-threads.ts). The
   * number changes no bit. With several, call `dispose` when done.
   */
  threads?: number | "auto";
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
  /** Called at the end with where the time went, on the calling thread. */
  onPhases?: (times: PhaseTimes) => void;
}

/** ms of wall time between two turns of the event loop. */
const sliceMs = 50;
/** ms that a run waits for other threads before it turns the event loop. */
const patience = 20;

interface AttachedProcess {
  readonly process: CoupledProcess;
  readonly every: number;
  readonly view: EngineView;
  readonly counts: readonly Uint32Array[];
}

export class SimulationEngine {
  private description_: NetworkDescription;
  private pulseTimes: readonly number[];
  /** What was decided for the user or could not be done; also in the run's manifest. */
  readonly warnings: readonly string[];
  /** Threads that the network is dealt to. */
  readonly threads: number;
  private step_ = 0;
  private isRunning = false;
  /** An epoch or a load was begun and did not end: what is in memory is no moment of a run. */
  private isBroken = false;
  /** Loaded from a checkpoint: its states are no longer initial states. */
  private isLoaded = false;
  /** Anything may have been written into the shares since they last ran. */
  private hasChanged = true;
  private stream: RecordStream | undefined;
  /** Of the run that asked for it. */
  private clock: PhaseClock | undefined;
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

  private constructor(
    private readonly plan: NetworkPlan,
    private readonly share: NetworkShare,
    whole: WholeNetwork,
    /** By population, of each share; empty where a population is run step by step. */
    private readonly eventDriven: readonly (readonly EventDriven[])[],
    /** The other threads. */
    private readonly peers: Peers | undefined,
    processes: readonly CoupledProcess[],
    warnings: readonly string[],
    /** Why it runs on that many threads; undefined where the caller chose. */
    readonly threadsReason: string | undefined,
    private readonly models: Catalogue,
    private readonly openFile: OpenFile | undefined,
  ) {
    this.description_ = plan.description;
    this.pulseTimes = share.stimuli.pulseTimes;
    this.threads = peers?.threads ?? 1;
    this.warnings = [...warnings, ...plan.warnings];
    this.whole = whole;
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
    this.attached = processes.map((process) => this.attach(process));
    this.counters = [this.makeCounts(), ...this.attached.map(({ counts }) => counts)];
    this.actions = new Actions(this.actionTarget());
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
    const { catalogue = {}, plasticity, processes = [], warnings = [] } = options;
    const rules = [...(catalogue.rules ?? []), ...(plasticity?.rules ?? [])];
    const models = extendModels({ ...catalogue, rules });
    const description = await readStimulusFiles(parseDescription(input), options.openFile);
    const declarations = description.populations.map((p) =>
      findModel(p.model, models.neurons, "neuron model", `population "${p.name}"`),
    );
    const { threads, reason } = chooseThreads(description, declarations, options.threads);
    const all = [...(plasticity?.processes ?? []), ...processes];
    const peers = threads > 1 ? new Peers(threads) : undefined;
    try {
      const plan = await planNetwork(description, models, threads);
      const own = takeNetworkShare(plan, { index: 0, count: threads });
      await peers?.take(plan);
      /** The same work on all threads at once; by share, then by projection. */
      const onAll = async <T>(mine: () => Promise<T>, others: Promise<T[]> | undefined): Promise<T[]> => {
        // If this thread's work fails, nobody waits for the others any more.
        others?.catch(() => undefined);
        return [await mine(), ...((await others) ?? [])];
      };
      const join = <T>(byShare: readonly (readonly T[])[], joinOne: (shares: readonly T[]) => T): T[] =>
        plan.projections.map((_, k) => joinOne(byShare.map((share) => share[k]!)));
      const applied = await findRules(plan, models, plasticity?.rulesFor, async () =>
        join(
          await onAll<readonly WeightSummary[]>(() => summarizeWeights(own), peers?.summarizeWeights()),
          joinSummaries,
        ),
      );
      let built: BuiltNetwork | undefined;
      const build = async (): Promise<readonly ProjectionExtent[]> => {
        built = await connectNetwork(own, applied, threads > 1);
        return built.projections.map(({ extent }) => extent);
      };
      const extents = join(await onAll(build, peers?.build(applied)), joinExtents);
      const network = joinNetwork(built!, extents);
      // Processes may write weights; otherwise one number may stand for all of a projection.
      const common = { extents, epoch: chooseEpoch(network), mayShareWeights: all.length === 0 };
      const assemble = () => NetworkShare.assemble(network, common.epoch, common.mayShareWeights);
      const started = peers ? await peers.start(plan, common, assemble) : { share: await assemble(), views: undefined };
      const { share, views = [share.views()] } = started;
      const eventDriven = await viewEventDriven(plan, views);
      const drawRows = await makeRowReader(plan);
      return new SimulationEngine(
        plan,
        share,
        joinShares(plan, views, drawRows),
        eventDriven,
        peers,
        all,
        warnings,
        reason,
        models,
        options.openFile,
      );
    } catch (error) {
      await peers?.dispose();
      throw error;
    }
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
    this.begin();
    try {
      const stream = options.stream && (await this.openStream(options.stream));
      try {
        await this.runSlices(options, stream);
      } catch (error) {
        // What was recorded until then is worth having; the first error says what happened.
        await stream?.flush(this.step_).catch(() => undefined);
        throw error;
      }
      await stream?.flush(this.step_);
    } finally {
      this.isRunning = false;
    }
  }

  private async runSlices(options: RunOptions, stream: RecordStream | undefined): Promise<void> {
    const { signal, onProgress, duration } = options;
    const { dt } = this.description;
    const end = this.endOf(duration);
    this.clock = options.onPhases && new PhaseClock();
    this.sampleStart();
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
      const stop = autosave ? Math.min(end, autosave.nextStep(this.step_)) : end;
      for (const _ of this.advance(stop, sliceEnd)) await yieldToEventLoop();
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
    this.clock?.lap("other");
    if (this.clock) options.onPhases?.(this.clock.times);
    this.clock = undefined;
  }

  /** Step at which a run of this duration ends: an action may end it, but not one that has. */
  private endOf(duration: number | undefined): number {
    const { dt } = this.description;
    if (duration === undefined) return Math.max(Math.min(this.plan.duration, this.stopStep), this.step_);
    const end = this.step_ + toSteps(duration, dt, "run duration");
    return this.step_ < this.stopStep ? Math.min(end, this.stopStep) : end;
  }

  private async openStream(options: StreamOptions): Promise<RecordStream> {
    if (!this.stream?.isTo(options.store)) {
      this.stream = await RecordStream.open(options, this.recorders, this.step_, () => this.pulseTimes);
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
      for (const late of this.advance(this.step_ + 1, Number.POSITIVE_INFINITY)) late();
    } finally {
      this.isRunning = false;
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
    for (const share of this.eventDriven[index]!) share.materialise(this.step_);
    this.settings[index]!.set(values, this.step_ === 0 && !this.isLoaded);
    for (const share of this.eventDriven[index]!) share.rebase(this.step_, this.settings[index]!.current);
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
      this.share.setStimuli(description, ports, this.step_);
      this.isBroken = true;
      await this.peers?.setStimuli(description, ports, this.step_);
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
    this.requireRest();
    this.isBroken = true;
    this.stream = undefined;
    // Processes read and write views.
    this.live.writeBack();
    this.state.restore(checkpoint);
    this.takeParameters();
    for (const population of this.eventDriven.flat()) population.materialise(checkpoint.step);
    for (const { ring, awake } of this.whole.populations) {
      for (const own of awake) own.fill(checkpoint.step + ring.slots + 1);
    }
    this.live.readAgain();
    this.step_ = checkpoint.step;
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
    return this.recorders.spikes(this.step_, this.pulseTimes);
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

  /** Samples and acts where the run stands, unless that has been done. */
  private sampleStart(): void {
    for (const population of this.eventDriven.flat()) population.adopt(this.step_);
    this.recorders.sample(this.step_);
    if (this.step_ === 0) this.runActions(0);
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
    while (this.step_ < end) {
      const first = this.step_;
      const stop = Math.min(end, this.recorders.nextSample(first), this.nextProcess(first), this.actions.next(first));
      const { hasChanged } = this;
      this.hasChanged = false;
      if (hasChanged) this.share.wake(first);
      if (this.peers) yield* this.advanceTogether(this.peers, stop, sliceEnd, hasChanged);
      else while (this.step_ < stop && performance.now() < sliceEnd) this.advanceAlone(stop);
      if (this.step_ === stop) {
        if (this.recorders.nextSample(first) === stop) this.materialise();
        this.recorders.sample(stop);
        this.runProcesses(stop);
        this.runActions(stop);
      }
      if (performance.now() >= sliceEnd) break;
    }
    this.materialise();
    this.live.readAgain();
    this.isBroken = false;
  }

  private advanceAlone(end: number): void {
    const first = this.step_;
    const stop = this.share.nextStop(first, end);
    this.clock?.lap("other");
    const fired = this.share.advance(first, stop);
    this.clock?.lap("update");
    this.finishEpoch(first, stop, fired, fired);
  }

  /** In step with the other threads, which rest before and after. */
  private *advanceTogether(peers: Peers, end: number, sliceEnd: number, hasChanged: boolean): Generator<() => void> {
    sharePotentials(this.whole);
    peers.run(this.step_, end, hasChanged);
    const { exchange } = peers;
    try {
      for (let isLast = false; this.step_ < end && !isLast; ) {
        const first = this.step_;
        const stop = this.share.nextStop(first, end);
        this.clock?.lap("other");
        const own = this.share.advance(first, stop);
        this.clock?.lap("update");
        isLast = performance.now() >= sliceEnd;
        exchange.publish(own, isLast);
        this.clock?.lap("exchange");
        while (!peers.isComplete(patience)) yield () => peers.awaitExchange();
        this.clock?.lap("wait");
        const fired = exchange.collect(first, stop, own);
        this.clock?.lap("exchange");
        this.finishEpoch(first, stop, own, fired);
      }
    } catch (error) {
      peers.fail(error);
      while (!peers.allRest(patience)) yield () => peers.awaitRest();
      throw error;
    }
    while (!peers.allRest(patience)) yield () => peers.awaitRest();
  }

  private finishEpoch(first: number, stop: number, own: readonly SpikeList[], fired: readonly SpikeList[]): void {
    this.step_ = stop;
    fired.forEach(({ at, count }, k) => {
      if (count === 0) return;
      const pairs = this.share.memory.arena.u32(at, 2 * count);
      this.recorders.addSpikes(k, pairs);
      for (const counts of this.counters) {
        const own = counts[k]!;
        for (let i = 1; i < pairs.length; i += 2) own[pairs[i]!]!++;
      }
    });
    this.clock?.lap("record");
    this.share.deliver(first, stop, own, fired);
    this.clock?.lap("deliver");
  }

  /** What the caller wrote is in, and so are all changes of plastic weights (of one projection, or of all). */
  private bringUpToDate(projection?: number): void {
    this.live.writeBack();
    this.flush(projection);
    this.live.readAgain();
  }

  private flush(projection?: number): void {
    this.share.flush(this.step_, projection);
    const isPlastic = this.whole.projections.some(({ plastic }) => plastic.length > 0);
    if (isPlastic) this.peers?.flush(this.step_, projection);
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
      this.live.readAgain();
      process.step(step * this.description.dt, view);
      this.live.writeBack();
      this.rebase();
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
    for (const population of this.eventDriven.flat()) population.materialise(this.step_);
  }

  /** Somebody may have written states or parameters of event-driven populations. */
  private rebase(): void {
    this.eventDriven.forEach((shares, k) => {
      for (const share of shares) share.rebase(this.step_, this.settings[k]!.current);
    });
  }

  private takeParameters(): void {
    this.eventDriven.forEach((shares, k) => {
      for (const share of shares) share.takeParameters(this.settings[k]!.current);
    });
  }

  private actionTarget(): ActionTarget {
    const { whole, plan, settings } = this;
    return {
      description: plan.description,
      settings,
      projections: plan.projections.map(({ name }) => name),
      stateNames: (k) => plan.populations[k]!.compiled.program.stateNames.filter((name) => !name.startsWith("@")),
      readState: (k, variable) => {
        const { built, states } = whole.populations[k]!;
        return states[built.compiled.program.stateNames.indexOf(variable)]!.read().subarray(0, built.size);
      },
      readWeights: (k) => {
        this.flush(k);
        const { weights, sharesWeight, drawn } = whole.projections[k]!;
        const values = drawn?.() ?? weights.read();
        return sharesWeight
          ? new Float64Array(this.share.network.projections[k]!.extent.synapses).fill(values[0]!)
          : values;
      },
      checkFactor: (k, factor, where) => checkFactor(this.share.network, k, factor, where),
      scaleWeights: (k, factor) => {
        this.flush(k);
        const { weights } = whole.projections[k]!;
        const { low, high } = weightBounds(this.share.network.projections[k]!);
        const values = weights.read();
        for (let e = 0; e < values.length; e++) values[e] = Math.min(high, Math.max(low, values[e]! * factor));
        if (!weights.isLive) weights.write(values);
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
    return makeEngineView(this.share.network, this.whole, this.live, counts, (projection) => {
      this.bringUpToDate(projection);
    });
  }
}

/** @throws WbeError PARAMETER_RANGE for a factor that turns conductances negative. */
function checkFactor({ projections }: BuiltNetwork, k: number, factor: number, where: string): void {
  const unit = parseUnit(projections[k]!.weightUnit);
  if (factor < 0 && isConductance(unit)) throw negativeConductance(factor, "times the weight", where);
  const { name, rows } = projections[k]!;
  if (rows.plan && typeof rows.weights !== "number") {
    throw new WbeError("UNSUPPORTED", `the weights of "${name}" are drawn at each spike and cannot be scaled`, {
      where,
      remedy: 'Leave out storage: "procedural", or give one weight.',
    });
  }
}

/** Threads of engines that nobody holds any more. */
const forgotten = new FinalizationRegistry<Peers>((peers) => {
  void peers.dispose();
});

/** The event-driven populations of all shares. */
async function viewEventDriven(plan: NetworkPlan, shares: readonly ShareViews[]): Promise<EventDriven[][]> {
  const plans = shares.map((_, index) => takeNetworkShare(plan, { index, count: shares.length }));
  const arenas = shares.map(({ memory }) => Arena.over(memory));
  const view = async (k: number): Promise<EventDriven[]> =>
    Promise.all(
      shares.flatMap(({ eventDriven, populations }, index) => {
        const at = eventDriven[k];
        if (!at) return [];
        const population = new EventDriven(plans[index]!.populations[k]!, arenas[index]!, at);
        return [population.connect(arenas[index]!, populations[k]!).then(() => population)];
      }),
    );
  return Promise.all(plan.populations.map((_, k) => view(k)));
}

/** V of all neurons where electrical synapses of several shares need it, for the step to come. */
function sharePotentials({ populations }: WholeNetwork): void {
  for (const { built, states, potentials } of populations) {
    if (potentials.every(({ length }) => length === 0)) continue;
    const V = states[built.compiled.program.stateNames.indexOf("V")]!.read().subarray(0, built.size);
    for (const own of potentials) if (own.length > 0) own.set(V);
  }
}
