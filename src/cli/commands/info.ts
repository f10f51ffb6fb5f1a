/**
 * `wbe info FILE`: what a file is and holds.
 *
 * @module
 */
import { resolve } from "node:path";
import { z } from "zod";
import { formats } from "../../io/formats.js";
import { defineCommand } from "../command.js";
import { factsOf } from "../file-facts.js";
import { openFile } from "../open-file.js";

export const infoCommand = defineCommand({
  name: "info",
  summary: "say what a file is: format, shape, units, contents, and what its format would lose",
  details: `
The format is found by content, the name second. A folder is read as a neuroglancer
precomputed volume when it has a file named info, else as OME-Zarr. Long recordings are not read whole.`,
  arguments: {
    file: z.string().describe("file of any format that wbe reads, or a folder: Zarr, neuroglancer precomputed"),
  },
  options: {
    format: z.string().optional().meta({ placeholder: "ID", description: "read it as this format" }),
    maxBytes: z.int().min(1).optional().meta({ placeholder: "BYTES", description: "largest array that is read" }),
    json: z.boolean().default(false).describe("print JSON"),
  },
  examples: ["wbe info cell.swc", "wbe info recording.nwb --json"],
  async run({ file, format, maxBytes, json }, io) {
    const opened = await openFile(resolve(io.cwd, file), format, { maxBytes, signal: io.signal });
    try {
      const { warnings } = opened.content.value as { warnings?: readonly string[] };
      const known = Object.values(formats).find(({ id }) => id === opened.format);
      const facts = {
        file,
        format: `${opened.title} (${opened.format})`,
        ...(opened.size === undefined ? {} : { bytes: opened.size }),
        ...factsOf(opened.content),
        "lost on writing": known?.loses ?? [],
        warnings: warnings ?? [],
      };
      if (json) {
        io.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
        return;
      }
      const entries = Object.entries(facts).filter(([, value]) => typeof value !== "object" || value.length > 0);
      const width = Math.max(...entries.map(([name]) => name.length)) + 2;
      for (const [name, value] of entries) {
        const lines = typeof value === "object" ? value : [String(value)];
        lines.forEach((line, i) => {
          io.stdout.write(`${(i === 0 ? name : "").padEnd(width)}${line}\n`);
        });
      }
    } finally {
      await opened.close();
    }
  },
});
