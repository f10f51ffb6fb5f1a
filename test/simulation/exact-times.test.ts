/**
 * Exact spike times. Oracles: closed forms of the first passage, NEST's models with precise spike times and an independent
 * event-by-event integration (interop/golden/nest_precise.py), and runs cut, resumed and dealt out in other ways (same bits).
 */
import { describe, expect, it } from "vitest";
import { type DataArray, spikeTime } from "wbe/core";
import { type NetworkDescription, type PopulationSpec, SimulationEngine, type StimulusSpec } from "wbe/simulation";
import { recordingOfRun } from "../../src/io/nwb-run.js";
import { layOutResults, spikesOf } from "../../src/io/run-arrays.js";
import { sonataOfRun } from "../../src/io/sonata-run.js";
import golden from "../golden/nest-precise.json" with { type: "json" };
import { bitsOf, run } from "./networks.js";

function timesOf(engine: SimulationEngine, neuron: number): number[] {
  const spikes = engine.spikes();
  return [...spikes.neuron.keys()].filter((k) => spikes.neuron[k] === neuron).map((k) => spikeTime(spikes, k));
}

const alone = (
  population: Omit<PopulationSpec, "name">,
  stimuli: readonly object[],
  changes = {},
): NetworkDescription => ({
  version: 1,
  seed: 3,
  dt: 0.1,
  duration: 200,
  populations: [{ name: "cell", spikeTimes: "exact", ...population }],
  projections: [],
  stimuli: stimuli.map((stimulus) => ({ population: "cell", ...stimulus }) as StimulusSpec),
  recorders: [{ kind: "spikes" }],
  ...changes,
});

describe("a neuron with exact spike times", () => {
  // τ·ln((V∞ − Vreset)/(V∞ − Vth)): 20 ms·ln 3 to the first spike with V∞ − EL = 30 mV, 20 ms·ln 2 + tRef from then on.
  it.each([0.025, 0.1, 1])("fires at the first passages of the closed form, on steps of %d ms", async (dt) => {
    const engine = await run(alone({ model: "LIF", size: 1 }, [{ kind: "constant", amplitude: 375 }], { dt }));
    const times = timesOf(engine, 0);
    expect(times).toHaveLength(12);
    // Double precision of 200 ms is 3e-14.
    expect(times[0]).toBeCloseTo(21.9722457734, 9);
    times.forEach((time, k) => {
      expect(Math.abs(time - (20 * Math.log(3) + k * (20 * Math.log(2) + 2)))).toBeLessThan(1e-11);
    });
  });

  it("fires in a step from a stimulus at a time of its own: the root of two exponentials", async () => {
    const spikes = { kind: "spikes", synapse: "ExpCurrent", params: { tau: 5 }, weight: 2048 };
    const engine = await run(
      alone({ model: "LIF", size: 1, params: { tRef: 100 } }, [{ ...spikes, times: [3.15159] }]),
    );
    // V − EL = (w/C)·(e^(−s/20) − e^(−s/5))/(1/5 − 1/20), 20 mV at s.
    const V = (s: number) => ((2048 / 250) * (Math.exp(-s / 20) - Math.exp(-s / 5))) / (1 / 5 - 1 / 20);
    let [low, high] = [0, 6];
    for (let k = 0; k < 80; k++) {
      const middle = (low + high) / 2;
      if (V(middle) < 20) low = middle;
      else high = middle;
    }
    expect(timesOf(engine, 0)).toHaveLength(1);
    expect(Math.abs(timesOf(engine, 0)[0]! - (3.15159 + low))).toBeLessThan(1e-12);
  });

  it("finds a crossing that begins and ends within a step, and only that", async () => {
    // A maximum 1e-6 mV above the threshold; the same below it.
    const peak = (s: number) => (Math.exp(-s / 20) - Math.exp(-s / 5)) / (1 / 5 - 1 / 20) / 250;
    const best = Math.log(20 / 5) / (1 / 5 - 1 / 20);
    for (const [excess, count] of [
      [1e-6, 1],
      [-1e-6, 0],
    ] as const) {
      const Vth = -70 + 2048 * peak(best) - excess;
      const spikes = { kind: "spikes", synapse: "ExpCurrent", params: { tau: 5 }, weight: 2048, times: [3.15159] };
      const engine = await run(alone({ model: "LIF", size: 1, params: { Vth, Vreset: -80 } }, [spikes], { dt: 0.5 }));
      expect(timesOf(engine, 0)).toHaveLength(count);
      // The maximum is flat: 1e-6 mV of it is 1e-2 ms.
      if (count) expect(Math.abs(timesOf(engine, 0)[0]! - 3.15159 - best)).toBeLessThan(0.1);
    }
  });
});

