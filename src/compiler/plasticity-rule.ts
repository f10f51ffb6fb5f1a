/**
 * A plasticity rule as data: traces on the two sides of a synapse, and what happens to the weight when a spike of
 * either side arrives.
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
  /** Assignments to `w` and to pre traces. Traces are read as they stand just before the spike. */
  readonly onPre: string;
  /** Assignments to `w` and to post traces. */
  readonly onPost: string;
  /**
   * What arrives at the target when a presynaptic spike does, in the weight's unit; w itself where absent. Reads w as
   * onPre leaves it, and traces as they stand just before the spike: saturation, depression and facilitation are
   * traces of the presynaptic side. Sums over synapses of such a quantity live in the state of a linear synapse.
   */
  readonly arrival?: string;
  /** Bounds that initial weights must respect, as parameter names; none where absent. */
  readonly bounds?: { readonly min: string; readonly max: string };
}

/** Marks a rule; checked where it is compiled. */
export function definePlasticity<const R extends PlasticityRule>(rule: R): R {
  return rule;
}
