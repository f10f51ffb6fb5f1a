import { describe, expect, it } from "vitest";
import { normalQuantile } from "../../src/core/normal-quantile.js";
import golden from "../golden/normal-quantile.json" with { type: "json" };

/** Roots of Φ(z) = p found with mpmath 1.3 at 40 digits. */
const reference: [number, number][] = [
  [1e-300, -37.0470962993612],
  [1e-20, -9.262340089798407],
  [1e-12, -7.034483825301132],
  [1e-5, -4.264890793922825],
  [0.01, -2.326347874040841],
  [0.07, -1.4757910281791706],
  [0.075, -1.439531470938456],
  [0.2, -0.8416212335729142],
  [0.49, -0.025068908258711057],
  [0.6, 0.2533471031357997],
  [0.924, 1.4325027208258119],
  [0.926, 1.4466320671589787],
  [0.999, 3.090232306167813],
  [0.999999999999, 7.0344869100478356],
];

describe("normalQuantile", () => {
  it("agrees with 40-digit roots to 2e-15 relative, in all three ranges of AS 241", () => {
    for (const [p, z] of reference) expect(Math.abs(normalQuantile(p) / z - 1), `p = ${p}`).toBeLessThan(2e-15);
  });

  it("at the numbers that noise is made of is off by at most 1e-16 of AS 241 and the rounding of its 20 operations", () => {
    let worst = 0;
    for (const [p, high, low] of golden.values as [number, number, number][]) {
      worst = Math.max(worst, Math.abs((normalQuantile(p) - high - low) / high));
    }
    expect(worst).toBeLessThan(8e-16);
    expect(worst).toBeGreaterThan(0);
  });

  it("is 0 at one half and antisymmetric", () => {
    expect(normalQuantile(0.5)).toBe(0);
    for (const p of [0.25, 2 ** -5, 2 ** -30]) expect(normalQuantile(p)).toBe(-normalQuantile(1 - p));
  });

  it("is infinite at 0 and 1 and NaN outside", () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    for (const p of [-0.1, 1.1, Number.NaN]) expect(normalQuantile(p)).toBeNaN();
  });
});
