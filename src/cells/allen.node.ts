/**
 * Folders of the Allen Cell Types Database → cells.
 *
 * @module
 */
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { WbeError } from "../core/errors.js";
import { fileError } from "../io/file.node.js";
import { type AllenCell, type AllenCellSource, buildAllenCell } from "./allen-cell.js";

/**
 * Reads a folder with one `*_fit.json` (or `fit_parameters.json`) and one `.swc`.
 *
 * @throws WbeError FILE for a folder without exactly one of each, FORMAT for text that is no JSON, and those of
 *   buildAllenCell.
 */
export async function allenCell(
  dir: string,
  options: Pick<AllenCellSource, "axon" | "maxLength" | "channelModels"> = {},
): Promise<AllenCell> {
  const names = await readdir(dir).catch((cause) => {
    throw fileError("open", dir, cause);
  });
  const one = (what: string, pattern: RegExp): string => {
    const found = names.filter((name) => pattern.test(name)).sort();
    if (found.length === 1) return found[0]!;
    const list = found.length === 0 ? "none" : found.join(", ");
    throw new WbeError("FILE", `expected one ${what}, found ${list}`, { where: dir });
  };
  const fitFile = one("*_fit.json or fit_parameters.json", /(_fit|^fit_parameters)\.json$/i);
  const swcFile = one(".swc file", /\.swc$/i);
  const read = (name: string) =>
    readFile(join(dir, name), "utf8").catch((cause) => {
      throw fileError("read", join(dir, name), cause);
    });
  const [text, swc] = [await read(fitFile), await read(swcFile)];
  let fit: unknown;
  try {
    fit = JSON.parse(text);
  } catch (cause) {
    throw new WbeError("FORMAT", "expected JSON", { where: join(dir, fitFile), cause });
  }
  return buildAllenCell({ ...options, fit, swc, fitFile, swcFile, name: basename(dir) });
}
