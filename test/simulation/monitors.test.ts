/** Rates and weights over time, spikes of chosen neurons: recomputed from what the engine shows otherwise. */
import { describe, expect, it } from "vitest";
import { plasticityRules } from "wbe/plasticity";
import { type RecorderSpec, SimulationEngine } from "wbe/simulation";
import { richNetwork } from "./networks.js";

const options = { catalogue: { rules: plasticityRules } };
const build = (recorders: RecorderSpec[], duration = 60) =>
  SimulationEngine.fromDescription(richNetwork({ recorders, duration }), options);
const runWith = async (recorders: RecorderSpec[], duration?: number) => {
  const engine = await build(recorders, duration);
  await engine.run();
  return engine;
};

describe("a rate recorder", () => {
  it("counts the spikes of each bin, divided by neurons and time", async () => {
    const engine = await runWith([
      { kind: "spikes" },
      { kind: "rate", population: "e", every: 2.5 },
      { kind: "rate", population: "e", neurons: [0, 4, 30], every: "0.7 ms", name: "three" },
    ]);
    const { step, neuron } = engine.spikes();
    const [all, three] = engine.rates();
    expect(all).toMatchObject({ name: "e", of: "e", unit: "Hz", dt: 0.1, columns: ["rate"] });
    expect(three).toMatchObject({ name: "three", of: "e" });
    for (const { series, every, isCounted, n } of [
      { series: all!, every: 25, isCounted: (i: number) => i < 31, n: 31 },
      { series: three!, every: 7, isCounted: (i: number) => [0, 4, 30].includes(i), n: 3 },
    ]) {
      const bins = Math.floor(600 / every);
      expect([...series.sampleStep]).toEqual(Array.from({ length: bins }, (_, k) => (k + 1) * every));
      const expected = new Float64Array(bins);
      step.forEach((s, k) => {
        const bin = Math.ceil(s / every) - 1;
        if (isCounted(neuron[k]!) && bin < bins) expected[bin]!++;
      });
      expect(expected.some((count) => count > 0)).toBe(true);
      series.data.forEach((rate, k) => {
        expect(rate).toBeCloseTo((1000 * expected[k]!) / (n * every * 0.1), 9);
      });
    }
  });

  it("has the bins that have ended while the run is going on, cut anywhere", async () => {
    const spec: RecorderSpec[] = [{ kind: "rate", population: "i", every: 3 }];
    const whole = (await runWith(spec)).rates()[0]!;
    const engine = await build(spec);
    for (const piece of [0.1, 2.8, 0.1, 0, 7.7, 20, 29.3]) {
      await engine.run({ duration: piece });
      const { data } = engine.rates()[0]!;
      expect(data).toEqual(whole.data.subarray(0, Math.floor(engine.stepCount / 30)));
    }
    expect(engine.rates()[0]).toEqual(whole);
  });
});

