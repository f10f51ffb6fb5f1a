/**
 * Neuroglancer precomputed skeletons (src/datasource/precomputed/skeletons.md): a folder with an `info` file and one file
 * for each neuron, named by its id. Positions and radii in nm there, in um here.
 *
 * @module
 */
import { z } from "zod";
import { WbeError } from "../core/errors.js";
import type { Morphology } from "../core/morphology.js";
import { byteLimit, checkBytes, type ReadOptions } from "./format.js";
import { inflate, isGzip } from "./gzip.js";
import { bytesOf, decodeNumbers, type NumberType } from "./image-volume.js";
import { readInfo } from "./precomputed.js";
import type { ZarrStore } from "./zarr.js";

const types = {
  float32: "f4",
  int8: "i1",
  uint8: "u1",
  int16: "i2",
  uint16: "u2",
  int32: "i4",
  uint32: "u4",
} as const satisfies Record<string, NumberType>;

const infoSchema = z.looseObject({
  "@type": z.literal("neuroglancer_skeletons"),
  transform: z.array(z.number()).length(12).optional(),
  vertex_attributes: z
    .array(
      z.looseObject({
        id: z.string(),
        data_type: z.enum(Object.keys(types) as (keyof typeof types)[]),
        num_components: z.int().min(1).max(1024),
      }),
    )
    .default([]),
  sharding: z.unknown().optional(),
});

const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];

/**
 * Reads the skeleton of one neuron. Edges have no direction there: each connected part hangs from its first vertex. Radii
 * are those of the attribute `radius` (0 without it), types those of `vertex_types`.
 *
 * @param id of the neuron, as text since it may be beyond 2⁵³.
 * @throws WbeError FILE when it is not there, FORMAT, UNSUPPORTED for sharded skeletons, EMPTY_INPUT without vertices, LIMIT.
 */
export async function readPrecomputedSkeleton(
  store: ZarrStore,
  id: string | bigint,
  options: ReadOptions = {},
): Promise<Morphology> {
  const where = `skeleton ${id}`;
  const info = await readInfo(store, "/info", infoSchema, options.name ?? "skeletons");
  if (info.sharding !== undefined && info.sharding !== null) {
    throw new WbeError("UNSUPPORTED", "sharded skeletons are not read", { where });
  }
  if (!/^\d+$/.test(String(id))) throw new WbeError("ARGUMENT", `expected an id of digits, found "${id}"`, { where });
  const found = (await store.get(`/${id}`)) ?? (await store.get(`/${id}.gz`));
  if (!found) throw new WbeError("FILE", "expected a skeleton of that id, found none", { where });
  const limit = byteLimit(found.length, options);
  const bytes = isGzip(found) ? await inflate(found, "gzip", limit, where) : found;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8)
    throw new WbeError("FORMAT", `expected numbers of vertices and edges, found ${bytes.length} bytes`, { where });
  const [n, nEdges] = [view.getUint32(0, true), view.getUint32(4, true)];
  const attributeBytes = info.vertex_attributes.map((one) => n * one.num_components * bytesOf(types[one.data_type]));
  const expected = 8 + 12 * n + 8 * nEdges + attributeBytes.reduce((a, b) => a + b, 0);
  if (bytes.length !== expected) {
    throw new WbeError(
      "FORMAT",
      `expected ${expected} bytes for ${n} vertices and ${nEdges} edges, found ${bytes.length}`,
      { where },
    );
  }
  checkBytes(100 * n, Math.max(limit, 20 * bytes.length), where);
  if (n === 0) throw new WbeError("EMPTY_INPUT", "expected vertices, found none", { where });
  const vertices = decodeNumbers(bytes.subarray(8, 8 + 12 * n), "f4", true) as Float32Array;
  const edges = decodeNumbers(bytes.subarray(8 + 12 * n, 8 + 12 * n + 8 * nEdges), "u4", true) as Uint32Array;
  let at = 8 + 12 * n + 8 * nEdges;
  const attributes = new Map<string, ArrayLike<number>>();
  info.vertex_attributes.forEach(({ id: name, data_type, num_components }, k) => {
    const part = bytes.subarray(at, at + attributeBytes[k]!);
    if (num_components === 1) attributes.set(name, decodeNumbers(part, types[data_type], true) as Float32Array);
    at += attributeBytes[k]!;
  });
  return treeOf(vertices, edges, attributes, info.transform ?? identity, String(id), where);
}

