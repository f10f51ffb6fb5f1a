/** Exact spike times: first passages of the leaky integrate-and-fire neuron, and their way through a synapse. @module */
import { spikeTime } from "../../core/spikes.js";
import { SimulationEngine } from "../../simulation/index.js";
import { type FigureCheck, within } from "./verify.js";

const duration = 200;

/**
 * A neuron driven to 30 mV above rest, threshold at 20 mV, reset at 10 mV; its spikes kick another from rest over its
 * threshold. Of each the largest distance (ms) from the closed form, over all steps `dts`.
 */
async function worstDistance(neuron: 0 | 1, dts: readonly number[], signal: AbortSignal | undefined): Promise<number> {
  let worst = 0;
  for (const dt of dts) {
    const engine = await SimulationEngine.fromDescription({
      version: 1,
      seed: 1,
      dt,
      duration,
      populations: [
        { name: "driven", model: "LIF", size: 1, spikeTimes: "exact" },
        { name: "kicked", model: "LIF", size: 1, spikeTimes: "exact", params: { Vreset: -70 } },
      ],
      projections: [
        { from: "driven", to: "kicked", synapse: "Pulse", rule: { kind: "one-to-one" }, weight: 32, delay: 1.5 },
      ],
      stimuli: [{ kind: "constant", population: "driven", amplitude: 375 }],
      recorders: [{ kind: "spikes" }],
    });
    await engine.run({ signal });
    const spikes = engine.spikes();
    const times = [...spikes.neuron.keys()].filter((k) => spikes.neuron[k] === neuron).map((k) => spikeTime(spikes, k));
    const first = 20 * Math.log(3) + 1.5 * neuron;
    const interval = 20 * Math.log(2) + 2;
    if (times.length !== Math.floor((duration - first) / interval) + 1) return Number.POSITIVE_INFINITY;
    times.forEach((time, k) => {
      worst = Math.max(worst, Math.abs(time - (first + k * interval)));
    });
  }
  return worst;
}

export const exactTimesFigures: readonly FigureCheck[] = [
  {
    id: "exact-first-passage",
    what: "largest distance (ms) of 12 spikes of a LIF neuron with spikeTimes exact from 20 ln 3 + k·(20 ln 2 + 2), at dt 0.025, 0.1 and 0.5 ms",
    source:
      "first passage of V(t) = V∞·(1 − e^(−t/τ)), τ = 20 ms, from 0 to 20 of 30 mV: 21.9722457734 ms; then from 10 mV",
    check: async ({ signal }) => within(await worstDistance(0, [0.025, 0.1, 0.5], signal), 0, 1e-10),
  },
  {
    id: "exact-arrival",
    what: "largest distance (ms) of the spikes that these set off in a second neuron, from the same times + 1.5 ms",
    source: "a pulse beyond the threshold fires when it arrives: spikes pass between neurons at their own times",
    check: async ({ signal }) => within(await worstDistance(1, [0.1, 0.5], signal), 0, 1e-10),
  },
];
