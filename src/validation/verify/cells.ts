/** Neuron models and detailed cells: published rates, closed forms and firing classes. @module */
import { linearExponentialRate } from "../../core/gating.js";
import { leakyIntegrateAndFire } from "../../neuron-models/index.js";
import { cableFigures } from "./cables.js";
import { differences, driveNeuron } from "./drive.js";
import { equal, type FigureCheck, type VerifyArea, within } from "./verify.js";

const hhSource = "Hodgkin & Huxley 1952, J Physiol 117:500; recomputed with scipy DOP853 (rtol 1e-9)";
const izhikevichSource = "Izhikevich 2003, IEEE Trans Neural Netw 14:1569, figure 2";

/** Opening rate of sodium activation, 1/ms at V in mV. */
const alphaM = (V: number): number => linearExponentialRate(V, 1, -40, 10);

const singularity: FigureCheck[] = (
  [
    [-40, 1, 1e-12],
    [-40 + 1e-12, 1.00000000000005, 1e-12],
    [-40 - 1e-7, 0.999999995, 1e-12],
    [-35, 1.2707470412684, 1e-12],
    [2000, 204, 1e-10],
  ] as const
).map(([V, expected, tolerance]) => ({
  id: `hh-alpha-m-at-${V}`,
  what: `opening rate of sodium activation at ${V} mV (1/ms), where the plain formula is 0/0 or loses digits`,
  source: "Hodgkin & Huxley 1952, eq 20; limit x/(1 − exp(−x)) → 1 + x/2",
  check: async () => within(alphaM(V), expected, tolerance),
}));

/** Spike times of a LIF neuron from the closed form, each at the first step at or after the crossing. */
function lifTimes(current: number, dt: number, duration: number): number[] {
  const { C, gL, EL, Vth, Vreset, tRef } = leakyIntegrateAndFire.params;
  const tau = C[0] / gL[0];
  const infinity = EL[0] + current / gL[0];
  const until = (V: number) => Math.ceil((tau * Math.log((infinity - V) / (infinity - Vth[0]))) / dt - 1e-9);
  const times: number[] = [];
  const between = until(Vreset[0]) + Math.ceil(tRef[0] / dt - 1e-9);
  for (let step = until(EL[0]); step * dt <= duration; step += between) times.push(step * dt);
  return times;
}

const adExLimit = { C: 200, gL: 10, EL: -70, VT: -50, Vreset: -58, Vpeak: 0, deltaT: 0, a: 0, b: 0, tRef: 0 };

/** The paper's parameters; injected current 10 (here 10 pA with C = 1 pF). */
const izhikevichClasses = {
  "regular spiking": { a: 0.02, b: 0.2, c: -65, d: 8 },
  "intrinsically bursting": { a: 0.02, b: 0.2, c: -55, d: 4 },
  chattering: { a: 0.02, b: 0.2, c: -50, d: 2 },
  "fast spiking": { a: 0.1, b: 0.2, c: -65, d: 2 },
} as const;

/** The class by its pattern of intervals: what figure 2 of the paper shows. */
function classifyIntervals(times: readonly number[]): string {
  const intervals = differences(times);
  if (intervals.length < 6) return `only ${times.length} spikes`;
  const longest = Math.max(...intervals);
  const late = intervals.slice(Math.floor(intervals.length / 2));
  const mixes = (list: readonly number[]) => Math.max(...list) > 3 * Math.min(...list);
  if (mixes(late)) return "chattering";
  // One burst at the start, single spikes after it.
  if (intervals[0]! < 0.35 * longest && !mixes(late) && intervals[1]! < 0.6 * longest) return "intrinsically bursting";
  return 1000 / (late.reduce((a, b) => a + b) / late.length) > 60 ? "fast spiking" : "regular spiking";
}

