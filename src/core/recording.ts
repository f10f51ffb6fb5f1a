/**
 * Recordings: what NWB holds, as plain data. Series and the long columns of tables are read when asked for, so that a
 * file larger than memory can be looked at.
 *
 * @module
 */
import type { NumericArray } from "./column.js";
import { WbeError } from "./errors.js";

/** Numbers that are read in rows, [start, stop) along the first axis; row-major. */
export interface DataArray {
  readonly shape: readonly number[];
  /** As numpy names it: "f4", "i2", … */
  readonly dtype: string;
  read(start?: number, stop?: number): Promise<NumericArray>;
}

/** A value of a series or object that has no field of its own here. */
export type FieldValue = string | number | NumericArray | readonly string[];
export type Fields = Readonly<Record<string, FieldValue>>;

/** Values over time; the first axis of `data` is time. In the file's own unit: value = conversion·stored + offset. */
export interface RecordingSeries {
  /** Where it stands: "acquisition/sweep_01", "processing/ecephys/LFP/lfp". */
  readonly path: string;
  /** Neurodata type: "TimeSeries", "ElectricalSeries", "CurrentClampSeries", … */
  readonly kind: string;
  readonly description: string;
  readonly comments: string;
  /** Absent in series without stored samples. */
  readonly data: DataArray | null;
  /** Of value = conversion · channelConversion · stored + offset. */
  readonly unit: string;
  readonly conversion: number;
  readonly offset: number;
  /** One factor per channel (second axis). */
  readonly channelConversion?: NumericArray;
  /** s; with `rate`, or else `timestamps`. */
  readonly startingTime?: number;
  /** Hz */
  readonly rate?: number;
  /** s, one per row of `data`. */
  readonly timestamps?: DataArray;
  /** Rows of the table of electrodes, one per channel. */
  readonly electrodes?: NumericArray;
  /** Name of the intracellular electrode. */
  readonly electrode?: string;
  /** Everything else, as stored: gain, bias_current, stimulus_description, sweep_number, … */
  readonly fields: Fields;
}

export interface TableColumn {
  readonly name: string;
  readonly description: string;
  /** "series": ranges [start, start+count) of the series with these paths; "reference": paths of objects. */
  readonly kind: "number" | "boolean" | "text" | "reference" | "series";
  readonly values: DataArray | readonly string[];
  /** For kind "series". */
  readonly ranges?: { readonly start: NumericArray; readonly count: NumericArray };
  /** Ragged columns: exclusive ends of the rows in `values`; a second one counts in entries of the first. */
  readonly ends: readonly NumericArray[];
  /** Values are row numbers of the table at this path. */
  readonly table?: string;
  /** Smallest difference between two values, in their unit (of spike times: the step of the clock). */
  readonly resolution?: number;
}

export interface RecordingTable {
  /** "units", "intervals/trials", "general/extracellular_ephys/electrodes", … */
  readonly path: string;
  readonly kind: string;
  readonly description: string;
  /** Identity of the rows; neither sorted nor consecutive in general. */
  readonly ids: NumericArray;
  readonly columns: readonly TableColumn[];
  readonly fields: Fields;
}

/** A device, electrode, electrode group, processing module or container. */
export interface RecordingObject {
  readonly path: string;
  readonly kind: string;
  readonly fields: Fields;
  /** Name → path of the object that it links to. */
  readonly links: Readonly<Record<string, string>>;
}

export interface Recording {
  readonly identifier: string;
  readonly description: string;
  /** ISO 8601 with zone. */
  readonly startTime: string;
  /** Zero of all times in the file, ISO 8601; the start time when absent. */
  readonly referenceTime?: string;
  readonly version: string;
  /** session_id, lab, institution, experimenter, keywords, … */
  readonly session: Fields;
  /** subject_id, species, age, sex, description, …; null when the file names none. */
  readonly subject: Fields | null;
  readonly objects: readonly RecordingObject[];
  readonly series: readonly RecordingSeries[];
  readonly tables: readonly RecordingTable[];
  /** Free notes by name, from scratch space. */
  readonly scratch: Readonly<Record<string, FieldValue>>;
  readonly warnings: readonly string[];
  /** Ends reading; what has been read stays. */
  close(): void;
}

