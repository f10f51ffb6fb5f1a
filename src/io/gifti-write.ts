/** Writing of GIfTI; see gifti.ts. @module */
import type { NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import type { Surface } from "../core/surface.js";
import { bytesOfNumbers } from "./image-volume.js";
import { escapeXml } from "./xml.js";

/** Zlib in base64, little-endian. @throws WbeError ARGUMENT for arrays that do not fit together. */
export async function writeGifti(surface: Surface): Promise<string> {
  const { vertices, triangles, values, labels, space, name } = surface;
  const where = name || "surface";
  const nVertices = vertices.length / 3;
  if (vertices.length % 3 !== 0 || triangles.length % 3 !== 0 || !vertices.every(Number.isFinite)) {
    throw new WbeError("ARGUMENT", "expected three finite numbers a vertex and three vertices a triangle", { where });
  }
  if (vertices.length > 0 && triangles.some((vertex) => vertex >= nVertices)) {
    throw new WbeError("ARGUMENT", `expected vertices below ${nVertices} in triangles`, { where });
  }
  const arrays: string[] = [];
  if (vertices.length > 0) {
    const mm = Float32Array.from(vertices, (um) => um / 1000);
    const system = `<CoordinateSystemTransformMatrix><DataSpace>${escapeXml(space || "NIFTI_XFORM_UNKNOWN")}</DataSpace><TransformedSpace>${escapeXml(space || "NIFTI_XFORM_UNKNOWN")}</TransformedSpace><MatrixData>1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1</MatrixData></CoordinateSystemTransformMatrix>`;
    arrays.push(await dataArray("NIFTI_INTENT_POINTSET", "", mm, 3, system));
  }
  if (triangles.length > 0) arrays.push(await dataArray("NIFTI_INTENT_TRIANGLE", "", Int32Array.from(triangles), 3));
  for (const { name: title, intent, data, components } of values) {
    if (components < 1 || data.length % components !== 0) {
      throw new WbeError("ARGUMENT", `expected ${components} numbers a vertex in "${title}"`, { where });
    }
    arrays.push(await dataArray(intent, title, storable(data), components));
  }
  const rows = labels.map(({ key, name: label, color: [red, green, blue, alpha] }) => {
    const color = `Red="${red}" Green="${green}" Blue="${blue}" Alpha="${alpha}"`;
    return `    <Label Key="${key}" ${color}>${escapeXml(label)}</Label>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<GIFTI Version="1.0" NumberOfDataArrays="${arrays.length}">`,
    ...(rows.length === 0 ? ["  <LabelTable/>"] : ["  <LabelTable>", ...rows, "  </LabelTable>"]),
    ...arrays,
    "</GIFTI>",
    "",
  ].join("\n");
}

/** The types that readers must know, and doubles, which most do. */
function storable(data: NumericArray): Uint8Array | Int32Array | Float32Array | Float64Array {
  if (data instanceof Uint8Array || data instanceof Int32Array || data instanceof Float32Array) return data;
  if (data instanceof Float64Array || data instanceof Uint32Array) return Float64Array.from(data);
  return Int32Array.from(data);
}

async function dataArray(
  intent: string,
  name: string,
  data: Uint8Array | Int32Array | Float32Array | Float64Array,
  components: number,
  inner = "",
): Promise<string> {
  const type =
    data instanceof Uint8Array
      ? "UINT8"
      : data instanceof Int32Array
        ? "INT32"
        : data instanceof Float32Array
          ? "FLOAT32"
          : "FLOAT64";
  const rows = data.length / components;
  const shape =
    components === 1 ? `Dimensionality="1" Dim0="${rows}"` : `Dimensionality="2" Dim0="${rows}" Dim1="${components}"`;
  const meta = name === "" ? "" : `<MD><Name>Name</Name><Value>${escapeXml(name)}</Value></MD>`;
  const layout = `ArrayIndexingOrder="RowMajorOrder" ${shape} Encoding="GZipBase64Binary" Endian="LittleEndian"`;
  return (
    `  <DataArray Intent="${escapeXml(intent)}" DataType="NIFTI_TYPE_${type}" ${layout} ExternalFileName="" ExternalFileOffset="">\n` +
    `    <MetaData>${meta}</MetaData>${inner}\n    <Data>${base64(await deflate(bytesOfNumbers(data)))}</Data>\n  </DataArray>`
  );
}

async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  // A multiple of 3, so that pieces join.
  for (let at = 0; at < bytes.length; at += 24576)
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 24576))));
  return parts.join("");
}
