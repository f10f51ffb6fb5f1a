/**
 * STDP of nearest neighbours, symmetric.
 *
 * @module
 */
import { definePlasticity } from "../compiler/plasticity-rule.js";

/**
 * As WeightDependentSTDP, but each spike meets only the last one of the other side, however often that is met. NEST's
 * stdp_nn_symm_synapse.
 */
export const nearestSTDPRule = definePlasticity({
  id: "NearestSTDP",
  doc: "STDP in which each spike is paired with the nearest earlier one of the other side.",
  source: "Morrison, Diesmann & Gerstner 2008, Biol Cybern 98:459, fig. 7A",
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
  pre: { states: { x: [0, "1"] }, equations: "dx/dt = -x/tauPlus" },
  post: { states: { y: [0, "1"] }, equations: "dy/dt = -y/tauMinus" },
  onPre: "w = max(w - alpha*lambda*wMax*pow(w/wMax, muMinus)*y, wMin); x = 1",
  onPost: "w = min(w + lambda*wMax*pow(1 - w/wMax, muPlus)*x, wMax); y = 1",
  bounds: { min: "wMin", max: "wMax" },
});
