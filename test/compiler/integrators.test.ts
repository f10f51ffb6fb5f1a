/** Orders measured by step halving, and closed forms of linear models. */
import { describe, expect, it } from "vitest";
import { hodgkinHuxley, type NeuronDeclaration } from "../../src/neuron-models/index.js";
import { dualExpCurrent, expCurrent } from "../../src/synapse-models/index.js";
import golden from "../golden/hodgkin-huxley.json" with { type: "json" };
import { wasmCells } from "./kernels.js";

/** log2 of error(dt)/error(dt/2). */
async function order(error: (dt: number) => Promise<number>, dt: number): Promise<number> {
  return Math.log2((await error(dt)) / (await error(dt / 2)));
}

describe("order of the methods on Hodgkin–Huxley before the first spike", () => {
  // 1.5 ms at 10 uA/cm2: V has risen from −65 to −46.8 mV, all four states move.
  const end = 1.5;
  const reference = golden.reference.V[15]!;
  const V = async (method: string, dt: number): Promise<number> => {
    const cells = await wasmCells(hodgkinHuxley, { dt, method, inputs: { I: golden.reference.I } });
    cells.advance(Math.round(end / dt));
    return cells.state("V")[0]!;
  };
  const error = (method: string) => async (dt: number) => Math.abs((await V(method, dt)) - reference);

  it.each([
    ["rk4", 4, 0.1],
    ["heun", 2, 0.01],
    ["euler", 1, 0.005],
    ["exponential-euler", 1, 0.005],
  ] as const)("%s has order %d against scipy's solution", async (method, expected, dt) => {
    const slope = await order(error(method), dt);
    expect(Math.abs(slope - expected)).toBeLessThan(0.15);
  });
});

describe("methods on a decoupled linear model", () => {
  const leak: NeuronDeclaration = {
    id: "Leak",
    source: "closed form: V∞ + (V0 − V∞)·exp(−t/tau)",
    params: { tau: [7, "ms"], EL: [-70, "mV"], gL: [10, "nS"] },
    states: { V: [-40, "mV"] },
    equations: "dV/dt = (EL - V + I/gL)/tau",
    spike: "V > 1000 mV",
    method: "exact",
  };
  const steady = -70 + 35 / 10;
  const solution = (t: number): number => steady + (-40 - steady) * Math.exp(-t / 7);

  it.each(["exact", "exponential-euler"])("%s is exact to rounding at any step", async (method) => {
    for (const dt of [0.1, 1, 12.5]) {
      const cells = await wasmCells(leak, { dt, method, inputs: { I: 35 } });
      for (let k = 1; k <= 8; k++) {
        cells.advance(1);
        expect(Math.abs(cells.state("V")[0]! - solution(k * dt))).toBeLessThan(70 * 1e-14);
      }
    }
  });

  it.each([
    ["euler", 1],
    ["heun", 2],
    ["rk4", 4],
  ] as const)("%s has order %d", async (method, expected) => {
    const error = async (dt: number): Promise<number> => {
      const cells = await wasmCells(leak, { dt, method, inputs: { I: 35 } });
      cells.advance(Math.round(20 / dt));
      return Math.abs(cells.state("V")[0]! - solution(20));
    };
    expect(Math.abs((await order(error, 0.25)) - expected)).toBeLessThan(0.1);
  });
});

describe("the exact method on coupled linear models", () => {
  it("rotates: an undamped oscillator keeps its amplitude and phase for 1000 periods", async () => {
    const oscillator: NeuronDeclaration = {
      id: "Oscillator",
      source: "closed form: cos(omega·t)",
      params: { omega: [2 * Math.PI, "1/ms"] },
      states: { V: [1, "mV"], u: [0, "mV"] },
      inputs: {},
      equations: "dV/dt = -omega*u\ndu/dt = omega*V",
      spike: "V > 10 mV",
      method: "exact",
    };
    const cells = await wasmCells(oscillator, { dt: 0.01 });
    cells.advance(100_000);
    // An error of the propagator of 1e-16·n in 1e5 steps
    expect(Math.abs(cells.state("V")[0]! - 1)).toBeLessThan(1e-10);
    expect(Math.abs(cells.state("u")[0]!)).toBeLessThan(1e-10);
    cells.advance(25);
    expect(Math.abs(cells.state("u")[0]! - 1)).toBeLessThan(1e-10);
  });

  it("two synapses and a membrane at once, with constant current: the sum of the closed forms", async () => {
    const membrane: NeuronDeclaration = {
      id: "Membrane",
      source: "superposition of the PSPs of Rotter & Diesmann 1999",
      params: { C: [250, "pF"], tau: [10, "ms"] },
      states: { V: [0, "mV"] },
      equations: "dV/dt = -V/tau + I/C",
      spike: "V > 1000 mV",
      method: "exact",
    };
    const ports = [
      { name: "fast", synapse: expCurrent },
      { name: "slow", synapse: dualExpCurrent },
    ];
    const params = { "fast.tau": 2, "slow.tauRise": 1, "slow.tauDecay": 4 };
    const cells = await wasmCells(membrane, { dt: 0.1, ports, params, inputs: { I: 100 } });
    cells.advance(200, (step, port) => (step === 0 ? [50, 80][port]! : 0));
    const [t, tau, C] = [20, 10, 250];
    const from = (s: number): number => (Math.exp(-t / tau) - Math.exp(-t / s)) / (1 / s - 1 / tau); // ∫ e^(−(t−u)/tau) e^(−u/s) du
    const peak = 4 ** (-1 / 3); // x = 4: x^(−1/(x−1)) of the difference scaled by tauDecay/(tauDecay − tauRise)
    const slow = ((80 / peak) * (4 / 3) * (from(4) - from(1))) / C;
    const expected = (50 * from(2)) / C + slow + ((100 * tau) / C) * (1 - Math.exp(-t / tau));
    expect(Math.abs(cells.state("V")[0]! / expected - 1)).toBeLessThan(1e-12);
  });
});
