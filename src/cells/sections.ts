/**
 * Morphology → sections: unbranched pieces of one type, joined to one another, as NEURON's Import3d makes them of an
 * SWC file (Hines & Carnevale 1997, Neural Comput 9:1179; the rules themselves: nrn/share/lib/hoc/import3d).
 *
 * What the points of the soma mean:
 *
 * - one point: a sphere, as a cylinder of length and diameter 2r along x (the same area 4πr²);
 * - three points of one radius, the other two children of the root, one radius away each, without children of their
 *   own (NeuroMorpho.org): the same as one point;
 * - any other: frusta along the points. SWC has no closed outlines; a traced one is frusta too, as in Import3d.
 *
 * How a neurite that starts at soma point p is joined to the soma:
 *
 * - to the middle (0.5) when p lies inside the soma or the soma is one point; to the end (0 or 1) when p is that end;
 * - in the middle, and at an end where soma points branch, the stretch from p to the first neurite point stands for the
 *   radius of the soma and is no cable: the neurite begins at its own first point. A neurite of a single point would
 *   have no length then; its stretch from p is cable, of the diameter of its one point;
 * - elsewhere the neurite begins at p, with the diameter of its own first point.
 *
 * A neurite's first point off the soma that is itself a branch point begins the section of its first child, and the
 * other children begin there too. The same holds for a root that is no soma point.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { type Morphology, SwcType } from "../core/morphology.js";

/** An unbranched piece. Points run from its start (0) to its end (1); coordinates and diameters in um. */
export interface Section {
  /** "soma[0]", "axon[0]", "dend[12]", "apic[3]"; other SWC types "type5[0]". Counted per type in the order of points. */
  readonly name: string;
  /** SWC structure identifier. */
  readonly type: number;
  /** Index of the section it is joined to, smaller than its own; −1 for the first. */
  readonly parent: number;
  /** Place on the parent that the start is joined to: 0, 0.5 or 1. */
  readonly parentX: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly diameter: Float64Array;
  /** Path length from the start to each point, um. */
  readonly arc: Float64Array;
  /** um */
  readonly length: number;
}

const typeNames: Readonly<Record<number, string>> = {
  [SwcType.soma]: "soma",
  [SwcType.axon]: "axon",
  [SwcType.basal]: "dend",
  [SwcType.apical]: "apic",
};

/** "soma", "axon", "dend", "apic", or "type5". */
export function sectionTypeName(type: number): string {
  return typeNames[type] ?? `type${type}`;
}

/** A section while it grows: indices of its own points, and the point of the parent that it starts from, if any. */
interface Draft {
  readonly points: number[];
  readonly parent: number;
  readonly parentX: number;
  /** Point of the parent that is this section's first point too, or −1. */
  readonly start: number;
  /** The start takes the diameter of the section's own first point. */
  readonly startsAtOwnDiameter: boolean;
}

/**
 * Cuts a tree into sections, parents first.
 *
 * @throws WbeError EMPTY_INPUT without points; ARGUMENT for several trees, a diameter that is not > 0, or a section of
 *   length zero, naming the points.
 */
export function findSections(morphology: Morphology): Section[] {
  return new SectionFinder(morphology).find();
}

class SectionFinder {
  private readonly children: number[][];
  private readonly drafts: Draft[] = [];
  /** Draft that a point is its own point of. */
  private readonly draftOf: Int32Array;
  private readonly hasPointSoma: boolean;

  constructor(private readonly m: Morphology) {
    const n = m.parent.length;
    const where = m.name || "morphology";
    if (n === 0)
      throw new WbeError("EMPTY_INPUT", "expected a morphology with at least one point, found none", { where });
    this.children = Array.from({ length: n }, () => []);
    const roots: number[] = [];
    m.parent.forEach((p, i) => {
      if (p < 0) roots.push(i);
      else this.children[p]!.push(i);
    });
    if (roots.length !== 1) {
      const ids = roots.slice(0, 5).map((i) => m.id[i]);
      throw new WbeError("ARGUMENT", `expected one tree, found ${roots.length}, with the roots ${ids.join(", ")}`, {
        where,
        remedy: "Join the pieces in the file, or keep the tree that holds the soma.",
      });
    }
    for (let i = 0; i < n; i++) {
      if (m.radius[i]! > 0) continue;
      throw new WbeError("ARGUMENT", `expected a diameter > 0, found ${2 * m.radius[i]!} um at point ${m.id[i]}`, {
        where,
        remedy: "Give the point its radius; a piece of diameter zero lets no current pass.",
      });
    }
    this.draftOf = new Int32Array(n).fill(-1);
    this.hasPointSoma = this.isSoma(0) && (this.somaChildren(0).length === 0 || this.isThreePointSoma());
  }

  find(): Section[] {
    this.growRoot();
    // Points stand behind their parents, so every draft that is needed exists.
    for (let i = 1; i < this.m.parent.length; i++) if (this.draftOf[i]! < 0) this.grow(i);
    const counts = new Map<string, number>();
    return this.drafts.map((draft, k) => {
      const kind = sectionTypeName(this.m.type[draft.points[0]!]!);
      const count = counts.get(kind) ?? 0;
      counts.set(kind, count + 1);
      return this.section(draft, `${kind}[${count}]`, k === 0 && this.hasPointSoma);
    });
  }

  private isSoma(i: number): boolean {
    return this.m.type[i] === SwcType.soma;
  }

  private somaChildren(i: number): number[] {
    return this.children[i]!.filter((child) => this.isSoma(child));
  }

