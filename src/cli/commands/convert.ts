/**
 * `wbe convert IN OUT`: a file in another format of the same kind.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { z } from "zod";
import { WbeError } from "../../core/errors.js";
import { fileSink } from "../../io/file.node.js";
import type { Format } from "../../io/format.js";
import { morphologyOf } from "../../io/neuroml-morphology.js";
import { type CommandIO, defineCommand } from "../command.js";
import { exportRun, isRunFolder } from "../export-run.js";
import { type Content, formatsByKind, type OpenedFile, openFile, unknownFormat } from "../open-file.js";

export const convertCommand = defineCommand({
  name: "convert",
  summary: "write a file in another format of the same kind",
  details: `
The input's format is found by content, the output's by its name's ending. What the new format cannot hold is said before
it is written. The output appears whole or not at all. A name that ends in .zarr makes an OME-Zarr folder.
A run folder becomes NWB (with the manifest of the run) or SONATA. The cell of a NeuroML file becomes a morphology when the
output is one.`,
  arguments: {
    input: z.string().describe("file of any format that wbe reads, or a folder: Zarr, neuroglancer precomputed"),
    output: z.string().describe("file to write"),
  },
  options: {
    from: z.string().optional().meta({ placeholder: "ID", description: "read the input as this format" }),
    to: z.string().optional().meta({ placeholder: "ID", description: "write this format" }),
    maxBytes: z.int().min(1).optional().meta({ placeholder: "BYTES", description: "largest array that is read" }),
    force: z.boolean().default(false).describe("write over a file that is there"),
  },
  examples: [
    "wbe convert graph.graphml graph.mtx",
    "wbe convert scan.nii.gz scan.zarr",
    "wbe convert runs/network run.nwb",
  ],
  async run({ input, output, from, to, maxBytes, force }, io) {
    const target = resolve(io.cwd, output);
    if (existsSync(target) && !force) {
      throw new WbeError("FILE", "will not write over a file that is there", {
        where: output,
        remedy: "Add --force, or name another file.",
      });
    }
    const source = resolve(io.cwd, input);
    if (isRunFolder(source)) {
      const id = to ?? (/\.nwb$/i.test(target) ? "nwb" : /\.h5$/i.test(target) ? "sonata" : "");
      io.stdout.write(`${output}: ${await exportRun(source, id, () => fileSink(target), io.signal)}\n`);
      return;
    }
    const opened = await openFile(source, from, { maxBytes, signal: io.signal });
    try {
      const { kind, value } = contentFor(opened, basename(target).toLowerCase(), to, io);
      const { warnings } = value as { warnings?: readonly string[] };
      for (const warning of warnings ?? []) io.stderr.write(`warning: ${warning}\n`);
      if (kind === "volume" && to === undefined && /\.zarr$/i.test(target)) {
        const { writeOmeZarr } = await import("../../io/ome-zarr.js");
        const { directoryStore } = await import("../../io/run-folder.node.js");
        await writeOmeZarr(directoryStore(target), value, { signal: io.signal });
        io.stdout.write(`${output}: OME-Zarr image\n`);
        return;
      }
      const choices = formatsByKind[kind] as readonly Format<typeof value>[];
      const format = chooseFormat(choices, basename(target).toLowerCase(), to);
      if (!format.write) throw new WbeError("UNSUPPORTED", `${format.title} is read but not written`);
      for (const lost of format.loses) io.stderr.write(`not kept: ${lost}\n`);
      await format.write(value, await fileSink(target), { signal: io.signal });
      io.stdout.write(`${output}: ${format.title}\n`);
    } finally {
      await opened.close();
    }
  },
});

/** What is written: of a NeuroML file its cell as a tree, when the output is a morphology. */
function contentFor({ content }: OpenedFile, name: string, to: string | undefined, io: CommandIO): Content {
  const isMorphology = formatsByKind.morphology.some((one) => (to === undefined ? endsLike(one, name) : one.id === to));
  if (content.kind !== "neuroml" || !isMorphology) return content;
  const traced = content.value.cells.filter(({ segments }) => segments.id.length > 0);
  if (traced.length !== 1) {
    throw new WbeError("UNSUPPORTED", `expected one cell with segments, found ${traced.length}`, {
      where: content.value.name,
      remedy: "Morphology formats hold one cell.",
    });
  }
  io.stderr.write("not kept: channels, properties and networks\n");
  return { kind: "morphology", value: morphologyOf(traced[0]!) };
}

function chooseFormat<T>(choices: readonly Format<T>[], name: string, to: string | undefined): Format<T> {
  const found = choices.find((format) => (to === undefined ? endsLike(format, name) : format.id === to));
  if (found) return found;
  const known = choices.map(({ id, extensions }) => `${id} (.${extensions.join(", .")})`).join("; ");
  const isKnown = to !== undefined && Object.values(formatsByKind).some((list) => list.some(({ id }) => id === to));
  if (to !== undefined && !isKnown) throw unknownFormat(to);
  throw new WbeError("UNSUPPORTED", "the content does not go into that format", {
    where: name,
    remedy: `It can be written as ${known}.`,
  });
}

const endsLike = <T>(format: Format<T>, name: string): boolean =>
  format.extensions.some((ending) => name.endsWith(`.${ending}`));
