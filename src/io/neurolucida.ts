/**
 * Neurolucida ASCII tracings (.asc, MBF Bioscience): cell bodies and neurites as a tree of points.
 *
 * Neurites are trees as they stand: a branch's points follow one another, and its branches follow its last point. The
 * outlines of a cell body become one point, as NeuroM takes them: centre and mean distance of the points of the widest
 * outline. Neurites begin at that point.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { type Morphology, SwcType } from "../core/morphology.js";
import { throwIfCancelled } from "../core/progress.js";
import { baseName, type Format, readText } from "./format.js";
import { type AscList, type AscPoint, readAscLists } from "./neurolucida-lists.js";

const neuriteTypes: Readonly<Record<string, number>> = {
  axon: SwcType.axon,
  dendrite: SwcType.basal,
  basaldendrite: SwcType.basal,
  apical: SwcType.apical,
  apicaldendrite: SwcType.apical,
};

/** @throws WbeError FORMAT naming the line; EMPTY_INPUT without a cell body and neurites. */
export function readNeurolucida(text: string, options: { name?: string; file?: string } = {}): Morphology {
  const where = options.file ?? options.name ?? "Neurolucida text";
  const { lists, comments } = readAscLists(text, where);
  const tree = new TreeBuilder();
  const outlines: AscPoint[][] = [];
  const neurites: { list: AscList; type: number }[] = [];
  for (const list of lists) {
    const words = list.items.flatMap((item) =>
      item.kind === "list" && item.items[0]?.kind === "word" ? item.items[0].text.toLowerCase() : [],
    );
    const type = words.map((word) => neuriteTypes[word]).find((found) => found !== undefined);
    const points = list.items.filter((item) => item.kind === "point");
    if (words.includes("cellbody")) {
      if (points.length > 0) outlines.push(points);
    } else if (type !== undefined) neurites.push({ list, type });
    else if (points.length > 0) tree.note("objects that are neither cell body nor neurite were left out", list.line);
  }
  const soma = outlines.length > 0 ? tree.add(somaOf(outlines), SwcType.soma, -1) : -1;
  if (outlines.length > 0) {
    tree.note("the outline of the cell body was read as a sphere of its mean radius", outlines[0]![0]!.line);
  }
  for (const { list, type } of neurites) tree.addNeurite(list, type, soma);
  if (tree.n === 0) {
    throw new WbeError("EMPTY_INPUT", "expected a cell body or neurites with points, found none", {
      where,
      remedy: "Objects need a line (CellBody), (Axon), (Dendrite) or (Apical).",
    });
  }
  return tree.finish(options.name ?? "", comments);
}

/** Centre and mean radius of the widest outline. */
function somaOf(outlines: readonly (readonly AscPoint[])[]): AscPoint {
  const spheres = outlines.map((points) => {
    const mean = (of: (point: AscPoint) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
    const [x, y, z] = [mean((p) => p.x), mean((p) => p.y), mean((p) => p.z)];
    const radius = mean((p) => Math.sqrt((p.x - x) ** 2 + (p.y - y) ** 2 + (p.z - z) ** 2));
    // A single point is a sphere of its own diameter.
    return { ...points[0]!, x, y, z, diameter: points.length === 1 ? points[0]!.diameter : 2 * radius };
  });
  return spheres.reduce((widest, sphere) => (sphere.diameter > widest.diameter ? sphere : widest));
}

class TreeBuilder {
  private readonly columns = { x: [], y: [], z: [], radius: [], type: [], parent: [] } as Record<
    "x" | "y" | "z" | "radius" | "type" | "parent",
    number[]
  >;
  private readonly notes = new Map<string, { count: number; line: number }>();

  get n(): number {
    return this.columns.x.length;
  }

  add(point: AscPoint, type: number, parent: number): number {
    const { x, y, z, radius } = this.columns;
    x.push(point.x);
    y.push(point.y);
    z.push(point.z);
    radius.push(point.diameter / 2);
    this.columns.type.push(type);
    return this.columns.parent.push(parent) - 1;
  }

  note(what: string, line: number): void {
    const known = this.notes.get(what);
    if (known) known.count++;
    else this.notes.set(what, { count: 1, line });
  }

  /** Branches in the order of the file; a branch that repeats its parent's last point shares it. */
  addNeurite(root: AscList, type: number, soma: number): void {
    const open: { list: AscList; at: number; parent: number; start: number }[] = [
      { list: root, at: 0, parent: soma, start: soma },
    ];
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const item = top.list.items[top.at++];
      if (!item) open.pop();
      // The next branch begins where this one did.
      else if (item.kind === "bar") top.parent = top.start;
      else if (item.kind === "point") {
        if (!this.isAt(item, top.parent, type)) top.parent = this.add(item, type, top.parent);
      } else if (item.kind === "list" && item.items.length > 0) {
        const { kind } = item.items[0]!;
        if (kind === "word" || kind === "text") {
          if (item.items.some((inner) => inner.kind === "point")) this.note("markers were left out", item.line);
        } else open.push({ list: item, at: 0, parent: top.parent, start: top.parent });
      } else if (item.kind === "spine") this.note("spines were left out", item.line);
    }
  }

  private isAt(point: AscPoint, index: number, type: number): boolean {
    const { x, y, z } = this.columns;
    return (
      index >= 0 &&
      this.columns.type[index] === type &&
      x[index] === point.x &&
      y[index] === point.y &&
      z[index] === point.z
    );
  }

  finish(name: string, comments: readonly string[]): Morphology {
    const { x, y, z, radius, type, parent } = this.columns;
    return {
      name,
      id: Int32Array.from(x, (_, i) => i + 1),
      type: Uint8Array.from(type),
      x: Float64Array.from(x),
      y: Float64Array.from(y),
      z: Float64Array.from(z),
      radius: Float64Array.from(radius),
      parent: Int32Array.from(parent),
      comments,
      warnings: [...this.notes].map(
        ([what, { count, line }]) => `${what} (${count === 1 ? "" : `${count}, the first at `}line ${line})`,
      ),
    };
  }
}

export const neurolucidaFormat: Format<Morphology> = {
  id: "neurolucida",
  title: "Neurolucida ASCII tracing",
  category: "morphology",
  extensions: ["asc"],
  source: "MBF Bioscience, Neurolucida ASCII file format; outlines as NeuroM 4 takes them",
  loses: [],
  detect: (head, name) =>
    /\.asc$/i.test(name) || /\(\s*(?:CellBody|Axon|Dendrite|Apical)\s*\)/i.test(new TextDecoder("latin1").decode(head)),
  async read(source, options = {}) {
    throwIfCancelled(options.signal, "reading the tracing");
    const { text } = await readText(source);
    const morphology = readNeurolucida(text, { name: options.name ?? baseName(source.name), file: source.name });
    options.onProgress?.(source.size, source.size);
    return morphology;
  },
};
