/** Alpha functions: rise and decay with one time constant; the weight is the peak, reached tau after the arrival. @module */
import { defineSynapse } from "./declaration.js";

const source = "Rall 1967, J Neurophysiol 30:1138; Rotter & Diesmann 1999, Biol Cybern 81:381; NEST iaf_psc_alpha";

export const alphaCurrent = defineSynapse({
  id: "AlphaCurrent",
  doc: "A spike sets off a current weight·(t/tau)·e^(1 − t/tau).",
  source,
  weightUnit: "input",
  params: { tau: [2, "ms", { above: 0 }] },
  states: { x: [0, "input"], i: [0, "input"] },
  equations: `
    dx/dt = -x/tau
    di/dt = x/tau - i/tau`,
  onSpike: "x = x + weight*exp(1)",
  current: "i",
});

export const alphaConductance = defineSynapse({
  id: "AlphaConductance",
  doc: "A spike sets off a conductance weight·(t/tau)·e^(1 − t/tau), with reversal potential Erev.",
  source,
  weightUnit: "nS",
  params: { tau: [2, "ms", { above: 0 }], Erev: [0, "mV"] },
  states: { x: [0, "nS", { min: 0 }], g: [0, "nS", { min: 0 }] },
  equations: `
    dx/dt = -x/tau
    dg/dt = x/tau - g/tau`,
  onSpike: "x = x + weight*exp(1)",
  current: "g*(Erev - V)",
});
