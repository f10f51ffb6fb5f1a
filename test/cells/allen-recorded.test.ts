/** Allen models beside BMTK's published output and beside the recordings of the same cells. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type AllenModel, CableSimulation, findSite } from "wbe/cells";
import { SimulationEngine } from "wbe/simulation";
import { allenCell } from "../../src/cells/index.node.js";
import { dataFolder } from "../io/data-folder.js";

const celltypes = `${dataFolder}/celltypes`;
const hasData = dataFolder !== undefined && existsSync(celltypes);
const readJson = (path: string) => JSON.parse(readFileSync(`${celltypes}/${path}`, "utf8"));

/** Upward crossings of −15 mV at the soma, ms, as BMTK looks for them. */
async function spikesOf(model: AllenModel, step: { onset: number; amplitude: number; V?: number }, duration: number) {
  if (model.kind === "glif") throw new Error("expected a biophysical model");
  const site = findSite(model.cell.tree, "soma", 0.5);
  const { onset, amplitude, V: start = model.vInit } = step;
  const simulation = await CableSimulation.create([model.cell], {
    dt: 0.1,
    V: start,
    clamps: [{ kind: "current", site, onset, duration: 1000, amplitude }],
    record: [{ site }],
  });
  await simulation.run(duration);
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

describe.skipIf(!hasData)("the all-active model 491766131 with 150 pA from 1020 ms on", () => {
  const folder = "all_active_491766131";
  it.each(["full", "stub"] as const)("and a %s axon fires where BMTK's published output does", async (axon) => {
    const text = readFileSync(`${celltypes}/${folder}/output_491766131_${axon}axon_sweep35/spikes.csv`, "utf8");
    const published = text
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => Number(line.split(" ")[0]));
    expect(published).toHaveLength(axon === "full" ? 3 : 4);
    const model = await allenCell(`${celltypes}/${folder}/models/neuronal_model_491766131`, { axon });
    const spikes = await spikesOf(model, { onset: 1020, amplitude: 150, V: -80 }, 2050);
    expect(spikes).toHaveLength(published.length);
    // The published run had the recorded stimulus, with a test pulse 1 s before, and a mechanism that starts off its
    // steady state; over 700 ms of slow depolarisation 0.3 ms of that are left.
    for (const [k, t] of spikes.entries()) expect(Math.abs(t - published[k]!), `spike ${k}`).toBeLessThan(0.5);
  });
});

describe.skipIf(!hasData)("spikes in 1 s, model beside recording", () => {
  it("of the Sst cell 464198958 are the same 24 at the sweep that its model was fitted to", async () => {
    const folder = "perisomatic_472450023_Sst";
    const model = await allenCell(`${celltypes}/${folder}`);
    const [sweep] = readJson(`${folder}/464198958_fit.json`).fitting[0].sweeps;
    const table = readJson("glif_osb/566291893/ephys_sweeps.json");
    const recorded = table.find((entry: { sweep_number: number }) => entry.sweep_number === sweep);
    const amplitude = recorded.stimulus_absolute_amplitude;
    expect(Math.round(amplitude)).toBe(70);
    expect(await spikesOf(model, { onset: 200, amplitude }, 1200)).toHaveLength(recorded.num_spikes);
  });

  it("of the Rbp4 cell 479704527, fitted to noise, are within a quarter at 190, 230 and 270 pA", async () => {
    const model = await allenCell(`${celltypes}/perisomatic_483108201_Rbp4`);
    const { sweeps } = readJson("recorded_fi/479704527_analysis.json");
    for (const amplitude of [190, 230, 270]) {
      const [id, entry] = Object.entries(
        sweeps as Record<
          string,
          { pyelectro_iclamp_analysis: Record<string, number>; sweep_metadata: Record<string, number> }
        >,
      ).find(([, { sweep_metadata: m }]) => Math.round(m.aibs_stimulus_amplitude_pa!) === amplitude)!;
      const recorded = entry.pyelectro_iclamp_analysis[`${id}:max_peak_no`]!;
      const spikes = await spikesOf(model, { onset: 200, amplitude }, 1200);
      expect(Math.abs(spikes.length / recorded - 1), `${amplitude} pA: ${spikes.length} of ${recorded}`).toBeLessThan(
        0.25,
      );
    }
  });

  it("of the all-active model 491766131 are within those of its recordings' sweeps at 150 to 210 pA, give or take 2", async () => {
    const folder = "all_active_491766131/models/neuronal_model_491766131";
    const model = await allenCell(`${celltypes}/${folder}`);
    const recorded = recordedCounts(`${folder}/ephys_sweeps.json`);
    for (const amplitude of [150, 170, 210]) {
      const { length } = await spikesOf(model, { onset: 200, amplitude }, 1200);
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
