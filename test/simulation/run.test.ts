/** Runs: determinism, progress, cancellation, states that stop being finite, views and coupled processes. */
import { describe, expect, it } from "vitest";
import { defineNeuron } from "wbe/neuron-models";
import { plasticityRules } from "wbe/plasticity";
import {
  type CoupledProcess,
  type EngineView,
  type NetworkDescription,
  SimulationEngine,
  spikeHash,
} from "wbe/simulation";
import { bitsOf, network, richNetwork, run, scaling } from "./networks.js";

const hash = async (description: NetworkDescription) => spikeHash((await run(description, scaling())).spikes());

describe("determinism", () => {
  it("one seed gives one outcome, whatever runs beside it; another seed gives another", async () => {
    const [a, b, other] = await Promise.all([hash(richNetwork()), hash(richNetwork()), hash(richNetwork({ seed: 8 }))]);
    expect(b).toBe(a);
    expect(other).not.toBe(a);
  });

  it("a description that went through JSON gives the same bits", async () => {
    const description = richNetwork();
    const copy: NetworkDescription = JSON.parse(JSON.stringify(description));
    expect(bitsOf(await run(copy, scaling()))).toEqual(bitsOf(await run(description, scaling())));
  });

  it("synapses of a named projection do not depend on the order in which projections and populations are declared", async () => {
    const given = richNetwork();
    const reversed = {
      ...given,
      projections: [...given.projections].reverse(),
      populations: [...given.populations].reverse(),
    };
    const [a, b] = await Promise.all([given, reversed].map((d) => SimulationEngine.fromDescription(d, scaling())));
    for (const { name } of a!.view().projections) {
      const [p, q] = [a, b].map((engine) => engine!.view().projections.find((candidate) => candidate.name === name)!);
      expect(q).toEqual(p);
      expect(b!.weights(name).data).toEqual(a!.weights(name).data);
    }
    expect(b!.view().state("e", "V").data).toEqual(a!.view().state("e", "V").data);
  });

  // Sums of single-precision weights depend on their order, the order of ports and thus of projections.
  it("spikes do not depend on the order of projections where sums of weights are exact", async () => {
    const to = {
      to: "cells",
      synapse: "ExpCurrent",
      rule: { kind: "bernoulli", p: 0.4 },
      delay: { uniform: [0.5, 3] },
    } as const;
    const make = (turn: boolean) => {
      const projections = [
        { ...to, name: "one", from: "cells", weight: 640 },
        { ...to, name: "two", from: "others", weight: 512 },
        { ...to, name: "three", from: "others", weight: -128 },
      ];
      return network({
        populations: [
          { name: "cells", model: "LIF", size: 20 },
          { name: "others", model: "LIF", size: 15, init: { V: { uniform: [-65, -50] } } },
        ],
        projections: turn ? projections.reverse() : projections,
        stimuli: [{ kind: "constant", population: "others", amplitude: { uniform: [300, 500] } }],
        duration: 400,
      });
    };
    const [a, b] = await Promise.all([run(make(false)), run(make(true))]);
    expect(a.spikes().neuron.filter((n) => n < 20).length).toBeGreaterThan(20);
    expect(b.spikes()).toEqual(a.spikes());
  });
});

