/**
 * Vogels & Abbott 2005, J Neurosci 25:10786–10795, doi:10.1523/JNEUROSCI.3508-05.2005: 10,000 integrate-and-fire
 * neurons, a fifth inhibitory, each pair joined with probability 0.02, which keep firing irregularly without any input
 * from outside. Neurons and current synapses are those that Brette et al. 2007 restate for benchmark 2 (appendix B), whose
 * 4,000 neurons are a smaller version of this network: here a neuron has 160 excitatory and 40 inhibitory inputs.
 *
 * The network with conductance synapses is `coba` only: with the strengths of benchmark 1 and 10,000 neurons, activity
 * ends after the first 50 ms.
 *
 * @module
 */
import type { NetworkDescription } from "../../simulation/index.js";
import { cuba } from "./brette-2007.js";
import type { PaperOptions } from "./paper-options.js";

/** The network with current synapses. */
export function vogelsAbbott2005(options: PaperOptions = {}): NetworkDescription {
  return {
    ...cuba({ ...options, size: 10_000, keepsInDegree: false }),
    name: "10,000 neurons (Vogels & Abbott 2005)",
  };
}
