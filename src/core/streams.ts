/**
 * The random streams of wbe: one number per purpose, and no stream outside this list.
 *
 * A stream number is half of the Philox key (the other half is the user's seed), so two purposes never share
 * random numbers, and adding draws to one changes nothing in another. The numbers are part of what makes a run
 * reproducible: they are never changed and never reused, new ones are appended.
 *
 * @module
 */

export const Stream = {
  /** Which neuron connects to which: rules of the builder. Entity: the projection's target or source row. */
  construction: 1,
  /** Initial synaptic weights. */
  weights: 2,
  /** Synaptic delays. */
  delays: 3,
  /** Initial values of state variables. Entity: the neuron. */
  initialState: 4,
  /** Poisson stimuli of the engine. Entity: the neuron or source, step: the time step. */
  poisson: 5,
  /** Noise terms of model equations. Entity: the neuron, step: the time step. */
  noise: 6,
  /** Synthetic volumes: positions of somata and shape of neurites. */
  scannerGeometry: 7,
  /** Synthetic volumes: noise of the imaging. */
  scannerNoise: 8,
  /** Null models and surrogates of metrics (rewired graphs, time-shuffled data). */
  nullModel: 9,
  /** Bootstrap resampling of confidence intervals. */
  bootstrap: 10,
  /** Sampled bipartitions of integrated information. */
  bipartition: 11,
  /** Shuffling that is a purpose of its own (order of items, permutation tests). */
  shuffle: 12,
  /** Positions of neurons that have none yet. */
  positions: 13,
  /** Model parameters drawn per neuron (heterogeneous populations). Entity: the neuron. */
  parameters: 14,
  /** Transmitter type and other classes assigned to neurons (Dale's law, cell types). Entity: the neuron. */
  cellTypes: 15,
  /** Stochastic release and failure of synapses. Entity: the target, step: the time step, then the source and the projection. */
  release: 16,
  /** Channel noise: opening and closing of single ion channels. Entity: the compartment, step: the time step. */
  channelNoise: 17,
  /** Random choice of recorded neurons, samples and subsets. */
  sampling: 18,
  /** Spike trains and analogue signals generated outside the engine (test input, surrogate recordings). */
  spikeTrains: 19,
  /** Layout of graphs and other drawings, which never enters a result. */
  layout: 20,
  /** Spontaneous release of synapses. Entity: four targets or one, step: the time step. */
  spontaneousRelease: 21,
  /** Random graphs of the classical models (small world, scale-free, blocks, …). */
  randomGraphs: 22,
} as const;

/** A stream number of the list. */
export type StreamNumber = (typeof Stream)[keyof typeof Stream];
