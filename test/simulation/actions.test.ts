/** Actions at given times: each beside a run in which the same was done by hand between runs, cut and resumed anywhere. */
import { describe, expect, it } from "vitest";
import { plasticityRules } from "wbe/plasticity";
import {
  type ActionSpec,
  decodeCheckpoint,
  encodeCheckpoint,
  type NetworkDescription,
  SimulationEngine,
  type StimulusSpec,
} from "wbe/simulation";
import { bitsOf, network, richNetwork } from "./networks.js";

const options = { catalogue: { rules: plasticityRules } };
const fresh = (description: NetworkDescription) => SimulationEngine.fromDescription(description, options);
const rich = (actions: ActionSpec[], changes: Partial<NetworkDescription> = {}) =>
  richNetwork({ duration: 80, actions, ...changes });

async function ran(description: NetworkDescription): Promise<SimulationEngine> {
  const engine = await fresh(description);
  await engine.run();
  return engine;
}

/** Spikes and states up to a time, then what `by` does, then the rest. */
async function byHand(by: (engine: SimulationEngine) => void, at = 30): Promise<SimulationEngine> {
  const engine = await fresh(rich([]));
  await engine.run({ duration: at });
  by(engine);
  await engine.run();
  return engine;
}

const everything: ActionSpec[] = [
  { at: 0, kind: "set", population: "i", values: { b: "20 pA" } },
  { at: 12.3, kind: "set", population: "e", neurons: [0, 5, 30], values: { Vth: { normal: [-52, 1] }, EL: -64 } },
  { at: 12.3, kind: "snapshot", name: "early", populations: ["e"], projections: ["ee", "ii"] },
  { at: 20, kind: "scale-weights", projection: "ee", factor: 1.7 },
  { at: 20, kind: "scale-weights", projection: "he", factor: 0.5 },
  { at: 25, kind: "lesion", population: "e", neurons: { fraction: 0.2 } },
  { at: 30, kind: "stimulus", stimulus: 0, rate: 700, weight: 4 },
  { at: 33, kind: "stimulus", stimulus: 3, on: false },
  { at: 40.1, kind: "stimulus", stimulus: "probe", on: true },
  { at: 45, kind: "cut", projection: "ei" },
  { at: 47, kind: "cut", projection: "ee2" },
  { at: 50, kind: "lesion", population: "h" },
  { at: 60, kind: "snapshot", name: "late" },
];
const withProbe = (): NetworkDescription => {
  const description = rich(everything);
  description.stimuli[4] = { ...description.stimuli[4]!, name: "probe" } as StimulusSpec;
  return description;
};

function all(engine: SimulationEngine): unknown {
  return [bitsOf(engine), engine.snapshots()];
}

describe("a run with every kind of action", () => {
  const whole = (async () => ran(withProbe()))();

  it("does not depend on how it is cut", async () => {
    const engine = await fresh(withProbe());
    for (const duration of [0, 0.1, 12.2, 7.7, 5, 0, 15, 0.1, 9.9, 20]) await engine.run({ duration });
    while (engine.stepCount < 750) engine.step();
    await engine.run();
    expect(all(engine)).toEqual(all(await whole));
  });

  it("resumes to the bit from every two and a half milliseconds, at and between the actions", async () => {
    const runner = await fresh(withProbe());
    const expected = all(await whole);
    const moments = [0, ...Array.from({ length: 31 }, (_, k) => 2.5 * k + 2.5), 12.3, 40.1].sort((a, b) => a - b);
    for (const moment of moments) {
      await runner.run({ duration: moment - runner.time });
      const file = await encodeCheckpoint(await runner.save());
      const engine = await SimulationEngine.resume(withProbe(), await decodeCheckpoint(file), options);
      await engine.run();
      expect(all(engine)).toEqual(expected);
    }
  });

  it.each([2, 3])("gives the same bits on %d threads, resumed on another number", async (threads) => {
    const expected = all(await whole);
    const engine = await SimulationEngine.fromDescription(withProbe(), { ...options, threads });
    const other = await SimulationEngine.fromDescription(withProbe(), { ...options, threads: 5 - threads });
    try {
      await engine.run({ duration: 46.2 });
      await other.load(await engine.save());
      for (const it of [engine, other]) {
        await it.run();
        expect(all(it)).toEqual(expected);
      }
    } finally {
      await engine.dispose();
      await other.dispose();
    }
  });

  it("is not the run without any of them", async () => {
    const expected = JSON.stringify(bitsOf(await whole));
    for (const skipped of everything.keys()) {
      if (everything[skipped]!.kind === "snapshot") continue;
      const description = withProbe();
      description.actions = everything.filter((_, k) => k !== skipped);
      expect(JSON.stringify(bitsOf(await ran(description)))).not.toBe(expected);
    }
  });

  it("loaded back to an earlier moment does them again", async () => {
    const engine = await fresh(withProbe());
    await engine.run({ duration: 22 });
    const saved = await engine.save();
    await engine.run();
    await engine.load(saved);
    expect(engine.snapshots().map(({ name }) => name)).toEqual(["early"]);
    await engine.run();
    expect(all(engine)).toEqual(all(await whole));
  });
});

