import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binIndex, binSpikeData, binSpikeTimes } from "../../src/core/binning.js";
import type { SpikeData } from "../../src/core/spikes.js";

describe("binSpikeTimes (CASES O18)", () => {
  it("puts decimal times on bin edges into the bin that starts there and reports the one at the end", () => {
    const times = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];
    const binned = binSpikeTimes(times, { start: 0, stop: 1, width: 0.1 });
    expect([...binned.counts]).toEqual(Array(10).fill(1));
    expect(binned.excluded).toBe(1);
    expect(binned.warnings.join()).toContain("1 spikes lie outside");
  });

  it("counts one spike in each of two bins at 30 kHz, 2 s into a recording", () => {
    const times = [61528 / 30000, 61529 / 30000];
    const binned = binSpikeTimes(times, { start: 61528 / 30000, stop: 61530 / 30000, width: 1 / 30000 });
    expect([...binned.counts]).toEqual([1, 1]);
    expect(binned.warnings).toEqual([]);
  });

  it("drops a rest shorter than a bin and says so, without stretching the edges", () => {
    const binned = binSpikeTimes([2.5], { start: 0, stop: 3, width: 2 });
    expect([...binned.counts]).toEqual([0]);
    expect([...binned.edges]).toEqual([0, 2]);
    expect(binned.dropped).toEqual({ start: 2, stop: 3 });
    expect(binned.droppedSpikes).toBe(1);
    expect(binned.excluded).toBe(0);
    expect(binned.warnings.join()).toContain("[2, 3)");
  });

  it("agrees with integer division for times and widths that are whole numbers of steps", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0.025, 0.1, 0.05, 1 / 30000, 0.3),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: -10, max: 2_000_000 }),
        (dt, widthSteps, startStep, spikeStep) => {
          const index = binIndex(spikeStep * dt, startStep * dt, widthSteps * dt);
          expect(index).toBe(Math.floor((spikeStep - startStep) / widthSteps));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("accounts for every spike once", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 15, noNaN: true })),
        fc.double({ min: 0.01, max: 4, noNaN: true }),
        (times, width) => {
          const binned = binSpikeTimes(times, { start: 0, stop: 10, width });
          const counted = binned.counts.reduce((sum, count) => sum + count, 0);
          expect(counted + binned.excluded + binned.droppedSpikes).toBe(times.length);
        },
      ),
    );
  });

  it("refuses a width of zero, a reversed window and a time that is not finite, by name", () => {
    expect(() => binSpikeTimes([], { start: 0, stop: 1, width: 0 })).toThrow(/bin width > 0/);
    expect(() => binSpikeTimes([], { start: 1, stop: 0, width: 1 })).toThrow(/ends after its start/);
    expect(() => binSpikeTimes([0, Number.NaN], { start: 0, stop: 1, width: 1 })).toThrow(/spike 1/);
  });

  it("has no bins and no counts for an empty window", () => {
    const binned = binSpikeTimes([0], { start: 0, stop: 0, width: 1 });
    expect(binned.nBins).toBe(0);
    expect(binned.excluded).toBe(1);
  });
});

describe("binSpikeData", () => {
  const spikes: SpikeData = {
    step: Uint32Array.of(1, 40, 40, 79, 80),
    neuron: Uint32Array.of(0, 0, 2, 1, 2),
    dt: 0.025,
    nNeurons: 3,
    startStep: 0,
    stopStep: 80,
    populations: [{ name: "all", start: 0, size: 3 }],
    pulseTimes: [],
  };

  it("has one row per neuron and excludes the spike stamped at the very end", () => {
    const binned = binSpikeData(spikes, { width: 1 });
    expect([...binned.counts]).toEqual([1, 1, 0, 1, 0, 1]);
    expect(binned.excluded).toBe(1);
  });

  it("sums neurons of one group and leaves out those of row −1", () => {
    const binned = binSpikeData(spikes, { width: 1, rowOfNeuron: [0, -1, 0] });
    expect([...binned.counts]).toEqual([1, 2]);
    expect(binned.nSources).toBe(1);
  });
});
