/** engine.set: before the first step like building with the values, later like an action of that moment. */
import { describe, expect, it } from "vitest";
import { type DistTable, type NetworkDescription, SimulationEngine } from "wbe/simulation";
import { bitsOf, network, richNetwork, run, scaling } from "./networks.js";

/** The rich network with other parameters and initial states of one population. */
function built(population: string, params: DistTable, init: DistTable = {}): NetworkDescription {
  const description = richNetwork({ duration: 60 });
  description.populations = description.populations.map((p) =>
    p.name === population ? { ...p, params: { ...p.params, ...params }, init: { ...p.init, ...init } } : p,
  );
  return description;
}

describe("set before the first run", () => {
  it.each<[string, string, DistTable, DistTable]>([
    ["a shared parameter", "i", { b: "60 pA" }, {}],
    ["two parameters, with units", "i", { b: 5, gL: "25 nS" }, {}],
    ["a per-neuron parameter, drawn", "e", { Vth: { normal: ["-51 mV", 2] } }, {}],
    [
      "a per-neuron parameter, listed",
      "e",
      { Vth: { values: Array.from({ length: 31 }, (_, i) => -52 + i / 10) } },
      {},
    ],
    ["a parameter that the initial state follows", "i", { EL: -66 }, {}],
    ["a given initial state, drawn", "e", {}, { V: { uniform: [-60, -52] } }],
    ["an initial state that was not given", "h", {}, { V: -61 }],
    ["a state and a parameter that others follow", "i", { EL: -66 }, { V: { normal: [-60, 1] } }],
  ])("of %s gives the bits of a network built with it", async (_, population, params, init) => {
    const engine = await SimulationEngine.fromDescription(richNetwork({ duration: 60 }), scaling());
    engine.set(population, { ...params, ...init });
    await engine.run();
    const other = bitsOf(await run(richNetwork({ duration: 60 }), scaling()));
    const expected = bitsOf(await run(built(population, params, init), scaling()));
    expect(expected).not.toEqual(other);
    expect(bitsOf(engine)).toEqual(expected);
  });

  it("gates of Hodgkin–Huxley rest at the V that was set", async () => {
    const engine = await SimulationEngine.fromDescription(network({ cells: { model: "HodgkinHuxley", size: 3 } }));
    engine.set("cells", { V: -60 });
    const other = await SimulationEngine.fromDescription(
      network({ cells: { model: "HodgkinHuxley", size: 3, init: { V: -60 } } }),
    );
    for (const name of ["V", "m", "h", "n"]) {
      expect([...engine.view().state("cells", name).data]).toEqual([...other.view().state("cells", name).data]);
    }
  });

  it("one by one is the same as all at once", async () => {
    const one = await SimulationEngine.fromDescription(richNetwork({ duration: 40 }), scaling());
    one.set("i", { EL: -66 });
    one.set("i", { V: -62 });
    one.set("i", { b: 30 });
    const all = await SimulationEngine.fromDescription(richNetwork({ duration: 40 }), scaling());
    all.set("i", { EL: -66, V: -62, b: 30 });
    await one.run();
    await all.run();
    expect(bitsOf(one)).toEqual(bitsOf(all));
  });

  it("keeps a state that was written through a view and that no new value touches", async () => {
    const engine = await SimulationEngine.fromDescription(network({ cells: { size: 3 } }));
    engine.view().state("cells", "V").data[1] = -52;
    engine.set("cells", { gL: 12 });
    expect(engine.view().state("cells", "V").data[1]).toBe(-52);
  });
});