function treeOf(
  vertices: Float32Array,
  edges: Uint32Array,
  attributes: ReadonlyMap<string, ArrayLike<number>>,
  transform: readonly number[],
  name: string,
  where: string,
): Morphology {
  const n = vertices.length / 3;
  const { order, parentOf, nClosing } = spanningTree(n, edges, where);
  const position = new Int32Array(n);
  order.forEach((vertex, i) => {
    position[vertex] = i;
  });
  const axis = (row: number) =>
    Float64Array.from(order, (vertex) => {
      let nm = transform[4 * row + 3]!;
      for (let k = 0; k < 3; k++) nm += transform[4 * row + k]! * vertices[3 * vertex + k]!;
      return nm / 1000;
    });
  const radii = attributes.get("radius");
  const radius = Float64Array.from(order, (vertex) => (radii ? radii[vertex]! / 1000 : 0));
  const kinds = attributes.get("vertex_types");
  const [x, y, z] = [axis(0), axis(1), axis(2)];
  for (let i = 0; i < n; i++) {
    if (Number.isFinite(x[i]! + y[i]! + z[i]!) && radius[i]! >= 0 && radius[i]! < Number.POSITIVE_INFINITY) continue;
    throw new WbeError(
      "FORMAT",
      `expected finite positions and radii of at least 0 at vertex ${order[i]}, found others`,
      { where },
    );
  }
  const warnings: string[] = [];
  if (nClosing > 0) warnings.push(`edges that close a circle were left out (${nClosing})`);
  if (!radii) warnings.push("without radii: 0 everywhere");
  return {
    name,
    id: Int32Array.from(order, (_, i) => i + 1),
    type: Uint8Array.from(order, (vertex) => (kinds ? kinds[vertex]! : 0)),
    x,
    y,
    z,
    radius,
    parent: Int32Array.from(order, (vertex) => (parentOf[vertex]! < 0 ? -1 : position[parentOf[vertex]!]!)),
    comments: [],
    warnings,
  };
}

/** Depth first from the first vertex of each part, so that unbranched pieces stay together. */
function spanningTree(
  n: number,
  edges: Uint32Array,
  where: string,
): { order: Uint32Array; parentOf: Int32Array; nClosing: number } {
  const start = new Uint32Array(n + 1);
  for (const vertex of edges) {
    if (vertex >= n) throw new WbeError("FORMAT", `expected vertices below ${n} in edges, found ${vertex}`, { where });
    start[vertex + 1]!++;
  }
  for (let v = 0; v < n; v++) start[v + 1]! += start[v];
  const next = start.slice(0, n);
  const neighbours = new Uint32Array(edges.length);
  for (let e = 0; e < edges.length; e += 2) {
    neighbours[next[edges[e]!]!++] = edges[e + 1]!;
    neighbours[next[edges[e + 1]!]!++] = edges[e]!;
  }
  const parentOf = new Int32Array(n).fill(-2);
  const order = new Uint32Array(n);
  let placed = 0;
  let nTree = 0;
  const open: number[] = [];
  for (let root = 0; root < n; root++) {
    if (parentOf[root] !== -2) continue;
    parentOf[root] = -1;
    open.push(root);
    while (open.length > 0) {
      const vertex = open.pop()!;
      order[placed++] = vertex;
      // The first neighbour is visited first.
      for (let k = start[vertex + 1]! - 1; k >= start[vertex]!; k--) {
        const other = neighbours[k]!;
        if (parentOf[other] !== -2) continue;
        parentOf[other] = vertex;
        nTree++;
        open.push(other);
      }
    }
  }
  return { order, parentOf, nClosing: edges.length / 2 - nTree };
}

/**
 * Writes `info` and one file a neuron, with radii and SWC types as attributes, in single precision.
 *
 * @param neurons by id, whole numbers from 0 to 2⁶⁴ − 1 as text or bigint.
 * @throws WbeError ARGUMENT for an id that is none and values that are not finite.
 */
export async function writePrecomputedSkeletons(
  store: ZarrStore,
  neurons: Iterable<readonly [string | bigint, Morphology]>,
): Promise<void> {
  const info = {
    "@type": "neuroglancer_skeletons",
    transform: identity,
    vertex_attributes: [
      { id: "radius", data_type: "float32", num_components: 1 },
      { id: "vertex_types", data_type: "uint8", num_components: 1 },
    ],
  };
  for (const [id, neuron] of neurons) {
    if (!/^\d{1,20}$/.test(String(id)) || BigInt(id) >= 2n ** 64n) {
      throw new WbeError("ARGUMENT", `expected an id from 0 to 2^64 − 1, found "${id}"`, { where: neuron.name });
    }
    await store.set(`/${BigInt(id)}`, encodeSkeleton(neuron));
  }
  await store.set("/info", new TextEncoder().encode(JSON.stringify(info)));
}

function encodeSkeleton({ name, x, y, z, radius, type, parent }: Morphology): Uint8Array {
  const n = x.length;
  const nEdges = parent.reduce((count, p) => count + Number(p >= 0), 0);
  const bytes = new Uint8Array(8 + 12 * n + 8 * nEdges + 4 * n + n);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, n, true);
  view.setUint32(4, nEdges, true);
  let at = 8;
  const real = (um: number) => {
    if (!Number.isFinite(um))
      throw new WbeError("ARGUMENT", `expected finite positions and radii, found ${um}`, { where: name });
    view.setFloat32(at, 1000 * um, true);
    at += 4;
  };
  for (let i = 0; i < n; i++) for (const column of [x, y, z]) real(column[i]!);
  parent.forEach((p, i) => {
    if (p < 0) return;
    view.setUint32(at, p, true);
    view.setUint32(at + 4, i, true);
    at += 8;
  });
  for (let i = 0; i < n; i++) real(radius[i]!);
  bytes.set(type, at);
  return bytes;
}
