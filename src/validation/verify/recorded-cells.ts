/**
 * Models of the Allen Cell Types Database beside published output and recordings of the same cells. They need a folder of
 * reference data (`wbe verify cells --data DIR`), laid out as `celltypes/…`.
 *
 * @module
 */
import { type AllenModel, allenCellFromFiles } from "../../cells/allen-files.js";
import { CableSimulation } from "../../cells/cable-simulation.js";
import { findSite } from "../../cells/sites.js";
import { WbeError } from "../../core/errors.js";
import type { LongCallOptions } from "../../core/progress.js";
import { detectSpikes } from "../features/spike-times.js";
import { equal, type FigureCheck, within } from "./verify.js";

/** Text of a file of the data folder, by its path within. */
export type ReadText = (path: string) => Promise<string>;

const bmtk = "BMTK 7e040d0, examples/bio_all_active_sweep, published output of cell 491766131, sweep 35 (150 pA)";
const database = "Allen Cell Types Database (Gouwens et al. 2018, Nat Commun 9:710), recording of the same cell";
const allActive = "celltypes/all_active_491766131/models/neuronal_model_491766131";

interface Step {
  readonly onset: number;
  readonly amplitude: number;
  readonly until: number;
  readonly V?: number;
}

async function spikes(model: AllenModel, step: Step, options: LongCallOptions): Promise<Float64Array> {
  if (model.kind === "glif") throw new WbeError("ARGUMENT", "expected a biophysical model, found a GLIF model");
  const { onset, amplitude, until, V = model.vInit } = step;
  const site = findSite(model.cell.tree, "soma", 0.5);
  const clamp = { kind: "current" as const, site, onset, duration: 1000, amplitude };
  const simulation = await CableSimulation.create([model.cell], { dt: 0.1, V, clamps: [clamp], record: [{ site }] });
  await simulation.run(until, { signal: options.signal });
  const { t, V: traces } = simulation.traces();
  return detectSpikes(t, traces[0]!, { threshold: -15 });
}

/** Figures that read their expected values from the data folder. */
export function recordedCellFigures(read: ReadText): FigureCheck[] {
  const open = (folder: string, fit: string, swc: string, axon: "stub" | "full" = "stub"): Promise<AllenModel> =>
    allenCellFromFiles(
      [fit, swc].map((name) => ({ name, text: () => read(`${folder}/${name}`) })),
      { axon },
      folder,
    );
  const published = (["full", "stub"] as const).map(
    (axon): FigureCheck => ({
      id: `allen-all-active-${axon}-axon`,
      what: `largest distance of the all-active model's spikes from the published ones, ${axon} axon (ms)`,
      source: bmtk,
      isSlow: true,
      check: async (options) => {
        const output = `celltypes/all_active_491766131/output_491766131_${axon}axon_sweep35/spikes.csv`;
        const lines = (await read(output)).trim().split("\n").slice(1);
        const expected = lines.map((line) => Number(line.split(" ")[0]));
        const model = await open(allActive, "fit_parameters.json", "reconstruction.swc", axon);
        const found = await spikes(model, { onset: 1020, amplitude: 150, until: 2050, V: -80 }, options);
        const apart = expected.map((t, k) => Math.abs(t - found[k]!));
        const largest = found.length === expected.length ? Math.max(...apart) : Number.NaN;
        return within(largest, 0, 0.5);
      },
    }),
  );
  const sst = "celltypes/perisomatic_472450023_Sst";
  const rbp4 = "celltypes/perisomatic_483108201_Rbp4";
  return [
    ...published,
    {
      id: "allen-sst-fitted-sweep",
      what: "spikes of the perisomatic model of cell 464198958 at the sweep that it was fitted to",
      source: database,
      isSlow: true,
      check: async (options) => {
        const swc = "Sst-IRES-Cre_Ai14-165865.03.01.01_491119181_m.swc";
        const fit = JSON.parse(await read(`${sst}/464198958_fit.json`)) as { fitting: [{ sweeps: number[] }] };
        const table = JSON.parse(await read("celltypes/glif_osb/566291893/ephys_sweeps.json")) as Sweep[];
        const sweep = table.find(({ sweep_number }) => sweep_number === fit.fitting[0].sweeps[0])!;
        const amplitude = sweep.stimulus_absolute_amplitude;
        const model = await open(sst, "464198958_fit.json", swc);
        return equal((await spikes(model, { onset: 200, amplitude, until: 1200 }, options)).length, sweep.num_spikes);
      },
    },
    ...[190, 230, 270].map(
      (amplitude): FigureCheck => ({
        id: `allen-rbp4-${amplitude}-pa`,
        what: `spikes in 1 s at ${amplitude} pA of the perisomatic model of cell 479704527, fitted to noise, over those recorded`,
        source: database,
        isSlow: true,
        check: async (options) => {
          const swc = "Rbp4-Cre_KL100_Ai14-196623.04.01.01_491119548_m.swc";
          const { sweeps } = JSON.parse(await read("celltypes/recorded_fi/479704527_analysis.json")) as Analysis;
          const [id, sweep] = Object.entries(sweeps).find(
            ([, { sweep_metadata }]) => Math.round(sweep_metadata.aibs_stimulus_amplitude_pa) === amplitude,
          )!;
          const recorded = sweep.pyelectro_iclamp_analysis[`${id}:max_peak_no`]!;
          const model = await open(rbp4, "479704527_fit.json", swc);
          const found = await spikes(model, { onset: 200, amplitude, until: 1200 }, options);
          return within(found.length / recorded, 1, 0.25);
        },
      }),
    ),
  ];
}

interface Sweep {
  readonly sweep_number: number;
  readonly stimulus_absolute_amplitude: number;
  readonly num_spikes: number;
}

interface Analysis {
  readonly sweeps: Readonly<
    Record<
      string,
      {
        readonly sweep_metadata: { readonly aibs_stimulus_amplitude_pa: number };
        readonly pyelectro_iclamp_analysis: Readonly<Record<string, number>>;
      }
    >
  >;
}
