/** Quantal release: NEST's statistics, closed forms, and bits that depend on nothing but seed, synapse and step. */
import { describe, expect, it } from "vitest";
import {
  type NetworkDescription,
  type ProjectionSpec,
  type ReleaseSpec,
  SimulationEngine,
  type StimulusSpec,
} from "wbe/simulation";
import { defineSynapse } from "wbe/synapse-models";
import golden from "../golden/release.json" with { type: "json" };
import { bitsOf, run } from "./networks.js";

const dt = 0.1;

/** Counts what arrives. */
const counter = defineSynapse({
  id: "Counter",
  doc: "The sum of all weights that have arrived.",
  source: "made for this test, 2026",
  weightUnit: "1",
  params: {},
  states: { total: [0, "1"] },
  equations: "dtotal/dt = 0*total/(1 ms)",
  onSpike: "total = total + weight",
});

/** One source that fires at the given steps, n targets that do nothing but count. */
function counting(
  steps: readonly number[],
  n: number,
  release: ReleaseSpec,
  changes: Partial<NetworkDescription> = {},
): NetworkDescription {
  return {
    version: 1,
    seed: 11,
    dt,
    duration: ((steps.at(-1) ?? 0) + 20) * dt,
    populations: [
      { name: "source", model: "LIF", size: 1, params: { tRef: 0 } },
      { name: "counts", model: "LIF", size: n, method: "euler" },
    ],
    projections: [
      {
        name: "quanta",
        from: "source",
        to: "counts",
        synapse: counter,
        rule: { kind: "all-to-all" },
        weight: 1,
        delay: 0.5,
        release,
      },
    ],
    stimuli: [firing("source", steps)],
    recorders: [],
    ...changes,
  };
}

const firing = (population: string, steps: readonly number[]): StimulusSpec => ({
  kind: "spikes",
  population,
  times: steps.map((step) => (step - 1) * dt),
  weight: 1000,
  synapse: "Pulse",
});

/** Totals of all targets at the given steps. */
async function totalsAt(description: NetworkDescription, at: readonly number[]): Promise<Float64Array[]> {
  const actions = at.map(
    (step) => ({ at: step * dt, kind: "snapshot", name: `${step}`, populations: ["counts"] }) as const,
  );
  const engine = await run({ ...description, actions });
  return engine.snapshots().map(({ states }) => states.counts!["Counter.total"]!);
}

const moments = (values: ArrayLike<number>) => {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    squares += values[i]! ** 2;
  }
  const mean = sum / values.length;
  return { mean, variance: squares / values.length - mean ** 2 };
};

describe("releases at spikes", () => {
  it("have the mean and the variance of NEST's quantal_stp_synapse at every spike of a train", async () => {
    const { n: sites, U, tau_rec: tauRec, tau_fac: tauFac } = golden.quantal.parameters;
    const steps = golden.parameters.pre_steps.slice(0, 48); // without the spike after a long silence
    const trials = 8000;
    const totals = await totalsAt(
      counting(steps, trials, { sites, U, tauRec, tauFac }),
      steps.map((step) => step + 6),
    );
    let largest = 0;
    steps.forEach((_, k) => {
      const { mean, variance } = moments(totals[k]!.map((total, i) => total - (totals[k - 1]?.[i] ?? 0)));
      const [mean0, variance0] = [golden.quantal.mean[k]!, golden.quantal.variance[k]!];
      // Five standard errors of the difference of two samples; that of a variance is at most sites·sqrt(variance)/sqrt(n).
      const error = Math.sqrt(variance0 * (1 / trials + 1 / golden.quantal.trials));
      largest = Math.max(largest, Math.abs(mean - mean0) / error);
      expect(Math.abs(mean - mean0)).toBeLessThan(5 * error);
      expect(Math.abs(variance - variance0)).toBeLessThan(5 * sites * error);
    });
    expect(largest).toBeGreaterThan(0.5); // the two are different samples
  });

  it("never exceed the sites that are there: without recovery a synapse gives away what it has", async () => {
    const steps = Array.from({ length: 40 }, (_, k) => 10 + 20 * k);
    const [all] = await totalsAt(counting(steps, 50, { sites: 7, U: 0.5, tauRec: 1e12 }), [805]);
    expect(new Set(all)).toEqual(new Set([7]));
  });

  it("with one site, U = 1 and no depletion are a static synapse, to the bit", async () => {
    const static_: ProjectionSpec = {
      name: "p",
      from: "cells",
      to: "cells",
      synapse: "ExpCurrent",
      rule: { kind: "bernoulli", p: 0.4 },
      weight: { lognormal: [40, 0.4] },
      delay: { uniform: [0.5, 3] },
    };
    const bits = async (projection: ProjectionSpec) =>
      bitsOf(
        await run({
          version: 1,
          seed: 5,
          dt,
          duration: 200,
          populations: [{ name: "cells", model: "LIF", size: 23 }],
          projections: [projection],
          stimuli: [{ kind: "constant", population: "cells", amplitude: { uniform: [200, 400] } }],
          recorders: [{ kind: "spikes" }, { kind: "state", population: "cells", variable: "V" }],
        }),
      );
    expect(await bits({ ...static_, release: { sites: 1, U: 1, tauRec: 0 } })).toEqual(await bits(static_));
    expect(await bits({ ...static_, release: { sites: 1, U: 0.9, tauRec: 0 } })).not.toEqual(await bits(static_));
  });
});

