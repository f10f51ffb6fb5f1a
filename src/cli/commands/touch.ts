/**
 * `wbe touch FILES…`: putative synapses between neurons, as a table.
 *
 * @module
 */
import { readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { WbeError } from "../../core/errors.js";
import { quoteField } from "../../io/delimited.js";
import { fileError, writeWholeFile } from "../../io/file.node.js";
import { readSwc } from "../../io/swc.js";
import { findTouches } from "../../scanner/touches.js";
import { defineCommand } from "../command.js";

const types = (text: string, name: string) => {
  const list = text.split(",").map(Number);
  if (list.some((type) => !Number.isInteger(type) || type < 0)) {
    throw new WbeError("ARGUMENT", `expected SWC types separated by commas, found ${JSON.stringify(text)}`, {
      where: name,
    });
  }
  return list;
};

export const touchCommand = defineCommand({
  name: "touch",
  summary: "find where axons come close to dendrites: putative synapses between neurons",
  details: `
Reads every .swc of a folder, in the order of their names; the trees must stand in one frame (um). Writes one row a touch.`,
  arguments: {
    folder: z.string().describe("folder with SWC files"),
    table: z.string().describe("CSV file to write"),
  },
  options: {
    maxGap: z.coerce
      .number()
      .min(0)
      .default(2)
      .meta({ placeholder: "UM", description: "largest gap between surfaces" }),
    spacing: z.coerce
      .number()
      .min(0)
      .default(5)
      .meta({ placeholder: "UM", description: "least distance of touches of one pair along the axon" }),
    boutonDensity: z.coerce
      .number()
      .positive()
      .optional()
      .meta({ placeholder: "PER_UM", description: "keep so many touches per um of axon" }),
    axon: z.string().default("2").meta({ placeholder: "TYPES", description: "SWC types that send" }),
    target: z.string().default("1,3,4").meta({ placeholder: "TYPES", description: "SWC types that receive" }),
    autapses: z.boolean().default(false).describe("also touches of a neuron with itself"),
    seed: z.int().min(0).default(0).describe("of the draw by bouton density"),
  },
  examples: ["wbe touch cells touches.csv", "wbe touch cells touches.csv --max-gap 3 --bouton-density 0.2"],
  async run({ folder, table, maxGap, spacing, boutonDensity, axon, target, autapses, seed }, io) {
    const from = resolve(io.cwd, folder);
    const names = (
      await readdir(from).catch((cause) => {
        throw fileError("read", from, cause);
      })
    )
      .filter((name) => /\.swc$/i.test(name))
      .sort();
    if (names.length === 0) throw new WbeError("EMPTY_INPUT", "expected .swc files, found none", { where: folder });
    const trees = await Promise.all(
      names.map(async (file) =>
        readSwc(await readFile(join(from, file), "utf8"), { file, name: basename(file, ".swc") }),
      ),
    );
    const bar = io.progress("searching", trees.length, "neurons");
    const touches = findTouches(trees, {
      maxGap,
      spacing,
      ...(boutonDensity !== undefined && { boutonDensity }),
      axonTypes: types(axon, "--axon"),
      targetTypes: types(target, "--target"),
      autapses,
      seed,
      signal: io.signal,
      onProgress: (done) => bar.update(done),
    });
    bar.finish();
    const rows = Array.from(touches.source, (source, k) =>
      [
        quoteField(names[source]!),
        quoteField(names[touches.target[k]!]!),
        touches.sourcePoint[k],
        touches.targetPoint[k],
        ...[touches.gap, touches.sourcePath, touches.targetPath, touches.x, touches.y, touches.z].map(
          (column) => column[k],
        ),
      ].join(","),
    );
    const head = "source,target,source_point,target_point,gap_um,source_path_um,target_path_um,x_um,y_um,z_um";
    await writeWholeFile(resolve(io.cwd, table), new TextEncoder().encode(`${[head, ...rows].join("\n")}\n`));
    const pairs = new Set(Array.from(touches.source, (source, k) => `${source} ${touches.target[k]}`)).size;
    io.stdout.write(`${table}: ${rows.length} touches of ${pairs} pairs among ${trees.length} neurons\n`);
  },
});
