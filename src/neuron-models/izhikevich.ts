/** Izhikevich's simple model. @module */
import { defineNeuron } from "./declaration.js";

/**
 * The paper's numbers have no units; here V is in mV, u in mV/ms, and C = 1 pF makes a current of I pA the paper's I.
 * Regular spiking by default; bursting c = −55, d = 4; chattering c = −50, d = 2; fast spiking a = 0.1.
 */
export const izhikevich = defineNeuron({
  id: "Izhikevich",
  doc: "Two-variable quadratic model that shows the known firing classes of cortical neurons by choice of four numbers.",
  source: "Izhikevich 2003, IEEE Trans Neural Netw 14:1569, eqs 1–3",
  params: {
    a: [0.02, "1/ms"],
    b: [0.2, "1/ms"],
    c: [-65, "mV"],
    d: [8, "mV/ms"],
    Vpeak: [30, "mV"],
    C: [1, "pF", { above: 0 }],
  },
  states: { V: [-65, "mV"], u: ["b*V", "mV/ms"] },
  equations: `
    dV/dt = 0.04/(1 mV * 1 ms)*V^2 + 5/(1 ms)*V + 140 mV/(1 ms) - u + I/C
    du/dt = a*(b*V - u)`,
  spike: "V >= Vpeak",
  reset: "V = c; u = u + d",
  constraints: ["c < Vpeak"],
  method: "euler",
});
