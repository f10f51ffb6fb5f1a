/** The whole-brain model of Shiu et al. 2024 beside the published program's equations in Brian2. */
import { describe, expect, it } from "vitest";
import { type NetworkDescription, SimulationEngine } from "wbe/simulation";
import { shiu2024 } from "wbe/validation";
import golden from "../../golden/shiu-2024.json" with { type: "json" };

const wiring = {
  nNeurons: golden.parameters.neurons,
  source: Uint32Array.from(golden.connections.source),
  target: Uint32Array.from(golden.connections.target),
  synapses: Int32Array.from(golden.connections.synapses),
};

/** The golden input instead of Poisson spikes. */
function withGivenInput(description: NetworkDescription): NetworkDescription {
  const [poisson] = description.stimuli;
  if (poisson?.kind !== "poisson") throw new Error("expected Poisson input");
  const { population, synapse, weight } = poisson;
  return {
    ...description,
    stimuli: golden.input_steps.map((steps, neuron) => ({
      kind: "spikes" as const,
      population,
      neurons: [neuron],
      times: steps.map((step) => (step + 1) * golden.parameters.dt),
      synapse,
      weight,
    })),
  };
}

async function spikesOf(description: NetworkDescription): Promise<{ steps: number[]; neurons: number[] }> {
  const engine = await SimulationEngine.fromDescription(description);
  await engine.run();
  const { step, neuron } = engine.spikes();
  return { steps: [...step], neurons: [...neuron] };
}

describe("Shiu et al. 2024 beside Brian2 running the published equations", () => {
  const driven = golden.input_steps.map((_, neuron) => neuron);
  const description = withGivenInput(shiu2024({ wiring, driven }));

  it("80 neurons: every spike of 1 s at its step, from event to event and step by step", async () => {
    const stepped = withGivenInput(shiu2024({ wiring, driven, method: "exact" }));
    for (const network of [description, stepped]) {
      const { steps, neurons } = await spikesOf(network);
      expect(steps).toEqual(golden.spike_steps);
      expect(neurons).toEqual(golden.spike_neurons);
    }
  });

  it("a neuron with a refractory period loses what arrives in it: without the rule the spikes differ", async () => {
    const [brain] = description.populations;
    const model = { ...(brain!.model as { id: string }), id: "NotHeld", hold: ["V"] };
    const { steps } = await spikesOf({ ...description, populations: [{ ...brain!, model: model as never }] });
    expect(steps).not.toEqual(golden.spike_steps);
  });

  it("silencing a neuron takes its connections' weight and nothing else", async () => {
    const silenced = withGivenInput(shiu2024({ wiring, driven, silenced: [0] }));
    const { values } = silenced.projections[0]!.weight as { values: Float32Array };
    const { values: before } = description.projections[0]!.weight as { values: Float32Array };
    values.forEach((value, e) => {
      expect(value).toBe(wiring.source[e] === 0 ? 0 : before[e]);
    });
    expect((await spikesOf(silenced)).neurons.filter((neuron) => neuron === 0)).toHaveLength(
      golden.spike_neurons.filter((neuron) => neuron === 0).length,
    );
  });

  it("two threads fire the spikes of one, each with its share of the list of connections", async () => {
    const network = shiu2024({ wiring, driven, duration: 200 });
    const threaded = await SimulationEngine.fromDescription(network, { threads: 2 });
    try {
      await threaded.run();
      const { step, neuron } = threaded.spikes();
      expect(step.length).toBeGreaterThan(100);
      expect({ steps: [...step], neurons: [...neuron] }).toEqual(await spikesOf(network));
    } finally {
      await threaded.dispose();
    }
  });

  it("refuses neurons that are not there and a negative rate", () => {
    expect(() => shiu2024({ wiring, driven: [80] })).toThrow(/0 to 79, found 80/);
    expect(() => shiu2024({ wiring, driven, silenced: [-1] })).toThrow(/0 to 79, found -1/);
    expect(() => shiu2024({ wiring, driven, rate: -1 })).toThrow(/rate/);
    expect(() => shiu2024({ wiring })).toThrow(/driven neurons/);
  });
});
