/** Weight normalisation, the recorder of weights, conflicts of a scheduler, and descriptions that cannot be. */
import { describe, expect, it } from "vitest";
import {
  definePlasticity,
  PlasticityScheduler,
  plasticityRules,
  RuleComponent,
  WeightNormalisation,
  WeightRecorder,
} from "wbe/plasticity";
import type { PlasticitySpec } from "wbe/simulation";
import { SimulationEngine } from "wbe/simulation";

function cells(plasticity: PlasticitySpec[] = [], weight: object | number = { uniform: [0.5, 1.5] }) {
  return {
    version: 1,
    seed: 3,
    dt: 0.1,
    duration: 300,
    populations: [{ name: "cells", model: "LIF", size: 20 }],
    projections: [
      {
        name: "all",
        from: "cells",
        to: "cells",
        synapse: "ExpCurrent",
        rule: { kind: "fixed-in-degree", k: 6 },
        weight,
        delay: 1.5,
        plasticity,
      },
    ],
    stimuli: [{ kind: "poisson", population: "cells", rate: 100, weight: 25, synapse: "Pulse" }],
    recorders: [{ kind: "spikes" }],
  };
}

const make = (scheduler: PlasticityScheduler) =>
  SimulationEngine.fromDescription(cells(), { plasticity: scheduler, threads: 1 });

const inputs = (engine: SimulationEngine): Float64Array => {
  const [projection] = engine.view().projections;
  const sums = new Float64Array(20);
  engine.weights("all").data.forEach((w, s) => {
    sums[projection!.targets[s]!]! += w;
  });
  return sums;
};

describe("weight normalisation", () => {
  it("keeps the sum of each neuron's inputs while single weights move", async () => {
    const stdp = () => new RuleComponent("TripletSTDP", { params: { A2Minus: 0.01, A3Plus: 0.05 } });
    const engine = await make(new PlasticityScheduler([stdp(), new WeightNormalisation({ every: 10 })]));
    const free = await make(new PlasticityScheduler([stdp()]));
    const before = inputs(engine);
    const start = Array.from(engine.weights("all").data);
    await Promise.all([engine.run(), free.run()]);
    const worst = (sums: Float64Array) => Math.max(...sums.map((sum, i) => Math.abs(sum / before[i]! - 1)));
    expect(worst(inputs(free))).toBeGreaterThan(0.1);
    // One factor and its product are rounded: a few parts in 10^16 per input.
    expect(worst(inputs(engine))).toBeLessThan(1e-14);
    expect(engine.weights("all").data.some((w, s) => Math.abs(w - start[s]!) > 0.05)).toBe(true);
  });

  it("resumes to the bit", async () => {
    const scheduler = () =>
      new PlasticityScheduler([
        new RuleComponent("TripletSTDP", { params: { A2Minus: 0.01, A3Plus: 0.05 } }),
        new WeightNormalisation({ every: 10 }),
        new WeightRecorder({ every: 20, range: [0, 3], minChange: 0.01 }),
      ]);
    const alone = await make(scheduler());
    await alone.run();
    const first = await make(scheduler());
    await first.run({ duration: 137 });
    const resumed = await make(scheduler());
    await resumed.load(await first.save());
    await resumed.run();
    expect(resumed.weights("all").data).toEqual(alone.weights("all").data);
    expect((await resumed.save()).arrays).toEqual((await alone.save()).arrays);
  });

  it("moves eligibility-modulated weights of a dopamine rule too: a written weight holds", async () => {
    const dopamine = new RuleComponent("DopamineSTDP", { params: { baseline: 0.05 }, modulator: "cells" });
    const engine = await make(new PlasticityScheduler([dopamine, new WeightNormalisation({ every: 0.1 })]));
    const before = inputs(engine);
    await engine.run({ duration: 100 });
    inputs(engine).forEach((sum, i) => {
      expect(Math.abs(sum / before[i]! - 1)).toBeLessThan(1e-12);
    });
  });
});

