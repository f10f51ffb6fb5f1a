/** What the loaders of published connectomes share: rows of text and one way from edges to a connectome. @module */
import { WbeError } from "../../core/errors.js";
import type { LongCallOptions } from "../../core/progress.js";
import { throwIfCancelled } from "../../core/progress.js";
import { type DelimitedRow, isNumber, readDelimited, toNumber } from "../../io/delimited.js";
import { readText, type Source } from "../../io/format.js";
import { fullColumn, type GraphColumn } from "../../io/graph-data.js";
import type { Connectome } from "../columns.js";
import { connectomeOfGraph, type GraphDataOptions } from "../graph-data.js";

export interface PublishedOptions extends LongCallOptions, Pick<GraphDataOptions, "model" | "conductionVelocity"> {
  /**
   * nS per unit of the data: per synapse or contact for neurons (default 0.1, an order of magnitude that no one measured;
   * larger cells need more), per unit of the matrix for regions (default 1, so that weights are the published numbers).
   */
  conductance?: number;
}

/** Edges by the names of their ends. */
export interface NamedEdges {
  readonly source: string[];
  readonly target: string[];
  readonly weight: number[];
  /** "", "inhibitory" or "electrical". */
  readonly type: string[];
  /** mm, where the data have them. */
  readonly tractLength?: number[];
}

export interface NamedNodes {
  /** In the order of the connectome. Ends of edges that are not here are added after them. */
  readonly names: readonly string[];
  readonly types?: ReadonlyMap<string, string>;
  /** um. */
  readonly positions?: ReadonlyMap<string, readonly [number, number, number]>;
}

export const noEdges = (): NamedEdges => ({ source: [], target: [], weight: [], type: [] });

/** Rows of a table, with the columns that are asked for by any of their names (lower case). */
export async function readColumns(
  source: Source,
  columns: Readonly<Record<string, readonly string[]>>,
  options: LongCallOptions,
): Promise<{ rows: DelimitedRow[]; at: Record<string, number> }> {
  throwIfCancelled(options.signal, "reading a connectome");
  const rows = readDelimited((await readText(source)).text, source.name);
  const header = rows[0];
  if (!header) throw new WbeError("EMPTY_INPUT", "expected a table, found no rows", { where: source.name });
  const names = header.fields.map((name) => name.trim().toLowerCase());
  const at: Record<string, number> = {};
  for (const [column, known] of Object.entries(columns)) {
    const place = names.findIndex((name) => known.includes(name));
    if (place < 0) {
      throw new WbeError("FORMAT", `expected a column named ${known.join(" or ")}, found ${names.join(", ")}`, {
        where: `${source.name}, line ${header.line}`,
      });
    }
    at[column] = place;
  }
  return { rows: rows.slice(1), at };
}

/** A number of a row. @throws WbeError FORMAT naming the line. */
export function numberAt({ fields, line }: DelimitedRow, place: number, file: string): number {
  const text = fields[place]?.trim() ?? "";
  if (isNumber(text)) return toNumber(text);
  throw new WbeError("FORMAT", `expected a number, found "${text.slice(0, 40)}"`, { where: `${file}, line ${line}` });
}

export interface PublishedFacts {
  readonly name: string;
  readonly source: string;
  readonly region: string;
  readonly warnings?: readonly string[];
}

/** @throws WbeError as `connectomeOfGraph`. */
export function connectomeOfNames(
  { names, types, positions }: NamedNodes,
  edges: NamedEdges,
  facts: PublishedFacts,
  options: PublishedOptions & { weightScale: number },
): Connectome {
  const indexOf = new Map(names.map((name, i) => [name, i]));
  if (indexOf.size !== names.length) {
    throw new WbeError("FORMAT", "expected each name once, found one twice", { where: facts.name });
  }
  const nodeIds = [...names];
  const index = (name: string): number => {
    const known = indexOf.get(name);
    if (known !== undefined) return known;
    indexOf.set(name, nodeIds.length);
    return nodeIds.push(name) - 1;
  };
  const source = Uint32Array.from(edges.source, index);
  const target = Uint32Array.from(edges.target, index);
  const axis = (a: 0 | 1 | 2): GraphColumn => ({
    type: "double",
    values: Float64Array.from(nodeIds, (name) => positions?.get(name)?.[a] ?? Number.NaN),
    present: Uint8Array.from(nodeIds, (name) => Number(positions?.has(name) ?? false)),
  });
  return connectomeOfGraph(
    {
      name: facts.name,
      directed: true,
      nodeIds,
      nodes: {
        type: fullColumn(
          "string",
          nodeIds.map((name) => types?.get(name) ?? ""),
        ),
        ...(positions ? { x: axis(0), y: axis(1), z: axis(2) } : {}),
      },
      source,
      target,
      edges: {
        weight: fullColumn("double", Float64Array.from(edges.weight)),
        type: fullColumn("string", edges.type),
        ...(edges.tractLength ? { tract_length: fullColumn("double", Float64Array.from(edges.tractLength)) } : {}),
      },
      warnings: [],
    },
    {
      region: facts.region,
      weightScale: options.conductance ?? options.weightScale,
      ...(options.model === undefined ? {} : { model: options.model }),
      ...(options.conductionVelocity === undefined ? {} : { conductionVelocity: options.conductionVelocity }),
      metadata: { name: facts.name, source: facts.source, warnings: facts.warnings ?? [] },
    },
  );
}
