/**
 * A plasticity rule as data: traces on the two sides of a synapse, variables of the synapse itself, and what happens to
 * them and to the weight when a spike of either side arrives.
 *
 * In all statements the values are those just before the event; a name that is not declared is an intermediate value for
 * the statements after it.
 *
 * @module
 */
import type { ParameterDeclaration, StateDeclaration } from "../core/declaration.js";

export interface TraceDeclaration {
  readonly states: Readonly<Record<string, StateDeclaration>>;
  /** "dx/dt = -x/tau": linear decay without other terms, so that a trace can be advanced over any time at once. */
  readonly equations: string;
}

export interface PlasticityRule {
  readonly id: string;
  readonly doc?: string;
  readonly source: string;
  /** Units may be "weight": that of the synapse's weight. */
  readonly params: Readonly<Record<string, ParameterDeclaration>>;
  /** Traces of the presynaptic spikes, as seen at the synapse. */
  readonly pre: TraceDeclaration;
  /** Traces of the postsynaptic spikes, as seen at the synapse. */
  readonly post: TraceDeclaration;
  /** Variables of each synapse, 8 bytes each (and 4 for all of them). They decay by their equations or follow `flow`. */
  readonly synapse?: TraceDeclaration;
  /**
   * Traces of the spikes of a third population, the `modulator` of the projection's plasticity: a signal that all synapses
   * share. A modulatory spike meets a synapse when a presynaptic one of its moment does.
   */
  readonly modulator?: TraceDeclaration;
  /** Assignments to `w`, to pre traces and to variables of the synapse. Traces are read as they stand just before the spike. */
  readonly onPre: string;
  /** Assignments to `w`, to post traces and to variables of the synapse. */
  readonly onPost: string;
  /** Assignments to `w`, to modulator traces and to variables of the synapse. */
  readonly onModulator?: string;
  /**
   * Where something changes between events: `w` and variables of the synapse a time `T` after the last event (of any of the
   * three kinds), from values and traces just after that. Exact solutions, so that it does not matter how T is cut.
   */
  readonly flow?: string;
  /**
   * What arrives at the target when a presynaptic spike does, in the weight's unit; w itself where absent. Reads w as
   * onPre leaves it, and traces as they stand just before the spike: saturation, depression and facilitation are
   * traces of the presynaptic side. Sums over synapses of such a quantity live in the state of a linear synapse.
   */
  readonly arrival?: string;
  /** Bounds that initial weights must respect, as parameter names; none where absent. */
  readonly bounds?: { readonly min: string; readonly max: string };
  /** Relations between parameters that must hold, e.g. "tauActive != tauRec". */
  readonly constraints?: readonly string[];
}

/** Marks a rule; checked where it is compiled. */
export function definePlasticity<const R extends PlasticityRule>(rule: R): R {
  return rule;
}
