/** Checks of scripts/browser-test.js: detailed cells give the same potentials and gates in chromium and in Node. */
import { buildCell, CableSimulation, findSite } from "wbe/cells";
import { readSwc } from "wbe/io";
import { digest } from "./digest.js";

const swc = `
1 1 0 0 0 9 -1
2 3 9 0 0 1.2 1
3 3 120 15 0 0.9 2
4 3 240 80 10 0.5 3
5 3 230 -70 0 0.6 3
6 4 0 9 0 1.6 1
7 4 5 260 0 1.1 6
8 2 0 -9 0 0.7 1
9 2 -4 -200 3 0.5 8`;

/** A small tree with the Allen set of channels in its soma and graded channels in its dendrites. */
export async function detailedCellsHaveOneOutcome(): Promise<Record<string, unknown>> {
  const soma = { NaTs: { gbar: "0.3 S/cm2" }, Kv3_1: { gbar: "0.1 S/cm2" }, K_T: {}, K_P: {}, Nap: {}, Im: {} };
  const calcium = { Ca_HVA: {}, Ca_LVA: { gbar: 1 }, CaDynamics: {}, SK: { gbar: 1 } };
  const cell = buildCell({
    morphology: readSwc(swc),
    compartments: { dLambda: 0.1 },
    celsius: 34,
    parameters: [
      { region: "all", Ra: 120, Cm: 1, Rm: 15000, ELeak: -80, ena: 53, ek: -107 },
      { region: "soma", channels: { ...soma, ...calcium } },
      { region: "not soma and not axon", channels: { Ih: { gbar: "0.02 mS/cm2 * exp(distance(soma)/(200 um))" } } },
    ],
  });
  const site = findSite(cell.tree, "soma", 0.5);
  const clamps = [0, 1, 2].map((k) => ({
    kind: "current" as const,
    cell: k,
    site,
    onset: 5,
    duration: 80,
    amplitude: 300 + 100 * k,
  }));
  const record = clamps.map(({ cell: k }) => ({ cell: k, site }));
  const simulation = await CableSimulation.create([cell, cell, cell], { dt: 0.025, V: -80, clamps, record });
  await simulation.run(100);
  const { V } = simulation.traces();
  const peaks = V.map((trace) => trace.reduce((most, v) => Math.max(most, v)));
  if (!peaks.every((peak) => peak > 0)) throw new Error("a silent cell proves nothing");
  return {
    nodes: cell.tree.n,
    axial: await digest(cell.axial),
    V: await Promise.all(V.map(digest)),
    calcium: await digest(simulation.state("CaDynamics.cai", 2)),
    dendrites: await digest(simulation.state("Ih.m", 1)),
  };
}
