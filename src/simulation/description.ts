/**
 * A network as data: what `wbe run` reads, a page builds, a manifest records (DESIGN §10). JSON-safe.
 * Types only; description-schema.ts holds the parser that turns unknown input into these types.
 *
 * @module
 */

import type { CellModel } from "../cells/cell-model.js";
import type { PlasticityRule } from "../compiler/plasticity-rule.js";
import type { Precision } from "../core/column.js";
import type { NeuronDeclaration } from "../neuron-models/declaration.js";
import type { SynapseDeclaration } from "../synapse-models/declaration.js";

/** A number in the unit of the variable, or text with a unit: "10 nS". */
export type Quantity = number | string;

/**
 * One value for all, a distribution, or a list: per neuron in order; per synapse in the order of an "edges" rule's list,
 * for other rules by source, then target.
 */
export type Dist =
  | Quantity
  | ({ normal: readonly [Quantity, Quantity] } & Bounds)
  | ({ lognormal: readonly [Quantity, number] /* median, sigma of the log */ } & Bounds)
  | { uniform: readonly [Quantity, Quantity] }
  | { values: readonly number[] | Float32Array | Float64Array };

/** Values outside go to the nearer bound (clip) or are drawn again (redraw); at most one of the two. */
interface Bounds {
  clip?: readonly [Quantity, Quantity];
  redraw?: readonly [Quantity, Quantity];
}

export type DistTable = Record<string, Dist>;

export interface PopulationSpec {
  name: string;
  /** Id of a model of the catalogue, a declaration of the user's own, or a detailed cell. */
  model: string | NeuronDeclaration | CellModel;
  size: number;
  params?: DistTable;
  /** Initial values of states; the declaration's otherwise. */
  init?: DistTable;
  /** xyz in um, 3·size numbers. */
  positions?: readonly number[] | Float32Array;
  /** Number format of states and parameters in the kernel; "f64" otherwise. "f32" advances four neurons at a time. */
  precision?: Precision;
  /**
   * Integrator instead of the declaration's own. "event-driven": a linear neuron in closed form from event to event, at a
   * cost that follows activity (event-driven.ts).
   */
  method?: IntegratorName | "event-driven";
  /**
   * "grid" (default): a spike falls on the end of the step in which the threshold is crossed. "exact": linear neurons, run
   * from event to event, fire when they cross it, as NEST's models ending in _ps; refractory periods (whole steps, at least
   * one) start and end there; and spikes between such populations, and those of stimuli of kind "spikes", arrive at their
   * own times. Other populations are reached on steps, by stamps rounded up.
   */
  spikeTimes?: "grid" | "exact";
  /**
   * A neuron without arrivals whose states all change more slowly than this, in their units per ms, keeps them as they are and
   * costs no time until something reaches it. Bounds the error: a state with time constant tau stops at most
   * about tolerance·tau from where it was going.
   */
  restTolerance?: number;
}

export type IntegratorName = "euler" | "exponential-euler" | "exact" | "heun" | "rk4";

export type RuleSpec =
  | { kind: "one-to-one" }
  | { kind: "all-to-all"; autapses?: boolean }
  | { kind: "bernoulli"; p: number; autapses?: boolean }
  | { kind: "fixed-in-degree"; k: number; autapses?: boolean; multapses?: boolean }
  | { kind: "fixed-out-degree"; k: number; autapses?: boolean; multapses?: boolean }
  /**
   * n synapses between pairs drawn at random, with replacement unless multapses is false. One sequence of pairs: every thread draws
   * all and keeps its own, so that two build such a projection 1.3 times as fast as one (8 M synapses; other rules nearly twice).
   */
  | { kind: "fixed-total"; n: number; autapses?: boolean; multapses?: boolean }
  /** Explicit edges, indices within the two populations. */
  | { kind: "edges"; source: readonly number[] | Uint32Array; target: readonly number[] | Uint32Array };

export interface PlasticitySpec {
  /** Id of a rule of the catalogue, or a rule of the user's own. */
  rule: string | PlasticityRule;
  params?: Record<string, Quantity>;
  /** Population whose spikes are the rule's modulatory signal, for a rule that has one. */
  modulator?: string;
  /** The rule's bounds may lie on both sides of 0, so that a synapse may turn from excitatory to inhibitory. */
  mayChangeSign?: boolean;
}