describe("asynchronous release", () => {
  it("takes a part p of what is left, after times of exponential distribution", async () => {
    const n = 6000;
    const release = { sites: 4, U: 0.25, tauRec: 1e12, asynchronous: { p: 0.5, tau: 10, longest: 100 } };
    const at = [16, 116, 216, 1050];
    const totals = await totalsAt(counting([10], n, release, { duration: 110 }), at);
    const part = (k: number) => moments(totals[k]!).mean / 4;
    // Waits are rounded up to steps: what has arrived after k steps is 1 − e^(−k·dt/tau), of those up to the cut.
    const late = (t: number) => (0.75 * 0.5 * (1 - Math.exp(-t / 10))) / (1 - Math.exp(-10));
    const error = 5 * Math.sqrt(0.25 / (4 * n));
    expect(Math.abs(part(0) - 0.25)).toBeLessThan(error);
    expect(Math.abs(part(1) - 0.25 - late(10))).toBeLessThan(error);
    expect(Math.abs(part(2) - 0.25 - late(20))).toBeLessThan(error);
    expect(Math.abs(part(3) - 0.25 - 0.375)).toBeLessThan(error);
  });
});

describe("spontaneous release", () => {
  it("is a Poisson process of each synapse: mean and variance of counts, and sums of the synapses' own weights", async () => {
    const n = 3000;
    const minis = counting([], n, { sites: 1, U: 0, tauRec: 0, spontaneous: 20 }, { duration: 250 });
    minis.populations[0] = { name: "source", model: "LIF", size: 3 };
    const weights = { values: Array.from({ length: 3 * n }, (_, k) => 10 ** Math.floor(k / n)) };
    minis.projections[0] = { ...minis.projections[0]!, weight: weights };
    const [totals] = await totalsAt(minis, [2500]);
    // Each digit counts the releases of one synapse; more than nine of 5 expected ones would carry over in 3 %: use the sum.
    const mean = 20 * 0.25 * (1 + 10 + 100);
    const variance = 20 * 0.25 * (1 + 100 + 10_000);
    const found = moments(totals!);
    expect(Math.abs(found.mean - mean)).toBeLessThan(5 * Math.sqrt(variance / n));
    // The variance of a Poisson count of mean m has the standard error m·sqrt(2 + 1/m)/sqrt(n).
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan(5 * Math.sqrt(2.2 / n));
    expect(await totalsAt(minis, [2500])).toEqual([totals]);
  });
});

