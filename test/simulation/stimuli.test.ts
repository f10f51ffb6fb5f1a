/** Stimuli: currents exact in start and stop, spike lists on their steps, Poisson input by recomputation and by exact tests. */
import { describe, expect, it } from "vitest";
import { defineNeuron } from "wbe/neuron-models";
import { SimulationEngine, type StimulusSpec } from "wbe/simulation";
import { exp } from "../../src/core/math.js";
import { philox4x32 } from "../../src/core/random.js";
import { Stream } from "../../src/core/streams.js";
import { chiSquareRatio } from "../core/goodness-of-fit.js";
import { network, run } from "./networks.js";

/** V adds up all that arrives: pulses in mV, and 1 mV per pA and step of 0.1 ms. */
const counter = defineNeuron({
  id: "Counter",
  source: "test",
  params: {},
  states: { V: [0, "mV"] },
  equations: "dV/dt = I * 10 mV/(pA*ms)",
  spike: "V > 1e300 mV",
  method: "euler",
});

/** What arrives in each step: increments[step][neuron]. */
async function increments(stimuli: StimulusSpec[], size: number, steps: number, changes: object = {}) {
  const engine = await run(
    network({
      populations: [{ name: "cells", model: counter, size }],
      stimuli,
      duration: steps / 10,
      recorders: [{ kind: "state", population: "cells", variable: "V" }],
      ...changes,
    }),
  );
  const { data } = engine.recorded("V");
  return Array.from({ length: steps }, (_, s) =>
    Array.from({ length: size }, (_, i) => data[(s + 1) * size + i]! - data[s * size + i]!),
  );
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe("currents", () => {
  const steps = (rows: number[][], neuron = 0) => rows.flatMap((row, s) => (row[neuron] === 0 ? [] : [s]));
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k);

  it.each([
    ["from start to stop, half open", { start: 3, stop: 7.5 }, range(30, 75)],
    ["for a single step", { start: 3, stop: 3.1 }, [30]],
    ["never when start is stop", { start: 3, stop: 3 }, []],
    ["from the beginning without start", { stop: "0.002 s" }, range(0, 20)],
    ["to the end without stop", { start: 9.5 }, range(95, 100)],
    ["at the nearest step", { start: 3.04, stop: 7.46 }, range(30, 75)],
  ])("constant: acts %s", async (_, window, expected) => {
    const rows = await increments([{ kind: "constant", population: "cells", amplitude: 2, ...window }], 1, 100);
    expect(steps(rows)).toEqual(expected);
    for (const s of expected) expect(rows[s]![0]).toBeCloseTo(2, 12);
  });

  it("pulse: acts from start for its duration and is remembered once per time", async () => {
    const pulse = (start: number, neurons: number[]): StimulusSpec => ({
      kind: "pulse",
      population: "cells",
      neurons,
      amplitude: "1 pA",
      start,
      duration: "1.2 ms",
    });
    const engine = await run(
      network({ cells: { model: counter, size: 3 }, stimuli: [pulse(5, [2]), pulse(2, [0]), pulse(5, [1])] }),
    );
    expect(engine.spikes().pulseTimes).toEqual([2, 5]);
    const rows = await increments([pulse(2, [1])], 3, 50);
    expect(steps(rows, 1)).toEqual(range(20, 32));
    expect([steps(rows, 0), steps(rows, 2)]).toEqual([[], []]);
  });

  it("add up where they overlap, each on its own neurons, on odd populations too", async () => {
    const current = (amplitude: number, neurons: number[] | undefined, start: number, stop: number): StimulusSpec => ({
      kind: "constant",
      population: "cells",
      neurons,
      amplitude,
      start,
      stop,
    });
    const rows = await increments(
      [current(1, undefined, 1, 3), current(10, [2, 0], 2, 4), current(-1, [2], 2.5, 3)],
      3,
      50,
    );
    rows.forEach((row, s) => {
      const all = s >= 10 && s < 30 ? 1 : 0;
      const some = s >= 20 && s < 40 ? 10 : 0;
      const less = s >= 25 && s < 30 ? -1 : 0;
      [all + some, all, all + some + less].forEach((expected, i) => {
        expect(row[i]).toBeCloseTo(expected, 10);
      });
    });
  });

  it("take one amplitude per neuron of the selection, in its order", async () => {
    const stimulus: StimulusSpec = {
      kind: "constant",
      population: "cells",
      neurons: [3, 1],
      amplitude: { values: [5, 7] },
    };
    const [row] = await increments([stimulus], 5, 1);
    expect(row!.map((x) => Math.round(x))).toEqual([0, 7, 0, 5, 0]);
  });
});

