/**
 * A network, or one thread's share of it, in a memory of its own: advances its neurons by an epoch, and delivers the
 * spikes of all neurons to its own. All that changes lies in that memory, where other threads may look while it rests.
 *
 * @module
 */
import { type CellModel, namedSites } from "../cells/cell-model.js";
import { type CellPlaces, CellPopulation } from "../cells/cell-population.js";
import { descriptorWords, kernelExport } from "../compiler/layout.js";
import { WbeError } from "../core/errors.js";
import type { Arena } from "../kernels/arena.js";
import { createDeliveryKernels, type DeliveryKernels } from "../kernels/delivery.js";
import { ActiveSet } from "./active-set.js";
import { mostUnderWay } from "./arrival-list.js";
import { Delivery } from "./delivery.js";
import type { NetworkDescription } from "./description.js";
import { EventDriven, type EventDrivenPlaces } from "./event-driven.js";
import type { SpikeList } from "./exchange.js";
import { Lesions } from "./lesions.js";
import {
  layOutNetwork,
  mirrorLast,
  type NetworkMemory,
  type PopulationMemory,
  type PopulationViews,
  type ProjectionViews,
} from "./memory-layout.js";
import type { BuiltNetwork } from "./network.js";
import { longestPlasticEpoch, PlasticProjection, type PlasticViews } from "./plastic-projection.js";
import type { BuiltPopulation } from "./population.js";
import { QuantalRelease, type ReleaseViews } from "./quantal-release.js";
import { Relaxation } from "./relaxation.js";
import { Stimuli } from "./stimuli.js";

/** The arrays of a share, as another thread sees them. */
export interface ShareViews {
  readonly memory: WebAssembly.Memory;
  readonly populations: readonly PopulationViews[];
  /** By population. */
  readonly eventDriven: readonly (EventDrivenPlaces | undefined)[];
  /** By population: of detailed cells. */
  readonly cells: readonly (CellPlaces | undefined)[];
  readonly projections: readonly (ProjectionViews & {
    readonly plastic: PlasticViews | undefined;
    readonly release: ReleaseViews | undefined;
  })[];
}

/** Where the tables of stimuli stand. */
interface StimulusRoom {
  readonly at: number;
  readonly bytes: number;
}

/** Bytes for the stimuli of now and for others later, the same for every share. */
function roomForStimuli({ wholeBytes }: Stimuli, { nNeurons }: BuiltNetwork): number {
  return 2 * wholeBytes + 8 * nNeurons + 2 ** 16;
}

type AdvanceKernel = (descriptor: number, step: number, steps: number) => number;

export class NetworkShare {
  private readonly activeSet: ActiveSet;
  private readonly delivery: Delivery;
  private readonly lesions: Lesions;
  private readonly relaxation: Relaxation;
  /** Spikes of the last pass, by population. */
  private own: SpikeList[] = [];

  private constructor(
    readonly network: BuiltNetwork,
    readonly memory: NetworkMemory,
    private stimuli_: Stimuli,
    private readonly room: StimulusRoom,
    private readonly plastic: readonly (PlasticProjection | undefined)[],
    private readonly releases: readonly (QuantalRelease | undefined)[],
    private readonly eventDriven: readonly (EventDriven | undefined)[],
    private readonly cells: readonly (CellPopulation | undefined)[],
    private readonly kernels: DeliveryKernels,
    private readonly kernelOf: readonly AdvanceKernel[],
    private readonly epoch: number,
  ) {
    this.activeSet = new ActiveSet(memory, kernels);
    this.relaxation = new Relaxation(network, memory);
    this.lesions = new Lesions(network, memory, eventDriven);
    this.delivery = new Delivery(network, memory, plastic, releases, eventDriven, kernels, this.activeSet);
  }

