/** Delayed rectifier of Traub and Miles. @module */
import { defineChannel } from "./declaration.js";

export const traubMilesPotassium = defineChannel({
  id: "TM_K",
  doc: "Delayed rectifier of hippocampal and cortical cells; VT shifts its threshold.",
  source:
    "Traub & Miles 1991, Neuronal Networks of the Hippocampus, CUP, with the threshold shift VT as in Pospischil et al. 2008, Biol Cybern 99:427, eqs 3–4",
  params: { gbar: [5, "mS/cm2", { min: 0 }], VT: [-63, "mV"] },
  states: { n: ["alphaN/(alphaN + betaN)", "1", { min: 0, max: 1 }] },
  equations: `
    alphaN = 0.16/(1 ms)*exprelr(-(V - VT - 15 mV)/(5 mV))
    betaN = 0.5/(1 ms)*exp(-(V - VT - 10 mV)/(40 mV))
    dn/dt = alphaN*(1 - n) - betaN*n`,
  current: "gbar*n^4*(V - ek)",
  ion: "k",
});
