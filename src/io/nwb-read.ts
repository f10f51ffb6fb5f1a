/**
 * Reads NWB files into a Recording. Only structure and short values are read at once; samples, timestamps and spike
 * times wait until they are asked for.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
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
import type { ReadOptions, Source } from "./format.js";
import { type Hdf5Dataset, Hdf5Group, openHdf5 } from "./hdf5.js";

/** True for an HDF5 file that says that it is NWB. */
export async function isNwb(source: Source): Promise<boolean> {
  const file = await openHdf5(source).catch(() => undefined);
  if (!file) return false;
  try {
    return file.attributeNames().includes("nwb_version") || file.dataset("nwb_version") !== undefined;
  } catch {
    return false;
  } finally {
    file.close();
  }
}

/** What every object of NWB carries and what is kept under names of its own. */
const bookkeeping = new Set(["neurodata_type", "namespace", "object_id", "ancestry", ".specloc"]);
/** Longest dataset that is read as a field of its object; longer ones belong to series and tables. */
const fieldLimit = 4096;

/** @throws WbeError FORMAT for a file that is no NWB or breaks it, naming the object. */
export async function readNwb(source: Source, options: ReadOptions = {}): Promise<Recording> {
  throwIfCancelled(options.signal, "reading the recording");
  const file = await openHdf5(source, options);
  try {
    const version = file.text("nwb_version") || optionalText(file, "nwb_version");
    if (!version) throw new WbeError("FORMAT", "expected an NWB version, found none", { where: source.name });
    const walk = new Walk(source);
    walk.visit(file, 0);
    options.onProgress?.(source.size, source.size);
    const created = file.dataset("file_create_date");
    return {
      identifier: optionalText(file, "identifier"),
      description: optionalText(file, "session_description"),
      startTime: optionalText(file, "session_start_time"),
      referenceTime: optionalText(file, "timestamps_reference_time") || undefined,
      version,
      session: {
        ...readFields(file.group("general")),
        ...(created?.kind === "text" ? { file_create_date: created.texts() } : {}),
      },
      subject: file.group("general/subject") ? readFields(file.group("general/subject")) : null,
      objects: walk.objects,
      series: walk.series,
      tables: walk.tables,
      scratch: walk.scratch,
      warnings: walk.warnings,
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function optionalText(group: Hdf5Group, name: string): string {
  const dataset = group.dataset(name);
  return dataset?.kind === "text" && dataset.length > 0 ? String(dataset.scalar()) : "";
}

/** A dataset as a DataArray. */
function lazy(dataset: Hdf5Dataset): DataArray {
  return { shape: dataset.shape, dtype: dataset.dtype, read: async (start, stop) => dataset.numbers(start, stop) };
}

function fieldOf(dataset: Hdf5Dataset): FieldValue | undefined {
  if (dataset.length > fieldLimit) return undefined;
  if (dataset.kind === "text" || dataset.kind === "reference") {
    return dataset.shape.length === 0 ? String(dataset.scalar()) : dataset.texts();
  }
  if (dataset.kind !== "number" && dataset.kind !== "boolean") return undefined;
  return dataset.shape.length === 0 ? Number(dataset.scalar()) : dataset.numbers();
}

/** Short datasets and attributes of a group by name. */
function readFields(group: Hdf5Group | undefined, except: ReadonlySet<string> = new Set()): Fields {
  if (!group) return {};
  const fields: Record<string, FieldValue> = {};
  for (const name of group.attributeNames()) {
    if (bookkeeping.has(name) || except.has(name)) continue;
    const value = group.attribute(name);
    if (typeof value === "boolean") fields[name] = Number(value);
    else if (value !== null && value !== undefined) fields[name] = value as FieldValue;
  }
  for (const key of group.keys()) {
    if (except.has(key)) continue;
    const member = group.dataset(key);
    const value = member && fieldOf(member);
    if (!member || value === undefined) continue;
    fields[key] = value;
    for (const name of member.attributeNames()) {
      const attribute = bookkeeping.has(name) ? undefined : member.attribute(name);
      if (typeof attribute === "string" || typeof attribute === "number") fields[`${key}.${name}`] = attribute;
    }
  }
  return fields;
}

/** Neurodata type; in NWB 1 the last of its ancestry. */
function kindOf(group: Hdf5Group): string {
  const ancestry = group.attribute("ancestry");
  return group.text("neurodata_type") || (Array.isArray(ancestry) ? String(ancestry.at(-1) ?? "") : "");
}

const seriesMembers = new Set(
  [
    "data",
    "timestamps",
    "starting_time",
    "electrodes",
    "electrode",
    "channel_conversion",
    "comments",
    "description",
  ].concat(["sync", "control", "control_description", "num_samples"]),
);

class Walk {
  readonly series: RecordingSeries[] = [];
  readonly tables: RecordingTable[] = [];
  readonly objects: RecordingObject[] = [];
  readonly scratch: Record<string, FieldValue> = {};
  readonly warnings: string[] = [];
  #budget: number;

  constructor(source: Source) {
    // A group takes at least some 100 bytes; more of them means that a damaged link leads back up.
    this.#budget = Math.max(64, source.size / 100);
  }

  visit(group: Hdf5Group, depth: number): void {
    if (depth > 12 || this.#budget-- < 0) {
      throw new WbeError("FORMAT", "expected a tree of groups, found more than the file can hold", {
        where: group.where,
        remedy: "A link may lead back to a group above it.",
      });
    }
    for (const key of group.keys()) {
      if (group.path === "/" && key === "specifications") continue;
      // Linked objects stand at their own place too.
      const member = group.get(key);
      if (!member) {
        const target = group.softLink(key);
        this.warnings.push(
          `${group.path}/${key}: ${target ? `its link to ${target} leads nowhere` : "it is outside the file"}`,
        );
        continue;
      }
      if (!(member instanceof Hdf5Group)) {
        if (group.path === "/scratch") {
          const value = fieldOf(member);
          if (value !== undefined) this.scratch[key] = value;
        }
        continue;
      }
      if (group.softLink(key) !== undefined) continue;
      this.classify(member, depth);
    }
  }

  private classify(group: Hdf5Group, depth: number): void {
    const path = group.path.slice(1);
    const kind = kindOf(group);
    const keys = group.keys();
    const isTable = group.attributeNames().includes("colnames") || group.dataset("id") !== undefined;
    if (isTable) {
      this.tables.push(this.table(group, path, kind));
      this.visit(group, depth + 1);
    } else if (keys.includes("data") || keys.includes("timestamps") || keys.includes("starting_time")) {
      this.series.push(this.readSeries(group, path, kind));
    } else {
      if (kind !== "" && path !== "general/subject") this.objects.push(this.object(group, path, kind));
      this.visit(group, depth + 1);
    }
  }

  private object(group: Hdf5Group, path: string, kind: string): RecordingObject {
    const links: Record<string, string> = {};
    for (const key of group.keys()) {
      const target = group.softLink(key);
      if (target !== undefined) links[key] = target.replace(/^\//, "");
    }
    return { path, kind, fields: readFields(group), links };
  }

  private readSeries(group: Hdf5Group, path: string, kind: string): RecordingSeries {
    const data = group.dataset("data");
    const start = group.dataset("starting_time");
    const timestamps = group.dataset("timestamps");
    const electrodes = group.dataset("electrodes");
    const channel = group.dataset("channel_conversion");
    const fields: Record<string, FieldValue> = { ...readFields(group, seriesMembers) };
    const resolution = data?.number("resolution");
    if (resolution !== undefined) fields.resolution = resolution;
    const control = group.dataset("control");
    if (control?.kind === "number") fields.control = control.numbers();
    if (!timestamps && start?.number("rate") === undefined) this.warnings.push(`${path}: it says no times`);
    const isNumeric = data?.kind === "number" || data?.kind === "boolean";
    if (data && !isNumeric) this.warnings.push(`${path}: its data are ${data.kind}, which are not read`);
    return {
      path,
      kind: kind || "TimeSeries",
      description: group.text("description") || optionalText(group, "description"),
      comments: group.text("comments") || optionalText(group, "comments"),
      data: data && isNumeric ? lazy(data) : null,
      unit: data?.text("unit") ?? "",
      conversion: data?.number("conversion") ?? 1,
      offset: data?.number("offset") ?? 0,
      channelConversion: channel?.numbers(),
      startingTime: start ? Number(start.scalar()) : undefined,
      rate: start?.number("rate"),
      timestamps: timestamps && lazy(timestamps),
      electrodes: electrodes?.kind === "number" ? electrodes.numbers() : undefined,
      electrode: group.softLink("electrode")?.split("/").at(-1),
      fields,
    };
  }

  private table(group: Hdf5Group, path: string, kind: string): RecordingTable {
    const named = group.attribute("colnames");
    const keys = group.keys();
    const names = Array.isArray(named) ? named.map(String) : keys.filter((key) => key !== "id" && group.dataset(key));
    const id = group.dataset("id");
    const columns = names.flatMap((name) => {
      const dataset = group.dataset(name);
      if (dataset) return this.column(group, dataset, name);
      // Columns of an aligned table are tables of their own.
      if (!group.group(name)) this.warnings.push(`${path}: column "${name}" is named but missing`);
      return [];
    });
    const used = new Set(
      names.flatMap((name) => [name, `${name}_index`, `${name}_index_index`]).concat(["id", "colnames"]),
    );
    return {
      path,
      kind: kind || "DynamicTable",
      description: group.text("description"),
      ids: id?.numbers() ?? Int32Array.from({ length: columns[0] ? rowsOf(columns[0]) : 0 }, (_, i) => i),
      columns,
      fields: readFields(group, used.add("description")),
    };
  }

  private column(group: Hdf5Group, dataset: Hdf5Dataset, name: string): TableColumn[] {
    const ends: TableColumn["ends"][number][] = [];
    for (let index = `${name}_index`; ; index += "_index") {
      const found = group.dataset(index);
      if (!found) break;
      ends.push(found.numbers());
    }
    const resolution = dataset.number("resolution");
    const common = {
      name,
      description: dataset.text("description"),
      ends,
      ...(resolution === undefined ? {} : { resolution }),
    };
    const table = dataset.text("table");
    const withTable = table ? { ...common, table: table.replace(/^\//, "") } : common;
    const { kind } = dataset;
    if (kind === "text") return [{ ...withTable, kind, values: dataset.texts() }];
    if (kind === "reference") {
      return [{ ...withTable, kind, values: dataset.texts().map((path) => path.replace(/^\//, "")) }];
    }
    if (kind === "number" || kind === "boolean") {
      checkEnds(ends, dataset.shape[0] ?? 1, dataset.where);
      return [{ ...withTable, kind, values: lazy(dataset) }];
    }
    const compound = kind === "compound" ? dataset.compound() : undefined;
    const start = compound?.get("idx_start");
    const count = compound?.get("count");
    const series = compound?.get("timeseries");
    if (ArrayBuffer.isView(start) && ArrayBuffer.isView(count) && Array.isArray(series)) {
      const values = series.map((target: string) => target.replace(/^\//, ""));
      return [{ ...withTable, kind: "series", values, ranges: { start, count } }];
    }
    this.warnings.push(`${group.path}: column "${name}" holds ${kind} values, which are not read`);
    return [];
  }
}

function rowsOf(column: TableColumn): number {
  const last = column.ends.at(-1);
  if (last) return last.length;
  return "read" in column.values ? (column.values.shape[0] ?? 0) : column.values.length;
}

/** Ends must not fall, and the last may not pass the values (or the entries of the next finer index). */
function checkEnds(indices: TableColumn["ends"], nValues: number, where: string): void {
  let limit = nValues;
  for (const ends of indices) {
    let before = 0;
    for (const end of ends) {
      if (end < before || end > limit) {
        throw new WbeError("FORMAT", `expected ends of rows from ${before} to ${limit}, found ${end}`, { where });
      }
      before = end;
    }
    limit = ends.length;
  }
}
