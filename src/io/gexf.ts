/**
 * GEXF 1.1 to 1.3 (gexf.net), static graphs. Nested nodes and mixed edges are refused; drawing and time are ignored.
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

const types: Readonly<Record<string, GraphValueType>> = {
  integer: "int",
  int: "int",
  short: "int",
  byte: "int",
  long: "long",
  float: "float",
  double: "double",
  boolean: "boolean",
  string: "string",
  anyURI: "string",
  liststring: "string",
};

class GexfReader implements XmlReader {
  readonly builder = new GraphBuilder();
  directed = false;
  private isRoot = true;
  private kind: "node" | "edge" | undefined;
  private readonly names = { node: new Map<string, string>(), edge: new Map<string, string>() };
  private attribute: { of: "node" | "edge"; name: string; type: GraphValueType; byDefault?: string } | undefined;
  private collected: string | undefined;
  private element: { of: "node" | "edge"; row: number } | undefined;
  private nGraphs = 0;

  open(name: string, attributes: Readonly<Record<string, string>>, where: string): void {
    if (this.isRoot) {
      if (name !== "gexf") throw new WbeError("FORMAT", `expected <gexf>, found <${name}>`, { where });
      this.isRoot = false;
    } else if (name === "graph") {
      if (this.nGraphs++ > 0)
        throw new WbeError("UNSUPPORTED", "several graphs in one file are not supported", { where });
      this.directed = attributes.defaultedgetype === "directed";
    } else if (name === "attributes") {
      this.kind = attributes.class === "node" || attributes.class === "edge" ? attributes.class : undefined;
    } else if (name === "attribute" && this.kind) {
      const type = types[attributes.type ?? "string"];
      if (!type || attributes.id === undefined) {
        throw new WbeError("FORMAT", `expected an attribute with id and type, found type "${attributes.type ?? ""}"`, {
          where,
        });
      }
      this.attribute = { of: this.kind, name: attributes.title ?? attributes.id, type };
      this.names[this.kind].set(attributes.id, this.attribute.name);
    } else if (name === "default") this.collected = "";
    else if (name === "node") this.openNode(attributes, where);
    else if (name === "edge") this.openEdge(attributes, where);
    else if (name === "attvalue" && this.element) {
      const id = attributes.for ?? attributes.id ?? "";
      const column = this.names[this.element.of].get(id);
      if (column === undefined || attributes.value === undefined) {
        throw new WbeError("FORMAT", `expected a value of a declared attribute, found "${id}"`, { where });
      }
      this.builder.set(this.element.of, column, this.element.row, attributes.value, where);
    }
  }

  private openNode({ id, label, pid }: Readonly<Record<string, string>>, where: string): void {
    if (id === undefined) throw new WbeError("FORMAT", "expected an id of <node>, found none", { where });
    if (this.element || pid !== undefined)
      throw new WbeError("UNSUPPORTED", "nested nodes are not supported", { where });
    const row = this.builder.declareNode(id, where);
    this.element = { of: "node", row };
    if (label !== undefined) {
      this.builder.column("node", "label", "string", undefined, where);
      this.builder.set("node", "label", row, label, where);
    }
  }

  private openEdge({ source, target, type, weight }: Readonly<Record<string, string>>, where: string): void {
    if (source === undefined || target === undefined) {
      throw new WbeError("FORMAT", "expected source and target of <edge>, found none", { where });
    }
    if (type !== undefined && (type === "directed") !== this.directed) {
      throw new WbeError("UNSUPPORTED", "a graph of directed and undirected edges is not supported", { where });
    }
    const row = this.builder.edge(this.builder.node(source), this.builder.node(target));
    this.element = { of: "edge", row };
    if (weight !== undefined) {
      this.builder.column("edge", "weight", "double", undefined, where);
      this.builder.set("edge", "weight", row, weight, where);
    }
  }

  text(text: string): void {
    if (this.collected !== undefined) this.collected += text;
  }

  close(name: string, where: string): void {
    if (name === "default" && this.attribute) {
      this.attribute.byDefault = this.collected ?? "";
      this.collected = undefined;
    } else if (name === "attribute" && this.attribute) {
      const { of, name: title, type, byDefault } = this.attribute;
      this.builder.column(of, title, type, byDefault, where);
      this.attribute = undefined;
    } else if (name === "attributes") this.kind = undefined;
    else if (name === "node" || name === "edge") this.element = undefined;
  }

  finish(name: string): GraphData {
    if (this.nGraphs === 0) throw new WbeError("FORMAT", "expected a <graph>, found none", { where: name });
    this.builder.requireDeclared(name);
    return this.builder.finish(name, this.directed);
  }
}

/** @throws WbeError FORMAT naming the line; UNSUPPORTED for nested nodes and mixed edges. */
export async function readGexf(source: Source, options: ReadOptions = {}): Promise<GraphData> {
  const reader = new GexfReader();
  await readXml(source, reader, options);
  checkBytes(reader.builder.columnBytes, byteLimit(source.size, options), source.name);
  return reader.finish(options.name ?? baseName(source.name));
}

