/**
 * Measures of every section and every bifurcation of a neuron's tree, as columns.
 *
 * @module
 */

import { pow } from "../core/math.js";
import type { Morphology } from "../core/morphology.js";
import { lengthOf, type Vector } from "./geometry.js";
import { findSections, type Section } from "./morphometrics.js";
import { frustumArea, frustumVolume, linkLength, measureSoma } from "./soma.js";

/** One value per section, in the order of `findSections`. */
export interface SectionMeasures {
  readonly sections: readonly Section[];
  /** um, along the section. */
  readonly length: Float64Array;
  /** um, from its first to its last point. */
  readonly endDistance: Float64Array;
  /** length / endDistance; 1 for a section of one point, Infinity for one that ends where it began. */
  readonly tortuosity: Float64Array;
  /** um², um³: frusta between its points. */
  readonly area: Float64Array;
  readonly volume: Float64Array;
  /** um, weighted by length; the radius of its point where it has no length. */
  readonly meanRadius: Float64Array;
  /** Change of diameter along the section, um per um: slope of a straight line through all points; NaN without length. */
  readonly taperRate: Float64Array;
  /** 0 for sections that start at a stem. */
  readonly branchOrder: Uint32Array;
  /** 1 for sections that end at a tip. */
  readonly strahlerOrder: Uint32Array;
  /** um, from the stem's first point to the section's end along the tree. */
  readonly pathDistance: Float64Array;
  /** um, from the soma's centre (or the first root) to the section's end. */
  readonly radialDistance: Float64Array;
  /** Sections of the subtree that it carries, itself included. */
  readonly nSubtree: Uint32Array;
  /** um, of that subtree. */
  readonly subtreeLength: Float64Array;
  /** 1 for sections that end at a tip. */
  readonly isTerminal: Uint8Array;
}

/** One value per bifurcation: a place where one section, not a stem of one point, divides into two. */
export interface BifurcationMeasures {
  /** Index of the section that divides. */
  readonly section: Uint32Array;
  /** rad, between the first links of length > 0 of the two daughters. */
  readonly localAngle: Float64Array;
  /** rad, between the straight lines to the ends of the two daughters. */
  readonly remoteAngle: Float64Array;
  /** |n − m| / (n + m) of the sections in the two daughters' subtrees; 0 where both are 1. */
  readonly partitionAsymmetry: Float64Array;
  /** |n − m| / (n + m − 2); 0 where both are 1. */
  readonly partitionAsymmetryUylings: Float64Array;
  /** Difference of the daughters' subtree lengths over the length of the neurite (stem) that they belong to. */
  readonly lengthAsymmetry: Float64Array;
  /** Smaller over larger of the daughters' first own radii. */
  readonly siblingRatio: Float64Array;
  /** (d / d1)^1.5 + (d / d2)^1.5 with the diameters at the end of the parent and of the first own points of the daughters. */
  readonly diameterPower: Float64Array;
}

/**
 * Measures sections. Conventions are those of NeuroM: sections start at the last point of their parent, the link from the
 * soma is no part of them.
 *
 * Sources: Strahler 1952, Geol Soc Am Bull 63:1117 (orders, as for trees by Uylings et al. 1975); Ascoli et al. 2008, Nat Rev
 * Neurosci 9:557 (Petilla terminology).
 */
export function measureSections(m: Morphology): SectionMeasures {
  const sections = findSections(m);
  const n = sections.length;
  const soma = measureSoma(m);
  const center: Vector = soma.form === "none" ? pointOf(m, 0) : (soma.center as unknown as Vector);
  const column = () => new Float64Array(n);
  const result = {
    sections,
    length: Float64Array.from(sections, (section) => section.length),
    endDistance: column(),
    tortuosity: column(),
    area: column(),
    volume: column(),
    meanRadius: column(),
    taperRate: column(),
    branchOrder: Uint32Array.from(sections, (section) => section.order),
    strahlerOrder: new Uint32Array(n),
    pathDistance: column(),
    radialDistance: column(),
    nSubtree: new Uint32Array(n).fill(1),
    subtreeLength: Float64Array.from(sections, (section) => section.length),
    isTerminal: new Uint8Array(n).fill(1),
  };
  for (const [k, { points, parent, length }] of sections.entries()) {
    const first = points[0]!;
    const last = points.at(-1)!;
    let area = 0;
    let volume = 0;
    let radius = 0;
    for (let i = 1; i < points.length; i++) {
      const [from, to] = [m.radius[points[i - 1]!]!, m.radius[points[i]!]!];
      const h = linkLength(m, points[i]!);
      area += frustumArea(from, to, h);
      volume += frustumVolume(from, to, h);
      radius += 0.5 * (from + to) * h;
    }
    const end = distanceBetween(pointOf(m, first), pointOf(m, last));
    result.area[k] = area;
    result.volume[k] = volume;
    result.meanRadius[k] = length > 0 ? radius / length : m.radius[last]!;
    result.taperRate[k] = taperOf(m, points);
    result.endDistance[k] = end;
    result.tortuosity[k] = points.length < 2 || length === 0 ? 1 : length / end;
    result.pathDistance[k] = length + (parent < 0 ? 0 : result.pathDistance[parent]!);
    result.radialDistance[k] = distanceBetween(center, pointOf(m, last));
  }
  // Children stand behind their parents: from the end, each is complete before its parent takes it in.
  const largest = new Uint32Array(n);
  const nLargest = new Uint32Array(n);
  for (let k = n - 1; k >= 0; k--) {
    const order = nLargest[k] === 0 ? 1 : largest[k]! + (nLargest[k]! > 1 ? 1 : 0);
    result.strahlerOrder[k] = order;
    const parent = sections[k]!.parent;
    if (parent < 0) continue;
    result.isTerminal[parent] = 0;
    result.nSubtree[parent]! += result.nSubtree[k];
    result.subtreeLength[parent]! += result.subtreeLength[k];
    if (order > largest[parent]!) {
      largest[parent] = order;
      nLargest[parent] = 1;
    } else if (order === largest[parent]) nLargest[parent]!++;
  }
  return result;
}

