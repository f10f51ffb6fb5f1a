/**
 * Sections cut into compartments → one tree of nodes in Hines order (Hines 1984, Int J Biomed Comput 15:69): every
 * node stands behind its parent, so that elimination from the last node to the first meets no fill-in.
 *
 * A node is a compartment, or a junction: the point where three or more half-compartments meet, without membrane. Where
 * only two meet their resistances are in series and no node is needed.
 *
 * @module
 */
import { type CompartmentGeometry, measureCompartments } from "./frusta.js";
import type { Section } from "./sections.js";

/** Columns, one row per node. Lengths um, areas um2. */
export interface CompartmentTree {
  readonly sections: readonly Section[];
  readonly n: number;
  /** Parent node, smaller than the node's own index; −1 for node 0. */
  readonly parent: Int32Array;
  /** Section of a compartment; −1 for a junction. */
  readonly section: Int32Array;
  /** Place of the compartment's middle along its section, 0 to 1; NaN for a junction. */
  readonly x: Float64Array;
  /** 0 for a junction. */
  readonly area: Float64Array;
  readonly volume: Float64Array;
  readonly length: Float64Array;
  readonly diameter: Float64Array;
  /** Path length along the sections from the middle of the first section (the soma, where there is one). */
  readonly distance: Float64Array;
  /**
   * Axial resistance to the parent node = Ra[node]·axialOwn + Ra[parent]·axialParent: integrals ∫ dx/(π d²/4) over
   * half-compartments, 1/um.
   */
  readonly axialOwn: Float64Array;
  readonly axialParent: Float64Array;
  /** Compartments of section s are nodes firstNode[s] … firstNode[s] + counts[s] − 1. */
  readonly firstNode: Int32Array;
  readonly counts: Int32Array;
}

/** Where sections are joined to a compartment: in its middle, or beyond one of its halves. */
interface Place {
  readonly compartment: number;
  /** Integral over the half-compartment between the middle and this place, 1/um; 0 in the middle. */
  readonly half: number;
  /** Sections that start here. */
  readonly children: number[];
}

/** A node to be made: a compartment, or a junction (compartment −1) from which `children` start. */
interface Task {
  readonly compartment: number;
  readonly children: readonly number[];
  readonly parent: number;
  readonly own: number;
  readonly above: number;
}

/** Builds the tree. `counts` holds the number of compartments of each section. */
export function buildTree(sections: readonly Section[], counts: Int32Array): CompartmentTree {
  const measured = sections.map((section, s) => measureCompartments(section, counts[s]!));
  const total = counts.reduce((sum, n) => sum + n, 0);
  const first = new Int32Array(sections.length);
  const sectionOf = new Int32Array(total);
  for (let s = 0, at = 0; s < sections.length; at += counts[s]!, s++) {
    first[s] = at;
    sectionOf.fill(s, at, at + counts[s]!);
  }
  const placesOf = findPlaces(sections, counts, first, measured);
  const distances = pathDistances(sections);

  const columns = new TreeColumns(total + sections.length);
  const firstNode = new Int32Array(sections.length);
  const childTask = (s: number, parent: number, above: number): Task => ({
    compartment: first[s]!,
    children: [],
    parent,
    own: measured[s]!.resistanceBefore[0]!,
    above,
  });
  const stack: Task[] = [{ compartment: 0, children: [], parent: -1, own: 0, above: 0 }];
  while (stack.length > 0) {
    const { compartment, children, parent, own, above } = stack.pop()!;
    const node = columns.add(parent, own, above);
    if (compartment < 0) {
      columns.distance[node] = distances[children[0]!]!.start;
      for (const s of [...children].reverse()) stack.push(childTask(s, node, 0));
      continue;
    }
    const s = sectionOf[compartment]!;
    const k = compartment - first[s]!;
    if (k === 0) firstNode[s] = node;
    const { area, volume, diameter, resistanceAfter, resistanceBefore } = measured[s]!;
    const x = (k + 0.5) / counts[s]!;
    columns.section[node] = s;
    columns.x[node] = x;
    columns.area[node] = area[k]!;
    columns.volume[node] = volume[k]!;
    columns.diameter[node] = diameter[k]!;
    columns.length[node] = sections[s]!.length / counts[s]!;
    columns.distance[node] = distances[s]!.at(x);
    for (const { half, children: joined } of placesOf.get(compartment) ?? []) {
      if (half === 0 || joined.length === 1) for (const child of joined) stack.push(childTask(child, node, half));
      else stack.push({ compartment: -1, children: joined, parent: node, own: 0, above: half });
    }
    // Last, so that it comes next: the compartments of a section are consecutive nodes.
    if (k < counts[s]! - 1) {
      const next = resistanceBefore[k + 1]!;
      stack.push({ compartment: compartment + 1, children: [], parent: node, own: next, above: resistanceAfter[k]! });
    }
  }
  return { sections, ...columns.trimmed(), firstNode, counts };
}

