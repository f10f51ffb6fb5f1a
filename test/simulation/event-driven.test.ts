/**
 * Event-driven populations. Oracles: the same network stepped by the exact propagator (same spikes; states within
 * rounding), closed forms, and runs cut in other places (same bits).
 */
import { describe, expect, it, vi } from "vitest";
import { type CoupledProcess, type NetworkDescription, SimulationEngine } from "wbe/simulation";
import { bitsOf, network, run, scaling } from "./networks.js";

type Method = "event-driven" | "exact";

/** Two linear populations with refractory periods, individual delays, two ports, and every kind of stimulus. */
function sparse(method: Method, changes: Partial<NetworkDescription> = {}): NetworkDescription {
  const current = { synapse: "ExpCurrent", params: { tau: 3 } } as const;
  return {
    version: 1,
    seed: 7,
    dt: 0.1,
    duration: 600,
    populations: [
      { name: "a", model: "LIF", size: 401, method, params: { tRef: { uniform: [0, 4] } } },
      {
        name: "b",
        model: "LIF",
        size: 203,
        method,
        params: { tRef: 0, Vreset: -70 },
        init: { V: { uniform: [-75, -51] } },
      },
    ],
    projections: [
      {
        from: "a",
        to: "b",
        ...current,
        rule: { kind: "bernoulli", p: 0.05 },
        weight: { uniform: [50, 250] },
        delay: { uniform: [1, 3] },
      },
      { from: "a", to: "a", ...current, rule: { kind: "fixed-out-degree", k: 9 }, weight: 150, delay: 1.4 },
      { from: "b", to: "a", synapse: "Pulse", rule: { kind: "fixed-in-degree", k: 5 }, weight: 0.4, delay: 0.8 },
      { from: "b", to: "b", ...current, rule: { kind: "fixed-in-degree", k: 9 }, weight: -200, delay: 1 },
    ],
    stimuli: [
      { kind: "poisson", population: "a", neurons: [0, 3, 400], rate: 900, ...current, weight: 900, stop: 200 },
      { kind: "spikes", population: "a", neurons: [17], times: [290, 290.5], ...current, weight: 6000 },
      { kind: "pulse", population: "b", neurons: [5, 6], amplitude: 400, start: 350, duration: 60 },
      { kind: "constant", population: "a", neurons: [7], amplitude: 249, start: 100 },
    ],
    recorders: [
      { kind: "spikes" },
      { kind: "state", population: "a", variable: "V", every: 2, neurons: [0, 1, 2, 17, 400] },
    ],
    ...changes,
  };
}

async function stepped(description: NetworkDescription, steps: number): Promise<SimulationEngine> {
  const engine = await SimulationEngine.fromDescription(description);
  for (let k = 0; k < steps; k++) engine.step();
  return engine;
}

