/**
 * The earth mover's distance: the least cost of turning one distribution into another.
 *
 * @module
 */
import { countBits } from "./subsets.js";

/** Masses below this are rounding. */
const nothing = 1e-14;
/** What a search says when the distance is known to be larger than anybody asks. */
const tooFar = -2;

/**
 * Exact solution of small transportation problems by the primal-dual method: flow moves only along arcs whose cost equals
 * the sum of their ends' duals; when no such path is left, the duals rise by the least that opens one. Arrays are kept
 * between calls, for up to `capacity` places of either kind.
 *
 * Source: Ford & Fulkerson 1957, Nav Res Logist Q 4:47 (a primal-dual algorithm for the Hitchcock problem).
 */
export class TransportSolver {
  readonly #flow: Float64Array;
  readonly #slack: Float64Array;
  readonly #slackFrom: Int32Array;
  readonly #sourceDual: Float64Array;
  readonly #sinkDual: Float64Array;
  readonly #parentOfSink: Int32Array;
  readonly #parentOfSource: Int32Array;
  readonly #queue: Int32Array;
  readonly #supply: Float64Array;
  readonly #demand: Float64Array;
  readonly #place: { source: Int32Array; sink: Int32Array };
  readonly #cost: Float64Array;
  readonly #hamming: Uint8Array;
  /** Value of the dual solution: a lower bound of the cost. */
  #dual = 0;

  constructor(capacity: number) {
    this.#flow = new Float64Array(capacity * capacity);
    this.#cost = new Float64Array(capacity * capacity);
    this.#slack = new Float64Array(capacity);
    this.#slackFrom = new Int32Array(capacity);
    this.#sourceDual = new Float64Array(capacity);
    this.#sinkDual = new Float64Array(capacity);
    this.#parentOfSink = new Int32Array(capacity);
    this.#parentOfSource = new Int32Array(capacity);
    this.#queue = new Int32Array(capacity);
    this.#supply = new Float64Array(capacity);
    this.#demand = new Float64Array(capacity);
    this.#place = { source: new Int32Array(capacity), sink: new Int32Array(capacity) };
    this.#hamming = Uint8Array.from({ length: capacity }, (_, bits) => countBits(bits));
  }

  /**
   * Distance of two distributions over the states 0 … size−1, where moving costs the number of bits that differ (Hamming).
   * Only their difference p − q is needed.
   *
   * @param enough the caller has no use for the exact value of a larger distance: some lower bound ≥ `enough` is then given.
   */
  hamming(difference: Float64Array, size: number, enough = Number.POSITIVE_INFINITY): number {
    let sources = 0;
    let sinks = 0;
    const { source, sink } = this.#place;
    for (let state = 0; state < size; state++) {
      const mass = difference[state]!;
      if (mass > nothing) {
        this.#supply[sources] = mass;
        source[sources++] = state;
      } else if (mass < -nothing) {
        this.#demand[sinks] = -mass;
        sink[sinks++] = state;
      }
    }
    const cost = this.#cost;
    const bits = this.#hamming;
    for (let i = 0; i < sources; i++) {
      for (let j = 0; j < sinks; j++) cost[i * sinks + j] = bits[source[i]! ^ sink[j]!]!;
    }
    return this.#solve(sources, sinks, enough);
  }

  /**
   * An upper bound of `hamming` that costs little: mass goes to the nearest places that still want it, neighbours first.
   * `difference` is used up.
   */
  hammingAtMost(difference: Float64Array, size: number): number {
    const bits = this.#hamming;
    const farthest = bits[size - 1]!;
    let total = 0;
    for (let distance = 1; distance <= farthest; distance++) {
      for (let flip = 1; flip < size; flip++) {
        if (bits[flip] !== distance) continue;
        for (let state = 0; state < size; state++) {
          const mass = difference[state]!;
          if (mass <= 0) continue;
          const wanted = difference[state ^ flip]!;
          if (wanted >= 0) continue;
          const moved = Math.min(mass, -wanted);
          difference[state] = mass - moved;
          difference[state ^ flip] = wanted + moved;
          total += distance * moved;
        }
      }
    }
    return total;
  }

  /** Least cost of moving `supply` to `demand` (equal sums) with cost[i·demand.length + j] per unit, costs ≥ 0. */
  transport(supply: ArrayLike<number>, demand: ArrayLike<number>, cost: ArrayLike<number>): number {
    let sources = 0;
    const { source, sink } = this.#place;
    for (let i = 0; i < supply.length; i++) {
      if (supply[i]! <= nothing) continue;
      this.#supply[sources] = supply[i]!;
      source[sources++] = i;
    }
    let sinks = 0;
    for (let j = 0; j < demand.length; j++) {
      if (demand[j]! <= nothing) continue;
      this.#demand[sinks] = demand[j]!;
      sink[sinks++] = j;
    }
    for (let i = 0; i < sources; i++) {
      for (let j = 0; j < sinks; j++) this.#cost[i * sinks + j] = cost[source[i]! * demand.length + sink[j]!]!;
    }
    return this.#solve(sources, sinks, Number.POSITIVE_INFINITY);
  }

