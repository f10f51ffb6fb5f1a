/**
 * A candidate system: some nodes of a network in a state, the others held as background conditions.
 *
 * @module
 */
import { requireInteger } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import { StateNumbering } from "./subsets.js";
import { type TransitionMatrix, transitionProbability } from "./transition-matrix.js";

/** The state of a network: 0 or 1 per node, or one number with node i as bit i. */
export type NetworkState = number | readonly number[];

/** Node i of the state as bit i. @throws WbeError ARGUMENT for a state that is none of this network. */
export function parseState(state: NetworkState, n: number): number {
  if (typeof state === "number") return requireInteger(state, 0, 2 ** n - 1, "a state");
  if (state.length !== n) throw new WbeError("ARGUMENT", `expected the state of ${n} nodes, found ${state.length}`);
  return state.reduce(
    (bits, on, node) => bits | (requireInteger(on, 0, 1, "a node's state", `node ${node}`) << node),
    0,
  );
}

/** Checks a list of nodes; all by default. Ascending, each once. */
export function parseNodes(nodes: readonly number[] | undefined, n: number): number[] {
  if (nodes === undefined) return Array.from({ length: n }, (_, i) => i);
  for (const node of nodes) requireInteger(node, 0, n - 1, "a node");
  const sorted = [...new Set(nodes)].sort((a, b) => a - b);
  if (sorted.length !== nodes.length || sorted.length === 0) {
    throw new WbeError("ARGUMENT", "expected at least one node and each once", { where: `nodes ${nodes.join(", ")}` });
  }
  return sorted;
}

/**
 * P(on | inputs) of the nodes of a system for every set of inputs that is known, all others being averaged over their
 * states with equal weight ("causally marginalised", "noised"). This is all that repertoires and cuts need:
 * at (node·2ᵏ + known)·2ᵏ + (state & known).
 */
export class InputTables {
  readonly k: number;
  readonly nSets: number;
  readonly values: Float64Array;

  /** @param on P(node on | state) at state·k + node. */
  constructor(k: number, on: Float64Array) {
    this.k = k;
    const nSets = 2 ** k;
    this.nSets = nSets;
    const values = new Float64Array(k * nSets * nSets);
    for (let node = 0; node < k; node++) {
      const base = node * nSets;
      const all = nSets - 1;
      for (let state = 0; state < nSets; state++) values[(base + all) * nSets + state] = on[state * k + node]!;
      for (let known = all - 1; known >= 0; known--) {
        const unknown = all & ~known;
        const bit = unknown & -unknown;
        for (let state = known; ; state = (state - 1) & known) {
          const from = (base + (known | bit)) * nSets + state;
          values[(base + known) * nSets + state] = (values[from]! + values[from + bit]!) / 2;
          if (state === 0) break;
        }
      }
    }
    this.values = values;
  }

  at(node: number, known: number, state: number): number {
    return this.values[(node * this.nSets + known) * this.nSets + (state & known)]!;
  }
}

/** Nodes of a network as a system of its own, numbered 0 … k−1 in ascending order of their numbers in the network. */
export class CandidateSystem {
  readonly network: TransitionMatrix;
  readonly nodes: readonly number[];
  readonly k: number;
  /** Of the system's nodes only. */
  readonly state: number;
  readonly networkState: number;
  readonly numbering: StateNumbering;
  /** P(node on | state of the system), the background as it is now. */
  readonly effect: InputTables;
  /**
   * P(node on | state of the system before), each state of the background before weighted by how well it explains the
   * state of the network now (Albantakis et al. 2023, Eq. 4). The same as `effect` when there is no background.
   */
  readonly cause: InputTables;
  /** 1 at from·k + to. */
  readonly connectivity: Uint8Array;

