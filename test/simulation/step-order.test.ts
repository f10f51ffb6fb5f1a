/**
 * The order of things within a step (DESIGN §3) against closed forms, and what the stamps of NEST and wbe have in common.
 *
 * A sample of a state at step k is the state after k steps, at t = k·dt. Spikes that arrive at step k are added at the start
 * of the step from k to k + 1: V at k does not know them yet, V at k + 1 does. NEST writes arrivals into its synaptic
 * variables at the end of a step and reads them in the next, so V, spike stamps and arrival times are the same numbers in
 * both; only a synaptic variable itself, sampled at k, holds the arrivals of k in NEST and not yet in wbe.
 */
import { describe, expect, it } from "vitest";
import { defineNeuron } from "wbe/neuron-models";
import { SimulationEngine, type StimulusSpec } from "wbe/simulation";
import golden from "../golden/integrate-and-fire.json" with { type: "json" };
import { network, run } from "./networks.js";

const V = { kind: "state", population: "cells", variable: "V" } as const;
const arrivals = (
  times: number[],
  weight: number,
  synapse = "ExpCurrent",
  params: object = { tau: 2 },
): StimulusSpec => ({
  kind: "spikes",
  population: "cells",
  times,
  weight,
  synapse,
  params: { ...params },
});

describe("order within a step", () => {
  it("a constant current moves V from its first step: V(k·dt) is the closed form", async () => {
    const engine = await run(
      network({
        stimuli: [{ kind: "constant", population: "cells", amplitude: 200, start: 1.5, stop: 30.2 }],
        recorders: [V],
      }),
    );
    const { data } = engine.recorded("V");
    const on = (t: number) => 16 * (1 - Math.exp(-t / 20));
    for (let k = 0; k <= 1000; k++) {
      const t = k / 10;
      const risen = t <= 1.5 ? 0 : on(Math.min(t, 30.2) - 1.5);
      const expected = -70 + risen * Math.exp(-Math.max(0, t - 30.2) / 20);
      expect(Math.abs(data[k]! - expected)).toBeLessThan(1e-11);
    }
  });

  it("an arrival at step k acts from k on: V(k) is still at rest, V(k + n) is the closed-form PSP, to 1e-12 mV", async () => {
    const engine = await run(
      network({ stimuli: [arrivals([2], 100)], recorders: [V, { ...V, variable: "ExpCurrent.i" }] }),
    );
    const v = engine.recorded("V").data;
    const i = engine.recorded("ExpCurrent.i").data;
    // 100 pA decaying with 2 ms into C = 250 pF, tau = 20 ms.
    const psp = (t: number) => (100 / 250) * ((20 * 2) / (20 - 2)) * (Math.exp(-t / 20) - Math.exp(-t / 2));
    for (let k = 0; k <= 1000; k++) {
      const t = Math.max(0, k - 20) / 10;
      expect(Math.abs(v[k]! + 70 - psp(t))).toBeLessThan(1e-12);
      expect(Math.abs(i[k]! - (k > 20 ? 100 * Math.exp(-t / 2) : 0))).toBeLessThan(1e-12);
    }
    expect(v[20]).toBe(-70);
    expect(v[21]).toBeGreaterThan(-70);
  });

  it("the alpha function of equal time constants peaks at the weight, and its PSP is the closed form to 1e-12 mV", async () => {
    const tau = 2;
    const engine = await run(
      network({
        stimuli: [arrivals([0], 100, "DualExpCurrent", { tauRise: tau, tauDecay: tau })],
        recorders: [V, { ...V, variable: "DualExpCurrent.i" }],
      }),
    );
    const v = engine.recorded("V").data;
    const i = engine.recorded("DualExpCurrent.i").data;
    const b = 1 / tau - 1 / 20;
    for (let k = 0; k <= 1000; k++) {
      const t = k / 10;
      expect(Math.abs(i[k]! - ((100 * Math.E) / tau) * t * Math.exp(-t / tau))).toBeLessThan(1e-12 * 100);
      const psp = ((100 * Math.E) / (tau * 250)) * ((Math.exp(-t / 20) - Math.exp(-t / tau) * (1 + b * t)) / (b * b));
      expect(Math.abs(v[k]! + 70 - psp)).toBeLessThan(1e-12);
    }
    expect(Math.max(...i)).toBeCloseTo(100, 10);
  });

  it("a spike is stamped with the end of the step in which V passed the threshold, and V is reset there", async () => {
    const engine = await run(
      network({
        cells: { params: { tRef: 2 } },
        stimuli: [{ kind: "constant", population: "cells", amplitude: 300 }],
        recorders: [{ kind: "spikes" }, V],
      }),
    );
    const v = engine.recorded("V").data;
    const first = Math.ceil(200 * Math.log(24 / 4)); // tau ln(V∞/(V∞ − θ)) in steps of 0.1 ms
    const between = 20 + Math.ceil(200 * Math.log(14 / 4));
    expect([...engine.spikes().step]).toEqual([0, 1, 2, 3, 4].map((k) => first + k * between).filter((s) => s <= 1000));
    expect(v[first - 1]).toBeLessThan(-50);
    for (let k = first; k <= first + 20; k++) expect(v[k]).toBe(-60);
    expect(v[first + 21]).toBeGreaterThan(-60);
  });

  it("a spike stamped s with a delay of d steps moves its target from step s + d on", async () => {
    for (const delay of [1, 2, 7, 15, 16, 17]) {
      const engine = await run(
        network({
          populations: [
            { name: "source", model: "LIF", size: 1 },
            { name: "cells", model: "LIF", size: 1 },
          ],
          projections: [
            {
              from: "source",
              to: "cells",
              synapse: "Pulse",
              rule: { kind: "one-to-one" },
              weight: 3,
              delay: delay / 10,
            },
          ],
          stimuli: [{ kind: "spikes", population: "source", times: [4.1], weight: 1000, synapse: "Pulse" }],
          recorders: [{ kind: "spikes" }, V],
        }),
      );
      expect([...engine.spikes().step]).toEqual([42]);
      const v = engine.recorded("V").data;
      expect(v[42 + delay]).toBe(-70);
      expect(Math.abs(v[43 + delay]! - (-70 + 3 * Math.exp(-0.1 / 20)))).toBeLessThan(1e-12);
    }
  });

  it("what arrives while V is held does not move it, but charges the synapse", async () => {
    const engine = await run(
      network({
        cells: { params: { tRef: 5 } },
        stimuli: [arrivals([1, 3], 1000, "Pulse", {}), arrivals([3], 100)],
        recorders: [{ kind: "spikes" }, V, { ...V, variable: "ExpCurrent.i" }],
      }),
    );
    const v = engine.recorded("V").data;
    expect([...engine.spikes().step]).toEqual([11]);
    for (let k = 11; k <= 61; k++) expect(v[k]).toBe(-60);
    expect(engine.recorded("ExpCurrent.i").data[61]).toBeCloseTo(100 * Math.exp(-3.1 / 2), 12);
  });

  it("CASES O11: a neuron whose threshold is always met fires every tRef exactly, over 10 s", async () => {
    const ready = defineNeuron({
      id: "Ready",
      source: "CASES O11",
      params: { tRef: [1, "ms"] },
      states: { V: [0, "mV"] },
      inputs: {},
      equations: "dV/dt = 0 mV/ms",
      spike: "V >= 0 mV",
      reset: "V = 0 mV",
      refractory: "tRef",
      method: "euler",
    });
    for (const [tRef, steps] of [
      [1, 10],
      [0.3, 3],
      [0.7, 7],
      [2, 20],
      [3, 30],
      [0.25, 3], // rounded up
    ] as const) {
      const engine = await run(network({ cells: { model: ready, params: { tRef } }, duration: 10000 }));
      const { step } = engine.spikes();
      expect(step.length).toBe(Math.floor((100000 - 1) / steps) + 1);
      expect(step.every((s, k) => s === 1 + k * steps)).toBe(true);
    }
  });

  it("a LIF neuron far above threshold needs one step more: from Vreset to Vth", async () => {
    const engine = await run(
      network({
        cells: { params: { tRef: 1, C: 1 } },
        stimuli: [{ kind: "constant", population: "cells", amplitude: 1e6 }],
      }),
    );
    expect(engine.spikes().step.every((s, k) => s === 1 + 11 * k)).toBe(true);
  });

  it("CASES O11: 1000 ms at dt 0.025 ms are 40,000 steps; step 1,000,000 at 0.1 ms is 100,000 ms", async () => {
    const short = await run(network({ dt: 0.025, duration: 1000 }));
    expect([short.stepCount, short.time]).toEqual([40000, 1000]);
    const long = await run(network({ duration: 100000 }));
    expect([long.stepCount, long.time]).toEqual([1000000, 100000]);
  });
});

