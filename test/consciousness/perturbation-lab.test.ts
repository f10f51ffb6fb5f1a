import { describe, expect, it } from "vitest";
import {
  averageFieldTrials,
  cutFieldTrials,
  PerturbationalComplexityIndex,
  perturb,
  perturbationalComplexityOfTransitions,
  perturbWithAmplitudes,
  spikesPerTrial,
} from "wbe/consciousness";
import { SimulationEngine } from "../../src/simulation/engine.js";

const make = () =>
  SimulationEngine.fromDescription({
    version: 1,
    seed: 1,
    dt: 0.1,
    duration: 200,
    populations: [
      { name: "a", model: "LIF", size: 20 },
      { name: "b", model: "LIF", size: 20 },
    ],
    projections: [
      { from: "a", to: "b", synapse: "ExpCurrent", rule: { kind: "bernoulli", p: 0.5 }, weight: 150, delay: 5 },
    ],
    stimuli: ["a", "b"].map((population) => ({
      kind: "poisson",
      population,
      rate: 3000,
      weight: 30,
      synapse: "ExpCurrent",
    })),
    recorders: [{ kind: "spikes" }, { kind: "state", population: "b", variable: "V", every: 1 }],
  });

describe("perturbation lab", () => {
  it("perturbs an engine that has run, at one site, and leaves its stimuli as they were", async () => {
    const engine = await make();
    await engine.run();
    const before = engine.description.stimuli;
    const options = { sites: [{ population: "a" }], trials: 6, baseline: 100, response: 60, rest: 20, jitter: 10 };
    const run = await perturb(engine, { ...options, amplitude: 2000 });
    expect(engine.description.stimuli).toEqual(before);
    expect(run.from).toBe(200);
    expect(engine.time).toBeCloseTo(200 + 6 * 190, 6);
    run.perturbationTimes.forEach((time, k) => {
      expect(time).toBeGreaterThanOrEqual(200 + k * 190 + 100);
      expect(time).toBeLessThanOrEqual(200 + k * 190 + 110.1);
    });
    // The stimulated population fires during the pulse, the other one delay later.
    const of = (window: [number, number]) => spikesPerTrial(run.spikes, run.perturbationTimes, window);
    const mean = (x: Float64Array) => x.reduce((sum, value) => sum + value, 0) / x.length;
    expect(mean(of([0, 30]))).toBeGreaterThan(3 * mean(of([-40, -10])));
    const pci = new PerturbationalComplexityIndex({
      baselineWindow: [-90, -10],
      responseWindow: [0, 60],
      surrogates: 10,
    });
    const { value, warnings, interval } = pci.compute(run);
    expect(value).toBeGreaterThan(0);
    expect(warnings.join()).not.toMatch(/no pulse/);
    expect(interval![1]).toBeGreaterThan(value);
  });

  it("gives field trials for PCI and PCIst", async () => {
    const engine = await make();
    const run = await perturb(engine, {
      sites: [
        { population: "a", fraction: 0.5 },
        { population: "b", neurons: [0, 1], gain: -1 },
      ],
      amplitude: 2000,
      trials: 4,
      baseline: 120,
      response: 60,
      rest: 20,
    });
    const trials = cutFieldTrials(engine.recorded("V", "b"), run.perturbationTimes, 5, [100, 60]);
    expect([trials.nTrials, trials.nSources, trials.nSamples, trials.onset]).toEqual([4, 5, 160, 100]);
    const windows = { baselineWindow: [-100, -10], responseWindow: [0, 60] } as const;
    const { value } = perturbationalComplexityOfTransitions(averageFieldTrials(trials), windows);
    expect(value).toBeGreaterThan(0);
    expect(() => cutFieldTrials(engine.recorded("V", "b"), [10], 5)).toThrow(/400 ms before/);
  });

  it("answers more to stronger pulses", async () => {
    const engine = await make();
    const options = { sites: [{ population: "a" }], trials: 4, baseline: 20, response: 40, rest: 40 };
    const runs = await perturbWithAmplitudes(engine, [0, 400, 2000], options);
    const counts = runs.map((run) =>
      spikesPerTrial(run.spikes, run.perturbationTimes, [0, 10]).reduce((a, b) => a + b, 0),
    );
    expect(counts[2]!).toBeGreaterThan(counts[1]!);
    expect(counts[1]!).toBeGreaterThanOrEqual(counts[0]!);
  });

  it("names an unknown population and puts the stimuli back when it is cancelled", async () => {
    const engine = await make();
    const options = { sites: [{ population: "c" }], amplitude: 1 };
    await expect(perturb(engine, options)).rejects.toThrow(/unknown population "c"/);
    const before = engine.description.stimuli;
    const signal = AbortSignal.abort();
    await expect(perturb(engine, { sites: [{ population: "a" }], amplitude: 1, signal })).rejects.toMatchObject({
      code: "CANCELLED",
    });
    expect(engine.description.stimuli).toEqual(before);
  });
});
