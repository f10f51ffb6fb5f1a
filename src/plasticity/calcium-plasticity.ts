/**
 * Plasticity by calcium at the synapse: above one threshold it depresses, above another it potentiates.
 *
 * @module
 */
import { definePlasticity } from "../compiler/plasticity-rule.js";

/**
 * tau·dρ/dt = −ρ(1 − ρ)(½ − ρ) + gammaP·(1 − ρ)·[c > thetaP] − gammaD·ρ·[c > thetaD], with w = wMin + ρ·(wMax − wMin).
 * Each spike adds calcium, which decays with tauCa. Between events the times above the thresholds follow from c; there ρ
 * moves by the terms of the thresholds alone (as in the paper's analysis: the double well is slow beside them), below both
 * by the double well. Its stable states are 0 and 1. The paper's delay of presynaptic calcium is the axonal delay.
 */
export const calciumPlasticityRule = definePlasticity({
  id: "CalciumPlasticity",
  doc: "Calcium-based plasticity with two thresholds and two stable states; no noise.",
  source: "Graupner & Brunel 2012, PNAS 109:3991, eqs 1 and 2; parameters DP of fig. 2 (from memory)",
  params: {
    tauCa: [20, "ms", { above: 0 }],
    CPre: [1, "1", { min: 0 }],
    CPost: [2, "1", { min: 0 }],
    thetaD: [1, "1", { above: 0 }],
    thetaP: [1.3, "1", { above: 0 }],
    gammaD: [200, "1", { above: 0 }],
    gammaP: [321.808, "1", { above: 0 }],
    tau: [150000, "ms", { above: 0 }],
    wMin: [0, "weight"],
    wMax: [1, "weight"],
  },
  pre: { states: {}, equations: "" },
  post: { states: {}, equations: "" },
  synapse: { states: { c: [0, "1"] }, equations: "" },
  onPre: "c = c + CPre",
  onPost: "c = c + CPost",
  flow: `
    start = (w - wMin)/(wMax - wMin)
    aboveP = clip(tauCa*log(max(c, 1e-300)/thetaP), 0 ms, T)
    aboveD = clip(tauCa*log(max(c, 1e-300)/thetaD), 0 ms, T)
    both = min(aboveP, aboveD)
    end = gammaP/(gammaP + gammaD)
    first = end + (start - end)*exp(-both*(gammaP + gammaD)/tau)
    second = if(aboveD > aboveP, first*exp(-(aboveD - both)*gammaD/tau), 1 - (1 - first)*exp(-(aboveP - both)*gammaP/tau))
    well = exp(-(T - max(aboveP, aboveD))/(2*tau))
    u = second - 0.5
    w = wMin + (wMax - wMin)*(0.5 + u/sqrt(max(well + 4*u*u*(1 - well), 1e-300)))
    c = c*exp(-T/tauCa)`,
  bounds: { min: "wMin", max: "wMax" },
});
