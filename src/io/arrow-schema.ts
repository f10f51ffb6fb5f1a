/** Fields of an Arrow schema (Schema.fbs). @module */
import { WbeError } from "../core/errors.js";
import type { FlatTable } from "./flatbuffer.js";

/** Which typed array holds the values; "bool" are bits, "text" offsets and bytes. */
export type ArrowValues =
  | "i1"
  | "u1"
  | "i2"
  | "u2"
  | "i4"
  | "u4"
  | "i8"
  | "u8"
  | "f4"
  | "f8"
  | "bool"
  | "text"
  | "wide text";

export interface ArrowField {
  readonly name: string;
  /** Undefined for types that are left out. */
  readonly values: ArrowValues | undefined;
  /** Buffers of a column of this type, without those of its children. */
  readonly nBuffers: number;
  readonly children: readonly ArrowField[];
  readonly dictionary: { readonly id: number; readonly index: ArrowValues } | undefined;
}

/** Deeper schemas are an attack on the stack. */
const deepest = 16;
const typeNames =
  "None Null Int FloatingPoint Binary Utf8 Bool Decimal Date Time Timestamp Interval List Struct Union FixedSizeBinary FixedSizeList Map Duration LargeBinary LargeUtf8 LargeList RunEndEncoded BinaryView Utf8View ListView LargeListView".split(
    " ",
  );
const bufferCounts: Readonly<Record<string, number>> = {
  Null: 0,
  Int: 2,
  FloatingPoint: 2,
  Binary: 3,
  Utf8: 3,
  Bool: 2,
  Decimal: 2,
  Date: 2,
  Time: 2,
  Timestamp: 2,
  Interval: 2,
  List: 2,
  Struct: 1,
  FixedSizeBinary: 2,
  FixedSizeList: 1,
  Map: 2,
  Duration: 2,
  LargeBinary: 3,
  LargeUtf8: 3,
  LargeList: 2,
};

/** @throws WbeError UNSUPPORTED for types whose columns cannot even be skipped: unions, views, run ends. */
export function readArrowSchema(schema: FlatTable, where: string): readonly ArrowField[] {
  if (schema.int16(0) !== 0) throw new WbeError("UNSUPPORTED", "big-endian Arrow files are not read", { where });
  return schema.tables(1).map((field) => readField(field, where, 0));
}

function readField(field: FlatTable, where: string, depth: number): ArrowField {
  const name = field.text(0);
  const type = typeNames[field.uint8(2)] ?? "unknown";
  const nBuffers = bufferCounts[type];
  if (nBuffers === undefined || depth > deepest) {
    throw new WbeError("UNSUPPORTED", `columns of type ${type} are not read`, { where: `${where}, column ${name}` });
  }
  const encoding = field.table(4);
  const index = encoding?.table(1);
  return {
    name,
    values: valuesOf(type, field.table(3)),
    nBuffers,
    children: field.tables(5).map((child) => readField(child, where, depth + 1)),
    // Indices are 32-bit integers unless they say otherwise.
    dictionary: encoding && { id: encoding.int64(0), index: (index && integer(index)) ?? "i4" },
  };
}

function integer(type: FlatTable): ArrowValues | undefined {
  const sign = type.uint8(1) === 0 ? "u" : "i";
  const bytes = type.int32(0) / 8;
  return [1, 2, 4, 8].includes(bytes) ? (`${sign}${bytes}` as ArrowValues) : undefined;
}

function valuesOf(type: string, details: FlatTable | undefined): ArrowValues | undefined {
  if (type === "Int") return details && integer(details);
  if (type === "FloatingPoint") return details && ([undefined, "f4", "f8"] as const)[details.int16(0)];
  if (type === "Bool") return "bool";
  return type === "Utf8" ? "text" : type === "LargeUtf8" ? "wide text" : undefined;
}
