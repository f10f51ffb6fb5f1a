/** F–I curve of the squid giant axon model. @module */
import { type FICurveBenchmark, pointWithin } from "./benchmark.js";

/**
 * Steady rates by an adaptive integrator far more accurate than a simulation step. 3 % covers the time-step error of
 * every integrator of this project at dt ≤ 0.025 ms (exponential Euler is the least accurate) and the width of a spike
 * that a fixed step cannot place; it does not cover a wrong conductance, reversal potential or rate constant.
 */
const tolerance = 0.03;

/** [uA/cm2, Hz from 500 to 1000 ms] */
const computed: readonly (readonly [number, number])[] = [
  [0, 0],
  [2, 0],
  [5, 0],
  [7, 58.3271],
  [8, 62.4699],
  [10, 68.3237],
  [12, 72.9192],
  [15, 78.6491],
  [20, 86.4701],
  [30, 98.7452],
  [50, 117.036],
];

export const hodgkinHuxleyFI: FICurveBenchmark = {
  kind: "fi-curve",
  id: "hodgkin-huxley-1952-fi",
  title: "Squid giant axon at 6.3 °C: sustained rate against constant current density",
  model: "HodgkinHuxley",
  source:
    "model and parameters: Hodgkin & Huxley 1952, J Physiol 117:500; onset of repetitive firing near 6.26 uA/cm2: " +
    "Rinzel & Miller 1980, Math Biosci 49:27; Balti, Lanza & Aziz-Alaoui 2018, Math Biosci Eng 15:807, fig. 6",
  note:
    "Rates recomputed with scipy DOP853 (rtol 1e-9, atol 1e-10) from the resting state, spikes as upward crossings of " +
    "0 mV. Currents between 5 and 7 uA/cm2 are left out: rest and firing are both stable near the onset, and the step " +
    "decides. Above 50 uA/cm2 the oscillation stops crossing 0 mV. Band ±3 %, and exactly 0 below the onset.",
  currentUnit: "uA/cm2",
  points: computed.map(([current, rate]) => pointWithin(current, rate, tolerance)),
};
