/**
 * Waveform relaxation of electrical synapses: a step is carried out with the currents of the potentials at its start, then
 * again from the same start with those of the mean of the potentials at both of its ends, as the pass before found them. A
 * few passes give the implicit midpoint (trapezoidal) current, of second order in dt; their number is fixed, so that the
 * outcome does not depend on who computes which neuron.
 *
 * Source: Hahne, Helias, Kunkel, Igarashi, Bolten, Frommer & Diesmann 2015, Front Neuroinform 9:22.
 *
 * @module
 */
import type { Reals } from "../core/column.js";
import { potentialsOf } from "./delivery.js";
import type { NetworkMemory, PopulationMemory } from "./memory-layout.js";
import type { BuiltNetwork } from "./network.js";

/** A population that electrical synapses join, as the step found it. */
interface Start {
  readonly population: PopulationMemory;
  /** Electrical synapses reach it, so that another pass changes it. */
  readonly isTarget: boolean;
  readonly states: readonly Reals[];
  /** Arrivals of the step at all its ports. */
  readonly arrivals: Float32Array;
  /** V of the whole population, where the synapses here need it beside V here. */
  readonly potentials: Reals;
}

export class Relaxation {
  /** Further passes over each step. */
  readonly passes: number;
  private readonly starts: readonly Start[];

  constructor(network: BuiltNetwork, memory: NetworkMemory) {
    const electrical = network.projections.filter(({ isElectrical }) => isElectrical);
    this.passes = electrical.length > 0 ? (network.description.relaxations ?? 0) : 0;
    this.starts = memory.populations.flatMap((population, k): Start[] => {
      if (this.passes === 0 || electrical.every(({ from, to }) => from !== k && to !== k)) return [];
      return [
        {
          population,
          isTarget: electrical.some(({ to }) => to === k),
          states: population.states.map((column) => column.slice()),
          arrivals: new Float32Array(population.ringGeometry.slotStride),
          potentials: population.potentials.slice(),
        },
      ];
    });
  }

  /** Whether another pass changes a population. */
  repeats(population: PopulationMemory): boolean {
    return this.starts.some((start) => start.isTarget && start.population === population);
  }

  /** Keeps what the step begins with, arrivals by spikes among it. */
  begin(step: number): void {
    for (const { population, states, arrivals, potentials } of this.starts) {
      states.forEach((column, s) => {
        column.set(population.states[s]!);
      });
      arrivals.set(arrivalsOf(population, step));
      potentials.set(population.potentials);
    }
  }

  /**
   * Before another pass: all is as the step began, but for the currents that `couple` adds, which sees the mean of the
   * potentials at both ends of the step.
   */
  rewind(step: number, couple: () => void): void {
    const ends = this.starts.map(({ population, states, arrivals, potentials, isTarget }) => {
      const V = potentialsOf(population);
      const end = V.slice();
      meanInto(V, states[population.states.indexOf(V)]!);
      meanInto(population.potentials, potentials);
      if (isTarget) arrivalsOf(population, step).set(arrivals);
      return end;
    });
    couple();
    this.starts.forEach(({ population, states, isTarget }, k) => {
      if (!isTarget) potentialsOf(population).set(ends[k]!);
      else {
        states.forEach((column, s) => {
          population.states[s]!.set(column);
        });
      }
    });
  }
}

function meanInto(values: Reals, others: Reals): void {
  for (let i = 0; i < values.length; i++) values[i] = 0.5 * (values[i]! + others[i]!);
}

function arrivalsOf(
  { ringView, ringMask, ringGeometry: { slotStride } }: PopulationMemory,
  step: number,
): Float32Array {
  const from = (step & ringMask) * slotStride;
  return ringView.subarray(from, from + slotStride);
}
