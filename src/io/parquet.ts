/**
 * Parquet tables of connections and synapses; see edge-columns.ts.
 *
 * @module
 */
import { readEdgeTable } from "./edge-columns.js";
import type { Format } from "./format.js";
import type { GraphData } from "./graph-data.js";
import { tableKind } from "./table.js";

export const parquetFormat: Format<GraphData> = {
  id: "parquet",
  title: "Parquet table of connections",
  category: "connectome",
  extensions: ["parquet"],
  source: "Apache Parquet 2.11; columns of FlyWire, MICrONS and neuprint",
  loses: [],
  detect: (head) => tableKind(head) === "parquet",
  read: (source, options) => readEdgeTable(source, "parquet", options),
};
