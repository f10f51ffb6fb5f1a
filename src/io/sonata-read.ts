/**
 * Reads SONATA HDF5 files into columns.
 *
 * @module
 */
import type { NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import type { ReadOptions, Source } from "./format.js";
import { Hdf5Dataset, type Hdf5Group, openHdf5 } from "./hdf5.js";
import type {
  GroupColumns,
  SonataEdges,
  SonataFile,
  SonataNodes,
  SonataReport,
  SonataRows,
  SonataSpikes,
} from "./sonata-data.js";

const sections = ["nodes", "edges", "spikes", "report", "reports"];

/** True for an HDF5 file with one of SONATA's groups at its root and no NWB version. */
export async function isSonata(source: Source): Promise<boolean> {
  const file = await openHdf5(source).catch(() => undefined);
  if (!file) return false;
  try {
    return sections.some((name) => file.group(name) !== undefined) && !file.attributeNames().includes("nwb_version");
  } catch {
    return false;
  } finally {
    file.close();
  }
}

/** @throws WbeError FORMAT for a file without SONATA's groups, or one that contradicts itself, naming population and row. */
export async function readSonata(source: Source, options: ReadOptions = {}): Promise<SonataFile> {
  throwIfCancelled(options.signal, "reading the network");
  const file = await openHdf5(source, options);
  const warnings: string[] = [];
  const populations = (name: string) => file.group(name)?.groups() ?? [];
  try {
    if (!sections.some((name) => file.group(name))) {
      throw new WbeError("FORMAT", `expected one of the groups ${sections.join(", ")}, found none`, {
        where: source.name,
      });
    }
    const result: SonataFile = {
      nodes: readEach(populations("nodes"), readNodes, warnings),
      edges: readEach(populations("edges"), readEdges, warnings),
      spikes: readSpikes(file.group("spikes")),
      reports: [...populations("report"), ...populations("reports")].flatMap(readReport),
      warnings,
      close: () => file.close(),
    };
    for (const rows of [...result.nodes, ...result.edges]) {
      warnings.push(...rows.notes.map((note) => `${rows.name}: ${note}`));
    }
    options.onProgress?.(source.size, source.size);
    // Only reports are read later.
    if (result.reports.length === 0) file.close();
    return result;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** All populations that can be read; a broken one beside sound ones is left out with a warning, alone it is an error. */
function readEach<T>(groups: readonly Hdf5Group[], read: (group: Hdf5Group) => T, warnings: string[]): T[] {
  const found: T[] = [];
  const faults: WbeError[] = [];
  for (const group of groups) {
    try {
      found.push(read(group));
    } catch (error) {
      if (!(error instanceof WbeError)) throw error;
      faults.push(error);
    }
  }
  if (found.length === 0 && faults[0]) throw faults[0];
  warnings.push(...faults.map((fault) => `a population was left out: ${fault.message}`));
  return found;
}

/** Name of a group without the path above it. */
const lastPart = (group: Hdf5Group) => group.path.slice(group.path.lastIndexOf("/") + 1);

function readNodes(group: Hdf5Group): SonataNodes {
  const nodeId = group.dataset("node_id")?.numbers();
  return { ...readRows(group, "node"), ...(nodeId ? { nodeId } : {}) };
}

function readEdges(group: Hdf5Group): SonataEdges {
  const source = group.needDataset("source_node_id");
  const target = group.needDataset("target_node_id");
  const rows = readRows(group, "edge", target.length);
  const [from, to] = [source.compactNumbers(), target.compactNumbers()];
  if (from.length !== rows.size || to.length !== rows.size) {
    throw new WbeError("FORMAT", `expected ${rows.size} sources and targets, found ${from.length} and ${to.length}`, {
      where: group.where,
    });
  }
  return {
    ...rows,
    source: from,
    target: to,
    sourcePopulation: source.text("node_population") || source.text("network"),
    targetPopulation: target.text("node_population") || target.text("network"),
  };
}

function readRows(group: Hdf5Group, kind: "node" | "edge", rows?: number): SonataRows {
  const notes: string[] = [];
  const groups = new Map<number, GroupColumns>();
  for (const key of group.keys()) {
    const member = /^\d+$/.test(key) ? group.group(key) : undefined;
    if (member) groups.set(Number(key), readGroup(member, notes));
  }
  const types = group.dataset(`${kind}_type_id`)?.compactNumbers();
  const size = rows ?? types?.length ?? [...(groups.get(0)?.values() ?? [])][0]?.length ?? 0;
  const typeId = types ?? new Int32Array(size).fill(-1);
  if (!types) notes.push(`it has no ${kind}_type_id`);
  const groupId = group.dataset(`${kind}_group_id`)?.compactNumbers();
  const groupIndex = group.dataset(`${kind}_group_index`)?.compactNumbers();
  const check = (name: string, column: NumericArray | undefined) => {
    if (column && column.length !== size) {
      throw new WbeError("FORMAT", `expected ${size} values of ${name}, found ${column.length}`, {
        where: group.where,
      });
    }
  };
  check(`${kind}_type_id`, typeId);
  check(`${kind}_group_id`, groupId);
  check(`${kind}_group_index`, groupIndex);
  const common = { name: lastPart(group), size, typeId, groups, notes };
  if (groupId && groupIndex) return { ...common, groupId, groupIndex };
  if (groups.size > 1) {
    throw new WbeError(
      "FORMAT",
      `expected ${kind}_group_id and ${kind}_group_index for ${groups.size} groups, found none`,
      {
        where: group.where,
        remedy: "With several groups a row must say to which it belongs.",
      },
    );
  }
  const only = [...groups.keys()][0] ?? 0;
  if (groups.size > 0) notes.push(`it has no ${kind}_group_id and ${kind}_group_index: group ${only}, index = row`);
  return {
    ...common,
    groupId: new Uint32Array(size).fill(only),
    groupIndex: Uint32Array.from({ length: size }, (_, i) => i),
  };
}

function readGroup(group: Hdf5Group, notes: string[], prefix = ""): Map<string, NumericArray | readonly string[]> {
  const columns = new Map<string, NumericArray | readonly string[]>();
  const library = group.group("@library");
  for (const key of group.keys()) {
    const member = group.get(key);
    const name = prefix + key;
    if (!(member instanceof Hdf5Dataset)) {
      if (key === "dynamics_params" && member) {
        for (const [inner, column] of readGroup(member, notes, `${name}/`)) columns.set(inner, column);
      }
      continue;
    }
    if (!member.hasDataspace) continue;
    if (member.shape.length !== 1) {
      notes.push(`attribute "${name}" is not one-dimensional and was left out`);
      continue;
    }
    const words = library?.dataset(key);
    if (words?.kind === "text") columns.set(name, namesOf(member.numbers(), words.texts(), name, notes));
    else if (member.kind === "text") columns.set(name, member.texts());
    else if (member.kind === "number" || member.kind === "boolean") columns.set(name, member.numbers());
    else notes.push(`attribute "${name}" holds ${member.kind} values and was left out`);
  }
  return columns;
}

/** Enumerated texts; an index outside the library gives "" and a note. */
function namesOf(indices: NumericArray, words: readonly string[], name: string, notes: string[]): string[] {
  const bad = indices.findIndex((index) => !(index >= 0 && index < words.length));
  if (bad >= 0) notes.push(`attribute "${name}" points outside its library at row ${bad}`);
  return Array.from(indices, (index) => words[index] ?? "");
}

function readSpikes(section: Hdf5Group | undefined): SonataSpikes[] {
  if (!section) return [];
  const one = (group: Hdf5Group, population: string, ids: string): SonataSpikes => {
    const nodeIds = group.needDataset(ids).numbers();
    const times = group.needDataset("timestamps");
    const timestamps = Float64Array.from(times.numbers());
    if (timestamps.length !== nodeIds.length) {
      throw new WbeError("FORMAT", `expected ${nodeIds.length} timestamps, found ${timestamps.length}`, {
        where: group.where,
      });
    }
    if (times.text("units") === "s") {
      for (let i = 0; i < timestamps.length; i++) timestamps[i]! *= 1000;
    }
    const sorting = group.attribute("sorting");
    const name =
      sorting === undefined
        ? orderOf(nodeIds, timestamps)
        : typeof sorting === "number"
          ? ["none", "by_id", "by_time"][sorting]
          : sorting;
    return {
      population,
      nodeIds,
      timestamps,
      sorting: name === "by_time" ? "by_time" : name === "by_id" || name === "by_gid" ? "by_id" : "none",
    };
  };
  if (section.dataset("gids")) return [one(section, "", "gids")];
  return section.groups().map((group) => one(group, lastPart(group), "node_ids"));
}

function orderOf(nodeIds: NumericArray, timestamps: Float64Array): SonataSpikes["sorting"] {
  if (timestamps.every((time, i) => i === 0 || timestamps[i - 1]! <= time)) return "by_time";
  return nodeIds.some((id, i) => i > 0 && nodeIds[i - 1]! > id) ? "none" : "by_id";
}

function readReport(group: Hdf5Group): SonataReport[] {
  const data = group.dataset("data");
  const mapping = group.group("mapping");
  if (!data || !mapping) return [];
  const [nFrames = 0, nElements = 0] = data.shape;
  const pointers = mapping.dataset("index_pointers") ?? mapping.needDataset("index_pointer");
  const nodeIds = (mapping.dataset("node_ids") ?? mapping.needDataset("gids")).numbers();
  const time = mapping.needDataset("time").numbers();
  const indexPointers = pointers.numbers();
  if (data.shape.length !== 2 || indexPointers.length !== nodeIds.length + 1 || time.length !== 3) {
    throw new WbeError(
      "FORMAT",
      `expected frames × elements, ${nodeIds.length + 1} index pointers and 3 times, found shape [${data.shape.join(", ")}], ${indexPointers.length} and ${time.length}`,
      { where: group.where },
    );
  }
  let before = 0;
  for (const pointer of indexPointers) {
    if (pointer < before || pointer > nElements) {
      throw new WbeError("FORMAT", `expected index pointers from ${before} to ${nElements}, found ${pointer}`, {
        where: group.where,
      });
    }
    before = pointer;
  }
  const read = async (start?: number, stop?: number) => data.numbers(start, stop);
  return [
    {
      population: lastPart(group),
      nodeIds,
      indexPointers,
      elementIds: mapping.dataset("element_ids")?.numbers() ?? new Uint32Array(nElements),
      data: { shape: [nFrames, nElements], dtype: data.dtype, read },
      units: data.text("units"),
      start: time[0]!,
      stop: time[1]!,
      step: time[2]!,
    },
  ];
}

/**
 * Edges of each node by the file's own index; the edges of node k are the rows in `edges` from offsets[k] to offsets[k+1].
 *
 * @param direction "source_to_target": edges that leave the node; "target_to_source": edges that reach it.
 * @returns undefined when the file has no such index.
 * @throws WbeError FORMAT for ranges outside the edges.
 */
export async function readSonataIndex(
  source: Source,
  population: string,
  direction: "source_to_target" | "target_to_source",
  options: ReadOptions = {},
): Promise<{ offsets: Uint32Array; edges: Float64Array; nRanges: number } | undefined> {
  const file = await openHdf5(source, options);
  try {
    const group = file.group(`edges/${population}/indices/${direction}`);
    if (!group) return undefined;
    const nEdges = file.needDataset(`edges/${population}/target_node_id`).length;
    const nodes = (group.dataset("node_id_to_ranges") ?? group.needDataset("node_id_to_range")).numbers();
    const ranges = group.needDataset("range_to_edge_id").numbers();
    const nRanges = ranges.length / 2;
    const offsets = new Uint32Array(nodes.length / 2 + 1);
    const edges: number[] = [];
    for (let node = 0; node + 1 < offsets.length; node++) {
      const [first, last] = [nodes[2 * node]!, nodes[2 * node + 1]!];
      for (let range = first; range < last; range++) {
        const [start, stop] = [ranges[2 * range]!, ranges[2 * range + 1]!];
        if (!(range < nRanges && start <= stop && stop <= nEdges) || edges.length + stop - start > nEdges) {
          throw new WbeError("FORMAT", `expected ranges inside ${nEdges} edges, found ${start}..${stop}`, {
            where: `${source.name}: ${direction} of node ${node}`,
          });
        }
        for (let edge = start; edge < stop; edge++) edges.push(edge);
      }
      offsets[node + 1] = edges.length;
    }
    return { offsets, edges: Float64Array.from(edges), nRanges };
  } finally {
    file.close();
  }
}
