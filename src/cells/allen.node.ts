/**
 * Folders of the Allen Cell Types Database → models.
 *
 * @module
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileError } from "../io/file.node.js";
import { type AllenCellOptions, type AllenModel, allenCellFromFiles } from "./allen-files.js";

/**
 * Builds the model in a folder: perisomatic or all-active (a fit and a reconstruction), or GLIF (a configuration).
 *
 * @throws WbeError FILE for a folder that cannot be read, and those of allenCellFromFiles.
 */
export async function allenCell(dir: string, options: AllenCellOptions = {}): Promise<AllenModel> {
  const names = await readdir(dir).catch((cause) => {
    throw fileError("open", dir, cause);
  });
  const files = names.map((name) => ({
    name,
    text: () =>
      readFile(join(dir, name), "utf8").catch((cause) => {
        throw fileError("read", join(dir, name), cause);
      }),
  }));
  return allenCellFromFiles(files, options, dir);
}
