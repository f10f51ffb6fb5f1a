/**
 * GraphML (Brandes et al. 2002; graphml.graphdrawing.org, primer and schema 1.0).
 *
 * Absent, empty and default values are three things: where an element has no data for a key, the key's default holds;
 * an empty data element is a given value. Hyperedges, nested graphs and several graphs are refused; ports are ignored.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import { baseName, byteLimit, checkBytes, type Format, type ReadOptions, type Source, writeText } from "./format.js";
import {
  checkGraph,
  formatValue,
  GraphBuilder,
  type GraphColumn,
  type GraphData,
  type GraphValueType,
} from "./graph-data.js";
import { escapeXml, readXml, type XmlReader } from "./xml.js";

const types: readonly string[] = ["boolean", "int", "long", "float", "double", "string"];

interface Key {
  readonly id: string;
  readonly of: readonly ("node" | "edge")[];
  readonly name: string;
  readonly type: GraphValueType;
  byDefault: string | undefined;
}

/** Reads by a stack of what stands open: graphml > graph > node or edge > data. */
class GraphmlReader implements XmlReader {
  readonly builder = new GraphBuilder();
  directed = true;
  private readonly keys = new Map<string, Key>();
  private key: Key | undefined;
  private graphs = 0;
  private inGraph = false;
  private element: { of: "node" | "edge"; row: number } | undefined;
  private data: Key | undefined;
  private collected: string | undefined;
  private isRoot = true;
  /** Edges may name nodes that come later; those that never do are an error. */
  private skipping = 0;

  open(name: string, attributes: Readonly<Record<string, string>>, where: string): void {
    if (this.isRoot) {
      if (name !== "graphml") throw new WbeError("FORMAT", `expected <graphml>, found <${name}>`, { where });
      this.isRoot = false;
      return;
    }
    if (this.skipping > 0 || this.data) {
      // Extensions (yEd's drawing) inside data.
      this.skipping++;
      return;
    }
    if (name === "key") this.openKey(attributes, where);
    else if (name === "default" && this.key) this.collected = "";
    else if (name === "graph") this.openGraph(attributes, where);
    else if (name === "node" && this.inGraph) this.openNode(attributes, where);
    else if (name === "edge" && this.inGraph) this.openEdge(attributes, where);
    else if (name === "data" && this.element) this.openData(attributes, where);
    else if (name === "hyperedge") {
      throw new WbeError("UNSUPPORTED", "expected edges between two nodes, found a hyperedge", {
        where,
        remedy: "Write it as a node with an edge to each of its ends.",
      });
    } else this.skipping++;
  }

  private openKey(attributes: Readonly<Record<string, string>>, where: string): void {
    const { id } = attributes;
    if (id === undefined) throw new WbeError("FORMAT", "expected an id of <key>, found none", { where });
    const type = attributes["attr.type"] ?? "string";
    if (!types.includes(type)) {
      throw new WbeError("FORMAT", `expected one of the types ${types.join(", ")}, found "${type}"`, { where });
    }
    const target = attributes.for ?? "all";
    const of =
      target === "all"
        ? (["node", "edge"] as const)
        : target === "node" || target === "edge"
          ? ([target] as const)
          : [];
    this.key = { id, of, name: attributes["attr.name"] ?? id, type: type as GraphValueType, byDefault: undefined };
    if (this.keys.has(id)) throw new WbeError("FORMAT", `key "${id}" is declared twice`, { where });
    this.keys.set(id, this.key);
  }

  private openGraph({ edgedefault }: Readonly<Record<string, string>>, where: string): void {
    if (this.element || this.inGraph) throw new WbeError("UNSUPPORTED", "nested graphs are not supported", { where });
    if (this.graphs++ > 0) throw new WbeError("UNSUPPORTED", "several graphs in one file are not supported", { where });
    if (edgedefault !== "directed" && edgedefault !== "undirected") {
      throw new WbeError("FORMAT", `expected edgedefault "directed" or "undirected", found "${edgedefault ?? ""}"`, {
        where,
      });
    }
    this.directed = edgedefault === "directed";
    this.inGraph = true;
    for (const key of this.keys.values()) {
      for (const of of key.of) this.builder.column(of, key.name, key.type, key.byDefault, where);
    }
  }

  private openNode({ id }: Readonly<Record<string, string>>, where: string): void {
    if (this.element)
      throw new WbeError("FORMAT", "expected a node inside a graph, found one inside an element", { where });
    if (id === undefined) throw new WbeError("FORMAT", "expected an id of <node>, found none", { where });
    const row = this.builder.declareNode(id, where);
    this.element = { of: "node", row };
  }

