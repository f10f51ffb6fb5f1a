/**
 * Which columns of a table of connections or synapses are its ends and its weight, by the names that FlyWire, MICrONS,
 * neuprint and others give them; and such tables as graphs.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { baseName, byteLimit, checkBytes, type ReadOptions, type Source } from "./format.js";
import { fullColumn, GraphBuilder, type GraphColumn, type GraphData } from "./graph-data.js";
import { readBatches } from "./table.js";
import type { TableColumn } from "./table-column.js";

const sourceNames = new Set([
  "source",
  "pre",
  "from",
  "src",
  "neuron 1",
  "pre_root_id",
  "bodyid_pre",
  "pre_pt_root_id",
  "presynaptic_id",
]);
const targetNames = new Set([
  "target",
  "post",
  "to",
  "dst",
  "neuron 2",
  "post_root_id",
  "bodyid_post",
  "post_pt_root_id",
  "postsynaptic_id",
]);
export const weightNames: ReadonlySet<string> = new Set([
  "weight",
  "synapses",
  "nbr",
  "syn_count",
  "n_synapses",
  "count",
  "connectivity",
]);

/** Columns of the ends, when a row of names holds them. */
export function findEnds(names: readonly string[]): { source: number; target: number } | undefined {
  const lower = names.map((name) => name.toLowerCase());
  const source = lower.findIndex((name) => sourceNames.has(name));
  const target = lower.findIndex((name) => targetNames.has(name));
  // An empty corner is that of a matrix, whose regions may be called PRE and TO.
  return source >= 0 && target >= 0 && names[0] !== "" ? { source, target } : undefined;
}

/**
 * A Parquet or Arrow table as a directed graph: one edge a row, so that a table of synapses has one for each. Nodes are
 * ids as text, digit for digit, in the order in which they first occur; the column of weights is called "weight", others
 * keep their names. Columns of lists are left out, with a warning.
 *
 * @throws WbeError FORMAT without columns of two ends and for rows without one, LIMIT, UNSUPPORTED, CANCELLED.
 */
export async function readEdgeTable(
  source: Source,
  kind: "parquet" | "arrow",
  options: ReadOptions = {},
): Promise<GraphData> {
  const builder = new GraphBuilder();
  const parts = new Map<string, TableColumn[]>();
  const leftOut = new Set<string>();
  const limit = byteLimit(source.size, options);
  let names: readonly string[] | undefined;
  for await (const batch of readBatches(source, kind, options)) {
    names ??= batch.columns.map(({ name }) => name);
    for (const name of batch.leftOut) leftOut.add(name);
    const ends = findEnds(batch.columns.map(({ name }) => name));
    if (!ends || batch.columns.length !== names.length) {
      throw new WbeError(
        "FORMAT",
        `expected columns of two ends, found ${batch.columns.map(({ name }) => name).join(", ")}`,
        {
          where: source.name,
          remedy: "Such as pre_root_id and post_root_id, bodyId_pre and bodyId_post, source and target.",
        },
      );
    }
    const [from, to] = [batch.columns[ends.source]!, batch.columns[ends.target]!];
    for (let i = 0; i < batch.nRows; i++) {
      builder.edge(builder.node(endOf(from, i, source.name)), builder.node(endOf(to, i, source.name)));
    }
    checkBytes(9 * builder.nEdges * names.length, limit, source.name);
    for (const column of batch.columns) {
      if (column === from || column === to) continue;
      const list = parts.get(column.name);
      if (list) list.push(column);
      else parts.set(column.name, [column]);
    }
  }
  if (!names) throw new WbeError("FORMAT", "expected a table with columns, found none", { where: source.name });
  const edges: Record<string, GraphColumn> = {};
  for (const [title, list] of parts) {
    const isWeight = weightNames.has(title.toLowerCase()) && !Object.hasOwn(edges, "weight");
    edges[isWeight ? "weight" : title] = graphColumn(list, builder.nEdges);
  }
  const graph = builder.finish(options.name ?? baseName(source.name), true);
  const warnings = [...leftOut].map((name) => `the column "${name}" of lists, structures or bytes was left out`);
  return { ...graph, edges, warnings };
}

function endOf({ name, values, present }: TableColumn, row: number, where: string): string {
  const value = values[row]!;
  if ((!present || present[row]) && value !== "" && (typeof value !== "number" || Number.isSafeInteger(value)))
    return String(value);
  const found = present && !present[row] ? "none" : `"${value}"`;
  throw new WbeError("FORMAT", `expected an id in "${name}", found ${found}`, {
    where: `${where}, row ${row + 1}`,
    remedy:
      typeof value === "number" ? "Ids as floating-point numbers are rounded: write them as integers." : undefined,
  });
}

/** Numbers where all parts are numbers that a double holds, else text, digit for digit. */
function graphColumn(parts: readonly TableColumn[], n: number): GraphColumn {
  const isWide = (values: TableColumn["values"]) => values instanceof BigInt64Array || values instanceof BigUint64Array;
  const isText = parts.some(
    ({ values, present }) =>
      // A part without any value says nothing of the kind.
      (Array.isArray(values) && (!present || present.includes(1))) ||
      (isWide(values) && (values as BigInt64Array).some((value) => !Number.isSafeInteger(Number(value)))),
  );
  const present = new Uint8Array(n);
  const texts: string[] = [];
  const numbers = new Float64Array(isText ? 0 : n);
  let isWhole = true;
  let at = 0;
  for (const { values, present: mask } of parts) {
    for (let i = 0; i < values.length; i++, at++) {
      present[at] = mask ? mask[i]! : 1;
      if (isText) texts.push(present[at] ? String(values[i]) : "");
      else {
        numbers[at] = present[at] ? Number(values[i]) : Number.NaN;
        if (present[at] && !Number.isInteger(numbers[at])) isWhole = false;
      }
    }
  }
  if (isText) return { ...fullColumn("string", texts), present };
  const isReal = parts.some(({ values }) => values instanceof Float32Array || values instanceof Float64Array);
  return { type: isReal && !isWhole ? "double" : "long", values: numbers, present };
}