describe("synaptic variables beside NEST", () => {
  const { dt, duration_ms: duration, delay_ms, input_steps_ex, input_steps_in } = golden.parameters;
  const cases = [
    ["iaf_psc_exp", "ExpCurrent", "i", "I_syn_ex", "I_syn_in"],
    ["iaf_cond_exp", "ExpConductance", "g", "g_ex", "g_in"],
  ] as const;

  it.each(cases)(
    "%s: NEST's value at t is the one of wbe at t + dt, one step of decay earlier",
    async (name, synapse, variable, ex, inh) => {
      const model = golden.models[name] as unknown as Record<string, number[]> & {
        parameters: Record<string, number>;
        weights: { ex: number; in: number };
      };
      const p = model.parameters;
      const train = (steps: number[], weight: number, tau: number, Erev?: number): StimulusSpec => ({
        kind: "spikes",
        population: "cells",
        times: steps.map((step) => (step + Math.round(delay_ms / dt)) * dt),
        weight: synapse === "ExpConductance" ? Math.abs(weight) : weight,
        synapse,
        params: { tau, ...(Erev === undefined ? {} : { Erev }) },
      });
      const engine = await SimulationEngine.fromDescription(
        network({
          dt,
          duration,
          cells: {
            params: {
              C: p.C_m!,
              gL: p.g_L ?? p.C_m! / p.tau_m!,
              EL: p.E_L!,
              Vth: p.V_th!,
              Vreset: p.V_reset!,
              tRef: p.t_ref!,
            },
          },
          stimuli: [
            { kind: "constant", population: "cells", amplitude: p.I_e! },
            train(input_steps_ex, model.weights.ex, p.tau_syn_ex!, p.E_ex),
            train(input_steps_in, model.weights.in, p.tau_syn_in!, p.E_in),
          ],
          recorders: [`${synapse}.${variable}`, `${synapse}2.${variable}`].map((v) => ({ ...V, variable: v })),
        }),
      );
      await engine.run();
      for (const [port, column, tau] of [
        ["", ex, p.tau_syn_ex!],
        ["2", inh, p.tau_syn_in!],
      ] as const) {
        const { data } = engine.recorded(`${synapse}${port}.${variable}`);
        const nest = model[column]!;
        // The file holds ten digits.
        nest.forEach((value, k) => {
          const step = 50 * (k + 1);
          if (step + 1 >= data.length) return;
          const here = data[step + 1]! * Math.exp(dt / tau);
          expect(Math.abs(here - value) / (1 + Math.abs(value))).toBeLessThan(1e-9);
        });
        expect(Math.max(...nest.map(Math.abs))).toBeGreaterThan(1);
      }
    },
  );
});
