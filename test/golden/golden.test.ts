import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exponentialRate, linearExponentialRate, sigmoidRate } from "../../src/core/gating.js";
import { eulerInto, exponentialEulerInto, integrateFixed, rk4Into } from "../../src/core/integrators.js";
import hh from "./hodgkin-huxley.json" with { type: "json" };

const root = new URL("../../", import.meta.url);
const files = readdirSync(new URL("test/golden/", root)).filter((name) => name.endsWith(".json"));

describe("golden files", () => {
  it.each(files)("%s says which tools, script, date, parameters and conventions made it", (file) => {
    const golden = JSON.parse(readFileSync(new URL(`test/golden/${file}`, root), "utf8"));
    expect(`${golden.name}.json`).toBe(file);
    expect(existsSync(new URL(golden.script, root))).toBe(true);
    expect(golden.date).toMatch(/^\d{4}-\d\d-\d\d$/);
    for (const field of ["tools", "parameters", "conventions"]) expect(Object.keys(golden[field])).not.toHaveLength(0);
    const pinned = readFileSync(new URL("interop/requirements.txt", root), "utf8").toLowerCase();
    for (const [tool, version] of Object.entries(golden.tools)) {
      if (tool !== "python") expect(pinned).toContain(`${tool}==${version}`);
    }
  });
});

const { gNa, gK, gL, ENa, EK, EL, C } = hh.parameters;
const I = 10;

/** dy/dt = linear·y + constant for V, m, h, n, with the rates of the golden file. */
function split(_t: number, y: Float64Array, linear: Float64Array, constant: Float64Array): void {
  const [V, m, h, n] = y as unknown as [number, number, number, number];
  const alpha = [
    linearExponentialRate(V, 1, -40, 10),
    exponentialRate(V, 0.07, -65, -20),
    linearExponentialRate(V, 0.1, -55, 10),
  ];
  const beta = [exponentialRate(V, 4, -65, -18), sigmoidRate(V, 1, -35, 10), exponentialRate(V, 0.125, -65, -80)];
  const na = gNa * m * m * m * h;
  const k = gK * n * n * n * n;
  linear[0] = -(na + k + gL) / C;
  constant[0] = (na * ENa + k * EK + gL * EL + I) / C;
  for (let gate = 0; gate < 3; gate++) {
    linear[gate + 1] = -(alpha[gate]! + beta[gate]!);
    constant[gate + 1] = alpha[gate]!;
  }
}

const scratch = [new Float64Array(4), new Float64Array(4)] as const;

function derivative(t: number, y: Float64Array, dydt: Float64Array): void {
  split(t, y, ...scratch);
  for (let i = 0; i < 4; i++) dydt[i] = scratch[0][i]! * y[i]! + scratch[1][i]!;
}

describe("small-system integrators on Hodgkin-Huxley", () => {
  const start = [hh.parameters.V0, hh.parameters.gates0.m, hh.parameters.gates0.h, hh.parameters.gates0.n];
  const solve = (method: string, dt: number, steps: number) => {
    if (method === "exponential_euler") return integrateFixed(exponentialEulerInto, split, 0, start, dt, steps);
    return integrateFixed(method === "rk4" ? rk4Into : eulerInto, derivative, 0, start, dt, steps);
  };

  // Same scheme, other program: only rounding differs, and 50 ms with three spikes multiply it by less than 1e5.
  it.each(hh.brian2)(
    "$method at dt $dt ms gives Brian2's V within 1e-8 mV over 50 ms",
    ({ method, dt, V, V_every_ms }) => {
      const every = Math.round(V_every_ms / dt);
      const { states } = solve(method, dt, every * (V.length - 1));
      const worst = Math.max(...V.map((v, k) => Math.abs(v - states[4 * k * every]!)));
      expect(V.length).toBe(500);
      expect(worst).toBeLessThan(1e-8);
    },
  );

  it("rk4 nears the reference of scipy by order 4, euler and exponential Euler by order 1", () => {
    const order = (method: string, coarse: number) => {
      const error = (dt: number) => {
        const at = Math.round(5 / dt);
        return Math.abs(solve(method, dt, at).states[4 * at]! - hh.reference.V[50]!);
      };
      return Math.log2(error(coarse) / error(coarse / 2));
    };
    expect(order("rk4", 0.025)).toBeGreaterThan(3.7);
    expect(order("rk4", 0.025)).toBeLessThan(4.3);
    for (const method of ["euler", "exponential_euler"]) expect(order(method, 0.001)).toBeCloseTo(1, 1);
  });
});

describe("Hodgkin-Huxley reference", () => {
  it("has the rates of the published-data collector's F-I curve", () => {
    const data = process.env.WBE_DATA ?? new URL("../shared/data", root).pathname;
    const path = `${data}/validation/hodgkin_huxley_fi.json`;
    if (!existsSync(path)) return;
    const rows: { I_uA_per_cm2: number; n_spikes_0_1000ms: number; steady_rate_hz_500_1000ms: number }[] = JSON.parse(
      readFileSync(path, "utf8"),
    ).fi;
    // They start from the exact rest state, we from −65 mV: the same limit cycle, another phase.
    for (const { I, spikes, rate_500_1000_Hz } of hh.fi) {
      const row = rows.find((candidate) => candidate.I_uA_per_cm2 === I)!;
      expect(spikes).toBe(row.n_spikes_0_1000ms);
      expect(Math.abs(rate_500_1000_Hz - row.steady_rate_hz_500_1000ms)).toBeLessThan(1e-3);
    }
  });
});
