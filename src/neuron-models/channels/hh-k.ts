/** Potassium channel of the squid giant axon. @module */
import { defineChannel } from "./declaration.js";

export const hodgkinHuxleyPotassium = defineChannel({
  id: "HH_K",
  doc: "Delayed rectifier of the squid giant axon.",
  source:
    "Hodgkin & Huxley 1952, J Physiol 117:500, eqs 12–26, with V measured absolutely and rest at −65 mV; Q10 3 from 6.3 °C",
  params: { gbar: [36, "mS/cm2", { min: 0 }] },
  states: { n: ["alphaN/(alphaN + betaN)", "1", { min: 0, max: 1 }] },
  equations: `
    q = 3^((celsius - 6.3 degC)/(10 degC))
    alphaN = 0.1/(1 ms)*exprelr(-(V + 55 mV)/(10 mV))
    betaN = 0.125/(1 ms)*exp(-(V + 65 mV)/(80 mV))
    dn/dt = q*(alphaN*(1 - n) - betaN*n)`,
  current: "gbar*n^4*(V - ek)",
  ion: "k",
});