describe("set", () => {
  it("of a whole population is engine.set between runs", async () => {
    const values = { Vth: -53, V: -60, tRef: "3 ms" };
    const engine = await ran(rich([{ at: 30, kind: "set", population: "e", values }]));
    expect(bitsOf(engine)).toEqual(bitsOf(await byHand((hand) => hand.set("e", values))));
  });

  it("of some neurons changes those alone, also a parameter that all had shared", async () => {
    const description = network({
      cells: { size: 6 },
      duration: 10,
      actions: [{ at: 5, kind: "set", population: "cells", neurons: [1, 4], values: { EL: -60, V: -66 } }],
      recorders: [{ kind: "state", population: "cells", variable: "V" }],
    });
    const { data } = (await ran(description)).recorded("V");
    const still = (await ran({ ...description, actions: [] })).recorded("V").data;
    for (let step = 0; step <= 100; step++) {
      for (let i = 0; i < 6; i++) {
        const value = data[6 * step + i]!;
        if (step <= 50 || (i !== 1 && i !== 4)) expect(value).toBe(still[6 * step + i]);
        // Exact solution towards the new EL from the new V.
        else expect(value).toBeCloseTo(-60 - 6 * Math.exp(-((step - 50) * 0.1) / 20), 9);
      }
    }
  });

  it("draws anew for each action, the same for each seed, and as many values as neurons are chosen", async () => {
    const set = (at: number): ActionSpec => ({
      at,
      kind: "set",
      population: "cells",
      neurons: [2, 5, 7],
      values: { V: { uniform: [-70, -60] } },
    });
    const description = network({ cells: { size: 9 }, duration: 3, actions: [set(1), set(2)] });
    const snapshots: ActionSpec[] = [1, 2].map((at) => ({ at, kind: "snapshot", name: `${at}` }));
    description.actions!.push(...snapshots);
    const states = async (seed: number) => {
      const engine = await ran({ ...description, seed });
      return engine.snapshots().map((snapshot) => [2, 5, 7].map((i) => snapshot.states.cells!.V![i]!));
    };
    const [first, second] = await states(1);
    expect(first).not.toEqual(second);
    expect(await states(1)).toEqual([first, second]);
    expect(await states(2)).not.toEqual([first, second]);
    for (const v of [...first!, ...second!]) expect(v >= -70 && v <= -60).toBe(true);
  });
});

