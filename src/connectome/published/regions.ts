/** Region-level connectomes: archives of The Virtual Brain, matrices with a line of names. @module */
import { WbeError } from "../../core/errors.js";
import { readDelimited } from "../../io/delimited.js";
import { readText, type Source } from "../../io/format.js";
import { readTvb } from "../../io/tvb.js";
import type { Connectome } from "../columns.js";
import { connectomeOfGraph } from "../graph-data.js";
import { connectomeOfNames, noEdges, numberAt, type PublishedFacts, type PublishedOptions } from "./table.js";

/** mm/ms, the default of The Virtual Brain; Sanz-Leon et al. 2015, NeuroImage 111:385. */
const tractVelocity = 3;

/**
 * An archive of The Virtual Brain: weights as published, centres (mm) as positions in um, delays = tract length over the
 * conduction velocity, 3 mm/ms (3,000 um/ms) by default.
 *
 * @throws what `readTvb` throws.
 */
export async function readTvbConnectome(
  archive: Source,
  facts: PublishedFacts,
  options: PublishedOptions = {},
): Promise<Connectome> {
  const graph = await readTvb(archive, options);
  return connectomeOfGraph(graph, {
    region: facts.region,
    weightScale: options.conductance ?? 1,
    positionScale: 1000,
    conductionVelocity: options.conductionVelocity ?? 1000 * tractVelocity,
    ...(options.model === undefined ? {} : { model: options.model }),
    metadata: { name: facts.name, source: facts.source, warnings: facts.warnings ?? [] },
  });
}

/**
 * A symmetric matrix of numbers and one line of names: HCP averages of the ENIGMA toolbox. Weights as published (log
 * streamlines). Entries below 0 are logarithms of weights below one, not inhibition, and are left out with a warning.
 *
 * @throws WbeError FORMAT naming file and line for a matrix that is not square or names that are more or fewer.
 */
export async function readNamedMatrix(
  matrix: Source,
  names: Source,
  facts: PublishedFacts,
  options: PublishedOptions = {},
): Promise<Connectome> {
  const labels = readDelimited((await readText(names)).text, names.name).flatMap(({ fields }) =>
    fields.map((name) => name.trim()),
  );
  const rows = readDelimited((await readText(matrix)).text, matrix.name);
  if (rows.length !== labels.length) {
    throw new WbeError("FORMAT", `expected ${rows.length} names, one per row, found ${labels.length}`, {
      where: names.name,
    });
  }
  const edges = noEdges();
  let negative = 0;
  rows.forEach((row, i) => {
    if (row.fields.length !== rows.length) {
      throw new WbeError("FORMAT", `expected ${rows.length} numbers, found ${row.fields.length}`, {
        where: `${matrix.name}, line ${row.line}`,
      });
    }
    for (let j = 0; j < rows.length; j++) {
      const weight = numberAt(row, j, matrix.name);
      if (weight < 0) negative++;
      if (!(weight > 0)) continue;
      edges.source.push(labels[i]!);
      edges.target.push(labels[j]!);
      edges.weight.push(weight);
      edges.type.push("");
    }
  });
  const warnings = negative > 0 ? [`${negative} entries below 0 (logarithms of weights below one) are left out`] : [];
  return connectomeOfNames({ names: labels }, edges, { ...facts, warnings }, { ...options, weightScale: 1 });
}