/** Drawn weights and delays, multapses, a port shared with a static projection, all three kinds of release. */
const mixed: NetworkDescription = {
  version: 1,
  seed: 3,
  dt,
  duration: 40,
  populations: [{ name: "cells", model: "LIF", size: 31, init: { V: { uniform: [-65, -51] } } }],
  projections: [
    {
      name: "quanta",
      from: "cells",
      to: "cells",
      synapse: "ExpCurrent",
      rule: { kind: "fixed-in-degree", k: 9 },
      weight: { lognormal: [40, 0.5] },
      delay: { uniform: [0.5, 3] },
      release: {
        sites: 3,
        U: 0.4,
        tauRec: 50,
        tauFac: 20,
        asynchronous: { p: 0.2, tau: 4 },
        spontaneous: 5,
      },
    },
    {
      name: "others",
      from: "cells",
      to: "cells",
      synapse: "ExpCurrent",
      rule: { kind: "bernoulli", p: 0.2 },
      weight: { lognormal: [20, 0.5] },
      delay: 1.2,
    },
    {
      name: "uniform",
      from: "cells",
      to: "cells",
      synapse: "ExpConductance",
      rule: { kind: "fixed-in-degree", k: 5 },
      weight: 0.4,
      delay: 0.7,
      release: { sites: 2, U: 0.7, tauRec: 30, spontaneous: 2 },
    },
  ],
  stimuli: [{ kind: "constant", population: "cells", amplitude: { uniform: [150, 450] } }],
  recorders: [{ kind: "spikes" }, { kind: "state", population: "cells", variable: "V" }],
};

describe("a network with quantal release", () => {
  it("has the same bits on 1, 2 and 3 threads, step by step, and across a checkpoint", async () => {
    const whole = await run(mixed);
    const bits = bitsOf(whole);
    expect(whole.spikes().step.length).toBeGreaterThan(20);
    for (const threads of [2, 3]) {
      const engine = await run(mixed, { threads });
      expect(bitsOf(engine)).toEqual(bits);
      await engine.dispose();
    }
    const stepped = await SimulationEngine.fromDescription(mixed);
    for (let k = 0; k < 400; k++) stepped.step();
    expect(bitsOf(stepped)).toEqual(bits);
    const saved = await SimulationEngine.fromDescription(mixed);
    await saved.run({ duration: 21.7 });
    const resumed = await SimulationEngine.fromDescription(mixed);
    await resumed.load(await saved.save());
    await resumed.run();
    expect(bitsOf(resumed)).toEqual(bits);
  }, 180_000);

  const release: ReleaseSpec = { sites: 3, U: 0.4, tauRec: 50 };
  it.each<[string, Partial<ProjectionSpec>, string, string]>([
    ["U above 1", { release: { ...release, U: 1.1 } }, "PARAMETER_RANGE", "U from 0 to 1"],
    ["U below 0", { release: { ...release, U: -0.1 } }, "PARAMETER_RANGE", "U from 0 to 1"],
    ["half a site", { release: { ...release, sites: 2.5 } }, "PARAMETER_RANGE", "whole number of sites"],
    ["no site", { release: { ...release, sites: 0 } }, "PARAMETER_RANGE", "whole number of sites"],
    ["a negative tauRec", { release: { ...release, tauRec: -1 } }, "PARAMETER_RANGE", "tauRec"],
    ["a negative rate", { release: { ...release, spontaneous: -1 } }, "PARAMETER_RANGE", "spontaneous"],
    ["tau of 0", { release: { ...release, asynchronous: { p: 0.1, tau: 0 } } }, "PARAMETER_RANGE", "asynchronous.tau"],
    ["too late", { release: { ...release, asynchronous: { p: 0.1, tau: 1e5 } } }, "PARAMETER_RANGE", "65536 steps"],
    ["an electrical synapse", { synapse: "GapJunction", weight: 1, release }, "UNSUPPORTED", "electrical"],
    [
      "rows drawn at each spike",
      { rule: { kind: "bernoulli", p: 0.2 }, storage: "procedural", release },
      "UNSUPPORTED",
      "procedural",
    ],
  ])("refuses %s", async (_, changes, code, text) => {
    const projections = [{ ...mixed.projections[0]!, ...changes }];
    await expect(SimulationEngine.fromDescription({ ...mixed, projections })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    });
  });
});
