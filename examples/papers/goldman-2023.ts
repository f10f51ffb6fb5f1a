// Goldman et al. 2023, Front Comput Neurosci 16:1058957, doi:10.3389/fncom.2022.1058957 (adaptation sets the regime), on a small scale: a
// cortex-like network in two regimes that differ in one number, the spike-triggered adaptation b of its excitatory neurons; little
// of it (awake-like, as under acetylcholine) or much (sleep-like). The same pulse goes to one of six areas in both; the awake-like
// network's answer is more complex (index of Casali et al. 2013, Sci Transl Med 5:198ra105). Six areas of 80 excitatory and 20
// inhibitory AdEx neurons, conductances, delays of 5 to 30 ms between areas. In so small a network the awake-like regime is not far
// from runaway activity (60 Hz and more), in which a pulse is not seen and PCI is 0: it is found by tuning, and needs a second to settle.
// (wbe run examples/papers/goldman-2023.ts)
import { PerturbationalComplexityIndex, perturb } from "wbe/consciousness";
import { type NetworkDescription, SimulationEngine } from "wbe/simulation";

const areas = [0, 1, 2, 3, 4, 5];
const adaptation = { awake: 15, sleep: 150 }; // b in pA

function network(regime: "awake" | "sleep"): NetworkDescription {
  const cells = { C: 200, gL: 10, EL: -65, VT: -50, tauW: 500, a: 0, Vreset: -65, Vpeak: -30, tRef: 5 }; // pF, nS, mV, ms
  const init = { V: { uniform: [-70, -55] as const } };
  const excitatory = { synapse: "ExpConductance", params: { tau: 5, Erev: 0 }, weight: 3.5 }; // nS
  const inhibitory = { synapse: "ExpConductance", params: { tau: 5, Erev: -80 }, weight: 20 };
  const bernoulli = (p: number) => ({ kind: "bernoulli" as const, p });
  const both = ["exc", "inh"] as const;
  return {
    version: 1,
    name: `${regime}-like cortex`,
    seed: 1,
    dt: 0.2,
    duration: 1000, // ms; the transient from the initial values is over
    populations: [
      ...areas.map((area) => ({
        name: `exc ${area}`,
        model: "AdEx",
        size: 80,
        params: { ...cells, deltaT: 2, b: adaptation[regime] },
        init,
      })),
      ...areas.map((area) => ({
        name: `inh ${area}`,
        model: "AdEx",
        size: 20,
        params: { ...cells, deltaT: 0.5, b: 0 },
        init,
      })),
    ],
    projections: areas.flatMap((area) => [
      ...both.flatMap((to) => [
        { from: `exc ${area}`, to: `${to} ${area}`, ...excitatory, rule: bernoulli(0.25), delay: 1.6 },
        { from: `inh ${area}`, to: `${to} ${area}`, ...inhibitory, rule: bernoulli(0.25), delay: 1.6 },
      ]),
      // Each area excites the next two.
      ...[1, 2].flatMap((step) =>
        both.map((to) => ({
          from: `exc ${area}`,
          to: `${to} ${(area + step) % areas.length}`,
          ...excitatory,
          rule: bernoulli(0.1),
          delay: { uniform: [5, 30] as const },
        })),
      ),
    ]),
    stimuli: areas.flatMap((area) =>
      both.map((to) => ({ kind: "poisson" as const, population: `${to} ${area}`, rate: 100, ...excitatory })),
    ),
    recorders: [{ kind: "spikes" }],
  };
}

/** PCI of one regime: eight pulses of 10 ms to the excitatory neurons of area 0; sources are groups of ten excitatory neurons. */
async function measure(regime: "awake" | "sleep") {
  const engine = await SimulationEngine.fromDescription(network(regime));
  await engine.run();
  const { step, nNeurons } = engine.spikes();
  const rate = (1000 * step.length) / (nNeurons * engine.time);
  const run = await perturb(engine, {
    sites: [{ population: "exc 0" }],
    amplitude: 1500, // pA
    duration: "10 ms",
    trials: 8,
    baseline: 300,
    response: 250,
    rest: 150,
    jitter: 50,
    seed: 3,
  });
  const sources = Int32Array.from({ length: nNeurons }, (_, i) => (i < 480 ? Math.floor(i / 10) : -1));
  const index = new PerturbationalComplexityIndex({
    binWidth: 10,
    baselineWindow: [-300, -20],
    responseWindow: [0, 250],
    bootstraps: 200,
    surrogates: 20,
    seed: 1,
  });
  return { engine, rate, pci: index.compute({ ...run, sources }) };
}

const awake = await measure("awake");
const sleep = await measure("sleep");
for (const [regime, { rate, pci }] of Object.entries({ awake, sleep })) {
  const [low, high] = pci.interval!;
  console.log(
    `${regime}: ${rate.toFixed(1)} Hz, PCI ${pci.value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
  );
}

const { engine } = awake;
export { awake, engine, sleep };
