/** The SIMD kernel against the same step in plain TypeScript: equal bits. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildCell, CableSimulation, type Cell, hinesStep, membraneFunction, type Section } from "wbe/cells";
import { cylinder } from "./rallpack-cells.js";

/** Random trees: each section joined to an earlier one at its start, middle or end. */
const trees = fc
  .array(
    fc.record({
      parent: fc.nat({ max: 20 }),
      parentX: fc.constantFrom(0, 0.5, 1),
      length: fc.integer({ min: 5, max: 200 }),
      diameter: fc.integer({ min: 1, max: 50 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((drafts) =>
    drafts.map(
      ({ parent, parentX, length, diameter }, s): Section =>
        cylinder(`dend[${s}]`, length, diameter / 10, s === 0 ? -1 : parent % s, parentX),
    ),
  );

const build = (sections: readonly Section[], Ra: number): Cell =>
  buildCell({
    morphology: sections,
    compartments: { count: 3 },
    parameters: [{ region: "all", Ra, Cm: 1, Rm: 1e4, ELeak: -70 }],
  });

/** A nonlinear membrane: current g·(V + 50)²/20 − 0.3, slope g·(V + 50)/10. */
function fill(V: ArrayLike<number>, current: Float64Array, conductance: Float64Array, n: number): void {
  for (let e = 0; e < n; e++) {
    const x = V[e]! + 50;
    current[e] = (0.02 * x * x) / 20 - 0.3;
    conductance[e] = (0.02 * x) / 10;
  }
}

const membrane = membraneFunction(({ V, current, conductance }) => fill(V, current, conductance, V.length));

function referenceRun(cell: Cell, isCrankNicolson: boolean, hasMembrane: boolean): Float64Array {
  const V = new Float64Array(cell.tree.n).fill(-60);
  const current = new Float64Array(cell.tree.n);
  const conductance = new Float64Array(cell.tree.n);
  for (let k = 0; k < 20; k++) {
    fill(V, current, conductance, V.length);
    const points = k >= 4 && k < 12 ? [{ node: 1, current: 30, conductance: 0, potential: 0 }] : [];
    const active = hasMembrane ? { membrane: { current, conductance } } : {};
    hinesStep(cell, V, isCrankNicolson ? 0.05 : 0.1, { isCrankNicolson, points, ...active });
  }
  return V;
}

describe("the kernel", () => {
  it("has the bits of the reference on any tree, for single cells and for cells in pairs", async () => {
    await fc.assert(
      fc.asyncProperty(trees, fc.boolean(), fc.boolean(), async (sections, isCrankNicolson, hasMembrane) => {
        // Three cells: the first two of one topology run interleaved, the third alone.
        const cells = [build(sections, 100), build(sections, 250), build(sections, 70)];
        const simulation = await CableSimulation.create(cells, {
          dt: 0.1,
          method: isCrankNicolson ? "crank-nicolson" : "implicit-euler",
          V: -60,
          clamps: cells.map((_, cell) => ({
            kind: "current" as const,
            cell,
            site: { node: 1, section: 0, x: 0.5 },
            onset: 0.4,
            duration: 0.8,
            amplitude: 30,
          })),
          ...(hasMembrane ? { membrane } : {}),
        });
        await simulation.run(2);
        cells.forEach((cell, c) => {
          expect(simulation.potentials(c)).toEqual(referenceRun(cell, isCrankNicolson, hasMembrane));
        });
      }),
      { numRuns: 60 },
    );
  });

  it("gives the same however a run is cut, samples too", async () => {
    const cell = build([cylinder("dend[0]", 100, 1), cylinder("dend[1]", 50, 1, 0)], 100);
    const make = () =>
      CableSimulation.create([cell], {
        dt: 0.1,
        V: -60,
        membrane,
        sampleInterval: 0.3,
        record: [{ site: { node: 3, section: 1, x: 0.5 } }],
      });
    const [whole, cut] = [await make(), await make()];
    await whole.run(700);
    for (const duration of [0.1, 0.2, 0.1, 400.3, 299.3]) await cut.run(duration);
    expect(cut.traces()).toEqual(whole.traces());
    expect(whole.traces().t).toHaveLength(2334);
    expect(cut.potentials()).toEqual(whole.potentials());
  });
});
