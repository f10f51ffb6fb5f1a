/**
 * A suffix automaton that grows symbol by symbol and follows one match at the same time: whether the piece read since
 * `startMatch` also occurs earlier. That is the question of LZ76, and it costs O(1) per symbol here.
 *
 * Source: Blumer et al. 1985, Theor Comput Sci 40:31 (the smallest automaton of all substrings, built on-line).
 *
 * @module
 */
import { WbeError } from "../core/errors.js";

/** Tables up to this many cells are dense; larger ones (many different symbols) are sparse. 256 MB. */
const denseLimit = 2 ** 26;

/** The transitions of all states. −1: none. */
interface Transitions {
  get(state: number, symbol: number): number;
  set(state: number, symbol: number, target: number): void;
  copy(from: number, to: number): void;
}

class DenseTransitions implements Transitions {
  readonly #table: Int32Array;
  readonly #symbols: number;

  constructor(states: number, symbols: number) {
    this.#table = new Int32Array(states * symbols).fill(-1);
    this.#symbols = symbols;
  }

  get(state: number, symbol: number): number {
    return this.#table[state * this.#symbols + symbol]!;
  }

  set(state: number, symbol: number, target: number): void {
    this.#table[state * this.#symbols + symbol] = target;
  }

  copy(from: number, to: number): void {
    const start = from * this.#symbols;
    this.#table.copyWithin(to * this.#symbols, start, start + this.#symbols);
  }
}

class SparseTransitions implements Transitions {
  readonly #maps: (Map<number, number> | undefined)[] = [];

  get(state: number, symbol: number): number {
    return this.#maps[state]?.get(symbol) ?? -1;
  }

  set(state: number, symbol: number, target: number): void {
    const map = this.#maps[state];
    if (map) map.set(symbol, target);
    else this.#maps[state] = new Map([[symbol, target]]);
  }

  copy(from: number, to: number): void {
    this.#maps[to] = new Map(this.#maps[from]);
  }
}

export class SuffixAutomaton {
  /** Length of the piece since `startMatch` that has an earlier copy. */
  matchLength = 0;
  #matchState = 0;
  readonly #next: Transitions;
  /** Longest string of each state. */
  readonly #length: Int32Array;
  /** State of the longest suffix that lies in another state; −1 for the root. */
  readonly #link: Int32Array;
  #last = 0;
  #states = 1;

  /**
   * @param capacity most symbols that will be read; @param symbols symbols are 0 … symbols−1.
   * @throws WbeError LIMIT above 2³⁰ symbols.
   */
  constructor(capacity: number, symbols: number) {
    if (capacity > 2 ** 30) {
      throw new WbeError("LIMIT", `expected at most 2^30 symbols, found ${capacity}`, {
        remedy: "Take a shorter window or a coarser time step.",
      });
    }
    const states = Math.max(2, 2 * capacity);
    this.#length = new Int32Array(states);
    this.#link = new Int32Array(states).fill(-1);
    this.#next = states * symbols <= denseLimit ? new DenseTransitions(states, symbols) : new SparseTransitions();
  }

  /** The next symbol begins a new piece. */
  startMatch(): void {
    this.matchLength = 0;
    this.#matchState = 0;
  }

  /**
   * Reads one symbol. Returns true when the piece since `startMatch`, this symbol included, occurs in what was read
   * before this symbol; the match then goes on. Returns false otherwise, and the caller starts a new match.
   */
  extend(symbol: number): boolean {
    const target = this.#next.get(this.#matchState, symbol);
    this.#append(symbol);
    if (target < 0) return false;
    this.#matchState = target;
    this.matchLength++;
    // The append may have split the state: its shorter strings, ours perhaps among them, then live in its link.
    while (this.matchLength <= this.#length[this.#link[this.#matchState]!]!) {
      this.#matchState = this.#link[this.#matchState]!;
    }
    return true;
  }

  #append(symbol: number): void {
    const next = this.#next;
    const length = this.#length;
    const link = this.#link;
    const current = this.#states++;
    length[current] = length[this.#last]! + 1;
    let state = this.#last;
    this.#last = current;
    while (state >= 0 && next.get(state, symbol) < 0) {
      next.set(state, symbol, current);
      state = link[state]!;
    }
    if (state < 0) {
      link[current] = 0;
      return;
    }
    const old = next.get(state, symbol);
    if (length[state]! + 1 === length[old]) {
      link[current] = old;
      return;
    }
    const clone = this.#states++;
    length[clone] = length[state]! + 1;
    next.copy(old, clone);
    link[clone] = link[old]!;
    link[old] = clone;
    link[current] = clone;
    while (state >= 0 && next.get(state, symbol) === old) {
      next.set(state, symbol, clone);
      state = link[state]!;
    }
  }
}
