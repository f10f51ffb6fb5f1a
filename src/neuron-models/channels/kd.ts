/** Slowly inactivating potassium channel. @module */
import { defineChannel } from "./declaration.js";

export const kd = defineChannel({
  id: "Kd",
  doc: "D-type potassium current.",
  source:
    "Foust et al. 2011, J Neurosci 31:15490; the form used in the Allen Cell Types Database (Gouwens et al. 2018, Nat Commun 9:710)",
  params: { gbar: [0.01, "mS/cm2", { min: 0 }] },
  states: { m: ["mInf", "1", { min: 0, max: 1 }], h: ["hInf", "1", { min: 0, max: 1 }] },
  equations: `
    mInf = 1/(1 + exp(-(V + 43 mV)/(8 mV)))
    hInf = 1/(1 + exp((V + 67 mV)/(7.3 mV)))
    dm/dt = (mInf - m)/(1 ms)
    dh/dt = (hInf - h)/(1500 ms)`,
  current: "gbar*m*h*(V - ek)",
  ion: "k",
});
