/** Synapses drawn by source: stored, or drawn again at each spike. */
import { describe, expect, it } from "vitest";
import { plasticityRules } from "wbe/plasticity";
import {
  type Dist,
  type NetworkDescription,
  type ProjectionSpec,
  type RuleSpec,
  SimulationEngine,
} from "wbe/simulation";
import { chiSquareRatio, kolmogorovSmirnovRatio } from "../core/goodness-of-fit.js";
import { network, run } from "./networks.js";

/** A driven population of 3,001 neurons (three blocks) onto itself and onto a smaller one, inhibition and excitation. */
function driven(choice: Pick<ProjectionSpec, "drawnBy" | "storage">, changes: Partial<NetworkDescription> = {}) {
  const excitation = { synapse: "ExpCurrent", params: { tau: 2 } } as const;
  const delay: Dist = { normal: [2, 1], redraw: [0.05, 5] };
  return network({
    duration: 60,
    populations: [
      { name: "a", model: "LIF", size: 3001, init: { V: { uniform: [-65, -50] } } },
      { name: "b", model: "AdEx", size: 700 },
    ],
    projections: [
      {
        name: "bernoulli",
        from: "a",
        to: "a",
        ...excitation,
        rule: { kind: "bernoulli", p: 0.02 },
        weight: { normal: [9, 3], clip: [0, 30] },
        delay,
        ...choice,
      },
      {
        name: "out",
        from: "a",
        to: "b",
        ...excitation,
        rule: { kind: "fixed-out-degree", k: 40 },
        weight: { lognormal: [30, 0.5] },
        delay,
        ...choice,
      },
      {
        name: "distinct",
        from: "b",
        to: "a",
        ...excitation,
        rule: { kind: "fixed-out-degree", k: 60, multapses: false },
        weight: -4,
        delay: { uniform: [0.5, 3] },
        ...choice,
      },
      {
        name: "all",
        from: "b",
        to: "b",
        ...excitation,
        rule: { kind: "all-to-all" },
        weight: -0.3,
        delay: 1.5,
        ...choice,
      },
      { name: "one", from: "b", to: "b", ...excitation, rule: { kind: "one-to-one" }, weight: -9, delay, ...choice },
    ],
    stimuli: [
      { kind: "poisson", population: "a", rate: 3000, weight: 60, ...excitation },
      { kind: "poisson", population: "b", rate: 3000, weight: 250, ...excitation },
    ],
    recorders: [{ kind: "spikes" }, { kind: "state", population: "b", variable: "V", every: 1 }],
    ...changes,
  });
}

const outcome = (engine: SimulationEngine) => [engine.spikes(), engine.recorded("V", "b")];

