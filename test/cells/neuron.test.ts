/** Detailed cells against NEURON on the same compartments (interop/golden/detailed_cells.py). */
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildCell, CableSimulation, type Cell, findSite, type Section, siteAt } from "wbe/cells";
import { allenCell } from "../../src/cells/allen.node.js";
import golden from "../golden/detailed-cells.json" with { type: "json" };
import { dataFolder } from "../io/data-folder.js";
import { cylinder } from "./rallpack-cells.js";

const { dt_ms: dt, duration_ms: duration, onset_ms: onset, threshold_mV: threshold } = golden.parameters;

const hodgkinHuxley = [
  {
    region: "all",
    Ra: 100,
    Cm: 1,
    gLeak: "0.0003 S/cm2",
    ELeak: -54.3,
    ena: 50,
    ek: -77,
    channels: { HH_Na: {}, HH_K: {} },
  },
];

const soma = (diameter: number): Section => ({ ...cylinder("soma[0]", diameter, diameter), type: 1 });

function ballAndStick(): Cell {
  const morphology = [soma(20), cylinder("dend[0]", 400, 2, 0, 1)];
  const count = ({ type }: Section) => (type === 1 ? 1 : 41);
  return buildCell({ morphology, compartments: { count }, parameters: hodgkinHuxley, celsius: 6.3 });
}

/** A soma with a binary tree of 127 dendrites. */
function branches(): Cell {
  const morphology = [soma(25)];
  let level = [0];
  for (let k = 0; k < 7; k++) {
    level = level.flatMap((parent) =>
      Array.from({ length: k === 0 ? 1 : 2 }, () => {
        const index = morphology.length;
        morphology.push(cylinder(`dend[${index - 1}]`, 60 - 5 * k, 4 * 0.75 ** k, parent, k === 0 ? 0.5 : 1));
        return index;
      }),
    );
  }
  const count = ({ type }: Section) => (type === 1 ? 1 : 3);
  return buildCell({ morphology, compartments: { count }, parameters: hodgkinHuxley, celsius: 6.3 });
}

async function run(cell: Cell, start: number, amplitude: number) {
  const site = findSite(cell.tree, "soma", 0.5);
  const simulation = await CableSimulation.create([cell], {
    dt,
    V: start,
    clamps: [{ kind: "current", site, onset, duration, amplitude }],
    record: [{ site }],
  });
  await simulation.run(duration);
  const V = simulation.traces().V[0]!;
  const spikes: number[] = [];
  for (let k = 0; k + 1 < V.length; k++) {
    if (V[k]! < threshold && V[k + 1]! >= threshold) spikes.push(dt * (k + (threshold - V[k]!) / (V[k + 1]! - V[k]!)));
  }
  return { V, spikes };
}

interface GoldenCell {
  readonly spikes: readonly number[];
  readonly V: readonly number[];
  readonly amplitude_pA: number;
}

/** Spike times within 0.05 ms, and V between spikes (2 ms around each left out) within 0.1 mV, root mean square. */
async function compare(cell: Cell, start: number, expected: GoldenCell): Promise<void> {
  const { V, spikes } = await run(cell, start, expected.amplitude_pA);
  expect(spikes).toHaveLength(expected.spikes.length);
  spikes.forEach((t, k) => {
    expect(Math.abs(t - expected.spikes[k]!), `spike ${k}`).toBeLessThan(0.05);
  });
  const perSample = Math.round(1 / dt);
  const between = expected.V.flatMap((v, ms) =>
    expected.spikes.some((t) => Math.abs(t - ms) < 2) ? [] : [(V[ms * perSample]! - v) ** 2],
  );
  expect(between.length).toBeGreaterThan(500);
  expect(Math.sqrt(between.reduce((a, b) => a + b) / between.length)).toBeLessThan(0.1);
}

describe("for one second, spikes and potential are NEURON's", () => {
  it("in a Hodgkin–Huxley ball and stick", async () => {
    await compare(ballAndStick(), -65, golden.cells["ball-and-stick"]);
  });

  it("in a cell of 128 branches", async () => {
    await compare(branches(), -65, golden.cells["128-branches"]);
  });

  const allen = Object.entries(golden.cells).filter(([name]) => name.startsWith("al")) as unknown as [
    string,
    GoldenCell & { folder: string; compartments: number; axon?: "stub" | "full" },
  ][];
  it.skipIf(dataFolder === undefined || !existsSync(`${dataFolder}/celltypes`)).each(allen)(
    "in the Allen model %s",
    async (_, expected) => {
      const { axon = "stub", folder } = expected;
      const model = await allenCell(`${dataFolder}/celltypes/${folder}`, { axon });
      if (model.kind === "glif") throw new Error("expected a biophysical model");
      const { cell, vInit } = model;
      const compartments = cell.tree.counts.reduce((a, b) => a + b, 0);
      expect(compartments).toBe(expected.compartments);
      await compare(cell, vInit, expected);
    },
  );

  it("and two copies side by side give the bits of one", async () => {
    const cell = ballAndStick();
    const make = (cells: readonly Cell[]) =>
      CableSimulation.create(cells, {
        dt,
        V: -65,
        clamps: cells.map((_, k) => ({
          kind: "current" as const,
          cell: k,
          site: siteAt(cell.tree, 0, 0.5),
          onset: 1,
          duration: 50,
          amplitude: 400,
        })),
      });
    const [one, two] = [await make([cell]), await make([cell, cell])];
    await one.run(50);
    await two.run(50);
    expect(two.potentials(0)).toEqual(one.potentials(0));
    expect(two.potentials(1)).toEqual(one.potentials(0));
    expect(two.state("HH_Na.m", 1)).toEqual(one.state("HH_Na.m"));
  });
});
