/**
 * `wbe cell FILE|DIR`: one cell under current clamp, its measures, traces and drawing.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { WbeError } from "../../core/errors.js";
import { parseQuantity } from "../../core/units.js";
import { fileError, writeWholeFile } from "../../io/file.node.js";
import { type ClampMeasures, measureCurrentClamp } from "../../validation/features/current-clamp.js";
import { morphologies } from "../../validation/figures/morphologies.js";
import { stateTraces } from "../../validation/figures/state-traces.js";
import { type ClampedCell, membranes, openCell } from "../clamped-cell.js";
import { defineCommand } from "../command.js";

export const cellCommand = defineCommand({
  name: "cell",
  summary: "inject currents into one cell: rest, input resistance, spikes, rate, rheobase, traces, drawing",
  details: `
The cell is an SWC file, which gets a membrane (${Object.entries(membranes)
    .map(([name, { doc }]) => `${name}: ${doc}`)
    .join("; ")}),
or a folder of the Allen Cell Types Database: a fit with its reconstruction, or a GLIF configuration.
Currents are steps into the soma. Input resistance and time constant are those of a small hyperpolarising step.
--out writes traces.csv, traces.svg and, for a cell with a tree, cell.svg.`,
  arguments: { cell: z.string().describe("SWC file, or folder with an Allen model") },
  options: {
    iclamp: z.string().default("100pA").meta({ placeholder: "CURRENTS", description: "steps, separated by commas" }),
    onset: z.coerce.number().positive().default(200).meta({ placeholder: "MS", description: "start of the step" }),
    duration: z.coerce.number().positive().default(1000).meta({ placeholder: "MS", description: "of the step" }),
    test: z.string().default("-10pA").meta({ placeholder: "CURRENT", description: "step for the passive measures" }),
    rheobase: z.boolean().default(false).describe("look for the smallest current with a spike, up to 10 nA"),
    membrane: z
      .enum(Object.keys(membranes) as [keyof typeof membranes])
      .default("hh")
      .describe("membrane of an SWC file"),
    axon: z.enum(["stub", "full"]).default("stub").describe("axon of an Allen model"),
    level: z.coerce
      .number()
      .pipe(z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]))
      .optional()
      .meta({ placeholder: "N", description: "level, where a folder holds several GLIF configurations" }),
    dt: z.coerce.number().positive().default(0.025).meta({ placeholder: "MS", description: "time step" }),
    sample: z.coerce.number().positive().default(0.1).meta({ placeholder: "MS", description: "between trace samples" }),
    threshold: z.coerce.number().default(-20).meta({ placeholder: "MV", description: "a spike crosses it upwards" }),
    out: z.string().optional().meta({ placeholder: "DIR", description: "write traces and drawing" }),
    force: z.boolean().default(false).describe("write over files that are there"),
    json: z.boolean().default(false).describe("print JSON"),
  },
  examples: [
    "wbe cell cell.swc --iclamp 100pA",
    "wbe cell cell.swc --membrane passive --json",
    "wbe cell perisomatic_472450023_Sst --iclamp 50pA,100pA,150pA --rheobase --out sst",
    "wbe cell glif_637930677 --level 3 --iclamp 120pA",
  ],
  async run(input, io) {
    const { onset, duration, dt, sample, threshold, axon, level, membrane } = input;
    const amplitudes = input.iclamp.split(",").map((text) => parseQuantity(text.trim(), "pA", "--iclamp"));
    const test = parseQuantity(input.test, "pA", "--test");
    const cell = await openCell(io.cwd, input.cell, { membrane, axon, level });
    if (input.out !== undefined) refuseOverwriting(io.cwd, input.out, cell, input.force);
    const bar = io.progress("measuring", 1, "responses");
    const measures = await measureCurrentClamp(
      (amplitude) => cell.respond(amplitude, { onset, duration, dt, sample, threshold }, io.signal),
      { onset, duration, amplitudes, test, ...(input.rheobase ? { rheobaseUpTo: 10_000 } : {}) },
      { signal: io.signal, onProgress: (done, total) => bar.update(done, total) },
    );
    bar.finish();
    for (const { amplitude, response } of measures.steps) {
      const farthest = response.V.reduce((most, v) => (Math.abs(v) > Math.abs(most) ? v : most), 0);
      if (Math.abs(farthest) <= beyondMembranes) continue;
      io.stderr.write(
        `warning: ${amplitude} pA drives V to ${show(farthest)} mV, where no membrane is: is the current meant?\n`,
      );
    }
    if (input.out !== undefined) await writeResults(resolve(io.cwd, input.out), cell, measures, dt);
    const { rest, inputResistance, timeConstant, rheobase } = measures;
    const steps = measures.steps.map(({ response: _, ...step }) => step);
    if (input.json) {
      const { name, what } = cell;
      const result = { name, what, rest, inputResistance, timeConstant, rheobase, steps };
      io.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
      return;
    }
    const line = (label: string, value: string): void => void io.stdout.write(`${label.padEnd(18)}${value}\n`);
    line("cell", `${cell.name} (${cell.what})`);
    line("rest", `${show(rest)} mV`);
    line("input resistance", `${show(inputResistance)} MΩ (${show(test)} pA, end of the step)`);
    line("time constant", `${show(timeConstant)} ms (to 63 % of that deflection)`);
    if (input.rheobase) line("rheobase", rheobase === undefined ? "above 10000 pA" : `${rheobase} pA`);
    for (const { amplitude, spikes, rate, latency } of steps) {
      const first = latency === undefined ? "" : `, first after ${show(latency)} ms`;
      line(`${show(amplitude)} pA`, `${spikes} spike${spikes === 1 ? "" : "s"}, ${show(rate)} Hz${first}`);
    }
  },
});

/** mV; no living membrane holds more. */
const beyondMembranes = 500;