describe("progress and cancellation", () => {
  const long = network({
    cells: { size: 400 },
    duration: 3000,
    stimuli: [{ kind: "poisson", population: "cells", rate: 2000, weight: 60, synapse: "ExpCurrent" }],
  });

  it("progress rises and ends at the total, from where the run began", async () => {
    const engine = await SimulationEngine.fromDescription(long);
    const calls: [number, number][] = [];
    await engine.run({ duration: 1000, onProgress: (time, total) => calls.push([time, total]) });
    await engine.run({ onProgress: (time, total) => calls.push([time, total]) });
    const split = calls.findIndex(([, total]) => total === 3000);
    expect(calls.slice(0, split).every(([, total]) => total === 1000)).toBe(true);
    expect([calls[split - 1], calls.at(-1)]).toEqual([
      [1000, 1000],
      [3000, 3000],
    ]);
    expect(calls.length).toBeGreaterThan(2);
    calls.forEach(([time], k) => {
      if (k > 0) expect(time).toBeGreaterThan(calls[k - 1]![0]);
    });
  });

  it("a run of no duration reports its end and changes nothing", async () => {
    const engine = await SimulationEngine.fromDescription(long);
    const calls: [number, number][] = [];
    await engine.run({ duration: 0, onProgress: (...call) => calls.push(call) });
    expect([calls, engine.stepCount]).toEqual([[[0, 0]], 0]);
  });

  it("a cancelled run rejects with CANCELLED, keeps what has run, and goes on to the same end", async () => {
    const engine = await SimulationEngine.fromDescription(long);
    const controller = new AbortController();
    const running = engine.run({ signal: controller.signal, onProgress: () => controller.abort() });
    await expect(running).rejects.toMatchObject({ code: "CANCELLED" });
    expect(engine.stepCount).toBeGreaterThan(0);
    expect(engine.stepCount).toBeLessThan(30000);
    expect(engine.spikes().stopStep).toBe(engine.stepCount);
    await engine.run();
    expect(bitsOf(engine)).toEqual(bitsOf(await run(long)));
  });

  it("a signal that has fired before the run stops it before the first step", async () => {
    const engine = await SimulationEngine.fromDescription(long);
    await expect(engine.run({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "CANCELLED" });
    expect(engine.stepCount).toBe(0);
  });

  it("run() goes to the end of the description once, and then has nothing to do", async () => {
    const engine = await run(network({}));
    expect(engine.time).toBe(100);
    await engine.run();
    expect(engine.time).toBe(100);
    engine.step(0.1);
    expect(engine.stepCount).toBe(1001);
    await engine.run();
    expect(engine.stepCount).toBe(1001);
  });

  it("step refuses another dt than the network's, run a negative duration", async () => {
    const engine = await SimulationEngine.fromDescription(network({}));
    expect(() => engine.step(0.2)).toThrowError(
      expect.objectContaining({ code: "ARGUMENT", message: expect.stringContaining("0.1 ms, found 0.2") }),
    );
    await expect(engine.run({ duration: -1 })).rejects.toMatchObject({ code: "ARGUMENT" });
    expect(engine.stepCount).toBe(0);
  });
});

describe("a state that stops being finite", () => {
  const unstable = defineNeuron({
    id: "Unstable",
    source: "test",
    params: { rate: [0, "1/ms"] },
    states: { V: [0, "mV"], u: [1, "mV"] },
    equations: "dV/dt = 0 mV/ms\n du/dt = rate*u*u/(1 mV)",
    spike: "V > 1 mV",
    method: "euler",
  });

  it.each([0, 1, 3, 4])("stops the run and names population, neuron %d, variable and time", async (bad) => {
    const engine = await SimulationEngine.fromDescription(
      network({
        populations: [
          { name: "calm", model: "LIF", size: 3 },
          {
            name: "wild",
            model: unstable,
            size: 5,
            params: { rate: { values: [0, 1, 2, 3, 4].map((i) => (i === bad ? 1 : 0)) } },
          },
        ],
      }),
    );
    const error = await engine.run().then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error).toMatchObject({ code: "NOT_FINITE" });
    expect(error!.message).toMatch(
      new RegExp(
        `^u became (Infinity|NaN) \\(at population "wild", neuron ${bad}, between t = [\\d.]+ and [\\d.]+ ms\\)`,
      ),
    );
    const [from, to] = /t = ([\d.]+) and ([\d.]+) ms/.exec(error!.message)!.slice(1).map(Number) as [number, number];
    // du/dt = u²/ms from 1 mV is infinite at 1 ms; Euler with dt 0.1 ms lags by less than 2 ms.
    expect(from).toBeLessThan(3);
    expect(to).toBeGreaterThan(1);
  });

  it("names the step when stepped", async () => {
    const engine = await SimulationEngine.fromDescription(network({ cells: { model: unstable, params: { rate: 1 } } }));
    let stamp = "";
    for (let k = 0; k < 40 && stamp === ""; k++) {
      try {
        engine.step();
      } catch (error) {
        stamp = (error as Error).message;
      }
    }
    expect(stamp).toContain(`between t = ${engine.time} and`);
  });

  it("in the padding lane of an odd population, which gets no spikes, is nobody's", async () => {
    // Inhibition alone holds u = 1 mV: without it u grows without bound.
    const held = defineNeuron({
      ...unstable,
      id: "Held",
      equations: "dV/dt = 0 mV/ms\n du/dt = if(V < 0 mV, 0 mV/ms, u*u/(1 ms*1 mV))",
    });
    const engine = await run(
      network({
        cells: { model: held, size: 3 },
        stimuli: [{ kind: "spikes", population: "cells", times: [0], weight: -1, synapse: "Pulse" }],
      }),
    );
    expect([...engine.view().state("cells", "u").data]).toEqual([1, 1, 1]);
  });

  it("written by a process is found in the next step", async () => {
    const spoil: CoupledProcess = {
      id: "spoil",
      every: 5,
      attach: () => {},
      step: (_t, engine) => {
        engine.state("cells", "V").data[2] = Number.NaN;
      },
      save: () => ({}),
      load: () => {},
    };
    const engine = await SimulationEngine.fromDescription(network({ cells: { size: 4 } }), { processes: [spoil] });
    await expect(engine.run()).rejects.toMatchObject({
      code: "NOT_FINITE",
      message: expect.stringContaining("neuron 2"),
    });
  });
});