describe("procedural projections", () => {
  it("give the bits of stored synapses drawn by source, and their targets and weights when asked", async () => {
    const stored = await run(driven({ drawnBy: "source" }));
    const procedural = await run(driven({ storage: "procedural" }));
    const { neuron } = stored.spikes();
    expect(neuron.filter((i) => i < 3001).length).toBeGreaterThan(500);
    expect(neuron.filter((i) => i >= 3001).length).toBeGreaterThan(100);
    expect(outcome(procedural)).toEqual(outcome(stored));
    for (const [k, { name, offsets, targets }] of procedural.view().projections.entries()) {
      const other = stored.view().projections[k]!;
      expect(offsets).toEqual(other.offsets);
      expect(targets.length).toBe(other.targets.length);
      expect(targets.findIndex((target, e) => target !== other.targets[e])).toBe(-1);
      const weights = stored.weights(name).data;
      expect(procedural.weights(name).data.findIndex((weight, e) => weight !== weights[e])).toBe(-1);
    }
  });

  it("give the same on several threads and where neurons at rest are left out", async () => {
    const expected = outcome(await run(driven({ storage: "procedural" })));
    const threaded = await SimulationEngine.fromDescription(driven({ storage: "procedural" }), { threads: 3 });
    try {
      await threaded.run();
      expect(outcome(threaded)).toEqual(expected);
      const stored = await SimulationEngine.fromDescription(driven({ drawnBy: "source" }));
      expect(threaded.weights("out").data).toEqual(stored.weights("out").data);
    } finally {
      await threaded.dispose();
    }
    const resting = (choice: Pick<ProjectionSpec, "drawnBy" | "storage">) => {
      const description = driven(choice);
      return { ...description, populations: description.populations.map((p) => ({ ...p, restTolerance: 1e-3 })) };
    };
    const [stored, drawn] = [await run(resting({ drawnBy: "source" })), await run(resting({ storage: "procedural" }))];
    expect(outcome(drawn)).toEqual(outcome(stored));
  });

  it("continue from a checkpoint to the bit", async () => {
    const whole = await run(driven({ storage: "procedural" }));
    const first = await SimulationEngine.fromDescription(driven({ storage: "procedural" }));
    await first.run({ duration: 23 });
    const second = await SimulationEngine.resume(driven({ storage: "procedural" }), await first.save());
    await second.run();
    expect(second.spikes()).toEqual(whole.spikes());
  });

  it("have the connection probability, uniform partners and the distribution of weights that are asked for", async () => {
    const engine = await SimulationEngine.fromDescription(driven({ storage: "procedural" }));
    const { offsets, targets } = engine.view().projections[0]!;
    const [pairs, p] = [3001 * 3000, 0.02];
    expect(Math.abs(targets.length - p * pairs)).toBeLessThan(3.72 * Math.sqrt(p * (1 - p) * pairs));
    const into = Array<number>(3001).fill(0);
    for (const target of targets) into[target]!++;
    expect(chiSquareRatio(into, Array(3001).fill(1 / 3001))).toBeLessThan(1);
    const out = Array.from({ length: 3001 }, (_, i) => offsets[i + 1]! - offsets[i]!);
    expect(chiSquareRatio(out, Array(3001).fill(1 / 3001))).toBeLessThan(1);
    const uniform = await SimulationEngine.fromDescription(
      network({
        populations: [{ name: "a", model: "LIF", size: 2500 }],
        projections: [
          {
            name: "p",
            from: "a",
            to: "a",
            synapse: "ExpCurrent",
            rule: { kind: "bernoulli", p: 0.01 },
            weight: { uniform: [2, 5] },
            delay: 1,
            storage: "procedural",
          },
        ],
      }),
    );
    const cdf = (x: number): number => Math.min(1, Math.max(0, (x - 2) / 3));
    expect(kolmogorovSmirnovRatio(Float64Array.from(uniform.weights("p").data), cdf)).toBeLessThan(1);
  });

  const build = (change: Partial<ProjectionSpec>, options?: Parameters<typeof SimulationEngine.fromDescription>[1]) => {
    const projection = { ...driven({ storage: "procedural" }).projections[0]!, ...change };
    return SimulationEngine.fromDescription(driven({}, { projections: [projection] }), options);
  };

  it.each<[RuleSpec, RegExp]>([
    [
      { kind: "fixed-in-degree", k: 3 },
      /fixed-in-degree draws the sources of each target.*cannot be drawn source by source/,
    ],
    [{ kind: "fixed-total", n: 3 }, /fixed-total draws all pairs in one sequence/],
    [{ kind: "edges", source: [0], target: [1] }, /edges lists its synapses/],
  ])("say which rules cannot be drawn by source: %j", async (rule, message) => {
    await expect(build({ rule })).rejects.toThrow(message);
    await expect(build({ rule, storage: "stored", drawnBy: "source" })).rejects.toThrow(message);
  });

  it("say what else needs stored synapses", async () => {
    const catalogue = { rules: plasticityRules };
    await expect(build({ plasticity: [{ rule: "PairSTDP" }] }, { catalogue })).rejects.toThrow(
      /stored synapses where a plasticity rule/,
    );
    await expect(build({ drawnBy: "target" })).rejects.toThrow(/drawn by target/);
    await expect(build({ weight: { values: [1] } })).rejects.toThrow(/listed values cannot be drawn source by source/);
    await expect(build({ delay: { uniform: [0, 1] } })).rejects.toThrow(
      /"bernoulli", delay of synapse \d+ of source \d+/,
    );
    await expect(build({ weight: { normal: [0, 1], redraw: [50, 60] } })).rejects.toThrow(/none of 1000 draws/);
    await expect(
      build({ synapse: "ExpConductance", params: { tau: 1, Erev: 0 }, weight: { normal: [1, 1] } }),
    ).rejects.toThrow(/conductance of at least 0/);
    const idle = { id: "idle", every: 1, attach: () => {}, step: () => {}, save: () => ({}), load: () => {} };
    await expect(build({}, { processes: [idle] })).rejects.toThrow(/coupled processes may write their weights/);
  });
});
