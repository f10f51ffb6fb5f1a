/** Sodium channel of Traub and Miles. @module */
import { defineChannel } from "./declaration.js";

export const traubMilesSodium = defineChannel({
  id: "TM_Na",
  doc: "Fast sodium current of hippocampal and cortical cells; VT shifts its threshold.",
  source:
    "Traub & Miles 1991, Neuronal Networks of the Hippocampus, CUP, with the threshold shift VT as in Pospischil et al. 2008, Biol Cybern 99:427, eqs 3–4",
  params: { gbar: [50, "mS/cm2", { min: 0 }], VT: [-63, "mV"] },
  states: {
    m: ["alphaM/(alphaM + betaM)", "1", { min: 0, max: 1 }],
    h: ["alphaH/(alphaH + betaH)", "1", { min: 0, max: 1 }],
  },
  equations: `
    alphaM = 1.28/(1 ms)*exprelr(-(V - VT - 13 mV)/(4 mV))
    betaM = 1.4/(1 ms)*exprelr((V - VT - 40 mV)/(5 mV))
    alphaH = 0.128/(1 ms)*exp(-(V - VT - 17 mV)/(18 mV))
    betaH = 4/(1 ms)/(1 + exp(-(V - VT - 40 mV)/(5 mV)))
    dm/dt = alphaM*(1 - m) - betaM*m
    dh/dt = alphaH*(1 - h) - betaH*h`,
  current: "gbar*m^3*h*(V - ena)",
  ion: "na",
});