/** Numbers in memory as a `DataArray`. @throws WbeError ARGUMENT when the shape does not fit. */
export function dataArray(data: NumericArray, shape: readonly number[] = [data.length]): DataArray {
  const row = shape.slice(1).reduce((a, b) => a * b, 1);
  if (row * (shape[0] ?? 1) !== data.length) {
    throw new WbeError("ARGUMENT", `expected ${data.length} elements, found shape [${shape.join(", ")}]`);
  }
  const kind =
    data instanceof Float64Array || data instanceof Float32Array ? "f" : /^Int/.test(data.constructor.name) ? "i" : "u";
  return {
    shape,
    dtype: `${kind}${data.BYTES_PER_ELEMENT}`,
    read: async (start = 0, stop = shape[0] ?? 1) => data.slice(start * row, stop * row),
  };
}

/**
 * Values of a series in its unit, rows [start, stop), row-major: conversion · channelConversion · stored + offset.
 *
 * @throws WbeError EMPTY_INPUT for a series without samples, and what reading throws.
 */
export async function seriesValues(series: RecordingSeries, start?: number, stop?: number): Promise<Float64Array> {
  if (!series.data) throw new WbeError("EMPTY_INPUT", "the series has no stored samples", { where: series.path });
  const stored = await series.data.read(start, stop);
  const { conversion, offset, channelConversion } = series;
  const channels = channelConversion?.length ?? 1;
  const [, columns = 1] = series.data.shape;
  if (channelConversion && columns !== channels) {
    throw new WbeError("FORMAT", `expected ${columns} channel conversions, found ${channels}`, { where: series.path });
  }
  const inner = channelConversion ? series.data.shape.slice(2).reduce((a, b) => a * b, 1) : 1;
  return Float64Array.from(stored, (value, i) => {
    const factor = channelConversion ? channelConversion[Math.floor(i / inner) % channels]! : 1;
    return value * conversion * factor + offset;
  });
}

/** Times of rows [start, stop) of a series, s. @throws WbeError FORMAT when the series says no time. */
export async function seriesTimes(series: RecordingSeries, start = 0, stop = series.data?.shape[0] ?? 0) {
  if (series.timestamps) return Float64Array.from(await series.timestamps.read(start, stop));
  const { rate, startingTime = 0 } = series;
  if (rate === undefined) {
    throw new WbeError("FORMAT", "expected a rate or timestamps, found neither", { where: series.path });
  }
  return Float64Array.from({ length: Math.max(0, stop - start) }, (_, i) => startingTime + (start + i) / rate);
}

/** Row of the entry with this id. @throws WbeError NAME_UNKNOWN when no row has it. */
export function rowOfId(table: RecordingTable, id: number): number {
  const row = table.ids.indexOf(id);
  if (row >= 0) return row;
  throw new WbeError("NAME_UNKNOWN", `no row with id ${id}`, {
    where: table.path,
    remedy: `Ids are names, not row numbers; the first are ${[...table.ids.slice(0, 5)].join(", ")}.`,
  });
}

/** The column of this name. @throws WbeError NAME_UNKNOWN */
export function columnOf(table: RecordingTable, name: string): TableColumn {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column) return column;
  throw new WbeError("NAME_UNKNOWN", `no column "${name}"`, {
    where: table.path,
    remedy: `It has ${table.columns.map((candidate) => candidate.name).join(", ") || "none"}.`,
  });
}

/** Range [start, stop) in `values` of one row of a column. */
export function rangeOfRow(column: TableColumn, row: number): readonly [number, number] {
  let range: readonly [number, number] = [row, row + 1];
  for (const ends of [...column.ends].reverse()) {
    range = [range[0] === 0 ? 0 : ends[range[0] - 1]!, range[1] === 0 ? 0 : ends[range[1] - 1]!];
  }
  return range;
}

/** Spike times of the unit with this id, s. @throws WbeError NAME_UNKNOWN for an id or column that is not there. */
export async function spikeTimesOfUnit(units: RecordingTable, id: number): Promise<Float64Array> {
  const column = columnOf(units, "spike_times");
  if (!("read" in column.values))
    throw new WbeError("FORMAT", "expected numbers as spike times", { where: units.path });
  const [start, stop] = rangeOfRow(column, rowOfId(units, id));
  return Float64Array.from(await column.values.read(start, stop));
}
