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
import type { RecordedState, SpikeData } from "../core/spikes.js";
import { createDeliveryKernels, type DeliveryKernels } from "../kernels/delivery.js";
import { builtInModels, type Catalogue } from "./catalogue.js";
import { type ConnectomeNetworkOptions, describeConnectome } from "./connectome-network.js";
import type { NetworkDescription } from "./description.js";
import { parseDescription } from "./description-schema.js";
import { layOutNetwork, type NetworkMemory } from "./memory-layout.js";
import { type BuiltNetwork, buildNetwork, type ExtraRules } from "./network.js";
import { longestPlasticEpoch, PlasticProjection } from "./plastic-projection.js";
import { Recorders } from "./recorders.js";
import { portAddress, Stimuli } from "./stimuli.js";
import { toSteps } from "./time.js";
import type { CoupledProcess, EngineView, ProjectionView } from "./view.js";

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
  /** Warnings of whoever made the description; the engine's own are added. */
  warnings?: readonly string[];
}

export interface RunOptions extends LongCallOptions {
  /** ms; the description's duration (less what has run) otherwise. */
  duration?: number;
  /** Called with model time and its end (ms). */
  onProgress?: (time: number, total: number) => void;
}

/** Without a delay to bound it, an epoch still ends often enough for cancellation and progress. */
const longestEpoch = 256;
/** ms of wall time between two turns of the event loop. */
const sliceMs = 50;

interface AttachedProcess {
  readonly process: CoupledProcess;
  readonly every: number;
  readonly view: EngineView;
  readonly counts: readonly Uint32Array[];
}

type AdvanceKernel = (descriptor: number, step: number, steps: number) => number;

export class SimulationEngine {
  readonly description: NetworkDescription;
  /** What was decided for the user or could not be done; also in the run's manifest. */
  readonly warnings: readonly string[];
  private step_ = 0;
  private readonly recorders: Recorders;
  private readonly attached: readonly AttachedProcess[];

