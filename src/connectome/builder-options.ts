/**
 * What the builder and its rules take.
 *
 * @module
 */
import type { NeuronNode } from "./node.js";
import type { SynapseValue } from "./synapse-values.js";

export type SynapseTypeName = "excitatory" | "inhibitory" | "electrical";

/** Neurons by index, by id or label, or by a test; all when left out. */
export type NodeSelection =
  | readonly number[]
  | Uint32Array
  | readonly string[]
  | ((node: NeuronNode, index: number) => boolean);

export interface SynapseOptions {
  /**
   * nS, ≥ 0: a peak conductance whose sign the synapse type tells. Default: `defaultWeights` of the type the synapse
   * has in the end (after Dale's law); an electrical synapse needs a value.
   */
  weight?: SynapseValue;
  /** ms. Default: `conductionDelay` of the distance of the somata; 0 for electrical synapses. */
  delay?: SynapseValue;
  /** Default "excitatory". Gap junctions ("electrical") are stored in both directions. */
  synapse?: SynapseTypeName;
}

export interface RuleOptions extends SynapseOptions {
  from?: NodeSelection;
  to?: NodeSelection;
  /** Whether a neuron may connect to itself. Default false. */
  allowAutapses?: boolean;
  /**
   * Position of the rule's draws in the random stream, 0 … 65535. Default: the number of rules applied before, so
   * name it to keep a rule's result when rules are added or reordered.
   */
  stream?: number;
}

export interface FixedTotalOptions extends RuleOptions {
  /** Whether one pair may be drawn several times. Default false. */
  allowMultapses?: boolean;
}

export interface DistanceRuleOptions extends RuleOptions {
  /** Whether a pair may be connected, by where the target lies from the source (um): a box, a ring, one side, … */
  mask?: (dx: number, dy: number, dz: number) => boolean;
  /** um; pairs further apart are not connected, and the rule's function is not asked. */
  maxDistance?: number;
}

export interface FixedDegreeOptions extends RuleOptions {
  /** Whether one pair may be drawn several times (k synapses between it). Default false. */
  allowMultapses?: boolean;
}

export type DaleType = "excitatory" | "inhibitory";

export interface DaleOptions {
  /** Share of neurons that are inhibitory, rounded to a whole number of neurons drawn by the seed. Default 0.2. */
  inhibitoryFraction?: number;
  /** Given types instead: one per neuron in index order, or a function of the neuron. */
  types?: readonly DaleType[] | ((node: NeuronNode, index: number) => DaleType);
}

export interface ConnectomeBuilderOptions {
  /** Whole number from 0 to 2³²−1. Equal seed, neurons and rules give equal columns on every machine. */
  seed: number;
  name?: string;
  /** um/ms, for default delays. */
  conductionVelocity?: number;
  /**
   * um; a box whose opposite faces are joined, so that all distances go the shorter way round. Infinity leaves an axis
   * open. Default: open.
   */
  period?: readonly [number, number, number];
}
