/**
 * What `wbe cell` works with: a reconstruction or a model of the Allen Cell Types Database as something that answers current
 * steps, and its drawing.
 *
 * @module
 */
import { readFile, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { allenCell } from "../cells/allen.node.js";
import type { AllenGlif, GlifLevel } from "../cells/allen-glif.js";
import { CableSimulation } from "../cells/cable-simulation.js";
import { buildCell, type Cell } from "../cells/cell.js";
import type { RegionParameters } from "../cells/cell-declaration.js";
import type { Section } from "../cells/sections.js";
import { siteAt } from "../cells/sites.js";
import { WbeError } from "../core/errors.js";
import type { Morphology } from "../core/morphology.js";
import { fileError } from "../io/file.node.js";
import { readSwc } from "../io/swc.js";
import { SimulationEngine } from "../simulation/engine.js";
import type { StepResponse } from "../validation/features/current-clamp.js";
import { detectSpikes } from "../validation/features/spike-times.js";

export interface ClampOptions {
  readonly onset: number;
  readonly duration: number;
  readonly dt: number;
  /** ms between samples of a trace. */
  readonly sample: number;
  readonly threshold: number;
}

export interface ClampedCell {
  readonly name: string;
  /** What it is, in a line. */
  readonly what: string;
  respond(amplitude: number, options: ClampOptions, signal?: AbortSignal): Promise<StepResponse>;
  /** For the drawing; a point neuron has none. */
  readonly morphology?: Morphology;
}

/** Membranes that a bare reconstruction may be given. */
export const membranes = {
  hh: {
    celsius: 6.3,
    vInit: -65,
    doc: "squid giant axon (Hodgkin & Huxley 1952) everywhere, 6.3 °C, Ra 100 ohm*cm",
    parameters: [
      {
        region: "all",
        Ra: 100,
        Cm: 1,
        gLeak: 0.3,
        ELeak: -54.3,
        ena: 50,
        ek: -77,
        channels: { HH_Na: {}, HH_K: {} },
      },
    ],
  },
  passive: {
    celsius: 34,
    vInit: -65,
    doc: "passive: Rm 20,000 ohm*cm2, Cm 1 uF/cm2, Ra 150 ohm*cm, rest -65 mV",
    parameters: [{ region: "all", Ra: 150, Cm: 1, Rm: 20_000, ELeak: -65 }],
  },
} as const satisfies Record<string, { celsius: number; vInit: number; doc: string; parameters: RegionParameters[] }>;

export interface CellSource {
  readonly membrane: keyof typeof membranes;
  readonly axon?: "stub" | "full";
  readonly level?: GlifLevel;
}

/**
 * Opens an SWC file, or a folder with a model of the Allen Cell Types Database.
 *
 * @throws WbeError FILE, and those of readSwc, buildCell and allenCell.
 */
export async function openCell(cwd: string, path: string, source: CellSource): Promise<ClampedCell> {
  const target = resolve(cwd, path);
  const status = await stat(target).catch((cause) => {
    throw fileError("open", target, cause);
  });
  if (status.isDirectory()) {
    const model = await allenCell(target, { axon: source.axon, level: source.level });
    if (model.kind === "glif") return pointCell(model);
    const what = `Allen Cell Types Database, ${model.kind}, ${model.celsius} °C`;
    return { ...cableCell(model.cell, model.vInit, what), name: basename(target) };
  }
  const text = await readFile(target, "utf8").catch((cause) => {
    throw fileError("read", target, cause);
  });
  const morphology = readSwc(text, { file: path, name: basename(path).replace(/\.swc$/i, "") });
  const { celsius, parameters, vInit, doc } = membranes[source.membrane];
  const cell = buildCell({ morphology, compartments: { dLambda: 0.1, frequency: 100 }, parameters, celsius });
  return { ...cableCell(cell, vInit, doc), morphology };
}

function cableCell(cell: Cell, vInit: number, what: string): ClampedCell {
  const { tree } = cell;
  const site = siteAt(
    tree,
    Math.max(
      0,
      tree.sections.findIndex(({ type }) => type === 1),
    ),
    0.5,
  );
  const compartments = tree.counts.reduce((a, b) => a + b, 0);
  return {
    name: cell.name,
    what: `${what}; ${tree.sections.length} sections, ${compartments} compartments`,
    morphology: morphologyOf(cell.name, tree.sections),
    async respond(amplitude, { onset, duration, dt, sample, threshold }, signal) {
      const simulation = await CableSimulation.create([cell], {
        dt,
        V: vInit,
        clamps: [{ kind: "current", site, onset, duration, amplitude }],
        record: [{ site }],
      });
      await simulation.run(onset + duration + 50, { signal });
      const { t, V } = simulation.traces();
      return { ...thin(t, V[0]!, sample, dt), spikes: [...detectSpikes(t, V[0]!, { threshold })] };
    },
  };
}

function pointCell({ name, level, model, params, init }: AllenGlif): ClampedCell {
  return {
    name,
    what: `Allen Cell Types Database, ${model} (level ${level})`,
    async respond(amplitude, { onset, duration, dt, sample }, signal) {
      const engine = await SimulationEngine.fromDescription({
        version: 1,
        seed: 0,
        dt,
        duration: onset + duration + 50,
        populations: [{ name: "cell", size: 1, model, params: { ...params }, init: { ...init } }],
        projections: [],
        stimuli: [{ kind: "constant", population: "cell", start: onset, stop: onset + duration, amplitude }],
        recorders: [{ kind: "spikes" }, { kind: "state", population: "cell", variable: "V", every: dt }],
      });
      await engine.run({ signal });
      const { sampleStep, data } = engine.recorded("V");
      const t = Float64Array.from(sampleStep, (step) => step * dt);
      return { ...thin(t, data, sample, dt), spikes: Array.from(engine.spikes().step, (step) => step * dt) };
    },
  };
}

function thin(t: Float64Array, V: Float64Array, sample: number, dt: number): Pick<StepResponse, "t" | "V"> {
  const every = Math.max(1, Math.round(sample / dt));
  return { t: t.filter((_, k) => k % every === 0), V: V.filter((_, k) => k % every === 0) };
}

/** The tree as it is simulated: with the stubs of a cut axon. */
function morphologyOf(name: string, sections: readonly Section[]): Morphology {
  const points: { type: number; x: number; y: number; z: number; radius: number; parent: number }[] = [];
  const first: number[] = [];
  for (const { type, parent, parentX, x, y, z, diameter } of sections) {
    let before = -1;
    if (parent >= 0) {
      const from = first[parent]!;
      before = from + Math.round(parentX * (sections[parent]!.x.length - 1));
    }
    first.push(points.length);
    for (let k = 0; k < x.length; k++) {
      points.push({ type, x: x[k]!, y: y[k]!, z: z[k]!, radius: diameter[k]! / 2, parent: before });
      before = points.length - 1;
    }
  }
  if (points.length === 0) throw new WbeError("EMPTY_INPUT", "expected a cell with sections, found none");
  const column = (key: "x" | "y" | "z" | "radius") => Float64Array.from(points, (point) => point[key]);
  return {
    name,
    id: Int32Array.from(points.keys(), (k) => k + 1),
    type: Uint8Array.from(points, ({ type }) => type),
    x: column("x"),
    y: column("y"),
    z: column("z"),
    radius: column("radius"),
    parent: Int32Array.from(points, ({ parent }) => parent),
    comments: [],
    warnings: [],
  };
}
