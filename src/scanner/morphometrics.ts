/**
 * Measures of a neuron's tree: plain functions on its columns.
 *
 * A neurite point is a point whose type is not soma. A cable link joins a neurite point to a parent that is a
 * neurite point too: the link from the soma to the first neurite point is no cable, because that stretch lies in
 * (or stands for) the soma. Without a soma the root is a neurite point and every link is cable.
 *
 * @module
 */

import { type Morphology, SwcType } from "../core/morphology.js";
import { square } from "./geometry.js";
import { frustumArea, frustumVolume, linkLength, measureSoma, type Soma } from "./soma.js";

function isSoma(m: Morphology, i: number): boolean {
  return m.type[i] === SwcType.soma;
}

/** True when the link from point i to its parent is cable. */
export function isCableLink(m: Morphology, i: number): boolean {
  const p = m.parent[i]!;
  return p >= 0 && !isSoma(m, i) && !isSoma(m, p);
}

/** Number of children of each point that are neurite points. */
function countNeuriteChildren(m: Morphology): Int32Array {
  const children = new Int32Array(m.parent.length);
  m.parent.forEach((p, i) => {
    if (p >= 0 && !isSoma(m, i)) children[p]!++;
  });
  return children;
}

/** Indices of neurite points with two or more neurite children. The soma is not a branch point. */
export function findBranchPoints(m: Morphology): number[] {
  const children = countNeuriteChildren(m);
  return indicesWhere(m, (i) => !isSoma(m, i) && children[i]! >= 2);
}

/** Indices of neurite points without a neurite child. */
export function findTips(m: Morphology): number[] {
  const children = countNeuriteChildren(m);
  return indicesWhere(m, (i) => !isSoma(m, i) && children[i] === 0);
}

/** Indices of first neurite points: their parent is the soma, or they are roots. */
export function findStems(m: Morphology): number[] {
  return indicesWhere(m, (i) => !isSoma(m, i) && (m.parent[i]! < 0 || isSoma(m, m.parent[i]!)));
}

function indicesWhere(m: Morphology, test: (i: number) => boolean): number[] {
  const found: number[] = [];
  for (let i = 0; i < m.parent.length; i++) if (test(i)) found.push(i);
  return found;
}

/** An unbranched stretch of cable. */
export interface Section {
  /** Point indices from the first (stem or branch point, shared with the parent section) to the last. */
  points: number[];
  /** Index of the section that it continues; −1 for one that starts at a stem. */
  parent: number;
  /** Type of the points that are its own (from the second on). */
  type: number;
  /** 0 for sections that start at a stem, one more at every branch point towards the tips. */
  order: number;
  /** um. */
  length: number;
}

/**
 * The tree as unbranched sections, in the order of their first own points. A stem that branches at once starts
 * several sections; a stem without a child is a section of one point and length 0.
 */
export function findSections(m: Morphology): Section[] {
  const children = countNeuriteChildren(m);
  const sections: Section[] = [];
  const sectionOf = new Int32Array(m.parent.length).fill(-1);
  for (let i = 0; i < m.parent.length; i++) {
    if (isSoma(m, i)) continue;
    const p = m.parent[i]!;
    if (!isCableLink(m, i)) {
      if (children[i] !== 1) {
        // Its sections, if any, start at its children.
        if (children[i] === 0) sections.push({ points: [i], parent: -1, type: m.type[i]!, order: 0, length: 0 });
        continue;
      }
      sectionOf[i] = sections.length;
      sections.push({ points: [i], parent: -1, type: m.type[i]!, order: 0, length: 0 });
      continue;
    }
    if (children[p]! >= 2) {
      const parent = sectionOf[p]!;
      sectionOf[i] = sections.length;
      const order = parent < 0 ? 0 : sections[parent]!.order + 1;
      sections.push({ points: [p, i], parent, type: m.type[i]!, order, length: linkLength(m, i) });
      continue;
    }
    const section = sections[sectionOf[p]!]!;
    sectionOf[i] = sectionOf[p]!;
    if (section.points.length === 1) section.type = m.type[i]!;
    section.points.push(i);
    section.length += linkLength(m, i);
  }
  return sections;
}

/** Cable length, um: of all neurites, or of the points of one type. */
export function measureCableLength(m: Morphology, type?: number): number {
  return sumCable(m, type, (i) => linkLength(m, i));
}

/** Lateral area of the neurites as frusta between points, um²; the soma is not in it. */
export function measureNeuriteArea(m: Morphology, type?: number): number {
  return sumCable(m, type, (i) => frustumArea(m.radius[m.parent[i]!]!, m.radius[i]!, linkLength(m, i)));
}

/** Volume of the neurites as frusta between points, um³; the soma is not in it. */
export function measureNeuriteVolume(m: Morphology, type?: number): number {
  return sumCable(m, type, (i) => frustumVolume(m.radius[m.parent[i]!]!, m.radius[i]!, linkLength(m, i)));
}

function sumCable(m: Morphology, type: number | undefined, value: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < m.parent.length; i++) {
    if (isCableLink(m, i) && (type === undefined || m.type[i] === type)) sum += value(i);
  }
  return sum;
}

