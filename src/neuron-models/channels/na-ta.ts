/** Transient sodium channel NaTa. @module */
import { defineChannel } from "./declaration.js";

export const naTa = defineChannel({
  id: "NaTa",
  doc: "Transient sodium current of the axon.",
  source:
    "Colbert & Pan 2002, Nat Neurosci 5:533; the form used in the Allen Cell Types Database (Gouwens et al. 2018, Nat Commun 9:710); Q10 2.3 from 23 °C",
  params: { gbar: [0.01, "mS/cm2", { min: 0 }] },
  states: {
    m: ["alphaM/(alphaM + betaM)", "1", { min: 0, max: 1 }],
    h: ["alphaH/(alphaH + betaH)", "1", { min: 0, max: 1 }],
  },
  equations: `
    q = 2.3^((celsius - 23 degC)/(10 degC))
    alphaM = 0.182*6/(1 ms)*exprelr(-(V + 48 mV)/(6 mV))
    betaM = 0.124*6/(1 ms)*exprelr((V + 48 mV)/(6 mV))
    alphaH = 0.015*6/(1 ms)*exprelr((V + 69 mV)/(6 mV))
    betaH = 0.015*6/(1 ms)*exprelr(-(V + 69 mV)/(6 mV))
    dm/dt = q*(alphaM*(1 - m) - betaM*m)
    dh/dt = q*(alphaH*(1 - h) - betaH*h)`,
  current: "gbar*m^3*h*(V - ena)",
  ion: "na",
});