describe("a lesion", () => {
  it("ends the spikes of those neurons at once, and their states stand still", async () => {
    const engine = await ran(
      rich([{ at: 30, kind: "lesion", population: "e", neurons: [3, 4, 30] }], {
        recorders: [{ kind: "spikes" }, { kind: "state", population: "e", variable: "V", neurons: [3, 4, 30, 5] }],
      }),
    );
    const { step, neuron } = engine.spikes();
    const after = (i: number) => step.filter((s, k) => neuron[k] === i && s > 300).length;
    const before = step.filter((s, k) => [3, 4, 30].includes(neuron[k]!) && s <= 300).length;
    expect(before).toBeGreaterThan(0);
    expect([3, 4, 30].map(after)).toEqual([0, 0, 0]);
    expect(after(5)).toBeGreaterThan(0);
    const { data } = engine.recorded("V");
    for (let s = 301; s <= 800; s++) expect(data.subarray(4 * s, 4 * s + 3)).toEqual(data.subarray(1200, 1203));
    expect(new Set(data.subarray(1200).filter((_, k) => k % 4 === 3)).size).toBeGreaterThan(20);
  });

  it("of neurons without connections changes nothing for the others", async () => {
    const apart = { population: "cells", amplitude: { uniform: [300, 500] }, kind: "constant" } as const;
    const description = network({ cells: { size: 8 }, stimuli: [apart] });
    const some = await ran({
      ...description,
      actions: [{ at: 20, kind: "lesion", population: "cells", neurons: [1] }],
    });
    const none = await ran(description);
    const pick = (engine: SimulationEngine) => {
      const { step, neuron } = engine.spikes();
      return [...step].map((s, k) => [s, neuron[k]!]).filter(([s, i]) => i !== 1 || s! <= 200);
    };
    expect(pick(some)).toEqual(pick(none));
    expect(some.spikes().step.length).toBeLessThan(none.spikes().step.length);
  });

  it("lets arrive what was sent before, and nothing after", async () => {
    const pulse = { kind: "spikes", population: "a", weight: 100, synapse: "Pulse" } as const;
    const description = network({
      populations: [
        { name: "a", model: "LIF", size: 1 },
        { name: "b", model: "LIF", size: 1 },
      ],
      projections: [{ from: "a", to: "b", synapse: "Pulse", rule: { kind: "all-to-all" }, weight: 1, delay: 5 }],
      stimuli: [{ ...pulse, times: [1, 20, 30] }],
      recorders: [{ kind: "spikes" }, { kind: "state", population: "b", variable: "V" }],
      actions: [{ at: 22, kind: "lesion", population: "a" }],
      duration: 40,
    });
    const engine = await ran(description);
    expect([...engine.spikes().step]).toEqual([11, 201]);
    const { data } = engine.recorded("V");
    const jumps = [...data.keys()].filter((s) => s > 0 && data[s]! - data[s - 1]! > 0.5);
    expect(jumps).toEqual([62, 252]);
  });

  it("cuts the electrical synapses of what is gone", async () => {
    const gap = (actions: ActionSpec[]) =>
      network({
        populations: [
          { name: "a", model: "LIF", size: 2 },
          { name: "b", model: "LIF", size: 1 },
        ],
        projections: [
          { from: "a", to: "a", synapse: "GapJunction", rule: { kind: "all-to-all" }, weight: 5, delay: 1 },
          { from: "b", to: "a", synapse: "GapJunction", rule: { kind: "all-to-all" }, weight: 5, delay: 1 },
        ],
        stimuli: [{ kind: "constant", population: "b", amplitude: 600 }],
        recorders: [{ kind: "state", population: "a", variable: "V" }],
        duration: 300,
        actions,
      });
    const spread = (data: Float64Array) =>
      Math.max(...data.subarray(data.length / 2)) - Math.min(...data.subarray(data.length / 2));
    const whole = (await ran(gap([]))).recorded("V").data;
    const alone = (await ran(gap([{ at: 10, kind: "lesion", population: "b" }]))).recorded("V").data;
    expect(spread(whole)).toBeGreaterThan(0.1);
    expect(spread(alone)).toBeLessThan(0.01);
  });

  it("of a fraction takes the nearest whole number of neurons, drawn from the seed", async () => {
    const lesioned = async (seed: number, fraction: number) => {
      const drive = { kind: "constant", population: "cells", amplitude: 500 } as const;
      const engine = await ran(
        network({
          cells: { size: 41 },
          seed,
          stimuli: [drive],
          actions: [{ at: 0, kind: "lesion", population: "cells", neurons: { fraction } }],
        }),
      );
      const firing = new Set(engine.spikes().neuron);
      return Array.from({ length: 41 }, (_, i) => i).filter((i) => !firing.has(i));
    };
    const drawn = await lesioned(1, 0.25);
    expect(drawn).toHaveLength(10);
    expect(await lesioned(1, 0.25)).toEqual(drawn);
    expect(await lesioned(2, 0.25)).not.toEqual(drawn);
    // The larger fraction holds the smaller: one order for each action.
    expect(await lesioned(1, 0.5)).toEqual(expect.arrayContaining(drawn));
    expect(await lesioned(1, 1)).toHaveLength(41);
    expect(await lesioned(1, 0)).toHaveLength(0);
  });
});