  private openEdge({ source, target, directed }: Readonly<Record<string, string>>, where: string): void {
    if (source === undefined || target === undefined) {
      throw new WbeError("FORMAT", "expected source and target of <edge>, found none", { where });
    }
    if (directed !== undefined && (directed === "true") !== this.directed) {
      throw new WbeError("UNSUPPORTED", "a graph of directed and undirected edges is not supported", { where });
    }
    this.element = { of: "edge", row: this.builder.edge(this.builder.node(source), this.builder.node(target)) };
  }

  private openData({ key: id }: Readonly<Record<string, string>>, where: string): void {
    const key = this.keys.get(id ?? "");
    if (!key?.of.includes(this.element!.of)) {
      throw new WbeError("FORMAT", `expected a declared key of ${this.element!.of}s, found "${id ?? ""}"`, { where });
    }
    this.data = key;
    this.collected = "";
  }

  text(text: string): void {
    if (this.collected !== undefined && this.skipping === 0) this.collected += text;
  }

  close(name: string, where: string): void {
    if (this.skipping > 0) this.skipping--;
    else if (name === "data" && this.data && this.element) {
      this.builder.set(this.element.of, this.data.name, this.element.row, this.collected ?? "", where);
      this.data = undefined;
      this.collected = undefined;
    } else if (name === "default" && this.key) {
      this.key.byDefault = this.collected ?? "";
      this.collected = undefined;
    } else if (name === "key") this.key = undefined;
    else if (name === "node" || name === "edge") this.element = undefined;
    else if (name === "graph") this.inGraph = false;
  }

  finish(name: string): GraphData {
    if (this.graphs === 0) throw new WbeError("FORMAT", "expected a <graph>, found none", { where: name });
    this.builder.requireDeclared(name);
    return this.builder.finish(name, this.directed);
  }
}

/** @throws WbeError FORMAT naming the line; UNSUPPORTED for hyperedges, nested and mixed graphs. */
export async function readGraphml(source: Source, options: ReadOptions = {}): Promise<GraphData> {
  const reader = new GraphmlReader();
  await readXml(source, reader, options);
  checkBytes(reader.builder.columnBytes, byteLimit(source.size, options), source.name);
  return reader.finish(options.name ?? baseName(source.name));
}

/** @throws WbeError ARGUMENT for columns that do not fit and characters that XML cannot hold. */
export function writeGraphml(graph: GraphData): string {
  checkGraph(graph);
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'];
  const tables = { node: Object.entries(graph.nodes), edge: Object.entries(graph.edges) };
  for (const of of ["node", "edge"] as const) {
    tables[of].forEach(([name, { type }], k) => {
      lines.push(`  <key id="${of[0]}${k}" for="${of}" attr.name="${escapeXml(name)}" attr.type="${type}"/>`);
    });
  }
  lines.push(`  <graph edgedefault="${graph.directed ? "directed" : "undirected"}">`);
  const element = (of: "node" | "edge", attributes: string, row: number) => {
    const data = tables[of].flatMap(([, column]: [string, GraphColumn], k) =>
      column.present[row] ? `<data key="${of[0]}${k}">${escapeXml(formatValue(column, row))}</data>` : [],
    );
    lines.push(`    <${of} ${attributes}${data.length === 0 ? "/>" : `>${data.join("")}</${of}>`}`);
  };
  const ids = graph.nodeIds.map(escapeXml);
  ids.forEach((id, row) => {
    element("node", `id="${id}"`, row);
  });
  graph.source.forEach((source, row) => {
    element("edge", `source="${ids[source]}" target="${ids[graph.target[row]!]}"`, row);
  });
  lines.push("  </graph>", "</graphml>", "");
  return lines.join("\n");
}

export const graphmlFormat: Format<GraphData> = {
  id: "graphml",
  title: "GraphML",
  category: "connectome",
  extensions: ["graphml"],
  source: "Brandes et al. 2002, LNCS 2265:501; graphml.graphdrawing.org",
  loses: ["the name (the file's name takes its place)", "ids of edges", "ports and extensions"],
  detect: (head, name) => /\.graphml$/i.test(name) || /<(?:\w+:)?graphml[\s>]/.test(new TextDecoder().decode(head)),
  read: readGraphml,
  async write(graph, sink, options = {}) {
    await writeText(() => {
      throwIfCancelled(options.signal, "writing the graph");
      return writeGraphml(graph);
    }, sink);
  },
};
