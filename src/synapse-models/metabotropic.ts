/**
 * Receptors that act through G proteins. Transmitter T (mM; a spike adds `weight`, tauT clears it) binds receptors (r),
 * these activate G protein (G, relative), and four of it together gate a potassium channel: the open part is
 * G⁴/(G⁴ + Kd). A single spike therefore does little, a burst much. gmax is the conductance of all channels of the port.
 *
 * @module
 */
import { defineSynapse } from "./declaration.js";

const cascade = {
  weightUnit: "mM",
  states: { T: [0, "mM", { min: 0 }], r: [0, "1"], G: [0, "1"] },
  equations: `
    dT/dt = -T/tauT
    dr/dt = K1*T*(1 - r) - K2*r
    dG/dt = K3*r - K4*G
    gated = G^4/(G^4 + Kd)`,
  onSpike: "T = T + weight",
} as const;

const destexhe = {
  gmax: [1, "nS", { min: 0 }],
  Erev: [-95, "mV"],
  tauT: [0.3, "ms", { above: 0 }],
  K1: [0.52, "1/mM/ms", { min: 0 }],
  K2: [0.0013, "1/ms", { min: 0 }],
  K3: [0.098, "1/ms", { min: 0 }],
  K4: [0.033, "1/ms", { min: 0 }],
  Kd: [100, "1", { above: 0 }],
} as const;

export const gabaB = defineSynapse({
  id: "GABAB",
  doc: "GABA-B receptors: slow inhibition by a potassium conductance that a G protein opens. A spike's transmitter is about 0.5 mM.",
  source:
    "Destexhe, Bal, McCormick & Sejnowski 1996, J Neurophysiol 76:2049, appendix; rates fitted to Otis et al. 1993",
  ...cascade,
  params: destexhe,
  current: "gmax*gated*(Erev - V)",
});

export const muscarinicM2 = defineSynapse({
  id: "MuscarinicM2",
  doc: "Muscarinic M2 acetylcholine receptors: a G protein opens inwardly rectifying potassium channels, as GABA-B receptors do; slow inhibition. The rates are those of the GABA-B cascade, which acts on the same channels.",
  source: "Wickman & Clapham 1995, Physiol Rev 75:865; cascade: Destexhe et al. 1996, J Neurophysiol 76:2049",
  ...cascade,
  params: destexhe,
  current: "gmax*gated*(Erev - V)",
});

export const muscarinicM1 = defineSynapse({
  id: "MuscarinicM1",
  doc: "Muscarinic M1 acetylcholine receptors: a G protein closes the potassium conductance gmax, which the cell's leak must hold while they are silent; slow excitation. Cascade of GABA-B with slower steps, for an effect over a second.",
  source:
    "Brown & Adams 1980, Nature 283:673; Bernheim, Beech & Hille 1991, Neuron 6:859; cascade: Destexhe et al. 1996, J Neurophysiol 76:2049",
  ...cascade,
  params: { ...destexhe, Erev: [-90, "mV"], K4: [0.002, "1/ms", { min: 0 }] },
  current: "-gmax*gated*(Erev - V)",
});