describe("spike lists", () => {
  it("arrive on their nearest steps, as often as listed, on the selected neurons", async () => {
    const list: StimulusSpec = {
      kind: "spikes",
      population: "cells",
      neurons: [0, 2],
      times: [4, 0, 2.04, 4],
      weight: 1.5,
      synapse: "Pulse",
    };
    const rows = await increments([list], 3, 60);
    rows.forEach((row, s) => {
      const expected = s === 40 ? 3 : s === 0 || s === 20 ? 1.5 : 0;
      expect(row).toEqual([expected, 0, expected]);
    });
  });

  it("give the bits of a projection from a neuron that fires one delay earlier", async () => {
    const times = [3.1, 3.2, 7, 20.4];
    const weight = 33.333;
    const synapse = { synapse: "ExpCurrent", params: { tau: 3 } };
    const direct = await run(
      network({ stimuli: [{ kind: "spikes", population: "cells", times, weight, ...synapse }] }),
    );
    const through = await run(
      network({
        populations: [
          { name: "cells", model: "LIF", size: 1 },
          { name: "source", model: "LIF", size: 1, params: { tRef: 0 } },
        ],
        projections: [{ from: "source", to: "cells", ...synapse, rule: { kind: "one-to-one" }, weight, delay: 1.5 }],
        stimuli: [
          { kind: "spikes", population: "source", times: times.map((t) => t - 1.6), weight: 1000, synapse: "Pulse" },
        ],
      }),
    );
    expect(through.spikes().step).toHaveLength(4);
    for (const name of ["V", "ExpCurrent.i"]) {
      expect(direct.view().state("cells", name).data[0]).toBe(through.view().state("cells", name).data[0]);
    }
  });
});

describe("Poisson input", () => {
  const poisson = (rate: number, changes: object = {}): StimulusSpec => ({
    kind: "poisson",
    population: "cells",
    rate,
    weight: 1,
    synapse: "Pulse",
    ...changes,
  });

  /** Count of stimulus k for network neuron `entity` at a step: inversion of its word of the Philox block of four neurons. */
  function recompute(seed: number, entity: number, step: number, k: number, mean: number): number {
    const out = new Uint32Array(4);
    philox4x32(entity >> 2, step, 0, k + 1, seed, Stream.poisson, out);
    const word = out[entity & 3]!;
    let p = exp(-mean);
    let below = p;
    let count = 0;
    for (; word >= Math.floor(below * 2 ** 32); below += p) p *= mean / ++count;
    return count;
  }

  it.each([0.03, 0.8, 12, 400])(
    "of mean %d per step is Philox's number for (neuron, step, stimulus) under (seed, stream)",
    async (mean) => {
      const seed = 0xdeadbeef;
      const rows = await increments([poisson(0), poisson(mean * 10000)], 5, 200, { seed });
      const expected = rows.map((row, s) => row.map((_, i) => recompute(seed, i, s, 1, mean)));
      expect(rows).toEqual(expected);
      expect(sum(rows.flat())).toBeGreaterThan(0);
    },
  );

  it("belongs to the neuron's place in the whole network, whatever neurons are selected", async () => {
    const populations = [
      { name: "others", model: "LIF", size: 7 },
      { name: "cells", model: counter, size: 4 },
    ];
    const rows = await increments([poisson(3000, { neurons: [3, 1] })], 4, 100, { populations });
    rows.forEach((row, s) => {
      expect(row).toEqual([0, recompute(1, 8, s, 0, 0.3), 0, recompute(1, 10, s, 0, 0.3)]);
    });
  });

  it("acts from start to stop, half open", async () => {
    const rows = await increments([poisson(3e5, { start: 2, stop: "4 ms" })], 3, 60);
    expect(rows.flatMap((row, s) => (sum(row) > 0 ? [s] : []))).toEqual(Array.from({ length: 20 }, (_, k) => 20 + k));
  });

  it("scales with the weight and is 0 at rate 0", async () => {
    const [once, twice] = await Promise.all([
      increments([poisson(3000)], 3, 50),
      increments([poisson("3 kHz" as never, { weight: 2 })], 3, 50),
    ]);
    expect(twice).toEqual(once.map((row) => row.map((x) => 2 * x)));
    expect(sum((await increments([poisson(0)], 3, 50)).flat())).toBe(0);
  });

  // 40 neurons × 5000 steps; fixed seed, significance 1e-4 (goodness-of-fit.ts).
  const size = 40;
  const duration = 5000;
  const sample = Promise.all(
    [5000, 5000].map((rate, k) =>
      increments([poisson(0), poisson(0)].with(k, poisson(rate)), size, duration, { seed: 11 }),
    ),
  );

  it("has the Poisson distribution: counts, mean and variance", async () => {
    const [rows] = await sample;
    const mass = [0, 1, 2, 3, 4, 5, 6, 7].map(
      (k) => (Math.exp(-0.5) * 0.5 ** k) / [1, 1, 2, 6, 24, 120, 720, 5040][k]!,
    );
    mass.push(1 - sum(mass));
    const counts = mass.map((_, k) => sum(rows!.map((row) => row.filter((x) => (k < 8 ? x === k : x >= 8)).length)));
    expect(chiSquareRatio(counts, mass)).toBeLessThan(1);
    const n = size * duration;
    const flat = rows!.flat();
    const mean = sum(flat) / n;
    const variance = sum(flat.map((x) => (x - mean) ** 2)) / (n - 1);
    expect(Math.abs(mean - 0.5)).toBeLessThan(3.72 * Math.sqrt(0.5 / n));
    // Variance of the sample variance of a Poisson variable: (m + 2m²)/n.
    expect(Math.abs(variance - 0.5)).toBeLessThan(3.72 * Math.sqrt(1 / n));
    // Each neuron by itself: the sum is Poisson of mean 2500.
    for (let i = 0; i < size; i++) {
      expect(Math.abs(sum(rows!.map((row) => row[i]!)) - 2500)).toBeLessThan(4.9 * 50);
    }
  });

  it.each([
    [
      "neighbouring neurons",
      (a: number[][]) => [a.flatMap((row) => row.slice(1)), a.flatMap((row) => row.slice(0, -1))],
    ],
    ["successive steps", (a: number[][]) => [a.slice(1).flat(), a.slice(0, -1).flat()]],
    ["two stimuli", (a: number[][], b: number[][]) => [a.flat(), b.flat()]],
    [
      "neuron and step exchanged",
      (a: number[][]) => {
        const pairs = Array.from({ length: size }, (_, i) =>
          Array.from({ length: i }, (_, s) => [a[s]![i]!, a[i]![s]!]),
        ).flat();
        return [pairs.map((pair) => pair[0]!), pairs.map((pair) => pair[1]!)];
      },
    ],
  ])("is uncorrelated between %s, and not equal", async (_, pick) => {
    const [a, b] = await sample;
    const [x, y] = pick(a!, b!) as [number[], number[]];
    const differ = x.flatMap((value, k) => (value === y[k] ? [] : [k]));
    expect(differ.length).toBeGreaterThan(0.4 * x.length);
    const covariance = sum(x.map((value, k) => (value - 0.5) * (y[k]! - 0.5))) / x.length;
    expect(Math.abs(covariance)).toBeLessThan(3.72 * (0.5 / Math.sqrt(x.length)));
  });

  it("is another one for another seed", async () => {
    const [a, b] = await Promise.all([1, 2].map((seed) => increments([poisson(5000)], 4, 100, { seed })));
    expect(a).not.toEqual(b);
  });
});

