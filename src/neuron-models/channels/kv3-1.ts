/** Fast potassium channel Kv3_1. @module */
import { defineChannel } from "./declaration.js";

export const kv3 = defineChannel({
  id: "Kv3_1",
  doc: "Fast, high-threshold delayed rectifier (Shaw-related).",
  source:
    "Rettig et al. 1992, EMBO J 11:2473; the form used in the Allen Cell Types Database (Gouwens et al. 2018, Nat Commun 9:710)",
  params: { gbar: [0.01, "mS/cm2", { min: 0 }], vshift: [0, "mV"] },
  states: { m: ["mInf", "1", { min: 0, max: 1 }] },
  equations: `
    U = V - vshift
    mInf = 1/(1 + exp(-(U - 18.7 mV)/(9.7 mV)))
    mTau = 4 ms/(1 + exp(-(U + 46.56 mV)/(44.14 mV)))
    dm/dt = (mInf - m)/mTau`,
  current: "gbar*m*(V - ek)",
  ion: "k",
});
