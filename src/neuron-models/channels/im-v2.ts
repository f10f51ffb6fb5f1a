/** M-type potassium channel, second form. @module */
import { defineChannel } from "./declaration.js";

export const imV2 = defineChannel({
  id: "Im_v2",
  doc: "Muscarinic potassium current with a slow floor of its time constant.",
  source:
    "Vervaeke et al. 2006, J Physiol 576:235; the form used in the Allen Cell Types Database (Gouwens et al. 2018, Nat Commun 9:710); Q10 2.3 from 30 °C",
  params: { gbar: [0.01, "mS/cm2", { min: 0 }] },
  states: { m: ["alphaM/(alphaM + betaM)", "1", { min: 0, max: 1 }] },
  equations: `
    q = 2.3^((celsius - 30 degC)/(10 degC))
    alphaM = 0.007/(1 ms)*exp(6*0.4*(V + 48 mV)/(26.12 mV))
    betaM = 0.007/(1 ms)*exp(-6*0.6*(V + 48 mV)/(26.12 mV))
    mInf = alphaM/(alphaM + betaM)
    mTau = (15 ms + 1/(alphaM + betaM))/q
    dm/dt = (mInf - m)/mTau`,
  current: "gbar*m*(V - ek)",
  ion: "k",
});
