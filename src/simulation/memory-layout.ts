/**
 * Where everything of a built network lives in memory: the synapses are there already; reserve the rest, let the memory
 * grow for the last time, fill it.
 *
 * @module
 */

import { lanesOf, paddedSize } from "../compiler/lanes.js";
import { descriptorWords } from "../compiler/layout.js";
import type { Reals } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import type { Arena } from "../kernels/arena.js";
import type { BuiltNetwork, BuiltProjection } from "./network.js";
import type { BuiltPopulation } from "./population.js";
import { type RingGeometry, slotMajorRing, vectorMajorRing } from "./ring.js";
import { viewRows } from "./synapse-rows.js";

export interface PopulationMemory extends PopulationViews {
  /**
   * Event-driven populations: bit k of a neuron tells that slot k of its ring may hold an arrival. Undefined where the
   * ring has more slots than a word has bits; then all slots are looked at.
   */
  readonly arrivalBits: Uint32Array | undefined;
  readonly built: BuiltPopulation;
  readonly descriptor: number;
  readonly ring: number;
  readonly ringMask: number;
  readonly padded: number;
  readonly spikes: number;
  readonly sorted: number;
  /** Place and room for the spikes of the whole population; no room where all its neurons are here. */
  readonly all: number;
  readonly allPairs: number;
  /** Exact spike times: f64 beside each of the lists `spikes`, `sorted` and `all`, fractions of steps; 0 otherwise. */
  readonly fractions: number;
  readonly sortedFractions: number;
  readonly allFractions: number;
}

/** The arrays of a population in one share of a network: what can be seen from another thread. */
export interface PopulationViews {
  /** In the population's precision, as inputs, slots and columns. */
  readonly states: readonly Reals[];
  /** Whoever writes them calls noteInputs. */
  readonly inputs: readonly Reals[];
  /** Derived parameters of the kernel: shared, and per neuron. */
  readonly slots: Reals;
  readonly columns: readonly Reals[];
  readonly ringGeometry: RingGeometry;
  readonly ringView: Float32Array;
  readonly words: Uint32Array;
  /** A word per vector (layout.ts, active-set.ts); undefined where neurons at rest are run as all others. */
  readonly awake: Uint32Array | undefined;
  /** V of the whole population at the start of a step, where electrical synapses of a share need it; else empty. */
  readonly potentials: Reals;
}

export interface ProjectionMemory extends ProjectionViews {
  readonly built: BuiltProjection;
  readonly offsets: number;
  readonly targets: number;
  readonly hasShortTargets: boolean;
  readonly weights: number;
  /** 0 when all delays are `uniformDelay`. */
  readonly delays: number;
  readonly uniformDelay: number;
  readonly isPlastic: boolean;
}

export interface ProjectionViews {
  readonly offsetView: Uint32Array;
  readonly targetView: Uint32Array | Uint16Array;
  /** One weight for all synapses: weightView holds it alone. */
  readonly sharesWeight: boolean;
  /** f64 for plastic projections, f32 otherwise. */
  readonly weightView: Float64Array | Float32Array;
}

export interface NetworkMemory {
  readonly arena: Arena;
  readonly memory: WebAssembly.Memory;
  readonly populations: readonly PopulationMemory[];
  readonly projections: readonly ProjectionMemory[];
  /** Scratch of the spike sort: u32[epoch + 1]. */
  readonly counts: number;
}

/**
 * @param epoch longest number of steps per call of a kernel.
 * @param mayShareWeights one number may stand for all weights of a projection.
 * @param reserveMore room for others (stimuli, plasticity), reserved before the memory grows for the last time; gets the
 * slots of each population's ring.
 */
export function layOutNetwork(
  network: BuiltNetwork,
  epoch: number,
  mayShareWeights: boolean,
  reserveMore: (arena: Arena, slots: readonly number[]) => void,
): NetworkMemory {
  const { arena } = network;
  const counts = arena.reserve(4 * (epoch + 2));
  const maxDelay = network.populations.map(() => 1);
  for (const projection of network.projections) {
    const reach = projection.extent.longestDelay + (projection.release?.longest ?? 0);
    maxDelay[projection.to] = Math.max(maxDelay[projection.to]!, reach);
  }
  const populationPlans = network.populations.map((built, k) => {
    const sendsPotentials = network.projections.some(({ from, isElectrical }) => isElectrical && from === k);
    return planPopulation(arena, built, epoch, maxDelay[k]!, sendsPotentials);
  });
  const projectionPlans = network.projections.map((built) => planProjection(arena, built, mayShareWeights));
  reserveMore(
    arena,
    populationPlans.map(({ slots }) => slots),
  );
  const memory = arena.make();
  return {
    arena,
    memory,
    counts,
    populations: populationPlans.map((plan) => fillPopulation(arena, plan, network.description.seed)),
    projections: projectionPlans.map((plan) => fillProjection(arena, plan)),
  };
}

