/** Calcium in concentric shells. @module */
import { defineChannel } from "./declaration.js";

/**
 * Radii are 1/2, 5/12, 1/4, 1/12 and 0 of the diameter: a half shell under the membrane, two whole ones, and a core. Their
 * volumes are 11, 16, 8 and 1 of 36 parts; calcium moves between them over the areas at the radii.
 */
export const caShells = defineChannel({
  id: "CaShells",
  doc: "Calcium that diffuses radially through four shells, with a buffer that does not move and removal at the membrane.",
  source:
    "Carnevale & Hines 2006, The NEURON Book, chapter 9, example 9.8 (radial diffusion); diffusion: Albritton et al. 1992, Science 258:1812",
  params: {
    D: [0.6, "um2/ms", { min: 0 }],
    caiRest: [1e-4, "mM", { above: 0 }],
    decayTime: [40, "ms", { above: 0 }],
    buffer: [0.05, "mM", { min: 0 }],
    kOn: [100, "1/mM/ms", { above: 0 }],
    kOff: [0.1, "1/ms", { above: 0 }],
    cao: [2, "mM", { above: 0 }],
    F: [96485.33212, "C/mol"],
  },
  states: {
    cai: ["caiRest", "mM", { min: 0 }],
    ca1: ["caiRest", "mM", { min: 0 }],
    ca2: ["caiRest", "mM", { min: 0 }],
    ca3: ["caiRest", "mM", { min: 0 }],
    b0: ["bound", "mM", { min: 0 }],
    b1: ["bound", "mM", { min: 0 }],
    b2: ["bound", "mM", { min: 0 }],
    b3: ["bound", "mM", { min: 0 }],
  },
  equations: `
    bound = buffer*caiRest/(caiRest + kOff/kOn)
    part = diam^2/144
    in1 = 5*D*(cai - ca1)
    in2 = 3*D*(ca1 - ca2)
    in3 = D*(ca2 - ca3)
    bind0 = kOn*cai*(buffer - b0) - kOff*b0
    bind1 = kOn*ca1*(buffer - b1) - kOff*b1
    bind2 = kOn*ca2*(buffer - b2) - kOff*b2
    bind3 = kOn*ca3*(buffer - b3) - kOff*b3
    dcai/dt = (-ica*diam/(2*F) - in1)/(11*part) - (cai - caiRest)/decayTime - bind0
    dca1/dt = (in1 - in2)/(16*part) - bind1
    dca2/dt = (in2 - in3)/(8*part) - bind2
    dca3/dt = in3/part - bind3
    db0/dt = bind0
    db1/dt = bind1
    db2/dt = bind2
    db3/dt = bind3`,
  method: "implicit",
  ion: "ca",
  isPool: true,
});
