/**
 * Symmetric STDP of inhibitory synapses, which drives the rate of the target to a value of choice.
 *
 * @module
 */
import { definePlasticity } from "../compiler/plasticity-rule.js";

/**
 * Near-coincident spikes strengthen, each presynaptic spike alone weakens: eta·(y − 2·target·tau) at a presynaptic and
 * eta·x at a postsynaptic spike. For inhibitory weights below 0 take eta below 0. NEST's vogels_sprekeler_synapse with
 * alpha = 2·target·tau.
 */
export const inhibitorySTDPRule = definePlasticity({
  id: "InhibitorySTDP",
  doc: "Inhibitory plasticity: balances excitation so that targets fire at a given rate.",
  source: "Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011, Science 334:1569, supplementary eqs 7 and 8",
  params: {
    eta: [0.01, "weight"],
    target: [5, "Hz", { min: 0 }],
    tau: [20, "ms", { above: 0 }],
    wMin: [0, "weight"],
    wMax: [1e9, "weight"],
  },
  pre: { states: { x: [0, "1"] }, equations: "dx/dt = -x/tau" },
  post: { states: { y: [0, "1"] }, equations: "dy/dt = -y/tau" },
  onPre: "w = clip(w + eta*(y - 2*target*tau), wMin, wMax); x = x + 1",
  onPost: "w = clip(w + eta*x, wMin, wMax); y = y + 1",
  bounds: { min: "wMin", max: "wMax" },
});
