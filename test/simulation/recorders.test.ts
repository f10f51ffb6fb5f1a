/** What recorders keep: which steps, which neurons, of which populations. */
import { describe, expect, it } from "vitest";
import { type RecorderSpec, SimulationEngine } from "wbe/simulation";
import { network, run } from "./networks.js";

const populations = [
  { name: "a", model: "LIF", size: 5 },
  { name: "b", model: "AdEx", size: 3 },
];
/** Each neuron with its own current: no two columns are equal. */
const build = (recorders: RecorderSpec[], duration = 50) =>
  SimulationEngine.fromDescription(
    network({
      populations,
      stimuli: populations.map(({ name, size }) => ({
        kind: "constant",
        population: name,
        amplitude: { values: Array.from({ length: size }, (_, i) => 600 + 50 * i) },
      })),
      recorders,
      duration,
    }),
  );
const runWith = async (recorders: RecorderSpec[], duration?: number) => {
  const engine = await build(recorders, duration);
  await engine.run();
  return engine;
};
const V = (population: string, rest: object = {}): RecorderSpec => ({
  kind: "state",
  population,
  variable: "V",
  ...rest,
});

describe("state recorders", () => {
  it("keep every step from 0 to the end, one value per neuron, in the declared unit", async () => {
    const recorded = (await runWith([V("a")])).recorded("V");
    expect([...recorded.sampleStep]).toEqual(Array.from({ length: 501 }, (_, k) => k));
    expect(recorded).toMatchObject({ variable: "V", unit: "mV", population: "a", dt: 0.1 });
    expect([...recorded.neurons]).toEqual([0, 1, 2, 3, 4]);
    expect(recorded.data).toHaveLength(501 * 5);
    expect([...recorded.data.subarray(0, 5)]).toEqual([-70, -70, -70, -70, -70]);
  });

  it("decimated and of chosen neurons are the same numbers as all, picked", async () => {
    const all = (await runWith([V("a")])).recorded("V");
    const some = (await runWith([V("a", { every: "0.7 ms", neurons: [4, 0, 3] })])).recorded("V");
    expect([...some.sampleStep]).toEqual(Array.from({ length: 72 }, (_, k) => 7 * k));
    expect([...some.neurons]).toEqual([4, 0, 3]);
    const picked = [...some.sampleStep].flatMap((step) => [4, 0, 3].map((i) => all.data[5 * step + i]));
    expect([...some.data]).toEqual(picked);
  });

  it("of several populations are side by side under indices of the whole network", async () => {
    const engine = await runWith([V("b", { neurons: [2] }), V("a", { neurons: [1, 0] })]);
    const both = engine.recorded("V");
    expect([both.population, [...both.neurons]]).toEqual(["b+a", [7, 1, 0]]);
    const [b, a] = [engine.recorded("V", "b"), engine.recorded("V", "a")];
    expect([[...b.neurons], [...a.neurons]]).toEqual([[7], [1, 0]]);
    const row = 300;
    expect([...both.data.subarray(3 * row, 3 * row + 3)]).toEqual([b.data[row], a.data[2 * row], a.data[2 * row + 1]]);
  });

  it("keep one sample per step over several runs and single steps", async () => {
    const engine = await build([V("a", { every: 1 })]);
    await engine.run({ duration: 2.5 });
    await engine.run({ duration: 0 });
    for (let k = 0; k < 6; k++) engine.step();
    await engine.run({ duration: 1.9 });
    expect([...engine.recorded("V").sampleStep]).toEqual([0, 10, 20, 30, 40, 50]);
  });

  it("hand out copies: what was handed out stays, what comes later is in the next", async () => {
    const engine = await build([V("a"), { kind: "spikes" }]);
    await engine.run({ duration: 10 });
    const [before, spikes] = [engine.recorded("V"), engine.spikes()];
    await engine.run({ duration: 30 });
    expect(before.sampleStep).toHaveLength(101);
    expect(engine.recorded("V").data.subarray(0, before.data.length)).toEqual(before.data);
    expect(engine.spikes().step.length).toBeGreaterThan(spikes.step.length);
  });
});

