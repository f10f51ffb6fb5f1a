/** Welch's test against values of scipy.stats.ttest_ind_from_stats (scipy 1.18.1, equal_var=False). */
import { describe, expect, it } from "vitest";
import { sampleOf, welchProbability } from "../../src/validation/verify/welch.js";

const fromScipy: [number[], number[], number][] = [
  [[6, 38.139, 0.12656], [5, 37.889, 0.141], 0.014949919],
  [[5, 59.24, 0.478], [6, 59.416, 0.567], 0.59008647],
  [[3, 10.0, 1.0], [9, 13.0, 0.2], 0.0336183211],
  [[8, 6.0, 0.4], [8, 4.9, 0.3], 3.12397288e-5],
  [[2, 1.0, 0.5], [2, 1.1, 2.0], 0.955432435],
];

describe("Welch's t-test", () => {
  it.each(fromScipy)("%j", (a, b, p) => {
    const [x, y] = [a, b].map(([n, mean, sd]) => ({ n: n!, mean: mean!, sd: sd! }));
    expect(Math.abs(welchProbability(x!, y!) / p - 1)).toBeLessThan(1e-6);
  });

  it("takes mean and deviation of n − 1 degrees of freedom", () => {
    expect(sampleOf([1, 2, 3, 4])).toEqual({ n: 4, mean: 2.5, sd: Math.sqrt(5 / 3) });
  });

  it("without spread says whether the means are one", () => {
    const same = { n: 3, mean: 1, sd: 0 };
    expect(welchProbability(same, same)).toBe(1);
    expect(welchProbability(same, { ...same, mean: 2 })).toBe(0);
  });
});