/**
 * Quantal release: each synapse has release sites, filled with a vesicle or empty, and the weight is the effect of one
 * vesicle. All randomness is a function of the seed, the synapse and the step.
 */
export interface ReleaseSpec {
  /** Release sites of a synapse, all filled at rest: 1 … 65535. */
  sites: number;
  /** Probability that a spike releases a vesicle from a filled site at rest. */
  U: number;
  /** ms. An empty site is filled again with rate 1/tauRec (0: at once). Facilitation of U decays with tauFac (0: none). */
  tauRec: Quantity;
  tauFac?: Quantity;
  /**
   * A vesicle that a spike leaves is released late with probability `p`, after a time that is exponential with `tau` (ms),
   * cut at `longest` (5 tau): the ring buffers of the targets must reach that far.
   */
  asynchronous?: { p: number; tau: Quantity; longest?: Quantity };
  /** Hz. Miniature releases of each synapse without a spike, from a pool of their own. */
  spontaneous?: Quantity;
}

export interface ProjectionSpec {
  name?: string;
  from: string;
  to: string;
  synapse: string | SynapseDeclaration;
  /** Parameters of the synapse model (tau, Erev, …); projections with equal model and parameters share one port. */
  params?: Record<string, Quantity>;
  /** Where on the target, a detailed cell: a name of its `sites`; the first of them otherwise. */
  site?: string;
  /** Of an electrical synapse between detailed cells: where on the source; the first of its sites otherwise. */
  fromSite?: string;
  rule: RuleSpec;
  /** In the weight unit of the synapse model. */
  weight: Dist;
  /** ms; each becomes the nearest whole number of steps, at least 1. */
  delay: Dist;
  /**
   * Whose place in the random streams a synapse is drawn from: its target's (as a rule) or its source's. By source is
   * possible for bernoulli, fixed-out-degree, all-to-all and one-to-one, with numbers or distributions as values.
   */
  drawnBy?: "target" | "source";
  /**
   * "procedural": synapses take no memory and are drawn again at each spike of their source; implies drawnBy "source", and
   * gives the bits of stored synapses drawn by source. Not with plasticity or coupled processes.
   */
  storage?: "stored" | "procedural";
  /** Part of the delay that lies in the axon, 0 … 1; the rest is dendritic. Matters to plasticity only. */
  axonalFraction?: number;
  plasticity?: PlasticitySpec[];
  /** Stochastic release instead of the whole weight at each spike. Not with plasticity. */
  release?: ReleaseSpec;
}

/** Which neurons: all, or indices within the population. */
export type Selection = readonly number[];

export type StimulusSpec = {
  /** For actions; a stimulus without a name is called by its place in the list. */
  name?: string;
} /** Current into the model's input `I` (its unit), from start to stop (ms). */ & (
  | {
      kind: "constant";
      population: string;
      neurons?: Selection;
      amplitude: Dist;
      start?: Quantity;
      stop?: Quantity;
      input?: string;
    }
  /** A current pulse that metrics treat as a perturbation; same effect as constant, remembered in SpikeData.pulseTimes. */
  | {
      kind: "pulse";
      population: string;
      neurons?: Selection;
      amplitude: Dist;
      start: Quantity;
      duration: Quantity;
      input?: string;
    }
  /** Independent Poisson spike trains, one per neuron, through a synapse model. rate Hz. */
  | {
      kind: "poisson";
      population: string;
      neurons?: Selection;
      rate: Quantity;
      weight: Quantity;
      synapse: string | SynapseDeclaration;
      params?: Record<string, Quantity>;
      /** As in projections. */
      site?: string;
      start?: Quantity;
      stop?: Quantity;
    }
  /**
   * Given arrival times (ms, in any order, each to the nearest step; a time given twice arrives twice): all of them to each
   * selected neuron; or, with `indices`, each to the neuron of its own place in that list; or those of a file of
   * times and neurons (io/spike-times.ts), which the engine's option `openFile` opens.
   */
  | ({
      kind: "spikes";
      population: string;
      weight: Quantity;
      synapse: string | SynapseDeclaration;
      params?: Record<string, Quantity>;
      site?: string;
    } & SpikeTimes)
);

