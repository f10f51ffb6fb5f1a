/**
 * Regions that touch, and their merging: from the fragments of a watershed to whole objects.
 *
 * @module
 */
import { requireFinite, requireInteger } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import type { Volume } from "../core/volume.js";
import { MinHeap } from "./heap.js";
import { checkVolume } from "./segmentation.js";

/** Pairs of labels that share faces. Columns; pair k joins a[k] < b[k]. */
export interface RegionGraph {
  /** Largest label. */
  readonly nLabels: number;
  /** Voxels of label k at sizes[k]; background at 0. */
  readonly sizes: Float64Array;
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  /** Voxel faces between the two. */
  readonly faces: Float64Array;
  /** Mean over those faces of the larger boundary level on either side. */
  readonly boundary: Float64Array;
}

/**
 * The graph of touching labels (6 neighbours; 0 is no region).
 *
 * @param boundaries level of each voxel, high where something separates. @param labels one per voxel, numbered without large gaps.
 * @throws WbeError as for any volume; ARGUMENT when the labels do not fit or have large gaps.
 */
export function buildRegionGraph(boundaries: Volume, labels: Uint32Array): RegionGraph {
  checkVolume(boundaries, "buildRegionGraph");
  const { data, shape } = boundaries;
  if (labels.length !== data.length) {
    throw new WbeError("ARGUMENT", `expected labels for ${data.length} voxels, found ${labels.length}`, {
      where: "buildRegionGraph",
    });
  }
  const nLabels = labels.reduce((most, label) => Math.max(most, label), 0);
  if (nLabels > 4 * labels.length + 1024) {
    throw new WbeError(
      "ARGUMENT",
      `expected labels without large gaps, found ${nLabels} among ${labels.length} voxels`,
      {
        where: "buildRegionGraph",
        remedy: "Number them anew first, as labelComponents does.",
      },
    );
  }
  const sizes = new Float64Array(nLabels + 1);
  for (const label of labels) sizes[label]!++;
  const places = new Map<number, number>();
  const a: number[] = [];
  const b: number[] = [];
  const faces: number[] = [];
  const sums: number[] = [];
  const meet = (i: number, j: number) => {
    const [p, q] = [labels[i]!, labels[j]!];
    if (p === q || p === 0 || q === 0) return;
    const [low, high] = p < q ? [p, q] : [q, p];
    const key = low * (nLabels + 1) + high;
    let place = places.get(key);
    if (place === undefined) {
      place = a.length;
      places.set(key, place);
      a.push(low);
      b.push(high);
      faces.push(0);
      sums.push(0);
    }
    faces[place]!++;
    sums[place]! += Math.max(Number(data[i]), Number(data[j]));
  };
  const [nx, ny, nz] = shape;
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        if (x > 0) meet(i - 1, i);
        if (y > 0) meet(i - nx, i);
        if (z > 0) meet(i - nx * ny, i);
      }
    }
  }
  return {
    nLabels,
    sizes,
    a: Uint32Array.from(a),
    b: Uint32Array.from(b),
    faces: Float64Array.from(faces),
    boundary: Float64Array.from(sums, (sum, k) => sum / faces[k]!),
  };
}

export interface AgglomerateOptions {
  /** Regions are merged while the least mean boundary between two of them is below this. */
  readonly threshold: number;
  /** Afterwards regions of fewer voxels join the neighbour behind the least boundary, whatever its level; default 0. */
  readonly minSize?: number;
}

/** One merge: labels of the graph's own numbering; `b` went into `a`. */
export interface Merge {
  readonly a: number;
  readonly b: number;
  /** Mean boundary level between the two at that time. */
  readonly level: number;
}

export interface Agglomeration {
  /** New label of every label of the graph, 1 … count in the order of the old ones; 0 stays 0. */
  readonly relabel: Uint32Array;
  readonly count: number;
  /** What was merged, in order: the edit log. */
  readonly merges: readonly Merge[];
}

/**
 * Merges regions greedily, those with the least mean boundary between them first; means are over all faces and are kept up to date.
 * The order of equal levels depends on the labels alone.
 *
 * Source: mean-affinity agglomeration as in Funke et al. 2019, IEEE Trans Pattern Anal Mach Intell 41:1669 (there with
 * affinities, 1 − boundary).
 *
 * @throws WbeError ARGUMENT for a threshold that is no number or a minSize below 0.
 */
