/**
 * NRRD images (teem.sourceforge.net/nrrd/format.html, NRRD0001 to NRRD0005) with header and data in one file.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import { baseName, byteLimit, checkBytes, type Format, type ReadOptions, type Source } from "./format.js";
import { inflate } from "./gzip.js";
import {
  bytesOf,
  bytesOfNumbers,
  checkImage,
  decodeNumbers,
  type ImageVolume,
  imageOf,
  makeImage,
  type NumberType,
  plainAffine,
  typeOf,
  withoutBigints,
} from "./image-volume.js";

const typeNames: Readonly<Record<NumberType, readonly string[]>> = {
  i1: ["int8", "signed char", "int8_t"],
  u1: ["uint8", "uchar", "unsigned char", "uint8_t"],
  i2: ["int16", "short", "short int", "signed short", "signed short int", "int16_t"],
  u2: ["uint16", "ushort", "unsigned short", "unsigned short int", "uint16_t"],
  i4: ["int32", "int", "signed int", "int32_t"],
  u4: ["uint32", "uint", "unsigned int", "uint32_t"],
  i8: ["int64", "longlong", "long long", "long long int", "signed long long", "int64_t"],
  u8: ["uint64", "ulonglong", "unsigned long long", "unsigned long long int", "uint64_t"],
  f4: ["float"],
  f8: ["double"],
};

const unitFactors: Readonly<Record<string, number>> = {
  um: 1,
  µm: 1,
  microns: 1,
  micron: 1,
  nm: 1e-3,
  mm: 1e3,
  m: 1e6,
};

/** Header lines before the first empty one: at most this many bytes. */
const longestHeader = 2 ** 16;

/** @throws WbeError FORMAT for a damaged or cut file, UNSUPPORTED for other encodings and data in other files, LIMIT. */
export async function readNrrd(source: Source, options: ReadOptions = {}): Promise<ImageVolume> {
  throwIfCancelled(options.signal, "reading the image");
  const where = source.name;
  const fail = (expected: string, found: unknown) =>
    new WbeError("FORMAT", `expected ${expected}, found ${found}`, { where });
  const head = await source.read(0, Math.min(longestHeader, source.size));
  const end = headerEnd(head);
  const text = new TextDecoder("latin1").decode(head.subarray(0, end ?? head.length));
  if (!/^NRRD000[1-5]\r?\n/.test(text)) throw fail("the magic of NRRD", JSON.stringify(text.slice(0, 8)));
  if (end === undefined) throw fail("an empty line after the header", "none");
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/).slice(1)) {
    const match = /^([^#:=][^:=]*):(?!=)\s*(.*)$/.exec(line);
    if (match) fields.set(match[1]!.trim().toLowerCase().replaceAll(" ", ""), match[2]!.trim());
  }
  if (fields.has("datafile")) {
    throw new WbeError("UNSUPPORTED", "expected data in the file itself, found the name of another", { where });
  }
  const type = (Object.keys(typeNames) as NumberType[]).find((known) =>
    typeNames[known].includes(fields.get("type") ?? ""),
  );
  if (!type)
    throw new WbeError("UNSUPPORTED", `values of type "${fields.get("type") ?? ""}" are not supported`, { where });
  const sizes = (fields.get("sizes") ?? "").split(/\s+/).filter(Boolean);
  const rank = Number(fields.get("dimension"));
  if (!sizes.every((size) => /^\d+$/.test(size)) || sizes.length !== rank || rank < 1 || rank > 16) {
    throw fail(`${fields.get("dimension") ?? "1 to 16"} sizes`, `"${sizes.join(" ")}"`);
  }
  const shape = sizes.map(Number);
  const bytes = shape.reduce((a, b) => a * b, 1) * bytesOf(type);
  const limit = byteLimit(source.size, options);
  checkBytes(bytes, limit, where);
  const encoding = (fields.get("encoding") ?? "raw").toLowerCase();
  const rest = await source.read(end, source.size);
  let raw: Uint8Array;
  if (encoding === "raw") raw = skip(rest, Number(fields.get("byteskip") ?? 0), bytes);
  else if (encoding === "gzip" || encoding === "gz") raw = await inflate(rest, "gzip", limit, where);
  else if (["text", "txt", "ascii"].includes(encoding)) raw = fromText(rest, type, bytes / bytesOf(type), where);
  else throw new WbeError("UNSUPPORTED", `encoding "${encoding}" is not supported`, { where });
  if (raw.length < bytes) throw fail(`${bytes} bytes of values`, raw.length);
  const littleEndian = fields.get("endian")?.toLowerCase() !== "big" || ["text", "txt", "ascii"].includes(encoding);
  const data = withoutBigints(decodeNumbers(raw.subarray(0, bytes), type, littleEndian), where);
  options.onProgress?.(source.size, source.size);
  const { affine, warnings } = placeOf(fields, rank);
  return makeImage(data, shape, affine, { name: options.name ?? baseName(source.name), warnings });
}

/** Byte after the first empty line. */
function headerEnd(bytes: Uint8Array): number | undefined {
  for (let at = 1; at < bytes.length; at++) {
    if (bytes[at] !== 10) continue;
    if (bytes[at - 1] === 10 || (bytes[at - 1] === 13 && bytes[at - 2] === 10)) return at + 1;
  }
  return undefined;
}

/** −1: the values are the last bytes of the file. */
function skip(bytes: Uint8Array, byteskip: number, wanted: number): Uint8Array {
  if (byteskip === -1) return bytes.subarray(Math.max(0, bytes.length - wanted));
  return bytes.subarray(Math.min(bytes.length, Math.max(0, byteskip || 0)));
}

function fromText(bytes: Uint8Array, type: NumberType, count: number, where: string): Uint8Array {
  const words = new TextDecoder("latin1")
    .decode(bytes)
    .split(/[\s,]+/)
    .filter(Boolean);
  if (words.length < count) {
    throw new WbeError("FORMAT", `expected ${count} values, found ${words.length}`, { where });
  }
  const empty = decodeNumbers(new Uint8Array(0), type, true);
  if (empty instanceof BigInt64Array || empty instanceof BigUint64Array) {
    throw new WbeError("UNSUPPORTED", "64-bit integers as text are not supported", { where });
  }
  const values = Float64Array.from({ length: count }, (_, i) => Number(words[i]));
  const Typed = empty.constructor as Float64ArrayConstructor;
  return bytesOfNumbers(Typed.from(values));
}

const vectorOf = (text: string): number[] => text.replace(/[()]/g, "").split(",").map(Number);

/** Voxel → RAS in um; space axes come first, as everywhere in wbe. */
function placeOf(fields: ReadonlyMap<string, string>, rank: number): { affine: number[]; warnings: string[] } {
  const warnings: string[] = [];
  const units = [...(fields.get("spaceunits") ?? fields.get("units") ?? "").matchAll(/"([^"]*)"/g)].map(
    (match) => match[1]!,
  );
  const factor = (axis: number): number => {
    const unit = units[axis];
    if (unit !== undefined && Object.hasOwn(unitFactors, unit)) return unitFactors[unit]!;
    if (axis === 0) warnings.push(unit ? `unit "${unit}" is not known: taken as mm` : "no unit of length: taken as mm");
    return 1000;
  };
  const directions =
    fields
      .get("spacedirections")
      ?.match(/\([^)]*\)|none/g)
      ?.filter((part) => part !== "none") ?? [];
  const space = (fields.get("space") ?? "").toLowerCase();
  // RAS is ours; the other two are it with axes turned round.
  const sign = /^left-posterior-superior|^lps/.test(space)
    ? [-1, -1, 1]
    : /^left-anterior|^las/.test(space)
      ? [-1, 1, 1]
      : [1, 1, 1];
  const origin = vectorOf(fields.get("spaceorigin") ?? "(0,0,0)");
  if (directions.length > 0) {
    const columns = [0, 1, 2].map((k) =>
      directions[k] ? vectorOf(directions[k]) : [0, 0, 0].map((_, r) => Number(r === k)),
    );
    const affine = [0, 1, 2].flatMap((row) => [
      ...columns.map((column) => (column[row] ?? 0) * sign[row]! * factor(row)),
      (origin[row] ?? 0) * sign[row]! * factor(row),
    ]);
    if (affine.every(Number.isFinite)) return { affine, warnings };
    warnings.push("its directions are not finite: axes of 1 mm");
    return { affine: plainAffine([1000, 1000, 1000], [0, 0, 0]), warnings };
  }
  const spacings = (fields.get("spacings") ?? "").split(/\s+/).map(Number);
  const size = (k: number) =>
    (k < rank && Number.isFinite(spacings[k]) && spacings[k]! > 0 ? spacings[k]! : 1) * factor(k);
  return { affine: plainAffine([size(0), size(1), size(2)], [0, 0, 0]), warnings };
}

