/** M-type potassium channel. @module */
import { defineChannel } from "./declaration.js";

export const im = defineChannel({
  id: "Im",
  doc: "Muscarinic potassium current.",
  source:
    "Adams, Brown & Constanti 1982, J Physiol 330:537; as in Hay et al. 2011, PLoS Comput Biol 7:e1002107, and in the Allen Cell Types Database (Gouwens et al. 2018, Nat Commun 9:710); Q10 2.3 from 21 °C",
  params: { gbar: [0.01, "mS/cm2", { min: 0 }] },
  states: { m: ["alphaM/(alphaM + betaM)", "1", { min: 0, max: 1 }] },
  equations: `
    q = 2.3^((celsius - 21 degC)/(10 degC))
    alphaM = 0.0033/(1 ms)*exp((V + 35 mV)/(10 mV))
    betaM = 0.0033/(1 ms)*exp(-(V + 35 mV)/(10 mV))
    dm/dt = q*(alphaM*(1 - m) - betaM*m)`,
  current: "gbar*m*(V - ek)",
  ion: "k",
});
