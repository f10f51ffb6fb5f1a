/**
 * Onset of sustained firing of two-variable integrate-and-fire neurons: the current at which the resting state vanishes
 * or loses stability has a closed form, though the rate above it has none.
 *
 * @module
 */
import { log } from "../../core/math.js";
import type { FICurveBenchmark, FIPoint } from "./benchmark.js";

/** Below the onset no sustained firing; above it at least 1 Hz. */
function pointsAround(onset: number, scale: number, below: readonly number[], above: readonly number[]): FIPoint[] {
  return [
    ...below.map((distance) => ({ current: onset - distance * scale, expected: 0, low: 0, high: 0 })),
    ...above.map((distance) => ({ current: onset + distance * scale, expected: null, low: 1, high: null })),
  ];
}

/**
 * Current (pA) at which the resting state of AdEx vanishes (saddle-node, a/gL ≤ τm/τw) or becomes unstable (Hopf).
 *
 * Source: Touboul & Brette 2008, Biol Cybern 99:319; Naud, Marcille, Clopath & Gerstner 2008, Biol Cybern 99:335.
 */
export function adExRheobase(params: Readonly<Record<string, number>>): number {
  const { C, gL, EL, VT, deltaT, tauW, a } = params as Record<
    "C" | "gL" | "EL" | "VT" | "deltaT" | "tauW" | "a",
    number
  >;
  const timeConstants = C / gL / tauW;
  const ratio = Math.min(a / gL, timeConstants);
  const hopf = Math.max(0, a / gL - timeConstants);
  return (gL + a) * (VT - EL - deltaT + deltaT * log(1 + ratio)) + deltaT * gL * hopf;
}

/** Distances in units of gL·(VT − EL), far from the onset on either side: near it, history decides. */
export const adExOnset: FICurveBenchmark = {
  kind: "fi-curve",
  id: "adex-onset-fi",
  title: "Adaptive exponential integrate-and-fire: onset of sustained firing",
  model: "AdEx",
  source:
    "onset: Touboul & Brette 2008, Biol Cybern 99:319; Naud et al. 2008, Biol Cybern 99:335; model: Brette & Gerstner 2005",
  note: "Closed form of the saddle-node or Hopf current from the neuron's parameters; only silence and firing are compared.",
  currentUnit: "pA",
  points: (params) =>
    pointsAround(adExRheobase(params), params.gL! * (params.VT! - params.EL!), [1, 0.5], [0.25, 0.5, 1]),
};

/**
 * Current (pA) at which the resting state of Izhikevich's neuron vanishes (saddle-node) or becomes unstable (Hopf, when
 * b > a): roots of 0.04 V² + (5 − b) V + 140 + I/C and of the trace 0.08 V + 5 − a.
 *
 * Source: linear stability of eqs 1–2 of Izhikevich 2003, IEEE Trans Neural Netw 14:1569.
 */
export function izhikevichRheobase(params: Readonly<Record<string, number>>): number {
  const { a, b, C } = params as Record<"a" | "b" | "C", number>;
  const V = (Math.min(a, b) - 5) / 0.08;
  return -C * (0.04 * V * V + (5 - b) * V + 140);
}

/** Distances in the paper's unit of current (pA at C = 1 pF). */
export const izhikevichOnset: FICurveBenchmark = {
  kind: "fi-curve",
  id: "izhikevich-onset-fi",
  title: "Izhikevich's simple model: onset of sustained firing",
  model: "Izhikevich",
  source: "linear stability of the resting state of Izhikevich 2003, IEEE Trans Neural Netw 14:1569, eqs 1–2",
  note: "Closed form from the neuron's parameters; only silence and firing are compared.",
  currentUnit: "pA",
  points: (params) => pointsAround(izhikevichRheobase(params), params.C!, [4, 2], [1, 3, 6, 10]),
};
