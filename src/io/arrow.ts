/**
 * Arrow tables (Feather 2, IPC streams) of connections and synapses; see edge-columns.ts.
 *
 * @module
 */
import { readEdgeTable } from "./edge-columns.js";
import type { Format } from "./format.js";
import type { GraphData } from "./graph-data.js";
import { tableKind } from "./table.js";

export const arrowFormat: Format<GraphData> = {
  id: "arrow",
  title: "Arrow table of connections",
  category: "connectome",
  extensions: ["arrow", "feather", "arrows"],
  source: "Apache Arrow columnar format 1.5; columns of FlyWire, MICrONS and neuprint",
  loses: [],
  detect: (head) => tableKind(head) === "arrow",
  read: (source, options) => readEdgeTable(source, "arrow", options),
};