describe("an event-driven population", () => {
  it("fires the spikes of the stepped one, and has its potentials within rounding", async () => {
    const [events, steps] = await Promise.all([run(sparse("event-driven")), run(sparse("exact"))]);
    expect(events.spikes().step.length).toBeGreaterThan(500);
    expect([...events.spikes().step]).toEqual([...steps.spikes().step]);
    expect([...events.spikes().neuron]).toEqual([...steps.spikes().neuron]);
    const [ours, theirs] = [events.recorded("V", "a").data, steps.recorded("V", "a").data];
    // Rounding of 10^4 products of numbers near 100 mV.
    const worst = Math.max(...Array.from(ours, (V, k) => Math.abs(V - theirs[k]!)));
    expect(worst).toBeLessThan(1e-9);
  });

  it("gives the same bits however the run is cut, and whoever looks at it", async () => {
    const whole = await run(sparse("event-driven"));
    const cut = await SimulationEngine.fromDescription(sparse("event-driven"));
    for (const duration of [0.7, 100.3, 198.9, 0.1, 300]) {
      await cut.run({ duration });
      cut.view().state("b", "V");
    }
    expect(bitsOf(cut)).toEqual(bitsOf(whole));
    expect(bitsOf(await stepped(sparse("event-driven"), 6000))).toEqual(bitsOf(whole));
  });

  it("continues from a checkpoint to the bit", async () => {
    const whole = await run(sparse("event-driven"));
    for (const duration of [150.2, 290.3, 351]) {
      const first = await SimulationEngine.fromDescription(sparse("event-driven"));
      await first.run({ duration });
      const second = await SimulationEngine.resume(sparse("event-driven"), await first.save());
      await second.run();
      expect(bitsOf(second)).toEqual(bitsOf(whole));
    }
  });

  it("fires the spikes of the stepped one with delays that need more slots than a word has bits", async () => {
    const long = (method: Method): NetworkDescription => {
      const { projections, ...rest } = sparse(method);
      return { ...rest, projections: projections.map((p) => ({ ...p, delay: { uniform: [0.8, 9] } })) };
    };
    const [events, steps] = await Promise.all([run(long("event-driven")), run(long("exact"))]);
    expect(events.spikes().step.length).toBeGreaterThan(500);
    expect([...events.spikes().step]).toEqual([...steps.spikes().step]);
    expect([...events.spikes().neuron]).toEqual([...steps.spikes().neuron]);
    expect(bitsOf(await stepped(long("event-driven"), 6000))).toEqual(bitsOf(events));
  });

  it("gets the same spikes through rows that are drawn again as through stored ones", async () => {
    const drawn = (storage: "stored" | "procedural"): NetworkDescription => {
      const { projections, ...rest } = sparse("event-driven");
      const kinds = ["bernoulli", "fixed-out-degree"];
      const bySource = projections.map((p) =>
        kinds.includes(p.rule.kind) ? { ...p, storage, drawnBy: "source" as const } : p,
      );
      return { ...rest, projections: bySource };
    };
    const [again, stored] = await Promise.all([run(drawn("procedural")), run(drawn("stored"))]);
    expect(again.spikes().step.length).toBeGreaterThan(500);
    expect([...again.spikes().step]).toEqual([...stored.spikes().step]);
    expect([...again.spikes().neuron]).toEqual([...stored.spikes().neuron]);
  });

  it("cancelled and gone on with, has the bits of a whole run; a view follows it", async () => {
    // A clock that runs fast makes slices short, however fast the run is.
    const now = performance.now.bind(performance);
    let ahead = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => {
      ahead += 10;
      return now() + ahead;
    });
    const seen: number[] = [];
    const cut = await SimulationEngine.fromDescription(sparse("event-driven"), { threads: 1 });
    const until = async (stop: number, onSlice?: () => void): Promise<void> => {
      const controller = new AbortController();
      const onProgress = (time: number): void => {
        onSlice?.();
        if (time > stop) controller.abort();
      };
      await expect(cut.run({ signal: controller.signal, onProgress })).rejects.toMatchObject({ code: "CANCELLED" });
    };
    await until(100);
    const { data } = cut.view().state("a", "V");
    await until(200, () => seen.push(data[0]!));
    await cut.run();
    clock.mockRestore();
    expect(new Set(seen).size).toBeGreaterThan(3);
    expect(bitsOf(cut)).toEqual(bitsOf(await run(sparse("event-driven"))));
  });

  it("has the same bits with a process that only reads", async () => {
    const reader: CoupledProcess = {
      id: "reader",
      every: 3,
      attach: () => {},
      step: (_, view) => void view.state("a", "V").data.at(-1),
      save: () => ({}),
      load: () => {},
    };
    const [read, alone] = await Promise.all([
      run(sparse("event-driven"), { processes: [reader] }),
      run(sparse("event-driven")),
    ]);
    const [ours, theirs] = [read.recorded("V", "a").data, alone.recorded("V", "a").data];
    expect([...ours]).toEqual([...theirs]);
    expect([...read.view().state("b", "V").data]).toEqual([...alone.view().state("b", "V").data]);
  });

  it("follows the closed form of a leaky membrane over a long silence", async () => {
    const cells = { size: 1, method: "event-driven", init: { V: -55 } } as const;
    const engine = await run(network({ cells, duration: 250 }));
    const V = engine.view().state("cells", "V").data[0]!;
    expect(Math.abs(V - (-70 + 15 * Math.exp(-250 / 20)))).toBeLessThan(1e-12);
  });

  it("fires at the interval of the closed form under a constant current", async () => {
    const stimuli = [{ kind: "constant", population: "cells", amplitude: 500 }] as const;
    const cells = { size: 1, method: "event-driven" } as const;
    const { step } = (await run(network({ cells, stimuli: [...stimuli], duration: 300 }))).spikes();
    // −70 + 40(1 − e^(−t/20)) from −60 to −50, in whole steps, then 2 ms held.
    const interval = Math.ceil((20 * Math.log((40 - 10) / (40 - 20))) / 0.1 - 1e-9) + 20;
    for (let k = 2; k < step.length; k++) expect(step[k]! - step[k - 1]!).toBe(interval);
    expect(step.length).toBeGreaterThan(20);
  });

  it("takes over what is set and what is written into its states", async () => {
    const make = async (method: Method): Promise<SimulationEngine> => {
      const engine = await SimulationEngine.fromDescription(sparse(method));
      await engine.run({ duration: 120 });
      engine.set("a", { V: -52, EL: -60 });
      await engine.run({ duration: 80 });
      engine.view().state("b", "V").data.fill(-50.5, 0, 40);
      await engine.run({ duration: 200 });
      return engine;
    };
    const [events, steps] = await Promise.all([make("event-driven"), make("exact")]);
    expect([...events.spikes().step]).toEqual([...steps.spikes().step]);
    expect([...events.spikes().neuron]).toEqual([...steps.spikes().neuron]);
  });

  it.each(["grid", "exact"] as const)(
    "removes neurons, spike times on %s: states stay, and no spike follows",
    async (spikeTimes) => {
      const actions = [{ kind: "lesion", at: 150, population: "a", neurons: [0, 3, 17, 18, 200] } as const];
      const lesioned = (method: Method): NetworkDescription => {
        const { populations, ...rest } = sparse(method, { actions, duration: 300 });
        if (spikeTimes === "grid") return { ...rest, populations };
        return {
          ...rest,
          populations: populations.map((p) => ({ ...p, spikeTimes, params: { ...p.params, tRef: 1 } })),
        };
      };
      const engine = await run(lesioned("event-driven"));
      const { step, neuron } = engine.spikes();
      expect(step.length).toBeGreaterThan(100);
      const late = [...neuron].filter((n, k) => [0, 3, 17, 18, 200].includes(n) && step[k]! > 1500);
      expect(late).toEqual([]);
      // Neurons 0 and 3 get 900 spikes per second.
      expect([...neuron].filter((n) => n === 0 || n === 3).length).toBeGreaterThan(5);
      const { data, neurons, sampleStep } = engine.recorded("V", "a");
      for (const n of [0, 17]) {
        const V = [...sampleStep.keys()].map((k) => data[k * neurons.length + neurons.indexOf(n)]!);
        const after = V.slice(sampleStep.indexOf(1500));
        expect(new Set(after).size).toBe(1);
      }
      if (spikeTimes === "grid") {
        const steps = await run(lesioned("exact"));
        expect([...step]).toEqual([...steps.spikes().step]);
        expect([...neuron]).toEqual([...steps.spikes().neuron]);
      }
      for (const duration of [149.9, 150, 150.1, 222.2]) {
        const first = await SimulationEngine.fromDescription(lesioned("event-driven"));
        await first.run({ duration });
        const second = await SimulationEngine.resume(lesioned("event-driven"), await first.save());
        await second.run();
        expect(bitsOf(second)).toEqual(bitsOf(engine));
      }
    },
  );

  it("works with plastic synapses and processes", async () => {
    const current = { synapse: "ExpCurrent" } as const;
    const make = (method: Method): NetworkDescription => {
      const { populations, projections, ...rest } = sparse(method);
      return {
        ...rest,
        populations,
        projections: [
          ...projections,
          {
            name: "plastic",
            from: "a",
            to: "a",
            ...current,
            rule: { kind: "fixed-in-degree", k: 6 },
            weight: 100,
            delay: 2,
            plasticity: [{ rule: "PairSTDP", params: { wMax: 400 } }],
          },
        ],
      };
    };
    const [events, steps] = await Promise.all([run(make("event-driven"), scaling()), run(make("exact"), scaling())]);
    expect([...events.spikes().neuron]).toEqual([...steps.spikes().neuron]);
    expect([...events.weights("plastic").data]).toEqual([...steps.weights("plastic").data]);
  });
});

