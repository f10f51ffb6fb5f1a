/**
 * `wbe verify [area]`: recomputes published figures and says which hold.
 *
 * @module
 */
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { WbeError } from "../../core/errors.js";
import { fileError, fileSource } from "../../io/file.node.js";
import { confinePath } from "../../io/folder.js";
import type { VerifyArea } from "../../validation/verify/verify.js";
import { defineCommand } from "../command.js";

export const verifyCommand = defineCommand({
  name: "verify",
  summary: "recompute published figures and closed forms and compare",
  details: `
Each figure is computed by this installation, now, and printed beside what the paper, standard or closed form says.
The exit code is 1 when one fails.`,
  arguments: { area: z.string().optional().describe("one area; all of them without it") },
  options: {
    fast: z.boolean().default(false).describe("leave out figures that take more than about a second"),
    data: z
      .string()
      .optional()
      .meta({ placeholder: "DIR", description: "folder of reference data, for figures that need it (cells, formats)" }),
    json: z.boolean().default(false).describe("print { area, passed, failed, figures } as JSON"),
  },
  examples: ["wbe verify", "wbe verify formats --fast", "wbe verify cells --data ../data --json"],
  async run({ area, fast, data, json }, io) {
    const { verifyAreaLoaders } = await import("../../validation/verify/areas.js");
    const { verifyAreas } = await import("../../validation/verify/verify.js");
    const names = Object.keys(verifyAreaLoaders);
    if (area !== undefined && !names.includes(area)) {
      throw new WbeError("NAME_UNKNOWN", `no area "${area}" to verify`, { remedy: `Areas: ${names.join(", ")}.` });
    }
    const areas = await Promise.all((area === undefined ? names : [area]).map((name) => verifyAreaLoaders[name]!()));
    if (data !== undefined) await addDataFigures(areas, resolve(io.cwd, data));
    const bar = io.progress("verifying", 1, "figures");
    const result = await verifyAreas(areas, {
      isFast: fast,
      signal: io.signal,
      onProgress: (done, total) => bar.update(done, total),
    });
    bar.finish();
    if (json) io.stdout.write(`${JSON.stringify(result, jsonNumber, 2)}\n`);
    else {
      for (const { id, what, source, expected, got, tolerance, ok } of result.figures) {
        const amount = tolerance === 0 ? "exactly" : `± ${show(tolerance)}`;
        io.stdout.write(
          `${ok ? "ok  " : "FAIL"} ${id}: ${what}\n     expected ${show(expected)} (${amount}), got ${show(got)}\n     ${source}\n`,
        );
      }
      io.stdout.write(`${result.passed} passed, ${result.failed} failed\n`);
    }
    if (result.failed > 0) io.setExitCode(1);
  },
});

/** Adds the figures that read a folder of reference data to the areas that have some. */
async function addDataFigures(areas: VerifyArea[], folder: string): Promise<void> {
  const { recordedCellFigures } = await import("../../validation/verify/recorded-cells.js");
  await stat(folder).catch((cause) => {
    throw fileError("open", folder, cause);
  });
  const figures = recordedCellFigures((path) =>
    readFile(join(folder, path), "utf8").catch((cause) => {
      throw fileError("read", join(folder, path), cause);
    }),
  );
  const { describedFileFigures } = await import("../../validation/verify/described-files.js");
  const described = describedFileFigures(
    () =>
      readFile(join(folder, "SOURCES.md"), "utf8").catch((cause) => {
        throw fileError("read", join(folder, "SOURCES.md"), cause);
      }),
    (path) => fileSource(join(folder, confinePath(path, "", "SOURCES.md"))),
  );
  for (const [name, more] of [
    ["cells", figures],
    ["formats", described],
  ] as const) {
    const k = areas.findIndex(({ area }) => area === name);
    if (k >= 0) areas[k] = { ...areas[k]!, figures: [...areas[k]!.figures, ...more] };
  }
}

const show = (value: number | string): string =>
  typeof value === "number" ? String(Number(value.toPrecision(8))) : value;

/** JSON has no NaN or infinity. */
const jsonNumber = (_: string, value: unknown) =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
