/**
 * Adjacency matrices as text: row i, column j is the weight from node i to node j. Names may stand in the first row, in
 * the first column or in both. A zero is an absent edge; NaN is a weight.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import { findDelimiter, isNumber, quoteField, readDelimited, splitLine, toNumber } from "./delimited.js";
import { baseName, type Format, type ReadOptions, readText, type Source, writeText } from "./format.js";
import { checkGraph, edgeWeights, fullColumn, type GraphData } from "./graph-data.js";

/** @throws WbeError FORMAT naming the line for a matrix that is not square and fields that are no numbers. */
export async function readAdjacency(source: Source, options: ReadOptions = {}): Promise<GraphData> {
  throwIfCancelled(options.signal, "reading the matrix");
  const rows = readDelimited((await readText(source)).text, source.name);
  const first = rows[0];
  if (!first) throw new WbeError("EMPTY_INPUT", "expected a matrix, found no rows", { where: source.name });
  const width = first.fields.length;
  const hasHeader = rows.length === width + 1 || (rows.length === width && first.fields[0] === "");
  const body = hasHeader ? rows.slice(1) : rows;
  const hasNames = body.length === width - 1;
  const n = body.length;
  if (width !== n + Number(hasNames)) {
    throw new WbeError("FORMAT", `expected a square matrix, found ${n} rows of ${width} columns`, {
      where: source.name,
      remedy: "A matrix between two sets of nodes is no adjacency matrix: write it as an edge list.",
    });
  }
  const names = hasHeader
    ? first.fields.slice(Number(hasNames))
    : body.map(({ fields }, i) => (hasNames ? fields[0]! : String(i)));
  if (new Set(names).size !== n) throw new WbeError("FORMAT", "a name stands for two nodes", { where: source.name });
  const from: number[] = [];
  const to: number[] = [];
  const weights: number[] = [];
  body.forEach(({ fields, line }, i) => {
    if (hasHeader && hasNames && fields[0] !== names[i]) {
      throw new WbeError("FORMAT", `expected row "${names[i]}" as the columns are named, found "${fields[0]}"`, {
        where: `${source.name}, line ${line}`,
      });
    }
    for (let j = 0; j < n; j++) {
      const field = fields[j + Number(hasNames)]!;
      if (!isNumber(field)) {
        throw new WbeError("FORMAT", `expected a number in column ${j + 1}, found "${field.slice(0, 40)}"`, {
          where: `${source.name}, line ${line}`,
        });
      }
      const weight = toNumber(field);
      if (weight === 0) continue;
      from.push(i);
      to.push(j);
      weights.push(weight);
    }
  });
  options.onProgress?.(source.size, source.size);
  return {
    name: options.name ?? baseName(source.name),
    directed: true,
    nodeIds: names,
    nodes: {},
    source: Uint32Array.from(from),
    target: Uint32Array.from(to),
    edges: { weight: fullColumn("double", Float64Array.from(weights)) },
    warnings: [],
  };
}

/** Names in the first row and column; several edges of a pair are summed. @throws WbeError LIMIT beyond 20,000 nodes. */
export function writeAdjacency(graph: GraphData): string {
  checkGraph(graph);
  const n = graph.nodeIds.length;
  if (n > 20_000) {
    throw new WbeError("LIMIT", `expected at most 20,000 nodes in a dense matrix, found ${n}`, {
      remedy: "Write Matrix Market or an edge list.",
    });
  }
  const rows = Array.from({ length: n }, () => new Map<number, number>());
  const weights = edgeWeights(graph);
  graph.source.forEach((source, k) => {
    const target = graph.target[k]!;
    rows[source]!.set(target, (rows[source]!.get(target) ?? 0) + weights[k]!);
    if (!graph.directed && source !== target) rows[target]!.set(source, (rows[target]!.get(source) ?? 0) + weights[k]!);
  });
  const ids = graph.nodeIds.map(quoteField);
  const lines = rows.map((row, i) => {
    const line = new Array<string>(n).fill("0");
    for (const [j, weight] of row) line[j] = Number.isNaN(weight) ? "nan" : String(weight).replace("Infinity", "inf");
    return [ids[i], ...line].join(",");
  });
  return `${[["", ...ids].join(","), ...lines].join("\n")}\n`;
}

export const adjacencyFormat: Format<GraphData> = {
  id: "adjacency",
  title: "adjacency matrix (CSV)",
  category: "connectome",
  extensions: ["csv", "txt"],
  source: "the field's practice",
  loses: [
    "all attributes but weight",
    "edges of weight 0, and which edges of a pair were several",
    "that a graph was undirected (both halves are written)",
  ],
  detect(head, name) {
    if (!/\.(?:csv|tsv|txt)$/i.test(name)) return false;
    const lines = new TextDecoder()
      .decode(head)
      .replace(/^\uFEFF/, "")
      .split(/\r\n|\r|\n/);
    const rows = lines.filter((line) => !/^\s*(?:[#%]|$)/.test(line));
    if (!rows[0]) return false;
    const delimiter = findDelimiter(lines.length > 2 ? rows.slice(0, -1) : rows);
    const fields = splitLine(rows[0], delimiter);
    return fields.length > 3 && (fields.every(isNumber) || fields[0] === "");
  },
  read: readAdjacency,
  async write(graph, sink, options = {}) {
    await writeText(() => {
      throwIfCancelled(options.signal, "writing the matrix");
      return writeAdjacency(graph);
    }, sink);
  },
};
