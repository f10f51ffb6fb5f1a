/**
 * STDP of nearest neighbours, restricted to immediate pairs.
 *
 * @module
 */
import { definePlasticity } from "../compiler/plasticity-rule.js";

/**
 * As WeightDependentSTDP, but a spike meets the last one of the other side only if it is the first to do so. A postsynaptic
 * spike that coincides with a presynaptic one (y is exactly 1 then) makes no pair with it. NEST's
 * stdp_nn_restr_synapse.
 */
export const restrictedSTDPRule = definePlasticity({
  id: "RestrictedSTDP",
  doc: "STDP of immediate pairs only: no other spike of either side lies between.",
  source: "Morrison, Diesmann & Gerstner 2008, Biol Cybern 98:459, fig. 7C",
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
  post: { states: {}, equations: "" },
  synapse: { states: { x: [0, "1"], y: [0, "1"] }, equations: "dx/dt = -x/tauPlus\n dy/dt = -y/tauMinus" },
  onPre: "w = max(w - alpha*lambda*wMax*pow(w/wMax, muMinus)*if(y < 1, y, 0), wMin); x = 1; y = 0",
  onPost: "w = min(w + lambda*wMax*pow(1 - w/wMax, muPlus)*x, wMax); x = 0; y = 1",
  bounds: { min: "wMin", max: "wMax" },
});
