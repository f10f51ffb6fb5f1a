/** Gap junctions in networks: closed forms, cuts, and what they cannot do. */
import { describe, expect, it } from "vitest";
import { pairSTDPRule } from "wbe/plasticity";
import { type ProjectionSpec, SimulationEngine } from "wbe/simulation";
import { bitsOf, network, run } from "./networks.js";

const junction = (g: number, rest: Partial<ProjectionSpec> = {}): ProjectionSpec => ({
  name: "gap",
  from: "cells",
  to: "cells",
  synapse: "GapJunction",
  rule: { kind: "edges", source: [0, 1], target: [1, 0] },
  weight: g,
  delay: 1,
  ...rest,
});
const V = { kind: "state", population: "cells", variable: "V" } as const;

describe("gap junctions", () => {
  it("let the difference of two membranes decay with tau/(1 + 2g/gL) and leave their mean alone", async () => {
    const error = async (dt: number) => {
      const engine = await run(
        network({
          dt,
          cells: { size: 2, init: { V: { values: [-60, -66] } } },
          projections: [junction(5)],
          recorders: [V],
          duration: 20,
        }),
      );
      const { data } = engine.recorded("V");
      let worst = 0;
      for (let k = 0; k < data.length / 2; k++) {
        const t = k * dt;
        const [a, b] = [data[2 * k]!, data[2 * k + 1]!];
        expect(Math.abs((a + b) / 2 + 70 - 7 * Math.exp(-t / 20))).toBeLessThan(1e-5); // currents in singles
        worst = Math.max(worst, Math.abs(a - b - 6 * Math.exp((-t / 20) * (1 + 10 / 12.5))));
      }
      return worst;
    };
    const [coarse, fine] = [await error(0.1), await error(0.05)];
    // The current is held over a step: an error of order dt.
    expect(coarse).toBeLessThan(0.01);
    expect(coarse / fine).toBeGreaterThan(1.9);
    expect(coarse / fine).toBeLessThan(2.1);
  });

  it("pass V at the start of a step, one way only where only one is given", async () => {
    const engine = await run(
      network({
        cells: { size: 2 },
        projections: [junction(5, { rule: { kind: "edges", source: [0], target: [1] } })],
        stimuli: [{ kind: "spikes", population: "cells", neurons: [0], times: [1], weight: 10, synapse: "Pulse" }],
        recorders: [V],
        duration: 3,
      }),
    );
    const { data } = engine.recorded("V");
    const at = (step: number, neuron: number) => data[2 * step + neuron]! + 70;
    const decay = Math.exp(-0.1 / 20);
    expect(at(11, 0)).toBeCloseTo(10 * decay, 12);
    expect(at(11, 1)).toBe(0);
    expect(at(12, 1)).toBeCloseTo(((5 * at(11, 0)) / 12.5) * (1 - decay), 6);
    for (let step = 11; step <= 30; step++) expect(at(step, 0)).toBeCloseTo(10 * decay ** (step - 10), 11);
  });

  it.each([1, 3])("with %d relaxations have an error of order dt² in the same network", async (relaxations) => {
    const error = async (dt: number) => {
      const engine = await run(
        network({
          dt,
          relaxations,
          cells: { size: 2, init: { V: { values: [-60, -66] } } },
          projections: [junction(20)],
          recorders: [V],
          duration: 8,
        }),
      );
      const { data } = engine.recorded("V");
      let worst = 0;
      for (let k = 0; k < data.length / 2; k++) {
        const exact = 6 * Math.exp(((-k * dt) / 20) * (1 + 40 / 12.5));
        worst = Math.max(worst, Math.abs(data[2 * k]! - data[2 * k + 1]! - exact));
      }
      return worst;
    };
    const [coarse, fine] = [await error(0.8), await error(0.4)];
    expect(fine).toBeLessThan(6e-3);
    expect(Math.abs(Math.log2(coarse / fine) - 2)).toBeLessThan(0.35);
  });

  it("settle at the coupling coefficient g/(g + gL) of a cell that is driven from its neighbour, with and without passes", async () => {
    for (const relaxations of [0, 2]) {
      const engine = await run(
        network({
          relaxations,
          cells: { size: 2, params: { Vth: 1e3 } },
          projections: [junction(5)],
          stimuli: [{ kind: "constant", population: "cells", neurons: [0], amplitude: 100 }],
          recorders: [V],
          duration: 400,
        }),
      );
      const [driven, follower] = [engine.recorded("V").data.at(-2)! + 70, engine.recorded("V").data.at(-1)! + 70];
      expect(follower / driven).toBeCloseTo(5 / (5 + 12.5), 6);
      // Input conductance gL + g·gL/(g + gL).
      expect(driven).toBeCloseTo(100 / (12.5 + (5 * 12.5) / 17.5), 5);
    }
  });

  it("that rectify pass current where the source is the more positive cell, and nothing back", async () => {
    const currents = async (rectification: number, VOfSource: number) => {
      const engine = await run(
        network({
          cells: { size: 2, params: { C: 1e9, gL: 1e-9 }, init: { V: { values: [VOfSource, -70] } } },
          projections: [
            junction(4, {
              synapse: "RectifyingGapJunction",
              params: { rectification },
              rule: { kind: "edges", source: [0], target: [1] },
            }),
          ],
          recorders: [V],
          duration: 1000,
        }),
      );
      return (engine.recorded("V").data.at(-1)! + 70) * 1e6; // pA over 1 s into 1e9 pF
    };
    expect(await currents(1, -60)).toBeCloseTo(40, 3);
    expect(await currents(1, -80)).toBe(0);
    expect(await currents(0.75, -80)).toBeCloseTo(-10, 3);
    expect(await currents(-1, -60)).toBe(0);
    expect(await currents(-1, -80)).toBeCloseTo(-40, 3);
    await expect(currents(1.5, -60)).rejects.toMatchObject({ code: "PARAMETER_RANGE" });
  });

  it("with relaxations have the same bits on 1, 2 and 3 threads, step by step, and across a checkpoint", async () => {
    const description = network({
      relaxations: 2,
      duration: 8,
      populations: [
        { name: "cells", model: "LIF", size: 7, init: { V: { uniform: [-65, -52] } } },
        { name: "others", model: "AdEx", size: 4, precision: "f32" },
      ],
      projections: [
        junction(3, { to: "others", rule: { kind: "all-to-all" } }),
        junction(2, {
          name: "back",
          from: "others",
          rule: { kind: "bernoulli", p: 0.6 },
          weight: { uniform: [0.1, 3] },
        }),
        junction(40, { name: "chemical", synapse: "ExpCurrent", rule: { kind: "all-to-all" } }),
      ],
      stimuli: [
        { kind: "constant", population: "cells", amplitude: { uniform: [250, 900] } },
        { kind: "poisson", population: "others", rate: 500, weight: 60, synapse: "ExpCurrent" },
      ],
      // Seldom, so that threads meet each other only: one of them holds all of the others' four.
      recorders: [{ kind: "spikes" }, { ...V, every: 4 }],
    });
    const whole = await run(description);
    const bits = bitsOf(whole);
    expect(whole.spikes().step.length).toBeGreaterThan(3);
    expect(bits).not.toEqual(bitsOf(await run({ ...description, relaxations: 0 })));
    for (const threads of [2, 3]) {
      const engine = await run(description, { threads });
      expect(bitsOf(engine)).toEqual(bits);
      await engine.dispose();
    }
    const stepped = await SimulationEngine.fromDescription(description);
    for (let k = 0; k < 43; k++) stepped.step();
    const resumed = await SimulationEngine.fromDescription(description);
    await resumed.load(await stepped.save());
    await resumed.run();
    expect(bitsOf(resumed)).toEqual(bits);
  }, 180_000);

  it("couple populations of different models and sizes, beside chemical synapses, the same however the run is cut", async () => {
    const description = network({
      populations: [
        { name: "cells", model: "LIF", size: 5 },
        { name: "others", model: "AdEx", size: 3 },
      ],
      projections: [
        junction(3, { to: "others", rule: { kind: "all-to-all" } }),
        junction(2, {
          name: "back",
          from: "others",
          rule: { kind: "bernoulli", p: 0.6 },
          weight: { uniform: [0.1, 3] },
        }),
        junction(40, { name: "chemical", synapse: "ExpCurrent", rule: { kind: "all-to-all" } }),
      ],
      stimuli: [{ kind: "constant", population: "cells", amplitude: { uniform: [250, 900] } }],
    });
    const whole = await run(description);
    const cut = await SimulationEngine.fromDescription(description);
    for (let k = 0; k < 1000; k++) cut.step();
    expect(whole.spikes().step.length).toBeGreaterThan(5);
    expect(bitsOf(cut)).toEqual(bitsOf(whole));
  });

  it.each([
    [
      "plasticity",
      { projections: [junction(1, { plasticity: [{ rule: pairSTDPRule }] })] },
      "UNSUPPORTED",
      'projection "gap"',
    ],
    ["a negative conductance", { projections: [junction(-1)] }, "PARAMETER_RANGE", 'projection "gap"'],
    [
      "spikes of a stimulus",
      { stimuli: [{ kind: "spikes" as const, population: "cells", times: [1], weight: 1, synapse: "GapJunction" }] },
      "UNSUPPORTED",
      "stimulus 0",
    ],
  ])("refuse %s", async (_, changes, code, where) => {
    const built = SimulationEngine.fromDescription(network({ cells: { size: 2 }, ...changes }));
    await expect(built).rejects.toMatchObject({ code, message: expect.stringContaining(where) });
  });
});
