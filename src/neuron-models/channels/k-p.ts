/** Persistent potassium channel. @module */
import { defineChannel } from "./declaration.js";

export const kP = defineChannel({
  id: "K_P",
  doc: "Slowly inactivating potassium current of layer 5 pyramidal cells.",
  source:
    "Korngreen & Sakmann 2000, J Physiol 525:621; the form used in the Allen Cell Types Database (Gouwens et al. 2018, Nat Commun 9:710); Q10 2.3 from 21 °C",
  params: { gbar: [0.01, "mS/cm2", { min: 0 }], vshift: [0, "mV"], tauF: [1, "1", { above: 0 }] },
  states: { m: ["mInf", "1", { min: 0, max: 1 }], h: ["hInf", "1", { min: 0, max: 1 }] },
  equations: `
    q = 2.3^((celsius - 21 degC)/(10 degC))
    U = V - vshift
    mInf = 1/(1 + exp(-(U + 14.3 mV)/(14.6 mV)))
    below = 1.25 ms + 175.03 ms*exp(U*0.026/(1 mV))
    above = 1.25 ms + 13 ms*exp(-U*0.026/(1 mV))
    mTau = tauF*if(U < -50 mV, below, above)/q
    hInf = 1/(1 + exp((U + 54 mV)/(11 mV)))
    hTau = (360 ms + (1010 ms + 24 ms*(U + 55 mV)/(1 mV))*exp(-((U + 75 mV)/(48 mV))^2))/q
    dm/dt = (mInf - m)/mTau
    dh/dt = (hInf - h)/hTau`,
  current: "gbar*m^2*h*(V - ek)",
  ion: "k",
});
