/** Synapses with one time constant. @module */
import { defineSynapse } from "./declaration.js";

export const expCurrent = defineSynapse({
  id: "ExpCurrent",
  doc: "A spike adds its weight to a current that decays exponentially.",
  source: "Rotter & Diesmann 1999, Biol Cybern 81:381; NEST iaf_psc_exp",
  weightUnit: "input",
  params: { tau: [2, "ms", { above: 0 }] },
  states: { i: [0, "input"] },
  equations: "di/dt = -i/tau",
  onSpike: "i = i + weight",
  current: "i",
});

export const expConductance = defineSynapse({
  id: "ExpConductance",
  doc: "A spike adds its weight to a conductance that decays exponentially, with reversal potential Erev.",
  source: "Brette et al. 2007, J Comput Neurosci 23:349, appendix B",
  weightUnit: "nS",
  params: { tau: [5, "ms", { above: 0 }], Erev: [0, "mV"] },
  states: { g: [0, "nS", { min: 0 }] },
  equations: "dg/dt = -g/tau",
  onSpike: "g = g + weight",
  current: "g*(Erev - V)",
});