export function agglomerate(graph: RegionGraph, options: AgglomerateOptions): Agglomeration {
  const where = "agglomerate";
  const threshold = requireFinite(options.threshold, "threshold", where);
  const minSize = requireInteger(options.minSize ?? 0, 0, Number.MAX_SAFE_INTEGER, "minSize", where);
  const regions = new Regions(graph);
  regions.mergeBelow(threshold);
  if (minSize > 1) regions.absorbSmall(minSize);
  const relabel = new Uint32Array(graph.nLabels + 1);
  let count = 0;
  for (let k = 1; k <= graph.nLabels; k++) {
    if (graph.sizes[k] === 0) continue;
    const root = regions.rootOf(k);
    if (relabel[root] === 0) relabel[root] = ++count;
    relabel[k] = relabel[root]!;
  }
  return { relabel, count, merges: regions.merges };
}

interface Contact {
  readonly a: number;
  readonly b: number;
  readonly faces: number;
  /** Sum of levels over the faces. */
  readonly sum: number;
  /** One of its regions is merged: another contact has taken its place. */
  isGone: boolean;
}

class Regions {
  readonly merges: Merge[] = [];
  readonly #parent: Uint32Array;
  readonly #sizes: Float64Array;
  /** Of each root, its contacts by the other root. */
  readonly #around: Map<number, Contact>[];

  constructor(graph: RegionGraph) {
    this.#parent = Uint32Array.from({ length: graph.nLabels + 1 }, (_, k) => k);
    this.#sizes = graph.sizes.slice();
    this.#around = Array.from({ length: graph.nLabels + 1 }, () => new Map());
    for (let k = 0; k < graph.a.length; k++) {
      const [a, b] = [graph.a[k]!, graph.b[k]!];
      const contact = { a, b, faces: graph.faces[k]!, sum: graph.boundary[k]! * graph.faces[k]!, isGone: false };
      this.#around[a]!.set(b, contact);
      this.#around[b]!.set(a, contact);
    }
  }

  rootOf(label: number): number {
    let k = label;
    while (this.#parent[k] !== k) {
      this.#parent[k] = this.#parent[this.#parent[k]!]!;
      k = this.#parent[k]!;
    }
    return k;
  }

  mergeBelow(threshold: number): void {
    const queue = new MinHeap();
    const queued: Contact[] = [];
    const add = (contact: Contact) => {
      const level = contact.sum / contact.faces;
      if (level < threshold) queue.push(level, queued.push(contact) - 1);
    };
    for (const [k, contacts] of this.#around.entries()) {
      for (const contact of contacts.values()) if (contact.a === k) add(contact);
    }
    while (queue.size > 0) {
      const contact = queued[queue.pop()]!;
      if (contact.isGone) continue;
      for (const changed of this.#merge(contact)) add(changed);
    }
  }

  absorbSmall(minSize: number): void {
    const order = Array.from(this.#sizes.keys())
      .filter((k) => k > 0 && this.#sizes[k]! > 0 && this.#parent[k] === k)
      .sort((a, b) => this.#sizes[a]! - this.#sizes[b]! || a - b);
    for (const k of order) {
      const root = this.rootOf(k);
      if (root !== k || this.#sizes[root]! >= minSize) continue;
      let best: Contact | undefined;
      for (const contact of this.#around[root]!.values()) {
        if (!best || contact.sum / contact.faces < best.sum / best.faces) best = contact;
      }
      if (best) this.#merge(best);
    }
  }

  /** The region with more contacts keeps its place; its changed contacts come back. */
  #merge(contact: Contact): Contact[] {
    const isFirstLarger = this.#around[contact.a]!.size >= this.#around[contact.b]!.size;
    const [into, from] = isFirstLarger ? [contact.a, contact.b] : [contact.b, contact.a];
    this.merges.push({ a: into, b: from, level: contact.sum / contact.faces });
    contact.isGone = true;
    this.#parent[from] = into;
    this.#sizes[into]! += this.#sizes[from];
    this.#around[into]!.delete(from);
    this.#around[from]!.delete(into);
    const changed: Contact[] = [];
    for (const [other, old] of this.#around[from]!) {
      const known = this.#around[into]!.get(other);
      const faces = old.faces + (known?.faces ?? 0);
      const sum = old.sum + (known?.sum ?? 0);
      old.isGone = true;
      if (known) known.isGone = true;
      const joined: Contact = { a: Math.min(into, other), b: Math.max(into, other), faces, sum, isGone: false };
      this.#around[into]!.set(other, joined);
      this.#around[other]!.delete(from);
      this.#around[other]!.set(into, joined);
      changed.push(joined);
    }
    this.#around[from]!.clear();
    return changed;
  }
}
