/** Adaptive exponential integrate-and-fire neuron. @module */
import { defineNeuron } from "./declaration.js";

/** deltaT = 0 is the sharp-threshold limit: spikes at VT instead of Vpeak. */
export const adEx = defineNeuron({
  id: "AdEx",
  doc: "Exponential integrate-and-fire neuron with one adaptation current; most cortical firing patterns with two equations.",
  source: "Brette & Gerstner 2005, J Neurophysiol 94:3637",
  params: {
    C: [281, "pF", { above: 0 }],
    gL: [30, "nS", { above: 0 }],
    EL: [-70.6, "mV"],
    VT: [-50.4, "mV"],
    deltaT: [2, "mV", { min: 0 }],
    tauW: [144, "ms", { above: 0 }],
    a: [4, "nS"],
    b: [80.5, "pA"],
    Vreset: [-70.6, "mV"],
    Vpeak: [20, "mV"],
    tRef: [0, "ms", { min: 0 }],
  },
  states: { V: ["EL", "mV"], w: [0, "pA"] },
  equations: `
    dV/dt = (-gL*(V - EL) + gL*deltaT*exp((V - VT)/deltaT) - w + I) / C
    dw/dt = (a*(V - EL) - w) / tauW`,
  spike: "V > if(deltaT > 0 mV, Vpeak, VT)",
  reset: "V = Vreset; w = w + b",
  refractory: "tRef",
  constraints: ["Vpeak >= VT", "Vreset < Vpeak"],
  method: "rk4",
});
