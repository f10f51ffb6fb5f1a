import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSwc } from "wbe/io";
import { findTouches, growPyramidalNeuron } from "wbe/scanner";
import { closestPoints, type Link } from "../../src/scanner/closest-points.js";

describe("nearest places of two links", () => {
  it("are not farther than any pair of a fine sampling, and as far as they say", () => {
    const coordinate = fc.integer({ min: -5, max: 5 });
    const link = fc.tuple(coordinate, coordinate, coordinate, coordinate, coordinate, coordinate);
    fc.assert(
      fc.property(link, link, (a: Link, b: Link) => {
        const found = closestPoints(a, b);
        const at = (l: Link, f: number) => [0, 1, 2].map((k) => l[k as 0]! + f * (l[(k + 3) as 3]! - l[k as 0]!));
        const apart = (s: number, t: number) => Math.hypot(...at(a, s).map((v, k) => v - at(b, t)[k]!));
        expect(apart(found.s, found.t)).toBeCloseTo(found.distance, 10);
        for (let i = 0; i <= 10; i++) {
          for (let j = 0; j <= 10; j++) expect(found.distance).toBeLessThanOrEqual(apart(i / 10, j / 10) + 1e-9);
        }
      }),
      { numRuns: 300, seed: 5 },
    );
  });
});

/** A soma of 5 um at (0, y, 0) with one straight neurite of a type from x = 10 to 110 um. */
const neuron = (y: number, type: number, z = 0) =>
  readSwc(
    [
      `1 1 0 ${y} ${z} 5 -1`,
      ...Array.from({ length: 11 }, (_, k) => `${k + 2} ${type} ${10 * (k + 1)} ${y} ${z} 0.5 ${k + 1}`),
    ].join("\n"),
  );
/** Along y at x = 55 um and height z, from −50 to 50 um. */
const crossing = (type: number, z: number) =>
  readSwc(["1 1 55 -60 0 5 -1", `2 ${type} 55 -50 ${z} 0.5 1`, `3 ${type} 55 50 ${z} 0.5 2`].join("\n"));

describe("touches", () => {
  it("lie where an axon crosses a dendrite within the gap between surfaces", () => {
    const touches = findTouches([crossing(2, 3), neuron(0, 3)], { maxGap: 2.001 });
    expect([...touches.source, ...touches.target]).toEqual([0, 1]);
    expect(touches.gap[0]).toBeCloseTo(2, 12);
    expect([touches.x[0], touches.y[0], touches.z[0]]).toEqual([55, 0, 1.5]);
    expect([touches.sourceFraction[0], touches.targetFraction[0]]).toEqual([0.5, 0.5]);
    expect(touches.targetPath[0]).toBeCloseTo(55, 12);
    expect(findTouches([crossing(2, 3), neuron(0, 3)], { maxGap: 1.999 }).source).toHaveLength(0);
  });

  it("are of axons onto dendrites and somata only, unless asked otherwise", () => {
    const pair = [crossing(3, 1), neuron(0, 2)];
    expect([...findTouches(pair).source]).toEqual([1]);
    expect(findTouches([crossing(2, 1), neuron(0, 2)]).source).toHaveLength(0);
    expect(findTouches([crossing(2, 1), neuron(0, 2)], { targetTypes: [2] }).source).toHaveLength(2);
    // Through the soma: the gap is negative.
    const soma = readSwc("1 1 55 0 0 5 -1");
    expect(findTouches([crossing(2, 0), soma]).gap[0]).toBeCloseTo(-5.5, 12);
  });

  it("along two parallel neurites are as many as the spacing allows", () => {
    const pair = [neuron(0, 2), neuron(2, 3)];
    expect(findTouches(pair, { spacing: 10 }).source.length).toBeGreaterThanOrEqual(9);
    expect(findTouches(pair, { spacing: 10 }).source.length).toBeLessThanOrEqual(11);
    expect(findTouches(pair, { spacing: 50 }).source.length).toBeLessThanOrEqual(3);
    const path = [...findTouches(pair, { spacing: 20 }).sourcePath];
    for (let k = 1; k < path.length; k++) expect(path[k]! - path[k - 1]!).toBeGreaterThanOrEqual(20);
  });

  it("are thinned to a bouton density, the same ones for one seed", () => {
    const pair = [neuron(0, 2), neuron(2, 3)];
    const all = findTouches(pair, { spacing: 5 });
    expect(all.candidates[0]).toBe(all.source.length);
    const counts = Array.from(
      { length: 200 },
      (_, seed) => findTouches(pair, { boutonDensity: 0.04, seed }).source.length,
    );
    // 4 boutons on 100 um: the mean of 200 binomial draws lies within four standard errors.
    const mean = counts.reduce((sum, n) => sum + n, 0) / 200;
    expect(Math.abs(mean - 4)).toBeLessThan(4 * Math.sqrt((4 * (1 - 4 / all.source.length)) / 200));
    expect(findTouches(pair, { boutonDensity: 0.04, seed: 3 })).toEqual(
      findTouches(pair, { boutonDensity: 0.04, seed: 3 }),
    );
  });

  it("equal those of a search of all pairs on grown trees", () => {
    const trees = [0, 1].map((seed) => growPyramidalNeuron({ seed }));
    const options = { maxGap: 3, spacing: 0, axonTypes: [3], targetTypes: [3], autapses: true };
    const found = findTouches(trees, options);
    let pairs = 0;
    for (const [source, m] of trees.entries()) {
      for (let i = 0; i < m.parent.length; i++) {
        const p = m.parent[i]!;
        if (m.type[i] !== 3 || p < 0 || m.type[p] === 1) continue;
        for (const [target, to] of trees.entries()) {
          let isNear = false;
          for (let j = 0; j < to.parent.length && !isNear; j++) {
            const q = to.parent[j]!;
            if (to.type[j] !== 3 || q < 0 || to.type[q] === 1) continue;
            if (target === source && (j === i || j === p || q === i)) continue;
            const axis = (t: typeof m, a: number, b: number): Link => [
              t.x[a]!,
              t.y[a]!,
              t.z[a]!,
              t.x[b]!,
              t.y[b]!,
              t.z[b]!,
            ];
            const close = closestPoints(axis(m, p, i), axis(to, q, j));
            const radii =
              m.radius[p]! +
              close.s * (m.radius[i]! - m.radius[p]!) +
              to.radius[q]! +
              close.t * (to.radius[j]! - to.radius[q]!);
            isNear = close.distance - radii <= 3;
          }
          if (isNear) pairs++;
        }
      }
    }
    expect(pairs).toBeGreaterThan(0);
    expect(found.source).toHaveLength(pairs);
  });

  it("refuse no neurons, a negative gap and coordinates that are not finite", () => {
    expect(() => findTouches([])).toThrow(/expected neurons/);
    expect(() => findTouches([neuron(0, 2)], { maxGap: -1 })).toThrow(/maxGap/);
    const broken = neuron(0, 2);
    broken.x[3] = Number.NaN;
    expect(() => findTouches([broken])).toThrow(/neuron 0/);
  });
});
