import { describe, expect, it } from "vitest";
import { RandomStream } from "../../../src/core/random.js";
import type { SpikeData } from "../../../src/core/spikes.js";
import { populationActivity } from "../../../src/validation/features/population-activity.js";

const dt = 0.1;
const duration = 2000;

/** Spikes of two populations from the trains (ms) of their neurons. */
function record(first: readonly (readonly number[])[], second: readonly (readonly number[])[]): SpikeData {
  const pairs = [...first, ...second]
    .flatMap((train, neuron) => train.map((time) => [Math.round(time / dt), neuron] as const))
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return {
    step: Uint32Array.from(pairs, ([step]) => step),
    neuron: Uint32Array.from(pairs, ([, neuron]) => neuron),
    dt,
    nNeurons: first.length + second.length,
    startStep: 0,
    stopStep: duration / dt,
    populations: [
      { name: "first", start: 0, size: first.length },
      { name: "second", start: first.length, size: second.length },
    ],
    pulseTimes: [],
  };
}

const every = (interval: number, from: number): number[] =>
  Array.from({ length: Math.ceil((duration - from) / interval) }, (_, k) => from + k * interval);

/** Independent Poisson trains of 20 Hz. */
const poisson = Array.from({ length: 400 }, (_, neuron) => {
  const random = new RandomStream(5, 1, 7).at(neuron);
  const train: number[] = [];
  for (let time = -50 * Math.log(1 - random.uniform()); time < duration - 1; ) {
    train.push(time);
    time += -50 * Math.log(1 - random.uniform());
  }
  return train;
});

describe("populationActivity", () => {
  it("gives rate, CV 0 and synchrony of neurons that fire together every 25 ms", () => {
    const together = Array.from({ length: 30 }, () => every(25, 12.5));
    const activity = populationActivity(record(together, [[]]), { population: 0 });
    expect(activity.rate).toBeCloseTo(40, 10);
    expect(activity.cv).toBeCloseTo(0, 10);
    // All 30 in one bin of 25: mean 30·p, variance 30²·p(1 − p).
    expect(activity.synchrony).toBeCloseTo(30 * (1 - 1 / 25), 10);
  });

  it("gives the common rhythm of volleys that last 10 ms", () => {
    const volleys = Array.from({ length: 30 }, (_, neuron) => every(25, 5 + (neuron % 10)));
    expect(populationActivity(record(volleys, [[]]), { population: 0 }).frequency).toBe(40);
  });

  it("gives CV 1 and synchrony 1 of independent Poisson trains", () => {
    const activity = populationActivity(record(poisson, [[]]), { population: 0 });
    expect(Math.abs(activity.rate - 20)).toBeLessThan(0.6); // 5 standard errors of 16,000 spikes
    expect(Math.abs(activity.cv! - 1)).toBeLessThan(0.06); // short trains are biased by some 2 %
    expect(Math.abs(activity.synchrony! - 1)).toBeLessThan(0.16); // 5 standard errors, sqrt(2/2000) each
  });

  it("counts the population and the window that it is asked for", () => {
    const spikes = record([every(100, 50)], [every(10, 5), every(10, 5)]);
    expect(populationActivity(spikes, { population: 0, start: 1000, stop: 2000 }).rate).toBeCloseTo(10, 10);
    expect(populationActivity(spikes, { population: 1, start: 500, stop: 1500 }).rate).toBeCloseTo(100, 10);
  });

  it("has no CV, synchrony or rhythm where nothing fires", () => {
    const activity = populationActivity(record([[]], [[]]));
    expect(activity).toEqual({ rate: 0, cv: null, synchrony: null, frequency: null });
  });

  it("refuses a window shorter than 200 ms and a population that is not there", () => {
    const spikes = record([[]], [[]]);
    expect(() => populationActivity(spikes, { start: 0, stop: 199 })).toThrow(/at least 200 ms/);
    expect(() => populationActivity(spikes, { population: 2 })).toThrow(/population/);
  });
});
