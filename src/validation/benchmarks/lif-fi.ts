/** F–I curve of the leaky integrate-and-fire neuron. @module */
import { log } from "../../core/math.js";
import { type FICurveBenchmark, type FIPoint, pointWithin } from "./benchmark.js";

/**
 * Distance of the steady voltage from the threshold, in units of the distance from reset to threshold: from well below
 * the onset to four times above, where the interval is the refractory period and τ·ln(5/4).
 */
const distances = [-0.5, -0.1, 0.1, 0.5, 1, 2, 4];

/** A spike waits for the next step, so an interval of 5 ms is up to 2 % too long at a step of 0.1 ms. */
const tolerance = 0.03;

export const leakyIntegrateAndFireFI: FICurveBenchmark = {
  kind: "fi-curve",
  id: "lif-closed-form-fi",
  title: "Leaky integrate-and-fire: closed-form rate against constant current",
  model: "LIF",
  source:
    "rate 1/(tRef + τ ln((V∞ − Vreset)/(V∞ − Vth))) with V∞ = EL + I/gL and τ = C/gL: Gerstner, Kistler, Naud & " +
    "Paninski 2014, Neuronal Dynamics, chapter 1; model: Lapicque 1907",
  note: "Band ±3 % for steps up to 0.1 ms, which delay each spike by up to one step; exactly 0 below the onset.",
  currentUnit: "pA",
  points: ({ C, gL, EL, Vth, Vreset, tRef }) =>
    distances.map((distance): FIPoint => {
      const current = gL! * (Vth! - EL! + distance * (Vth! - Vreset!));
      const rate = distance > 0 ? 1000 / (tRef! + (C! / gL!) * log((distance + 1) / distance)) : 0;
      return pointWithin(current, rate, tolerance);
    }),
};
