/** Hyperpolarisation-activated channel. @module */
import { defineChannel } from "./declaration.js";

export const ih = defineChannel({
  id: "Ih",
  doc: "Cation current opened by hyperpolarisation; it has a reversal potential of its own.",
  source: "Kole, Hallermann & Stuart 2006, J Neurosci 26:1677; as in Hay et al. 2011, PLoS Comput Biol 7:e1002107",
  params: { gbar: [0.01, "mS/cm2", { min: 0 }], E: [-45, "mV"] },
  states: { m: ["alphaM/(alphaM + betaM)", "1", { min: 0, max: 1 }] },
  equations: `
    alphaM = 0.00643*11.9/(1 ms)*exprelr((V + 154.9 mV)/(11.9 mV))
    betaM = 0.193/(1 ms)*exp(V/(33.1 mV))
    dm/dt = alphaM*(1 - m) - betaM*m`,
  current: "gbar*m*(V - E)",
});
