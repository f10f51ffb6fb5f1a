/**
 * STDP with steps of one size for potentiation and in proportion to the weight for depression.
 *
 * @module
 */
import { definePlasticity } from "../compiler/plasticity-rule.js";

/** A pair changes w by +cPlus·e^(−Δ/tauPlus) or by −cMinus·w·e^(Δ/tauMinus); weights find a unimodal distribution. */
export const vanRossumSTDPRule = definePlasticity({
  id: "VanRossumSTDP",
  doc: "STDP with additive potentiation and multiplicative depression.",
  source: "van Rossum, Bi & Turrigiano 2000, J Neurosci 20:8812, eqs 1 and 2, without noise",
  params: {
    cPlus: [0.01, "weight", { min: 0 }],
    cMinus: [0.003, "1", { min: 0, max: 1 }],
    tauPlus: [20, "ms", { above: 0 }],
    tauMinus: [20, "ms", { above: 0 }],
    wMin: [0, "weight", { min: 0 }],
    wMax: [1e9, "weight"],
  },
  pre: { states: { x: [0, "1"] }, equations: "dx/dt = -x/tauPlus" },
  post: { states: { y: [0, "1"] }, equations: "dy/dt = -y/tauMinus" },
  onPre: "w = max(w - cMinus*w*y, wMin); x = x + 1",
  onPost: "w = min(w + cPlus*x, wMax); y = y + 1",
  bounds: { min: "wMin", max: "wMax" },
});
