/**
 * What a SONATA file holds, as columns, and the rule by which a node or edge gets its values.
 *
 * @module
 */
import type { NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import type { DataArray } from "../core/recording.js";
import type { TypeTable } from "./sonata-types.js";

export type GroupColumns = ReadonlyMap<string, NumericArray | readonly string[]>;

/** Nodes or edges of one population. */
export interface SonataRows {
  readonly name: string;
  readonly size: number;
  readonly typeId: NumericArray;
  readonly groupId: NumericArray;
  readonly groupIndex: NumericArray;
  /** Attributes by group; "dynamics_params/x" for those of the subgroup. */
  readonly groups: ReadonlyMap<number, GroupColumns>;
  /** What the reader had to assume. */
  readonly notes: readonly string[];
}

export interface SonataNodes extends SonataRows {
  /** Present when the file names them; otherwise the id is the row. */
  readonly nodeId?: NumericArray;
}

export interface SonataEdges extends SonataRows {
  readonly source: NumericArray;
  readonly target: NumericArray;
  readonly sourcePopulation: string;
  readonly targetPopulation: string;
}

/** ms; sorted as the file says. */
export interface SonataSpikes {
  /** "" in old files, which name none. */
  readonly population: string;
  readonly nodeIds: NumericArray;
  readonly timestamps: Float64Array;
  readonly sorting: "none" | "by_id" | "by_time";
}

/** Values over time of elements (compartments) of nodes. */
export interface SonataReport {
  readonly population: string;
  readonly nodeIds: NumericArray;
  /** Elements of node k: columns indexPointers[k] … indexPointers[k+1]. */
  readonly indexPointers: NumericArray;
  readonly elementIds: NumericArray;
  /** Frames × elements. */
  readonly data: DataArray;
  readonly units: string;
  /** ms */
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

export interface SonataFile {
  readonly nodes: readonly SonataNodes[];
  readonly edges: readonly SonataEdges[];
  readonly spikes: readonly SonataSpikes[];
  readonly reports: readonly SonataReport[];
  readonly warnings: readonly string[];
  /** Ends reading of reports. */
  close(): void;
}

/** One attribute of all rows. Where `present` is 0 there is no value: neither 0 nor NaN stands for it. */
export interface SonataAttribute {
  readonly name: string;
  readonly present: Uint8Array;
  /** NaN where there is no number. */
  readonly numbers: Float64Array;
  /** "" where there is no value. */
  readonly texts: readonly string[];
}

/** Names of all attributes, of the groups and of the type table. */
export function attributeNames(rows: SonataRows, types: TypeTable = new Map()): string[] {
  const names = new Set<string>();
  for (const columns of rows.groups.values()) for (const name of columns.keys()) names.add(name);
  for (const row of types.values()) for (const name of Object.keys(row)) names.add(name);
  return [...names];
}

/**
 * An attribute of every row: the value of its group at its index in the group, or else the value of its type; else none
 * (SONATA guide, "the HDF5 attribute overrides the type's").
 *
 * @throws WbeError FORMAT for an index beyond its group.
 */
export function resolveAttribute(rows: SonataRows, name: string, types: TypeTable = new Map()): SonataAttribute {
  const { size, typeId, groupId, groupIndex, groups } = rows;
  const present = new Uint8Array(size);
  const numbers = new Float64Array(size).fill(Number.NaN);
  const texts = new Array<string>(size).fill("");
  const typed = new Map([...types].map(([id, row]) => [id, Object.hasOwn(row, name) ? row[name] : undefined]));
  const columns = new Map([...groups].map(([id, group]) => [id, group.get(name)]));
  for (let i = 0; i < size; i++) {
    const column = columns.get(groupId[i]!);
    let value: number | string | undefined;
    if (column) {
      const index = groupIndex[i]!;
      if (index >= column.length) {
        throw new WbeError(
          "FORMAT",
          `expected an index below ${column.length} in group ${groupId[i]}, found ${index}`,
          {
            where: `${rows.name}, row ${i}, attribute "${name}"`,
          },
        );
      }
      value = column[index];
    } else value = typed.get(typeId[i]!);
    if (value === undefined) continue;
    present[i] = 1;
    texts[i] = String(value);
    numbers[i] = typeof value === "number" ? value : value.trim() === "" ? Number.NaN : Number(value);
  }
  return { name, present, numbers, texts };
}

/**
 * Numbers of an attribute that every row must have.
 *
 * @throws WbeError PARAMETER_MISSING naming the first row without one.
 */
export function needNumbers(rows: SonataRows, name: string, types?: TypeTable): Float64Array {
  const { present, numbers } = resolveAttribute(rows, name, types);
  for (let i = 0; i < rows.size; i++) {
    if (present[i] && !Number.isNaN(numbers[i]!)) continue;
    throw new WbeError(
      "PARAMETER_MISSING",
      `expected a number as ${name}, found ${present[i] ? "other text" : "none"}`,
      {
        where: `${rows.name}, row ${i}`,
        remedy: "Give it in the file or in the type table.",
      },
    );
  }
  return numbers;
}
