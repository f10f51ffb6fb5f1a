/**
 * Results do not depend on the order in which projections are declared where the seed names them: what is drawn for a
 * projection, a population or a stimulus depends on the seed and its name, and not on what is declared before it.
 */
import { describe, expect, it } from "vitest";
import { type NetworkDescription, SimulationEngine } from "wbe/simulation";

/**
 * Weights are whole multiples of 2⁻³, so that sums in single precision are exact in any order: what is left to differ is what
 * is drawn.
 */
function network(
  order: (projections: NetworkDescription["projections"]) => NetworkDescription["projections"],
): NetworkDescription {
  const synapse = { synapse: "ExpCurrent", params: { tau: 3 } };
  const projections: NetworkDescription["projections"] = [
    { from: "e", to: "e", ...synapse, rule: { kind: "bernoulli", p: 0.1 }, weight: 60, delay: { uniform: [0.5, 3] } },
    { from: "e", to: "i", ...synapse, rule: { kind: "fixed-in-degree", k: 12 }, weight: 64, delay: 1.5 },
    {
      from: "i",
      to: "e",
      ...synapse,
      rule: { kind: "fixed-out-degree", k: 9 },
      weight: -150,
      delay: { normal: [1.5, 0.4], clip: [0.5, 3] },
    },
    { from: "i", to: "i", ...synapse, rule: { kind: "fixed-total", n: 300 }, weight: -100.125, delay: 0.8 },
    { name: "second", from: "e", to: "e", ...synapse, rule: { kind: "bernoulli", p: 0.05 }, weight: 20.5, delay: 2 },
  ];
  return {
    version: 1,
    seed: 41,
    dt: 0.1,
    duration: 400,
    populations: [
      { name: "e", model: "LIF", size: 160, init: { V: { uniform: [-70, -50] } } },
      { name: "i", model: "LIF", size: 40, init: { V: { uniform: [-70, -50] } } },
    ],
    projections: order(projections),
    stimuli: [
      { kind: "poisson", population: "e", rate: 900, weight: 120, ...synapse },
      { kind: "constant", population: "i", amplitude: 240 },
    ],
    recorders: [{ kind: "spikes" }],
  };
}

async function spikesOf(description: NetworkDescription): Promise<string> {
  const engine = await SimulationEngine.fromDescription(description);
  await engine.run();
  const { step, neuron } = engine.spikes();
  return Array.from(step, (s, k) => `${s}:${neuron[k]}`).join(" ");
}

describe("order of declaration", () => {
  const given = network((projections) => projections);

  it("projections in reverse, and rotated, give the same spikes", async () => {
    const expected = await spikesOf(given);
    expect(expected.split(" ").length).toBeGreaterThan(500);
    expect(await spikesOf(network((projections) => [...projections].reverse()))).toBe(expected);
    for (let k = 1; k < 5; k++) {
      const rotated = network((projections) => [...projections.slice(k), ...projections.slice(0, k)]);
      expect(await spikesOf(rotated)).toBe(expected);
    }
  });

  it("a further projection that does nothing changes nothing", async () => {
    const more = network((projections) => [
      {
        name: "nothing",
        from: "i",
        to: "e",
        synapse: "ExpCurrent",
        params: { tau: 3 },
        rule: { kind: "bernoulli", p: 0.3 },
        weight: 0,
        delay: 1,
      },
      ...projections,
    ]);
    expect(await spikesOf(more)).toBe(await spikesOf(given));
  });

  it("another name is another draw", async () => {
    const renamed = network((projections) => projections.map((p, k) => (k === 0 ? { ...p, name: "renamed" } : p)));
    expect(await spikesOf(renamed)).not.toBe(await spikesOf(given));
  });

  it("on two threads as well", async () => {
    const engine = await SimulationEngine.fromDescription(
      network((projections) => [...projections].reverse()),
      { threads: 2 },
    );
    try {
      await engine.run();
      const { step, neuron } = engine.spikes();
      expect(Array.from(step, (s, k) => `${s}:${neuron[k]}`).join(" ")).toBe(await spikesOf(given));
    } finally {
      await engine.dispose();
    }
  });
});
