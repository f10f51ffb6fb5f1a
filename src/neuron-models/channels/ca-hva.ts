/** High-voltage activated calcium channel. @module */
import { defineChannel } from "./declaration.js";

export const caHva = defineChannel({
  id: "Ca_HVA",
  doc: "High-voltage activated calcium current.",
  source: "Reuveni et al. 1993, J Neurosci 13:4609; as in Hay et al. 2011, PLoS Comput Biol 7:e1002107",
  params: { gbar: [0.01, "mS/cm2", { min: 0 }] },
  states: {
    m: ["alphaM/(alphaM + betaM)", "1", { min: 0, max: 1 }],
    h: ["alphaH/(alphaH + betaH)", "1", { min: 0, max: 1 }],
  },
  equations: `
    alphaM = 0.055*3.8/(1 ms)*exprelr(-(V + 27 mV)/(3.8 mV))
    betaM = 0.94/(1 ms)*exp(-(V + 75 mV)/(17 mV))
    alphaH = 0.000457/(1 ms)*exp(-(V + 13 mV)/(50 mV))
    betaH = 0.0065/(1 ms)/(1 + exp(-(V + 15 mV)/(28 mV)))
    dm/dt = alphaM*(1 - m) - betaM*m
    dh/dt = alphaH*(1 - h) - betaH*h`,
  current: "gbar*m^2*h*(V - eca)",
  ion: "ca",
});
