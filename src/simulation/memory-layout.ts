/**
 * Where everything of a built network lives in memory: reserve all, make the memory once, fill it.
 *
 * @module
 */
import { descriptorWords } from "../compiler/layout.js";
import { Arena } from "./arena.js";
import type { BuiltNetwork, BuiltProjection } from "./network.js";
import type { BuiltPopulation } from "./population.js";

export interface PopulationMemory {
  readonly built: BuiltPopulation;
  readonly descriptor: number;
  readonly ring: number;
  readonly ringMask: number;
  /** f32 between two slots of the ring: ports × padded size. */
  readonly slotStride: number;
  readonly padded: number;
  readonly spikes: number;
  readonly sorted: number;
  readonly states: readonly Float64Array[];
  readonly inputs: readonly Float64Array[];
  readonly words: Uint32Array;
}

export interface ProjectionMemory {
  readonly built: BuiltProjection;
  readonly offsets: number;
  readonly targets: number;
  readonly weights: number;
  /** 0 when all delays are `uniformDelay`. */
  readonly delays: number;
  readonly uniformDelay: number;
  readonly isPlastic: boolean;
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
 * @param reserveMore room for others (stimuli, plasticity), reserved before the memory is made.
 */
export function layOutNetwork(
  network: BuiltNetwork,
  epoch: number,
  reserveMore: (arena: Arena) => void,
): NetworkMemory {
  const arena = new Arena();
  const counts = arena.reserve(4 * (epoch + 2));
  const maxDelay = network.populations.map(() => 1);
  for (const projection of network.projections) {
    for (const delay of projection.delays) maxDelay[projection.to] = Math.max(maxDelay[projection.to]!, delay);
  }
  const populationPlans = network.populations.map((built, k) => planPopulation(arena, built, epoch, maxDelay[k]!));
  const projectionPlans = network.projections.map((built) => planProjection(arena, built));
  reserveMore(arena);
  const memory = arena.make();
  return {
    arena,
    memory,
    counts,
    populations: populationPlans.map((plan) => fillPopulation(arena, plan)),
    projections: projectionPlans.map((plan) => fillProjection(arena, plan)),
  };
}

type PopulationPlan = ReturnType<typeof planPopulation>;

function planPopulation(arena: Arena, built: BuiltPopulation, epoch: number, maxDelay: number) {
  const { program } = built.compiled;
  const padded = built.size + (built.size & 1);
  const ports = built.ports.length;
  // After an epoch its slots are empty; what is delivered then reaches from the next step to maxDelay beyond it.
  let slots = 1;
  while (slots < Math.max(epoch, maxDelay + 1)) slots *= 2;
  const arrays = program.stateNames.length + program.inputNames.length + program.columns.length;
  return {
    built,
    padded,
    slots,
    ports,
    descriptor: arena.reserve(4 * (descriptorWords.arrays + arrays)),
    ring: arena.reserve(4 * slots * ports * padded),
    spikes: arena.reserve(8 * built.size * epoch),
    sorted: arena.reserve(8 * built.size * epoch),
    slotValues: arena.reserve(8 * built.slots.length),
    arrays: Array.from({ length: arrays }, () => arena.reserve(8 * padded)),
  };
}

function fillPopulation(arena: Arena, plan: PopulationPlan): PopulationMemory {
  const { built, padded, slots, ports } = plan;
  const { program } = built.compiled;
  const words = arena.u32(plan.descriptor, descriptorWords.arrays + plan.arrays.length);
  words[descriptorWords.neurons] = built.size;
  words[descriptorWords.ring] = plan.ring;
  words[descriptorWords.ringMask] = slots - 1;
  words[descriptorWords.spikes] = plan.spikes;
  words[descriptorWords.slots] = plan.slotValues;
  words.set(plan.arrays, descriptorWords.arrays);
  arena.f64(plan.slotValues, built.slots.length).set(built.slots);
  const views = plan.arrays.map((at) => arena.f64(at, padded));
  const nStates = program.stateNames.length;
  const nInputs = program.inputNames.length;
  const fill = (view: Float64Array, values: Float64Array): void => {
    view.set(values);
    if (padded > built.size) view[built.size] = values[built.size - 1]!; // the padding lane mirrors a real neuron
  };
  built.initialStates.forEach((values, k) => {
    fill(views[k]!, values);
  });
  built.columns.forEach((values, k) => {
    fill(views[nStates + nInputs + k]!, values);
  });
  return {
    built,
    descriptor: plan.descriptor,
    ring: plan.ring,
    ringMask: slots - 1,
    slotStride: ports * padded,
    padded,
    spikes: plan.spikes,
    sorted: plan.sorted,
    states: views.slice(0, nStates),
    inputs: views.slice(nStates, nStates + nInputs),
    words,
  };
}

type ProjectionPlan = ReturnType<typeof planProjection>;

function planProjection(arena: Arena, built: BuiltProjection) {
  const n = built.targets.length;
  const isPlastic = built.rules.length > 0;
  const isUniform = built.delays.every((delay) => delay === built.delays[0]);
  return {
    built,
    isPlastic,
    isUniform,
    offsets: arena.reserve(4 * built.offsets.length),
    targets: arena.reserve(4 * n),
    weights: arena.reserve((isPlastic ? 8 : 4) * n),
    delays: isUniform && !isPlastic ? 0 : arena.reserve(2 * n),
  };
}

function fillProjection(arena: Arena, plan: ProjectionPlan): ProjectionMemory {
  const { built, isPlastic } = plan;
  const n = built.targets.length;
  arena.u32(plan.offsets, built.offsets.length).set(built.offsets);
  arena.u32(plan.targets, n).set(built.targets);
  const weightView = isPlastic ? arena.f64(plan.weights, n) : arena.f32(plan.weights, n);
  weightView.set(built.weights);
  if (plan.delays !== 0) arena.u16(plan.delays, n).set(built.delays);
  return {
    built,
    offsets: plan.offsets,
    targets: plan.targets,
    weights: plan.weights,
    delays: plan.delays,
    uniformDelay: built.delays[0] ?? 1,
    isPlastic,
    weightView,
  };
}
