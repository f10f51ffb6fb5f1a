/**
 * Integrated information Φ by IIT 3.0 of a system in a state, exactly.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import type { Measured } from "../../core/measured.js";
import type { LongCallOptions } from "../../core/progress.js";
import { CandidateSystem, type NetworkState } from "./candidate-system.js";
import { type Constellation, ConstellationDistance, findConcepts, type LocalConcept } from "./constellation.js";
import { estimateCost, refuseIfTooLong } from "./cost.js";
import { MechanismAnalysis, type MechanismPartition, phiTie } from "./mechanism-phi.js";
import { noCut, type OneWayCut, Repertoires } from "./repertoires.js";
import { nodesOf } from "./subsets.js";
import type { TransitionMatrix } from "./transition-matrix.js";
import { WorkSlice } from "./work-slice.js";

export interface PhiOptions extends LongCallOptions {
  /** Nodes of the candidate system; all by default. The others are background conditions in their present state. */
  nodes?: readonly number[];
  /** Refuses, before any work, what is estimated to take longer. 600 s by default. */
  maxSeconds?: number;
}

export interface CoreCauseOrEffect {
  readonly phi: number;
  readonly purview: readonly number[];
  /** Cause: P(state of the purview), little-endian in the purview's nodes. Effect likewise. */
  readonly repertoire: Float64Array;
  /** The minimum-information partition: parts of mechanism and purview that stay together. */
  readonly partition: readonly { mechanism: readonly number[]; purview: readonly number[] }[];
}

export interface Concept {
  readonly mechanism: readonly number[];
  readonly phi: number;
  readonly cause: CoreCauseOrEffect;
  readonly effect: CoreCauseOrEffect;
}

export interface PhiResult extends Measured {
  /** Nodes of the system. */
  readonly nodes: readonly number[];
  readonly concepts: readonly Concept[];
  /** The cut that makes the least difference: connections from `from` to `to` are noised. null: no cut was needed. */
  readonly cut: { readonly from: readonly number[]; readonly to: readonly number[] } | null;
}

const source =
  "Oizumi, Albantakis & Tononi 2014, PLoS Comput Biol 10:e1003588; conventions of PyPhi 1.2 (Mayner et al. 2018)";

/**
 * Φ of a system of binary nodes in a state: the distance of its cause–effect structure from that under the one-way cut
 * of two parts that changes it least. Exact: all mechanisms, purviews, partitions and cuts. A system that is not strongly
 * connected, a single node, and a system without concepts have Φ = 0.
 *
 * Distances are earth mover's. φ values that differ by less than 1e-9 tie; of purviews that tie the largest counts, of
 * those the first in lexicographic order; of cuts that tie the first found. Progress is in cuts, each looked at
 * twice at most.
 *
 * @throws WbeError ARGUMENT for a state that cannot occur (none leads to it) or does not fit; LIMIT, with the estimated
 * time, for what would take longer than `maxSeconds`; CANCELLED.
 * @example
 * (await integratedInformation3(fromGates(gates), [1, 0, 0])).value; // 1.9167 for OR, AND, XOR
 */
export async function integratedInformation3(
  network: TransitionMatrix,
  state: NetworkState,
  options: PhiOptions = {},
): Promise<PhiResult> {
  const system = new CandidateSystem(network, state, options.nodes);
  refuseIfTooLong(estimateCost(system.k, "3.0"), options.maxSeconds);
  requireReachable(system);
  return analyse(system, options);
}

/** @throws WbeError ARGUMENT when no state leads to that of the network. */
export function requireReachable(system: CandidateSystem): void {
  if (system.isReachable()) return;
  const state = Array.from({ length: system.network.n }, (_, node) => (system.networkState >> node) & 1);
  throw new WbeError("ARGUMENT", "expected a state that the network can be in, found one that no state leads to", {
    where: `state ${state.join("")}`,
    remedy: "Take a state that occurs after at least one step: it has a cause.",
  });
}

