/**
 * Matrix Market exchange format (Boisvert, Pozo & Remington 1996, NIST IR 5935): square matrices as graphs. Row i, column
 * j is the edge from node i to node j; nodes are numbered from 0 here and from 1 in the file.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import {
  baseName,
  byteLimit,
  checkBytes,
  type Format,
  type ReadOptions,
  readText,
  type Source,
  writeText,
} from "./format.js";
import { checkGraph, edgeWeights, fullColumn, type GraphData } from "./graph-data.js";

/** @throws WbeError FORMAT naming the line; UNSUPPORTED for complex values and matrices that are not square. */
export async function readMatrixMarket(source: Source, options: ReadOptions = {}): Promise<GraphData> {
  throwIfCancelled(options.signal, "reading the matrix");
  const { text } = await readText(source);
  const lines = text.split(/\r\n|\r|\n/);
  const fail = (line: number, expected: string, found: string, code: "FORMAT" | "UNSUPPORTED" = "FORMAT") =>
    new WbeError(code, `expected ${expected}, found "${found.slice(0, 60)}"`, {
      where: `${source.name}, line ${line + 1}`,
    });
  const banner = /^%%MatrixMarket\s+matrix\s+(\w+)\s+(\w+)\s+([\w-]+)\s*$/i.exec(lines[0] ?? "");
  if (!banner) throw fail(0, "%%MatrixMarket matrix FORMAT FIELD SYMMETRY", lines[0] ?? "");
  const [layout, field, symmetry] = banner.slice(1).map((word) => word.toLowerCase());
  if (layout !== "coordinate" && layout !== "array") throw fail(0, "coordinate or array", layout!);
  if (field === "complex") throw fail(0, "real, integer or pattern", field, "UNSUPPORTED");
  if (!["real", "double", "integer", "pattern"].includes(field!) || (field === "pattern" && layout === "array")) {
    throw fail(0, "real, integer or pattern", field!);
  }
  if (symmetry === "hermitian") throw fail(0, "general, symmetric or skew-symmetric", symmetry, "UNSUPPORTED");
  if (!["general", "symmetric", "skew-symmetric"].includes(symmetry!)) throw fail(0, "a known symmetry", symmetry!);
  let at = 1;
  const next = (): string[] => {
    while (at < lines.length && /^\s*(?:%|$)/.test(lines[at]!)) at++;
    return at < lines.length ? lines[at++]!.trim().split(/\s+/) : [];
  };
  const sizes = next();
  const nSizes = layout === "coordinate" ? 3 : 2;
  const [rows, columns, declared] = sizes.map(Number);
  if (sizes.length !== nSizes || !sizes.every((size) => /^\d+$/.test(size))) {
    throw fail(at - 1, `${nSizes} sizes`, sizes.join(" "));
  }
  if (rows !== columns) throw fail(at - 1, "a square matrix", `${rows} × ${columns}`, "UNSUPPORTED");
  const n = rows!;
  const limit = byteLimit(source.size, options);
  checkBytes(16 * n, limit, source.name);
  const isLower = symmetry !== "general";
  const count =
    layout === "coordinate" ? declared! : isLower ? (n * (n + (symmetry === "symmetric" ? 1 : -1))) / 2 : n * n;
  // An entry takes at least "1\n" or "1 1\n".
  if (count > source.size) throw fail(at - 1, `entries that fit into ${source.size} bytes`, String(count));
  const from: number[] = [];
  const to: number[] = [];
  const values: number[] = [];
  const push = (i: number, j: number, value: number) => {
    from.push(i);
    to.push(j);
    values.push(value);
    if (symmetry === "skew-symmetric") {
      from.push(j);
      to.push(i);
      values.push(-value);
    }
  };
  const number = (word: string | undefined): number => {
    const value =
      word === undefined || word === "" ? Number.NaN : Number(word.replace(/^([+-]?)inf(inity)?$/i, "$1Infinity"));
    if (Number.isNaN(value) && !/^[+-]?nan$/i.test(word ?? "")) throw fail(at - 1, "a number", word ?? "the end");
    return value;
  };
  let [i, j] = [symmetry === "skew-symmetric" ? 1 : 0, 0];
  for (let k = 0; k < count; k++) {
    const words = next();
    if (layout === "array") {
      if (words.length !== 1) throw fail(at - 1, `value ${k + 1} of ${count}`, words.join(" "));
      const value = number(words[0]);
      if (value !== 0) push(i, j, value);
      if (++i === n) i = isLower ? ++j + (symmetry === "skew-symmetric" ? 1 : 0) : 0 * ++j;
      continue;
    }
    if (words.length !== (field === "pattern" ? 2 : 3))
      throw fail(at - 1, `entry ${k + 1} of ${count}`, words.join(" "));
    const [row, column] = [Number(words[0]), Number(words[1])];
    if (!(Number.isInteger(row) && Number.isInteger(column) && row >= 1 && row <= n && column >= 1 && column <= n)) {
      throw fail(at - 1, `indices from 1 to ${n}`, words.join(" "));
    }
    push(row - 1, column - 1, field === "pattern" ? 1 : number(words[2]));
  }
  const rest = next();
  if (rest.length > 0) throw fail(at - 1, `the end after ${count} entries`, rest.join(" "));
  options.onProgress?.(source.size, source.size);
  return {
    name: options.name ?? baseName(source.name),
    directed: symmetry !== "symmetric",
    nodeIds: Array.from({ length: n }, (_, k) => String(k)),
    nodes: {},
    source: Uint32Array.from(from),
    target: Uint32Array.from(to),
    edges:
      field === "pattern"
        ? {}
        : { weight: fullColumn(field === "integer" ? "int" : "double", Float64Array.from(values)) },
    warnings: [],
  };
}