describe("weights", () => {
  it("are scaled from the time on: as when written into the view between runs", async () => {
    const engine = await ran(rich([{ at: 30, kind: "scale-weights", projection: "he", factor: 0.25 }]));
    const hand = await byHand((it) => {
      const { data } = it.weights("he");
      data.forEach((w, k) => {
        data[k] = w * 0.25;
      });
    });
    expect(bitsOf(engine)).toEqual(bitsOf(hand));
  });

  it("with rules stay within their bounds", async () => {
    const engine = await fresh(rich([{ at: 30, kind: "scale-weights", projection: "ee", factor: 1000 }]));
    await engine.run({ duration: 30 });
    expect(new Set(engine.weights("ee").data)).toEqual(new Set([10]));
    await engine.run();
  });

  it("that all synapses share are scaled too", async () => {
    const description = network({
      cells: { size: 3 },
      projections: [
        { name: "p", from: "cells", to: "cells", synapse: "Pulse", rule: { kind: "all-to-all" }, weight: 2, delay: 1 },
      ],
      actions: [{ at: 1, kind: "scale-weights", projection: "p", factor: -1.5 }],
      duration: 2,
    });
    expect([...(await ran(description)).weights("p").data]).toEqual(new Array(6).fill(-3));
  });

  it("of a projection that is cut change no more once what was under way has arrived", async () => {
    const engine = await fresh(rich([{ at: 30, kind: "cut", projection: "ee" }]));
    await engine.run({ duration: 30 + 4 }); // the longest delay
    const then = engine.weights("ee").data.slice();
    await engine.run();
    expect(engine.weights("ee").data).toEqual(then);
    const uncut = await ran(rich([]));
    expect(uncut.weights("ee").data).not.toEqual(then);
  });

  it("cut from the beginning, all of them: the network without projections, to the bit", async () => {
    const names = ["ee", "ee2", "ie", "he", "ei", "hi", "ii"];
    const cut = await ran(rich(names.map((projection) => ({ at: 0, kind: "cut", projection }) as ActionSpec)));
    // The same ports must be there: weights of 0 keep them.
    const silent = rich([]);
    silent.projections = silent.projections.map(({ plasticity: _, ...p }) => ({ ...p, weight: 0 }));
    const without = await ran(silent);
    expect(cut.spikes()).toEqual(without.spikes());
  });
});