describe("recorders of what the equations name", () => {
  it("INa and IK of Hodgkin–Huxley are their formulas at the recorded states, decimated or of few neurons", async () => {
    const variables = ["V", "m", "h", "n", "INa", "IK"];
    const engine = await run(
      network({
        populations: [{ name: "hh", model: "HodgkinHuxley", size: 3, params: { gNa: { values: [120, 100, 110] } } }],
        stimuli: [{ kind: "constant", population: "hh", amplitude: { values: [5, 10, 15] } }],
        recorders: variables.map((variable) => ({
          kind: "state",
          population: "hh",
          variable,
          every: 0.5,
          neurons: [2, 0],
        })),
        dt: 0.025,
        duration: 30,
      }),
    );
    const [V, m, h, n, INa, IK] = variables.map((variable) => engine.recorded(variable));
    expect([INa!.unit, IK!.unit]).toEqual(["uA/cm2", "uA/cm2"]);
    V!.data.forEach((v, k) => {
      const gNa = k % 2 === 0 ? 110 : 120;
      expect(INa!.data[k]).toBeCloseTo(gNa * m!.data[k]! ** 3 * h!.data[k]! * (v - 50), 9);
      expect(IK!.data[k]).toBeCloseTo(36 * n!.data[k]! ** 4 * (v + 77), 9);
    });
    expect(Math.min(...INa!.data)).toBeLessThan(-100);
  });

  it("I is the current of stimuli and synapses together, also after a parameter was set, and on two threads", async () => {
    const description = network({
      populations: [{ name: "a", model: "LIF", size: 5 }],
      stimuli: [
        { kind: "constant", population: "a", amplitude: 100, start: 5 },
        { kind: "poisson", population: "a", rate: 900, weight: 20, synapse: "ExpCurrent" },
        {
          kind: "poisson",
          population: "a",
          rate: 900,
          weight: 2,
          synapse: "ExpConductance",
          params: { Erev: 0 },
        },
      ],
      recorders: ["I", "V", "ExpCurrent.i", "ExpConductance.g"].map((variable) => V("a", { variable })),
      duration: 12,
    });
    for (const threads of [1, 2]) {
      const engine = await SimulationEngine.fromDescription(description, { threads });
      await engine.run();
      const [I, v, i, g] = ["I", "V", "ExpCurrent.i", "ExpConductance.g"].map((name) => engine.recorded(name));
      expect(I!.unit).toBe("pA");
      I!.data.forEach((current, k) => {
        const constant = Math.floor(k / 5) > 50 ? 100 : 0;
        expect(current).toBeCloseTo(constant + i!.data[k]! - g!.data[k]! * v!.data[k]!, 9);
      });
      expect(new Set(I!.data).size).toBeGreaterThan(100);
      await engine.dispose();
    }
  });
});

describe("spike recorders", () => {
  it("keep all spikes sorted by (step, neuron), or those of the named population alone", async () => {
    const all = (await runWith([{ kind: "spikes" }])).spikes();
    expect(all).toMatchObject({ dt: 0.1, nNeurons: 8, startStep: 0, stopStep: 500 });
    expect(all.populations).toEqual([
      { name: "a", start: 0, size: 5 },
      { name: "b", start: 5, size: 3 },
    ]);
    const keys = [...all.step].map((s, k) => s * 100 + all.neuron[k]!);
    expect(keys).toEqual([...keys].sort((x, y) => x - y));
    expect(new Set(all.neuron).size).toBe(8);
    const b = (
      await runWith([
        { kind: "spikes", population: "b" },
        { kind: "spikes", population: "b" },
      ])
    ).spikes();
    expect([...b.step]).toEqual([...all.step].filter((_, k) => all.neuron[k]! >= 5));
    expect([...b.neuron]).toEqual([...all.neuron].filter((n) => n >= 5));
    expect((await runWith([V("a")])).spikes().step).toHaveLength(0);
  });

  it("a view counts all spikes since the engine was made, recorded or not", async () => {
    const engine = await build([{ kind: "spikes", population: "a" }]);
    const view = engine.view();
    await engine.run({ duration: 20 });
    await engine.run({ duration: 30 });
    const all = (await runWith([{ kind: "spikes" }])).spikes();
    for (const [name, start, size] of [
      ["a", 0, 5],
      ["b", 5, 3],
    ] as const) {
      const expected = Array.from({ length: size }, (_, i) => all.neuron.filter((n) => n === start + i).length);
      expect([...view.spikeCounts(name)]).toEqual(expected);
      expect([...engine.view().spikeCounts(name)]).toEqual(expected);
    }
  });
});

describe("recorders refuse", () => {
  it.each([
    ["an unknown population", V("c"), "NAME_UNKNOWN", 'unknown population "c"'],
    ["an unknown population of spikes", { kind: "spikes", population: "aa" } as RecorderSpec, "NAME_UNKNOWN", "aa"],
    [
      "an unknown variable",
      { kind: "state", population: "b", variable: "v" } as RecorderSpec,
      "NAME_UNKNOWN",
      'Did you mean "V"?',
    ],
    ["a neuron beyond the population", V("b", { neurons: [3] }), "ARGUMENT", "found 3"],
    ["an interval below a step", V("b", { every: 0.01 }), "ARGUMENT", "found 0.01 ms"],
  ])("%s, naming the recorder", async (_, recorder, code, text) => {
    const built = build([{ kind: "spikes" }, recorder]);
    await expect(built).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
    await expect(built).rejects.toMatchObject({ message: expect.stringContaining("recorder 1") });
  });

  it("a variable that was not recorded, and one recorded at two intervals without a population", async () => {
    const engine = await run(network({ populations, recorders: [V("a"), V("b", { every: 1 })] }));
    expect(() => engine.recorded("w")).toThrowError(expect.objectContaining({ code: "NAME_UNKNOWN" }));
    expect(() => engine.recorded("V")).toThrowError(
      expect.objectContaining({ code: "ARGUMENT", message: expect.stringContaining("Name the population") }),
    );
    expect(engine.recorded("V", "b").sampleStep).toHaveLength(101);
  });
});
