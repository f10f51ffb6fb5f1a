/**
 * The segments of a NeuroML cell as a tree of points.
 *
 * @module
 */
import { type Morphology, SwcType } from "../core/morphology.js";
import type { NeuroMlCell } from "./neuroml-data.js";

/** Names of the kinds of sections by NeuroLex and the Gene Ontology, without colons; and what groups are usually called. */
const lexTypes: Readonly<Record<string, number>> = {
  SAO1044911821: SwcType.soma,
  SAO1770195789: SwcType.axon,
  SAO1211023249: SwcType.basal,
  GO0043025: SwcType.soma,
  GO0030424: SwcType.axon,
  GO0030425: SwcType.basal,
};
const namePatterns: readonly (readonly [RegExp, number])[] = [
  [/soma/i, SwcType.soma],
  [/axon/i, SwcType.axon],
  [/apic/i, SwcType.apical],
  [/dend|basal/i, SwcType.basal],
];

/**
 * Each segment ends at a point, whose parent is where the segment begins: the end of its parent, or a point of its own
 * when its proximal end is given and differs. A first segment without length (a sphere) is one point. A segment that
 * leaves its parent elsewhere than at its end leaves from the nearer end; warnings say so. Types are those of the groups,
 * by NeuroLex id, else by name, the soma before axon, apical and basal dendrite; 0 for segments of no such group.
 */
export function morphologyOf(cell: NeuroMlCell): Morphology {
  const { segments, groups } = cell;
  const n = segments.id.length;
  const type = segmentTypes(cell);
  const warnings: string[] = [];
  const columns = { id: [], type: [], x: [], y: [], z: [], radius: [], parent: [] } as Record<string, number[]>;
  const add = (row: number, points: Float64Array, parent: number): number => {
    const [x, y, z, diameter] = points.subarray(4 * row, 4 * row + 4);
    columns.x!.push(x!);
    columns.y!.push(y!);
    columns.z!.push(z!);
    columns.radius!.push(diameter! / 2);
    columns.type!.push(type[row]!);
    columns.id!.push(columns.id!.length);
    return columns.parent!.push(parent) - 1;
  };
  /** Points at the two ends of each segment. */
  const start = new Int32Array(n).fill(-1);
  const end = new Int32Array(n).fill(-1);
  let nMoved = 0;
  for (const row of parentsFirst(segments.parent)) {
    const parentRow = segments.parent[row]!;
    const fraction = segments.fractionAlong[row]!;
    if (parentRow >= 0 && fraction > 0 && fraction < 1) nMoved++;
    const from = parentRow < 0 ? -1 : fraction < 0.5 ? start[parentRow]! : end[parentRow]!;
    const { proximal, distal } = segments;
    const axes = [columns.x!, columns.y!, columns.z!] as const;
    const isGiven = !Number.isNaN(proximal[4 * row]!);
    const differs =
      isGiven &&
      (from < 0 ||
        axes.some((axis, k) => axis[from] !== proximal[4 * row + k]) ||
        columns.radius![from] !== proximal[4 * row + 3]! / 2);
    start[row] = differs ? add(row, proximal, from) : from;
    const isSphere = from < 0 && [0, 1, 2].every((k) => proximal[4 * row + k] === distal[4 * row + k]);
    end[row] = isSphere ? start[row]! : add(row, distal, start[row]!);
  }
  if (nMoved > 0)
    warnings.push(`segments that leave their parent along its length leave from its nearer end (${nMoved})`);
  if (groups.length === 0 && n > 0) warnings.push("without segment groups, points have no type");
  return {
    name: cell.id,
    id: Int32Array.from(columns.id!),
    type: Uint8Array.from(columns.type!),
    x: Float64Array.from(columns.x!),
    y: Float64Array.from(columns.y!),
    z: Float64Array.from(columns.z!),
    radius: Float64Array.from(columns.radius!),
    parent: Int32Array.from(columns.parent!),
    comments: cell.notes === "" ? [] : cell.notes.split("\n"),
    warnings,
  };
}

/** SWC type of each segment. */
export function segmentTypes({ segments, groups }: NeuroMlCell): Uint8Array {
  const type = new Uint8Array(segments.id.length);
  const sets = groups.flatMap(({ id, neuroLexId, rows }) => {
    const named = namePatterns.find(([pattern]) => pattern.test(id))?.[1];
    // The name of dendrites does not say which ones.
    const byLex = neuroLexId === undefined ? undefined : lexTypes[neuroLexId.toUpperCase().replace(":", "")];
    const found = byLex === SwcType.basal && named === SwcType.apical ? named : (byLex ?? named);
    return found === undefined ? [] : [{ found, rows }];
  });
  const order = [SwcType.soma, SwcType.axon, SwcType.apical, SwcType.basal] as readonly number[];
  for (const wanted of order) {
    for (const { found, rows } of sets) {
      if (found === wanted) for (const row of rows) if (type[row] === 0) type[row] = found;
    }
  }
  return type;
}

/** Rows so that a parent stands before its children, else in the order of the file. */
function parentsFirst(parent: Int32Array): number[] {
  const order: number[] = [];
  const isPlaced = new Uint8Array(parent.length);
  for (let row = 0; row < parent.length; row++) {
    const chain: number[] = [];
    for (let at = row; at >= 0 && !isPlaced[at]; at = parent[at]!) {
      chain.push(at);
      isPlaced[at] = 1;
    }
    order.push(...chain.reverse());
  }
  return order;
}