/** Places where sections start, by the compartment that holds them. */
function findPlaces(
  sections: readonly Section[],
  counts: Int32Array,
  first: Int32Array,
  measured: readonly CompartmentGeometry[],
): Map<number, Place[]> {
  const placesOf = new Map<number, Place[]>();
  const known = new Map<string, Place>();
  const place = (s: number, x: number): Place => {
    const key = `${s} ${x}`;
    const { resistanceAfter, resistanceBefore } = measured[s]!;
    let found = known.get(key);
    if (!found) {
      const k = x === 1 ? counts[s]! - 1 : x === 0 ? 0 : counts[s]! >> 1;
      const half = x === 1 ? resistanceAfter[k]! : x === 0 ? resistanceBefore[k]! : 0;
      found = { compartment: first[s]! + k, half, children: [] };
      known.set(key, found);
      placesOf.set(found.compartment, [...(placesOf.get(found.compartment) ?? []), found]);
    }
    return found;
  };
  const startOf: Place[] = [];
  sections.forEach(({ parent, parentX }, s) => {
    if (parent < 0) return;
    // The start of a section that is itself joined to another is that place on the other.
    const joined = parentX === 0 && parent > 0 ? startOf[parent]! : place(parent, parentX);
    startOf[s] = joined;
    joined.children.push(s);
  });
  return placesOf;
}

interface SectionDistance {
  readonly start: number;
  at(x: number): number;
}

/** Path length from the middle of the first section, along each section. */
function pathDistances(sections: readonly Section[]): SectionDistance[] {
  const found: SectionDistance[] = [];
  for (const { parent, parentX, length } of sections) {
    const start = parent < 0 ? length / 2 : found[parent]!.at(parentX);
    found.push({ start, at: parent < 0 ? (x) => Math.abs(x - 0.5) * length : (x) => start + x * length });
  }
  return found;
}

const numberColumns = ["x", "area", "volume", "length", "diameter", "distance", "axialOwn", "axialParent"] as const;

class TreeColumns {
  private n = 0;
  readonly parent: Int32Array;
  readonly section: Int32Array;
  readonly x: Float64Array;
  readonly area: Float64Array;
  readonly volume: Float64Array;
  readonly length: Float64Array;
  readonly diameter: Float64Array;
  readonly distance: Float64Array;
  readonly axialOwn: Float64Array;
  readonly axialParent: Float64Array;

  constructor(most: number) {
    this.parent = new Int32Array(most);
    this.section = new Int32Array(most).fill(-1);
    this.x = new Float64Array(most).fill(Number.NaN);
    this.area = new Float64Array(most);
    this.volume = new Float64Array(most);
    this.length = new Float64Array(most);
    this.diameter = new Float64Array(most);
    this.distance = new Float64Array(most);
    this.axialOwn = new Float64Array(most);
    this.axialParent = new Float64Array(most);
  }

  /** A new node, as a junction until its compartment's columns are filled in. */
  add(parent: number, own: number, above: number): number {
    const node = this.n++;
    this.parent[node] = parent;
    this.axialOwn[node] = own;
    this.axialParent[node] = above;
    return node;
  }

  trimmed() {
    const { n } = this;
    const columns = Object.fromEntries(numberColumns.map((name) => [name, this[name].slice(0, n)]));
    return {
      n,
      parent: this.parent.slice(0, n),
      section: this.section.slice(0, n),
      ...(columns as Record<(typeof numberColumns)[number], Float64Array>),
    };
  }
}