describe("stimuli refuse", () => {
  const base = { population: "cells" };
  const train = { kind: "spikes", ...base, times: [1], weight: 1, synapse: "ExpConductance" };
  const noise = { kind: "poisson", ...base, rate: 10, weight: 1, synapse: "ExpConductance" };
  it.each([
    [
      "an unknown population",
      { kind: "constant", population: "cell", amplitude: 1 },
      "NAME_UNKNOWN",
      'Did you mean "cells"?',
    ],
    ["an unknown input", { kind: "constant", ...base, amplitude: 1, input: "Iext" }, "NAME_UNKNOWN", "There are I."],
    [
      "a neuron beyond the population",
      { kind: "constant", ...base, amplitude: 1, neurons: [0, 5] },
      "ARGUMENT",
      "found 5",
    ],
    [
      "amplitudes of the wrong number",
      { kind: "constant", ...base, amplitude: { values: [1, 2] } },
      "ARGUMENT",
      "expected 5 values, found 2",
    ],
    [
      "a stop before the start",
      { kind: "constant", ...base, amplitude: 1, start: 5, stop: 4 },
      "ARGUMENT",
      "start ≤ stop",
    ],
    ["a negative start", { kind: "constant", ...base, amplitude: 1, start: -1 }, "ARGUMENT", "found -1"],
    ["an amplitude in another dimension", { kind: "constant", ...base, amplitude: "3 mV" }, "DIMENSION", "amplitude"],
    ["a negative rate", { ...noise, rate: -1 }, "PARAMETER_RANGE", "found -1"],
    ["a rate beyond 500 spikes a step", { ...noise, rate: 1e8 }, "PARAMETER_RANGE", "Hz"],
    [
      "a negative conductance by Poisson input",
      { ...noise, weight: -1 },
      "PARAMETER_RANGE",
      "conductance of at least 0 nS, found -1",
    ],
    [
      "a negative conductance by a spike list",
      { ...train, weight: "-1 nS" },
      "PARAMETER_RANGE",
      "conductance of at least 0 nS, found -1",
    ],
    ["a negative spike time", { ...train, times: [3, -2] }, "ARGUMENT", "found -2"],
    ["an unknown synapse", { ...train, synapse: "ExpConductanse" }, "NAME_UNKNOWN", 'Did you mean "ExpConductance"?'],
    ["an unknown synapse parameter", { ...train, params: { Tau: 3 } }, "NAME_UNKNOWN", 'Did you mean "tau"?'],
    ["a time constant of 0", { ...train, params: { tau: 0 } }, "PARAMETER_RANGE", "above 0"],
  ])("%s", async (_, stimulus, code, text) => {
    const built = SimulationEngine.fromDescription({ ...network({ cells: { size: 5 } }), stimuli: [stimulus] });
    await expect(built).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
    await expect(built).rejects.toMatchObject({ message: expect.stringMatching(/stimulus 0|population "cells"/) });
  });
});
