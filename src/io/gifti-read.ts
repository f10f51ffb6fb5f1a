/** Reading of GIfTI; see gifti.ts. @module */
import type { NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import type { Surface, SurfaceLabel, SurfaceValues } from "../core/surface.js";
import { baseName, byteLimit, checkBytes, type ReadOptions, type Source } from "./format.js";
import { inflate, isGzip } from "./gzip.js";
import { bytesOf, decodeNumbers, type NumberType, withoutBigints } from "./image-volume.js";
import { readXml, type XmlReader } from "./xml.js";

const types: Readonly<Record<string, NumberType>> = {
  NIFTI_TYPE_UINT8: "u1",
  NIFTI_TYPE_INT8: "i1",
  NIFTI_TYPE_UINT16: "u2",
  NIFTI_TYPE_INT16: "i2",
  NIFTI_TYPE_UINT32: "u4",
  NIFTI_TYPE_INT32: "i4",
  NIFTI_TYPE_FLOAT32: "f4",
  NIFTI_TYPE_FLOAT64: "f8",
};

type Attributes = Readonly<Record<string, string>>;

interface ArrayDraft {
  readonly attributes: Attributes;
  readonly where: string;
  readonly meta: Map<string, string>;
  text: string[];
  space: string;
}

class GiftiReader implements XmlReader {
  readonly arrays: ArrayDraft[] = [];
  readonly labels: SurfaceLabel[] = [];
  private isRoot = true;
  private array: ArrayDraft | undefined;
  private label: { attributes: Attributes; where: string } | undefined;
  private collected: string[] | undefined;
  private metaName = "";

  open(name: string, attributes: Attributes, where: string): void {
    if (this.isRoot && name !== "GIFTI") throw new WbeError("FORMAT", `expected <GIFTI>, found <${name}>`, { where });
    this.isRoot = false;
    if (name === "DataArray") {
      this.array = { attributes: { ...attributes }, where, meta: new Map(), text: [], space: "" };
      this.arrays.push(this.array);
    } else if (name === "Label") this.label = { attributes: { ...attributes }, where };
    if (["Data", "Name", "Value", "Label", "DataSpace"].includes(name)) this.collected = [];
  }

  text(text: string): void {
    this.collected?.push(text);
  }

  close(name: string): void {
    if (name === "DataArray") this.array = undefined;
    if (!this.collected) return;
    const parts = this.collected;
    if (name === "Data" && this.array) this.array.text = parts;
    else if (name === "Name") this.metaName = parts.join("").trim();
    else if (name === "Value") this.array?.meta.set(this.metaName, parts.join("").trim());
    else if (name === "DataSpace" && this.array) this.array.space = parts.join("").trim();
    else if (name === "Label" && this.label) this.labels.push(labelOf(this.label, parts.join("").trim()));
    else return;
    this.collected = undefined;
  }
}

function labelOf({ attributes, where }: { attributes: Attributes; where: string }, name: string): SurfaceLabel {
  const key = Number(attributes.Key ?? attributes.Index);
  const color = ["Red", "Green", "Blue", "Alpha"].map((part) => Number(attributes[part] ?? 1));
  if (!Number.isInteger(key) || !color.every(Number.isFinite)) {
    throw new WbeError("FORMAT", `expected a label with a whole key and a colour, found key "${attributes.Key}"`, {
      where,
    });
  }
  return { key, name, color: color as [number, number, number, number] };
}

/** @throws WbeError FORMAT naming the line, UNSUPPORTED for data in other files, LIMIT. */
export async function readGifti(source: Source, options: ReadOptions = {}): Promise<Surface> {
  const reader = new GiftiReader();
  await readXml(source, reader, options);
  const limit = byteLimit(source.size, options);
  let bytes = 0;
  let vertices: Float64Array | undefined;
  let triangles: Uint32Array | undefined;
  let space = "";
  const values: SurfaceValues[] = [];
  for (const draft of reader.arrays) {
    const { shape, type } = shapeOf(draft);
    bytes += shape.reduce((a, b) => a * b, 1) * bytesOf(type);
    checkBytes(bytes, limit, draft.where);
    const data = await numbersOf(draft, shape, type, limit);
    const intent = draft.attributes.Intent ?? "NIFTI_INTENT_NONE";
    if (intent === "NIFTI_INTENT_POINTSET" && !vertices) {
      expectTriples(shape, draft);
      const notFinite = data.find((value) => !Number.isFinite(value));
      if (notFinite !== undefined) {
        throw new WbeError("FORMAT", `expected finite coordinates, found ${notFinite}`, { where: draft.where });
      }
      vertices = Float64Array.from(data, (mm) => mm * 1000);
      space = draft.space;
    } else if (intent === "NIFTI_INTENT_TRIANGLE" && !triangles) {
      expectTriples(shape, draft);
      triangles = Uint32Array.from(data);
      if (data.some((vertex, i) => vertex !== triangles![i])) {
        throw new WbeError("FORMAT", "expected whole numbers of vertices in triangles, found others", {
          where: draft.where,
        });
      }
    } else {
      const components = shape.slice(1).reduce((a, b) => a * b, 1);
      values.push({ name: draft.meta.get("Name") ?? "", intent, data, components });
    }
  }
  const surface: Surface = {
    name: options.name ?? baseName(source.name),
    vertices: vertices ?? new Float64Array(0),
    triangles: triangles ?? new Uint32Array(0),
    values,
    labels: reader.labels,
    space,
    warnings: [],
  };
  const nVertices = surface.vertices.length / 3;
  const beyond = vertices ? surface.triangles.find((vertex) => vertex >= nVertices) : undefined;
  if (beyond !== undefined) {
    throw new WbeError("FORMAT", `expected vertices below ${nVertices} in triangles, found ${beyond}`, {
      where: source.name,
    });
  }
  return surface;
}

function shapeOf({ attributes, where }: ArrayDraft): { shape: number[]; type: NumberType } {
  const type = types[attributes.DataType ?? ""];
  if (!type) throw new WbeError("UNSUPPORTED", `values of type "${attributes.DataType}" are not supported`, { where });
  const rank = Number(attributes.Dimensionality);
  const shape = Array.from({ length: rank >= 1 && rank <= 6 ? rank : 0 }, (_, k) =>
    Number(attributes[`Dim${k}`] ?? ""),
  );
  if (shape.length === 0 || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new WbeError("FORMAT", `expected 1 to 6 sizes of the array, found "${attributes.Dimensionality}"`, { where });
  }
  return { shape, type };
}

function expectTriples(shape: readonly number[], { where }: ArrayDraft): void {
  if (shape.length === 2 && shape[1] === 3) return;
  throw new WbeError("FORMAT", `expected rows of three numbers, found an array of ${shape.join(" × ")}`, { where });
}

async function numbersOf(draft: ArrayDraft, shape: number[], type: NumberType, limit: number): Promise<NumericArray> {
  const { attributes, where, text } = draft;
  const count = shape.reduce((a, b) => a * b, 1);
  const encoding = attributes.Encoding ?? "";
  let data: NumericArray;
  if (encoding === "ASCII") {
    const words = text.join("").split(/\s+/).filter(Boolean);
    if (words.length !== count)
      throw new WbeError("FORMAT", `expected ${count} values, found ${words.length}`, { where });
    const values = Float64Array.from(words, Number);
    const wrong = words.find((_, i) => Number.isNaN(values[i]!) && !/^[-+]?nan$/i.test(words[i]!));
    if (wrong !== undefined) throw new WbeError("FORMAT", `expected numbers, found "${wrong.slice(0, 40)}"`, { where });
    const Typed = withoutBigints(decodeNumbers(new Uint8Array(0), type, true), where).constructor;
    data = (Typed as Float64ArrayConstructor).from(values);
  } else if (encoding === "Base64Binary" || encoding === "GZipBase64Binary") {
    const packed = fromBase64(text.join("").replace(/\s+/g, ""), where);
    // Named after gzip, but the standard means zlib; either is read.
    const isPacked = encoding === "GZipBase64Binary";
    const raw = isPacked ? await inflate(packed, isGzip(packed) ? "gzip" : "deflate", limit, where) : packed;
    const expected = count * bytesOf(type);
    if (raw.length !== expected)
      throw new WbeError("FORMAT", `expected ${expected} bytes, found ${raw.length}`, { where });
    data = withoutBigints(decodeNumbers(raw, type, attributes.Endian !== "BigEndian"), where);
  } else throw new WbeError("UNSUPPORTED", `encoding "${encoding}" is not supported`, { where });
  return attributes.ArrayIndexingOrder === "ColumnMajorOrder" && shape.length > 1 ? rowMajor(data, shape) : data;
}

function fromBase64(text: string, where: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch (cause) {
    throw new WbeError("FORMAT", "expected base64, found other characters", { where, cause });
  }
  return Uint8Array.from({ length: binary.length }, (_, i) => binary.charCodeAt(i));
}

/** From first index fastest to last index fastest. */
function rowMajor(data: NumericArray, shape: readonly number[]): NumericArray {
  const out = data.slice();
  const index = new Array<number>(shape.length).fill(0);
  for (let from = 0; from < data.length; from++) {
    let to = 0;
    for (let k = 0; k < shape.length; k++) to = to * shape[k]! + index[k]!;
    out[to] = data[from]!;
    for (let k = 0; k < shape.length && ++index[k]! === shape[k]; k++) index[k] = 0;
  }
  return out;
}
