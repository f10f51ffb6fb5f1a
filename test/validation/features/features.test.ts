import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { meanRate, sustainedRate } from "../../../src/validation/features/firing-rate.js";
import { interspikeIntervals, intervalStatistics } from "../../../src/validation/features/interspike-intervals.js";
import { firstSpikeLatency } from "../../../src/validation/features/latency.js";
import { detectSpikes } from "../../../src/validation/features/spike-times.js";
import { spikeTrains } from "../../../src/validation/features/spike-trains.js";

const regular = (start: number, stop: number, interval: number) =>
  Array.from({ length: Math.ceil((stop - start) / interval) }, (_, i) => start + i * interval);

describe("detectSpikes", () => {
  it("interpolates each upward crossing linearly", () => {
    expect([...detectSpikes([0, 1, 2, 3, 4, 5], [-60, 20, -60, -30, 10, 30], { threshold: -20 })]).toEqual([0.5, 3.25]);
  });

  it("has no spike where the trace starts above the threshold or only touches it", () => {
    expect(detectSpikes([0, 1, 2, 3], [0, -30, -20, -30]).length).toBe(0);
  });

  it("ignores crossings too close to the last", () => {
    expect(detectSpikes([0, 1, 2, 3], [-60, 20, -60, 20], { minInterval: 3 }).length).toBe(1);
  });

  it("refuses unequal lengths, times that run back and samples that are not finite", () => {
    expect(() => detectSpikes([0, 1], [0])).toThrow(/one time per sample/);
    expect(() => detectSpikes([0, 2, 1], [0, 0, 0])).toThrow(/sample 2/);
    expect(() => detectSpikes([0, 1], [0, Number.NaN])).toThrow(/sample 1/);
  });

  const trace = `${process.env.WBE_DATA ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url))}/celltypes/efel_mean_frequency_1.txt`;

  it.runIf(existsSync(trace))("finds the five spikes of eFEL's mean-frequency trace and its rate", () => {
    const rows = readFileSync(trace, "utf8").trim().split("\n");
    const [time, voltage] = [0, 1].map((column) => rows.map((row) => Number(row.trim().split(/\s+/)[column])));
    const spikes = detectSpikes(time!, voltage!);
    // The collected times are those of samples, which are some hundredths of a ms apart here.
    const collected = [565.93, 606.04, 653.14, 716.46, 826.97];
    expect(spikes.length).toBe(5);
    spikes.forEach((time, i) => {
      expect(Math.abs(time - collected[i]!)).toBeLessThan(0.02);
    });
    expect(meanRate(spikes, 500, 900)).toBe(12.5);
    expect(firstSpikeLatency(spikes, 500)).toBeCloseTo(65.93, 1);
  });
});

describe("rates", () => {
  it("mean rate counts the half-open window", () => {
    expect(meanRate([0, 100, 200, 1000], 0, 1000)).toBe(3);
    expect(() => meanRate([], 1, 1)).toThrow(/positive length/);
  });

  it("sustained rate of regular firing is exact, not rounded to whole spikes", () => {
    expect(sustainedRate(regular(3, 1500, 1000 / 68.3), 500, 1500)).toBeCloseTo(68.3, 9);
  });

  it("sustained rate is 0 for a burst at the onset, for a train that stops, and for one spike", () => {
    expect(sustainedRate([2, 14, 27], 500, 1500)).toBe(0);
    expect(sustainedRate(regular(0, 900, 10), 500, 1500)).toBe(0);
    expect(sustainedRate(regular(900, 1500, 10), 500, 1500)).toBe(0);
    expect(sustainedRate([700], 500, 1500)).toBe(0);
  });

  it("sustained rate keeps a bursting train, whose longest interval is many times the shortest", () => {
    const bursts = regular(0, 1500, 100).flatMap((start) => [start, start + 4, start + 8]);
    expect(sustainedRate(bursts, 500, 1500)).toBeGreaterThan(28);
  });
});

describe("latency and intervals", () => {
  it("takes the first spike after the onset, up to the end", () => {
    expect(firstSpikeLatency([5, 12, 20], 10)).toBe(2);
    expect(firstSpikeLatency([5, 12, 20], 5, 11)).toBeNull();
    expect(firstSpikeLatency([], 0)).toBeNull();
  });

  it("has mean, sample deviation and CV of the intervals", () => {
    expect([...interspikeIntervals([1, 3, 7])]).toEqual([2, 4]);
    const { count, mean, sd, cv } = intervalStatistics([0, 1, 3, 6])!;
    expect([count, mean, sd, cv]).toEqual([3, 2, 1, 0.5]);
  });

  it("has no statistics for fewer than three spikes or simultaneous ones", () => {
    expect(intervalStatistics([1, 2])).toBeNull();
    expect(intervalStatistics([1, 1, 1])).toBeNull();
    expect(() => interspikeIntervals([2, 1])).toThrow(/spike 1/);
  });

  it("splits recorded spikes by neuron", () => {
    const trains = spikeTrains({
      step: Uint32Array.of(1, 2, 2, 5),
      neuron: Uint32Array.of(2, 0, 2, 0),
      dt: 0.5,
      nNeurons: 3,
      startStep: 0,
      stopStep: 10,
      populations: [],
      pulseTimes: [],
    });
    expect(trains.map((train) => [...train])).toEqual([[1, 2.5], [], [0.5, 1]]);
  });
});
