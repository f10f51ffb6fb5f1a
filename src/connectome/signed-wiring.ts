/** A wiring in which a pair of neurons has a number of synapses with one sign: what whole-brain models are made of. @module */

export interface SignedWiring {
  readonly nNeurons: number;
  /** Index of the presynaptic and the postsynaptic neuron of each connection. */
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  /** Synapses of each connection, negative where they inhibit. Never 0. */
  readonly synapses: Int32Array;
}
