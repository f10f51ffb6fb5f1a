/** PairSTDP in the engine against NEST's stdp_synapse and the sum over all pairs (interop/golden/stdp.py). */
import { describe, expect, it } from "vitest";
import { PairSTDP, PlasticityScheduler } from "wbe/plasticity";
import { SimulationEngine } from "wbe/simulation";
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
