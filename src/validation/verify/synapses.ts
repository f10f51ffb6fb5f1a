/** Synapses: postsynaptic potentials against closed forms, and when a spike arrives. @module */

import type { LongCallOptions } from "../../core/progress.js";
import type { SpikeData } from "../../core/spikes.js";
import { leakyIntegrateAndFire } from "../../neuron-models/index.js";
import { runNetwork } from "./drive.js";
import { equal, type VerifyArea, within } from "./verify.js";

const rotter = "Rotter & Diesmann 1999, Biol Cybern 81:381";
const { C, gL } = leakyIntegrateAndFire.params;
const tauM = C[0] / gL[0];
const tau = 2;
const weight = 10; // pA

/** V − EL (mV) at time t (ms) after an exponential current of weight pA begins. */
const exponentialPsp = (t: number): number =>
  ((weight / C[0]) * (Math.exp(-t / tauM) - Math.exp(-t / tau))) / (1 / tau - 1 / tauM);

/** V − EL of a LIF neuron that receives one spike at 1 ms, at steps of dt, from the first step on. */
async function receiveOneSpike(
  synapse: string,
  dt: number,
  duration: number,
  options: LongCallOptions,
): Promise<number[]> {
  const { states } = await runNetwork(
    {
      version: 1,
      seed: 1,
      dt,
      duration,
      populations: [{ name: "cell", model: "LIF", size: 1 }],
      projections: [],
      stimuli: [{ kind: "spikes", population: "cell", times: [1], weight, synapse, params: { tau } }],
      recorders: [{ kind: "state", population: "cell", variable: "V" }],
    },
    options,
  );
  return Array.from(states[0]!.data, (V) => V + 70);
}

/** One neuron driven to fire and one that receives its spike after `delay` ms, strongly enough to fire at once. */
async function relay(delay: number, dt: number, options: LongCallOptions): Promise<SpikeData> {
  const { spikes } = await runNetwork(
    {
      version: 1,
      seed: 1,
      dt,
      duration: 60,
      populations: [
        { name: "first", model: "LIF", size: 1 },
        { name: "second", model: "LIF", size: 1 },
      ],
      projections: [{ from: "first", to: "second", synapse: "Pulse", rule: { kind: "one-to-one" }, weight: 25, delay }],
      stimuli: [{ kind: "constant", population: "first", amplitude: 300 }],
      recorders: [{ kind: "spikes" }],
    },
    options,
  );
  return spikes;
}

export const synapsesArea: VerifyArea = {
  area: "synapses",
  figures: [
    {
      id: "exponential-psp",
      what: "largest distance of an exponential-current PSP from its closed form over 100 ms, dt 0.1 ms (mV)",
      source: `${rotter}: w/C · (e^(−t/τm) − e^(−t/τs)) / (1/τs − 1/τm)`,
      check: async (options) => {
        const dt = 0.1;
        const potential = await receiveOneSpike("ExpCurrent", dt, 100, options);
        // The spike's arrival lies at 1 ms, or at the first sample where the potential moves: it must be one of the grid.
        const arrival = potential.findIndex((v) => v !== 0) - 1;
        const worst = potential.reduce((most, v, k) => {
          const expected = k <= arrival ? 0 : exponentialPsp((k - arrival) * dt);
          return Math.max(most, Math.abs(v - expected));
        }, 0);
        return within(worst, 0, 1e-12);
      },
    },
    {
      id: "arrival-on-time",
      what: "sample (dt 0.1 ms) at which a spike given for 1 ms first shows in V",
      source: "time convention of DESIGN §3: arrivals due at t act on the step from t to t + dt",
      check: async (options) => {
        const potential = await receiveOneSpike("ExpCurrent", 0.1, 5, options);
        return equal(
          potential.findIndex((v) => v !== 0),
          11,
        );
      },
    },
    ...[0.1, 1.5, 7.3].map((delay) => ({
      id: `delay-${delay}`,
      what: `steps between a spike and the spike it sets off through a pulse synapse of ${delay} ms delay (dt 0.1 ms)`,
      source: "time convention: stamped t, arrives t + delay, fires in the step that begins then",
      check: async (options: LongCallOptions) => {
        const { step, neuron } = await relay(delay, 0.1, options);
        const sent = step[neuron.indexOf(0)]!;
        const received = step[neuron.indexOf(1)] ?? Number.NaN;
        return equal(received - sent, Math.round(delay / 0.1) + 1);
      },
    })),
  ],
};
