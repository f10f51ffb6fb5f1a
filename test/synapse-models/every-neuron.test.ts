/** Every synapse on every neuron of the catalogue, through the engine; conductances beside their closed forms. */
import { describe, expect, it } from "vitest";
import { WbeError } from "wbe/core";
import { neuronModels } from "wbe/neuron-models";
import { type IntegratorName, SimulationEngine } from "wbe/simulation";
import { type SynapseDeclaration, synapseModels } from "wbe/synapse-models";
import { ranges } from "../neuron-models/ranges.js";

const methods: readonly IntegratorName[] = ["euler", "heun", "rk4", "exponential-euler", "exact"];
/** Shapes that others build on run on every neuron; receptors of their kind on two. */
const shapes = ["DualExpConductance", "DualExpCurrent", "ExpConductance", "ExpCurrent", "GapJunction", "Pulse"];
/** GLIF5 has every equation and rule of the levels before it, GLIF1 the fewest. */
const neurons = neuronModels.filter(({ id }) => !["GLIF2", "GLIF3", "GLIF4"].includes(id));
const pairs = neurons.flatMap((neuron) =>
  synapseModels
    .filter(({ id }) => shapes.includes(id) || neuron.id === "LIF" || neuron.id === "AdEx")
    .map((synapse) => ({ neuron, synapse })),
);

async function runPair(model: string, synapse: SynapseDeclaration, method: IntegratorName | undefined) {
  const { I: values, dt, current, conductance } = ranges[model]!;
  const weight = { nS: conductance, input: current, mV: 3, mM: 0.1 }[synapse.weightUnit]!;
  const times = Array.from({ length: 40 }, (_, k) => 20 + 23.7 * k);
  const engine = await SimulationEngine.fromDescription({
    version: 1,
    seed: 1,
    dt,
    duration: 1000,
    populations: [{ name: "cells", model, size: values.length, method }],
    projections: [
      {
        from: "cells",
        to: "cells",
        synapse: synapse.id,
        rule: { kind: "all-to-all", autapses: false },
        weight,
        delay: 1.3,
      },
    ],
    stimuli: [
      { kind: "constant", population: "cells", amplitude: { values } },
      ...(synapse.electrical ? [] : [{ kind: "spikes", population: "cells", times, weight, synapse: synapse.id }]),
    ],
    recorders: [{ kind: "spikes" }, { kind: "state", population: "cells", variable: "V", every: 1 }],
  });
  await engine.run();
  return { count: engine.spikes().step.length, V: engine.recorded("V").data };
}

describe("every synapse on every neuron, recurrent, from strong inhibition to far above threshold", () => {
  it.each(pairs)("$neuron.id with $synapse.id by its own method: fires, and stays finite for 1 s", async (pair) => {
    // Magnesium block makes dV/dt non-linear in V, which the LIF's own exponential Euler refuses by name.
    const isBlocked = pair.neuron.id === "LIF" && pair.synapse.id.startsWith("NMDA");
    const { count, V } = await runPair(pair.neuron.id, pair.synapse, isBlocked ? "rk4" : undefined);
    expect(count).toBeGreaterThan(5);
    expect(V.length).toBe(7 * 1001);
    expect(V.every(Number.isFinite)).toBe(true);
  });

  it.each(pairs)("$neuron.id with $synapse.id by every method: as finite, or refused by name", async (pair) => {
    let applied = 0;
    for (const method of methods) {
      try {
        const { V } = await runPair(pair.neuron.id, pair.synapse, method);
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

describe("conductances through the engine", () => {
  const dt = 0.1;
  const record = async (
    synapse: string,
    params: Record<string, number>,
    cell: object,
    variables: readonly string[],
  ) => {
    const engine = await SimulationEngine.fromDescription({
      version: 1,
      seed: 1,
      dt,
      duration: 40,
      populations: [{ name: "cells", model: "LIF", size: 1, ...cell }],
      projections: [],
      stimuli: [{ kind: "spikes", population: "cells", times: [1], weight: 20, synapse, params }],
      recorders: variables.map((variable) => ({ kind: "state", population: "cells", variable })),
    });
    await engine.run();
    return variables.map((variable) => Array.from(engine.recorded(variable).data));
  };

  it.each(["exponential-euler", undefined])("ExpConductance decays exactly (method %s)", async (method) => {
    const [g] = await record("ExpConductance", { tau: 3, Erev: -60 }, { method }, ["ExpConductance.g"]);
    // An arrival at 1 ms is in the state from the step that begins there, which ends with one step of decay.
    g!.forEach((value, k) => {
      const expected = k <= 10 ? 0 : 20 * Math.exp((-(k - 10) * dt) / 3);
      expect(Math.abs(value - expected)).toBeLessThan(20 * 1e-12);
    });
  });

  it.each([
    ["euler", 1],
    ["exponential-euler", 1],
    ["heun", 2],
    ["rk4", 4],
  ] as const)(
    "a membrane without leak follows Erev + (V0 − Erev)·exp(−∫g/C) by %s, of order %d",
    async (method, order) => {
      const error = async (tau: number) => {
        // Scaling time scales the step: twice the time constant and half the conductance is the same curve at half the step.
        const cell = { method, params: { gL: 1e-12, C: 12.5 * tau, Vth: 1e6 } };
        const [V] = await record("ExpConductance", { tau, Erev: 0 }, cell, ["V"]);
        const t = 3 * tau;
        const expected = -70 * Math.exp((-20 / (12.5 * tau)) * tau * (1 - Math.exp(-t / tau)));
        return Math.abs(V![10 + Math.round(t / dt)]! - expected);
      };
      const slope = Math.log2((await error(2)) / (await error(4)));
      expect(Math.abs(slope - order)).toBeLessThan(0.25);
    },
  );
});
