/**
 * Connectivity of The Virtual Brain: a ZIP of text files with weights, tract lengths (mm) and centres of regions (mm).
 * Row i, column j of TVB's weights is the connection from region j to region i.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import { isNumber, toNumber } from "./delimited.js";
import { baseName, type Format, type ReadOptions, type Source } from "./format.js";
import { checkGraph, edgeWeights, fullColumn, type GraphColumn, type GraphData } from "./graph-data.js";
import { encodeZip, isZip, readZip, type ZipEntry } from "./zip.js";

/** The entry of this name in whatever folder of the archive. */
const entryOf = (entries: readonly ZipEntry[], name: string) =>
  entries.find((entry) => entry.name === name || entry.name.endsWith(`/${name}`));

async function rowsOf(entry: ZipEntry): Promise<string[][]> {
  const text = new TextDecoder().decode(await entry.read());
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  return lines.filter((line) => line.trim() !== "").map((line) => line.trim().split(/[\s,;]+/));
}

function matrix(rows: string[][], n: number, where: string): Float64Array {
  if (rows.length !== n || rows.some((row) => row.length !== n || !row.every(isNumber))) {
    throw new WbeError(
      "FORMAT",
      `expected ${n} rows of ${n} numbers, found ${rows.length} of ${rows[0]?.length ?? 0}`,
      { where },
    );
  }
  return Float64Array.from(rows.flat(), toNumber);
}

/** @throws WbeError FORMAT for a damaged archive or tables that do not fit, UNSUPPORTED for bzip2 inside. */
export async function readTvb(source: Source, options: ReadOptions = {}): Promise<GraphData> {
  throwIfCancelled(options.signal, "reading the connectivity");
  const entries = await readZip(source, options);
  const weightsEntry = entryOf(entries, "weights.txt");
  if (!weightsEntry) {
    const isPacked = entryOf(entries, "weights.txt.bz2") !== undefined;
    throw new WbeError(
      isPacked ? "UNSUPPORTED" : "FORMAT",
      `expected weights.txt, found ${isPacked ? "weights.txt.bz2" : "none"}`,
      {
        where: source.name,
        remedy: isPacked ? "Unpack the .bz2 files and zip the text files." : undefined,
      },
    );
  }
  const rows = await rowsOf(weightsEntry);
  const n = rows.length;
  const weights = matrix(rows, n, `${source.name}:weights.txt`);
  const tractsEntry = entryOf(entries, "tract_lengths.txt");
  const tracts = tractsEntry && matrix(await rowsOf(tractsEntry), n, `${source.name}:tract_lengths.txt`);
  const centresEntry = entryOf(entries, "centres.txt") ?? entryOf(entries, "centers.txt");
  const centres = centresEntry ? await rowsOf(centresEntry) : undefined;
  if (centres && (centres.length !== n || centres.some((row) => row.length < 4 || !row.slice(1, 4).every(isNumber)))) {
    throw new WbeError("FORMAT", `expected ${n} names with x, y and z`, { where: `${source.name}:centres.txt` });
  }
  const names = centres?.map((row) => row[0]!) ?? Array.from({ length: n }, (_, i) => String(i));
  const warnings: string[] = [];
  if (new Set(names).size !== n) warnings.push("a name stands for several regions: their numbers were added");
  const seen = new Set<string>();
  const nodeIds = names.map((name, i) => {
    const id = seen.has(name) ? `${name} ${i}` : name;
    seen.add(id);
    return id;
  });
  const [from, to, values, lengths]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const weight = weights[i * n + j]!;
      if (weight === 0) continue;
      from.push(j);
      to.push(i);
      values.push(weight);
      lengths.push(tracts?.[i * n + j] ?? 0);
    }
  }
  options.onProgress?.(source.size, source.size);
  const axis = (k: number): GraphColumn =>
    fullColumn(
      "double",
      Float64Array.from(centres ?? [], (row) => toNumber(row[k]!)),
    );
  return {
    name: options.name ?? baseName(source.name),
    directed: true,
    nodeIds,
    nodes: centres ? { x: axis(1), y: axis(2), z: axis(3) } : {},
    source: Uint32Array.from(from),
    target: Uint32Array.from(to),
    edges: {
      weight: fullColumn("double", Float64Array.from(values)),
      ...(tracts ? { tract_length: fullColumn("double", Float64Array.from(lengths)) } : {}),
    },
    warnings,
  };
}

/** @throws WbeError ARGUMENT for names with spaces, LIMIT beyond 5,000 regions. */
export function encodeTvb(graph: GraphData): Uint8Array {
  checkGraph(graph);
  const n = graph.nodeIds.length;
  if (n > 5000) throw new WbeError("LIMIT", `expected at most 5,000 regions, found ${n}`);
  const spaced = graph.nodeIds.find((id) => /[\s,;]/.test(id) || id === "");
  if (spaced !== undefined) throw new WbeError("ARGUMENT", `expected names without spaces, found "${spaced}"`);
  const table = (values: ArrayLike<number>) => {
    const cells = new Float64Array(n * n);
    graph.source.forEach((source, k) => {
      const target = graph.target[k]!;
      cells[target * n + source]! += values[k];
      if (!graph.directed && source !== target) cells[source * n + target]! += values[k];
    });
    return Array.from({ length: n }, (_, i) => cells.slice(i * n, i * n + n).join(" ")).join("\n");
  };
  const { x, y, z } = graph.nodes;
  const at = (column: GraphColumn | undefined, i: number) => (column?.present[i] ? Number(column.values[i]) : 0);
  const lines = graph.nodeIds.map((id, i) => `${id} ${at(x, i)} ${at(y, i)} ${at(z, i)}`);
  const text = (content: string) => new TextEncoder().encode(`${content}\n`);
  const tracts = Object.hasOwn(graph.edges, "tract_length") ? graph.edges.tract_length : undefined;
  return encodeZip([
    ["weights.txt", text(table(edgeWeights(graph)))],
    ["centres.txt", text(lines.join("\n"))],
    ...(tracts ? [["tract_lengths.txt", text(table(Float64Array.from(tracts.values, Number)))] as const] : []),
  ]);
}

export const tvbFormat: Format<GraphData> = {
  id: "tvb",
  title: "TVB connectivity",
  category: "connectome",
  extensions: ["zip"],
  source: "docs.thevirtualbrain.org, data exchange: connectivity",
  loses: [
    "attributes but weight, tract_length, x, y and z",
    "edges of weight 0, and which edges of a pair were several",
  ],
  detect: (head) => isZip(head),
  async confirm(source) {
    const entries = await readZip(source).catch(() => []);
    return ["weights.txt", "weights.txt.bz2"].some((name) => entryOf(entries, name) !== undefined);
  },
  read: readTvb,
  async write(graph, sink, options = {}) {
    try {
      throwIfCancelled(options.signal, "writing the connectivity");
      await sink.write(encodeTvb(graph));
    } catch (error) {
      await sink.abort();
      throw error;
    }
    await sink.close();
  },
};
