/**
 * The rule of Bienenstock, Cooper and Munro on spikes: presynaptic spikes strengthen where the target is more active than its
 * sliding threshold, and weaken where it is less.
 *
 * @module
 */
import { definePlasticity } from "../compiler/plasticity-rule.js";

/**
 * At each presynaptic spike w changes by eta·y·(y − θ): y is the target's activity in units of `target` (spikes filtered with
 * tauY), θ the average of y² with tauTheta: dθ/dt = (y² − θ)/tauTheta. The traces kept are y, s = y², and
 * h = θ − k·s with k = 1/(1 − 2·tauTheta/tauY), which decays with tauTheta alone.
 */
export const bcmRule = definePlasticity({
  id: "BCM",
  doc: "BCM: the threshold between weakening and strengthening slides with the square of the target's activity.",
  source:
    "Bienenstock, Cooper & Munro 1982, J Neurosci 2:32; threshold as the mean square: Intrator & Cooper 1992, Neural Netw 5:3",
  params: {
    eta: [0.001, "weight", { min: 0 }],
    target: [10, "Hz", { above: 0 }],
    tauY: [50, "ms", { above: 0 }],
    tauTheta: [1000, "ms", { above: 0 }],
    wMin: [0, "weight"],
    wMax: [1e9, "weight"],
  },
  pre: { states: {}, equations: "" },
  post: {
    states: { y: [0, "1"], s: [0, "1"], h: [0, "1"] },
    equations: "dy/dt = -y/tauY\n ds/dt = -2*s/tauY\n dh/dt = -h/tauTheta",
  },
  onPre: "theta = h + s/(1 - 2*tauTheta/tauY); w = clip(w + eta*y*(y - theta), wMin, wMax)",
  onPost: `
    next = y + 1/(target*tauY)
    y = next
    s = next*next
    h = h - (next*next - s)/(1 - 2*tauTheta/tauY)`,
  bounds: { min: "wMin", max: "wMax" },
});