  private constructor(
    private readonly network: BuiltNetwork,
    private readonly memory: NetworkMemory,
    private readonly stimuli: Stimuli,
    private readonly plastic: readonly (PlasticProjection | undefined)[],
    private readonly kernels: DeliveryKernels,
    private readonly advance: readonly AdvanceKernel[],
    private readonly epoch: number,
    processes: readonly CoupledProcess[],
    warnings: readonly string[],
  ) {
    this.description = network.description;
    this.warnings = [...warnings, ...network.warnings];
    this.recorders = new Recorders(network.description.recorders, memory.populations, network.description.dt);
    this.attached = processes.map((process) => this.attach(process));
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
    const { catalogue = {}, plasticity, processes = [], warnings = [] } = options;
    const models: Catalogue = {
      neurons: [...(catalogue.neurons ?? []), ...builtInModels.neurons],
      synapses: [...(catalogue.synapses ?? []), ...builtInModels.synapses],
      rules: [...(catalogue.rules ?? []), ...(plasticity?.rules ?? [])],
    };
    const network = await buildNetwork(parseDescription(description), models, plasticity?.rulesFor);
    const epoch = chooseEpoch(network);
    let stimuli: Stimuli | undefined;
    let plastic: (PlasticProjection | undefined)[] = [];
    const memory = layOutNetwork(network, epoch, (arena) => {
      stimuli = new Stimuli(network, arena);
      plastic = network.projections.map((p) =>
        p.rules.length === 0
          ? undefined
          : new PlasticProjection(network, p, network.populations[p.from]!, network.populations[p.to]!, epoch, arena),
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
    const kernels = await createDeliveryKernels(memory.memory);
    const advance = await Promise.all(
      memory.populations.map(async ({ built }) => {
        const { exports } = await WebAssembly.instantiate(built.compiled.module, { env: { memory: memory.memory } });
        return exports[kernelExport] as unknown as AdvanceKernel;
      }),
    );
    const all = [...(plasticity?.processes ?? []), ...processes];
    return new SimulationEngine(network, memory, stimuli, plastic, kernels, advance, epoch, all, warnings);
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
   * @throws WbeError CANCELLED (what has run stays), NOT_FINITE naming population, neuron, variable and time.
   */
  async run(options: RunOptions = {}): Promise<void> {
    const { signal, onProgress, duration } = options;
    const { dt } = this.description;
    const end =
      duration === undefined
        ? Math.max(this.network.duration, this.step_)
        : this.step_ + toSteps(duration, dt, "run duration");
    this.recorders.sample(this.step_);
    let sliceEnd = performance.now() + sliceMs;
    while (this.step_ < end) {
      throwIfCancelled(signal, "the run");
      this.runEpoch(end);
      if (performance.now() < sliceEnd) continue;
      onProgress?.(this.time, end * dt);
      await yieldToEventLoop();
      sliceEnd = performance.now() + sliceMs;
    }
    onProgress?.(this.time, end * dt);
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
    this.recorders.sample(this.step_);
    this.runEpoch(this.step_ + 1);
  }

  /** All recorded spikes so far, sorted by (step, neuron). */
  spikes(): SpikeData {
    return this.recorders.spikes(this.step_, this.stimuli.pulseTimes);
  }

  /** A recorded state variable; see Recorders.recorded. */
  recorded(variable: string, population?: string): RecordedState {
    return this.recorders.recorded(variable, population);
  }

  /** Live view of a projection's weights, all changes by spikes so far included. */
  weights(projection: string): Column<Float32Array | Float64Array> {
    return this.view().weights(projection);
  }

  /** Views of states, weights and positions for probes; spike counts are those since the engine was made. */
  view(): EngineView {
    return this.makeView(this.network.populations.map(({ size }) => new Uint32Array(size)));
  }

  private runEpoch(end: number): void {
    const { populations } = this.memory;
    const first = this.step_;
    if (this.stimuli.changesAt(first)) this.stimuli.applyCurrents(first, populations);
    const stop = Math.min(
      first + this.epoch,
      end,
      this.stimuli.nextChange(first),
      this.recorders.nextSample(first),
      this.nextProcess(first),
    );
    const steps = stop - first;
    this.stimuli.deliver(first, steps, this.memory, this.kernels, this.description.seed);
    const fired = populations.map((population, k) => {
      const count = this.advance[k]!(population.descriptor, first, steps);
      const bad = population.words[descriptorWords.notFinite]!;
      if (bad !== 0) throw this.describeNotFinite(k, bad - 1, stop);
      if (steps === 1) return { at: population.spikes, count };
      this.kernels.sortBySteps(population.spikes, population.sorted, count, first, steps, this.memory.counts);
      return { at: population.sorted, count };
    });
    this.step_ = stop;
    fired.forEach(({ at, count }, k) => {
      if (count === 0) return;
      const pairs = this.memory.arena.u32(at, 2 * count);
      this.recorders.addSpikes(k, pairs);
      for (const { counts } of this.attached) {
        const own = counts[k]!;
        for (let i = 1; i < pairs.length; i += 2) own[pairs[i]!]!++;
      }
    });
    this.deliver(stop, fired);
    this.recorders.sample(stop);
    this.runProcesses(stop);
  }

  private deliver(now: number, fired: readonly { at: number; count: number }[]): void {
    this.memory.projections.forEach((p, k) => {
      const { built } = p;
      const spikes = fired[built.from]!;
      const plastic = this.plastic[k];
      if (plastic) {
        plastic.settle(now, spikes, fired[built.to]!);
        return;
      }
      if (spikes.count === 0) return;
      const target = this.memory.populations[built.to]!;
      const ring = portAddress(target, built.port);
      const { slotStride, ringMask } = target;
      if (p.delays === 0) {
        this.kernels.deliverUniform(
          spikes.at,
          spikes.count,
          p.offsets,
          p.targets,
          p.weights,
          p.uniformDelay,
          ring,
          slotStride,
          ringMask,
        );
      } else {
        this.kernels.deliver(
          spikes.at,
          spikes.count,
          p.offsets,
          p.targets,
          p.weights,
          p.delays,
          ring,
          slotStride,
          ringMask,
        );
      }
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
      process.step(step * this.description.dt, view);
      for (const column of counts) column.fill(0);
    }
  }

  private attach(process: CoupledProcess): AttachedProcess {
    const every = Math.round(process.every / this.description.dt);
    if (!(every >= 1)) {
      throw new WbeError("ARGUMENT", `expected an interval of at least one step, found ${process.every} ms`, {
        where: `process "${process.id}"`,
      });
    }
    const counts = this.network.populations.map(({ size }) => new Uint32Array(size));
    const view = this.makeView(counts);
    process.attach(view);
    return { process, every, view, counts };
  }

  private makeView(counts: readonly Uint32Array[]): EngineView {
    const { populations, projections } = this.network;
    const indexOf = (name: string): number => {
      const index = populations.findIndex((p) => p.name === name);
      if (index >= 0) return index;
      throw new WbeError("NAME_UNKNOWN", `unknown population "${name}"`, {
        remedy: `There are ${populations.map((p) => p.name).join(", ")}.`,
      });
    };
    return {
      dt: this.description.dt,
      populations: populations.map(({ name, start, size }) => ({ name, start, size })),
      projections: projections.map(
        (p): ProjectionView => ({
          name: p.name,
          from: populations[p.from]!.name,
          to: populations[p.to]!.name,
          synapse: populations[p.to]!.ports[p.port]!.synapse.id,
          isExcitatory: p.isExcitatory,
          offsets: p.offsets,
          targets: p.targets,
        }),
      ),
      state: (population, variable) => {
        const { built, states } = this.memory.populations[indexOf(population)]!;
        const { program } = built.compiled;
        const index = program.stateNames.indexOf(variable);
        if (index < 0) {
          throw new WbeError("NAME_UNKNOWN", `population "${population}" has no state "${variable}"`, {
            remedy: `It has ${program.stateNames.filter((name) => !name.startsWith("@")).join(", ")}.`,
          });
        }
        const unit = program.model.states[index]?.unit.text ?? "1";
        return {
          data: states[index]!.subarray(0, built.size),
          schema: { name: variable, unit, shape: [built.size], doc: `${variable} of each neuron of ${population}` },
        };
      },
      spikeCounts: (population) => counts[indexOf(population)]!,
      positions: (population) => populations[indexOf(population)]!.positions,
      weights: (name) => {
        const index = projections.findIndex((p) => p.name === name);
        const projection = this.memory.projections[index];
        if (!projection) {
          throw new WbeError("NAME_UNKNOWN", `unknown projection "${name}"`, {
            remedy: `There are ${projections.map((p) => p.name).join(", ") || "none"}.`,
          });
        }
        this.plastic[index]?.flush(this.step_);
        return {
          data: projection.weightView,
          schema: {
            name: "weight",
            unit: projection.built.weightUnit,
            shape: [projection.weightView.length],
            doc: `weights of ${name}, row by row by source`,
          },
        };
      },
    };
  }

  private describeNotFinite(population: number, neuron: number, stop: number): WbeError {
    const { built, states } = this.memory.populations[population]!;
    const index = states.findIndex((column) => !Number.isFinite(column[neuron]!));
    const variable = built.compiled.program.stateNames[index] ?? "a state";
    return new WbeError("NOT_FINITE", `${variable} became ${states[index]?.[neuron] ?? "not finite"}`, {
      where: `population "${built.name}", neuron ${neuron}, by t = ${stop * this.description.dt} ms`,
      remedy: "Shorten dt, use another method, or look at the inputs and parameters of this neuron.",
    });
  }
}

function chooseEpoch(network: BuiltNetwork): number {
  let epoch = longestEpoch;
  for (const projection of network.projections) {
    for (const delay of projection.delays) epoch = Math.min(epoch, delay);
    epoch = Math.min(epoch, longestPlasticEpoch(projection));
  }
  return epoch;
}
