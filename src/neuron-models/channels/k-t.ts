/** Transient potassium channel. @module */
import { defineChannel } from "./declaration.js";

export const kT = defineChannel({
  id: "K_T",
  doc: "Fast inactivating potassium current of layer 5 pyramidal cells.",
  source:
    "Korngreen & Sakmann 2000, J Physiol 525:621; the form used in the Allen Cell Types Database (Gouwens et al. 2018, Nat Commun 9:710); Q10 2.3 from 21 °C",
  params: {
    gbar: [0.01, "mS/cm2", { min: 0 }],
    vshift: [0, "mV"],
    mTauF: [1, "1", { above: 0 }],
    hTauF: [1, "1", { above: 0 }],
  },
  states: { m: ["mInf", "1", { min: 0, max: 1 }], h: ["hInf", "1", { min: 0, max: 1 }] },
  equations: `
    q = 2.3^((celsius - 21 degC)/(10 degC))
    U = V - vshift
    mInf = 1/(1 + exp(-(U + 47 mV)/(29 mV)))
    mTau = (0.34 ms + mTauF*0.92 ms*exp(-((U + 71 mV)/(59 mV))^2))/q
    hInf = 1/(1 + exp((U + 66 mV)/(10 mV)))
    hTau = (8 ms + hTauF*49 ms*exp(-((U + 73 mV)/(23 mV))^2))/q
    dm/dt = (mInf - m)/mTau
    dh/dt = (hInf - h)/hTau`,
  current: "gbar*m^4*h*(V - ek)",
  ion: "k",
});