describe.each(["iaf_psc_exp_ps", "iaf_psc_alpha_ps", "iaf_psc_delta_ps"] as const)("%s", (name) => {
  const { parameters: p, weights, ...nest } = golden.models[name];
  const { dt, duration_ms, delay_ms, second_current_pA, input_ms_ex, input_ms_in } = golden.parameters;
  const synapse = (kind: "ex" | "in"): { synapse: string; params?: Record<string, number> } => {
    if (!("tau_syn_ex" in p)) return { synapse: "Pulse" };
    const tau = kind === "ex" ? p.tau_syn_ex : p.tau_syn_in;
    return name === "iaf_psc_exp_ps"
      ? { synapse: "ExpCurrent", params: { tau } }
      : { synapse: "DualExpCurrent", params: { tauRise: tau, tauDecay: tau } };
  };
  const cell = {
    model: "LIF",
    size: 1,
    params: { C: p.C_m, gL: p.C_m / p.tau_m, EL: p.E_L, Vth: p.V_th, Vreset: p.V_reset, tRef: p.t_ref },
    spikeTimes: "exact",
  } as const;
  const arriving = (kind: "ex" | "in", times: readonly number[]): StimulusSpec => ({
    kind: "spikes",
    population: "first",
    times: times.map((time) => time + delay_ms),
    weight: weights[kind],
    ...synapse(kind),
  });

  it("fires every spike of NEST, of two neurons in a row, at its time to 1e-9 ms; V to 1e-9 mV", async () => {
    const engine = await run({
      version: 1,
      seed: 0,
      dt,
      duration: duration_ms,
      populations: [
        { name: "first", ...cell },
        { name: "second", ...cell },
      ],
      projections: [
        {
          from: "first",
          to: "second",
          rule: { kind: "one-to-one" },
          weight: weights.next,
          delay: delay_ms,
          ...synapse("ex"),
        },
      ],
      stimuli: [
        arriving("ex", input_ms_ex),
        arriving("in", input_ms_in),
        { kind: "constant", population: "first", amplitude: p.I_e },
        { kind: "constant", population: "second", amplitude: second_current_pA },
      ],
      recorders: [
        { kind: "spikes" },
        { kind: "state", population: "first", variable: "V", every: 1 },
        { kind: "state", population: "second", variable: "V", every: 1 },
      ],
    });
    // NEST finds crossings to 1e-14 of a step; it and the reference of the script are up to 1e-11 ms apart.
    for (const [neuron, expected] of [nest.first_ms, nest.second_ms].entries()) {
      const times = timesOf(engine, neuron);
      expect(times).toHaveLength(expected.length);
      expect(Math.max(...times.map((time, k) => Math.abs(time - expected[k]!)))).toBeLessThan(1e-9);
    }
    for (const [population, expected] of [
      ["first", nest.V_first],
      ["second", nest.V_second],
    ] as const) {
      const { data } = engine.recorded("V", population);
      expect(Math.max(...expected.map((V, k) => Math.abs(V - data[k + 1]!)))).toBeLessThan(1e-9);
    }
  });
});

