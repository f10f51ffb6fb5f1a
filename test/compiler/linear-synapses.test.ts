/** Linear synapses are exact by every method, and leave each method its order; others are integrated like any state. */
import { describe, expect, it } from "vitest";
import { buildProgram, emitJs } from "../../src/compiler/index.js";
import { dormandPrince } from "../../src/core/dormand-prince.js";
import type { NeuronDeclaration } from "../../src/neuron-models/index.js";
import { hodgkinHuxley } from "../../src/neuron-models/index.js";
import { dualExpConductance, expConductance, type SynapseDeclaration } from "../../src/synapse-models/index.js";
import { type CellOptions, wasmCells } from "./kernels.js";

const methods = ["euler", "heun", "rk4", "exponential-euler"] as const;

const leaky: NeuronDeclaration = {
  id: "Leaky",
  source: "made up",
  params: { C: [100, "pF"], gL: [10, "nS"], EL: [-70, "mV"] },
  states: { V: [-70, "mV"] },
  equations: "dV/dt = (gL*(EL - V) + I)/C",
  spike: "V > 1000 mV",
  method: "rk4",
};
const ports = [
  { name: "fast", synapse: expConductance },
  { name: "slow", synapse: dualExpConductance },
];
const params = { "fast.tau": 1.5, "slow.tauRise": 0.7, "slow.tauDecay": 4, "slow.Erev": -85 };
const arrival = (step: number, port: number): number => (step === 0 ? [20, 15][port]! : 0);

/** Initial x/tauRise of the dual exponential, so that the peak is the weight (Roth & van Rossum 2009, eq. 6.5). */
const ratio = 4 / 0.7;
const x0 = 15 * ratio ** (1 / (ratio - 1)) * (1 / 0.7);

describe("a linear synapse", () => {
  it.each(methods)("by %s follows its closed form at any step", async (method) => {
    for (const dt of [0.1, 1.3]) {
      const cells = await wasmCells(leaky, { dt, method, ports, params });
      for (let k = 1; k <= 6; k++) {
        cells.advance(1, k === 1 ? arrival : undefined);
        const t = k * dt;
        const g = cells.state("slow.g")[0]!;
        const expected = (x0 * 0.7 * (Math.exp(-t / 4) - Math.exp(-t / 0.7))) / (1 - 0.7 / 4);
        expect(Math.abs(cells.state("fast.g")[0]! / (20 * Math.exp(-t / 1.5)) - 1)).toBeLessThan(1e-14 * k);
        expect(Math.abs(g / expected - 1)).toBeLessThan(1e-13 * k);
      }
    }
  });

  /** V after 3 ms by another integrator than those of the compiler, of the equations as they stand. */
  const reference = (() => {
    return dormandPrince(
      (_t, [V, fast, x, g], out) => {
        out[0] = (10 * (-70 - V!) + fast! * (0 - V!) + g! * (-85 - V!)) / 100;
        out[1] = -fast! / 1.5;
        out[2] = -x! / 0.7;
        out[3] = x! - g! / 4;
      },
      0,
      3,
      [-70, 20, x0, 0],
      { relativeTolerance: 1e-13, absoluteTolerance: 1e-13 },
    ).y[0]!;
  })();
  const error = async (method: string, dt: number): Promise<number> => {
    const cells = await wasmCells(leaky, { dt, method, ports, params });
    cells.advance(1, arrival);
    cells.advance(Math.round(3 / dt) - 1);
    return Math.abs(cells.state("V")[0]! - reference);
  };

  it.each([
    ["rk4", 4, 0.25],
    ["heun", 2, 0.05],
    ["euler", 1, 0.01],
    ["exponential-euler", 1, 0.01],
  ] as const)("leaves %s its order %d in V", async (method, order, dt) => {
    const slope = Math.log2((await error(method, dt)) / (await error(method, dt / 2)));
    expect(Math.abs(slope - order)).toBeLessThan(0.2);
  });

  it("costs rk4 two multiplications, not four evaluations", () => {
    const alone = emitJs(buildProgram(hodgkinHuxley, { method: "rk4" }).program).split("\n").length;
    const port = [{ name: "s", synapse: expConductance }];
    const with1 = emitJs(buildProgram(hodgkinHuxley, { method: "rk4", ports: port }).program).split("\n").length;
    // Arrival, g at two later times, the current at four stages with its sums: 30 lines. Four stages of g would be 10 more.
    expect(with1 - alone).toBeLessThan(35);
  });
});

describe("a synapse that is not linear on its own", () => {
  const blocked: SynapseDeclaration = {
    ...expConductance,
    id: "Blocked",
    equations: "dg/dt = -g/tau*(1 + V/(100 mV))",
  };
  const saturating: SynapseDeclaration = {
    ...expConductance,
    id: "Saturating",
    equations: "dg/dt = -g/tau - g^2/(10 nS)/tau",
  };
  const solution = (f: (V: number, g: number) => number): number =>
    dormandPrince(
      (_t, [V, g], out) => {
        out[0] = (10 * (-70 - V!) - g! * V!) / 100;
        out[1] = f(V!, g!);
      },
      0,
      3,
      [-70, 20],
      { relativeTolerance: 1e-13, absoluteTolerance: 1e-13 },
    ).y[1]!;

  it.each([
    ["depends on V", blocked, solution((V, g) => (-g / 1.5) * (1 + V / 100))],
    ["depends on itself squared", saturating, solution((_V, g) => (-g - (g * g) / 10) / 1.5)],
  ] as const)("because it %s is integrated with order 4 by rk4", async (_, synapse, expected) => {
    const options = (dt: number): CellOptions => ({
      dt,
      method: "rk4",
      ports: [{ name: "s", synapse }],
      params: { "s.tau": 1.5, "s.Erev": 0 },
    });
    const error = async (dt: number): Promise<number> => {
      const cells = await wasmCells(leaky, options(dt));
      cells.advance(1, () => 20);
      cells.advance(Math.round(3 / dt) - 1);
      return Math.abs(cells.state("s.g")[0]! - expected);
    };
    const slope = Math.log2((await error(0.125)) / (await error(0.0625)));
    expect(Math.abs(slope - 4)).toBeLessThan(0.3);
  });
});
