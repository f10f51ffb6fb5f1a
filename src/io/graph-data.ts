/**
 * A graph as a table of nodes and a table of edges: what GraphML, GEXF, Matrix Market, edge lists and adjacency matrices
 * are read into and written from. Several edges between one pair and edges of weight 0 are kept.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";

export type GraphValueType = "boolean" | "int" | "long" | "float" | "double" | "string";

/** One attribute; where `present` is 0 the node or edge has no value. Booleans are 0 and 1. */
export interface GraphColumn {
  readonly type: GraphValueType;
  readonly values: Float64Array | readonly string[];
  readonly present: Uint8Array;
}

export interface GraphData {
  readonly name: string;
  readonly directed: boolean;
  /** In the order of the file; each once. */
  readonly nodeIds: readonly string[];
  readonly nodes: Readonly<Record<string, GraphColumn>>;
  /** Index in `nodeIds`. */
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  readonly edges: Readonly<Record<string, GraphColumn>>;
  readonly warnings: readonly string[];
}

/** A column in which every row has a value. */
export function fullColumn(type: GraphValueType, values: Float64Array | readonly string[]): GraphColumn {
  return { type, values, present: new Uint8Array(values.length).fill(1) };
}

/** @throws WbeError ARGUMENT for columns of other lengths, edges of nodes that are not there, ids used twice. */
export function checkGraph(graph: GraphData): void {
  const { nodeIds, source, target } = graph;
  const where = graph.name || "graph";
  if (new Set(nodeIds).size !== nodeIds.length) throw new WbeError("ARGUMENT", "a node id is used twice", { where });
  if (source.length !== target.length) {
    throw new WbeError("ARGUMENT", `expected as many targets as sources, found ${target.length}`, { where });
  }
  for (const [table, n] of [
    [graph.nodes, nodeIds.length],
    [graph.edges, source.length],
  ] as const) {
    for (const [name, { values, present }] of Object.entries(table)) {
      if (values.length !== n || present.length !== n) {
        throw new WbeError("ARGUMENT", `expected ${n} values of "${name}", found ${values.length}`, { where });
      }
    }
  }
  for (const end of [source, target]) {
    for (const node of end) {
      if (node >= nodeIds.length) {
        throw new WbeError("ARGUMENT", `expected nodes below ${nodeIds.length}, found ${node}`, { where });
      }
    }
  }
}

/** The edges' weights: attribute "weight", 1 where there is none. */
export function edgeWeights(graph: GraphData): Float64Array {
  const column = Object.hasOwn(graph.edges, "weight") ? graph.edges.weight : undefined;
  return Float64Array.from(graph.source, (_, i) => (column?.present[i] ? Number(column.values[i]) : 1));
}

/** Collects nodes by id and edges by ids, and values as they come. */
export class GraphBuilder {
  readonly nodeIds: string[] = [];
  readonly warnings: string[] = [];
  private readonly indexOf = new Map<string, number>();
  private readonly declared = new Set<number>();
  private source = new Uint32Array(1024);
  private target = new Uint32Array(1024);
  nEdges = 0;
  private readonly tables = { node: new Map<string, ColumnBuilder>(), edge: new Map<string, ColumnBuilder>() };

  /** Index of the node, which is made when it is new. */
  node(id: string): number {
    const found = this.indexOf.get(id);
    if (found !== undefined) return found;
    this.indexOf.set(id, this.nodeIds.length);
    return this.nodeIds.push(id) - 1;
  }

  /** The node, for formats that declare each. @throws WbeError FORMAT when it has been declared. */
  declareNode(id: string, where: string): number {
    const row = this.node(id);
    if (this.declared.has(row)) throw new WbeError("FORMAT", `node "${id}" is declared twice`, { where });
    this.declared.add(row);
    return row;
  }

  /** @throws WbeError FORMAT when an edge names a node that has not been declared. */
  requireDeclared(where: string): void {
    const missing = this.nodeIds.find((_, row) => !this.declared.has(row));
    if (missing === undefined) return;
    throw new WbeError("FORMAT", `expected a declared node, found an edge of "${missing}"`, { where });
  }

  /** Bytes of the columns: defaults give every row a value, and a short file must not become a large table. */
  get columnBytes(): number {
    return 9 * (this.tables.node.size * this.nodeIds.length + this.tables.edge.size * this.nEdges);
  }

