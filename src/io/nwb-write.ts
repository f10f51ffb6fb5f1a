/**
 * Writes a Recording as NWB 2.8, so that pynwb opens it and nwbinspector finds no critical fault.
 *
 * @module
 */
import type { NumericArray } from "../core/column.js";
import { internalError, WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import type {
  DataArray,
  Fields,
  FieldValue,
  Recording,
  RecordingObject,
  RecordingSeries,
  RecordingTable,
  TableColumn,
} from "../core/recording.js";
import { sha256 } from "../core/sha256.js";
import type { Sink, WriteOptions } from "./format.js";
import {
  createHdf5,
  type Hdf5Attributes,
  type Hdf5AttributeValue,
  type Hdf5Numbers,
  type Hdf5Writer,
} from "./hdf5-write.js";

const schemaVersion = "2.8.0";
const electrodesPath = "general/extracellular_ephys/electrodes";

/** Types of hdmf-common; all others are of the core namespace. */
const commonTypes = new Set(["DynamicTable", "AlignedDynamicTable", "VectorData", "VectorIndex", "ElementIdentifiers"]);
commonTypes.add("DynamicTableRegion");

/** Series types of the core schema that are written as they are; others become TimeSeries. */
const seriesTypes = new Set(
  (
    "TimeSeries ElectricalSeries SpikeEventSeries CurrentClampSeries VoltageClampSeries IZeroClampSeries " +
    "CurrentClampStimulusSeries VoltageClampStimulusSeries PatchClampSeries ImageSeries SpatialSeries " +
    "AnnotationSeries IntervalSeries RoiResponseSeries OptogeneticSeries DecompositionSeries AbstractFeatureSeries"
  ).split(" "),
);
const clampTypes = /Clamp/;

/** Kinds whose fields are datasets; of all other objects they are attributes. */
const withDatasets = new Set([
  "IntracellularElectrode",
  "Subject",
  "LabMetaData",
  "ImagingPlane",
  "OptogeneticStimulusSite",
]);
const seriesAttributes = new Set(["stimulus_description", "sweep_number"]);

/** Fields that the schema wants as integers. */
const integerFields = new Set(["sweep_number", "dimension"]);

/** @throws WbeError ARGUMENT for what NWB cannot hold (a clamp series without electrode, a start time without zone). */
export async function writeNwb(recording: Recording, sink: Sink, options: WriteOptions = {}): Promise<void> {
  let file: Hdf5Writer | undefined;
  try {
    checkRecording(recording);
    file = await createHdf5();
    const writer = new NwbWriter(file, await objectIds(recording));
    await writer.write(recording, options);
  } catch (error) {
    file?.discard();
    await sink.abort();
    throw error;
  }
  await file.finish(sink, options);
}

function checkRecording(recording: Recording): void {
  for (const [name, time] of [
    ["start time", recording.startTime],
    ["reference time", recording.referenceTime ?? recording.startTime],
  ] as const) {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/.test(time)) {
      throw new WbeError("ARGUMENT", `expected the ${name} as ISO 8601 with zone, found "${time}"`, {
        where: recording.identifier,
        remedy: 'Write it as "2024-05-01T12:00:00Z".',
      });
    }
  }
  if (recording.identifier === "") throw new WbeError("ARGUMENT", "expected an identifier, found empty text");
  for (const series of recording.series) {
    if (clampTypes.test(series.kind) && series.electrode === undefined) {
      throw new WbeError("ARGUMENT", `expected the electrode of a ${series.kind}, found none`, { where: series.path });
    }
  }
}

