/** Instantaneous synapse. @module */
import { defineSynapse } from "./declaration.js";

export const pulse = defineSynapse({
  id: "Pulse",
  doc: "A spike moves the membrane potential by its weight at once (delta synapse): at the start of the step in which it arrives. A spike that it sets off is stamped with the end of that step, so that from spike to spike it takes the delay and one step; NEST adds pulses at the end of the step before. Ignored while V is held refractory.",
  source: "Brunel 2000, J Comput Neurosci 8:183, eq. 3; NEST iaf_psc_delta",
  weightUnit: "mV",
  params: {},
  states: {},
  equations: "",
  onSpike: "V = V + weight",
});