/** Path length from the root of its tree to each point along the parent links, um (soma links included). */
export function measurePathLengths(m: Morphology): Float64Array {
  const path = new Float64Array(m.parent.length);
  for (let i = 0; i < path.length; i++) {
    const p = m.parent[i]!;
    if (p >= 0) path[i] = path[p]! + linkLength(m, i);
  }
  return path;
}

export interface BoundingBox {
  min: [number, number, number];
  max: [number, number, number];
}

/** Smallest box around the points (their radii not added), um. */
export function findBoundingBox(m: Morphology): BoundingBox {
  const box: BoundingBox = {
    min: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    max: [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
  };
  for (const [axis, column] of [m.x, m.y, m.z].entries()) {
    for (const value of column) {
      box.min[axis] = Math.min(box.min[axis]!, value);
      box.max[axis] = Math.max(box.max[axis]!, value);
    }
  }
  return box;
}

/**
 * Sholl counts: how often the neurites cross the sphere of each radius (um) around `center`, by default the soma,
 * or the first root when there is none. Crossings of the straight links are exact: a link that dips into a sphere
 * between two points outside counts twice, one that only touches it not at all; a point on the sphere is outside.
 *
 * Source: Sholl 1953, J Anat 87:387.
 */
export function countShollCrossings(m: Morphology, radii: ArrayLike<number>, center?: readonly number[]): Uint32Array {
  const soma = measureSoma(m);
  const [cx, cy, cz] = center ?? (soma.form === "none" ? [m.x[0]!, m.y[0]!, m.z[0]!] : soma.center);
  const counts = new Uint32Array(radii.length);
  const distance2 = (i: number) => square(m.x[i]! - cx!) + square(m.y[i]! - cy!) + square(m.z[i]! - cz!);
  for (let i = 0; i < m.parent.length; i++) {
    if (!isCableLink(m, i)) continue;
    const p = m.parent[i]!;
    const from = distance2(p);
    const to = distance2(i);
    const closest = closestDistance2(m, p, i, [cx!, cy!, cz!]);
    for (let k = 0; k < radii.length; k++) {
      const r2 = square(radii[k]!);
      if (from >= r2 !== to >= r2) counts[k]!++;
      else if (from >= r2 && closest < r2) counts[k]! += 2;
    }
  }
  return counts;
}

/** Squared distance of a centre from the nearest place on the link between points p and i. */
function closestDistance2(m: Morphology, p: number, i: number, center: readonly [number, number, number]): number {
  const start = [m.x[p]! - center[0], m.y[p]! - center[1], m.z[p]! - center[2]] as const;
  const along = [m.x[i]! - m.x[p]!, m.y[i]! - m.y[p]!, m.z[i]! - m.z[p]!] as const;
  const dot = start[0] * along[0] + start[1] * along[1] + start[2] * along[2];
  const length2 = square(along[0]) + square(along[1]) + square(along[2]);
  const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, -dot / length2));
  return square(start[0] + t * along[0]) + square(start[1] + t * along[1]) + square(start[2] + t * along[2]);
}

/** The usual summary of one morphology. Lengths in um, areas in um², volumes in um³. */
export interface Morphometrics {
  nPoints: number;
  nTrees: number;
  nStems: number;
  nSections: number;
  nBranchPoints: number;
  nTips: number;
  cableLength: number;
  /** By SWC type. */
  cableLengthByType: Record<number, number>;
  neuriteArea: number;
  neuriteVolume: number;
  maxBranchOrder: number;
  /** From the root along the tree to the farthest tip. */
  maxPathLength: number;
  boundingBox: BoundingBox;
  soma: Soma;
  warnings: string[];
}

/** Measures everything above but Sholl counts. A lone soma has no neurites: zeros, no error. */
export function measureMorphology(m: Morphology): Morphometrics {
  const sections = findSections(m);
  const tips = findTips(m);
  const path = measurePathLengths(m);
  const soma = measureSoma(m);
  const cableLengthByType: Record<number, number> = {};
  for (let i = 0; i < m.parent.length; i++) {
    const type = m.type[i]!;
    if (isCableLink(m, i)) cableLengthByType[type] = (cableLengthByType[type] ?? 0) + linkLength(m, i);
  }
  return {
    nPoints: m.parent.length,
    nTrees: m.parent.filter((p) => p < 0).length,
    nStems: findStems(m).length,
    nSections: sections.length,
    nBranchPoints: findBranchPoints(m).length,
    nTips: tips.length,
    cableLength: measureCableLength(m),
    cableLengthByType,
    neuriteArea: measureNeuriteArea(m),
    neuriteVolume: measureNeuriteVolume(m),
    maxBranchOrder: sections.reduce((most, s) => Math.max(most, s.order), 0),
    maxPathLength: tips.reduce((most, i) => Math.max(most, path[i]!), 0),
    boundingBox: findBoundingBox(m),
    soma,
    warnings: [...m.warnings, ...soma.warnings],
  };
}
