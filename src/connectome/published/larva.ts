/** Tables of the larva of Drosophila. @module */
import { WbeError } from "../../core/errors.js";
import { readDelimited } from "../../io/delimited.js";
import { readText, type Source } from "../../io/format.js";
import type { Connectome } from "../columns.js";
import { connectomeOfNames, noEdges, numberAt, type PublishedFacts, type PublishedOptions } from "./table.js";

/** Letters of the labels of Eichler 2017. */
const mushroomBodyTypes: Readonly<Record<string, string>> = {
  K: "Kenyon cell",
  P: "projection neuron",
  O: "output neuron",
  I: "input neuron",
};

/**
 * A square matrix of synapse counts without names (row = presynaptic) and one label a line: the mushroom body. One synapse
 * per pair; signs are not known, all excite.
 *
 * @throws WbeError FORMAT naming file and line for a matrix that is not square, or labels that are more or fewer.
 */
export async function readLabelledMatrix(
  matrix: Source,
  labels: Source,
  facts: PublishedFacts,
  options: PublishedOptions = {},
): Promise<Connectome> {
  const rows = readDelimited((await readText(matrix)).text, matrix.name);
  const letters = readDelimited((await readText(labels)).text, labels.name).map(({ fields }) => fields[0]!.trim());
  if (letters.length !== rows.length) {
    throw new WbeError("FORMAT", `expected ${rows.length} labels, one per row, found ${letters.length}`, {
      where: labels.name,
    });
  }
  const nth = new Map<string, number>();
  const names = letters.map((letter) => {
    nth.set(letter, (nth.get(letter) ?? 0) + 1);
    return `${letter}${nth.get(letter)}`;
  });
  const edges = noEdges();
  rows.forEach((row, i) => {
    if (row.fields.length !== rows.length) {
      throw new WbeError("FORMAT", `expected ${rows.length} numbers, found ${row.fields.length}`, {
        where: `${matrix.name}, line ${row.line}`,
      });
    }
    for (let j = 0; j < rows.length; j++) {
      const count = numberAt(row, j, matrix.name);
      if (count === 0) continue;
      edges.source.push(names[i]!);
      edges.target.push(names[j]!);
      edges.weight.push(count);
      edges.type.push("");
    }
  });
  const types = new Map(names.map((name, i) => [name, mushroomBodyTypes[letters[i]!] ?? letters[i]!]));
  return connectomeOfNames({ names, types }, edges, unsigned(facts), { ...options, weightScale: 0.1 });
}

/**
 * Three columns without a header, pre, post and number of synapses, ids as text: the matched sides of the brain. Neurons
 * by ascending id; one synapse per pair; signs are not known, all excite.
 *
 * @throws WbeError FORMAT naming file and line.
 */
export async function readIdEdges(
  source: Source,
  facts: PublishedFacts,
  options: PublishedOptions = {},
): Promise<Connectome> {
  const edges = noEdges();
  for (const row of readDelimited((await readText(source)).text, source.name)) {
    // Ids are names, but names that are whole numbers.
    numberAt(row, 0, source.name);
    numberAt(row, 1, source.name);
    edges.source.push(row.fields[0]!.trim());
    edges.target.push(row.fields[1]!.trim());
    edges.weight.push(numberAt(row, 2, source.name));
    edges.type.push("");
  }
  const names = [...new Set([...edges.source, ...edges.target])].sort(
    (a, b) => a.length - b.length || (a < b ? -1 : 1),
  );
  return connectomeOfNames({ names }, edges, unsigned(facts), { ...options, weightScale: 0.1 });
}

function unsigned(facts: PublishedFacts): PublishedFacts {
  return {
    ...facts,
    warnings: [...(facts.warnings ?? []), "signs are not known: all synapses are taken as excitatory"],
  };
}
