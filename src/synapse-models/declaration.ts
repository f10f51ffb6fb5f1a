/**
 * A synapse model as data: linear (or any) dynamics on the target's side, set off by arriving spikes.
 *
 * @module
 */
import type { ParameterDeclaration, StateDeclaration } from "../core/declaration.js";

export interface SynapseDeclaration {
  readonly id: string;
  readonly doc?: string;
  readonly source: string;
  /** Unit of a connection's weight; "input" means the unit of the neuron's input current. */
  readonly weightUnit: string;
  readonly params: Readonly<Record<string, ParameterDeclaration>>;
  /** State units may be "input" or "input/ms" like weightUnit. */
  readonly states: Readonly<Record<string, StateDeclaration>>;
  /** As in neurons. */
  readonly functions?: Readonly<Record<string, string>>;
  /** "dX/dt = …" lines and intermediate values, as in neurons. May read V and other states of the neuron. */
  readonly equations: string;
  /** Assignments at an arrival; `weight` is the sum of the weights that arrive in this step. */
  readonly onSpike: string;
  /** Current into the neuron, e.g. "g*(Erev - V)". Absent for pulses that change a state of the neuron directly. */
  readonly current?: string;
  /**
   * Electrical coupling: no spikes are needed; at each step weight·(V of source − V of target), both at the start of
   * the step, arrives as `weight` (pA), and `current` may use it. weightUnit must be "nS". A parameter `rectification`
   * (−1 … 1) takes that part of the conductance away where the source is more negative (where positive if below 0).
   */
  readonly electrical?: boolean;
}

/** Marks a declaration; checked where it is compiled. */
export function defineSynapse<const D extends SynapseDeclaration>(declaration: D): D {
  return declaration;
}
