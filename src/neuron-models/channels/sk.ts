/** Calcium-activated potassium channel. @module */
import { defineChannel } from "./declaration.js";

export const sk = defineChannel({
  id: "SK",
  doc: "Small-conductance potassium current opened by calcium inside.",
  source: "Köhler et al. 1996, Science 273:1709; as in Hay et al. 2011, PLoS Comput Biol 7:e1002107",
  params: { gbar: [0.01, "mS/cm2", { min: 0 }], zTau: [1, "ms", { above: 0 }] },
  states: { z: ["zInf", "1", { min: 0, max: 1 }] },
  equations: `
    ratio = 4.3e-4 mM/max(cai, 1e-7 mM)
    zInf = 1/(1 + pow(ratio, 4.8))
    dz/dt = (zInf - z)/zTau`,
  current: "gbar*z*(V - ek)",
  ion: "k",
});
