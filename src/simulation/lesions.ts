/**
 * Neurons that actions have removed: their states are given back what they were before each epoch, their spikes leave
 * the list, and nothing flows through their electrical synapses. A function of time: nothing of it needs saving. Time stands
 * still for those of event-driven populations (event-driven.ts).
 *
 * @module
 */
import { actionsOf, chooseNeurons, findNamed, planActions } from "./action-plan.js";
import type { EventDriven } from "./event-driven.js";
import type { SpikeList } from "./exchange.js";
import { mirrorLast, type NetworkMemory } from "./memory-layout.js";
import type { BuiltNetwork } from "./network.js";

interface Lesion {
  readonly step: number;
  readonly population: number;
  /** Within the whole population. */
  readonly neurons: Uint32Array;
}

/** The removed neurons of one population. */
interface Removed {
  /** By index here: 1 where removed. */
  readonly isRemoved: Uint8Array;
  readonly neurons: Uint32Array;
  /** Their states at the start of the epoch, state by state. */
  readonly held: Float64Array;
}

export class Lesions {
  private readonly lesions: readonly Lesion[];
  /** Lesions that `removed` holds; −1: to be made. */
  private count = -1;
  private removed: (Removed | undefined)[] = [];

  /** @throws WbeError NAME_UNKNOWN, ARGUMENT for a population or neuron that does not exist. */
  constructor(
    { description }: BuiltNetwork,
    private readonly memory: NetworkMemory,
    private readonly eventDriven: readonly (EventDriven | undefined)[],
  ) {
    const { populations, seed } = description;
    const names = populations.map(({ name }) => name);
    this.lesions = actionsOf(planActions(description), "lesion").map((action) => {
      const population = findNamed(action.spec.population, names, "population", action.where);
      const neurons = chooseNeurons(action.spec.neurons, populations[population]!.size, seed, action);
      return { step: action.step, population, neurons };
    });
  }

  /** Call before an epoch that starts at `step`. */
  begin(step: number): void {
    if (this.lesions.length === 0) return;
    const count = this.lesions.filter((lesion) => lesion.step <= step).length;
    if (count !== this.count) {
      this.count = count;
      this.remove(this.lesions.slice(0, count), step);
    }
    this.removed.forEach((removed, k) => {
      if (!removed) return;
      const { neurons, held } = removed;
      this.memory.populations[k]!.states.forEach((column, s) => {
        for (let j = 0; j < neurons.length; j++) held[s * neurons.length + j] = column[neurons[j]!]!;
      });
    });
  }

  /** After population k has run: its sorted spikes without those of removed neurons, whose states are put back. */
  end(k: number, list: SpikeList): SpikeList {
    const removed = this.removed[k];
    if (!removed) return list;
    const { neurons, held, isRemoved } = removed;
    const { states, built } = this.memory.populations[k]!;
    states.forEach((column, s) => {
      for (let j = 0; j < neurons.length; j++) column[neurons[j]!] = held[s * neurons.length + j]!;
      mirrorLast(column, built.size);
    });
    const pairs = this.memory.arena.u32(list.at, 2 * list.count);
    let kept = 0;
    for (let p = 0; p < pairs.length; p += 2) {
      if (isRemoved[pairs[p + 1]!] === 1) continue;
      pairs[kept++] = pairs[p]!;
      pairs[kept++] = pairs[p + 1]!;
    }
    return { ...list, count: kept >> 1 };
  }

  private remove(lesions: readonly Lesion[], step: number): void {
    const whole = this.memory.populations.map(({ built }) => new Uint8Array(built.wholeSize));
    for (const { population, neurons } of lesions) for (const neuron of neurons) whole[population]![neuron] = 1;
    this.removed = this.memory.populations.map(({ built, states }, k) => {
      const first = built.start - built.wholeStart;
      const isRemoved = whole[k]!.slice(first, first + built.size);
      const neurons = Uint32Array.from(isRemoved.keys()).filter((neuron) => isRemoved[neuron] === 1);
      const byEvents = this.eventDriven[k];
      for (const neuron of byEvents ? neurons : []) byEvents!.remove(neuron, step);
      if (neurons.length === 0 || byEvents) return undefined;
      return { isRemoved, neurons, held: new Float64Array(neurons.length * states.length) };
    });
    for (const { built, weightView } of this.memory.projections) {
      if (!built.isElectrical) continue;
      const [source, target] = [whole[built.from]!, this.removed[built.to]?.isRemoved];
      for (let row = 0; row + 1 < built.offsets.length; row++) {
        for (let synapse = built.offsets[row]!; synapse < built.offsets[row + 1]!; synapse++) {
          if (source[row] === 1 || target?.[built.targets[synapse]!] === 1) weightView[synapse] = 0;
        }
      }
    }
  }
}
