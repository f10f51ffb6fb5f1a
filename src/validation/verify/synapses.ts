/** Synapses: postsynaptic potentials against closed forms, and when a spike arrives. @module */

import type { LongCallOptions } from "../../core/progress.js";
import type { SpikeData } from "../../core/spikes.js";
import { leakyIntegrateAndFire } from "../../neuron-models/index.js";
import { tsodyksMarkramRule } from "../../plasticity/index.js";
import { peakRate, publishedSynapses, stationaryRelease, tsodyksMarkram1998 } from "../papers/tsodyks-markram-1998.js";
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

/** Largest value of a synapse's variable in a membrane held at V, after spikes at the given times (ms). */
async function largest(
  [synapse, variable]: readonly [string, string],
  {
    V = -65,
    dt = 0.1,
    duration = 1,
    times = [0],
    ...rest
  }: {
    V?: number;
    dt?: number;
    duration?: number;
    times?: readonly number[];
    weight: number;
    params?: Record<string, number>;
  },
  options: LongCallOptions,
): Promise<number> {
  const { states } = await runNetwork(
    {
      version: 1,
      seed: 1,
      dt,
      duration,
      populations: [
        {
          name: "cell",
          model: "LIF",
          size: 1,
          method: "rk4",
          params: { C: 1e15, gL: 1e-12, Vth: 1e6 },
          init: { V },
        },
      ],
      projections: [],
      stimuli: [{ kind: "spikes", population: "cell", times, synapse, ...rest }],
      recorders: [{ kind: "state", population: "cell", variable: `${synapse}.${variable}` }],
    },
    options,
  );
  return Math.max(...states[0]!.data);
}

/** What arrives at each spike of a train (ms), as a part of the weight. */
async function releases(
  params: Record<string, number>,
  times: readonly number[],
  options: LongCallOptions,
): Promise<number[]> {
  const dt = 0.1;
  const { states } = await runNetwork(
    {
      version: 1,
      seed: 1,
      dt,
      duration: times.at(-1)! + 5,
      populations: [
        { name: "source", model: "LIF", size: 1, params: { tRef: 0 } },
        { name: "cell", model: "LIF", size: 1 },
      ],
      projections: [
        {
          from: "source",
          to: "cell",
          synapse: "ExpCurrent",
          params: { tau: 1 },
          rule: { kind: "one-to-one" },
          weight: 1,
          delay: 1,
          plasticity: [{ rule: tsodyksMarkramRule, params }],
        },
      ],
      stimuli: [
        { kind: "spikes", population: "source", times: times.map((t) => t - dt), weight: 1000, synapse: "Pulse" },
      ],
      recorders: [{ kind: "state", population: "cell", variable: "ExpCurrent.i" }],
    },
    options,
  );
  const { data } = states[0]!;
  return times.map((t) => {
    const arrival = Math.round(t / dt) + 10;
    return data[arrival + 1]! * Math.exp(dt) - data[arrival]!;
  });
}

/** Two passive cells joined by 5 nS: difference and sum of V − EL at the end. */
async function coupledCells(
  given: { relaxations: number; dt: number; duration: number; amplitude?: number; V?: readonly number[] },
  options: LongCallOptions,
): Promise<{ difference: number; sum: number }> {
  const { amplitude = 0, V = [-70, -70], ...rest } = given;
  const { states } = await runNetwork(
    {
      version: 1,
      seed: 1,
      ...rest,
      populations: [{ name: "cells", model: "LIF", size: 2, params: { Vth: 1e3 }, init: { V: { values: V } } }],
      projections: [
        {
          from: "cells",
          to: "cells",
          synapse: "GapJunction",
          rule: { kind: "edges", source: [0, 1], target: [1, 0] },
          weight: 5,
          delay: 1,
        },
      ],
      stimuli: [{ kind: "constant", population: "cells", neurons: [0], amplitude }],
      recorders: [{ kind: "state", population: "cells", variable: "V" }],
    },
    options,
  );
  const [a, b] = states[0]!.data.slice(-2).map((v) => v + 70) as unknown as [number, number];
  return { difference: a - b, sum: a + b };
}

/** Release of a synapse of Tsodyks, Pawelzik & Markram 1998 at the last spike of a long regular train, as a part of all. */
async function settledRelease(
  kind: keyof typeof publishedSynapses,
  rate: number,
  options: LongCallOptions,
): Promise<number> {
  const { dt, recorders, ...rest } = tsodyksMarkram1998({ rates: [rate], duration: 4000 });
  const chosen = recorders.filter((r) => r.kind === "state" && r.population === kind && r.variable === "ExpCurrent.i");
  const { states } = await runNetwork({ ...rest, dt, recorders: chosen }, options);
  const { data } = states[0]!;
  const interval = Math.round(1000 / rate / dt);
  const spikes = Math.floor((4000 / dt - 20) / interval);
  const arrival = 10 + (spikes - 1) * interval + 1 + 10;
  return (data[arrival + 1]! * Math.exp(dt / 3) - data[arrival]!) / 250;
}

