/** Potassium in a narrow space outside the membrane. @module */
import { defineChannel } from "./declaration.js";

export const kSpace = defineChannel({
  id: "K_space",
  doc: "Potassium that currents bring into a narrow space around the cell, and its exchange with the bath; ek follows.",
  source: "Frankenhaeuser & Hodgkin 1956, J Physiol 131:341, a space of 30 nm",
  params: {
    width: [0.03, "um", { above: 0 }],
    tau: [100, "ms", { above: 0 }],
    kBath: [3, "mM", { above: 0 }],
    ki: [120, "mM", { above: 0 }],
    F: [96485.33212, "C/mol"],
  },
  states: { ko: ["kBath", "mM", { min: 0 }] },
  equations: "dko/dt = ik/(F*width) + (kBath - ko)/tau",
  ion: "k",
  isPool: true,
});