describe("a weight recorder", () => {
  it("keeps the weights that the view shows at those times, of plastic and static projections", async () => {
    const recorders: RecorderSpec[] = [
      { kind: "weights", projection: "ee", every: 10 },
      { kind: "weights", projection: "ee", every: 20, synapses: [5, 0, 100], name: "chosen" },
      { kind: "weights", projection: "ii", every: 30 },
    ];
    const recorded = await runWith(recorders);
    const [all, chosen, fixed] = recorded.weightSamples();
    const stepper = await build([{ kind: "spikes" }]);
    const view = stepper.view().projections.find(({ name }) => name === "ee")!;
    expect(all).toMatchObject({ name: "ee", of: "ee", unit: "nS" });
    expect([...all!.sampleStep]).toEqual([0, 100, 200, 300, 400, 500, 600]);
    const n = view.targets.length;
    for (let k = 0; k < 7; k++) {
      if (k > 0) await stepper.run({ duration: 10 });
      const now = stepper.weights("ee").data;
      expect(all!.data.subarray(k * n, (k + 1) * n)).toEqual(Float64Array.from(now));
      if (k % 2 === 0) {
        const three = chosen!.data.subarray((3 * k) / 2, (3 * k) / 2 + 3);
        expect([...three]).toEqual([5, 0, 100].map((s) => now[s]));
      }
    }
    expect(all!.data.subarray(0, n)).not.toEqual(all!.data.subarray(6 * n));
    expect(all!.synapses!.target).toEqual(view.targets);
    all!.synapses!.source.forEach((row, s) => {
      expect(s >= view.offsets[row]! && s < view.offsets[row + 1]!).toBe(true);
    });
    expect([...chosen!.synapses!.index]).toEqual([5, 0, 100]);
    const ii = Float64Array.from(stepper.weights("ii").data);
    expect(fixed!.data).toEqual(Float64Array.from([...ii, ...ii, ...ii]));
  });

  it("summarises: moments and counts are those of the weights", async () => {
    const bins = { bins: 7, range: [0.5, "6 nS"] } as const;
    const engine = await runWith([
      { kind: "weights", projection: "ee", every: 20, name: "w" },
      { kind: "weights", projection: "ee", every: 20, summary: "moments", name: "m" },
      { kind: "weights", projection: "ee", every: 20, summary: bins, name: "h" },
    ]);
    const [all, moments, counts] = engine.weightSamples();
    const n = all!.synapses!.index.length;
    expect(moments).toMatchObject({ unit: "nS", columns: ["mean", "sd", "least", "largest"] });
    expect(counts!.unit).toBe("1");
    expect(counts!.columns).toHaveLength(9);
    for (let k = 0; k < 4; k++) {
      const weights = [...all!.data.subarray(k * n, (k + 1) * n)];
      const mean = weights.reduce((a, b) => a + b, 0) / n;
      const sd = Math.sqrt(weights.reduce((a, b) => a + (b - mean) ** 2, 0) / n);
      const [m, s, least, largest] = moments!.data.subarray(4 * k, 4 * k + 4);
      expect(m).toBeCloseTo(mean, 12);
      expect(s).toBeCloseTo(sd, 12);
      expect([least, largest]).toEqual([Math.min(...weights), Math.max(...weights)]);
      const edges = Array.from({ length: 8 }, (_, e) => 0.5 + (5.5 * e) / 7);
      const expected = [
        weights.filter((w) => w < 0.5).length,
        ...edges
          .slice(0, 7)
          .map((low, e) => weights.filter((w) => w >= low && (e === 6 ? w <= 6 : w < edges[e + 1]!)).length),
        weights.filter((w) => w > 6).length,
      ];
      expect([...counts!.data.subarray(9 * k, 9 * k + 9)]).toEqual(expected);
    }
  });

  it("of a projection with one weight for all and of one without synapses", async () => {
    const description = richNetwork({
      duration: 1,
      recorders: [
        { kind: "weights", projection: "one", every: 1, synapses: [0, 3] },
        { kind: "weights", projection: "one", every: 1, summary: "moments", name: "m" },
        { kind: "weights", projection: "none", every: 1, summary: "moments" },
      ],
    });
    const spec = { from: "e", to: "i", synapse: "ExpConductance", delay: 1 } as const;
    description.projections = [
      { ...spec, name: "one", rule: { kind: "all-to-all" }, weight: 0.25 },
      { ...spec, name: "none", rule: { kind: "bernoulli", p: 0 }, weight: 1 },
    ];
    const engine = await SimulationEngine.fromDescription(description, options);
    await engine.run();
    const [some, moments, none] = engine.weightSamples();
    expect([...some!.data]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect([...moments!.data]).toEqual([0.25, 0, 0.25, 0.25, 0.25, 0, 0.25, 0.25]);
    expect([...none!.data]).toEqual(new Array(8).fill(0));
  });
});

describe("a spike recorder of chosen neurons", () => {
  it("keeps theirs and no others; several add up, and one of the whole population wins", async () => {
    const all = (await runWith([{ kind: "spikes" }])).spikes();
    const picked = (isChosen: (i: number) => boolean) => [...all.neuron].filter(isChosen);
    const some = await runWith([
      { kind: "spikes", population: "e", neurons: [0, 30] },
      { kind: "spikes", population: "e", neurons: [7] },
      { kind: "spikes", population: "h" },
      { kind: "spikes", population: "h", neurons: [1] },
    ]);
    const { neuron, step } = some.spikes();
    expect([...neuron]).toEqual(picked((i) => [0, 7, 30].includes(i) || i >= 40));
    expect(step).toHaveLength(neuron.length);
  });
});

describe("monitors refuse", () => {
  it.each([
    [{ kind: "rate", population: "x", every: 1 }, "NAME_UNKNOWN", 'unknown population "x"'],
    [{ kind: "rate", population: "i", every: 1, neurons: [9] }, "ARGUMENT", "found 9"],
    [{ kind: "rate", population: "i", every: 0.01 }, "ARGUMENT", "at least one step"],
    [{ kind: "weights", projection: "eee", every: 1 }, "NAME_UNKNOWN", 'Did you mean "ee"?'],
    [{ kind: "weights", projection: "ee", every: 1, synapses: [99_999] }, "ARGUMENT", "found 99999"],
    [{ kind: "weights", projection: "ee", every: "1 mV" }, "DIMENSION", "mV"],
    [{ kind: "weights", projection: "ee", every: 1, summary: { bins: 2, range: [1, 1] } }, "ARGUMENT", "rises"],
    [{ kind: "weights", projection: "ee", every: 1, summary: { bins: 2, range: [1, "2 mV"] } }, "DIMENSION", "mV"],
    [{ kind: "weights", projection: "ee", every: 1, summary: { bins: 0, range: [0, 1] } }, "DESCRIPTION_INVALID", "1"],
    [{ kind: "weights", projection: "ee", every: 1, summary: "moments", synapses: [0] }, "ARGUMENT", "found both"],
    [{ kind: "spikes", neurons: [0] }, "ARGUMENT", "expected a population"],
    [{ kind: "spikes", population: "h", neurons: [5] }, "ARGUMENT", "found 5"],
  ] as [RecorderSpec, string, string][])("%j", async (recorder, code, text) => {
    await expect(build([{ kind: "spikes" }, recorder])).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    });
  });

  it("two recorders under one name", async () => {
    const rate: RecorderSpec = { kind: "rate", population: "e", every: 1 };
    await expect(build([rate, { ...rate, every: 2 }])).rejects.toMatchObject({ code: "NAME_CLASH" });
  });
});
