/** Instantaneous synapse. @module */
import { defineSynapse } from "./declaration.js";

export const pulse = defineSynapse({
  id: "Pulse",
  doc: "A spike moves the membrane potential by its weight at once (delta synapse). Ignored while V is held refractory.",
  source: "Brunel 2000, J Comput Neurosci 8:183, eq. 3; NEST iaf_psc_delta",
  weightUnit: "mV",
  params: {},
  states: {},
  equations: "",
  onSpike: "V = V + weight",
});
