/** A connectome as a network: every neuron, synapse, weight and delay arrives where it belongs. */
import { describe, expect, it } from "vitest";
import { Connectome, ConnectomeBuilder, NeuronNode } from "wbe/connectome";
import { describeConnectome, SimulationConfig, SimulationEngine } from "wbe/simulation";
import { Coordinate3D } from "../../src/core/coordinates.js";

const config = new SimulationConfig({ dt: 0.1, duration: 20, seed: 5 });
const models = ["LIF", "AdEx", "LIF", "HodgkinHuxley", "AdEx", "LIF"];

const mixed = () => {
  const builder = new ConnectomeBuilder({ seed: 3 }).addNeurons(
    models.map((model, i) => new NeuronNode({ model, position: new Coordinate3D(i, 2 * i, 3 * i, "scanner") })),
  );
  return builder
    .connect(0, 2, { weight: 1, delay: 1.5 })
    .connect(0, 2, { weight: 2, delay: 2 })
    .connect(2, 1, { weight: 3, delay: 1 })
    .connect(5, 0, { weight: 4, delay: 1, synapse: "inhibitory" })
    .connect(1, 3, { weight: 5, delay: 0.7 })
    .connect(3, 3, { weight: 6, delay: 3 })
    .connect(2, 5, { weight: 7, synapse: "electrical" })
    .build();
};

describe("describeConnectome", () => {
  it("makes one population per model and one projection per type and pair of populations", () => {
    const { description } = describeConnectome({ connectome: mixed(), config });
    expect(description.populations.map((p) => [p.name, p.model, p.size])).toEqual([
      ["LIF", "LIF", 3],
      ["AdEx", "AdEx", 2],
      ["HodgkinHuxley", "HodgkinHuxley", 1],
    ]);
    expect([...description.populations[0]!.positions!]).toEqual([0, 0, 0, 2, 4, 6, 5, 10, 15]);
    expect(description.projections.map((p) => p.name)).toEqual([
      "excitatory LIF→LIF",
      "excitatory LIF→AdEx",
      "excitatory AdEx→HodgkinHuxley",
      "excitatory HodgkinHuxley→HodgkinHuxley",
      "inhibitory LIF→LIF",
      "electrical LIF→LIF",
    ]);
    expect(description).toMatchObject({ seed: 5, dt: 0.1, duration: 20 });
  });

  it("keeps every synapse with its ends, weight and delay, several between one pair included", async () => {
    const connectome = mixed();
    const engine = await SimulationEngine.create({ connectome, config, stimuli: [] });
    const { populations, projections } = engine.view();
    const members = populations.map(({ name }) => models.flatMap((model, i) => (model === name ? [i] : [])));
    const found = projections.flatMap(({ name, from, to, offsets, targets }) => {
      const [source, target] = [from, to].map((side) => members[populations.findIndex((p) => p.name === side)]!) as [
        number[],
        number[],
      ];
      const weights = engine.weights(name).data;
      return source.flatMap((i, row) =>
        Array.from({ length: offsets[row + 1]! - offsets[row]! }, (_, k) => {
          const e = offsets[row]! + k;
          return `${name.split(" ")[0]} ${i}→${target[targets[e]!]} ${weights[e]}`;
        }),
      );
    });
    const { source, target, weight, type } = connectome.synapses;
    const expected = Array.from(
      source,
      (i, e) => `${connectome.synapseTypes[type[e]!]} ${i}→${target[e]} ${weight[e]}`,
    );
    expect(found.sort()).toEqual(expected.sort());
    expect(expected).toHaveLength(8); // the gap junction both ways
  });

  it("names the only population neurons and its projections after their type", () => {
    const connectome = new ConnectomeBuilder({ seed: 1 })
      .addNeurons([0, 1].map(() => new NeuronNode({ model: "LIF" })))
      .connect(0, 1, { weight: 1, delay: 1 })
      .build();
    const { description } = describeConnectome({ connectome, config });
    expect([description.populations[0]!.name, description.projections[0]!.name]).toEqual(["neurons", "excitatory"]);
    expect(description.populations[0]!.positions).toBeUndefined();
  });

  it("adds a background only where no stimuli are given, and says so in the warnings of the engine", async () => {
    const engine = await SimulationEngine.create({ connectome: mixed(), config });
    expect(engine.description.stimuli.map((s) => [s.kind, s.population])).toEqual([
      ["poisson", "LIF"],
      ["poisson", "AdEx"],
      ["poisson", "HodgkinHuxley"],
    ]);
    expect(engine.warnings).toContainEqual(expect.stringContaining("no stimuli were given"));
    const quiet = await SimulationEngine.create({ connectome: mixed(), config, stimuli: [] });
    expect(quiet.description.stimuli).toEqual([]);
    expect(quiet.warnings.filter((warning) => warning.includes("stimuli"))).toEqual([]);
    // LIF with conductances is not linear: its exact integrator gives way, and that is said too.
    expect(quiet.warnings).toContainEqual(expect.stringMatching(/LIF with ExpConductance.*exponential-euler/));
  });

  it("takes the method of the configuration, parameters by model and synapse models by type", () => {
    const { description } = describeConnectome({
      connectome: mixed(),
      config: new SimulationConfig({ duration: 1, method: "rk4" }),
      params: { AdEx: { b: 0 } },
      synapses: { excitatory: { model: "DualExpConductance", params: { Erev: 10 } } },
    });
    expect(description.populations.every((p) => p.method === "rk4")).toBe(true);
    expect(description.populations.map((p) => p.params)).toEqual([undefined, { b: 0 }, undefined]);
    expect(description.projections[0]).toMatchObject({ synapse: "DualExpConductance", params: { Erev: 10 } });
    expect(description.projections[4]).toMatchObject({ synapse: "ExpConductance", params: { tau: 10, Erev: -80 } });
  });

  it("refuses a synapse type without a model, and takes one that is given", () => {
    const { nodes, metadata } = mixed();
    const connectome = new Connectome({
      nodes,
      metadata,
      synapseTypes: ["excitatory", "peptide"],
      synapses: { source: [0], target: [2], weight: [1], delay: [1], type: [1] },
    });
    expect(() => describeConnectome({ connectome, config })).toThrowError(
      expect.objectContaining({
        code: "NAME_UNKNOWN",
        message: expect.stringMatching(/1 synapses of type "peptide".*Give synapses/),
      }),
    );
    const synapses = { peptide: { model: "ExpConductance", params: { tau: 50 } } };
    expect(describeConnectome({ connectome, config, synapses }).description.projections).toHaveLength(1);
  });
});

describe("SimulationConfig", () => {
  it("is immutable and has defaults", () => {
    const fields = new SimulationConfig({ duration: 7 });
    expect(fields).toMatchObject({ dt: 0.1, duration: 7, method: undefined, seed: 0 });
    expect(Object.isFrozen(fields)).toBe(true);
  });

  it.each([
    ["dt", 0],
    ["dt", -0.1],
    ["dt", Number.NaN],
    ["duration", -1],
    ["duration", Number.POSITIVE_INFINITY],
    ["seed", 1.5],
    ["seed", -1],
    ["seed", 2 ** 32],
  ])("refuses %s = %d", (field, value) => {
    expect(() => new SimulationConfig({ duration: 1, [field]: value })).toThrowError(
      expect.objectContaining({ code: "ARGUMENT", message: expect.stringContaining(`SimulationConfig.${field}`) }),
    );
  });
});
