import { describe, expect, it } from "vitest";
import type { Measured } from "../../../src/core/measured.js";
import type { RecordedState } from "../../../src/core/spikes.js";
import { fiCurve } from "../../../src/validation/figures/fi-curve.js";
import { nullDistribution } from "../../../src/validation/figures/null-distribution.js";
import { raster } from "../../../src/validation/figures/raster.js";
import { stateTraces } from "../../../src/validation/figures/state-traces.js";
import { finiteRange, histogram, weightHistogram } from "../../../src/validation/figures/weight-histogram.js";
import { countElements, pictureSizes, regularSpikes } from "./sample.js";

describe("raster", () => {
  it("draws every spike as a dot and states the mean rate", async () => {
    const spikes = regularSpikes(10);
    const figure = await raster(spikes);
    expect(countElements(figure).get("circle")).toBe(spikes.step.length);
    expect(figure.caption).toContain("1,000 spikes of 10 neurons from 0 to 1000 ms, mean rate 100 Hz");
    expect(figure.svg).toContain("exc (8)");
    expect(figure.caption).toContain("perturbing pulse");
  });

  it("sorts and colours neurons by class when classes are given", async () => {
    const figure = await raster(regularSpikes(4), { classOf: ["b", "a", "b", "a"] });
    expect(figure.svg).toContain("b (2)");
    expect(figure.svg).toContain("a (2)");
    expect(figure.svg).toContain("neuron (rank, sorted by class)");
    await expect(raster(regularSpikes(4), { classOf: ["a"] })).rejects.toMatchObject({ code: "ARGUMENT" });
  });

  it("turns many spikes into a picture and says what a pixel stands for", async () => {
    const figure = await raster(regularSpikes(100), { maxDots: 500 });
    expect(countElements(figure).get("circle") ?? 0).toBe(0);
    expect(pictureSizes(figure)).toEqual([[1464, 100]]);
    expect(figure.caption).toContain("of one neuron");
  });

  it("draws only the window, whose start is open and whose end is closed", async () => {
    const figure = await raster(regularSpikes(1), { window: [0, 10.1] });
    // Spikes at 0.1 and 10.1 ms.
    expect(countElements(figure).get("circle")).toBe(2);
  });

  it("draws a silent network without failing and says that no neuron fired", async () => {
    const figure = await raster({ ...regularSpikes(5), step: new Uint32Array(), neuron: new Uint32Array() });
    countElements(figure);
    expect(figure.caption).toContain("No neuron fired.");
  });

  it("refuses a window outside the recording", async () => {
    await expect(raster(regularSpikes(2), { window: [0, 2000] })).rejects.toMatchObject({ code: "ARGUMENT" });
  });
});

