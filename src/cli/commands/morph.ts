/**
 * `wbe morph FILE`: measures of a neuron's tree, and its drawing.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { z } from "zod";
import { WbeError } from "../../core/errors.js";
import { fileError } from "../../io/file.node.js";
import { readSwc } from "../../io/swc.js";
import { measureMorphology } from "../../scanner/morphometrics.js";
import { morphologies } from "../../validation/figures/morphologies.js";
import { defineCommand } from "../command.js";

export const morphCommand = defineCommand({
  name: "morph",
  summary: "measure the tree of a neuron (SWC) and draw it",
  details: `
Lengths in um, areas in um2, volumes in um3. Lengths by type are named by SWC structure identifier.`,
  arguments: { file: z.string().describe("SWC file") },
  options: {
    json: z.boolean().default(false).describe("print JSON"),
    svg: z.string().optional().meta({ placeholder: "FILE", description: "write a drawing (xy projection)" }),
    force: z.boolean().default(false).describe("write over a drawing that is there"),
  },
  examples: ["wbe morph cell.swc", "wbe morph cell.swc --json --svg cell.svg"],
  async run({ file, json, svg, force }, io) {
    const path = resolve(io.cwd, file);
    const text = await readFile(path, "utf8").catch((cause) => {
      throw fileError("read", path, cause);
    });
    const morphology = readSwc(text, { file, name: basename(file).replace(/\.swc$/i, "") });
    const measures = measureMorphology(morphology);
    if (svg !== undefined) {
      const target = resolve(io.cwd, svg);
      if (existsSync(target) && !force) {
        const remedy = "Add --force, or name another file.";
        throw new WbeError("FILE", "will not write over a file that is there", { where: svg, remedy });
      }
      const figure = await morphologies([morphology]);
      await writeFile(target, figure.svg).catch((cause) => {
        throw fileError("create", target, cause);
      });
    }
    if (json) {
      io.stdout.write(`${JSON.stringify({ file, ...measures }, null, 2)}\n`);
      return;
    }
    for (const warning of measures.warnings) io.stderr.write(`warning: ${warning}\n`);
    for (const [name, value] of Object.entries(measures)) {
      if (name === "warnings") continue;
      const printed = typeof value === "number" ? String(Number(value.toPrecision(8))) : JSON.stringify(value);
      io.stdout.write(`${name.padEnd(20)}${printed}\n`);
    }
  },
});