/** NRRD0005, raw, little-endian, RAS in um. */
export function encodeNrrd(image: ImageVolume): Uint8Array {
  checkImage(image);
  const { affine, shape, frames } = image;
  const type = typeOf(image.data);
  const column = (k: number) => `(${affine[k]},${affine[4 + k]},${affine[8 + k]})`;
  const lines = [
    "NRRD0005",
    `type: ${typeNames[type][0]}`,
    `dimension: ${frames === 1 ? 3 : 4}`,
    "space: right-anterior-superior",
    `sizes: ${[...shape, ...(frames === 1 ? [] : [frames])].join(" ")}`,
    `space directions: ${[0, 1, 2].map(column).join(" ")}${frames === 1 ? "" : " none"}`,
    `kinds: domain domain domain${frames === 1 ? "" : " list"}`,
    "endian: little",
    "encoding: raw",
    'space units: "um" "um" "um"',
    `space origin: (${affine[3]},${affine[7]},${affine[11]})`,
    "",
    "",
  ];
  const header = new TextEncoder().encode(lines.join("\n"));
  const bytes = new Uint8Array(header.length + image.data.byteLength);
  bytes.set(header);
  bytes.set(bytesOfNumbers(image.data), header.length);
  return bytes;
}

export const nrrdFormat: Format<ImageVolume> = {
  id: "nrrd",
  title: "NRRD image",
  category: "volume",
  extensions: ["nrrd"],
  source: "teem.sourceforge.net/nrrd/format.html",
  loses: ["the name (the file's name takes its place)", "times of frames", "key/value pairs"],
  detect: (head) => /^NRRD000[1-5]/.test(new TextDecoder("latin1").decode(head.subarray(0, 8))),
  read: readNrrd,
  async write(volume, sink, options = {}) {
    try {
      throwIfCancelled(options.signal, "writing the image");
      await sink.write(encodeNrrd(imageOf(volume)));
    } catch (error) {
      await sink.abort();
      throw error;
    }
    await sink.close();
  },
};
