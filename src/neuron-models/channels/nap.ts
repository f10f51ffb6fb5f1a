/** Persistent sodium channel. @module */
import { defineChannel } from "./declaration.js";

export const nap = defineChannel({
  id: "Nap",
  doc: "Persistent sodium current; activation is instantaneous.",
  source:
    "Magistretti & Alonso 1999, J Gen Physiol 114:491; the form used in the Allen Cell Types Database (Gouwens et al. 2018, Nat Commun 9:710); Q10 2.3 from 21 °C",
  params: { gbar: [0.01, "mS/cm2", { min: 0 }] },
  states: { h: ["hInf", "1", { min: 0, max: 1 }] },
  equations: `
    q = 2.3^((celsius - 21 degC)/(10 degC))
    mInf = 1/(1 + exp(-(V + 52.6 mV)/(4.6 mV)))
    hInf = 1/(1 + exp((V + 48.8 mV)/(10 mV)))
    alphaH = 2.88e-6*4.63/(1 ms)*exprelr((V + 17 mV)/(4.63 mV))
    betaH = 6.94e-6*2.63/(1 ms)*exprelr(-(V + 64.4 mV)/(2.63 mV))
    dh/dt = q*(alphaH + betaH)*(hInf - h)`,
  current: "gbar*mInf*h*(V - ena)",
  ion: "na",
});