/** Φ of a system whose state is known to be reachable. */
export async function analyse(system: CandidateSystem, options: LongCallOptions): Promise<PhiResult> {
  if (system.k === 1)
    return describe(system, 0, undefined, undefined, ["a single node has no parts: Φ is 0 by definition"]);
  if (!system.isStronglyConnected()) {
    return describe(system, 0, undefined, undefined, ["the system is not strongly connected: Φ is 0"]);
  }
  const analysis = new MechanismAnalysis(system);
  const distance = new ConstellationDistance(system);
  const all = 2 ** system.k - 1;
  const mechanisms = Array.from({ length: all }, (_, i) => i + 1);
  const whole = findConcepts(analysis, new Repertoires(system, noCut), mechanisms);
  if (whole.concepts.length === 0) return describe(system, 0, whole, undefined, ["the system has no concepts: Φ is 0"]);
  const hadConcept = new Set(whole.concepts.map(({ mechanism }) => mechanism));

  // First the concepts and a lower bound under every cut, then distances from the smallest bound on.
  const cuts: { cut: OneWayCut; bound: number; concepts: readonly LocalConcept[] }[] = [];
  const total = 2 * (all - 1);
  const slice = new WorkSlice("the computation of Φ", options);
  for (let from = 1; from < all; from++) {
    await slice.pause(from - 1, total);
    const cut = { from, to: all & ~from };
    // A mechanism within one part keeps its connections within it: it has a concept only if it had one before.
    const possible = mechanisms.filter((m) => hadConcept.has(m) || ((m & cut.from) !== 0 && (m & cut.to) !== 0));
    const parted = findConcepts(analysis, new Repertoires(system, cut), possible);
    const bound = distance.between(whole, parted, true);
    cuts.push({ cut, bound, concepts: parted.concepts });
    if (bound <= phiTie && distance.between(whole, parted) <= phiTie) return describe(system, 0, whole, cut, []);
  }
  cuts.sort((a, b) => a.bound - b.bound);
  let phi = Number.POSITIVE_INFINITY;
  let least = noCut;
  for (const [index, { cut, bound, concepts }] of cuts.entries()) {
    if (bound >= phi - phiTie) break;
    await slice.pause(all - 1 + index, total);
    const value = distance.between(whole, { repertoires: new Repertoires(system, cut), concepts });
    if (value >= phi - phiTie) continue;
    phi = value;
    least = cut;
  }
  slice.done(total);
  if (phi <= phiTie) phi = 0;
  return describe(system, phi, whole, least, []);
}

function describe(
  system: CandidateSystem,
  phi: number,
  whole: Constellation | undefined,
  cut: OneWayCut | undefined,
  warnings: string[],
): PhiResult {
  return {
    value: phi,
    unit: "1",
    method:
      "integrated conceptual information Φ of IIT 3.0, exact: earth mover's distance of the cause-effect structures of the whole and of the system under its minimum-information one-way cut",
    parameters: {
      nodes: [...system.nodes],
      state: Array.from({ length: system.network.n }, (_, node) => (system.networkState >> node) & 1),
      stateOrder: "little-endian",
      mechanismPartitions: "bipartitions",
      systemPartitions: "one-way bipartitions",
      distance: "earth mover's (Hamming)",
      purviewTies: "largest, then lexicographic",
    },
    source,
    warnings,
    nodes: system.nodes,
    concepts: whole ? whole.concepts.map((concept) => describeConcept(system, whole.repertoires, concept)) : [],
    cut: cut ? { from: system.nodesOf(cut.from), to: system.nodesOf(cut.to) } : null,
  };
}

function describeConcept(system: CandidateSystem, repertoires: Repertoires, concept: LocalConcept): Concept {
  const { mechanism, phi, cause, effect } = concept;
  const { numbering, k } = system;
  const parts = (partition: MechanismPartition | null) =>
    partition === null
      ? []
      : [0, 1].map((i) => ({
          mechanism: system.nodesOf(partition.mechanism[i]!),
          purview: system.nodesOf(partition.purview[i]!),
        }));
  const from = mechanism * numbering.total + numbering.offset[cause.purview]!;
  const effectNodes = nodesOf(effect.purview);
  return {
    mechanism: system.nodesOf(mechanism),
    phi,
    cause: {
      phi: cause.phi,
      purview: system.nodesOf(cause.purview),
      repertoire: repertoires.cause.slice(from, from + 2 ** numbering.size[cause.purview]!),
      partition: parts(cause.partition),
    },
    effect: {
      phi: effect.phi,
      purview: system.nodesOf(effect.purview),
      repertoire: Float64Array.from({ length: 2 ** effectNodes.length }, (_, index) =>
        effectNodes.reduce((product, node, i) => {
          const on = repertoires.effect[mechanism * k + node]!;
          return product * ((index >> i) & 1 ? on : 1 - on);
        }, 1),
      ),
      partition: parts(effect.partition),
    },
  };
}
