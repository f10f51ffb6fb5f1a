/**
 * Oja's rule on spikes: Hebbian growth, and decay with the square of the target's activity, which normalises the weights.
 *
 * @module
 */
import { definePlasticity } from "../compiler/plasticity-rule.js";

/** At each postsynaptic spike w changes by eta·(wScale·x − w·y), from the traces of both sides: dw/dt = eta·y(x − y·w). */
export const ojaRule = definePlasticity({
  id: "Oja",
  doc: "Oja's rule: weights go to the first principal component of their inputs, with a bounded norm.",
  source: "Oja 1982, J Math Biol 15:267, eq. 3",
  params: {
    eta: [0.01, "1", { min: 0 }],
    wScale: [1, "weight", { above: 0 }],
    tauX: [20, "ms", { above: 0 }],
    tauY: [20, "ms", { above: 0 }],
    wMin: [0, "weight"],
    wMax: [1e9, "weight"],
  },
  pre: { states: { x: [0, "1"] }, equations: "dx/dt = -x/tauX" },
  post: { states: { y: [0, "1"] }, equations: "dy/dt = -y/tauY" },
  onPre: "x = x + 1",
  onPost: "w = clip(w + eta*(wScale*x - w*y), wMin, wMax); y = y + 1",
  bounds: { min: "wMin", max: "wMax" },
});