const nest957 = "nest-simulator #957; u ← u + U(1 − u), release u·x, x ← x − u·x from rest";
const markram =
  "Tsodyks, Pawelzik & Markram 1998, Neural Comput 10:821, fig. 1; fixed point of Markram et al. 1998, eqs 1–4";

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
    ...[
      { V: -80, unblocked: 0.024425 },
      { V: -60, unblocked: 0.079627 },
      { V: -20.52525, unblocked: 0.5 },
      { V: 0, unblocked: 0.781182 },
      { V: 40, unblocked: 0.97708 },
    ].map(({ V, unblocked }) => ({
      id: `nmda-block${V}`,
      what: `part of NMDA receptors that 1 mM magnesium leaves open at ${V} mV`,
      source: "Jahr & Stevens 1990, J Neurosci 10:3178, eq. 4a: 1/(1 + [Mg]/3.57 mM · e^(−0.062 V))",
      check: async (options: LongCallOptions) =>
        within(await largest(["NMDA", "unblocked"], { V, weight: 1 }, options), unblocked, 2e-6),
    })),
    ...[
      ["AMPA", 0.2, 1.7],
      ["GABAA", 0.2, 8],
      ["NMDA", 0.29, 43],
    ].map(([id, rise, decay]) => ({
      id: `peak-${String(id).toLowerCase()}`,
      what: `peak conductance of a spike of weight 2 nS through ${id} (nS), on a grid that holds the time of the peak`,
      source: "Roth & van Rossum 2009, eq. 6.4: peak at ln(τd/τr)·τdτr/(τd − τr)",
      check: async (options: LongCallOptions) => {
        const [r, d] = [Number(rise), Number(decay)];
        const dt = (Math.log(d / r) * r * d) / (d - r) / 20;
        return within(await largest([String(id), "g"], { weight: 2, dt, duration: 30 * dt }, options), 2, 2e-12);
      },
    })),
    {
      id: "two-state-saturation",
      what: "open part of two-state receptors without unbinding after 0.5 mM·1 ms of transmitter, alpha 1.1/(mM ms)",
      source: "closed form 1 − exp(−alpha·T·tauT) of the scheme of Destexhe, Mainen & Sejnowski 1994",
      check: async (options) => {
        const given = { weight: 0.5, params: { beta: 0 }, duration: 40, dt: 0.05 };
        return within(await largest(["AMPAKinetic", "r"], given, options), 1 - Math.exp(-0.55), 1e-7);
      },
    },
    {
      id: "gabab-burst",
      what: "peak response of GABA-B receptors to ten spikes at 200 Hz over that to one is more than a hundredfold",
      source: "Destexhe et al. 1996, J Neurophysiol 76:2049: four G proteins bind a channel",
      check: async (options) => {
        const times = Array.from({ length: 10 }, (_, k) => 5 * k);
        const peak = (given: readonly number[]) =>
          largest(["GABAB", "gated"], { weight: 0.5, times: given, duration: 500 }, options);
        const ratio = (await peak(times)) / (await peak([0]));
        return { expected: "more than 100", got: ratio, tolerance: "none", ok: ratio > 100 };
      },
    },
    ...[0, 1000].map((shift) => ({
      id: `depression-from-rest-${shift}`,
      what: `third release of spikes at ${1 + shift}, ${51 + shift} and ${101 + shift} ms (U 0.5, tauRec 800 ms)`,
      source: nest957,
      check: async (options: LongCallOptions) => {
        const times = [1, 51, 101].map((t) => t + shift);
        const sent = await releases({ U: 0.5, tauRec: 800, tauFac: 0 }, times, options);
        return within(sent[2]!, 0.1548346215, 4e-7);
      },
    })),
    {
      id: "facilitation-from-rest",
      what: "fourth release of spikes every 20 ms (U 0.15, tauRec 130 ms, tauFac 530 ms)",
      source: nest957,
      check: async (options) => {
        const sent = await releases({ U: 0.15, tauRec: 130, tauFac: 530 }, [1, 21, 41, 61], options);
        return within(sent[3]!, 0.2328614072, 4e-7);
      },
    },
    ...([5, 20, 80] as const).map((rate) => ({
      id: `stationary-depression-${rate}`,
      what: `release of the depressing synapse of the paper at ${rate} Hz, settled`,
      source: markram,
      check: async (options: LongCallOptions) => {
        const settled = await settledRelease("depressing", rate, options);
        return within(settled, stationaryRelease(rate, publishedSynapses.depressing), 2e-6);
      },
    })),
    ...[0, 2].map((relaxations) => ({
      id: `coupling-coefficient-${relaxations}`,
      what: `steady potential of a cell over that of the driven cell to which 5 nS couple it, ${relaxations} relaxations`,
      source: "Bennett 1966, Ann N Y Acad Sci 137:509: g/(g + gL), gL 12.5 nS",
      check: async (options: LongCallOptions) => {
        const { difference, sum } = await coupledCells(
          { relaxations, amplitude: 100, duration: 400, dt: 0.1 },
          options,
        );
        return within((sum - difference) / (sum + difference), 5 / (5 + gL[0]), 1e-6);
      },
    })),
    {
      id: "coupled-decay-order",
      what: "order in dt at which the difference of two coupled cells decays as e^(−t/tau·(1 + 2g/gL)), 1 relaxation",
      source: "closed form; Hahne et al. 2015, Front Neuroinform 9:22: waveform relaxation",
      check: async (options) => {
        const exact = 6 * Math.exp((-8 / tauM) * (1 + (2 * 5) / gL[0]));
        const error = async (dt: number) => {
          const { difference } = await coupledCells({ relaxations: 1, V: [-60, -66], duration: 8, dt }, options);
          return Math.abs(difference - exact);
        };
        return within(Math.log2((await error(0.8)) / (await error(0.4))), 2, 0.35);
      },
    },
    {
      id: "facilitation-peak-rate",
      what: "of 5, 11, 22, 44 and 88 Hz the one at which the facilitating synapse of the paper responds most (Hz)",
      source: `${markram}; 1/sqrt(U·tauFac·tauRec) = ${peakRate(publishedSynapses.facilitating).toFixed(1)} Hz`,
      check: async (options) => {
        const rates = [5, 11, 22, 44, 88];
        const found: number[] = [];
        for (const rate of rates) found.push(await settledRelease("facilitating", rate, options));
        return equal(rates[found.indexOf(Math.max(...found))]!, 22);
      },
    },
  ],
};