  /** @throws WbeError ARGUMENT for nodes or a state that do not fit the network. */
  constructor(network: TransitionMatrix, state: NetworkState, nodes?: readonly number[]) {
    this.network = network;
    this.nodes = parseNodes(nodes, network.n);
    this.networkState = parseState(state, network.n);
    const k = this.nodes.length;
    if (k > 12) {
      throw new WbeError("LIMIT", `expected a system of at most 12 nodes, found ${k}`, {
        remedy: "Its tables alone would take gigabytes; choose fewer nodes.",
      });
    }
    this.k = k;
    this.state = this.restrict(this.networkState);
    this.numbering = new StateNumbering(k);
    const background = this.networkState & ~this.extend(2 ** k - 1);
    const on = new Float64Array(2 ** k * k);
    for (let s = 0; s < 2 ** k; s++) {
      const full = background | this.extend(s);
      for (let i = 0; i < k; i++) on[s * k + i] = network.probability[full * network.n + this.nodes[i]!]!;
    }
    this.effect = new InputTables(k, on);
    this.cause = k === network.n ? this.effect : new InputTables(k, this.#causeProbabilities());
    this.connectivity = connectionsOf(k, on);
  }

  #causeProbabilities(): Float64Array {
    const { network, k } = this;
    const inside = this.extend(2 ** k - 1);
    const outside = 2 ** network.n - 1 - inside;
    const weight = new Float64Array(2 ** network.n);
    let total = 0;
    for (let before = 0; before < 2 ** network.n; before++) {
      const p = transitionProbability(network, before, this.networkState);
      weight[before & outside]! += p;
      total += p;
    }
    const on = new Float64Array(2 ** k * k);
    for (let state = 0; state < 2 ** k; state++) {
      const own = this.extend(state);
      for (let background = outside; ; background = (background - 1) & outside) {
        // A state that nothing leads to says nothing of the background: all its states weigh the same.
        const w = total > 0 ? weight[background]! / total : 2 ** (k - network.n);
        for (let i = 0; i < k; i++) {
          on[state * k + i]! += w * network.probability[(own | background) * network.n + this.nodes[i]!]!;
        }
        if (background === 0) break;
      }
    }
    return on.map((p) => Math.min(1, p));
  }

  /** State of the system's nodes within a state of the network. */
  restrict(networkState: number): number {
    return this.nodes.reduce((bits, node, i) => bits | (((networkState >> node) & 1) << i), 0);
  }

  /** A set or state of the system as one of the network, other nodes off. */
  extend(state: number): number {
    return this.nodes.reduce((bits, node, i) => bits | (((state >> i) & 1) << node), 0);
  }

  /** The network's node numbers of a set. */
  nodesOf(set: number): number[] {
    return this.nodes.filter((_, i) => (set >> i) & 1);
  }

  /** True when some state before, of all nodes, leads to the state of the network with a probability above 0. */
  isReachable(): boolean {
    for (let before = 0; before < 2 ** this.network.n; before++) {
      if (transitionProbability(this.network, before, this.networkState) > 0) return true;
    }
    return false;
  }

  /** Every node is reached from every other along connections of the system. One node counts as connected. */
  isStronglyConnected(): boolean {
    return reachesAll(this.k, this.connectivity, false) && reachesAll(this.k, this.connectivity, true);
  }
}

function connectionsOf(k: number, on: Float64Array): Uint8Array {
  const connectivity = new Uint8Array(k * k);
  for (let from = 0; from < k; from++) {
    for (let state = 0; state < 2 ** k; state++) {
      if ((state >> from) & 1) continue;
      for (let to = 0; to < k; to++) {
        if (on[state * k + to] !== on[(state | (1 << from)) * k + to]) connectivity[from * k + to] = 1;
      }
    }
  }
  return connectivity;
}

function reachesAll(k: number, connectivity: Uint8Array, backwards: boolean): boolean {
  const seen = new Set([0]);
  const open = [0];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (let other = 0; other < k; other++) {
      if (!connectivity[backwards ? other * k + node : node * k + other] || seen.has(other)) continue;
      seen.add(other);
      open.push(other);
    }
  }
  return seen.size === k;
}
