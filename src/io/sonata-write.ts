/**
 * Writes SONATA HDF5 files with both indices, so that libsonata and BMTK open them.
 *
 * @module
 */
import type { NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import type { Sink, WriteOptions } from "./format.js";
import { createHdf5, type Hdf5Numbers, type Hdf5Writer } from "./hdf5-write.js";
import { toUnsigned64 } from "./integers.js";
import type { SonataEdges, SonataFile, SonataReport, SonataRows, SonataSpikes } from "./sonata-data.js";

/** @throws WbeError ARGUMENT for columns that do not fit together. */
export async function writeSonata(file: SonataFile, sink: Sink, options: WriteOptions = {}): Promise<void> {
  let output: Hdf5Writer | undefined;
  try {
    output = await createHdf5({ ascii: true });
    // Magic and version of the SONATA guide 0.1.
    output.attributes("/", { magic: { scalar: Uint32Array.of(0x0a7a) }, version: Uint32Array.of(0, 1) });
    for (const nodes of file.nodes) {
      throwIfCancelled(options.signal, "writing the network");
      writeRows(output, `/nodes/${nodes.name}`, nodes, "node");
      if (nodes.nodeId) output.dataset(`/nodes/${nodes.name}/node_id`, wide(nodes.nodeId));
    }
    for (const edges of file.edges) {
      throwIfCancelled(options.signal, "writing the network");
      writeEdges(output, edges);
    }
    for (const spikes of file.spikes) writeSpikes(output, spikes);
    for (const report of file.reports) await writeReport(output, report);
  } catch (error) {
    output?.discard();
    await sink.abort();
    throw error;
  }
  await output.finish(sink, options);
}

const wide = toUnsigned64;

function writeRows(output: Hdf5Writer, path: string, rows: SonataRows, kind: "node" | "edge"): void {
  output.group(path);
  for (const [name, column] of Object.entries({ type: rows.typeId, group: rows.groupId, index: rows.groupIndex })) {
    if (column.length !== rows.size) {
      throw new WbeError("ARGUMENT", `expected ${rows.size} values of ${name}, found ${column.length}`, {
        where: path,
      });
    }
  }
  output.dataset(`${path}/${kind}_type_id`, wholeNumbers(rows.typeId));
  output.dataset(`${path}/${kind}_group_id`, Uint32Array.from(rows.groupId));
  output.dataset(`${path}/${kind}_group_index`, wide(rows.groupIndex));
  // Readers expect the group of every row, also when it has no attributes.
  for (const id of new Set([...rows.groups.keys(), ...(rows.groups.size === 0 ? [0] : [])])) {
    output.group(`${path}/${id}`);
    for (const [name, column] of rows.groups.get(id) ?? []) output.dataset(`${path}/${id}/${name}`, column);
  }
}

function writeEdges(output: Hdf5Writer, edges: SonataEdges): void {
  const path = `/edges/${edges.name}`;
  writeRows(output, path, edges, "edge");
  output.dataset(`${path}/source_node_id`, wide(edges.source), {
    attributes: { node_population: edges.sourcePopulation },
  });
  output.dataset(`${path}/target_node_id`, wide(edges.target), {
    attributes: { node_population: edges.targetPopulation },
  });
  for (const [name, ids] of [
    ["source_to_target", edges.source],
    ["target_to_source", edges.target],
  ] as const) {
    const { nodes, ranges } = makeIndex(ids);
    output.dataset(`${path}/indices/${name}/node_id_to_range`, nodes, { shape: [nodes.length / 2, 2] });
    // The guide says "range", libsonata reads "ranges": one table under both names.
    output.link(`${path}/indices/${name}/node_id_to_ranges`, `${path}/indices/${name}/node_id_to_range`);
    output.dataset(`${path}/indices/${name}/range_to_edge_id`, ranges, { shape: [ranges.length / 2, 2] });
  }
}

/** Runs of edges of one node, by node: the two tables of a SONATA index. */
export function makeIndex(ids: NumericArray): { nodes: BigUint64Array; ranges: BigUint64Array } {
  let nNodes = 0;
  for (const id of ids) nNodes = Math.max(nNodes, id + 1);
  const counts = new Uint32Array(nNodes + 1);
  const isStart = (edge: number) => edge === 0 || ids[edge] !== ids[edge - 1];
  for (let edge = 0; edge < ids.length; edge++) if (isStart(edge)) counts[ids[edge]! + 1]!++;
  for (let node = 0; node < nNodes; node++) counts[node + 1]! += counts[node];
  const ranges = new Float64Array(2 * (counts[nNodes] ?? 0));
  const next = counts.slice();
  for (let edge = 0; edge < ids.length; ) {
    const start = edge;
    while (edge < ids.length && ids[edge] === ids[start]) edge++;
    const range = next[ids[start]!]!++;
    ranges[2 * range] = start;
    ranges[2 * range + 1] = edge;
  }
  const nodes = new Float64Array(2 * nNodes);
  for (let node = 0; node < nNodes; node++) {
    nodes[2 * node] = counts[node]!;
    nodes[2 * node + 1] = counts[node + 1]!;
  }
  return { nodes: wide(nodes), ranges: wide(ranges) };
}

/** Without the attribute "sorting": the guide wants an enumeration, which h5wasm cannot write; readers look at the data. */
function writeSpikes(output: Hdf5Writer, { population, nodeIds, timestamps }: SonataSpikes): void {
  const path = `/spikes/${population || "default"}`;
  output.group(path);
  output.dataset(`${path}/node_ids`, wide(nodeIds));
  output.dataset(`${path}/timestamps`, timestamps, { attributes: { units: "ms" } });
}

async function writeReport(output: Hdf5Writer, report: SonataReport): Promise<void> {
  const path = `/report/${report.population}`;
  // Single precision is what the guide says and libsonata demands.
  output.dataset(`${path}/data`, Float32Array.from(await report.data.read()), {
    shape: report.data.shape,
    attributes: { units: report.units },
  });
  output.dataset(`${path}/mapping/node_ids`, wide(report.nodeIds));
  output.dataset(`${path}/mapping/index_pointers`, wide(report.indexPointers));
  output.dataset(`${path}/mapping/element_ids`, Uint32Array.from(report.elementIds));
  output.dataset(`${path}/mapping/time`, Float64Array.of(report.start, report.stop, report.step), {
    attributes: { units: "ms" },
  });
}

/** Type ids as integers, whatever array they come in. */
function wholeNumbers(values: NumericArray): Hdf5Numbers {
  return values instanceof Float64Array || values instanceof Float32Array ? BigInt64Array.from(values, BigInt) : values;
}
