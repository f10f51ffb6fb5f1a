/**
 * Spike-timing-dependent plasticity of spike pairs, all-to-all, with steps that depend on the weight by power laws.
 *
 * @module
 */
import { definePlasticity } from "../compiler/plasticity-rule.js";

/**
 * With v = w/wMax a pair changes v by +lambda·(1 − v)^muPlus·e^(−Δ/tauPlus) or by −alpha·lambda·v^muMinus·e^(Δ/tauMinus):
 * additive for exponents of 0, multiplicative for 1 (the default), anything between. NEST's stdp_synapse. w is in [0, wMax].
 */
export const weightDependentSTDPRule = definePlasticity({
  id: "WeightDependentSTDP",
  doc: "STDP whose steps shrink towards the bounds of the weight by power laws; multiplicative by default.",
  source:
    "Gütig, Aharonov, Rotter & Sompolinsky 2003, J Neurosci 23:3697, eq. 5; Rubin, Lee & Sompolinsky 2001, Phys Rev Lett 86:364 (exponents of 1)",
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
  onPre: "w = max(w - alpha*lambda*wMax*pow(w/wMax, muMinus)*y, wMin); x = x + 1",
  onPost: "w = min(w + lambda*wMax*pow(1 - w/wMax, muPlus)*x, wMax); y = y + 1",
  bounds: { min: "wMin", max: "wMax" },
});