/** Object ids in the form of a UUID, from identifier and path: the same recording gives the same bytes. */
async function objectIds(recording: Recording): Promise<(path: string) => string> {
  const paths = ["/"];
  for (const { path } of recording.objects) paths.push(path);
  for (const { path } of recording.series) paths.push(path, `${path}/electrodes`);
  for (const table of recording.tables) {
    paths.push(table.path, `${table.path}/id`);
    for (const { name, ends } of table.columns) {
      paths.push(`${table.path}/${name}`);
      ends.forEach((_, i) => {
        paths.push(`${table.path}/${name}${"_index".repeat(i + 1)}`);
      });
    }
  }
  for (const name of [...Object.keys(recording.scratch), "general/subject"]) paths.push(`#${name}`);
  const ids = new Map<string, string>();
  for (const path of paths) {
    const bytes = await sha256(new TextEncoder().encode(JSON.stringify([recording.identifier, path])));
    bytes[6] = (bytes[6]! & 0x0f) | 0x80;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = [...bytes.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    ids.set(path, hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"));
  }
  return (path) => {
    const id = ids.get(path);
    if (id === undefined) throw internalError(`no object id for ${path}`);
    return id;
  };
}

class NwbWriter {
  constructor(
    private readonly file: Hdf5Writer,
    private readonly idOf: (path: string) => string,
  ) {}

  /** The attributes by which NWB knows an object. */
  private typed(kind: string, path: string): Hdf5Attributes {
    const namespace = commonTypes.has(kind) ? "hdmf-common" : "core";
    return { namespace, neurodata_type: kind, object_id: this.idOf(path) };
  }

  async write(recording: Recording, options: WriteOptions): Promise<void> {
    const { file } = this;
    file.group("/", { ...this.typed("NWBFile", "/"), nwb_version: schemaVersion });
    for (const group of ["acquisition", "analysis", "general", "processing", "stimulus/presentation"]) {
      file.group(`/${group}`);
    }
    file.group("/stimulus/templates");
    const { file_create_date: created, ...session } = recording.session;
    file.dataset("/identifier", recording.identifier);
    file.dataset("/session_description", recording.description);
    file.dataset("/session_start_time", recording.startTime);
    file.dataset("/timestamps_reference_time", recording.referenceTime ?? recording.startTime);
    file.dataset("/file_create_date", Array.isArray(created) ? created : [recording.startTime]);
    this.fields("/general", session);
    if (recording.subject) {
      file.group("/general/subject", this.typed("Subject", "#general/subject"));
      this.fields("/general/subject", recording.subject);
    }
    for (const [name, value] of Object.entries(recording.scratch)) {
      this.field(`/scratch/${name}`, name, value, {
        ...this.typed("ScratchData", `#${name}`),
        notes: "written by wbe",
      });
    }
    // All groups first: links and references may point in any direction.
    const objects = [...recording.objects].sort((a, b) => a.path.length - b.path.length);
    for (const object of objects) this.object(object);
    for (const { path } of [...recording.series, ...recording.tables]) file.group(`/${path}`);
    for (const object of objects) {
      for (const [name, target] of Object.entries(object.links)) file.link(`/${object.path}/${name}`, `/${target}`);
    }
    for (const series of recording.series) {
      throwIfCancelled(options.signal, "writing the recording");
      await this.series(series);
    }
    for (const table of recording.tables) {
      throwIfCancelled(options.signal, "writing the recording");
      await this.table(table);
    }
  }

  private object({ path, kind, fields }: RecordingObject): void {
    if (withDatasets.has(kind)) {
      this.file.group(`/${path}`, this.typed(kind, path));
      this.fields(`/${path}`, fields);
    } else this.file.group(`/${path}`, { ...this.typed(kind, path), ...attributesOf(fields) });
  }

  /** Fields as datasets; "name.attribute" becomes an attribute of dataset "name". */
  private fields(path: string, fields: Fields): void {
    for (const [name, value] of Object.entries(fields)) {
      if (name.includes(".")) continue;
      const attributes: Record<string, Hdf5AttributeValue> = {};
      for (const [key, attribute] of Object.entries(fields)) {
        if (key.startsWith(`${name}.`)) attributes[key.slice(name.length + 1)] = attribute;
      }
      this.field(`${path}/${name}`, name, value, attributes);
    }
  }

  private field(path: string, name: string, value: FieldValue, attributes: Hdf5Attributes): void {
    // Pairs of name and version, as the schema has them.
    const shape = name === "was_generated_by" && Array.isArray(value) ? [value.length / 2, 2] : undefined;
    this.file.dataset(path, value, { attributes, shape });
  }

  private async series(series: RecordingSeries): Promise<void> {
    const { file } = this;
    const path = `/${series.path}`;
    const kind = seriesTypes.has(series.kind) ? series.kind : "TimeSeries";
    const { resolution = -1, control, ...fields } = series.fields;
    const own = Object.entries(fields);
    const attributes = Object.fromEntries([
      // Required of clamp series.
      ...(clampTypes.test(kind) ? [["stimulus_description", "N/A"] as const] : []),
      ...own.filter(([name]) => seriesAttributes.has(name)),
    ]);
    file.attributes(path, {
      ...this.typed(kind, series.path),
      description: series.description || "no description",
      comments: series.comments || "no comments",
      ...attributesOf(attributes),
    });
    this.fields(path, Object.fromEntries(own.filter(([name]) => !seriesAttributes.has(name))));
    const { unit, conversion, offset } = series;
    const { data, shape } = series.data ? await whole(series.data) : { data: new Float32Array(0), shape: [0] };
    file.dataset(`${path}/data`, data, {
      shape: kind === "ImageSeries" && !series.data ? [0, 0, 0] : shape,
      attributes: { unit: unit || "n/a", conversion, offset, resolution: Number(resolution) },
      deflate: data.byteLength > 2 ** 16 ? 4 : undefined,
    });
    if (series.timestamps) {
      const { data: times } = await whole(series.timestamps);
      file.dataset(`${path}/timestamps`, times, {
        attributes: { interval: { scalar: Int32Array.of(1) }, unit: "seconds" },
      });
    } else if (series.rate !== undefined) {
      file.dataset(`${path}/starting_time`, series.startingTime ?? 0, {
        attributes: { rate: series.rate, unit: "seconds" },
      });
    }
    if (control && ArrayBuffer.isView(control)) file.dataset(`${path}/control`, control);
    if (series.channelConversion) {
      file.dataset(`${path}/channel_conversion`, series.channelConversion, {
        attributes: { axis: { scalar: Int32Array.of(1) } },
      });
    }
    if (series.electrodes) {
      file.dataset(`${path}/electrodes`, integers(series.electrodes), {
        attributes: {
          ...this.typed("DynamicTableRegion", `${series.path}/electrodes`),
          description: "electrodes of the channels",
          table: { references: [`/${electrodesPath}`] },
        },
      });
    }
    if (series.electrode !== undefined) {
      file.link(`${path}/electrode`, `/general/intracellular_ephys/${series.electrode}`);
    }
  }

  private async table(table: RecordingTable): Promise<void> {
    const { file } = this;
    const path = `/${table.path}`;
    const parts = table.fields.categories;
    const colnames = table.columns.map(({ name }) => name);
    file.attributes(path, {
      ...this.typed(table.kind || "DynamicTable", table.path),
      description: table.description || "no description",
      colnames,
      ...(Array.isArray(parts) ? { categories: parts } : {}),
    });
    file.dataset(`${path}/id`, integers(table.ids), {
      attributes: this.typed("ElementIdentifiers", `${table.path}/id`),
    });
    for (const column of table.columns) await this.column(table, column);
  }

  private async column(table: RecordingTable, column: TableColumn): Promise<void> {
    const { file } = this;
    const id = `${table.path}/${column.name}`;
    const path = `/${id}`;
    const isSeries = column.kind === "series";
    const kind = isSeries ? "TimeSeriesReferenceVectorData" : column.table ? "DynamicTableRegion" : "VectorData";
    const attributes: Record<string, Hdf5AttributeValue> = {
      ...this.typed(kind, id),
      description: column.description || "no description",
      ...(column.table ? { table: { references: [`/${column.table}`] } } : {}),
      ...(column.resolution === undefined ? {} : { resolution: column.resolution }),
    };
    if ("read" in column.values) {
      const { data, shape } = await whole(column.values);
      file.dataset(path, column.table ? integers(data) : data, { shape, attributes });
    } else {
      const references = column.values.map((target) => (target === "" ? "" : `/${target}`));
      if (isSeries) {
        const start = Int32Array.from(column.ranges?.start ?? []);
        const count = Int32Array.from(column.ranges?.count ?? []);
        file.dataset(path, { compound: { idx_start: start, count, timeseries: { references } } }, { attributes });
      } else if (column.kind === "reference") file.dataset(path, { references }, { attributes });
      else file.dataset(path, column.values, { attributes });
    }
    column.ends.forEach((ends, i) => {
      const suffix = "_index".repeat(i);
      file.dataset(`${path}${suffix}_index`, integers(ends, true), {
        attributes: {
          ...this.typed("VectorIndex", `${id}${suffix}_index`),
          description: `index of ${column.name}${suffix}`,
          target: { references: [`${path}${suffix}`] },
        },
      });
    });
  }
}

function attributesOf(fields: Fields): Hdf5Attributes {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => !name.includes("."))
      .map(([name, value]) => [
        name,
        integerFields.has(name) && typeof value === "number" ? { scalar: Uint32Array.of(value) } : value,
      ]),
  );
}

/** All of an array, with 64-bit integers as such. */
async function whole(array: DataArray): Promise<{ data: Hdf5Numbers; shape: readonly number[] }> {
  const data = await array.read();
  if (array.dtype === "i8") return { data: BigInt64Array.from(data, BigInt), shape: array.shape };
  if (array.dtype === "u8") return { data: BigUint64Array.from(data, BigInt), shape: array.shape };
  return { data, shape: array.shape };
}

/** Whole numbers as integers; `unsigned` for ends of rows. */
function integers(values: NumericArray | Hdf5Numbers, unsigned = false): Hdf5Numbers {
  if (!(values instanceof Float64Array || values instanceof Float32Array)) return values;
  return unsigned ? BigUint64Array.from(values, BigInt) : BigInt64Array.from(values, BigInt);
}
