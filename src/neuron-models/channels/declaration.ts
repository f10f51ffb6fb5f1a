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
 * Names that the equations may use besides their own: `V` (mV), `celsius` (degC), the reversal potentials `ena`, `ek`,
 * `eca` (mV), the concentration of calcium inside `cai` (mM), and in a pool `ica`, the sum of the calcium currents
 * (uA/cm2, outwards).
 */
export interface ChannelDeclaration {
  readonly id: string;
  readonly doc?: string;
  /** Paper, with equation or table. */
  readonly source: string;
  readonly params: Readonly<Record<string, ParameterDeclaration>>;
  /** Gates and concentrations; initial values may be expressions of V ("mInf"). */
  readonly states: Readonly<Record<string, StateDeclaration>>;
  /** Functions of one's own, as in neuron declarations. */
  readonly functions?: Readonly<Record<string, string>>;
  /** Lines "dm/dt = …" and "name = …". Gates must be linear in themselves: they are advanced exactly (cnexp). */
  readonly equations: string;
  /** Current density, outwards, in uA/cm2; without it the channel carries none (a pool). */
  readonly current?: string;
  /** Ion that carries the current. */
  readonly ion?: IonName;
  /** A pool: its state `cai` is the concentration of calcium inside, and `cao` (mM) its parameter for outside. */
  readonly isPool?: boolean;
}

/** Marks a declaration; checking happens where it is compiled, with messages that point at the term. */
export function defineChannel<const D extends ChannelDeclaration>(declaration: D): D {
  return declaration;
}
