/** Tables of the mouse: regions of Oh 2014, neurons of MICrONS layer 2/3. @module */
import { WbeError } from "../../core/errors.js";
import { readAdjacency } from "../../io/adjacency.js";
import type { Source } from "../../io/format.js";
import type { Connectome } from "../columns.js";
import {
  connectomeOfNames,
  noEdges,
  numberAt,
  type PublishedFacts,
  type PublishedOptions,
  readColumns,
} from "./table.js";

/**
 * Projections of 213 regions to the same and to the other side (the two matrices of weights of the supplement, row =
 * source) as a connectome of both sides: regions NAME_R and NAME_L, the left side taken as the mirror image of the
 * injected right one, as in the paper.
 *
 * @throws WbeError FORMAT when the two matrices are not of the same regions, and what `readAdjacency` throws.
 */
export async function readHemispheres(
  ipsilateral: Source,
  contralateral: Source,
  facts: PublishedFacts,
  options: PublishedOptions = {},
): Promise<Connectome> {
  const [same, other] = [await readAdjacency(ipsilateral, options), await readAdjacency(contralateral, options)];
  if (same.nodeIds.join() !== other.nodeIds.join()) {
    throw new WbeError("FORMAT", "expected both matrices to be of the same regions", { where: contralateral.name });
  }
  const edges = noEdges();
  for (const [matrix, crosses] of [
    [same, false],
    [other, true],
  ] as const) {
    const weights = matrix.edges.weight!.values;
    matrix.source.forEach((from, e) => {
      for (const side of ["R", "L"]) {
        const end = crosses ? (side === "R" ? "L" : "R") : side;
        edges.source.push(`${matrix.nodeIds[from]}_${side}`);
        edges.target.push(`${matrix.nodeIds[matrix.target[e]!]}_${end}`);
        edges.weight.push(Number(weights[e]));
        edges.type.push("");
      }
    });
  }
  const names = ["R", "L"].flatMap((side) => same.nodeIds.map((name) => `${name}_${side}`));
  return connectomeOfNames({ names }, edges, facts, { ...options, weightScale: 1 });
}

/**
 * Synapses between somata (pre_root_id, post_root_id; each row one synapse) and the table of somata (pt_root_id, cell_type
 * "e" or "i", soma in nm): one synapse per row of weight `conductance`, inhibitory from cells of type "i". Ids have 18
 * digits and are kept as text.
 *
 * @throws WbeError FORMAT naming file and line.
 */
export async function readSomaSubgraph(
  synapses: Source,
  somata: Source,
  facts: PublishedFacts,
  options: PublishedOptions = {},
): Promise<Connectome> {
  const cells = await readColumns(
    somata,
    { id: ["pt_root_id"], type: ["cell_type"], x: ["soma_x_nm"], y: ["soma_y_nm"], z: ["soma_z_nm"] },
    options,
  );
  const types = new Map<string, string>();
  const positions = new Map<string, readonly [number, number, number]>();
  for (const row of cells.rows) {
    const id = row.fields[cells.at.id!]!.trim();
    const letter = row.fields[cells.at.type!]!.trim();
    types.set(id, letter === "e" ? "excitatory" : letter === "i" ? "inhibitory" : letter);
    const nm = (place: number) => numberAt(row, place, somata.name) / 1000;
    positions.set(id, [nm(cells.at.x!), nm(cells.at.y!), nm(cells.at.z!)]);
  }
  const table = await readColumns(synapses, { pre: ["pre_root_id"], post: ["post_root_id"] }, options);
  const edges = noEdges();
  for (const { fields } of table.rows) {
    const pre = fields[table.at.pre!]!.trim();
    edges.source.push(pre);
    edges.target.push(fields[table.at.post!]!.trim());
    edges.weight.push(1);
    edges.type.push(types.get(pre) === "inhibitory" ? "inhibitory" : "");
  }
  const names = [...types.keys()].sort();
  const lost = new Set([...edges.source, ...edges.target].filter((id) => !types.has(id))).size;
  return connectomeOfNames(
    { names, types, positions },
    edges,
    { ...facts, warnings: lost > 0 ? [`${lost} cells of synapses are not in the table of somata`] : [] },
    { ...options, weightScale: 0.1 },
  );
}
