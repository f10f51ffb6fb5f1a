/**
 * NMDA receptors: slow conductances that magnesium blocks at rest. The open part is 1/(1 + [Mg]/K·e^(−V/Vs)); it follows
 * V at once. The weight is the peak conductance (nS) without block.
 *
 * @module
 */
import { defineSynapse } from "./declaration.js";
import { dualExpGating } from "./dual-exponential.js";

const unblocked = `
    unblocked = 1/(1 + cMg/KMg*exp(-V/VMg))`;

const slow = { tauRise: [0.29, "ms", { above: 0 }], tauDecay: [43, "ms", { above: 0 }], Erev: [0, "mV"] } as const;

/** V-dependence of Jahr & Stevens 1990: 0.062/mV and 3.57 mM. */
export const jahrStevens = {
  cMg: [1, "mM", { min: 0 }],
  KMg: [3.57, "mM", { above: 0 }],
  VMg: [1 / 0.062, "mV", { above: 0 }],
} as const;

export const nmda = defineSynapse({
  id: "NMDA",
  doc: "NMDA receptors with the magnesium block of Jahr and Stevens: half open at −20.5 mV in 1 mM Mg.",
  source: "Jahr & Stevens 1990, J Neurosci 10:3178, eq. 4a; kinetics: Markram et al. 2015, Cell 163:456",
  ...dualExpGating,
  params: { ...slow, ...jahrStevens },
  equations: dualExpGating.equations + unblocked,
  current: "g*unblocked*(Erev - V)",
});

export const nmdaMaexDeSchutter = defineSynapse({
  id: "NMDAMaexDeSchutter",
  doc: "NMDA receptors of cerebellar granule cells: the block of Jahr and Stevens shifted by +10 mV, in 1.2 mM Mg.",
  source: "Maex & De Schutter 1998, J Neurophysiol 80:2521; as in NeuroML's voltageConcDepBlockMechanism",
  ...dualExpGating,
  params: {
    ...slow,
    tauRise: [1, "ms", { above: 0 }],
    tauDecay: [13.3333, "ms", { above: 0 }],
    cMg: [1.2, "mM", { min: 0 }],
    KMg: [1.9205441817997078, "mM", { above: 0 }],
    VMg: [16.129032258064516, "mV", { above: 0 }],
  },
  equations: dualExpGating.equations + unblocked,
  current: "g*unblocked*(Erev - V)",
});

export const nmdaFiveState = defineSynapse({
  id: "NMDAFiveState",
  doc: "NMDA receptors by a Markov scheme C0 – C1 – C2 – O with a desensitized state at C2. A spike releases transmitter (weight, mM), which clears with tauT; gmax is the conductance of all receptors of the port open and unblocked.",
  source:
    "Clements & Westbrook 1991, Neuron 7:605; rates: Destexhe, Mainen & Sejnowski 1994, J Comput Neurosci 1:195; block: Jahr & Stevens 1990, J Neurosci 10:3178",
  weightUnit: "mM",
  params: {
    gmax: [1, "nS", { min: 0 }],
    Erev: [0, "mV"],
    tauT: [1, "ms", { above: 0 }],
    Rb: [5, "1/mM/ms", { min: 0 }],
    Ru: [0.0129, "1/ms", { min: 0 }],
    Rd: [0.0084, "1/ms", { min: 0 }],
    Rr: [0.0068, "1/ms", { min: 0 }],
    Ro: [0.0465, "1/ms", { min: 0 }],
    Rc: [0.0738, "1/ms", { min: 0 }],
    ...jahrStevens,
  },
  states: { T: [0, "mM", { min: 0 }], C1: [0, "1"], C2: [0, "1"], D: [0, "1"], O: [0, "1"] },
  // C0 is what is left, so that the states sum to 1 by whatever method.
  equations: `
    C0 = 1 - C1 - C2 - D - O${unblocked}
    dT/dt = -T/tauT
    dC1/dt = Rb*T*C0 + Ru*C2 - (Ru + Rb*T)*C1
    dC2/dt = Rb*T*C1 + Rr*D + Rc*O - (Ru + Rd + Ro)*C2
    dD/dt = Rd*C2 - Rr*D
    dO/dt = Ro*C2 - Rc*O`,
  onSpike: "T = T + weight",
  current: "gmax*O*unblocked*(Erev - V)",
});
