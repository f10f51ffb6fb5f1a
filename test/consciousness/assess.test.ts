import { describe, expect, it } from "vitest";
import {
  assess,
  jitterSpikes,
  MacroPhiEstimator,
  measureChannels,
  resampleBlocks,
  surrogateChannels,
} from "wbe/consciousness";
import { powerSpectrum } from "../../src/consciousness/complexity/fourier.js";
import { RandomStream } from "../../src/core/random.js";
import type { SpikeData } from "../../src/core/spikes.js";

const random = () => new RandomStream(5, 9);
const noise = (n: number, seed = 1) => {
  const stream = new RandomStream(seed, 18);
  return Float64Array.from({ length: n }, () => stream.normal());
};
/** The logistic map: its spectrum is flat, its order patterns are not those of noise. */
const chaos = (n: number) => {
  let x = 0.3;
  return Float64Array.from({ length: n }, () => {
    x = 3.99 * x * (1 - x);
    return x;
  });
};
const correlation = (a: Float64Array, b: Float64Array) => {
  const mean = (x: Float64Array) => x.reduce((s, v) => s + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    ab += (a[k]! - ma) * (b[k]! - mb);
    aa += (a[k]! - ma) ** 2;
    bb += (b[k]! - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
};

describe("surrogates", () => {
  const x = noise(301);
  const y = x.map((value, k) => value + 0.5 * noise(301, 2)[k]!);

  it("with random phases keep the power spectrum, and alone or together lose or keep the correlation", () => {
    const apart = surrogateChannels([x, y], "phase-randomised", random());
    const together = surrogateChannels([x, y], "phase-randomised-together", random());
    for (const made of [apart, together]) {
      const [before, after] = [powerSpectrum(x), powerSpectrum(made[0]!)];
      before.forEach((power, k) => {
        expect(after[k]).toBeCloseTo(power, 6);
      });
      expect(Math.abs(correlation(made[0]!, x))).toBeLessThan(0.3);
    }
    expect(correlation(together[0]!, together[1]!)).toBeCloseTo(correlation(x, y), 9);
    expect(Math.abs(correlation(apart[0]!, apart[1]!))).toBeLessThan(0.3);
  });

  it("shuffled and shifted keep the values; shifted keep their circular order", () => {
    for (const kind of ["time-shuffle", "circular-shift"] as const) {
      const [made] = surrogateChannels([x], kind, random());
      expect([...made!].sort()).toEqual([...x].sort());
    }
    const [shifted] = surrogateChannels([x], "circular-shift", random());
    const at = x.indexOf(shifted![0]!);
    expect(shifted![1]).toBe(x[(at + 1) % x.length]);
  });

  it("of spikes keep every neuron's count and move no spike further than the width", () => {
    const spikes: SpikeData = {
      step: Uint32Array.from({ length: 200 }, (_, i) => 10 * i + 10),
      neuron: Uint32Array.from({ length: 200 }, (_, i) => i % 7),
      dt: 0.1,
      nNeurons: 7,
      startStep: 0,
      stopStep: 2000,
      populations: [{ name: "a", start: 0, size: 7 }],
      pulseTimes: [],
    };
    const moved = jitterSpikes(spikes, 3, random());
    for (let neuron = 0; neuron < 7; neuron++) {
      const of = ({ step, neuron: who }: SpikeData) => [...step].filter((_, i) => who[i] === neuron);
      expect(of(moved)).toHaveLength(of(spikes).length);
      of(moved).forEach((step, i) => {
        expect(Math.abs(step - of(spikes)[i]!)).toBeLessThanOrEqual(30);
      });
    }
    expect([...moved.step]).toEqual([...moved.step].sort((a, b) => a - b));
    expect(moved.step).not.toEqual(spikes.step);
  });

  it("of a bootstrap are made of whole stretches, the same for all channels", () => {
    const ramp = Float64Array.from({ length: 100 }, (_, k) => k);
    const [a, b] = resampleBlocks([ramp, ramp.map((v) => 2 * v)], 10, random());
    for (let k = 0; k < 100; k++) {
      expect(b![k]).toBe(2 * a![k]!);
      if (k % 10 !== 0) expect(a![k]).toBe((a![k - 1]! + 1) % 100);
    }
  });
});

describe("assess", () => {
  it("finds a measure of deterministic chaos outside the null of its spectrum, and of noise within", () => {
    const found = measureChannels([chaos(1000)], "permutation-entropy");
    expect(found.value).toBeLessThan(found.null!.mean - 5 * found.null!.sd);
    expect(found.null!.p).toBe(1);
    expect(found.warnings).toEqual([]);
    const none = measureChannels([noise(1000)], "permutation-entropy", { surrogates: 99 });
    expect(none.warnings.join()).toMatch(/not distinguishable from its null/);
  });

  // 40 records of known standard error: the mean of n normal values varies by 1/√n.
  it("gives an interval that holds the true value in most of many records", () => {
    let held = 0;
    for (let seed = 0; seed < 40; seed++) {
      const mean = ([x]: readonly ArrayLike<number>[]) => Array.from(x!).reduce((s, v) => s + v, 0) / x!.length;
      const { interval } = assess<readonly ArrayLike<number>[]>([noise(200, seed + 50)], mean, {
        resample: (data, stream) => resampleBlocks(data, 5, stream),
        bootstraps: 60,
      });
      if (interval![0] <= 0 && 0 <= interval![1]) held++;
    }
    // 95 % nominal; fewer than 33 of 40 would have a chance of 0.1 %.
    expect(held).toBeGreaterThanOrEqual(33);
  });

  it("gives the same numbers for the same seed, others for another", () => {
    const of = (seed: number) =>
      measureChannels([noise(200), noise(200, 2)], "phi-r", { seed, surrogates: 5, bootstraps: 5 });
    expect(of(1)).toEqual(of(1));
    expect(of(2).null).not.toEqual(of(1).null);
    expect(of(1).interval![0]).toBeLessThan(of(1).value);
  });

  it("says when a measure has no value, and refuses unknown names", () => {
    expect(measureChannels([new Float64Array(100)], "dfa").warnings.join()).toMatch(/no value/);
    expect(() => measureChannels([noise(10)], "phi" as "dfa")).toThrow(/measure of channels/);
  });

  it("MacroPhiEstimator has an interval around its value", () => {
    const channels = [noise(2000), noise(2000, 2)];
    for (let k = 1; k < 2000; k++) {
      channels[0]![k]! += 0.5 * channels[1]![k - 1]!;
      channels[1]![k]! += 0.5 * channels[0]![k - 1]!;
    }
    const data = Float64Array.from({ length: 4000 }, (_, i) => channels[i % 2]![i >> 1]!);
    const { value, interval } = new MacroPhiEstimator({ lag: 1 }).estimate({ data, nUnits: 2, nSamples: 2000 });
    expect(interval![0]).toBeGreaterThan(0);
    expect(interval![0]).toBeLessThan(value);
    expect(interval![1]).toBeGreaterThan(value);
  });
});