/** Arrays may be typed ones. */
export type SpikeTimes =
  | { times: readonly number[] | Float64Array; neurons?: Selection; indices?: undefined; file?: undefined }
  | {
      times: readonly number[] | Float64Array;
      indices: readonly number[] | Uint32Array;
      neurons?: undefined;
      file?: undefined;
    }
  /** `firstIndex`: what the file calls the first neuron of the population, 0 unless given. */
  | { file: string; firstIndex?: number; times?: undefined; neurons?: undefined; indices?: undefined };

/** Which neurons: all, indices within the population, or a part of it drawn from the seed (the nearest whole number). */
export type ActionSelection = Selection | { fraction: number };

/**
 * What happens at a time (ms, a whole step). At step s: states are sampled, coupled processes step, then actions
 * of that time act in the order of the list, then step s → s + 1 is computed. Actions at 0 act when the first run begins.
 */
export type ActionSpec = {
  at: Quantity;
} /** New values of parameters and states, as `engine.set` between runs; other states keep theirs. */ & (
  | { kind: "set"; population: string; neurons?: ActionSelection; values: DistTable }
  /** All weights of a projection times a factor; where rules bound them, within the bounds. */
  | { kind: "scale-weights"; projection: string; factor: number }
  /**
   * Neurons are gone: their states stay as they are, they fire no more, and no current flows through their electrical
   * synapses. What they sent before still arrives.
   */
  | { kind: "lesion"; population: string; neurons?: ActionSelection }
  /** Nothing passes a projection any more. What is under way still arrives. */
  | { kind: "cut"; projection: string }
  /**
   * A stimulus, by its name or its place in the list, is switched on (until its own stop, if that is still to come; a
   * pulse for its duration) or off, or goes on with another amplitude, rate or weight.
   */
  | {
      kind: "stimulus";
      stimulus: string | number;
      on?: boolean;
      amplitude?: Dist;
      rate?: Quantity;
      weight?: Quantity;
    }
  /** Copies of states (of all populations unless some are named) and of the weights of the named projections. */
  | { kind: "snapshot"; name: string; populations?: readonly string[]; projections?: readonly string[] }
  /** The run ends here; `run` with a duration goes on. */
  | { kind: "stop" }
);

export type RecorderSpec =
  /** Of all populations, of one, or of chosen neurons of one. */
  | { kind: "spikes"; population?: string; neurons?: Selection }
  /**
   * Every `every` ms (whole steps, default each step) a state of the model or of a synapse (`ExpCurrent.i`), or another
   * value that the equations name (`INa`; the input current with its synapses, `I`, as stimuli set it for the step before),
   * which takes more time.
   */
  | { kind: "state"; population: string; variable: string; every?: Quantity; neurons?: Selection }
  /** Spikes per neuron and second in bins of `every` ms, of all or of chosen neurons. */
  | { kind: "rate"; population: string; every: Quantity; neurons?: Selection; name?: string }
  /**
   * Weights every `every` ms: of all synapses or of those chosen (counted row by row by source); or only their mean,
   * standard deviation, least and largest; or how many lie below, in `bins` equal parts of, and above a range.
   */
  | {
      kind: "weights";
      projection: string;
      every: Quantity;
      synapses?: Selection;
      summary?: "moments" | { bins: number; range: readonly [Quantity, Quantity] };
      name?: string;
    };

export interface NetworkDescription {
  version: 1;
  seed: number;
  /** ms */
  dt: number;
  /** ms, whole steps. */
  duration: number;
  name?: string;
  populations: PopulationSpec[];
  projections: ProjectionSpec[];
  stimuli: StimulusSpec[];
  recorders: RecorderSpec[];
  actions?: ActionSpec[];
  /**
   * Electrical synapses: 0 (the default) holds the currents of a step's start over the step, an error of order dt. Otherwise
   * each step is carried out so many times more, with the mean of the potentials at its two ends (waveform relaxation): one
   * pass gives order dt², more of them approach the implicit midpoint current, each by a factor of about g·dt/(2C). At most 20.
   */
  relaxations?: number;
}
