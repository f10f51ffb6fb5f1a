/** Leaky integrate-and-fire neuron. @module */
import { defineNeuron } from "./declaration.js";

/** Defaults: Brunel 2000 (tau 20 ms, threshold 20 mV above rest) with C = 250 pF as in NEST's iaf_psc models. */
export const leakyIntegrateAndFire = defineNeuron({
  id: "LIF",
  doc: "Leaky integrate-and-fire neuron. With current synapses it is linear and integrated exactly; with conductance synapses by exponential Euler.",
  source: "Lapicque 1907; exact integration: Rotter & Diesmann 1999, Biol Cybern 81:381",
  params: {
    C: [250, "pF", { above: 0 }],
    gL: [12.5, "nS", { above: 0 }],
    EL: [-70, "mV"],
    Vth: [-50, "mV"],
    Vreset: [-60, "mV"],
    tRef: [2, "ms", { min: 0 }],
  },
  states: { V: ["EL", "mV"] },
  equations: "dV/dt = (gL*(EL - V) + I) / C",
  spike: "V >= Vth",
  reset: "V = Vreset",
  refractory: "tRef",
  constraints: ["Vreset < Vth"],
  method: "exact",
});