  /**
   * @param epoch longest number of steps between exchanges, the same for all shares.
   * @param mayShareWeights one number may stand for all weights of a projection.
   */
  static async assemble(built: BuiltNetwork, epoch: number, mayShareWeights: boolean): Promise<NetworkShare> {
    const stimuli = new Stimuli(built);
    const room = { at: 0, bytes: roomForStimuli(stimuli, built) };
    let plastic: (PlasticProjection | undefined)[] = [];
    let releases: (QuantalRelease | undefined)[] = [];
    let eventDriven: (EventDriven | undefined)[] = [];
    let cells: (CellPopulation | undefined)[] = [];
    const memory = layOutNetwork(built, epoch, mayShareWeights, (arena, slots) => {
      cells = built.populations.map((p) => p.cell && reserveCells(arena, p, p.cell, built.description.dt));
      room.at = arena.reserve(room.bytes);
      eventDriven = built.populations.map((p, k) => {
        if (!p.isEventDriven) return undefined;
        const underWay = mostUnderWay(built, k);
        // Also for other stimuli later.
        const capacity = underWay + 2 * stimuli.mostBetweenSteps(k, epoch) + 256;
        return EventDriven.reserve(p, { slots: slots[k]!, underWay, capacity }, arena);
      });
      plastic = built.projections.map((p) =>
        p.rules.length === 0
          ? undefined
          : new PlasticProjection(built, p, built.populations[p.from]!, built.populations[p.to]!, epoch, arena),
      );
      releases = built.projections.map((p) => p.release && new QuantalRelease(built, p, p.release, arena));
    });
    stimuli.place(memory.arena, room.at);
    await Promise.all(
      plastic.map((p, k) => {
        const projection = memory.projections[k]!;
        return p?.place(memory.arena, memory.memory, projection, memory.populations[projection.built.to]!);
      }),
    );
    await Promise.all(releases.map((release, k) => release?.place(memory, memory.projections[k]!)));
    await Promise.all(eventDriven.map((p, k) => p?.place(memory.arena, memory.populations[k]!)));
    const kernels = await createDeliveryKernels(memory.memory);
    const advance = await Promise.all(
      memory.populations.map(async ({ built: population }, k): Promise<AdvanceKernel> => {
        const fromEventToEvent = eventDriven[k];
        const detailed = cells[k];
        if (fromEventToEvent) return (_, step, steps) => fromEventToEvent.advance(step, steps);
        const { exports } = await WebAssembly.instantiate(population.compiled.module, {
          env: { memory: memory.memory },
        });
        const kernel = exports[kernelExport] as unknown as AdvanceKernel;
        return detailed ? placeCells(detailed, memory, memory.populations[k]!, kernel) : kernel;
      }),
    );
    // Views that were taken before the memory grew for the last time are of no use.
    const network = { ...built, projections: memory.projections.map((p) => p.built) };
    const parts = [plastic, releases, eventDriven, cells] as const;
    return new NetworkShare(network, memory, stimuli, room, ...parts, kernels, advance, epoch);
  }

  get stimuli(): Stimuli {
    return this.stimuli_;
  }

  /**
   * Other stimuli from `step` on, where the share stands.
   *
   * @param ports see ports.ts.
   * @throws WbeError of Stimuli, and LIMIT when their tables need more memory than was set aside; then nothing has changed.
   */
  setStimuli(description: NetworkDescription, stimulusPorts: ReadonlyMap<number, number>, step: number): void {
    const { memory, room } = this;
    const stimuli = new Stimuli({ ...this.network, description, stimulusPorts });
    this.eventDriven.forEach((population, k) => {
      population?.requireCapacity(stimuli.mostBetweenSteps(k, this.epoch));
    });
    if (stimuli.wholeBytes > room.bytes) {
      throw new WbeError("LIMIT", `the stimuli need ${stimuli.wholeBytes} bytes, ${room.bytes} were set aside`, {
        remedy: "Build the network again with these stimuli.",
      });
    }
    stimuli.place(memory.arena, room.at);
    this.stimuli_ = stimuli;
    for (const population of this.eventDriven) population?.materialise(step);
    stimuli.applyCurrents(step, memory.populations);
    for (const population of this.eventDriven) population?.rebaseCurrents(step);
  }

  /** To be called before a row of epochs when anything may have been written into the memory since the last. */
  wake(step: number): void {
    this.activeSet.wakeAll(step);
  }

  /** Where an epoch that begins at `first` ends, at `end` at the latest; the same in all shares. */
  nextStop(first: number, end: number): number {
    return Math.min(first + this.epoch, end, this.stimuli.nextChange(first));
  }

  /**
   * First half of the epoch (first, stop]: arrivals and states.
   *
   * @returns spikes by population, sorted by (step, neuron here).
   * @throws WbeError NOT_FINITE naming population, neuron, variable and time.
   */
  advance(first: number, stop: number): SpikeList[] {
    const { memory, stimuli, kernels } = this;
    const { populations } = memory;
    if (stimuli.changesAt(first)) {
      for (const population of this.eventDriven) population?.materialise(first);
      stimuli.applyCurrents(first, populations);
      for (const population of this.eventDriven) population?.rebaseCurrents(first);
      this.activeSet.wakeAll(first);
    }
    const steps = stop - first;
    stimuli.deliver(first, steps, memory, this.eventDriven, kernels, this.network.description.seed);
    this.delivery.releaseSpontaneously(first, steps);
    this.lesions.begin(first);
    this.relaxation.begin(first);
    this.delivery.coupleMembranes(first);
    this.own = populations.map((_, k) => this.update(k, first, stop));
    return this.own;
  }

  /** How often `repeat` follows on `advance`, each after an exchange: waveform relaxation of electrical synapses. */
  get passes(): number {
    return this.relaxation.passes;
  }

  /** Once more the epoch that was advanced last, with potentials that the shares know of each other by now. */
  repeat(first: number, stop: number): SpikeList[] {
    this.relaxation.rewind(first, () => this.delivery.coupleMembranes(first));
    this.own = this.memory.populations.map((population, k) =>
      this.relaxation.repeats(population) ? this.update(k, first, stop) : this.own[k]!,
    );
    return this.own;
  }