type PopulationPlan = ReturnType<typeof planPopulation>;

function planPopulation(
  arena: Arena,
  built: BuiltPopulation,
  epoch: number,
  maxDelay: number,
  sendsPotentials: boolean,
) {
  const { program } = built.compiled;
  const lanes = lanesOf[program.precision];
  const padded = paddedSize(built.size, lanes);
  const ports = built.ports.length;
  // After an epoch its slots are empty; what is delivered then reaches from the next step to maxDelay beyond it.
  let slots = 1;
  while (slots < Math.max(epoch, maxDelay + 1)) slots *= 2;
  const neuronsPerWord = built.isEventDriven ? 1 : lanes.count;
  const awakeWords = padded / neuronsPerWord;
  const arrays = program.stateNames.length + program.inputNames.length + program.columns.length;
  const isWhole = built.size === built.wholeSize;
  const allPairs = isWhole ? 0 : built.wholeSize * epoch;
  const nPotentials = sendsPotentials && !isWhole ? built.wholeSize : 0;
  return {
    built,
    padded,
    slots,
    ports,
    descriptor: arena.reserve(4 * (descriptorWords.arrays + arrays)),
    ring: arena.reserve(4 * slots * ports * padded),
    spikes: arena.reserve(8 * built.size * epoch),
    sorted: arena.reserve(8 * built.size * epoch),
    all: arena.reserve(8 * allPairs),
    allPairs,
    fractions: built.hasExactTimes ? arena.reserve(8 * built.size * epoch) : 0,
    sortedFractions: built.hasExactTimes ? arena.reserve(8 * built.size * epoch) : 0,
    allFractions: built.hasExactTimes ? arena.reserve(8 * allPairs) : 0,
    potentials: arena.reserve(lanes.bytes * nPotentials),
    nPotentials,
    slotValues: arena.reserve(lanes.bytes * built.slots.length),
    arrays: Array.from({ length: arrays }, () => arena.reserve(lanes.bytes * padded)),
    neuronsPerWord,
    // The kernel looks at sixteen words at once. The word before them is the address of the bits of arrivals, or 0.
    awake:
      program.atRest || built.isEventDriven
        ? { at: arena.reserve(16 + 64 * Math.ceil(awakeWords / 16)) + 16, length: awakeWords }
        : undefined,
    arrivalBits: built.isEventDriven && slots <= 32 ? arena.reserve(4 * built.size) : 0,
  };
}

function fillPopulation(arena: Arena, plan: PopulationPlan, seed: number): PopulationMemory {
  const { built, padded, slots, ports } = plan;
  const { program } = built.compiled;
  const words = arena.u32(plan.descriptor, descriptorWords.arrays + plan.arrays.length);
  words[descriptorWords.neurons] = built.size;
  words[descriptorWords.ring] = plan.ring;
  words[descriptorWords.ringMask] = slots - 1;
  words[descriptorWords.spikes] = plan.spikes;
  words[descriptorWords.slots] = plan.slotValues;
  if (plan.awake) {
    words[descriptorWords.awake] = plan.awake.at;
    arena.u32(plan.awake.at - 4, 1)[0] = plan.arrivalBits;
  }
  words[descriptorWords.firstNeuron] = built.start;
  words[descriptorWords.seed] = seed;
  words.set(plan.arrays, descriptorWords.arrays);
  const slotValues = arena.reals(program.precision, plan.slotValues, built.slots.length);
  slotValues.set(built.slots);
  const views = plan.arrays.map((at) => arena.reals(program.precision, at, padded));
  const nStates = program.stateNames.length;
  const nInputs = program.inputNames.length;
  built.initialStates.forEach((values, k) => {
    fillColumn(views[k]!, values);
  });
  built.columns.forEach((values, k) => {
    fillColumn(views[nStates + nInputs + k]!, values);
  });
  return {
    built,
    descriptor: plan.descriptor,
    ring: plan.ring,
    ringMask: slots - 1,
    ringGeometry: plan.awake
      ? vectorMajorRing(slots, ports, padded, plan.neuronsPerWord)
      : slotMajorRing(slots, ports, padded),
    padded,
    spikes: plan.spikes,
    sorted: plan.sorted,
    all: plan.all,
    allPairs: plan.allPairs,
    fractions: plan.fractions,
    sortedFractions: plan.sortedFractions,
    allFractions: plan.allFractions,
    states: views.slice(0, nStates),
    inputs: views.slice(nStates, nStates + nInputs),
    slots: slotValues,
    columns: views.slice(nStates + nInputs),
    ringView: arena.f32(plan.ring, slots * ports * padded),
    words,
    awake: plan.awake && arena.u32(plan.awake.at, plan.awake.length),
    arrivalBits: plan.arrivalBits === 0 ? undefined : arena.u32(plan.arrivalBits, built.size),
    potentials: arena.reals(program.precision, plan.potentials, plan.nPotentials),
  };
}

