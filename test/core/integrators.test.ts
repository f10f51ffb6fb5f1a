import { describe, expect, it } from "vitest";
import {
  type Derivative,
  type DiagonalSplit,
  euler,
  eulerInto,
  exponentialEuler,
  exponentialEulerInto,
  heun,
  heunInto,
  integrateFixed,
  makeWorkspace,
  rk4,
  rk4Into,
} from "../../src/core/integrators.js";

/** dy/dt = −2 t y², y(0) = 1: y = 1/(1 + t²). Nonlinear and time-dependent, so that no order comes by luck. */
const witch: Derivative = (t, y, dydt) => {
  dydt[0] = -2 * t * y[0]! * y[0]!;
};
/** The same as a diagonal split: a = −2 t y. */
const witchSplit: DiagonalSplit = (t, y, linear, constant) => {
  linear[0] = -2 * t * y[0]!;
  constant[0] = 0;
};
/** Harmonic oscillator: (cos t, −sin t). */
const oscillator: Derivative = (_t, y, dydt) => {
  dydt[0] = y[1]!;
  dydt[1] = -y[0]!;
};

function last<F>(
  step: Parameters<typeof integrateFixed<F>>[0],
  f: F,
  y0: number[],
  dt: number,
  steps: number,
): Float64Array {
  const { states, n } = integrateFixed(step, f, 0, y0, dt, steps);
  return states.subarray(steps * n);
}

/** log2 of the ratio of errors at dt and dt/2. */
function order(error: (steps: number) => number, steps: number): number {
  return Math.log2(error(steps) / error(2 * steps));
}

describe("order of convergence, measured by halving the step", () => {
  const methods = [
    ["Euler", eulerInto, 1],
    ["Heun", heunInto, 2],
    ["rk4", rk4Into, 4],
  ] as const;
  for (const [name, step, expected] of methods) {
    it(`${name} is of order ${expected} on a nonlinear, time-dependent equation and on the oscillator`, () => {
      const witchError = (steps: number) => Math.abs(last(step, witch, [1], 2 / steps, steps)[0]! - 1 / 5);
      expect(Math.abs(order(witchError, 256) - expected)).toBeLessThan(0.1);
      const turnError = (steps: number) => {
        const y = last(step, oscillator, [1, 0], 3 / steps, steps);
        return Math.hypot(y[0]! - Math.cos(3), y[1]! + Math.sin(3));
      };
      expect(Math.abs(order(turnError, 256) - expected)).toBeLessThan(0.1);
    });
  }

  it("exponential Euler is of order 1", () => {
    const error = (steps: number) =>
      Math.abs(last(exponentialEulerInto, witchSplit, [1], 2 / steps, steps)[0]! - 1 / 5);
    expect(Math.abs(order(error, 256) - 1)).toBeLessThan(0.1);
  });
});

describe("single steps", () => {
  it("have the values worked by hand for dy/dt = y from 1 with dt = 1: 2, 2.5 and 65/24", () => {
    const growth: Derivative = (_t, y, dydt) => {
      dydt[0] = y[0]!;
    };
    expect(euler(growth, 0, [1], 1)[0]).toBe(2);
    expect(heun(growth, 0, [1], 1)[0]).toBe(2.5);
    expect(rk4(growth, 0, [1], 1)[0]).toBeCloseTo(65 / 24, 15);
  });

  it("exponential Euler is exact for constant coefficients at any step, and plain Euler where a = 0", () => {
    const split: DiagonalSplit = (_t, _y, linear, constant) => {
      linear.set([-0.5, 0, -1e4]);
      constant.set([1, 3, 2e4]);
    };
    const y = exponentialEuler(split, 0, [0, 1, 7], 4);
    expect(y[0]).toBeCloseTo(2 * (1 - Math.exp(-2)), 14);
    expect(y[1]).toBe(13);
    expect(y[2]).toBeCloseTo(2, 12); // dt·|a| = 40,000: Euler would be at −2e5
  });

  for (const [name, step] of [
    ["euler", eulerInto],
    ["heun", heunInto],
    ["rk4", rk4Into],
  ] as const) {
    it(`${name}Into gives the same bits in place as into another array, and leaves y alone otherwise`, () => {
      const work = makeWorkspace(2);
      const y = Float64Array.of(0.3, -0.8);
      const out = step(oscillator, 0, y, 0.1, new Float64Array(2), work);
      expect([...y]).toEqual([0.3, -0.8]);
      expect([...step(oscillator, 0, y, 0.1, y, work)]).toEqual([...out]);
    });
  }

  it("backward steps undo forward ones to the order of the method", () => {
    const there = rk4(oscillator, 0, [1, 0], 0.01);
    const back = rk4(oscillator, 0.01, there, -0.01);
    expect(Math.hypot(back[0]! - 1, back[1]!)).toBeLessThan(1e-11);
  });

  it("a system of no variables stays empty", () => {
    expect(rk4(() => {}, 0, [], 1).length).toBe(0);
  });

  it("rows of the wrong length and steps that are not finite are refused", () => {
    const bad = expect.objectContaining({ code: "ARGUMENT" });
    const y = new Float64Array(2);
    expect(() => rk4Into(oscillator, 0, y, 0.1, new Float64Array(3), makeWorkspace(2))).toThrow(bad);
    expect(() => rk4Into(oscillator, 0, y, 0.1, y, makeWorkspace(3))).toThrow(bad);
    expect(() => euler(oscillator, 0, y, Number.NaN)).toThrow(bad);
    expect(() => makeWorkspace(-1)).toThrow(bad);
  });
});

describe("integrateFixed", () => {
  it("takes times k·dt without accumulating: 40,000 steps of 0.025 end at 1000 exactly", () => {
    const flat: Derivative = (_t, _y, dydt) => {
      dydt[0] = 0;
    };
    const { t, states } = integrateFixed(eulerInto, flat, 0, [2], 0.025, 40_000);
    expect(t[40_000]).toBe(1000);
    expect(states[40_000]).toBe(2);
  });

  it("names variable and time when a state stops being finite", () => {
    const explosion: Derivative = (_t, y, dydt) => {
      dydt[0] = 0;
      dydt[1] = y[1]! ** 3;
    };
    expect(() => integrateFixed(eulerInto, explosion, 0, [0, 10], 1, 100)).toThrow(/variable 1 = .* \(at t = \d+\)/);
    expect(() => integrateFixed(eulerInto, explosion, 0, [0, Number.NaN], 1, 1)).toThrow(
      expect.objectContaining({ code: "NOT_FINITE" }),
    );
  });
});