/**
 * Weights (1 where there are none) as coordinates. An undirected graph is written as symmetric, its lower half.
 *
 * @throws WbeError ARGUMENT for columns that do not fit.
 */
export function writeMatrixMarket(graph: GraphData): string {
  checkGraph(graph);
  const { source, target, directed } = graph;
  const n = graph.nodeIds.length;
  const column = Object.hasOwn(graph.edges, "weight") ? graph.edges.weight : undefined;
  const field = !column ? "pattern" : column.type === "int" || column.type === "long" ? "integer" : "real";
  const weights = edgeWeights(graph);
  const lines = [
    `%%MatrixMarket matrix coordinate ${field} ${directed ? "general" : "symmetric"}`,
    `${n} ${n} ${source.length}`,
  ];
  for (let k = 0; k < source.length; k++) {
    const [a, b] = directed
      ? [source[k]!, target[k]!]
      : [Math.max(source[k]!, target[k]!), Math.min(source[k]!, target[k]!)];
    const value = Object.is(weights[k], -0) ? "-0" : String(weights[k]);
    lines.push(field === "pattern" ? `${a + 1} ${b + 1}` : `${a + 1} ${b + 1} ${value.replace("Infinity", "inf")}`);
  }
  return `${lines.join("\n")}\n`;
}

export const matrixMarketFormat: Format<GraphData> = {
  id: "matrix-market",
  title: "Matrix Market",
  category: "connectome",
  extensions: ["mtx"],
  source: "Boisvert, Pozo & Remington 1996, NIST IR 5935",
  loses: ["ids of nodes (numbers take their place)", "all attributes but weight", "direction within undirected edges"],
  detect: (head) => /^%%MatrixMarket/i.test(new TextDecoder().decode(head.subarray(0, 16))),
  read: readMatrixMarket,
  async write(graph, sink, options = {}) {
    await writeText(() => {
      throwIfCancelled(options.signal, "writing the matrix");
      return writeMatrixMarket(graph);
    }, sink);
  },
};