/** Tells the kernel whether its inputs are the same for all neurons. Call when they have been written. */
export function noteInputs({ inputs, words }: PopulationMemory): void {
  words[descriptorWords.uniformInputs] = Number(areUniform(inputs));
}

/** Each column holds one value for all neurons. */
export function areUniform(columns: readonly Reals[]): boolean {
  return columns.every((column) => column.every((value) => value === column[0]));
}

/** Address of a port's row in slot 0. */
export function portAddress({ ring, ringGeometry }: PopulationMemory, port: number): number {
  return ring + 4 * port * ringGeometry.portStride;
}

/** One value per neuron into a column of the kernel, whose padding lanes mirror the last neuron. */
export function fillColumn(column: Reals, values: Float64Array): void {
  column.set(values);
  mirrorLast(column, values.length);
}

/** Gives the padding lanes of a column the value of the last neuron. */
export function mirrorLast(column: Reals, size: number): void {
  column.fill(column[size - 1]!, size);
}

type ProjectionPlan = ReturnType<typeof planProjection>;

function planProjection(arena: Arena, built: BuiltProjection, mayShareWeights: boolean) {
  const { n, weights, delays, plan } = built.rows;
  if (plan && !mayShareWeights) {
    throw new WbeError("UNSUPPORTED", "expected stored synapses, since coupled processes may write their weights", {
      where: `projection "${built.name}"`,
      remedy: 'Leave out storage: "procedural", or run without processes.',
    });
  }
  const isPlastic = built.rules.length > 0;
  // Electrical and plastic kernels read a weight per synapse; processes may write weights.
  const sharesWeight = mayShareWeights && typeof weights === "number" && !isPlastic && !built.isElectrical;
  const weightBytes = sharesWeight ? 4 : (isPlastic ? 8 : 4) * n;
  return {
    built,
    isPlastic,
    sharesWeight,
    weights: typeof weights === "number" ? arena.reserve(weightBytes) : weights.at,
    delays: typeof delays === "number" ? 0 : delays.at,
  };
}

/** The projection's `built` then looks at the memory's final state. */
function fillProjection(arena: Arena, plan: ProjectionPlan): ProjectionMemory {
  const { built, isPlastic, sharesWeight } = plan;
  const { rows } = built;
  const nWeights = sharesWeight ? 1 : rows.plan ? 0 : rows.n;
  const weightView = isPlastic ? arena.f64(plan.weights, nWeights) : arena.f32(plan.weights, nWeights);
  if (typeof rows.weights === "number") weightView.fill(rows.weights);
  const delays = plan.delays === 0 ? undefined : arena.u16(plan.delays, rows.n);
  if (delays && typeof rows.delays === "number") delays.fill(rows.delays);
  const { offsets, targets } = viewRows(arena, rows);
  return {
    built: { ...built, offsets, targets, weights: weightView, delays: delays ?? built.delays },
    offsetView: offsets,
    targetView: targets,
    offsets: rows.offsets,
    targets: rows.targets,
    hasShortTargets: rows.hasShortTargets,
    weights: plan.weights,
    delays: plan.delays,
    uniformDelay: typeof rows.delays === "number" ? rows.delays : rows.delays.least,
    isPlastic,
    sharesWeight,
    weightView,
  };
}
