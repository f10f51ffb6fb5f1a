/**
 * The second half of an epoch: spikes into the ring buffers of their targets, through static and plastic projections;
 * and electrical coupling, which needs no spikes.
 *
 * @module
 */
import type { Reals } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import type { ConstructionKernels } from "../kernels/construction.js";
import type { DeliveryKernels } from "../kernels/delivery.js";
import { actionsOf, findNamed, planActions } from "./action-plan.js";
import type { ActiveSet } from "./active-set.js";
import { arrivesBetweenSteps } from "./arrival-list.js";
import type { EventDriven } from "./event-driven.js";
import type { SpikeList } from "./exchange.js";
import { type NetworkMemory, type PopulationMemory, type ProjectionMemory, portAddress } from "./memory-layout.js";
import type { BuiltNetwork } from "./network.js";
import type { PlasticProjection } from "./plastic-projection.js";
import { potentialOf } from "./population.js";
import type { QuantalRelease } from "./quantal-release.js";

export class Delivery {
  private readonly construction: ConstructionKernels;
  private readonly sharesPort: readonly boolean[];
  private readonly sharesAnyPort: boolean;
  /** Of each projection the step from which on nothing passes it. */
  private readonly cutAt: readonly number[];
  /** Indices of the electrical projections. */
  private readonly electrical: readonly number[];
  /** Of each projection: delivers a list of spikes as through static synapses. */
  private readonly throughStatic: readonly ((list: SpikeList) => void)[];

  constructor(
    network: BuiltNetwork,
    private readonly memory: NetworkMemory,
    private readonly plastic: readonly (PlasticProjection | undefined)[],
    private readonly releases: readonly (QuantalRelease | undefined)[],
    eventDriven: readonly (EventDriven | undefined)[],
    private readonly kernels: DeliveryKernels,
    private readonly activeSet: ActiveSet,
  ) {
    this.construction = network.construction;
    this.sharesPort = findSharedPorts(network);
    this.sharesAnyPort = this.sharesPort.includes(true);
    this.cutAt = findCuts(network);
    this.electrical = memory.projections.flatMap(({ built }, k) => (built.isElectrical ? [k] : []));
    this.throughStatic = memory.projections.map((p, k) =>
      arrivesBetweenSteps(network, k) ? makeExact(p, eventDriven[p.built.to]!) : this.makeStatic(p),
    );
  }

  /** Electrical synapses: currents from the potentials at the start of the step (their presence makes epochs one step). */
  coupleMembranes(step: number): void {
    for (const k of this.electrical) {
      if (step >= this.cutAt[k]!) continue;
      const { built, offsets, targets, weights } = this.memory.projections[k]!;
      const source = this.memory.populations[built.from]!;
      const target = this.memory.populations[built.to]!;
      const row = portAddress(target, built.port) + 4 * (step & target.ringMask) * target.ringGeometry.slotStride;
      const sourceV = source.potentials.length > 0 ? source.potentials : potentialsOf(source);
      const { site } = target.built.ports[built.port]!;
      const { cell } = target.built;
      const targetV = potentialsOf(target, cell && site !== undefined ? potentialOf(cell, site) : "V");
      this.kernels.couple(
        source.built.wholeSize,
        offsets,
        targets,
        weights,
        sourceV.byteOffset,
        Number(sourceV instanceof Float32Array),
        targetV.byteOffset,
        Number(targetV instanceof Float32Array),
        row,
        1 - Math.max(0, -built.rectification),
        1 - Math.max(0, built.rectification),
      );
    }
  }

  /** Arrivals without spikes in the steps first … first + steps − 1: the last of them, so that no cut changes their order. */
  releaseSpontaneously(first: number, steps: number): void {
    this.releases.forEach((release, k) => {
      if (release && first < this.cutAt[k]!)
        release.releaseSpontaneously(first, Math.min(steps, this.cutAt[k]! - first));
    });
  }

  /**
   * Sums of single-precision weights depend on their order. Projections that share a port are therefore delivered step
   * by step, in the order of the description within a step, so that the order does not depend on the length of epochs.
   */
  deliver(first: number, stop: number, own: readonly SpikeList[], fired: readonly SpikeList[]): void {
    const { projections } = this.memory;
    for (let k = 0; k < projections.length; k++) {
      if (first >= this.cutAt[k]!) continue;
      const { from, to } = projections[k]!.built;
      const plastic = this.plastic[k];
      plastic?.learn(own[to]!, plastic.modulator === undefined ? undefined : fired[plastic.modulator]);
      if (!this.sharesPort[k]) this.deliverThrough(k, stop, fired[from]!);
    }
    if (this.sharesAnyPort) {
      if (stop === first + 1) this.deliverStep(first, stop, fired);
      else {
        const rest = fired.map((list) => ({ ...list, stamps: this.memory.arena.u32(list.at, 2 * list.count) }));
        for (let step = first + 1; step <= stop; step++) {
          this.deliverStep(
            first,
            step,
            rest.map((list) => takeStep(list, step)),
          );
        }
      }
    }
    for (const plastic of this.plastic) plastic?.keepUp(stop);
    this.activeSet.wakeTargets(fired);
  }

