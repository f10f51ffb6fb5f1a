/**
 * Reward-modulated STDP: pairs leave a trace of eligibility, dopamine turns it into weight.
 *
 * @module
 */
import { definePlasticity } from "../compiler/plasticity-rule.js";

/**
 * dc/dt = −c/tauC + STDP·δ, dw/dt = c·(d + baseline), dd/dt = −d/tauD + dose·δ at each spike of the modulating population.
 * c and d are exponentials between events, so that w has a closed form there; c keeps its sign between events, so that
 * bounding w at their ends is bounding it all the time.
 */
export const dopamineSTDPRule = definePlasticity({
  id: "DopamineSTDP",
  doc: "STDP into an eligibility trace that dopamine, the spikes of a modulating population, turns into weight.",
  source: "Izhikevich 2007, Cereb Cortex 17:2443, eqs 1 and 2",
  params: {
    APlus: [0.1, "weight", { min: 0 }],
    AMinus: [0.15, "weight", { min: 0 }],
    tauPlus: [20, "ms", { above: 0 }],
    tauMinus: [20, "ms", { above: 0 }],
    tauC: [1000, "ms", { above: 0 }],
    tauD: [200, "ms", { above: 0 }],
    dose: [0.0025, "1/ms", { min: 0 }],
    baseline: [0, "1/ms"],
    wMin: [0, "weight"],
    wMax: [4, "weight"],
  },
  pre: { states: { x: [0, "1"] }, equations: "dx/dt = -x/tauPlus" },
  post: { states: { y: [0, "1"] }, equations: "dy/dt = -y/tauMinus" },
  synapse: { states: { c: [0, "weight"] }, equations: "" },
  modulator: { states: { d: [0, "1/ms"] }, equations: "dd/dt = -d/tauD" },
  onPre: "c = c - AMinus*y; x = x + 1",
  onPost: "c = c + APlus*x; y = y + 1",
  onModulator: "d = d + dose",
  flow: `
    rate = 1/tauC + 1/tauD
    w = clip(w + c*(d*(1 - exp(-T*rate))/rate + baseline*tauC*(1 - exp(-T/tauC))), wMin, wMax)
    c = c*exp(-T/tauC)`,
  bounds: { min: "wMin", max: "wMax" },
});
