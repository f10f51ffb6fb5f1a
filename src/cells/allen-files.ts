/**
 * The files of one model of the Allen Cell Types Database → the model, whichever kind it is.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { type AllenCell, type AllenCellSource, buildAllenCell } from "./allen-cell.js";
import { type AllenGlif, type GlifLevel, readGlifConfig } from "./allen-glif.js";
import { parseJson } from "./json-place.js";

/** A biophysical model as a cell, or a GLIF model as parameters of a population: `kind` tells them apart. */
export type AllenModel = AllenCell | AllenGlif;

/** A file whose text is read when it is needed. A browser's File is one. */
export interface NamedText {
  readonly name: string;
  text(): Promise<string>;
}

export interface AllenCellOptions extends Pick<AllenCellSource, "axon" | "maxLength" | "channelModels"> {
  /** Which of several GLIF configurations. */
  readonly level?: GlifLevel;
}

const fitPattern = /(_fit|^fit_parameters)\.json$/i;
const glifPattern = /(neuron_config|_lif(_r)?(_asc)?(_a)?)\.json$/i;

/**
 * Builds the model that a set of files holds: one `*_fit.json` (or `fit_parameters.json`) and one `.swc`, or GLIF
 * configurations (`neuron_config.json`, `*_lif.json`, `*_lif_r_asc.json`, …). Other files are left alone.
 *
 * @param where names the set in messages.
 * @throws WbeError FILE for files that are missing or too many, FORMAT for text that is no JSON, and those of buildAllenCell
 *   and readGlifConfig.
 */
export async function allenCellFromFiles(
  files: readonly NamedText[],
  options: AllenCellOptions = {},
  where = "the files",
): Promise<AllenModel> {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const matching = (pattern: RegExp): NamedText[] => sorted.filter(({ name }) => pattern.test(name));
  const configs = matching(glifPattern);
  if (matching(fitPattern).length === 0 && configs.length > 0) return readGlif(configs, options.level, where);
  const one = (what: string, pattern: RegExp): NamedText => {
    const found = matching(pattern);
    if (found.length === 1) return found[0]!;
    const list = found.length === 0 ? "none" : found.map(({ name }) => name).join(", ");
    throw new WbeError("FILE", `expected one ${what}, found ${list}`, { where });
  };
  const fitFile = one("*_fit.json, fit_parameters.json or GLIF configuration", fitPattern);
  const swcFile = one(".swc file", /\.swc$/i);
  const fit = parseJson(await fitFile.text(), fitFile.name);
  return buildAllenCell({ ...options, fit, swc: await swcFile.text(), fitFile: fitFile.name, swcFile: swcFile.name });
}

async function readGlif(files: readonly NamedText[], level: GlifLevel | undefined, where: string): Promise<AllenGlif> {
  const models = await Promise.all(
    files.map(async (file) => readGlifConfig(parseJson(await file.text(), file.name), file.name)),
  );
  const fitting = models.filter((model) => level === undefined || model.level === level);
  if (fitting.length === 1) return fitting[0]!;
  const list = models.map((model) => `level ${model.level} (${model.name})`).join(", ");
  throw new WbeError("FILE", `expected one GLIF configuration, found ${list}`, {
    where,
    remedy: "Name the level: { level: 3 }.",
  });
}