describe("the recorder of weights", () => {
  it("tells mean, spread and histogram of every sample, and changes, and forgets the oldest", async () => {
    const recorder = new WeightRecorder({ every: 20, samples: 4, range: [0, 3], bins: 6, minChange: 0.02, events: 50 });
    const rule = new RuleComponent("TripletSTDP", { params: { A2Minus: 0.02, A3Plus: 0.1 } });
    const engine = await make(new PlasticityScheduler([rule, recorder]));
    await engine.run();
    const samples = recorder.samples("all");
    expect(samples.map(({ time }) => time)).toEqual([240, 260, 280, 300]);
    const data = Array.from(engine.weights("all").data);
    const last = samples.at(-1)!;
    const mean = data.reduce((a, b) => a + b, 0) / data.length;
    expect(Math.abs(last.mean - mean)).toBeLessThan(1e-12);
    expect(last.min).toBe(Math.min(...data));
    expect(last.max).toBe(Math.max(...data));
    const expected = [0, 1, 2, 3, 4, 5].map((b) => data.filter((w) => Math.min(Math.floor(w / 0.5), 5) === b).length);
    expect(last.histogram).toEqual(expected);
    const changes = recorder.changes("all");
    expect(changes).toHaveLength(50);
    for (const { from, to } of changes) expect(Math.abs(to - from)).toBeGreaterThanOrEqual(0.02);
    expect(changes.map(({ time }) => time)).toEqual(changes.map(({ time }) => time).sort((a, b) => a - b));
  });

  it.each([
    ["no interval", { every: 0, range: [0, 1] }],
    ["an empty range", { every: 1, range: [1, 1] }],
    ["part of a bin", { every: 1, range: [0, 1], bins: 1.5 }],
  ])("refuses %s", (_, options) => {
    expect(() => new WeightRecorder(options as never)).toThrowError(expect.objectContaining({ code: "ARGUMENT" }));
  });

  it("names what is recorded when asked for something else", async () => {
    const recorder = new WeightRecorder({ every: 20, range: [0, 3] });
    await make(new PlasticityScheduler([recorder]));
    expect(() => recorder.samples("none")).toThrow(/Recorded: all/);
  });
});

describe("a scheduler", () => {
  const info = { name: "all", from: "a", to: "b", synapse: "s", isExcitatory: true, weightUnit: "pA", maxWeight: 1 };

  it("tells which rules do not go together on a projection", () => {
    const flowing = (id: string) => new RuleComponent("DopamineSTDP", { id, modulator: id });
    const found = new PlasticityScheduler([
      flowing("a"),
      flowing("b"),
      new RuleComponent("CalciumPlasticity"),
    ]).conflicts(info);
    expect(found.join("\n")).toMatch(/DopamineSTDP and DopamineSTDP act twice/);
    expect(found.join("\n")).toMatch(/both move the weights between events/);
    expect(found.join("\n")).toMatch(/a and b both modulate/);
    const fine = new PlasticityScheduler([new RuleComponent("TripletSTDP"), new RuleComponent("Oja")]);
    expect(fine.conflicts(info)).toEqual([]);
  });
});

describe("plasticity that cannot be", () => {
  const build = (plasticity: PlasticitySpec[], weight?: object | number) =>
    SimulationEngine.fromDescription(cells(plasticity, weight), { threads: 1, catalogue: { rules: plasticityRules } });
  const decaying = definePlasticity({
    id: "Twice",
    source: "made up",
    params: {},
    pre: { states: {}, equations: "" },
    post: { states: {}, equations: "" },
    synapse: { states: { c: [0, "1"] }, equations: "dc/dt = -c/(5 ms)" },
    onPre: "c = c + 1",
    onPost: "",
    flow: "c = c*exp(-T/(5 ms))",
  });

  it.each<[string, PlasticitySpec[], string, RegExp]>([
    ["a rule that is not there", [{ rule: "PairStdp" }], "NAME_UNKNOWN", /PairSTDP/],
    ["a parameter that is not there", [{ rule: "BCM", params: { tau: 3 } }], "NAME_UNKNOWN", /tau/],
    ["a time constant of 0", [{ rule: "BCM", params: { tauY: 0 } }], "PARAMETER_RANGE", /tauY above 0 \(ms\), found 0/],
    ["a negative time constant", [{ rule: "Oja", params: { tauX: -3 } }], "PARAMETER_RANGE", /found -3/],
    ["a time constant in mV", [{ rule: "Oja", params: { tauX: "3 mV" } }], "DIMENSION", /mV/],
    ["weights above the bounds", [{ rule: "Oja", params: { wMax: 0.2 } }], "PARAMETER_RANGE", /initial weights/],
    ["bounds on both sides of 0", [{ rule: "Oja", params: { wMin: -1 } }], "PARAMETER_RANGE", /Dale's law/],
    ["dopamine without its source", [{ rule: "DopamineSTDP" }], "DESCRIPTION_INVALID", /modulating population/],
    ["an unknown source of dopamine", [{ rule: "DopamineSTDP", modulator: "vta" }], "NAME_UNKNOWN", /"vta".*cells/s],
    ["a source that nobody asked for", [{ rule: "BCM", modulator: "cells" }], "DESCRIPTION_INVALID", /no modulatory/],
    [
      "two rules that move weights between events",
      [
        { rule: "DopamineSTDP", modulator: "cells" },
        { rule: "CalciumPlasticity", params: { wMax: 4 } },
      ],
      "MODEL_INVALID",
      /2 rules move the weights between events/,
    ],
    ["a variable with an equation and a flow", [{ rule: decaying }], "MODEL_INVALID", /both an equation and a flow/],
  ])("%s is refused where the network is built", async (_, plasticity, code, message) => {
    await expect(build(plasticity)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("a rule may let synapses change sign when it says so", async () => {
    await expect(build([{ rule: "Oja", params: { wMin: -1 }, mayChangeSign: true }])).resolves.toBeDefined();
  });
});
