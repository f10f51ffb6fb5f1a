/**
 * Integrated information by IIT 4.0: φ_s of a system in a state, and its Φ-structure.
 *
 * @module
 */
import type { Measured } from "../../core/measured.js";
import { CandidateSystem, type NetworkState } from "./candidate-system.js";
import { estimateCost, refuseIfTooLong } from "./cost.js";
import { type DirectedPartition, directedPartitions, type SystemPartitions } from "./directed-partitions.js";
import {
  DistinctionAnalysis,
  type LocalDistinction,
  productOver,
  type SpecifiedState,
  specifiedStates,
  tieTolerance,
} from "./distinctions.js";
import { sumRelations } from "./relations.js";
import { countBits } from "./subsets.js";
import { type PhiOptions, requireReachable } from "./system-phi.js";
import type { TransitionMatrix } from "./transition-matrix.js";
import { WorkSlice } from "./work-slice.js";

export interface Phi4Options extends PhiOptions {
  /** "directed-set" by default. */
  systemPartitions?: SystemPartitions;
  /** False: φ_s only, without distinctions and relations. True by default. */
  structure?: boolean;
}

/** A set of nodes in a state, e.g. nodes [0, 2] in state [1, 0]. */
export interface NodesInState {
  readonly nodes: readonly number[];
  readonly state: readonly number[];
  /** ibits */
  readonly phi: number;
}

export interface Distinction {
  readonly mechanism: readonly number[];
  /** ibits: the smaller of cause and effect. */
  readonly phi: number;
  readonly cause: NodesInState;
  readonly effect: NodesInState;
}

export interface Phi4Result extends Measured {
  readonly nodes: readonly number[];
  /** The states that the system specifies as its cause and effect, and φ of each at the minimum partition. */
  readonly cause: NodesInState;
  readonly effect: NodesInState;
  /** Parts of the minimum partition. null for a system without one. */
  readonly partition: readonly (readonly number[])[] | null;
  /** φ_s over the number of connections that the partition could cut. */
  readonly normalised: number;
  /** The Φ-structure, unless it was not asked for. */
  readonly structure?: {
    /** ibits: Σ φ_d + Σ φ_r. */
    readonly phi: number;
    readonly distinctions: readonly Distinction[];
    readonly sumDistinctions: number;
    readonly relations: number;
    readonly sumRelations: number;
  };
}

const source = "Albantakis et al. 2023, PLoS Comput Biol 19:e1011465";

/** The cause or effect state of a system, with what a partition takes from it. */
interface SystemSide {
  readonly state: number;
  readonly probability: number;
  /** log2 of the probability under a partition. */
  logUnder(partition: DirectedPartition): number;
  readonly logWhole: number;
}

/**
 * φ_s of a system in a state, in ibits, with its Φ-structure (distinctions and relations). Exact. The network's other nodes
 * are background: in their present state for effects, weighted by how well they explain the present state for causes.
 *
 * Losses count where they are positive. Of partitions that tie in φ per cut connection the one with the larger φ counts,
 * of cause or effect states that tie those with the larger φ_s, then the first (little-endian). Of purviews that tie, the ones congruent with the
 * system's state, then the smallest, then the first in lexicographic order, as in PyPhi. Progress is in mechanisms.
 *
 * @throws WbeError ARGUMENT for a state that cannot occur or does not fit; LIMIT, with the estimated time; CANCELLED.
 * @example
 * (await integratedInformation4(fromGates(gates), [1, 0, 0])).structure?.phi;
 */
export async function integratedInformation4(
  network: TransitionMatrix,
  state: NetworkState,
  options: Phi4Options = {},
): Promise<Phi4Result> {
  const system = new CandidateSystem(network, state, options.nodes);
  refuseIfTooLong(estimateCost(system.k, "4.0"), options.maxSeconds);
  requireReachable(system);
  const slice = new WorkSlice("the computation of Φ", options);
  const { systemPartitions = "directed-set", structure = true } = options;
  const least = leastPartition(system, directedPartitions(system.k, systemPartitions));
  const inState = ({ purview, state: s, phi }: SpecifiedState): NodesInState => ({
    nodes: system.nodesOf(purview),
    state: system.nodes.flatMap((_, i) => ((purview >> i) & 1 ? [(s >> i) & 1] : [])),
    phi,
  });
  const all = 2 ** system.k - 1;
  const causeState = { purview: all, state: least.cause.state, phi: least.causePhi };
  const effectState = { purview: all, state: least.effect.state, phi: least.effectPhi };

  const found: LocalDistinction[] = [];
  if (structure) {
    const analysis = new DistinctionAnalysis(system);
    for (let mechanism = 1; mechanism <= all; mechanism++) {
      await slice.pause(mechanism - 1, all);
      const cause = congruent(analysis.causes(mechanism), least.cause.state);
      if (cause === undefined) continue;
      const effect = congruent(analysis.effects(mechanism), least.effect.state);
      if (effect !== undefined) found.push({ mechanism, phi: Math.min(cause.phi, effect.phi), cause, effect });
    }
  }
  slice.done(all);
  const sumDistinctions = found.reduce((sum, { phi }) => sum + phi, 0);
  const relations = sumRelations(system.k, found);
  return {
    value: least.phi,
    unit: "ibit",
    method:
      "system integrated information φ_s of IIT 4.0, exact: intrinsic difference at the minimum partition, normalised by the connections it could cut",
    parameters: {
      nodes: [...system.nodes],
      state: Array.from({ length: network.n }, (_, node) => (system.networkState >> node) & 1),
      stateOrder: "little-endian",
      systemPartitions,
      mechanismPartitions: "disintegrating",
    },
    source,
    warnings: [],
    nodes: system.nodes,
    cause: inState(causeState),
    effect: inState(effectState),
    partition: least.partition ? least.partition.parts.map((part) => system.nodesOf(part)) : null,
    normalised: least.normalised,
    ...(structure && {
      structure: {
        phi: sumDistinctions + relations.sum,
        distinctions: found.map(({ mechanism, phi, cause, effect }) => ({
          mechanism: system.nodesOf(mechanism),
          phi,
          cause: inState(cause),
          effect: inState(effect),
        })),
        sumDistinctions,
        relations: relations.count,
        sumRelations: relations.sum,
      },
    }),
  };
}

