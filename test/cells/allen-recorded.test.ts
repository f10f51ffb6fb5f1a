/** Allen models beside BMTK's published output and beside the recordings of the same cells. */
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { type AllenModel, CableSimulation, findSite } from "wbe/cells";
import { SimulationEngine } from "wbe/simulation";
import { allenCell } from "../../src/cells/index.node.js";
import { recordedCellFigures } from "../../src/validation/verify/recorded-cells.js";
import { dataFolder } from "../io/data-folder.js";

const celltypes = `${dataFolder}/celltypes`;
const hasData = dataFolder !== undefined && existsSync(celltypes);
const readJson = (path: string) => JSON.parse(readFileSync(`${celltypes}/${path}`, "utf8"));

/** Upward crossings of −15 mV at the soma, ms, as BMTK looks for them. */
async function spikesOf(model: AllenModel, amplitude: number) {
  if (model.kind === "glif") throw new Error("expected a biophysical model");
  const site = findSite(model.cell.tree, "soma", 0.5);
  const simulation = await CableSimulation.create([model.cell], {
    dt: 0.1,
    V: model.vInit,
    clamps: [{ kind: "current", site, onset: 200, duration: 1000, amplitude }],
    record: [{ site }],
  });
  await simulation.run(1200);
  const V = simulation.traces().V[0]!;
  return Array.from(V.keys()).flatMap((k) => (V[k - 1]! < -15 && V[k]! >= -15 ? [k * 0.1] : []));
}

/** Amplitude (pA) → counts of spikes in the long square sweeps of a sweep table. */
function recordedCounts(path: string): Map<number, number[]> {
  const counts = new Map<number, number[]>();
  for (const sweep of readJson(path)) {
    if (sweep.stimulus_name !== "Long Square") continue;
    const amplitude = Math.round(sweep.stimulus_absolute_amplitude);
    counts.set(amplitude, [...(counts.get(amplitude) ?? []), sweep.num_spikes ?? 0]);
  }
  return counts;
}

const figures = recordedCellFigures((path) => readFile(`${dataFolder}/${path}`, "utf8"));

describe.skipIf(!hasData)("wbe verify cells --data", () => {
  it.each(figures)("holds $id: $what", async ({ check }) => {
    expect(await check({})).toMatchObject({ ok: true });
  });
});

describe.skipIf(!hasData)("spikes in 1 s, model beside recording", () => {
  it("of the all-active model 491766131 are within those of its recordings' sweeps at 150 to 210 pA, give or take 2", async () => {
    const folder = "all_active_491766131/models/neuronal_model_491766131";
    const model = await allenCell(`${celltypes}/${folder}`);
    const recorded = recordedCounts(`${folder}/ephys_sweeps.json`);
    for (const amplitude of [150, 170, 210]) {
      const { length } = await spikesOf(model, amplitude);
      const counts = recorded.get(amplitude)!;
      expect(length).toBeGreaterThanOrEqual(Math.min(...counts) - 2);
      expect(length).toBeLessThanOrEqual(Math.max(...counts) + 2);
    }
  });

  it("of GLIF3 485904755, fitted to noise, are within 30 % from 90 to 170 pA", async () => {
    const model = await allenCell(`${celltypes}/glif_osb/485904755`);
    if (model.kind !== "glif") throw new Error("expected a GLIF model");
    const recorded = recordedCounts("glif_osb/485904755/ephys_sweeps.json");
    const amplitudes = [90, 130, 150, 170];
    const engine = await SimulationEngine.fromDescription({
      version: 1,
      seed: 0,
      dt: model.dt,
      duration: 1000,
      populations: amplitudes.map((a) => ({
        name: `at ${a}`,
        size: 1,
        model: model.model,
        params: model.params,
        init: model.init,
      })),
      projections: [],
      stimuli: amplitudes.map((a) => ({ kind: "constant" as const, population: `at ${a}`, amplitude: a })),
      recorders: [{ kind: "spikes" }],
    });
    await engine.run();
    const { neuron } = engine.spikes();
    amplitudes.forEach((amplitude, k) => {
      const count = neuron.filter((i) => i === k).length;
      expect(Math.abs(count / recorded.get(amplitude)![0]! - 1), `${amplitude} pA: ${count}`).toBeLessThan(0.3);
    });
  });
});