  /** NeuroMorpho.org's three points: centre, and two at one radius from it. Published files round to two decimals. */
  private isThreePointSoma(): boolean {
    const { m } = this;
    const ends = this.somaChildren(0);
    const nSoma = m.type.reduce((sum, type) => sum + (type === SwcType.soma ? 1 : 0), 0);
    if (nSoma !== 3 || ends.length !== 2 || ends.some((i) => this.children[i]!.length > 0)) return false;
    const r = m.radius[0]!;
    const span = ends.reduce((sum, i) => sum + this.distance(0, i), 0);
    return ends.every((i) => m.radius[i] === r) && Math.abs(span / (2 * r) - 1) < 0.01;
  }

  private distance(i: number, j: number): number {
    const { x, y, z } = this.m;
    return length3(x[i]! - x[j]!, y[i]! - y[j]!, z[i]! - z[j]!);
  }

  private growRoot(): void {
    if (this.hasPointSoma) {
      this.addDraft({ points: [0], parent: -1, parentX: 0, start: -1, startsAtOwnDiameter: false });
      for (const end of this.somaChildren(0)) this.draftOf[end] = 0;
      return;
    }
    // A root that branches begins the section of its first child, the others begin there too.
    const candidates = this.isSoma(0) ? this.somaChildren(0) : this.children[0]!;
    const next = candidates.find((child) => this.m.type[child] === this.m.type[0]);
    const points = next === undefined ? [0] : [0, ...this.follow(next)];
    this.addDraft({ points, parent: -1, parentX: 0, start: -1, startsAtOwnDiameter: false });
  }

  /** The points from i on, up to a branch point, a tip or a change of type. Neurites that leave a soma do not cut it. */
  private follow(i: number): number[] {
    const points = [i];
    for (;;) {
      const at = points[points.length - 1]!;
      const continuing = this.isSoma(at) ? this.somaChildren(at) : this.children[at]!;
      if (continuing.length !== 1 || this.m.type[continuing[0]!] !== this.m.type[at]) return points;
      points.push(continuing[0]!);
    }
  }

  private addDraft(draft: Draft): void {
    for (const i of draft.points) this.draftOf[i] = this.drafts.length;
    this.drafts.push(draft);
  }

  /** The section whose first own point is i. */
  private grow(i: number): void {
    const { m } = this;
    const p = m.parent[i]!;
    const parent = this.draftOf[p]!;
    const leavesSoma = this.isSoma(p) && !this.isSoma(i);
    const points = this.follow(i);
    // A branch point directly off the soma: its first child continues it.
    const first = this.children[i]!.find((child) => m.type[child] === m.type[i]);
    if (leavesSoma && points.length === 1 && this.children[i]!.length > 1 && first !== undefined) {
      points.push(...this.follow(first));
    }
    const [parentX, isWired] = this.joint(p, parent, leavesSoma);
    if (leavesSoma && isWired && points.length > 1) {
      this.addDraft({ points, parent, parentX, start: -1, startsAtOwnDiameter: false });
    } else this.addDraft({ points, parent, parentX, start: p, startsAtOwnDiameter: leavesSoma });
  }

  /** Where on its section the point p lies, and whether a neurite that leaves the soma there begins at its own first point. */
  private joint(p: number, parent: number, leavesSoma: boolean): [number, boolean] {
    if (parent === 0 && this.hasPointSoma) return [0.5, true];
    const { points, start } = this.drafts[parent]!;
    const branches = this.somaChildren(p).length > 1;
    if (p === points[0] && start < 0) return [0, branches];
    if (p === points[points.length - 1]) return [1, branches];
    return [0.5, leavesSoma];
  }

  private section(draft: Draft, name: string, isSphere: boolean): Section {
    const { m } = this;
    const indices = draft.start < 0 ? draft.points : [draft.start, ...draft.points];
    const pick = (column: Float64Array): Float64Array => Float64Array.from(indices, (i) => column[i]!);
    let [x, y, z] = [pick(m.x), pick(m.y), pick(m.z)];
    let diameter = Float64Array.from(indices, (i) => 2 * m.radius[i]!);
    if (draft.startsAtOwnDiameter) diameter[0] = diameter[1]!;
    if (isSphere || (indices.length === 1 && draft.parent < 0)) {
      const r = m.radius[0]!;
      x = Float64Array.of(x[0]! - r, x[0]!, x[0]! + r);
      y = Float64Array.of(y[0]!, y[0]!, y[0]!);
      z = Float64Array.of(z[0]!, z[0]!, z[0]!);
      diameter = Float64Array.of(2 * r, 2 * r, 2 * r);
    }
    const arc = new Float64Array(x.length);
    for (let k = 1; k < arc.length; k++) {
      arc[k] = arc[k - 1]! + length3(x[k]! - x[k - 1]!, y[k]! - y[k - 1]!, z[k]! - z[k - 1]!);
    }
    const length = arc[arc.length - 1]!;
    if (!(length > 0)) {
      const ids = indices.map((i) => m.id[i]);
      throw new WbeError("ARGUMENT", `expected a section of length > 0, found ${length} um in ${name}`, {
        where: `${m.name || "morphology"}, point${ids.length === 1 ? "" : "s"} ${ids.slice(0, 5).join(", ")}`,
        remedy: "Remove the repeated point, or move it to where it belongs.",
      });
    }
    return {
      name,
      type: m.type[draft.points[0]!]!,
      parent: draft.parent,
      parentX: draft.parentX,
      x,
      y,
      z,
      diameter,
      arc,
      length,
    };
  }
}

/** Not Math.hypot, whose last bits differ between JavaScript engines. */
function length3(x: number, y: number, z: number): number {
  return Math.sqrt(x * x + y * y + z * z);
}