const show = (value: number): string => String(Number(value.toPrecision(5)));

const filesOf = ({ morphology }: ClampedCell): string[] => [
  "traces.csv",
  "traces.svg",
  ...(morphology ? ["cell.svg"] : []),
];

function refuseOverwriting(cwd: string, out: string, cell: ClampedCell, force: boolean): void {
  const there = filesOf(cell).find((name) => existsSync(join(resolve(cwd, out), name)));
  if (there === undefined || force) return;
  throw new WbeError("FILE", "will not write over a file that is there", {
    where: join(out, there),
    remedy: "Add --force, or name another folder.",
  });
}

async function writeResults(folder: string, cell: ClampedCell, measures: ClampMeasures, dt: number): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw fileError("create", folder, cause);
  });
  const { steps } = measures;
  const { t } = steps[0]!.response;
  const head = ["t (ms)", ...steps.map(({ amplitude }) => `V at ${amplitude} pA (mV)`)].join(",");
  const rows = Array.from(t, (time, k) => [time, ...steps.map(({ response }) => response.V[k]!)].map(show6).join(","));
  await writeWholeFile(join(folder, "traces.csv"), new TextEncoder().encode(`${[head, ...rows].join("\n")}\n`));
  const data = new Float64Array(t.length * steps.length);
  steps.forEach(({ response }, k) => {
    response.V.forEach((v, s) => {
      data[s * steps.length + k] = v;
    });
  });
  const traces = await stateTraces(
    {
      variable: "V",
      unit: "mV",
      population: cell.name,
      neurons: Uint32Array.from(steps.keys()),
      sampleStep: Uint32Array.from(t, (time) => Math.round(time / dt)),
      dt,
      data,
    },
    {
      title: `${cell.name} under current steps`,
      neurons: [...steps.keys()],
      nameOf: (k) => `${steps[k]!.amplitude} pA`,
    },
  );
  await writeWholeFile(join(folder, "traces.svg"), new TextEncoder().encode(traces.svg));
  if (!cell.morphology) return;
  const drawing = await morphologies([cell.morphology], { title: cell.name });
  await writeWholeFile(join(folder, "cell.svg"), new TextEncoder().encode(drawing.svg));
}

const show6 = (value: number): string => String(Number(value.toPrecision(9)));
