/** Sodium channel of the squid giant axon. @module */
import { defineChannel } from "./declaration.js";

export const hodgkinHuxleySodium = defineChannel({
  id: "HH_Na",
  doc: "Fast sodium current of the squid giant axon.",
  source:
    "Hodgkin & Huxley 1952, J Physiol 117:500, eqs 12–26, with V measured absolutely and rest at −65 mV; Q10 3 from 6.3 °C",
  params: { gbar: [120, "mS/cm2", { min: 0 }] },
  states: {
    m: ["alphaM/(alphaM + betaM)", "1", { min: 0, max: 1 }],
    h: ["alphaH/(alphaH + betaH)", "1", { min: 0, max: 1 }],
  },
  equations: `
    q = 3^((celsius - 6.3 degC)/(10 degC))
    alphaM = exprelr(-(V + 40 mV)/(10 mV))/(1 ms)
    betaM = 4/(1 ms)*exp(-(V + 65 mV)/(18 mV))
    alphaH = 0.07/(1 ms)*exp(-(V + 65 mV)/(20 mV))
    betaH = 1/(1 ms)/(1 + exp(-(V + 35 mV)/(10 mV)))
    dm/dt = q*(alphaM*(1 - m) - betaM*m)
    dh/dt = q*(alphaH*(1 - h) - betaH*h)`,
  current: "gbar*m^3*h*(V - ena)",
  ion: "na",
});
