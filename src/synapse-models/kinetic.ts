/**
 * Receptors that bind transmitter, and so saturate. A spike adds `weight` (mM) to the concentration T, which clears with
 * tauT: the area weight·tauT is that of a square pulse of height weight and length tauT. All receptors of a port share T;
 * where each synapse saturates on its own, use a release rule (wbe/plasticity) before a linear receptor.
 *
 * @module
 */
import { defineSynapse } from "./declaration.js";
import { jahrStevens } from "./nmda.js";

const source =
  "Destexhe, Mainen & Sejnowski 1998, Kinetic models of synaptic transmission, in Koch & Segev, Methods in Neuronal Modeling, eqs 1.10–1.14";

const twoState = {
  weightUnit: "mM",
  states: { T: [0, "mM", { min: 0 }], r: [0, "1"] },
  equations: `
    dT/dt = -T/tauT
    dr/dt = alpha*T*(1 - r) - beta*r`,
  onSpike: "T = T + weight",
} as const;

/** Rates of binding (1/mM/ms) and unbinding (1/ms). */
const rates = (alpha: number, beta: number, Erev: number) =>
  ({
    gmax: [1, "nS", { min: 0 }],
    Erev: [Erev, "mV"],
    tauT: [1, "ms", { above: 0 }],
    alpha: [alpha, "1/mM/ms", { min: 0 }],
    beta: [beta, "1/ms", { min: 0 }],
  }) as const;

export const ampaKinetic = defineSynapse({
  id: "AMPAKinetic",
  doc: "AMPA receptors by a two-state scheme, closed and open: dr/dt = alpha·T·(1 − r) − beta·r.",
  source,
  ...twoState,
  params: rates(1.1, 0.19, 0),
  current: "gmax*r*(Erev - V)",
});

export const gabaAKinetic = defineSynapse({
  id: "GABAAKinetic",
  doc: "GABA-A receptors by a two-state scheme, closed and open: dr/dt = alpha·T·(1 − r) − beta·r.",
  source,
  ...twoState,
  params: rates(5, 0.18, -80),
  current: "gmax*r*(Erev - V)",
});

export const nmdaKinetic = defineSynapse({
  id: "NMDAKinetic",
  doc: "NMDA receptors by a two-state scheme, closed and open, with the magnesium block of Jahr and Stevens.",
  source,
  ...twoState,
  params: { ...rates(0.072, 0.0066, 0), ...jahrStevens },
  equations: `${twoState.equations}
    unblocked = 1/(1 + cMg/KMg*exp(-V/VMg))`,
  current: "gmax*r*unblocked*(Erev - V)",
});

export const saturatingConductance = defineSynapse({
  id: "SaturatingConductance",
  doc: "A conductance that approaches gmax: an arrival closes the part 1 − e^(−weight/gmax) of the gap. It is the two-state scheme with transmitter that is gone at once; arrivals of one step act like the same arrivals one after another.",
  source: "Destexhe, Mainen & Sejnowski 1994, Neural Comput 6:14, in the limit of short pulses",
  weightUnit: "nS",
  params: { gmax: [10, "nS", { above: 0 }], tau: [5, "ms", { above: 0 }], Erev: [0, "mV"] },
  states: { g: [0, "nS", { min: 0 }] },
  equations: "dg/dt = -g/tau",
  onSpike: "g = gmax - (gmax - g)*exp(-weight/gmax)",
  current: "g*(Erev - V)",
});
