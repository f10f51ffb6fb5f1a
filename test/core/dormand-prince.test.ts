import { describe, expect, it } from "vitest";
import { dormandPrince } from "../../src/core/dormand-prince.js";
import type { Derivative } from "../../src/core/integrators.js";

const witch: Derivative = (t, y, dydt) => {
  dydt[0] = -2 * t * y[0]! * y[0]!;
};
const oscillator: Derivative = (_t, y, dydt) => {
  dydt[0] = y[1]!;
  dydt[1] = -y[0]!;
};
const failure = (code: string) => expect.objectContaining({ name: "WbeError", code });

/** Options under which every step is `h`: the error test always passes and no step may be longer. */
const fixed = (h: number) => ({ initialStep: h, maxStep: h, relativeTolerance: 1, absoluteTolerance: 1e6 });

describe("order of convergence, measured by halving a fixed step", () => {
  it("is 5 for the step itself", () => {
    const witchError = (h: number) => Math.abs(dormandPrince(witch, 0, 1, [1], fixed(h)).y[0]! - 1 / 2);
    const turnError = (h: number) => {
      const { y } = dormandPrince(oscillator, 0, 3, [1, 0], fixed(h));
      return Math.hypot(y[0]! - Math.cos(3), y[1]! + Math.sin(3));
    };
    for (const error of [witchError, turnError]) {
      expect(Math.abs(Math.log2(error(1 / 32) / error(1 / 64)) - 5)).toBeLessThan(0.1);
    }
  });

  it("is at least 4 for interpolated samples", () => {
    const sample = Array.from({ length: 77 }, (_, i) => 0.013 + i * 0.0257);
    const error = (h: number) => {
      const { sampled } = dormandPrince(witch, 0, 2, [1], { ...fixed(h), sample });
      return Math.max(...sample.map((t, i) => Math.abs(sampled[i]! - 1 / (1 + t * t))));
    };
    expect(Math.log2(error(1 / 8) / error(1 / 16))).toBeGreaterThan(3.9);
    expect(error(1 / 16)).toBeLessThan(1e-6);
  });
});

describe("error control", () => {
  it("the error shrinks with the tolerance and stays within 100 times of it on the oscillator over three turns", () => {
    let before = Number.POSITIVE_INFINITY;
    for (const tolerance of [1e-4, 1e-6, 1e-8, 1e-10]) {
      const { y } = dormandPrince(oscillator, 0, 6 * Math.PI, [1, 0], {
        relativeTolerance: tolerance,
        absoluteTolerance: tolerance,
      });
      const error = Math.hypot(y[0]! - 1, y[1]!);
      expect(error).toBeLessThan(100 * tolerance);
      expect(error).toBeLessThan(before);
      before = error;
    }
  });

  describe("on the Arenstorf orbit (Hairer et al. 1993, II.0)", () => {
    const mu = 0.012277471;
    const orbit: Derivative = (_t, y, dydt) => {
      const [x, z, u, v] = y as unknown as [number, number, number, number];
      const r1 = (x + mu) ** 2 + z ** 2;
      const r2 = (x - 1 + mu) ** 2 + z ** 2;
      const d1 = r1 * Math.sqrt(r1);
      const d2 = r2 * Math.sqrt(r2);
      dydt[0] = u;
      dydt[1] = v;
      dydt[2] = x + 2 * v - ((1 - mu) * (x + mu)) / d1 - (mu * (x - 1 + mu)) / d2;
      dydt[3] = z - 2 * u - ((1 - mu) * z) / d1 - (mu * z) / d2;
    };
    const solve = (tolerance: number) =>
      dormandPrince(orbit, 0, 17.06521656015796, [0.994, 0, 0, -2.0015851063790824], {
        relativeTolerance: tolerance,
        absoluteTolerance: tolerance,
      });

    it("comes back to its start after one period", () => {
      // The orbit magnifies errors: to 1e-12 per step the position comes back to about 1e-6.
      const { y } = solve(1e-12);
      expect(Math.hypot(y[0]! - 0.994, y[1]!)).toBeLessThan(1e-5);
    });

    // scipy 1.17.1, ode(f).set_integrator("dopri5", beta=0.04), which is Hairer's Fortran code.
    for (const [tolerance, steps, evaluations] of [
      [1e-7, 216, 1442],
      [1e-10, 841, 5060],
    ] as const) {
      it(`takes the ${steps} steps and ${evaluations} evaluations of Hairer's DOPRI5 at tolerance ${tolerance}`, () => {
        const result = solve(tolerance);
        expect(result.accepted).toBe(steps);
        expect(result.evaluations).toBe(evaluations);
      });
    }
  });

  it("ends at the asked time exactly, forwards and backwards, and does nothing over no interval", () => {
    const there = dormandPrince(oscillator, 0, 0.7, [1, 0], { relativeTolerance: 1e-11, absoluteTolerance: 1e-11 });
    expect(there.t).toBe(0.7);
    const back = dormandPrince(oscillator, 0.7, 0, there.y, { relativeTolerance: 1e-11, absoluteTolerance: 1e-11 });
    expect(back.t).toBe(0);
    expect(Math.hypot(back.y[0]! - 1, back.y[1]!)).toBeLessThan(1e-9);
    const still = dormandPrince(oscillator, 3, 3, [1, 0], { sample: [3, 3] });
    expect([...still.y, ...still.sampled]).toEqual([1, 0, 1, 0, 1, 0]);
    expect(still.accepted).toBe(0);
  });

  it("samples include both ends exactly and run in the direction of integration", () => {
    const forwards = dormandPrince(oscillator, 0, 2, [1, 0], { sample: [0, 1, 1, 2] });
    expect([...forwards.sampled.subarray(0, 2)]).toEqual([1, 0]);
    expect([...forwards.sampled.subarray(6)]).toEqual([...forwards.y]);
    expect(forwards.sampled[2]).toBe(forwards.sampled[4]);
    expect(Math.abs(forwards.sampled[2]! - Math.cos(1))).toBeLessThan(1e-5);
    const backwards = dormandPrince(oscillator, 0, -2, [1, 0], { sample: [0, -1, -2] });
    expect(Math.abs(backwards.sampled[2]! - Math.cos(1))).toBeLessThan(1e-5);
    expect(() => dormandPrince(oscillator, 0, 2, [1, 0], { sample: [1, 0.5] })).toThrow(failure("ARGUMENT"));
    expect(() => dormandPrince(oscillator, 0, 2, [1, 0], { sample: [2.1] })).toThrow(failure("ARGUMENT"));
  });

  it("crosses a kink by shortening its steps", () => {
    const kink: Derivative = (t, _y, dydt) => {
      dydt[0] = t < 1 / 3 ? 0 : 1;
    };
    const { y, rejected } = dormandPrince(kink, 0, 1, [0], { absoluteTolerance: 1e-8, relativeTolerance: 0 });
    expect(Math.abs(y[0]! - 2 / 3)).toBeLessThan(1e-6);
    expect(rejected).toBeGreaterThan(0);
  });

  it("a state and tolerance of 0 do not stop it", () => {
    const still: Derivative = (_t, _y, dydt) => {
      dydt[0] = 0;
    };
    expect(dormandPrince(still, 0, 1, [0]).y[0]).toBe(0);
  });

  it("a system of no variables ends at once", () => {
    expect(dormandPrince(() => {}, 0, 5, []).t).toBe(5);
  });
});

