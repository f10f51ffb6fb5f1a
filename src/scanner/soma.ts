/**
 * What the soma points of a morphology mean as geometry.
 *
 * @module
 */

import { type Morphology, SwcType } from "../core/morphology.js";
import { lengthOf } from "./geometry.js";

/**
 * - "none": no point of type soma;
 * - "point": one point, a sphere;
 * - "three-point": NeuroMorpho.org's form, a centre and one point one radius away on either side, by definition
 *   one cylinder of length and diameter 2r;
 * - "contour": an outline traced around the soma (points far thinner than they are apart from its centre, closing
 *   on itself); the sphere whose radius is the mean distance of the outline from its centroid;
 * - "cylinders": frusta along the soma points, end caps excluded.
 */
export type SomaForm = "none" | "point" | "three-point" | "contour" | "cylinders";

export interface Soma {
  form: SomaForm;
  /** um. For a point or three points the first one, else the centroid of the soma points. NaN when there is none. */
  center: [number, number, number];
  /** um, of the sphere of equal area. */
  radius: number;
  /** um². */
  area: number;
  /** um³. */
  volume: number;
  /** Indices of its points. */
  points: number[];
  warnings: string[];
}

/** How far a three-point soma may be from its definition: published files round coordinates to two decimals. */
const threePointTolerance = 0.1;

/**
 * Reads the soma. Sphere and three-point soma of one radius have the same area 4πr² and different volumes,
 * 4/3·πr³ and 2πr³. Several somata (soma points that are not linked to each other) are added up, with a warning.
 *
 * Source: INCF SWC specification (soma formats); NeuroMorpho.org, "Soma format representation in SWC files".
 */
export function measureSoma(m: Morphology): Soma {
  const groups = findSomata(m);
  const points = groups.flat();
  if (groups.length === 0) {
    const none = Number.NaN;
    return { form: "none", center: [none, none, none], radius: 0, area: 0, volume: 0, points, warnings: [] };
  }
  const parts = groups.map((group) => measureOne(m, group));
  const first = parts[0]!;
  const area = parts.reduce((sum, part) => sum + part.area, 0);
  const volume = parts.reduce((sum, part) => sum + part.volume, 0);
  const warnings = groups.length > 1 ? [`${groups.length} separate somata: areas and volumes are added up`] : [];
  return { ...first, points, area, volume, radius: Math.sqrt(area / (4 * Math.PI)), warnings };
}

/** Connected groups of soma points, each in order. */
function findSomata(m: Morphology): number[][] {
  const groupOf = new Map<number, number[]>();
  const groups: number[][] = [];
  for (let i = 0; i < m.type.length; i++) {
    if (m.type[i] !== SwcType.soma) continue;
    let group = groupOf.get(m.parent[i]!);
    if (!group) {
      group = [];
      groups.push(group);
    }
    group.push(i);
    groupOf.set(i, group);
  }
  return groups;
}

type Part = Pick<Soma, "form" | "center" | "area" | "volume">;

function measureOne(m: Morphology, points: number[]): Part {
  const root = points[0]!;
  const at = (i: number): [number, number, number] => [m.x[i]!, m.y[i]!, m.z[i]!];
  const r = m.radius[root]!;
  if (points.length === 1) {
    return { form: "point", center: at(root), area: 4 * Math.PI * r * r, volume: (4 / 3) * Math.PI * r * r * r };
  }
  if (isThreePoint(m, points)) {
    return { form: "three-point", center: at(root), area: 4 * Math.PI * r * r, volume: 2 * Math.PI * r * r * r };
  }
  const center: [number, number, number] = [0, 0, 0];
  for (const i of points)
    at(i).forEach((v, axis) => {
      center[axis]! += v / points.length;
    });
  const outline = contourRadius(m, points, center);
  if (outline > 0) {
    return {
      form: "contour",
      center,
      area: 4 * Math.PI * outline * outline,
      volume: (4 / 3) * Math.PI * outline * outline * outline,
    };
  }
  let area = 0;
  let volume = 0;
  for (const i of points) {
    const p = m.parent[i]!;
    if (i === root) continue;
    area += frustumArea(m.radius[p]!, m.radius[i]!, linkLength(m, i));
    volume += frustumVolume(m.radius[p]!, m.radius[i]!, linkLength(m, i));
  }
  return { form: "cylinders", center, area, volume };
}

function isThreePoint(m: Morphology, points: number[]): boolean {
  if (points.length !== 3) return false;
  const [c, a, b] = points as [number, number, number];
  if (m.parent[a] !== c || m.parent[b] !== c) return false;
  const r = m.radius[c]!;
  const near = (value: number, target: number) => Math.abs(value - target) <= threePointTolerance * r;
  const span = lengthOf(m.x[a]! - m.x[b]!, m.y[a]! - m.y[b]!, m.z[a]! - m.z[b]!);
  return (
    near(linkLength(m, a), r) &&
    near(linkLength(m, b), r) &&
    near(span, 2 * r) &&
    near(m.radius[a]!, r) &&
    near(m.radius[b]!, r)
  );
}

/** Mean distance from the centroid when the points are an outline traced around the soma, else 0. */
function contourRadius(m: Morphology, points: number[], center: readonly number[]): number {
  if (points.length < 4) return 0;
  let longestStep = 0;
  for (let k = 1; k < points.length; k++) {
    const i = points[k]!;
    if (m.parent[i] !== points[k - 1]) return 0;
    longestStep = Math.max(longestStep, linkLength(m, i));
  }
  const first = points[0]!;
  const last = points.at(-1)!;
  const gap = lengthOf(m.x[first]! - m.x[last]!, m.y[first]! - m.y[last]!, m.z[first]! - m.z[last]!);
  const distances = points.map((i) => lengthOf(m.x[i]! - center[0]!, m.y[i]! - center[1]!, m.z[i]! - center[2]!));
  const mean = distances.reduce((sum, d) => sum + d, 0) / points.length;
  const thickest = Math.max(...points.map((i) => m.radius[i]!));
  const closes = gap <= 1.5 * longestStep && Math.min(...distances) > 0.3 * mean;
  return closes && thickest < 0.5 * mean ? mean : 0;
}

/** Distance from point i to its parent, um; 0 for a root. */
export function linkLength(m: Morphology, i: number): number {
  const p = m.parent[i]!;
  if (p < 0) return 0;
  return lengthOf(m.x[i]! - m.x[p]!, m.y[i]! - m.y[p]!, m.z[i]! - m.z[p]!);
}

/** Lateral area (um²) of a frustum of end radii r1, r2 (um) and length h (um). */
export function frustumArea(r1: number, r2: number, h: number): number {
  return Math.PI * (r1 + r2) * lengthOf(h, r1 - r2, 0);
}

/** Volume (um³) of a frustum of end radii r1, r2 (um) and length h (um). */
export function frustumVolume(r1: number, r2: number, h: number): number {
  return (Math.PI * h * (r1 * r1 + r1 * r2 + r2 * r2)) / 3;
}
