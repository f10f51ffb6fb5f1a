/**
 * STDP with potentiation by a power of the weight and depression in proportion to it: no upper bound is needed.
 *
 * @module
 */
import { definePlasticity } from "../compiler/plasticity-rule.js";

/**
 * A pair changes w by +lambda·w0·(w/w0)^mu·e^(−Δ/tauPlus) or by −lambda·alpha·w·e^(Δ/tauMinus). NEST's
 * stdp_pl_synapse_hom for w0 = 1 in the unit of the weight.
 */
export const powerLawSTDPRule = definePlasticity({
  id: "PowerLawSTDP",
  doc: "STDP fitted to the weight dependence in culture: potentiation by a power law, depression multiplicative.",
  source: "Morrison, Aertsen & Diesmann 2007, Neural Comput 19:1437, eq. 3; data of Bi & Poo 1998",
  params: {
    lambda: [0.1, "1", { min: 0 }],
    alpha: [0.11, "1", { min: 0 }],
    mu: [0.4, "1", { min: 0 }],
    w0: [1, "weight", { above: 0 }],
    tauPlus: [20, "ms", { above: 0 }],
    tauMinus: [20, "ms", { above: 0 }],
    wMin: [0, "weight", { min: 0 }],
    wMax: [1e9, "weight"],
  },
  pre: { states: { x: [0, "1"] }, equations: "dx/dt = -x/tauPlus" },
  post: { states: { y: [0, "1"] }, equations: "dy/dt = -y/tauMinus" },
  onPre: "w = max(w - lambda*alpha*w*y, wMin); x = x + 1",
  onPost: "w = min(w + lambda*w0*pow(w/w0, mu)*x, wMax); y = y + 1",
  bounds: { min: "wMin", max: "wMax" },
});