describe("set between runs", () => {
  // LIF without input relaxes: V − EL = (V0 − EL)·exp(−t·gL/C), whatever happened before.
  it("a parameter acts from the next step on and leaves the state where it was", async () => {
    const engine = await SimulationEngine.fromDescription(network({ cells: { size: 2, init: { V: -55 } } }));
    const V = () => engine.view().state("cells", "V").data[1]!;
    await engine.run({ duration: 10 });
    const EL = -70;
    expect(V() - EL).toBeCloseTo(15 * Math.exp(-10 / 20), 10);
    engine.set("cells", { gL: "50 nS" });
    expect(V() - EL).toBeCloseTo(15 * Math.exp(-10 / 20), 10);
    await engine.run({ duration: 10 });
    expect(V() - EL).toBeCloseTo(15 * Math.exp(-10 / 20 - 10 / 5), 10);
  });

  it("a state jumps to the value, each neuron to its own", async () => {
    const engine = await SimulationEngine.fromDescription(network({ cells: { size: 3 } }));
    await engine.run({ duration: 10 });
    engine.set("cells", { V: { values: [-60, -61, -62] } });
    expect([...engine.view().state("cells", "V").data]).toEqual([-60, -61, -62]);
    await engine.run({ duration: 10 });
    [10, 9, 8].forEach((start, i) => {
      expect(engine.view().state("cells", "V").data[i]! + 70).toBeCloseTo(start * Math.exp(-10 / 20), 10);
    });
  });

  it("the value that was set before changes no bit", async () => {
    const engine = await SimulationEngine.fromDescription(richNetwork({ duration: 60 }), scaling());
    await engine.run({ duration: 31.4 });
    engine.set("i", { b: "10 pA" });
    engine.set("e", { Vth: { normal: [-50, 1] } });
    await engine.run();
    expect(bitsOf(engine)).toEqual(bitsOf(await run(richNetwork({ duration: 60 }), scaling())));
  });

  it("goes into checkpoints, and a later set builds on it", async () => {
    const description = richNetwork({ duration: 60 });
    const first = await SimulationEngine.fromDescription(description, scaling());
    await first.run({ duration: 20 });
    first.set("i", { b: 55, gL: 20 });
    first.set("e", { Vth: { normal: [-51, 2] } });
    await first.run({ duration: 10 });
    const second = await SimulationEngine.resume(description, await first.save(), scaling());
    for (const engine of [first, second]) {
      await engine.run({ duration: 10 });
      engine.set("i", { gL: 24 });
      await engine.run();
    }
    expect(bitsOf(second)).toEqual(bitsOf(first));
    const third = await SimulationEngine.fromDescription(description, scaling());
    await third.run();
    expect(bitsOf(third)).not.toEqual(bitsOf(first));
  });
});

describe("set refuses, and changes nothing:", () => {
  it.each<[string, string, DistTable, string, RegExp]>([
    ["an unknown population", "ee", { b: 1 }, "NAME_UNKNOWN", /population "ee"/],
    ["an unknown name, with the nearest one", "i", { gl: 1 }, "NAME_UNKNOWN", /"gl".*gL/s],
    ["a distribution for a shared parameter", "i", { b: { normal: [10, 1] } }, "UNSUPPORTED", /one value of b/],
    ["a wrong dimension", "i", { b: "10 mV" }, "DIMENSION", /mV/],
    ["a value outside its range", "i", { C: 0 }, "PARAMETER_RANGE", /parameter C/],
    ["a value that is not finite", "i", { b: Number.NaN }, "ARGUMENT", /parameter b/],
    [
      "a value that is not finite among many",
      "e",
      { Vth: { values: Array(31).fill(Number.NaN) } },
      "ARGUMENT",
      /parameter Vth/,
    ],
    ["a constraint of the model", "e", { Vreset: -10 }, "PARAMETER_RANGE", /does not hold/],
    ["too few values", "e", { V: { values: [1, 2] } }, "ARGUMENT", /expected 31 values, found 2/],
    ["the second of two values", "i", { b: 77, nothing: 1 }, "NAME_UNKNOWN", /nothing/],
  ])("%s", async (_, population, values, code, message) => {
    const engine = await SimulationEngine.fromDescription(richNetwork({ duration: 40 }), scaling());
    expect(() => engine.set(population, values)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
    await engine.run();
    expect(bitsOf(engine)).toEqual(bitsOf(await run(richNetwork({ duration: 40 }), scaling())));
  });
});