  /** Population k from step `first` to `stop`. */
  private update(k: number, first: number, stop: number): SpikeList {
    const { memory, kernels } = this;
    const population = memory.populations[k]!;
    const steps = stop - first;
    const count = this.kernelOf[k]!(population.descriptor, first, steps);
    if (population.words[descriptorWords.notFinite] !== 0) this.checkFinite(k, first, stop);
    const { spikes, sorted, fractions, sortedFractions } = population;
    if (steps === 1) return this.lesions.end(k, { at: spikes, count, fractions });
    if (fractions) kernels.sortValuesBySteps(spikes, fractions, sortedFractions, count, first, steps, memory.counts);
    kernels.sortBySteps(spikes, sorted, count, first, steps, memory.counts);
    return this.lesions.end(k, { at: sorted, count, fractions: sortedFractions });
  }

  /** Second half: the spikes of all neurons (`fired`) reach the rings of the neurons here. */
  deliver(first: number, stop: number, own: readonly SpikeList[], fired: readonly SpikeList[]): void {
    this.delivery.deliver(first, stop, own, fired);
  }

  /** Brings the weights of a projection, or of all, up to date with the spikes up to step `now`; changes no outcome. */
  flush(now: number, projection?: number): void {
    this.plastic.forEach((plastic, k) => {
      if (projection === undefined || projection === k) plastic?.flush(now);
    });
  }

  views(): ShareViews {
    return {
      memory: this.memory.memory,
      eventDriven: this.eventDriven.map((population) => population?.at),
      cells: this.cells.map((population) => population?.places()),
      populations: this.memory.populations.map(
        ({ states, inputs, slots, columns, ringGeometry, ringView, words, awake, potentials }): PopulationViews => ({
          states,
          inputs,
          slots,
          columns,
          ringGeometry,
          ringView,
          words,
          awake,
          potentials,
        }),
      ),
      projections: this.memory.projections.map(({ offsetView, targetView, sharesWeight, weightView }, k) => ({
        offsetView,
        targetView,
        sharesWeight,
        weightView,
        plastic: this.plastic[k]?.views(),
        release: this.releases[k]?.views(),
      })),
    };
  }

  /** @throws WbeError NOT_FINITE for the first neuron of the population with such a state. */
  private checkFinite(population: number, first: number, stop: number): void {
    const { built, states, words } = this.memory.populations[population]!;
    for (let neuron = 0; neuron < built.size; neuron++) {
      const index = states.findIndex((column) => !Number.isFinite(column[neuron]!));
      if (index < 0) continue;
      const { dt } = this.network.description;
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

function reserveCells(arena: Arena, { compiled, size, ports }: BuiltPopulation, model: CellModel, dt: number) {
  const { stateNames, inputNames, columns } = compiled.program;
  const arrays = stateNames.length + inputNames.length + columns.length;
  return CellPopulation.reserve(arena, model, size, { ports: ports.length, arrays, dt });
}

async function placeCells(
  cells: CellPopulation,
  { arena, memory }: NetworkMemory,
  { built, descriptor, padded, spikes, words }: PopulationMemory,
  synapses: AdvanceKernel,
): Promise<AdvanceKernel> {
  const { stateNames, inputNames, columns } = built.compiled.program;
  const names = [...stateNames, ...inputNames];
  const sites = namedSites(built.cell!);
  await cells.place(arena, memory, {
    descriptor,
    arrays: names.length + columns.length,
    ringRow: 4 * padded,
    array: (name) => names.indexOf(name),
    sites,
    synapses: built.ports.map(({ name, site }) => ({
      site: sites.findIndex((candidate) => candidate.name === site),
      current: `${name}.current`,
      slope: `${name}.slope`,
    })),
    advance: synapses,
  });
  return (_, step, steps) => {
    const { count, staysFinite } = cells.advance(spikes, step, steps);
    if (!staysFinite) words[descriptorWords.notFinite] = 1;
    return count;
  };
}

/** Without a delay to bound it, an epoch still ends often enough for cancellation, progress and V8's tier-up (between calls). */
const longestEpoch = 32;
/** Bytes that the spike lists of one epoch may take: shortens the epoch of a large network without delays. */
const maxSpikeListBytes = 2 ** 26;

/**
 * Steps between two exchanges: at most the shortest delay, less where plasticity or the size of spike lists asks for it.
 *
 * @param network whole, or a share that knows the extents of the whole.
 */
export function chooseEpoch(network: BuiltNetwork): number {
  let epoch = Math.min(longestEpoch, Math.max(1, Math.floor(maxSpikeListBytes / (16 * network.nNeurons))));
  for (const projection of network.projections) {
    epoch = Math.min(epoch, projection.extent.shortestDelay, longestPlasticEpoch(projection));
  }
  return epoch;
}