describe("stimuli", () => {
  const drive: StimulusSpec[] = [
    { kind: "constant", name: "drive", population: "cells", amplitude: 400, start: 5, stop: 60 },
    { kind: "pulse", name: "kick", population: "cells", amplitude: 900, start: 70, duration: 2.5 },
    { kind: "poisson", population: "cells", rate: 2000, weight: 40, synapse: "ExpCurrent" },
    { kind: "spikes", population: "cells", times: [10, 20, 30, 40], weight: 700, synapse: "ExpCurrent" },
  ];
  const cells = { cells: { size: 5 } };
  const acted = (actions: ActionSpec[]) => ran(network({ ...cells, stimuli: drive, actions }));
  const given = (changed: StimulusSpec[]) => ran(network({ ...cells, stimuli: changed }));

  it("switched off end as by a stop of their own, switched on begin as by a start", async () => {
    const [constant, kick, poisson, spikes] = drive as [StimulusSpec, StimulusSpec, StimulusSpec, StimulusSpec];
    const engine = await acted([
      { at: 33, kind: "stimulus", stimulus: "drive", on: false },
      { at: 50, kind: "stimulus", stimulus: 2, on: false },
      { at: 20, kind: "stimulus", stimulus: 3, on: false },
    ]);
    const same = await given([
      { ...constant, stop: 33 } as StimulusSpec,
      kick,
      { ...poisson, stop: 50 } as StimulusSpec,
      { ...spikes, times: [10] } as StimulusSpec,
    ]);
    expect(bitsOf(engine)).toEqual(bitsOf(same));
    expect(engine.spikes().step.length).toBeGreaterThan(5);
  });

  it("of kind pulse switched on last as long as the pulse, and are in the list of pulses", async () => {
    const engine = await acted([
      { at: 10.1, kind: "stimulus", stimulus: "kick", on: true },
      { at: 40, kind: "stimulus", stimulus: "kick", on: true, amplitude: "1 nA" },
    ]);
    expect(engine.spikes().pulseTimes).toEqual([101 * 0.1, 40, 70]);
    const [constant, , poisson, spikes] = drive as [StimulusSpec, StimulusSpec, StimulusSpec, StimulusSpec];
    const pulse = { kind: "constant", population: "cells", amplitude: 900, start: 10.1, stop: 12.6 } as const;
    // Poisson draws belong to the place in the list.
    const same = await given([
      constant,
      pulse,
      poisson,
      spikes,
      { ...pulse, amplitude: 1000, start: 40, stop: 42.5 },
      { ...pulse, amplitude: 1000, start: 70, stop: 72.5 },
    ]);
    expect(engine.spikes().step).toEqual(same.spikes().step);
  });

  it("go on with another amplitude, rate or weight", async () => {
    const engine = await acted([
      { at: 25, kind: "stimulus", stimulus: "drive", amplitude: 200 },
      { at: 30, kind: "stimulus", stimulus: 2, rate: 500 },
      { at: 45, kind: "stimulus", stimulus: 2, weight: 90 },
      { at: 30, kind: "stimulus", stimulus: 3, weight: 100 },
    ]);
    const whole = await acted([]);
    const early = (it: SimulationEngine) => it.spikes().step.filter((s) => s <= 250);
    expect(early(engine)).toEqual(early(whole));
    expect(engine.spikes().step).not.toEqual(whole.spikes().step);
    const [constant, kick, , spikes] = drive as [StimulusSpec, StimulusSpec, StimulusSpec, StimulusSpec];
    // Without the random one, against the same as several stimuli of their own.
    const quiet = (stimuli: StimulusSpec[], actions: ActionSpec[] = []) => ran(network({ ...cells, stimuli, actions }));
    const one = await quiet(
      [constant, kick, spikes],
      [
        { at: 25, kind: "stimulus", stimulus: "drive", amplitude: 200 },
        { at: 30, kind: "stimulus", stimulus: 2, weight: 100 },
      ],
    );
    const several = await quiet([
      { ...constant, stop: 25 } as StimulusSpec,
      { ...constant, name: "later", amplitude: 200, start: 25 } as StimulusSpec,
      kick,
      { ...spikes, times: [10, 20] } as StimulusSpec,
      { ...spikes, times: [30, 40], weight: 100 } as StimulusSpec,
    ]);
    expect(bitsOf(one)).toEqual(bitsOf(several));
  });

  it("changed before they begin begin with the new value at their own time", async () => {
    const engine = await acted([{ at: 2, kind: "stimulus", stimulus: "drive", amplitude: 300 }]);
    const [constant, ...others] = drive as [StimulusSpec, ...StimulusSpec[]];
    const same = await given([{ ...constant, amplitude: 300 } as StimulusSpec, ...others]);
    expect(bitsOf(engine)).toEqual(bitsOf(same));
  });
});

describe("actions at one time", () => {
  it("act in the order of the list, after states are sampled", async () => {
    const set = (V: number): ActionSpec => ({ at: 5, kind: "set", population: "cells", values: { V } });
    const look = (name: string): ActionSpec => ({ at: 5, kind: "snapshot", name });
    const engine = await ran(
      network({
        actions: [{ at: 7, kind: "stop" }, look("a"), set(-61), look("b"), set(-62), look("c")],
        recorders: [{ kind: "state", population: "cells", variable: "V", every: 1 }],
      }),
    );
    const taken = engine.snapshots();
    expect(taken.map(({ name, step, time }) => [name, step, time])).toEqual(
      ["a", "b", "c"].map((name) => [name, 50, 5]),
    );
    expect(taken.map(({ states }) => states.cells!.V![0])).toEqual([-70, -61, -62]);
    expect(engine.recorded("V").data[5]).toBe(-70);
    expect(engine.time).toBe(7);
  });

  it("stop ends the run; what is asked for by duration goes on from there", async () => {
    const engine = await ran(network({ duration: 20, actions: [{ at: 7, kind: "stop" }] }));
    expect(engine.stepCount).toBe(70);
    await engine.run();
    expect(engine.stepCount).toBe(70);
    await engine.run({ duration: 5 });
    expect(engine.stepCount).toBe(120);
    const other = await fresh(network({ duration: 20, actions: [{ at: 7, kind: "stop" }] }));
    await other.run({ duration: 15 });
    expect(other.stepCount).toBe(70);
  });
});

describe("snapshots", () => {
  it("are the states and weights of that time", async () => {
    const engine = await ran(rich([{ at: 30, kind: "snapshot", name: "s", projections: ["ee", "ii"] }]));
    const other = await fresh(rich([]));
    await other.run({ duration: 30 });
    const [snapshot] = engine.snapshots();
    const view = other.view();
    for (const { name } of view.populations) {
      for (const [variable, values] of Object.entries(snapshot!.states[name]!)) {
        expect(values).toEqual(view.state(name, variable).data);
      }
    }
    expect(Object.keys(snapshot!.states.e!)).toContain("ExpConductance.g");
    expect(snapshot!.weights.ee).toEqual(view.weights("ee").data);
    expect(snapshot!.weights.ii).toEqual(Float64Array.from(view.weights("ii").data));
  });
});

