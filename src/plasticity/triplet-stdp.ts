/**
 * Triplet STDP, all-to-all.
 *
 * @module
 */
import { definePlasticity } from "../compiler/plasticity-rule.js";

/** All spikes meet. The default is the full model fitted to visual cortex; A2Plus = A3Minus = 0 makes it minimal. NEST's stdp_triplet_synapse. */
export const tripletSTDPRule = definePlasticity({
  id: "TripletSTDP",
  doc: "Triplet STDP: potentiation grows with the rate of postsynaptic spikes, depression with that of presynaptic ones.",
  source:
    "Pfister & Gerstner 2006, J Neurosci 26:9673, eqs 3 and 4; parameters of table 4 (all-to-all, visual cortex, full)",
  params: {
    scale: [1, "weight", { above: 0 }],
    A2Plus: [5e-10, "1", { min: 0 }],
    A2Minus: [7e-3, "1", { min: 0 }],
    A3Plus: [6.2e-3, "1", { min: 0 }],
    A3Minus: [2.3e-4, "1", { min: 0 }],
    tauPlus: [16.8, "ms", { above: 0 }],
    tauMinus: [33.7, "ms", { above: 0 }],
    tauX: [101, "ms", { above: 0 }],
    tauY: [125, "ms", { above: 0 }],
    wMin: [0, "weight"],
    wMax: [1e9, "weight"],
  },
  pre: { states: { r1: [0, "1"], r2: [0, "1"] }, equations: "dr1/dt = -r1/tauPlus\n dr2/dt = -r2/tauX" },
  post: { states: { o1: [0, "1"], o2: [0, "1"] }, equations: "do1/dt = -o1/tauMinus\n do2/dt = -o2/tauY" },
  onPre: "w = max(w - scale*o1*(A2Minus + A3Minus*r2), wMin); r1 = r1 + 1; r2 = r2 + 1",
  onPost: "w = min(w + scale*r1*(A2Plus + A3Plus*o2), wMax); o1 = o1 + 1; o2 = o2 + 1",
  bounds: { min: "wMin", max: "wMax" },
});
