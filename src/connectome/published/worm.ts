/** Tables of the wiring of C. elegans. @module */
import { WbeError } from "../../core/errors.js";
import type { Source } from "../../io/format.js";
import { celegansNeurons } from "../celegans.js";
import type { Connectome } from "../columns.js";
import {
  connectomeOfNames,
  noEdges,
  numberAt,
  type PublishedFacts,
  type PublishedOptions,
  readColumns,
} from "./table.js";

const columns = {
  pre: ["pre", "source", "neuron 1"],
  post: ["post", "target", "neuron 2"],
  kind: ["type"],
  count: ["synapses", "weight", "nbr"],
};

/** What the tables call their kinds; those of NeuronConnect that say the same from the other side (R, Rp) or are none. */
const kinds: Readonly<Record<string, "chemical" | "electrical" | "skip">> = {
  chemical: "chemical",
  electrical: "electrical",
  s: "chemical",
  sp: "chemical",
  ej: "electrical",
  r: "skip",
  rp: "skip",
  nmj: "skip",
};

/**
 * A wiring of C. elegans from a table (CSV or tabs) with the columns pre, post, type and synapses under any of their names
 * in White 1986, Varshney 2011, Cook 2019 and Witvliet 2021. One synapse per pair and kind, with the summed count times
 * `conductance`; those of GABA neurons inhibit. A gap junction acts in both directions, whether the table has one or both.
 * Cells that are no neurons of the table of 302 (muscles) keep their name as the type "other". Neuromuscular junctions of
 * NeuronConnect are left out. Soma positions come from wbe's table of neurons; cells without one are at no place.
 *
 * @throws WbeError FORMAT naming file and line for missing columns, counts or kinds that are none.
 */
export async function readWormTable(
  source: Source,
  facts: Omit<PublishedFacts, "region">,
  options: PublishedOptions = {},
): Promise<Connectome> {
  const { rows, at } = await readColumns(source, columns, options);
  const neurons = await celegansNeurons();
  const known = new Map(neurons.map((neuron) => [neuron.name, neuron]));
  const isGaba = new Set(
    neurons
      .filter(({ transmitters }) => transmitters.some(({ name, potential }) => name === "GABA" && !potential))
      .map(({ name }) => name),
  );
  const counts = { chemical: new Map<string, number>(), electrical: new Map<string, number>() };
  const seen = new Set<string>();
  for (const row of rows) {
    const name = (place: number) => row.fields[place]!.trim();
    const kind = kinds[name(at.kind!).toLowerCase()];
    const count = numberAt(row, at.count!, source.name);
    if (kind === undefined) {
      throw new WbeError("FORMAT", `expected chemical or electrical, found "${name(at.kind!).slice(0, 40)}"`, {
        where: `${source.name}, line ${row.line}`,
      });
    }
    if (kind === "skip") continue;
    const [pre, post] = [name(at.pre!), name(at.post!)];
    seen.add(pre).add(post);
    const key = `${pre}\t${post}`;
    counts[kind].set(key, (counts[kind].get(key) ?? 0) + count);
  }
  const edges = noEdges();
  const add = (pre: string, post: string, weight: number, type: string) => {
    edges.source.push(pre);
    edges.target.push(post);
    edges.weight.push(weight);
    edges.type.push(type);
  };
  for (const [key, count] of counts.chemical) {
    const [pre, post] = key.split("\t") as [string, string];
    add(pre, post, count, isGaba.has(pre) ? "inhibitory" : "");
  }
  for (const [key, count] of counts.electrical) {
    const [pre, post] = key.split("\t") as [string, string];
    add(pre, post, count, "electrical");
    // A table that has one direction means both.
    if (pre !== post && !counts.electrical.has(`${post}\t${pre}`)) add(post, pre, count, "electrical");
  }
  const names = [...seen].sort();
  const others = names.filter((name) => !known.has(name));
  return connectomeOfNames(
    {
      names,
      types: new Map(names.map((name) => [name, known.get(name)?.classes.join("/") ?? "other"])),
      positions: new Map(
        names.flatMap((name) => (known.has(name) ? [[name, known.get(name)!.position] as const] : [])),
      ),
    },
    edges,
    {
      ...facts,
      region: "CEL",
      warnings:
        others.length > 0 ? [`${others.length} cells are no neurons of the table of 302 (muscles and others)`] : [],
    },
    { ...options, weightScale: 0.1 },
  );
}