/** Two populations with exact times, one on the grid, individual delays and weights, and every kind of stimulus. */
function mixed(changes: Partial<NetworkDescription> = {}): NetworkDescription {
  const current = { synapse: "ExpCurrent", params: { tau: 3 } } as const;
  const exact = { model: "LIF", spikeTimes: "exact" } as const;
  return {
    version: 1,
    seed: 7,
    dt: 0.1,
    duration: 300,
    populations: [
      { name: "a", ...exact, size: 61, params: { tRef: { uniform: [0.1, 4] } } },
      { name: "b", ...exact, size: 33, params: { Vreset: -70 }, init: { V: { uniform: [-75, -51] } } },
      { name: "c", model: "LIF", size: 20 },
    ],
    projections: [
      {
        from: "a",
        to: "b",
        ...current,
        rule: { kind: "bernoulli", p: 0.3 },
        weight: { uniform: [50, 250] },
        delay: { uniform: [1, 3] },
      },
      { from: "a", to: "a", ...current, rule: { kind: "fixed-out-degree", k: 9 }, weight: 150, delay: 1.4 },
      { from: "b", to: "a", synapse: "Pulse", rule: { kind: "fixed-in-degree", k: 5 }, weight: 0.4, delay: 0.8 },
      { from: "b", to: "b", ...current, rule: { kind: "fixed-in-degree", k: 9 }, weight: -200, delay: 1 },
      { from: "b", to: "c", ...current, rule: { kind: "fixed-in-degree", k: 9 }, weight: 300, delay: 1 },
      { from: "c", to: "b", ...current, rule: { kind: "fixed-in-degree", k: 3 }, weight: 100, delay: 1 },
    ],
    stimuli: [
      { kind: "poisson", population: "a", rate: 900, ...current, weight: 300, stop: 200 },
      { kind: "spikes", population: "a", neurons: [17, 18], times: [90.01, 290.55], ...current, weight: 6000 },
      { kind: "pulse", population: "b", neurons: [5, 6], amplitude: 400, start: 150, duration: 60 },
      { kind: "constant", population: "a", amplitude: 240 },
    ],
    recorders: [
      { kind: "spikes" },
      { kind: "state", population: "a", variable: "V", every: 2, neurons: [0, 1, 2, 17, 60] },
    ],
    ...changes,
  };
}