const typeNames: Readonly<Record<GraphValueType, string>> = {
  boolean: "boolean",
  int: "integer",
  long: "long",
  float: "float",
  double: "double",
  string: "string",
};

/** @throws WbeError ARGUMENT for columns that do not fit and characters that XML cannot hold. */
export function writeGexf(graph: GraphData): string {
  checkGraph(graph);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<gexf xmlns="http://gexf.net/1.3" version="1.3">',
    `  <graph mode="static" defaultedgetype="${graph.directed ? "directed" : "undirected"}">`,
  ];
  // Labels and weights have places of their own.
  const isOwn = (of: "node" | "edge", name: string, { type }: GraphColumn) =>
    (of === "node" && name === "label" && type === "string") ||
    (of === "edge" && name === "weight" && type === "double");
  const tables = {
    node: Object.entries(graph.nodes).filter(([name, column]) => !isOwn("node", name, column)),
    edge: Object.entries(graph.edges).filter(([name, column]) => !isOwn("edge", name, column)),
  };
  for (const of of ["node", "edge"] as const) {
    if (tables[of].length === 0) continue;
    lines.push(`    <attributes class="${of}">`);
    tables[of].forEach(([name, { type }], k) => {
      lines.push(`      <attribute id="${k}" title="${escapeXml(name)}" type="${typeNames[type]}"/>`);
    });
    lines.push("    </attributes>");
  }
  const element = (of: "node" | "edge", attributes: string, row: number) => {
    const values = tables[of].flatMap(([, column], k) =>
      column.present[row] ? `<attvalue for="${k}" value="${escapeXml(formatValue(column, row))}"/>` : [],
    );
    const inner = values.length === 0 ? "/>" : `><attvalues>${values.join("")}</attvalues></${of}>`;
    lines.push(`      <${of} ${attributes}${inner}`);
  };
  const own = (column: GraphColumn | undefined, name: string, row: number) =>
    column?.present[row] ? ` ${name}="${escapeXml(formatValue(column, row))}"` : "";
  const label = graph.nodes.label?.type === "string" ? graph.nodes.label : undefined;
  const weight = graph.edges.weight?.type === "double" ? graph.edges.weight : undefined;
  const ids = graph.nodeIds.map(escapeXml);
  lines.push("    <nodes>");
  ids.forEach((id, row) => {
    element("node", `id="${id}"${own(label, "label", row)}`, row);
  });
  lines.push("    </nodes>", "    <edges>");
  graph.source.forEach((source, row) => {
    const target = ids[graph.target[row]!];
    element("edge", `id="${row}" source="${ids[source]}" target="${target}"${own(weight, "weight", row)}`, row);
  });
  lines.push("    </edges>", "  </graph>", "</gexf>", "");
  return lines.join("\n");
}

export const gexfFormat: Format<GraphData> = {
  id: "gexf",
  title: "GEXF graph",
  category: "connectome",
  extensions: ["gexf"],
  source: "gexf.net, schema 1.3",
  loses: ["the name (the file's name takes its place)", "ids of edges", "drawing and time"],
  detect: (head, name) => /\.gexf$/i.test(name) || /<(?:\w+:)?gexf[\s>]/.test(new TextDecoder().decode(head)),
  read: readGexf,
  async write(graph, sink, options = {}) {
    await writeText(() => {
      throwIfCancelled(options.signal, "writing the graph");
      return writeGexf(graph);
    }, sink);
  },
};
