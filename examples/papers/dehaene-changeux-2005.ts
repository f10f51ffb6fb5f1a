// Dehaene & Changeux 2005, PLoS Biol 3:e141, doi:10.1371/journal.pbio.0030141, with fewer and simpler neurons: ignition of a global
// workspace. A sensory population drives four workspace areas, which excite each other through slow (NMDA-like) conductances and end their
// activity by adaptation. A weak stimulus dies out, a strong one ignites all areas: late activity is all or none, although the
// sensory answer grows smoothly. The statistics of the trials say so: bimodality, threshold, access.
// (wbe run examples/papers/dehaene-changeux-2005.ts)
import { detectIgnition, perturbWithAmplitudes } from "wbe/consciousness";
import { type NetworkDescription, SimulationEngine } from "wbe/simulation";

const nAreas = 4;
const perArea = 30;
const strengths = [0, 60, 90, 120, 150, 180, 220, 300]; // pA
const trials = 3; // of each strength

const cells = { C: 200, gL: 10, EL: -65, VT: -50, tauW: 150, a: 0, Vreset: -65, Vpeak: -30, tRef: 5, deltaT: 2 };
const fast = { synapse: "ExpConductance", params: { tau: 5, Erev: 0 } };
const slow = { synapse: "ExpConductance", params: { tau: 80, Erev: 0 } };
const inhibitory = { synapse: "ExpConductance", params: { tau: 8, Erev: -75 } };
const bernoulli = (p: number) => ({ kind: "bernoulli" as const, p });

const network: NetworkDescription = {
  version: 1,
  name: "global workspace",
  seed: 1,
  dt: 0.2,
  duration: 300,
  populations: [
    { name: "sensory", model: "AdEx", size: 40, params: { ...cells, b: 0 } },
    { name: "workspace", model: "AdEx", size: nAreas * perArea, params: { ...cells, b: 160 } },
    { name: "inhibition", model: "AdEx", size: 30, params: { ...cells, b: 0 } },
  ],
  projections: [
    { from: "sensory", to: "workspace", ...fast, rule: bernoulli(0.25), weight: 1.5, delay: { uniform: [5, 15] } },
    { from: "workspace", to: "workspace", ...slow, rule: bernoulli(0.2), weight: 0.3, delay: { uniform: [2, 20] } },
    { from: "workspace", to: "inhibition", ...fast, rule: bernoulli(0.2), weight: 1, delay: 2 },
    { from: "inhibition", to: "workspace", ...inhibitory, rule: bernoulli(0.3), weight: 2, delay: 2 },
  ],
  stimuli: ["sensory", "workspace", "inhibition"].map((population) => ({
    kind: "poisson",
    population,
    rate: 100,
    weight: 2,
    ...fast,
  })),
  recorders: [{ kind: "spikes" }],
};

const engine = await SimulationEngine.fromDescription(network);
await engine.run();
const runs = await perturbWithAmplitudes(engine, strengths, {
  sites: [{ population: "sensory" }],
  duration: "60 ms",
  trials,
  baseline: 50,
  response: 400,
  rest: 900,
  jitter: 20,
});

/** Hz of the neurons from `first` on in a window (ms) after a pulse. */
const { spikes } = runs.at(-1)!;
const rate = (time: number, [from, to]: readonly [number, number], first: number, count: number) => {
  let n = 0;
  for (let k = 0; k < spikes.step.length; k++) {
    const at = spikes.step[k]! * spikes.dt - time;
    if (at > from && at <= to && spikes.neuron[k]! >= first && spikes.neuron[k]! < first + count) n++;
  }
  return (1000 * n) / (count * (to - from));
};
const late = [150, 300] as const;
const first = spikes.populations[1]!.start;
const pulses = runs.flatMap((run) => run.perturbationTimes.map((time) => ({ time, strength: run.amplitude })));
const strength = pulses.map((pulse) => pulse.strength);
const sensory = pulses.map(({ time }) => rate(time, [0, 60], 0, 40));
const workspace = pulses.map(({ time }) => rate(time, late, first, nAreas * perArea));
const byArea = pulses.flatMap(({ time }) =>
  Array.from({ length: nAreas }, (_, area) => rate(time, late, first + area * perArea, perArea)),
);
const ignition = detectIgnition({ late: workspace, strength, areas: { late: byArea, nAreas } });

console.log(
  `ignition in ${Math.round(ignition.value * pulses.length)} of ${pulses.length} trials, threshold ${ignition.curve.threshold.toFixed(0)} pA, ` +
    `${ignition.mixture.means.map((mean) => mean.toFixed(1)).join(" or ")} Hz, access ${ignition.access?.toFixed(2)}, dip p = ${ignition.parameters.p}`,
);

export { engine, ignition, sensory, strength, workspace };
