/** Engine: whole steps, no drift, and results that do not depend on how a run is cut. @module */
import type { LongCallOptions } from "../../core/progress.js";
import type { SpikeData } from "../../core/spikes.js";
import { defineNeuron } from "../../neuron-models/index.js";
import { type NetworkDescription, SimulationEngine } from "../../simulation/index.js";
import { differences, driveNeuron } from "./drive.js";
import { exactTimesFigures } from "./exact-times.js";
import { flyFigures } from "./fly.js";
import { networkFigures } from "./networks.js";
import { equal, type FigureCheck, type VerifyArea } from "./verify.js";

/** A neuron whose threshold is always met: only the refractory period keeps it from firing. */
const alwaysAbove = defineNeuron({
  id: "AlwaysAbove",
  source: "made for this check",
  params: { tRef: [1, "ms", { min: 0 }] },
  states: { V: [0, "mV"] },
  inputs: { I: "pA" },
  equations: "dV/dt = 0 * I * 1 mV/(1 pA * 1 ms)",
  spike: "V > -1 mV",
  reset: "V = 0 mV",
  refractory: "tRef",
  method: "euler",
});

const refractory: FigureCheck[] = (
  [
    [1, 10],
    [0.3, 3],
    [0.7, 7],
    [2, 20],
    [3, 30],
  ] as const
).map(([tRef, expected]) => ({
  id: `refractory-${tRef}`,
  what: `intervals (steps of 0.1 ms) of a neuron always above threshold with a refractory period of ${tRef} ms, over 10 s`,
  source: "half-open refractory period: free to fire again at t* + tRef; integer steps",
  check: async (options: LongCallOptions) => {
    const { spikes } = await driveNeuron(
      { model: alwaysAbove, params: { tRef } },
      0,
      { dt: 0.1, duration: 10_000 },
      options,
    );
    return equal([...new Set(differences(Array.from(spikes.step)))].join(", "), `${expected}`);
  },
}));

/** A random network of 100 neurons that keeps firing. */
const network: NetworkDescription = {
  version: 1,
  seed: 11,
  dt: 0.1,
  duration: 300,
  populations: [
    { name: "exc", model: "LIF", size: 80, init: { V: { uniform: [-70, -50] } } },
    { name: "inh", model: "LIF", size: 20, init: { V: { uniform: [-70, -50] } } },
  ],
  projections: [
    {
      from: "exc",
      to: "exc",
      synapse: "ExpCurrent",
      rule: { kind: "bernoulli", p: 0.2 },
      weight: { normal: [40, 4] },
      delay: { uniform: [0.5, 3] },
    },
    { from: "exc", to: "inh", synapse: "ExpCurrent", rule: { kind: "bernoulli", p: 0.2 }, weight: 60, delay: 1.5 },
    { from: "inh", to: "exc", synapse: "ExpCurrent", rule: { kind: "bernoulli", p: 0.2 }, weight: -150, delay: 0.8 },
  ],
  stimuli: [{ kind: "poisson", population: "exc", rate: 800, weight: 200, synapse: "ExpCurrent" }],
  recorders: [{ kind: "spikes" }],
};

const asText = ({ step, neuron }: SpikeData): string => Array.from(step, (s, k) => `${s}:${neuron[k]}`).join(" ");

export const engineArea: VerifyArea = {
  area: "engine",
  figures: [
    ...refractory,
    {
      id: "steps-of-a-second",
      what: "steps of 1000 ms at dt 0.025 ms, and the time after them (ms)",
      source: "time is an integer step count: 1000/0.025 = 40,000 and 40,000 · 0.025 = 1000",
      check: async ({ signal }) => {
        const engine = await SimulationEngine.fromDescription({ ...silent, dt: 0.025, duration: 1000 });
        await engine.run({ signal });
        return equal(`${engine.stepCount}, ${engine.time}`, "40000, 1000");
      },
    },
    {
      id: "run-in-pieces",
      what: "spikes of one run of 300 ms and of the same network run in pieces of 0.1, 17.3, 100 and 182.6 ms",
      source: "a run is a function of description and seed only",
      check: async ({ signal }) => {
        const whole = await SimulationEngine.fromDescription(network);
        await whole.run({ signal });
        const pieces = await SimulationEngine.fromDescription(network);
        for (const duration of [0.1, 17.3, 100, 182.6]) await pieces.run({ duration, signal });
        const [a, b] = [whole.spikes(), pieces.spikes()];
        if (a.step.length < 100) return equal(`only ${a.step.length} spikes`, "a network that fires");
        const same = asText(a) === asText(b) ? "the same" : "different";
        return equal(`${b.step.length}, ${same}`, `${a.step.length}, the same`);
      },
    },
    ...exactTimesFigures,
    ...networkFigures,
    ...flyFigures,
  ],
};

const silent: NetworkDescription = {
  version: 1,
  seed: 1,
  dt: 0.025,
  duration: 1000,
  populations: [{ name: "cell", model: "LIF", size: 1 }],
  projections: [],
  stimuli: [],
  recorders: [],
};