  has(id: string): boolean {
    return this.indexOf.has(id);
  }

  edge(source: number, target: number): number {
    if (this.nEdges === this.source.length) {
      const grow = (old: Uint32Array<ArrayBuffer>) => {
        const larger = new Uint32Array(2 * old.length);
        larger.set(old);
        return larger;
      };
      this.source = grow(this.source);
      this.target = grow(this.target);
    }
    this.source[this.nEdges] = source;
    this.target[this.nEdges] = target;
    return this.nEdges++;
  }

  /** Declares a column; declaring it again with another type is an error. */
  column(of: "node" | "edge", name: string, type: GraphValueType, byDefault?: string, where = ""): void {
    const known = this.tables[of].get(name);
    if (known && known.type !== type) {
      throw new WbeError("FORMAT", `${of} attribute "${name}" is declared as ${known.type} and as ${type}`, { where });
    }
    if (!known) this.tables[of].set(name, new ColumnBuilder(type, byDefault, where));
  }

  set(of: "node" | "edge", name: string, row: number, text: string, where: string): void {
    this.tables[of].get(name)!.set(row, text, where);
  }

  finish(name: string, directed: boolean): GraphData {
    const table = (of: "node" | "edge", n: number) =>
      Object.fromEntries([...this.tables[of]].map(([column, builder]) => [column, builder.finish(n)]));
    return {
      name,
      directed,
      nodeIds: this.nodeIds,
      nodes: table("node", this.nodeIds.length),
      source: this.source.slice(0, this.nEdges),
      target: this.target.slice(0, this.nEdges),
      edges: table("edge", this.nEdges),
      warnings: this.warnings,
    };
  }
}

class ColumnBuilder {
  private readonly given = new Map<number, number | string>();
  private readonly byDefault: number | string | undefined;

  constructor(
    readonly type: GraphValueType,
    byDefault: string | undefined,
    where: string,
  ) {
    this.byDefault = byDefault === undefined ? undefined : parseValue(type, byDefault, where);
  }

  set(row: number, text: string, where: string): void {
    this.given.set(row, parseValue(this.type, text, where));
  }

  finish(n: number): GraphColumn {
    const { type, byDefault, given } = this;
    const present = new Uint8Array(n);
    if (byDefault !== undefined) present.fill(1);
    for (const row of given.keys()) present[row] = 1;
    if (type === "string") {
      const values = new Array<string>(n).fill(String(byDefault ?? ""));
      for (const [row, value] of given) values[row] = String(value);
      return { type, values, present };
    }
    const values = new Float64Array(n).fill(byDefault === undefined ? Number.NaN : Number(byDefault));
    for (const [row, value] of given) values[row] = Number(value);
    return { type, values, present };
  }
}

const specialNumbers: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  "+inf": Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  "-infinity": Number.NEGATIVE_INFINITY,
};

/** A value of a type from its text. @throws WbeError FORMAT for other text, LIMIT for an integer beyond 2^53. */
export function parseValue(type: GraphValueType, text: string, where: string): number | string {
  if (type === "string") return text;
  const trimmed = text.trim();
  const lower = trimmed.toLowerCase();
  const fail = () =>
    new WbeError("FORMAT", `expected a value of type ${type}, found "${text.slice(0, 40)}"`, { where });
  if (type === "boolean") {
    if (lower === "true" || lower === "1") return 1;
    if (lower === "false" || lower === "0") return 0;
    throw fail();
  }
  if ((type === "float" || type === "double") && Object.hasOwn(specialNumbers, lower)) return specialNumbers[lower]!;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(lower)) throw fail();
  const value = Number(lower);
  if (type === "float" || type === "double") return value;
  if (!Number.isInteger(value)) throw fail();
  if (!Number.isSafeInteger(value)) {
    throw new WbeError("LIMIT", `expected an integer below 2^53, found ${trimmed}`, { where });
  }
  return value;
}

/** A value as text that reads back as the same. */
export function formatValue({ type, values }: GraphColumn, row: number): string {
  const value = values[row]!;
  if (type === "boolean") return Number(value) === 0 ? "false" : "true";
  if (typeof value === "string") return value;
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "INF" : "-INF";
  return Object.is(value, -0) ? "-0" : String(value);
}
