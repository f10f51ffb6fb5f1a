/** PairSTDP in the engine against NEST's stdp_synapse and the sum over all pairs (interop/golden/stdp.py). */
import { describe, expect, it } from "vitest";
import { PairSTDP, PlasticityScheduler } from "wbe/plasticity";
import { SimulationEngine } from "wbe/simulation";
import network from "../golden/brian2-network.json" with { type: "json" };
import golden from "../golden/stdp-pair.json" with { type: "json" };

const { dt, duration_ms: duration, pre_steps, post_steps } = golden.parameters;

/** Two cells that fire exactly at the given steps: a pulse far above threshold arrives one step before each spike. */
async function createPair(p: (typeof golden.cases)["free"]["parameters"]): Promise<SimulationEngine> {
  const cell = (name: string) => ({ name, model: "LIF", size: 1, params: { tRef: 0 } });
  const train = (population: string, steps: readonly number[]) => ({
    kind: "spikes",
    population,
    times: steps.map((step) => (step - 1) * dt),
    weight: 1000,
    synapse: "Pulse",
  });
  const stdp = new PairSTDP({
    APlus: p.lambda,
    AMinus: p.alpha * p.lambda,
    tauPlus: p.tau_plus,
    tauMinus: p.tau_minus,
    wMin: 0,
    wMax: p.Wmax,
  });
  return SimulationEngine.fromDescription(
    {
      version: 1,
      seed: 0,
      dt,
      duration,
      populations: [cell("pre"), cell("post")],
      projections: [
        {
          name: "synapse",
          from: "pre",
          to: "post",
          synapse: "ExpCurrent",
          rule: { kind: "one-to-one" },
          weight: p.weight,
          delay: p.delay,
        },
      ],
      stimuli: [train("pre", pre_steps), train("post", post_steps)],
      recorders: [{ kind: "spikes" }],
    },
    { plasticity: new PlasticityScheduler([stdp]) },
  );
}

describe.each(Object.entries(golden.cases))("PairSTDP beside NEST: %s", (_name, values) => {
  it("has NEST's weight at every presynaptic spike, and the full sum at the end", async () => {
    const engine = await createPair(values.parameters);
    const weights: number[] = [];
    for (const step of pre_steps) {
      await engine.run({ duration: step * dt - engine.time });
      weights.push(engine.weights("synapse").data[0]!);
    }
    await engine.run({ duration: duration - engine.time });
    const { step, neuron } = engine.spikes();
    expect([...step].filter((_, k) => neuron[k] === 0)).toEqual(pre_steps);
    expect([...step].filter((_, k) => neuron[k] === 1)).toEqual(post_steps);
    // Weights up to 100, a few hundred additions: rounding stays far below 1e-9.
    weights.forEach((weight, k) => {
      expect(Math.abs(weight - values.weight_after_each_pre_spike_nest[k]!)).toBeLessThan(1e-9);
    });
    expect(Math.abs(engine.weights("synapse").data[0]! - values.final_weight_brute_force)).toBeLessThan(1e-9);
  });

  it("ends with the same bits when nobody looks in between", async () => {
    const watched = await createPair(values.parameters);
    for (const step of pre_steps) {
      await watched.run({ duration: step * dt - watched.time });
      watched.weights("synapse");
    }
    await watched.run({ duration: duration - watched.time });
    const alone = await createPair(values.parameters);
    await alone.run();
    expect(alone.weights("synapse").data[0]).toBe(watched.weights("synapse").data[0]);
  });
});

describe("a Hodgkin-Huxley network with STDP beside Brian2", () => {
  it("fires every spike of 300 ms at Brian2's step and ends with its weights", async () => {
    const { edges, drive, parameters: p } = network;
    const side = (name: string, keep: (source: number) => boolean, tau: number, Erev: number) => {
      const rows = edges.source.flatMap((source, k) => (keep(source) ? [k] : []));
      const pick = (column: readonly number[]) => rows.map((k) => column[k]!);
      return {
        name,
        from: "cells",
        to: "cells",
        synapse: "ExpConductance",
        params: { tau, Erev },
        rule: { kind: "edges", source: pick(edges.source), target: pick(edges.target) },
        weight: { values: pick(edges.weight) },
        delay: { values: pick(edges.delay).map((steps) => steps * p.dt) },
      };
    };
    const engine = await SimulationEngine.fromDescription(
      {
        version: 1,
        seed: 0,
        dt: p.dt,
        duration: p.duration_ms,
        populations: [
          { name: "cells", model: "HodgkinHuxley", size: p.neurons, method: "rk4", params: { area: p.area_um2 } },
        ],
        projections: [
          side("excitatory", (source) => source < 24, p.tauExc, p.EExc),
          side("inhibitory", (source) => source >= 24, p.tauInh, p.EInh),
        ],
        stimuli: [{ kind: "constant", population: "cells", amplitude: { values: drive } }],
        recorders: [{ kind: "spikes" }],
      },
      {
        plasticity: new PlasticityScheduler([
          new PairSTDP({ ...p.stdp, appliesTo: ({ name }) => name === "excitatory" }),
        ]),
      },
    );
    await engine.run();
    const { step, neuron } = engine.spikes();
    expect([...step]).toEqual(network.spike_steps);
    expect([...neuron]).toEqual(network.spike_neurons);
    // Equal spikes give equal sums: rounding only.
    const weights = engine.weights("excitatory").data;
    expect(weights).toHaveLength(network.final_weights.length);
    network.final_weights.forEach((weight, k) => {
      expect(Math.abs(weights[k]! - weight)).toBeLessThan(1e-9);
    });
  });
});
