/**
 * STDP of nearest neighbours, centred on the presynaptic spikes.
 *
 * @module
 */
import { definePlasticity } from "../compiler/plasticity-rule.js";

/**
 * As WeightDependentSTDP, but a presynaptic spike meets one postsynaptic spike on each side; a postsynaptic one meets all
 * presynaptic spikes since the postsynaptic one before it. NEST's stdp_nn_pre_centered_synapse.
 */
export const presynapticCentredSTDPRule = definePlasticity({
  id: "PresynapticCentredSTDP",
  doc: "STDP in which each presynaptic spike is paired with the last postsynaptic spike before it and the first after it.",
  source: "Morrison, Diesmann & Gerstner 2008, Biol Cybern 98:459, fig. 7B",
  params: {
    lambda: [0.01, "1", { min: 0 }],
    alpha: [1, "1", { min: 0 }],
    muPlus: [1, "1", { min: 0 }],
    muMinus: [1, "1", { min: 0 }],
    tauPlus: [20, "ms", { above: 0 }],
    tauMinus: [20, "ms", { above: 0 }],
    wMin: [0, "weight", { min: 0, max: 0 }],
    wMax: [1, "weight", { above: 0 }],
  },
  pre: { states: {}, equations: "" },
  post: { states: { y: [0, "1"] }, equations: "dy/dt = -y/tauMinus" },
  synapse: { states: { x: [0, "1"] }, equations: "dx/dt = -x/tauPlus" },
  onPre: "w = max(w - alpha*lambda*wMax*pow(w/wMax, muMinus)*y, wMin); x = x + 1",
  onPost: "w = min(w + lambda*wMax*pow(1 - w/wMax, muPlus)*x, wMax); x = 0; y = 1",
  bounds: { min: "wMin", max: "wMax" },
});
