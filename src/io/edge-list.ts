/**
 * Edge lists: one edge a line, two columns that name its ends, further columns as attributes. With a header row the
 * columns are known by name, without one they are source, target and weight.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import { findDelimiter, isNumber, quoteField, readDelimited, splitLine, toNumber } from "./delimited.js";
import { findEnds, weightNames } from "./edge-columns.js";
import { baseName, type Format, type ReadOptions, readText, type Source, writeText } from "./format.js";
import { checkGraph, formatValue, fullColumn, GraphBuilder, type GraphColumn, type GraphData } from "./graph-data.js";

/**
 * Reads an edge list; nodes are numbered in the order in which they first occur. The graph is directed.
 *
 * @throws WbeError FORMAT naming the line; EMPTY_INPUT for a file without rows.
 */
export async function readEdgeList(source: Source, options: ReadOptions = {}): Promise<GraphData> {
  throwIfCancelled(options.signal, "reading the edges");
  const rows = readDelimited((await readText(source)).text, source.name);
  const first = rows[0];
  if (!first) throw new WbeError("EMPTY_INPUT", "expected edges, found none", { where: source.name });
  const header = findEnds(first.fields);
  const { source: from, target: to } = header ?? { source: 0, target: 1 };
  if (first.fields.length < 2) {
    throw new WbeError("FORMAT", "expected at least two columns, found one", {
      where: `${source.name}, line ${first.line}`,
    });
  }
  const body = header ? rows.slice(1) : rows;
  const builder = new GraphBuilder();
  for (const { fields, line } of body) {
    if (fields[from] === "" || fields[to] === "") {
      throw new WbeError("FORMAT", "expected names of two nodes, found an empty one", {
        where: `${source.name}, line ${line}`,
      });
    }
    builder.edge(builder.node(fields[from]!), builder.node(fields[to]!));
  }
  const graph = builder.finish(options.name ?? baseName(source.name), true);
  const edges: Record<string, GraphColumn> = {};
  const used = new Set<string>();
  first.fields.forEach((title, column) => {
    if (column === from || column === to) return;
    const named = header
      ? weightNames.has(title.toLowerCase())
        ? "weight"
        : title
      : column === 2
        ? "weight"
        : `column ${column + 1}`;
    const name = used.has(named) ? title : named;
    used.add(name);
    edges[name] = columnOf(body.map(({ fields }) => fields[column]!));
  });
  options.onProgress?.(source.size, source.size);
  return { ...graph, edges };
}

/** Numbers when every given field is one, else text; an empty field is no value among numbers. */
function columnOf(texts: readonly string[]): GraphColumn {
  const given = texts.filter((text) => text !== "");
  // Whole numbers beyond 2^53 (segment ids) stay text, digit for digit.
  const isNumeric = given.length > 0 && given.every((text) => isNumber(text) && !/^[+-]?\d{16,}$/.test(text));
  if (!isNumeric) return fullColumn("string", texts);
  const isWhole = given.every((text) => /^[+-]?\d+$/.test(text));
  return {
    type: isWhole ? "int" : "double",
    values: Float64Array.from(texts, (text) => (text === "" ? Number.NaN : toNumber(text))),
    present: Uint8Array.from(texts, (text) => Number(text !== "")),
  };
}

/** @throws WbeError ARGUMENT for names with line ends and columns that do not fit. */
export function writeEdgeList(graph: GraphData): string {
  checkGraph(graph);
  const columns = Object.entries(graph.edges);
  const lines = [["source", "target", ...columns.map(([name]) => quoteField(name))].join(",")];
  const ids = graph.nodeIds.map(quoteField);
  graph.source.forEach((source, row) => {
    const values = columns.map(([, column]) => (column.present[row] ? quoteField(formatValue(column, row)) : ""));
    lines.push([ids[source]!, ids[graph.target[row]!]!, ...values].join(","));
  });
  return `${lines.join("\n")}\n`;
}

export const edgeListFormat: Format<GraphData> = {
  id: "edge-list",
  title: "edge list (CSV)",
  category: "connectome",
  extensions: ["csv", "tsv", "edgelist", "edges"],
  source: "RFC 4180 and the field's practice",
  loses: [
    "nodes without edges and their attributes",
    "the direction of undirected graphs",
    "float and long become double and int",
  ],
  detect(head, name) {
    const lines = new TextDecoder()
      .decode(head)
      .replace(/^\uFEFF/, "")
      .split(/\r\n|\r|\n/);
    const rows = lines.slice(0, Math.max(1, lines.length - 1)).filter((line) => !/^\s*(?:[#%]|$)/.test(line));
    if (!rows[0]) return /\.edge(?:s|list)$/i.test(name);
    const fields = splitLine(rows[0], findDelimiter(rows));
    if (findEnds(fields)) return true;
    // Without names of columns the name has to say that it is a table; more columns are an adjacency matrix.
    return /\.(?:csv|tsv|edges|edgelist)$/i.test(name) && fields.length === 3 && isNumber(fields[2]!);
  },
  read: readEdgeList,
  async write(graph, sink, options = {}) {
    await writeText(() => {
      throwIfCancelled(options.signal, "writing the edges");
      return writeEdgeList(graph);
    }, sink);
  },
};
