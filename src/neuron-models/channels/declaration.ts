/**
 * An ion channel, or the pool of an ion under the membrane, as data. A cell's membrane is a set of them, which the compiler
 * turns into one kernel.
 *
 * @module
 */
import type { ParameterDeclaration, StateDeclaration } from "../../core/declaration.js";

/** Ions that currents carry, by the names of their valences in the field: Na⁺, K⁺, Ca²⁺. */
export type IonName = "na" | "k" | "ca";

/**
 * Names that the equations may use besides their own: `V` (mV), `celsius` (degC), the diameter `diam` (um); for each ion its
 * reversal potential `ena`, `ek`, `eca` (mV) and its concentrations inside and outside, `nai`, `nao`, … (mM); in a pool the
 * sum of its ion's currents `ina`, `ik` or `ica` (uA/cm2, outwards), that of the step before.
 */
export interface ChannelDeclaration {
  readonly id: string;
  readonly doc?: string;
  /** Paper, with equation or table. */
  readonly source: string;
  readonly params: Readonly<Record<string, ParameterDeclaration>>;
  /** Gates and concentrations; initial values may be expressions of V ("mInf"), or "steady" where `sum` is given. */
  readonly states: Readonly<Record<string, StateDeclaration>>;
  /** Functions of one's own, as in neuron declarations. */
  readonly functions?: Readonly<Record<string, string>>;
  /** Lines "dm/dt = …" and "name = …". */
  readonly equations: string;
  /**
   * "gates" (default): each state must be linear in itself and is advanced exactly, the others held (cnexp). "implicit":
   * all states together by implicit Euler, for schemes of transitions, shells, pumps (sparse and derivimplicit in NEURON).
   */
  readonly method?: "gates" | "implicit";
  /** A scheme of transitions: its states always sum to this, and those declared "steady" start in their steady state. */
  readonly sum?: number;
  /** Current density, outwards, in uA/cm2; a pool may have none. */
  readonly current?: string;
  /** Ion that carries the current; of a pool, its ion. */
  readonly ion?: IonName;
  /** Further currents by the ion that carries them. */
  readonly currents?: Readonly<Partial<Record<IonName, string>>>;
  /**
   * A pool: its states are concentrations of its ion, `cai` inside or `cao` outside, and the reversal potential follows from
   * them by Nernst. A concentration that is no state of the pool is its parameter, or the cell's to give.
   */
  readonly isPool?: boolean;
}

/** Marks a declaration; checking happens where it is compiled, with messages that point at the term. */
export function defineChannel<const D extends ChannelDeclaration>(declaration: D): D {
  return declaration;
}