  #solve(sources: number, sinks: number, enough: number): number {
    const flow = this.#flow;
    const cost = this.#cost;
    const sourceDual = this.#sourceDual;
    const sinkDual = this.#sinkDual;
    const supply = this.#supply;
    const demand = this.#demand;
    flow.fill(0, 0, sources * sinks);
    sinkDual.fill(0, 0, sinks);
    let dual = 0;
    for (let i = 0; i < sources; i++) {
      let least = Number.POSITIVE_INFINITY;
      for (let j = 0; j < sinks; j++) least = Math.min(least, cost[i * sinks + j]!);
      sourceDual[i] = least;
      dual += least * supply[i]!;
    }
    // Most mass moves along the arcs that are tight from the start; paths are for the rest.
    for (let i = 0; i < sources; i++) {
      for (let j = 0; j < sinks; j++) {
        if (cost[i * sinks + j]! > sourceDual[i]! || demand[j]! <= nothing) continue;
        const amount = Math.min(supply[i]!, demand[j]!);
        flow[i * sinks + j] = amount;
        supply[i]! -= amount;
        demand[j]! -= amount;
        if (supply[i]! <= nothing) break;
      }
    }
    this.#dual = dual;
    for (;;) {
      const reached = this.#search(sources, sinks, enough);
      if (reached === tooFar) return this.#dual;
      if (reached < 0) break;
      // The path back to its source, and the most that it can carry.
      let amount = demand[reached]!;
      let sink = reached;
      let start = this.#parentOfSink[sink]!;
      while (this.#parentOfSource[start]! >= 0) {
        sink = this.#parentOfSource[start]!;
        amount = Math.min(amount, flow[start * sinks + sink]!);
        start = this.#parentOfSink[sink]!;
      }
      amount = Math.min(amount, supply[start]!);
      supply[start]! -= amount;
      demand[reached]! -= amount;
      sink = reached;
      for (;;) {
        const from = this.#parentOfSink[sink]!;
        flow[from * sinks + sink]! += amount;
        sink = this.#parentOfSource[from]!;
        if (sink < 0) break;
        flow[from * sinks + sink]! -= amount;
        if (flow[from * sinks + sink]! < nothing) flow[from * sinks + sink] = 0;
      }
    }
    let total = 0;
    for (let k = 0; k < sources * sinks; k++) total += flow[k]! * cost[k]!;
    return total;
  }

  /**
   * Grows trees of tight arcs from all sources with supply until one reaches a sink with demand; −1 when nothing is left, −2 when the cost
   * is `enough` at least.
   */
  #search(sources: number, sinks: number, enough: number): number {
    const slack = this.#slack;
    const slackFrom = this.#slackFrom;
    const parentOfSink = this.#parentOfSink;
    const parentOfSource = this.#parentOfSource;
    const queue = this.#queue;
    const flow = this.#flow;
    const cost = this.#cost;
    const sourceDual = this.#sourceDual;
    const sinkDual = this.#sinkDual;
    const supply = this.#supply;
    const demand = this.#demand;
    slack.fill(Number.POSITIVE_INFINITY, 0, sinks);
    parentOfSink.fill(-1, 0, sinks);
    let tail = 0;
    for (let i = 0; i < sources; i++) {
      if (supply[i]! > nothing) {
        queue[tail++] = i;
        parentOfSource[i] = -1;
      } else parentOfSource[i] = -2;
    }
    if (tail === 0) return -1;
    let open = false;
    for (let j = 0; j < sinks && !open; j++) open = demand[j]! > nothing;
    if (!open) return -1;
    let head = 0;
    for (;;) {
      while (head < tail) {
        const i = queue[head++]!;
        for (let j = 0; j < sinks; j++) {
          if (parentOfSink[j]! >= 0) continue;
          const reduced = cost[i * sinks + j]! - sourceDual[i]! - sinkDual[j]!;
          if (reduced < slack[j]!) {
            slack[j] = reduced;
            slackFrom[j] = i;
          }
        }
      }
      let least = Number.POSITIVE_INFINITY;
      for (let j = 0; j < sinks; j++) if (parentOfSink[j]! < 0 && slack[j]! < least) least = slack[j]!;
      if (least > 1e-12) {
        // The dual value rises by what cannot leave the trees: it is a lower bound of the distance all the way.
        let stuck = 0;
        for (let k = 0; k < tail; k++) {
          sourceDual[queue[k]!]! += least;
          stuck += supply[queue[k]!]!;
        }
        this.#dual += least * stuck;
        if (this.#dual >= enough) return tooFar;
        for (let j = 0; j < sinks; j++) {
          if (parentOfSink[j]! >= 0) sinkDual[j]! -= least;
          else slack[j]! -= least;
        }
      }
      for (let j = 0; j < sinks; j++) {
        if (parentOfSink[j]! >= 0 || slack[j]! > 1e-12) continue;
        parentOfSink[j] = slackFrom[j]!;
        if (demand[j]! > nothing) return j;
        for (let i = 0; i < sources; i++) {
          if (parentOfSource[i] !== -2 || flow[i * sinks + j]! <= 0) continue;
          parentOfSource[i] = j;
          queue[tail++] = i;
        }
      }
    }
  }
}