describe("a network with exact spike times", () => {
  it("gives the same bits however the run is cut, and whoever looks at it", async () => {
    const whole = await run(mixed());
    const { step, offset } = whole.spikes();
    expect(step.length).toBeGreaterThan(500);
    expect(offset!.filter((value) => value > 0 && value < 0.1).length).toBeGreaterThan(0.8 * step.length);
    const cut = await SimulationEngine.fromDescription(mixed());
    for (const duration of [0.7, 90.3, 98.9, 0.1, 110]) {
      await cut.run({ duration });
      cut.view().state("b", "V");
    }
    expect(bitsOf(cut)).toEqual(bitsOf(whole));
    const stepped = await SimulationEngine.fromDescription(mixed());
    for (let k = 0; k < 3000; k++) stepped.step();
    expect(bitsOf(stepped)).toEqual(bitsOf(whole));
    expect([...stepped.spikes().offset!]).toEqual([...offset!]);
  });

  it("fires at the same times whatever the step", async () => {
    const on = (dt: number): NetworkDescription => {
      const { populations, projections, ...rest } = mixed({ dt, duration: 120 });
      return {
        ...rest,
        populations: populations.slice(0, 2).map((p) => ({ ...p, params: { ...p.params, tRef: 2 } })),
        projections: projections.slice(0, 4).map((p) => ({ ...p, delay: 1.2 })),
        stimuli: rest.stimuli.filter(({ kind }) => kind !== "poisson" && kind !== "pulse"),
        recorders: [{ kind: "spikes" }],
      };
    };
    const trains = async (dt: number) => {
      const engine = await run(on(dt));
      return Array.from({ length: 94 }, (_, neuron) => timesOf(engine, neuron));
    };
    const [coarse, fine] = await Promise.all([trains(0.4), trains(0.05)]);
    expect(coarse.flat().length).toBeGreaterThan(200);
    expect(fine.map(({ length }) => length)).toEqual(coarse.map(({ length }) => length));
    // Rounding, which a network of excitable neurons lets grow: 1e-9 ms in 120 ms.
    const apart = coarse.map((train, n) => Math.max(0, ...train.map((time, k) => Math.abs(time - fine[n]![k]!))));
    expect(Math.max(...apart)).toBeLessThan(1e-9);
  });

  it("continues from a checkpoint to the bit, with arrivals between steps under way", async () => {
    const whole = await run(mixed());
    for (const duration of [150.2, 90.3, 251]) {
      const first = await SimulationEngine.fromDescription(mixed());
      await first.run({ duration });
      const checkpoint = await first.save();
      if (duration > 100)
        expect(checkpoint.arrays.get("populations/b/exact arrivals/places")!.length).toBeGreaterThan(0);
      const second = await SimulationEngine.resume(mixed(), checkpoint);
      await second.run();
      expect(bitsOf(second)).toEqual(bitsOf(whole));
      expect([...second.spikes().offset!]).toEqual([...whole.spikes().offset!]);
    }
  });

  it("gives the same bits on three threads, and resumed from there on one", async () => {
    const brief = mixed({ duration: 14 });
    const whole = await run(brief);
    expect(whole.spikes().step.length).toBeGreaterThan(50);
    const engine = await SimulationEngine.fromDescription(brief, { threads: 3 });
    await engine.run({ duration: 9.5 });
    const other = await SimulationEngine.resume(brief, await engine.save());
    for (const again of [engine, other]) {
      await again.run();
      expect(bitsOf(again)).toEqual(bitsOf(whole));
      expect([...again.spikes().offset!]).toEqual([...whole.spikes().offset!]);
    }
    await engine.dispose();
  });

  it("writes its times to a run folder's arrays, NWB and SONATA, and reads them back", async () => {
    const engine = await run(mixed({ duration: 60 }));
    const spikes = engine.spikes();
    expect(spikesOf(layOutResults({ spikes }))).toMatchObject(spikes);
    const some = spikes.neuron[0]!;
    const times = timesOf(engine, some);
    const about = { identifier: "run", description: "-", startTime: "2026-01-01T00:00:00Z", version: "0" };
    const [column] = recordingOfRun({ ...about, spikes }).tables[0]!.columns;
    const ends = column!.ends![0]!;
    const all = Array.from((await (column!.values as DataArray).read()) as Float64Array);
    expect(all.slice(ends[some - 1] ?? 0, ends[some])).toEqual(times.map((time) => time / 1000));
    const { populations } = spikes;
    sonataOfRun(spikes).spikes!.forEach(({ timestamps, nodeIds }, p) => {
      expect([...timestamps]).toEqual([...timestamps].sort((a, b) => a - b));
      const own = some - populations[p]!.start;
      if (own < 0 || own >= populations[p]!.size) return;
      expect([...timestamps].filter((_, k) => nodeIds[k] === own)).toEqual(times);
    });
  });

  it("refuses refractory periods below a step, other methods and rows drawn again, and says what to do", async () => {
    const refusal = (changes: Partial<PopulationSpec>) =>
      SimulationEngine.fromDescription(alone({ model: "LIF", size: 2, ...changes }, []));
    await expect(refusal({ params: { tRef: { values: [2, 0] } } })).rejects.toMatchObject({
      code: "PARAMETER_RANGE",
      where: expect.stringContaining("neuron 1"),
      remedy: expect.stringContaining("0.1 ms"),
    });
    await expect(refusal({ method: "rk4" })).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(refusal({ precision: "f32" })).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(refusal({ model: "AdEx" })).rejects.toMatchObject({ code: "MODEL_INVALID" });
    const [projection] = mixed().projections;
    const drawn = {
      ...projection!,
      rule: { kind: "bernoulli", p: 0.1 },
      drawnBy: "source",
      storage: "procedural",
    } as const;
    await expect(run(mixed({ projections: [drawn] }))).rejects.toMatchObject({
      code: "UNSUPPORTED",
      where: expect.stringContaining("a→b"),
    });
    const engine = await SimulationEngine.fromDescription(alone({ model: "LIF", size: 2 }, []));
    expect(() => engine.set("cell", { tRef: 0 })).toThrow(expect.objectContaining({ code: "PARAMETER_RANGE" }));
  });
});