describe("actions refuse", () => {
  const at = 5;
  it.each([
    [{ at: 5.05, kind: "stop" }, "ARGUMENT", "Nearest: 5 and 5.1 ms"],
    [{ at: -1, kind: "stop" }, "ARGUMENT", "found -1"],
    [{ at: "5 mV", kind: "stop" }, "DIMENSION", "mV"],
    [{ at, kind: "set", population: "x", values: {} }, "NAME_UNKNOWN", 'unknown population "x"'],
    [{ at, kind: "set", population: "e", values: { Vt: 1 } }, "NAME_UNKNOWN", 'Did you mean "Vth"?'],
    [{ at, kind: "set", population: "e", values: { C: -1 } }, "PARAMETER_RANGE", "found -1"],
    [{ at, kind: "set", population: "e", neurons: [31], values: { V: 0 } }, "ARGUMENT", "found 31"],
    [{ at, kind: "set", population: "e", neurons: { fraction: 1.5 }, values: {} }, "DESCRIPTION_INVALID", "1"],
    [{ at, kind: "set", population: "e", neurons: [1, 2], values: { V: { values: [1] } } }, "ARGUMENT", "2 values"],
    [{ at, kind: "scale-weights", projection: "xx", factor: 1 }, "NAME_UNKNOWN", 'unknown projection "xx"'],
    [{ at, kind: "scale-weights", projection: "ee", factor: -1 }, "PARAMETER_RANGE", "conductance"],
    [{ at, kind: "lesion", population: "q" }, "NAME_UNKNOWN", 'unknown population "q"'],
    [{ at, kind: "lesion", population: "h", neurons: [5] }, "ARGUMENT", "found 5"],
    [{ at, kind: "cut", projection: "x" }, "NAME_UNKNOWN", 'unknown projection "x"'],
    [{ at, kind: "stimulus", stimulus: "probe" }, "NAME_UNKNOWN", 'unknown stimulus "probe"'],
    [{ at, kind: "stimulus", stimulus: 7 }, "ARGUMENT", "expected one of 7 stimuli, found number 7"],
    [{ at, kind: "stimulus", stimulus: 0, amplitude: 3 }, "ARGUMENT", "found amplitude"],
    [{ at, kind: "stimulus", stimulus: 3, rate: 3 }, "ARGUMENT", "found rate"],
    [{ at, kind: "stimulus", stimulus: 0, rate: -3 }, "PARAMETER_RANGE", "found -3"],
    [{ at, kind: "snapshot", name: "s", populations: ["x"] }, "NAME_UNKNOWN", 'unknown population "x"'],
    [{ at, kind: "snapshot", name: "s", projections: ["x"] }, "NAME_UNKNOWN", 'unknown projection "x"'],
    [{ at, kind: "explode" }, "DESCRIPTION_INVALID", "actions"],
    [{ at, kind: "stop", population: "e" }, "DESCRIPTION_INVALID", "population"],
  ] as [ActionSpec, string, string][])("%j", async (action, code, text) => {
    await expect(fresh(rich([action]))).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  });

  it("two snapshots or two stimuli of one name", async () => {
    const snapshot: ActionSpec = { at, kind: "snapshot", name: "s" };
    await expect(fresh(rich([snapshot, snapshot]))).rejects.toMatchObject({ code: "NAME_CLASH" });
    const description = rich([]);
    for (const k of [0, 1]) description.stimuli[k] = { ...description.stimuli[k]!, name: "n" } as StimulusSpec;
    await expect(fresh(description)).rejects.toMatchObject({ code: "NAME_CLASH" });
  });

  it("values that break a constraint of the model at that time, naming action, population and time of no harm", async () => {
    const engine = await fresh(
      network({ actions: [{ at, kind: "set", population: "cells", values: { Vth: -90 } }], duration: 10 }),
    );
    await expect(engine.run()).rejects.toMatchObject({
      code: "PARAMETER_RANGE",
      message: expect.stringContaining("action 0 (set)"),
    });
  });
});