export const cellsArea: VerifyArea = {
  area: "cells",
  figures: [
    {
      id: "hh-rate-10",
      what: "rate of the squid giant axon at 10 µA/cm², rk4, dt 0.01 ms, 500 to 1000 ms (Hz)",
      source: hhSource,
      isSlow: true,
      check: async (options) => {
        const { times } = await driveNeuron(
          { model: "HodgkinHuxley", method: "rk4" },
          10,
          { dt: 0.01, duration: 1000 },
          options,
        );
        const late = times.filter((t) => t > 500);
        return within((1000 * (late.length - 1)) / (late.at(-1)! - late[0]!), 68.3237, 0.05);
      },
    },
    {
      id: "hh-threshold",
      what: "spikes in the second half of 1 s at 5 µA/cm², below the onset of repetitive firing",
      source: `${hhSource}; onset near 6.26 µA/cm²: Rinzel & Miller 1980, Math Biosci 49:27; Balti et al. 2018, Math Biosci Eng 15:807`,
      isSlow: true,
      check: async (options) => {
        const { times } = await driveNeuron(
          { model: "HodgkinHuxley", method: "rk4" },
          5,
          { dt: 0.025, duration: 1000 },
          options,
        );
        return equal(times.filter((t) => t > 500).length, 0);
      },
    },
    ...singularity,
    {
      id: "hh-from-singularity",
      what: "samples that are not finite when V starts at exactly −40 mV",
      source: "the equations are smooth there; limit x/(1 − exp(−x)) → 1",
      check: async (options) => {
        const neuron = { model: "HodgkinHuxley", init: { V: -40 } };
        const { V } = await driveNeuron(neuron, 0, { dt: 0.025, duration: 20 }, options);
        return equal(V.filter((v) => !Number.isFinite(v)).length, 0);
      },
    },
    {
      id: "lif-spike-times",
      what: "spike times of LIF at 300 pA in 500 ms, dt 0.1 ms, steps that differ from the closed form",
      source: "Rotter & Diesmann 1999, Biol Cybern 81:381; t = τ ln((V∞ − V₀)/(V∞ − Vth)), first step at or after",
      check: async (options) => {
        const { times } = await driveNeuron({ model: "LIF" }, 300, { dt: 0.1, duration: 500 }, options);
        const expected = lifTimes(300, 0.1, 500);
        const wrong = expected.filter(
          (t, i) => Math.abs(t - (times[i] ?? Number.NaN)) > 1e-9 || times[i] === undefined,
        ).length;
        return equal(`${wrong} of ${times.length}`, `0 of ${expected.length}`);
      },
    },
    {
      id: "adex-sharp-first-spike",
      what: "first spike of AdEx with ΔT = 0 at 300 pA, dt 0.1 ms (ms)",
      source:
        "limit of Brette & Gerstner 2005: leaky integrator with threshold VT, 20 ln 3 = 21.972 ms, on the grid 22.0",
      check: async (options) => {
        const { times } = await driveNeuron(
          { model: "AdEx", params: adExLimit },
          300,
          { dt: 0.1, duration: 100 },
          options,
        );
        return within(times[0] ?? Number.NaN, 22, 1e-9);
      },
    },
    {
      id: "adex-sharp-interval",
      what: "mean interval of AdEx with ΔT = 0 at 300 pA, dt 0.005 ms (ms)",
      source: "20 ln(18/10) = 11.7557 ms; each spike waits for the grid, at most one step",
      isSlow: true,
      check: async (options) => {
        const { times } = await driveNeuron(
          { model: "AdEx", params: adExLimit },
          300,
          { dt: 0.005, duration: 1000 },
          options,
        );
        return within((times.at(-1)! - times[0]!) / (times.length - 1), 11.755733298, 0.005);
      },
    },
    {
      id: "adex-sharp-silent",
      what: "spikes of AdEx with ΔT = 0 at 150 pA, and V in the end (mV)",
      source: "V∞ = EL + I/gL = −55 mV, below VT",
      check: async (options) => {
        const { times, V } = await driveNeuron(
          { model: "AdEx", params: adExLimit },
          150,
          { dt: 0.1, duration: 600 },
          options,
        );
        return equal(`${times.length}, ${V.at(-1)!.toFixed(6)}`, "0, -55.000000");
      },
    },
    ...Object.entries(izhikevichClasses).map(
      ([name, params]): FigureCheck => ({
        id: `izhikevich-${name.replace(/ /g, "-")}`,
        what: `firing class of the parameters of "${name}" by the pattern of intervals in 1 s`,
        source: izhikevichSource,
        check: async (options) => {
          const neuron = { model: "Izhikevich", params: { ...params } };
          const { times } = await driveNeuron(neuron, 10, { dt: 0.1, duration: 1000 }, options);
          return equal(classifyIntervals(times), name);
        },
      }),
    ),
    ...cableFigures,
  ],
};
