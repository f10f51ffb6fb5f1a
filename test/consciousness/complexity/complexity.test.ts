import { describe, expect, it } from "vitest";
import {
  amplitudeCoalitionEntropy,
  detrendedFluctuation,
  higuchiDimension,
  lempelZivOfChannels,
  lempelZivSum,
  multiscaleEntropy,
  permutationEntropy,
  perturbationalComplexityOfTransitions,
  sampleEntropy,
  spectralEntropy,
  synchronyCoalitionEntropy,
} from "wbe/consciousness";
import { lempelZivComplexity } from "../../../src/consciousness/lempel-ziv.js";
import { FourierTransform } from "../../../src/core/fourier.js";
import { RandomStream } from "../../../src/core/random.js";
import golden from "../../golden/complexity.json" with { type: "json" };

const noise = (n: number, seed = 1) => {
  const random = new RandomStream(seed, 18);
  return Float64Array.from({ length: n }, () => random.normal());
};
const sine = (n: number) => Float64Array.from({ length: n }, (_, k) => Math.sin((2 * Math.PI * k) / 100));

describe.each(golden.series)("of the series $name, equal to antropy to 1e-9", (series) => {
  const { x } = series;
  it.each([
    ["permutation entropy", () => permutationEntropy(x), series.permutation3],
    ["permutation entropy, order 5, delay 2", () => permutationEntropy(x, 5, 2, true), series.permutation5],
    ["spectral entropy", () => spectralEntropy(x), series.spectral],
    ["spectral entropy, normalised", () => spectralEntropy(x, true), series.spectralNormalised],
    ["sample entropy", () => sampleEntropy(x), series.sample],
    ["sample entropy, order 3, tolerance 0.5", () => sampleEntropy(x, 3, 0.5), series.sample3],
    ["detrended fluctuation", () => detrendedFluctuation(x), series.dfa],
    ["Higuchi's dimension", () => higuchiDimension(x), series.higuchi],
  ])("%s", (_, measure, expected) => {
    // antropy adds 1e-9 to the denominator of its regressions: 1e-10 relative at most here.
    expect(Math.abs(measure() - (expected ?? Number.POSITIVE_INFINITY)) || 0).toBeLessThan(1e-9);
  });

  it("multiscale entropy", () => {
    multiscaleEntropy(x, 5).forEach((value, i) => {
      const expected = series.multiscale[i];
      if (expected === null) expect(value).toBe(Number.POSITIVE_INFINITY);
      else expect(Math.abs(value - expected!)).toBeLessThan(1e-9);
    });
  });

  it("LZ76 words of the series above its mean", () => {
    const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
    expect(lempelZivComplexity(x.map((value) => value > mean))).toBe(series.lz76);
  });
});

describe("complexity of channels", () => {
  const { channels, schartner } = golden;
  it("LZc, LZsum, ACE and SCE equal the published algorithm before normalisation", () => {
    expect(lempelZivOfChannels(channels).raw).toBe(schartner.lzc);
    expect(lempelZivSum(channels).raw).toBe(schartner.lzsum);
    expect(amplitudeCoalitionEntropy(channels).raw).toBeCloseTo(schartner.ace, 9);
    expect(synchronyCoalitionEntropy(channels).raw).toBeCloseTo(schartner.sce, 9);
  });

  it("is low for one signal on all channels and higher for separate noise", () => {
    const common = noise(800);
    const same = [common, common, common, common];
    const apart = [1, 2, 3, 4].map((seed) => noise(800, seed));
    for (const measure of [lempelZivOfChannels, amplitudeCoalitionEntropy, synchronyCoalitionEntropy]) {
      expect(measure(same).value).toBeLessThan(0.75 * measure(apart).value);
      expect(measure(apart).value).toBeLessThan(1.1);
    }
  });

  it("refuses channels of different length and samples that are no numbers", () => {
    expect(() => lempelZivOfChannels([noise(10), noise(11)])).toThrow(/one length/);
    expect(() => lempelZivSum([[1, 2, Number.NaN, 4]])).toThrow(/finite samples/);
    expect(() => amplitudeCoalitionEntropy([])).toThrow(/at least one channel/);
  });
});