  /** Spikes of one step through the projections that share ports. */
  private deliverStep(first: number, step: number, fired: readonly SpikeList[]): void {
    const { projections } = this.memory;
    for (let k = 0; k < projections.length; k++) {
      if (!this.sharesPort[k] || first >= this.cutAt[k]!) continue;
      const list = fired[projections[k]!.built.from]!;
      if (list.count > 0 || this.plastic[k]) this.deliverThrough(k, step, list);
    }
  }

  /** Delivers spikes stamped up to `now` through projection k. */
  private deliverThrough(k: number, now: number, list: SpikeList): void {
    const plastic = this.plastic[k];
    if (plastic) {
      plastic.deliver(now, list.at, list.count);
      return;
    }
    if (list.count === 0) return;
    const release = this.releases[k];
    if (release) release.deliver(list.at, list.count);
    else this.throughStatic[k]!(list);
  }

  /** How a projection without plasticity delivers spikes; all but a shared weight is settled beforehand. */
  private makeStatic(p: ProjectionMemory): (list: SpikeList) => void {
    if (p.built.isElectrical) return () => {};
    const target = this.memory.populations[p.built.to]!;
    const ring = portAddress(target, p.built.port);
    const { offsets, targets, weights, delays, uniformDelay, sharesWeight } = p;
    const { ringMask, awake } = target;
    const { slotStride, vectorStride, vectorShift } = target.ringGeometry;
    if (p.built.rows.plan) {
      const fixed = { plan: p.built.rows.plan.at, delay: uniformDelay, ring, slotStride, mask: ringMask };
      const place = { vectorStride, shift: vectorShift, awake: awake?.byteOffset ?? 0 };
      return ({ at: spikes, count }) => {
        const weight = sharesWeight ? p.weightView[0]! : 0;
        this.construction.deliverRows({ ...fixed, ...place, spikes, count, weight });
      };
    }
    const width = p.hasShortTargets ? "Short" : "";
    if (awake) {
      const weightsAt = sharesWeight ? 0 : weights;
      const kernel = this.kernels[`deliverAndWake${width}`];
      const end = [ring, slotStride, ringMask, vectorStride, vectorShift, awake.byteOffset] as const;
      return ({ at, count }) => {
        const weight = sharesWeight ? p.weightView[0]! : 0;
        kernel(at, count, offsets, targets, weightsAt, weight, delays, uniformDelay, ...end);
      };
    }
    const name = sharesWeight
      ? (["deliverSharedWeight", "deliverShared"] as const)
      : (["deliver", "deliverUniform"] as const);
    const kernel = this.kernels[`${name[delays === 0 ? 1 : 0]}${width}`];
    const delay = delays === 0 ? uniformDelay : delays;
    return ({ at, count }) => {
      const weight = sharesWeight ? p.weightView[0]! : weights;
      kernel(at, count, offsets, targets, weight, delay, ring, slotStride, ringMask);
    };
  }
}

/** Delivers spikes at their own times between steps, in an order that does not matter. */
function makeExact(p: ProjectionMemory, target: EventDriven): (list: SpikeList) => void {
  if (p.built.rows.plan) {
    throw new WbeError("UNSUPPORTED", "expected stored synapses between populations with exact spike times", {
      where: `projection "${p.built.name}"`,
      remedy: 'Leave out storage: "procedural".',
    });
  }
  return (list) => target.deliverExactly(list, p);
}

/** Potentials of the neurons here; by default those that their electrical synapses look at. */
export function potentialsOf({ states, built }: PopulationMemory, name = built.sentPotential): Reals {
  return states[built.compiled.program.stateNames.indexOf(name)]!;
}

/** Takes the spikes of one step from the front of a sorted list. */
function takeStep(
  list: { at: number; count: number; fractions: number; stamps: Uint32Array },
  step: number,
): SpikeList {
  const { at, stamps, fractions } = list;
  const start = (stamps.length >> 1) - list.count;
  let count = 0;
  while (count < list.count && stamps[2 * (start + count)] === step) count++;
  list.at += 8 * count;
  list.count -= count;
  if (fractions) list.fractions += 8 * count;
  return { at, count, fractions };
}

/** Of each projection: whether another one delivers into the same port of the ring. */
function findSharedPorts(network: BuiltNetwork): boolean[] {
  const intoRing = network.projections.map((_, k) => !arrivesBetweenSteps(network, k));
  return network.projections.map((p, k) => {
    const shares = network.projections.some((q, j) => j !== k && intoRing[j] && q.to === p.to && q.port === p.port);
    return intoRing[k]! && shares;
  });
}

/** By actions of the description. @throws WbeError NAME_UNKNOWN for a projection that there is not. */
function findCuts({ description, projections }: BuiltNetwork): number[] {
  const cutAt = projections.map(() => Number.POSITIVE_INFINITY);
  const names = projections.map(({ name }) => name);
  for (const { spec, step, where } of actionsOf(planActions(description), "cut")) {
    const k = findNamed(spec.projection, names, "projection", where);
    cutAt[k] = Math.min(cutAt[k]!, step);
  }
  return cutAt;
}
