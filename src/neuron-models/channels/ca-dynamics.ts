/** Pool of calcium under the membrane. @module */
import { defineChannel } from "./declaration.js";

export const caDynamics = defineChannel({
  id: "CaDynamics",
  doc: "Calcium in a shell under the membrane: what flows in, times the free fraction gamma, and decay to rest.",
  source:
    "Destexhe, Mainen & Sejnowski 1994, J Comput Neurosci 1:195, section 4; as in Hay et al. 2011, PLoS Comput Biol 7:e1002107, eq 3",
  params: {
    gamma: [0.05, "1", { min: 0 }],
    decayTime: [80, "ms", { above: 0 }],
    depth: [0.1, "um", { above: 0 }],
    caiRest: [1e-4, "mM", { above: 0 }],
    cao: [2, "mM", { above: 0 }],
    F: [96485.33212, "C/mol"],
  },
  states: { cai: ["caiRest", "mM", { min: 0 }] },
  equations: `
    dcai/dt = -gamma*ica/(2*F*depth) - (cai - caiRest)/decayTime`,
  ion: "ca",
  isPool: true,
});