describe("PCIst", () => {
  const { evoked, pcist } = golden;
  const input = {
    data: evoked.flat(),
    nChannels: evoked.length,
    nSamples: evoked[0]!.length,
    onset: 84,
    sampleInterval: 5,
  };

  it("equals the published algorithm, component by component", () => {
    const { value, components } = perturbationalComplexityOfTransitions(input);
    expect(components).toHaveLength(pcist.length);
    components.forEach(({ transitions }, i) => {
      expect(transitions).toBeCloseTo(pcist[i]!, 9);
    });
    expect(value).toBeCloseTo(
      pcist.reduce((sum, x) => sum + x, 0),
      9,
    );
  });

  it("of noise without a response is 0, and says so", () => {
    const quiet = { ...input, data: noise(8 * 148).map((x, i) => (i % 148 < 84 ? 3 * x : x)) };
    const { value, warnings } = perturbationalComplexityOfTransitions(quiet);
    expect(value).toBe(0);
    expect(warnings.join()).toMatch(/no response/);
  });

  it("refuses a window of fewer than two samples", () => {
    expect(() => perturbationalComplexityOfTransitions(input, { responseWindow: [0, 4] })).toThrow(/2 samples/);
  });
});

describe("known limits", () => {
  it("of white noise", () => {
    const x = noise(3000);
    expect(permutationEntropy(x, 3, 1, true)).toBeGreaterThan(0.998);
    // A periodogram of white noise is exponential: 1 − (1 − γ)/ln(n/2) of the maximum, γ Euler's constant.
    expect(spectralEntropy(x, true)).toBeCloseTo(1 - (1 - 0.5772) / Math.log(1501), 2);
    // −ln P(|x − y| < 0.2) of standard normals: erf(0.1) = 0.1125.
    expect(Math.abs(sampleEntropy(x) + Math.log(0.1125))).toBeLessThan(0.1);
    expect(Math.abs(detrendedFluctuation(x) - 0.5)).toBeLessThan(0.1);
    expect(Math.abs(higuchiDimension(x) - 2)).toBeLessThan(0.02);
  });

  it("of a sine wave", () => {
    const x = sine(3000);
    expect(spectralEntropy(x)).toBeLessThan(1e-9);
    expect(Math.abs(higuchiDimension(x) - 1)).toBeLessThan(0.02);
    expect(sampleEntropy(x)).toBeLessThan(0.2);
  });

  it("of a constant: no entropy, no spectrum, and NaN where a ratio has no meaning", () => {
    const x = new Float64Array(200).fill(0.1);
    expect(permutationEntropy(x)).toBe(0);
    expect(spectralEntropy(x)).toBe(0);
    expect(sampleEntropy(x)).toBeNaN();
    expect(detrendedFluctuation(x)).toBeNaN();
    expect(higuchiDimension(x)).toBeNaN();
  });

  it("of white noise over scales falls, as Costa et al. 2002 show", () => {
    const scales = multiscaleEntropy(noise(4000), 5);
    for (let i = 1; i < 5; i++) expect(scales[i]!).toBeLessThan(scales[i - 1]!);
  });
});

describe("Fourier transform", () => {
  it.each([1, 2, 8, 12, 30, 97, 128])("of length %i equals the sum that defines it", (n) => {
    const re = noise(n, 3);
    const im = noise(n, 4);
    const [x, y] = [Float64Array.from(re), Float64Array.from(im)];
    const transform = new FourierTransform(n);
    transform.forward(x, y);
    for (let k = 0; k < n; k++) {
      let a = 0;
      let b = 0;
      for (let t = 0; t < n; t++) {
        const angle = (2 * Math.PI * k * t) / n;
        a += re[t]! * Math.cos(angle) + im[t]! * Math.sin(angle);
        b += im[t]! * Math.cos(angle) - re[t]! * Math.sin(angle);
      }
      expect(Math.hypot(x[k]! - a, y[k]! - b)).toBeLessThan(1e-10);
    }
    transform.inverse(x, y);
    for (let t = 0; t < n; t++) expect(Math.hypot(x[t]! - re[t]!, y[t]! - im[t]!)).toBeLessThan(1e-12);
  });
});
