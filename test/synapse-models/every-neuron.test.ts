/** Every synapse on every neuron of the catalogue, through the engine; conductances beside their closed forms. */
import { describe, expect, it } from "vitest";
import { WbeError } from "wbe/core";
import { neuronModels } from "wbe/neuron-models";
import { type IntegratorName, SimulationEngine } from "wbe/simulation";
import { synapseModels } from "wbe/synapse-models";

/** From strong inhibition to far above threshold, in the unit of the model's input. */
const currents: Record<string, number[]> = {
  HodgkinHuxley: [-10, -3, 0, 5, 10, 50, 150],
  Izhikevich: [-50, -5, 0, 4, 10, 40, 200],
};
const otherCurrents = [-2000, -200, 0, 300, 700, 1500, 5000];
/** What moves each input unit by an amount that matters: uA/cm2 through 20,000 um2 is 200 pA. */
const weights: Record<string, Record<string, number>> = {
  Izhikevich: { ExpCurrent: 5, DualExpCurrent: 5, ExpConductance: 0.05, DualExpConductance: 0.05, GapJunction: 0.05 },
};
const otherWeights: Record<string, number> = {
  ExpCurrent: 200,
  DualExpCurrent: 200,
  ExpConductance: 5,
  DualExpConductance: 5,
  GapJunction: 5,
  Pulse: 3,
};
const methods: readonly IntegratorName[] = ["euler", "heun", "rk4", "exponential-euler", "exact"];
const pairs = neuronModels.flatMap((neuron) => synapseModels.map((synapse) => ({ neuron, synapse })));

async function runPair(model: string, synapse: string, method: IntegratorName | undefined) {
  const values = currents[model] ?? otherCurrents;
  const weight = weights[model]?.[synapse] ?? otherWeights[synapse]!;
  const electrical = synapse === "GapJunction";
  const times = Array.from({ length: 40 }, (_, k) => 20 + 23.7 * k);
  const engine = await SimulationEngine.fromDescription({
    version: 1,
    seed: 1,
    dt: model === "HodgkinHuxley" ? 0.02 : 0.1,
    duration: 1000,
    populations: [{ name: "cells", model, size: values.length, method }],
    projections: [
      { from: "cells", to: "cells", synapse, rule: { kind: "all-to-all", autapses: false }, weight, delay: 1.3 },
    ],
    stimuli: [
      { kind: "constant", population: "cells", amplitude: { values } },
      ...(electrical ? [] : [{ kind: "spikes", population: "cells", times, weight, synapse }]),
    ],
    recorders: [{ kind: "spikes" }, { kind: "state", population: "cells", variable: "V", every: 1 }],
  });
  await engine.run();
  return { count: engine.spikes().step.length, V: engine.recorded("V").data };
}

describe("every synapse on every neuron, recurrent, from strong inhibition to far above threshold", () => {
  it.each(pairs)("$neuron.id with $synapse.id by its own method: fires, and stays finite for 1 s", async (pair) => {
    const { count, V } = await runPair(pair.neuron.id, pair.synapse.id, undefined);
    expect(count).toBeGreaterThan(5);
    expect(V.length).toBe(7 * 1001);
    expect(V.every(Number.isFinite)).toBe(true);
  });

  it.each(pairs)("$neuron.id with $synapse.id by every method: as finite, or refused by name", async (pair) => {
    let applied = 0;
    for (const method of methods) {
      try {
        const { V } = await runPair(pair.neuron.id, pair.synapse.id, method);
        expect(V.every(Number.isFinite)).toBe(true);
        applied++;
      } catch (error) {
        if (!(error instanceof WbeError)) throw error;
        expect(error.code).toBe("MODEL_INVALID");
        expect(error.message).toContain(`method ${method}`);
        expect(error.message).toMatch(/Use method "/);
      }
    }
    expect(applied).toBeGreaterThanOrEqual(3);
  });
});
