/**
 * Complexes: the sets of nodes that are maxima of integrated information.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { CandidateSystem, type NetworkState } from "./candidate-system.js";
import { estimateCost, type IitVersion, type PhiCost, refuseIfTooLong } from "./cost.js";
import { phiTie } from "./mechanism-phi.js";
import { countBits, nodesOf } from "./subsets.js";
import { analyse, type PhiOptions, requireReachable } from "./system-phi.js";
import { integratedInformation4 } from "./system-phi-4.js";
import type { TransitionMatrix } from "./transition-matrix.js";
import { WorkSlice } from "./work-slice.js";

export interface CandidatePhi {
  readonly nodes: readonly number[];
  /** Φ (3.0) or φ_s (4.0). */
  readonly phi: number;
}

export interface ComplexesResult {
  readonly version: IitVersion;
  /** Systems that overlap none with more integrated information, and have some; the largest value first. */
  readonly complexes: readonly CandidatePhi[];
  /** All candidate systems with a value above 0, the largest first. */
  readonly candidates: readonly CandidatePhi[];
}

export interface ComplexesOptions extends Omit<PhiOptions, "nodes"> {
  /** "4.0" by default. */
  version?: IitVersion;
}

/** The time for all subsets of a network of n nodes, from above: the sum of `estimateCost`. */
export function estimateComplexesCost(nodes: number, version: IitVersion): PhiCost {
  let partitions = 0;
  let seconds = 0;
  let choose = 1;
  for (let k = 1; k <= nodes; k++) {
    choose = (choose * (nodes - k + 1)) / k;
    const cost = estimateCost(k, version);
    partitions += choose * cost.partitions;
    seconds += choose * cost.seconds;
  }
  return { nodes, version, partitions, seconds };
}

/**
 * Φ of every set of nodes, and from these the complexes: the set with the largest value, then the largest of those that
 * share no node with it, and so on. Sets that are not strongly connected have 0 and cost nothing. Of sets that tie the
 * larger one counts, then the first in the order of their bits. Progress is in sets.
 *
 * @throws WbeError as the functions for one system; LIMIT for the estimate of all sets.
 * Source: Oizumi, Albantakis & Tononi 2014 (3.0), Albantakis et al. 2023, Eqs 25–27 (4.0): postulate of exclusion.
 */
export async function findComplexes(
  network: TransitionMatrix,
  state: NetworkState,
  options: ComplexesOptions = {},
): Promise<ComplexesResult> {
  const { version = "4.0", signal, onProgress, maxSeconds } = options;
  if (version !== "3.0" && version !== "4.0") {
    throw new WbeError("ARGUMENT", `expected version "3.0" or "4.0", found "${String(version)}"`);
  }
  refuseIfTooLong(estimateComplexesCost(network.n, version), maxSeconds);
  requireReachable(new CandidateSystem(network, state));
  const slice = new WorkSlice("the search for complexes", { signal, onProgress });
  const sets = 2 ** network.n - 1;
  const found: { set: number; phi: number }[] = [];
  for (let set = 1; set <= sets; set++) {
    await slice.pause(set - 1, sets);
    const system = new CandidateSystem(network, state, nodesOf(set));
    if (!system.isStronglyConnected()) continue;
    const { value } =
      version === "3.0"
        ? await analyse(system, { signal })
        : await integratedInformation4(network, state, { nodes: system.nodes, structure: false, signal, maxSeconds });
    if (value > 0) found.push({ set, phi: value });
  }
  slice.done(sets);
  found.sort((a, b) =>
    Math.abs(a.phi - b.phi) > phiTie ? b.phi - a.phi : countBits(b.set) - countBits(a.set) || a.set - b.set,
  );
  let taken = 0;
  const complexes = found.filter(({ set }) => {
    if (set & taken) return false;
    taken |= set;
    return true;
  });
  const named = ({ set, phi }: { set: number; phi: number }): CandidatePhi => ({ nodes: nodesOf(set), phi });
  return { version, complexes: complexes.map(named), candidates: found.map(named) };
}