describe("views and coupled processes", () => {
  class Watcher implements CoupledProcess {
    readonly id = "watcher";
    readonly calls: { t: number; counts: number[]; V: number }[] = [];
    attached = 0;
    constructor(readonly every: number) {}
    attach(): void {
      this.attached++;
    }
    step(t: number, engine: EngineView): void {
      this.calls.push({ t, counts: [...engine.spikeCounts("cells")], V: engine.state("cells", "V").data[0]! });
    }
    save(): Record<string, Float64Array> {
      return {};
    }
    load(): void {}
  }
  const firing = network({
    cells: { size: 3 },
    stimuli: [{ kind: "constant", population: "cells", amplitude: { values: [200, 400, 800] } }],
    recorders: [{ kind: "spikes" }, { kind: "state", population: "cells", variable: "V" }],
  });

  it("a process steps at its interval with the spikes since its last step and the state of that time", async () => {
    const watcher = new Watcher(2.5);
    const engine = await run(firing, { processes: [watcher] });
    const { step, neuron } = engine.spikes();
    const { data } = engine.recorded("V");
    expect(watcher.attached).toBe(1);
    expect(watcher.calls.map((call) => call.t)).toEqual(Array.from({ length: 40 }, (_, k) => 2.5 * (k + 1)));
    watcher.calls.forEach(({ counts, V }, k) => {
      const expected = [0, 1, 2].map(
        (i) => step.filter((s, n) => neuron[n] === i && s > 25 * k && s <= 25 * (k + 1)).length,
      );
      expect(counts).toEqual(expected);
      expect(V).toBe(data[3 * 25 * (k + 1)]);
    });
    expect(step.length).toBeGreaterThan(10);
  });

  it("a process that only looks changes no bit", async () => {
    expect(bitsOf(await run(firing, { processes: [new Watcher(0.3)] }))).toEqual(bitsOf(await run(firing)));
  });

  it.each([0, -1, 0.04, 0.25, Number.NaN])("refuses a process every %d ms at dt 0.1 ms", async (every) => {
    await expect(SimulationEngine.fromDescription(firing, { processes: [new Watcher(every)] })).rejects.toMatchObject({
      code: "ARGUMENT",
      message: expect.stringContaining('process "watcher"'),
    });
  });

  it("what a process writes into a state and into weights acts from the next step on", async () => {
    const write: CoupledProcess = {
      id: "write",
      every: 10,
      attach: () => {},
      step: (t, engine) => {
        if (t !== 20) return;
        engine.state("cells", "V").data[1] = -55;
        engine.weights("out").data[0] = 7;
      },
      save: () => ({}),
      load: () => {},
    };
    const engine = await run(
      network({
        cells: { size: 2 },
        projections: [
          {
            name: "out",
            from: "cells",
            to: "cells",
            synapse: "Pulse",
            rule: { kind: "edges", source: [0], target: [1] },
            weight: 1,
            delay: 1,
          },
        ],
        stimuli: [
          { kind: "spikes", population: "cells", neurons: [0], times: [10, 60], weight: 1000, synapse: "Pulse" },
        ],
        recorders: [{ kind: "state", population: "cells", variable: "V", neurons: [1] }],
      }),
      { processes: [write] },
    );
    const { data } = engine.recorded("V");
    const decay = Math.exp(-0.1 / 20);
    expect(data[112]! + 70).toBeCloseTo(1 * decay, 12); // spike of step 101, delay 10
    expect(data[200]! + 70).toBeCloseTo(decay ** 89, 12); // sampled before the process writes
    expect(data[201]! + 70).toBeCloseTo(15 * decay, 10);
    const before = (data[611]! + 70) * decay;
    expect(data[612]! + 70 - before).toBeCloseTo(7 * decay, 6);
  });

  it("a view names what there is, and refuses what there is not", async () => {
    const engine = await SimulationEngine.fromDescription(richNetwork(), { catalogue: { rules: plasticityRules } });
    const view = engine.view();
    expect(view.dt).toBe(0.1);
    expect(view.populations).toEqual([
      { name: "e", start: 0, size: 31 },
      { name: "i", start: 31, size: 9 },
      { name: "h", start: 40, size: 5 },
    ]);
    expect(view.projections.map((p) => [p.name, p.from, p.to, p.synapse, p.isExcitatory])).toContainEqual([
      "ie",
      "i",
      "e",
      "ExpConductance",
      false,
    ]);
    expect(view.state("i", "w").schema).toEqual({ name: "w", unit: "pA", shape: [9], doc: "w of each neuron of i" });
    expect(view.weights("he").schema).toMatchObject({ unit: "nS", shape: [155] });
    expect(view.positions("e")).toBeUndefined();
    for (const [call, text] of [
      [() => view.state("x", "V"), "There are e, i, h."],
      [() => view.state("e", "w"), '"e" has no state "w"'],
      [() => view.spikeCounts("E"), 'Did you mean "e"?'],
      [() => view.weights("eee"), 'Did you mean "ee"?'],
    ] as const) {
      expect(call).toThrowError(
        expect.objectContaining({ code: "NAME_UNKNOWN", message: expect.stringContaining(text) }),
      );
    }
  });
});