interface LeastPartition {
  readonly phi: number;
  readonly normalised: number;
  readonly partition: DirectedPartition | null;
  readonly cause: SystemSide;
  readonly effect: SystemSide;
  readonly causePhi: number;
  readonly effectPhi: number;
}

/** The minimum partition for each pair of cause and effect states that tie; the pair with the largest φ_s. */
function leastPartition(system: CandidateSystem, partitions: readonly DirectedPartition[]): LeastPartition {
  let best: LeastPartition | undefined;
  for (const cause of causeStates(system)) {
    for (const effect of effectStates(system)) {
      let least: LeastPartition | undefined;
      for (const partition of partitions) {
        const causePhi = Math.max(0, cause.probability * (cause.logWhole - cause.logUnder(partition)));
        const effectPhi = Math.max(0, effect.probability * (effect.logWhole - effect.logUnder(partition)));
        const phi = Math.min(causePhi, effectPhi);
        const normalised = phi / partition.cuts;
        if (least) {
          const above = normalised - least.normalised;
          if (above > tieTolerance || (above > -tieTolerance && phi <= least.phi)) continue;
        }
        least = { phi: phi <= tieTolerance ? 0 : phi, normalised, partition, cause, effect, causePhi, effectPhi };
      }
      if (least && (!best || least.phi > best.phi + tieTolerance)) best = least;
    }
  }
  return best!;
}

function effectStates(system: CandidateSystem): SystemSide[] {
  const { effect, state, k } = system;
  const all = 2 ** k - 1;
  const average = new Float64Array(2 ** k);
  for (let before = 0; before <= all; before++) {
    for (let after = 0; after <= all; after++) average[after]! += productOver(effect, all, after, all, before) / 2 ** k;
  }
  const states = specifiedStates(all, (after) => {
    const p = productOver(effect, all, after, all, state);
    return [p, p > 0 ? p * Math.log2(p / average[after]!) : Number.NEGATIVE_INFINITY];
  });
  return states.map(({ state: after, probability }) => ({
    state: after,
    probability,
    logWhole: Math.log2(probability),
    logUnder: ({ known }) => {
      let sum = 0;
      for (let node = 0; node < k; node++)
        sum += Math.log2(probabilityOf(effect.at(node, known[node]!, state), after, node));
      return sum;
    },
  }));
}

function causeStates(system: CandidateSystem): SystemSide[] {
  const { cause, state, k } = system;
  const all = 2 ** k - 1;
  let total = 0;
  for (let before = 0; before <= all; before++) total += productOver(cause, all, state, all, before);
  const states = specifiedStates(all, (before) => {
    const likelihood = productOver(cause, all, state, all, before);
    const p = total > 0 ? likelihood / total : 0;
    return [p, p > 0 ? p * Math.log2((likelihood * 2 ** k) / total) : Number.NEGATIVE_INFINITY];
  });
  return states.map(({ state: before, probability }) => ({
    state: before,
    probability,
    logWhole: Math.log2(productOver(cause, all, state, all, before)),
    logUnder: ({ known }) => {
      let sum = 0;
      for (let node = 0; node < k; node++)
        sum += Math.log2(probabilityOf(cause.at(node, known[node]!, before), state, node));
      return sum;
    },
  }));
}

const probabilityOf = (on: number, state: number, node: number): number => ((state >> node) & 1 ? on : 1 - on);

/** The first of the smallest that agree with the system's state; undefined when none does. */
function congruent(tied: readonly SpecifiedState[], systemState: number): SpecifiedState | undefined {
  const agreeing = tied.filter(({ purview, state }) => (systemState & purview) === state);
  return agreeing.reduce<SpecifiedState | undefined>(
    (best, next) => (best && countBits(best.purview) <= countBits(next.purview) ? best : next),
    undefined,
  );
}