describe("an event-driven population refuses", () => {
  const refusal = async (cells: object, changes: Partial<NetworkDescription> = {}): Promise<unknown> =>
    SimulationEngine.fromDescription(network({ ...changes, cells: { method: "event-driven", ...cells } })).then(
      () => undefined,
      (error: unknown) => error,
    );

  it("models that are not linear, without a reset, or that never rest", async () => {
    expect(await refusal({ model: "AdEx" })).toMatchObject({
      message: expect.stringContaining("event to event: dV/dt is not linear"),
    });
    const base = {
      id: "M",
      source: "made up",
      params: { k: [-1, "1/ms"] },
      states: { V: [0, "mV"] },
      spike: "V > 1 mV",
      method: "exact",
    };
    const without = { ...base, equations: "dV/dt = k*V" };
    expect(await refusal({ model: without })).toMatchObject({ message: expect.stringContaining("no reset") });
    const growing = { ...without, reset: "V = 0 mV", params: { k: [1, "1/ms"] } };
    expect(await refusal({ model: growing })).toMatchObject({ message: expect.stringContaining("come to rest") });
    const perfect = { ...base, params: { k: [1, "mV/ms"] }, reset: "V = 0 mV", equations: "dV/dt = k" };
    expect(await refusal({ model: perfect })).toMatchObject({ message: expect.stringContaining("come to rest") });
  });

  it("time constants that differ between neurons, and a tolerance", async () => {
    expect(await refusal({ size: 2, params: { C: { values: [200, 250] } } })).toMatchObject({
      message: expect.stringContaining("C differs between neurons"),
    });
    expect(await refusal({ restTolerance: 1e-6 })).toMatchObject({ code: "UNSUPPORTED" });
  });

  it("electrical synapses", async () => {
    const gap = {
      from: "cells",
      to: "cells",
      synapse: "GapJunction",
      rule: { kind: "all-to-all" },
      weight: 1,
      delay: 0.1,
    } as const;
    expect(await refusal({ size: 2 }, { projections: [gap] })).toMatchObject({ code: "UNSUPPORTED" });
  });
});