describe("state traces", () => {
  const samples = 10_000;
  const state: RecordedState = {
    variable: "V",
    unit: "mV",
    population: "cells",
    neurons: Uint32Array.of(0, 3, 7),
    sampleStep: Uint32Array.from({ length: samples }, (_, i) => i),
    dt: 0.1,
    data: Float64Array.from({ length: 3 * samples }, (_, i) => -65 + 10 * Math.sin(i / 500)),
  };

  it("draws one panel per neuron with its name, and the unit at the axis", async () => {
    const figure = await stateTraces(state, { maxNeurons: 2, nameOf: (n) => `cell ${n}` });
    expect(figure.svg).toContain(">cell 0<");
    expect(figure.svg).toContain(">cell 3<");
    expect(figure.svg).not.toContain(">cell 7<");
    expect(figure.svg.match(/>V \(mV\)/g)?.length).toBe(2);
  });

  it("draws the spikes of exactly the neurons shown", async () => {
    const figure = await stateTraces(state, { neurons: [3], spikes: regularSpikes(8) });
    expect(figure.caption).toContain("100 spikes");
  });

  it("ranks by spikes without drawing them where the model draws its own", async () => {
    const spikes = regularSpikes(8);
    const busy = { ...spikes, neuron: spikes.neuron.map(() => 7) };
    const figure = await stateTraces(state, { maxNeurons: 1, spikes: busy, drawsSpikes: false });
    expect(figure.svg).toContain(">neuron 7<");
    expect(figure.caption).not.toContain("strokes");
  });

  it("thins long traces but keeps their extremes", async () => {
    const data = state.data.slice();
    data[3 * 5001] = 40;
    const figure = await stateTraces({ ...state, data }, { neurons: [0] });
    expect(figure.svg.length).toBeLessThan(60_000);
    expect(figure.caption).toContain("smallest and largest sample");
    // The highest value lies at the top of the panel: 20 px margin, 5 % pad of the range below it.
    const ys = [...figure.svg.matchAll(/,([\d.]+)(?=[LC"])/g)].map((m) => Number(m[1]));
    expect(Math.min(...ys.filter((y) => y > 19))).toBeLessThan(40);
  });

  it("refuses a neuron that was not recorded", async () => {
    await expect(stateTraces(state, { neurons: [1] })).rejects.toMatchObject({ code: "ARGUMENT" });
  });
});

describe("weight histogram", () => {
  it("counts every value once, the upper edge in the last bin", () => {
    expect(histogram([0, 0.1, 0.5, 1, 1, Number.NaN], 0, 1, 2).map((b) => b.count)).toEqual([2, 3]);
  });

  it("has a range even for equal values, and none for no value", () => {
    expect(finiteRange([2, 2])).toEqual([1.9, 2.1]);
    expect(finiteRange([Number.NaN], [])).toBeUndefined();
  });

  it("draws one bar per bin and states mean and SD", async () => {
    const figure = await weightHistogram([1, 2, 3], [2, 2, 5], "nS", { bins: 8 });
    // Background, two swatches, eight bars in each panel.
    expect(countElements(figure).get("rect")).toBe(1 + 2 + 2 * 8);
    expect(figure.caption).toContain("2 ± 0.8165 before, 3 ± 1.414 after");
    expect(figure.svg).toContain("weight (nS)");
  });
});

describe("F–I curve", () => {
  const expected = { current: [0, 10], low: [0, 60], high: [10, 80], source: "test band" };

  it("draws every point and counts the ones inside the band", async () => {
    const figure = await fiCurve({ current: [0, 5, 10, 20], rate: [0, 90, 80, 200], currentUnit: "uA/cm2", expected });
    expect(countElements(figure).get("circle")).toBe(4);
    expect(figure.caption).toContain("2 of 3 points that the band covers lie within it.");
    expect(figure.svg).toContain("injected current (µA/cm²)");
  });

  it("refuses columns of different lengths", async () => {
    await expect(fiCurve({ current: [0, 5], rate: [0], currentUnit: "pA" })).rejects.toMatchObject({
      code: "ARGUMENT",
    });
  });
});

describe("null distributions", () => {
  const measured: Measured = { value: 0.4, unit: "1", method: "m", parameters: {}, source: "s", warnings: [] };

  it("says that a normal curve stands for surrogates that were not given", async () => {
    const figure = await nullDistribution([
      { name: "Φ", measured: { ...measured, null: { mean: 0.1, sd: 0.02, p: 0.01 } } },
    ]);
    countElements(figure);
    expect(figure.svg).toContain("null 0.1 ± 0.02, p = 0.01");
    expect(figure.caption).toContain("not the surrogates themselves");
  });

  it("draws the surrogates themselves when they are given", async () => {
    const figure = await nullDistribution([{ name: "PCI", measured, samples: [0.1, 0.12, 0.2, 0.21] }]);
    expect(figure.caption).toContain("4 surrogates in 5 bins");
  });

  it("draws a measure without a value or a null instead of failing", async () => {
    const figure = await nullDistribution([
      { name: "PCI", measured: { ...measured, value: Number.NaN, warnings: ["too short"] } },
    ]);
    countElements(figure);
    expect(figure.svg).toContain("PCI = no value");
  });
});

it("one input gives one picture, whatever was drawn before", async () => {
  const draw = () => raster(regularSpikes(4));
  const first = await draw();
  await fiCurve({ current: [0, 1], rate: [0, 1], currentUnit: "pA" });
  expect((await draw()).svg).toBe(first.svg);
});

it("text in a figure is escaped", async () => {
  const spikes = regularSpikes(2);
  const figure = await raster(
    { ...spikes, populations: [{ name: '<b>&"', start: 0, size: 2 }] },
    { title: "a < b & c" },
  );
  countElements(figure);
  expect(figure.svg).toContain("&lt;b&gt;&amp;&quot; (2)");
});