describe("failures are clear", () => {
  it("dy/dt = y², singular at t = 1, stops just before it", () => {
    const blowUp: Derivative = (_t, y, dydt) => {
      dydt[0] = y[0]! * y[0]!;
    };
    try {
      dormandPrince(blowUp, 0, 2, [1]);
      expect.unreachable();
    } catch (error) {
      expect(error).toEqual(failure("LIMIT"));
      const at = Number(/t = ([\d.]+)/.exec(String((error as { where: string }).where))![1]);
      expect(Math.abs(at - 1)).toBeLessThan(1e-5);
    }
  });

  it("an equation that leaves its domain is NOT_FINITE and names variable and time", () => {
    const root: Derivative = (_t, y, dydt) => {
      dydt[0] = 1;
      dydt[1] = -Math.sqrt(0.5 - y[0]!);
    };
    expect(() => dormandPrince(root, 0, 1, [0, 0])).toThrow(
      /variable 1 stops being finite \(at just after t = 0\.(49|5)/,
    );
  });

  it("a slope or state that is not finite at the start is NOT_FINITE", () => {
    const nan: Derivative = (_t, _y, dydt) => {
      dydt[0] = Number.NaN;
    };
    expect(() => dormandPrince(nan, 0, 1, [0])).toThrow(failure("NOT_FINITE"));
    expect(() => dormandPrince(oscillator, 0, 1, [Number.NaN, 0])).toThrow(failure("NOT_FINITE"));
  });

  it("a stiff equation runs into maxSteps and says so", () => {
    const stiff: Derivative = (_t, y, dydt) => {
      dydt[0] = -1e6 * y[0]!;
    };
    expect(() => dormandPrince(stiff, 0, 1, [1], { maxSteps: 1000 })).toThrow(failure("LIMIT"));
  });

  it("bad options are refused", () => {
    for (const options of [
      { relativeTolerance: -1 },
      { relativeTolerance: 0, absoluteTolerance: 0 },
      { absoluteTolerance: -1 },
      { absoluteTolerance: [1e-6] },
      { initialStep: 0 },
      { maxStep: -1 },
      { maxSteps: 0 },
      { relativeTolerance: Number.NaN },
    ]) {
      expect(() => dormandPrince(oscillator, 0, 1, [1, 0], options), JSON.stringify(options)).toThrow(
        failure("ARGUMENT"),
      );
    }
    expect(() => dormandPrince(oscillator, 0, Number.POSITIVE_INFINITY, [1, 0])).toThrow(failure("ARGUMENT"));
  });
});
