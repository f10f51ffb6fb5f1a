import { describe, expect, it } from "vitest";
import { lempelZivComplexity, normaliseBySourceEntropy } from "../../src/consciousness/lempel-ziv.js";
import { PerturbationalComplexityIndex } from "../../src/consciousness/pci.js";
import { RandomStream } from "../../src/core/random.js";
import type { SpikeData } from "../../src/core/spikes.js";
import { Stream } from "../../src/core/streams.js";

const dt = 0.1;

/** Poisson spikes of rate(neuron, ms since the last pulse) in Hz. */
function poissonSpikes(
  nNeurons: number,
  duration: number,
  pulses: number[],
  rate: (neuron: number, sincePulse: number, random: RandomStream) => number,
  pulseTimes = pulses,
): SpikeData {
  const random = new RandomStream(5, Stream.spikeTrains);
  const step: number[] = [];
  const neuron: number[] = [];
  for (let s = 1; s <= duration / dt; s++) {
    const time = s * dt;
    const last = pulses.filter((pulse) => pulse <= time).at(-1);
    for (let i = 0; i < nNeurons; i++) {
      const hertz = rate(i, last === undefined ? Number.NEGATIVE_INFINITY : time - last, random);
      if (random.uniform() < (hertz * dt) / 1000) {
        step.push(s);
        neuron.push(i);
      }
    }
  }
  return {
    step: Uint32Array.from(step),
    neuron: Uint32Array.from(neuron),
    dt,
    nNeurons,
    startStep: 0,
    stopStep: duration / dt,
    populations: [
      { name: "a", start: 0, size: Math.floor(nNeurons / 2) },
      { name: "b", start: Math.floor(nNeurons / 2), size: Math.ceil(nNeurons / 2) },
    ],
    pulseTimes,
  };
}

const pulses = [500, 1500, 2500];
const background = 4; // Hz
/** Each neuron answers in a window of its own: late neurons late, and some twice. */
const differentiated = poissonSpikes(40, 3500, pulses, (i, t) => {
  const first = (i * 37) % 200;
  const second = (i * 91) % 290;
  const active = (t >= first && t < first + 60) || (i % 3 === 0 && t >= second && t < second + 40);
  return active ? 250 : background;
});
/** All neurons answer in the same window. */
const stereotyped = poissonSpikes(40, 3500, pulses, (_, t) => (t >= 0 && t < 80 ? 300 : background));
const unperturbed = poissonSpikes(40, 3500, [], () => background, pulses);

describe("PerturbationalComplexityIndex on spikes", () => {
  const index = new PerturbationalComplexityIndex({ seed: 1 });

  it("scores a differentiated response above a stereotyped one, and no response 0", () => {
    const [complex, simple, none] = [differentiated, stereotyped, unperturbed].map((spikes) =>
      index.compute({ spikes, perturbationTimes: pulses }),
    );
    expect(complex!.value).toBeGreaterThan(1.5 * simple!.value);
    expect(simple!.value).toBeGreaterThan(0);
    expect(none!.value).toBe(0);
    expect(none!.warnings.join()).toContain("no response");
    expect(none!.null!.p).toBe(1);
    expect(complex!.null).toEqual({ mean: 0, sd: 0, p: 1 / 41 });
    expect(complex!.warnings).toEqual([]);
  });

  it("marks false entries in about one column of a hundred, as alpha says", () => {
    const { response } = index.compute({ spikes: unperturbed, perturbationTimes: pulses });
    const columns = new Set([...response.matrix].flatMap((mark, i) => (mark ? [i % response.nSamples] : [])));
    // 60 columns at 1 %: 0.6 expected; 5 or more has probability below 1e-3.
    expect(columns.size).toBeLessThan(5);
  });

  it("is 0 with a warning for a silent network, never NaN", () => {
    const silent = poissonSpikes(10, 1000, [500], () => 0);
    const result = index.compute({ spikes: silent, perturbationTimes: [500] });
    expect(result.value).toBe(0);
    expect(result.warnings.join()).toContain("no response");
  });

  it("finds the response of neurons that are silent in the baseline", () => {
    const spikes = poissonSpikes(40, 1000, [500], (i, t) => (t >= 5 * i && t < 5 * i + 50 ? 400 : 0));
    const result = index.compute({ spikes, perturbationTimes: [500] });
    expect(result.value).toBeGreaterThan(0);
    expect(result.parameters.activeFraction).toBeGreaterThan(0.05);
  });

  it("warns about perturbation times at which no pulse was delivered", () => {
    const spikes = { ...differentiated, pulseTimes: [500] };
    const result = index.compute({ spikes, perturbationTimes: pulses });
    expect(result.warnings.join()).toMatch(/no pulse was delivered at 1500, 2500 ms/);
    const without = index.compute({ spikes: { ...differentiated, pulseTimes: [] }, perturbationTimes: [500] });
    expect(without.warnings.join()).toContain("none in this run");
  });

  it("leaves out trials that leave the record, and refuses when none is left", () => {
    const result = index.compute({ spikes: differentiated, perturbationTimes: [100, ...pulses, 3400] });
    expect(result.warnings.join()).toContain("2 perturbations are too close to an end");
    expect(result.parameters.nTrials).toBe(3);
    expect(() => index.compute({ spikes: differentiated, perturbationTimes: [100] })).toThrow(
      /400 ms before and 300 ms/,
    );
    expect(() => index.compute({ spikes: differentiated, perturbationTimes: [] })).toThrow(/at least one perturbation/);
  });

  it("warns when the response of one trial falls into the baseline of the next", () => {
    const result = index.compute({ spikes: differentiated, perturbationTimes: [500, 1100] });
    expect(result.warnings.join()).toContain("holds the response of another");
  });

  it("takes populations or given rows as sources", () => {
    const byPopulation = index.compute({ spikes: differentiated, perturbationTimes: pulses, sources: "populations" });
    expect(byPopulation.response.nSources).toBe(2);
    const rows = Array.from({ length: 40 }, (_, i) => (i < 4 ? -1 : i % 8));
    expect(index.compute({ spikes: differentiated, perturbationTimes: pulses, sources: rows }).response.nSources).toBe(
      8,
    );
    expect(() =>
      index.compute({ spikes: differentiated, perturbationTimes: pulses, sources: rows.map(() => -1) }),
    ).toThrow(/at least one source/);
  });

  it("gives the same result for the same seed", () => {
    const again = new PerturbationalComplexityIndex({ seed: 1 });
    const input = { spikes: differentiated, perturbationTimes: pulses };
    expect(again.compute(input)).toEqual(index.compute(input));
  });

  it("refuses options outside their range, by name", () => {
    expect(() => new PerturbationalComplexityIndex({ binWidth: 0 })).toThrow(/binWidth/);
    expect(() => new PerturbationalComplexityIndex({ alpha: 0 })).toThrow(/alpha/);
    expect(() => new PerturbationalComplexityIndex({ responseWindow: [300, 0] })).toThrow(/responseWindow/);
  });
});