/** Measures bifurcations; see BifurcationMeasures. Places with three or more daughters are left out. */
export function measureBifurcations(
  m: Morphology,
  measures: SectionMeasures = measureSections(m),
): BifurcationMeasures {
  const { sections, nSubtree, subtreeLength } = measures;
  const daughters: number[][] = sections.map(() => []);
  const stem = new Uint32Array(sections.length);
  for (const [k, { parent }] of sections.entries()) {
    stem[k] = parent < 0 ? k : stem[parent]!;
    if (parent >= 0) daughters[parent]!.push(k);
  }
  const places = [...daughters.keys()].filter((k) => daughters[k]!.length === 2);
  const column = (value: (parent: number, a: number, b: number) => number) =>
    Float64Array.from(places, (k) => value(k, daughters[k]![0]!, daughters[k]![1]!));
  const own = (k: number) => m.radius[sections[k]!.points[1]!]!;
  const counts = (a: number, b: number) => [nSubtree[a]!, nSubtree[b]!] as const;
  const end = (k: number) => pointOf(m, sections[k]!.points.at(-1)!);
  return {
    section: Uint32Array.from(places),
    localAngle: column((k, a, b) => angleAt(end(k), firstStep(m, sections[a]!), firstStep(m, sections[b]!))),
    remoteAngle: column((k, a, b) => angleAt(end(k), end(a), end(b))),
    partitionAsymmetry: column((_, a, b) => {
      const [p, q] = counts(a, b);
      return p === 1 && q === 1 ? 0 : Math.abs(p - q) / (p + q);
    }),
    partitionAsymmetryUylings: column((_, a, b) => {
      const [p, q] = counts(a, b);
      return p === 1 && q === 1 ? 0 : Math.abs(p - q) / (p + q - 2);
    }),
    lengthAsymmetry: column((k, a, b) => Math.abs(subtreeLength[a]! - subtreeLength[b]!) / subtreeLength[stem[k]!]!),
    siblingRatio: column((_, a, b) => Math.min(own(a), own(b)) / Math.max(own(a), own(b))),
    diameterPower: column((k, a, b) => {
      const d = m.radius[sections[k]!.points.at(-1)!]!;
      return pow(d / own(a), 1.5) + pow(d / own(b), 1.5);
    }),
  };
}

function pointOf(m: Morphology, i: number): Vector {
  return [m.x[i]!, m.y[i]!, m.z[i]!];
}

function distanceBetween(a: Vector, b: Vector): number {
  return lengthOf(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** The first point of a section away from where it starts; its second point if there is none. */
function firstStep(m: Morphology, { points }: Section): Vector {
  const start = pointOf(m, points[0]!);
  const away = points.find((i) => distanceBetween(start, pointOf(m, i)) > 0);
  return pointOf(m, away ?? points[1] ?? points[0]!);
}

/** rad, at `corner` between the directions to a and b; 0 where one of them has no length. */
function angleAt(corner: Vector, a: Vector, b: Vector): number {
  const u = [a[0] - corner[0], a[1] - corner[1], a[2] - corner[2]] as const;
  const v = [b[0] - corner[0], b[1] - corner[1], b[2] - corner[2]] as const;
  const cross = lengthOf(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]);
  return Math.atan2(cross, u[0] * v[0] + u[1] * v[1] + u[2] * v[2]);
}

/** Least-squares slope of the diameter over the path along the section. */
function taperOf(m: Morphology, points: readonly number[]): number {
  let path = 0;
  let [sx, sy, sxx, sxy] = [0, 0, 0, 0];
  for (const [k, i] of points.entries()) {
    if (k > 0) path += linkLength(m, i);
    const d = 2 * m.radius[i]!;
    sx += path;
    sy += d;
    sxx += path * path;
    sxy += path * d;
  }
  const n = points.length;
  const spread = n * sxx - sx * sx;
  return path > 0 ? (n * sxy - sx * sy) / spread : Number.NaN;
}
