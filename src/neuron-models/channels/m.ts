/** M-current. @module */
import { defineChannel } from "./declaration.js";

export const mCurrent = defineChannel({
  id: "M",
  doc: "Slow potassium current without inactivation: adaptation.",
  source:
    "Yamada, Koch & Adams 1989, in Methods in Neuronal Modeling, MIT Press; as in Pospischil et al. 2008, Biol Cybern 99:427, eq 6",
  params: { gbar: [0.07, "mS/cm2", { min: 0 }], tauMax: [4000, "ms", { above: 0 }] },
  states: { p: ["pInf", "1", { min: 0, max: 1 }] },
  equations: `
    pInf = 1/(1 + exp(-(V + 35 mV)/(10 mV)))
    pTau = tauMax/(3.3*exp((V + 35 mV)/(20 mV)) + exp(-(V + 35 mV)/(20 mV)))
    dp/dt = (pInf - p)/pTau`,
  current: "gbar*p*(V - ek)",
  ion: "k",
});