describe("PerturbationalComplexityIndex on a matrix", () => {
  const [nTrials, nSources, nSamples, onset] = [10, 12, 700, 400];
  const responseSamples = 300;
  const random = new RandomStream(9, Stream.spikeTrains);
  const pattern: number[] = Array.from({ length: nSources * responseSamples }, (_, i) =>
    random.uniform() < (Math.floor(i / responseSamples) + 1) / 30 ? 1 : 0,
  );
  const data = Float64Array.from({ length: nTrials * nSources * nSamples }, (_, i) => {
    const sample = i % nSamples;
    const source = Math.floor(i / nSamples) % nSources;
    const noise = 0.01 * random.normal() + source;
    return sample < onset ? noise : noise + 5 * pattern[source * responseSamples + sample - onset]!;
  });
  const input = { data, nTrials, nSources, nSamples, onset, sampleInterval: 1 };

  it("recovers a planted pattern exactly, sorts its rows by activity, and scores that matrix", () => {
    const options = { scan: "sequence", bootstraps: 200, alpha: 1e-5, baselineWindow: [-400, 0] } as const;
    const result = new PerturbationalComplexityIndex(options).computeFromMatrix(input);
    const { matrix, rowSource } = result.response;
    const rows = Array.from(rowSource, (s) => pattern.slice(s * responseSamples, (s + 1) * responseSamples));
    expect(Array.from(matrix)).toEqual(rows.flat());
    const totals = rows.map((row) => row.reduce((sum, bit) => sum + bit, 0));
    expect(totals).toEqual([...totals].sort((a, b) => b - a));
    // The definition, written out: columns one after another, LZ76, c·log2(L)/(L·H).
    const columns = Array.from({ length: responseSamples }, (_, t) => rows.map((row) => row[t]!)).flat();
    const ones = totals.reduce((sum, total) => sum + total, 0);
    const expected = normaliseBySourceEntropy(lempelZivComplexity(columns), ones, columns.length).value;
    expect(result.value).toBe(expected);
    expect(result.value).toBeGreaterThan(0.8);
  });

  it("leaves out sources with a constant baseline and says so", () => {
    const flat = Float64Array.from(data, (x, i) => (Math.floor(i / nSamples) % nSources === 3 ? 0.1 : x));
    const result = new PerturbationalComplexityIndex().computeFromMatrix({ ...input, data: flat });
    expect(result.warnings.join()).toContain("1 of 12 sources have a constant baseline");
    expect(result.response.rowSource[11]).toBe(3);
  });

  it("gives 0 and a warning when every entry is significant", () => {
    const up = Float64Array.from(data, (x, i) => (i % nSamples >= onset ? x + 100 : x));
    const result = new PerturbationalComplexityIndex().computeFromMatrix({ ...input, data: up });
    expect(result.value).toBe(0);
    expect(result.warnings.join()).toContain("saturated response");
  });

  it("refuses a shape that does not fit, windows outside the trials and samples that are not finite", () => {
    const index = new PerturbationalComplexityIndex();
    expect(() => index.computeFromMatrix({ ...input, nTrials: 11 })).toThrow(/11 trials/);
    expect(() => index.computeFromMatrix({ ...input, onset: 300 })).toThrow(/baselineWindow within the trials/);
    const bad = Float64Array.from(data);
    bad[nSamples + 10] = Number.NaN;
    expect(() => index.computeFromMatrix({ ...input, data: bad })).toThrow(/trial 0, source 1, sample 10/);
  });
});
