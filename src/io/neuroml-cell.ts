/**
 * Cells of a NeuroML file: segments, groups of segments, properties.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { checkBytes } from "./format.js";
import type { Attributes, NeuroMlCell, NeuroMlComponent, NeuroMlGroup, NeuroMlSegments } from "./neuroml-data.js";
import { type Frame, ignored, indexIn, keepAll, leaf, need, numberIn } from "./neuroml-frames.js";

type GroupPart =
  | { readonly kind: "member"; readonly segment: number }
  | { readonly kind: "include"; readonly group: string }
  /** Segments from one to another below it, or all below the first. */
  | { readonly kind: "path" | "subTree"; from: number | undefined; to: number | undefined };

interface GroupDraft {
  readonly id: string;
  readonly neuroLexId: string | undefined;
  readonly parts: GroupPart[];
  readonly where: string;
}

/** Segments and groups while they are read. */
export class MorphologyDraft {
  private readonly ids: number[] = [];
  private readonly names: string[] = [];
  private readonly parentIds: number[] = [];
  private readonly fractions: number[] = [];
  private readonly proximals: number[] = [];
  private readonly distals: number[] = [];
  private readonly rowOf = new Map<number, number>();
  private readonly groups = new Map<string, GroupDraft>();
  private readonly wheres: string[] = [];

  readonly frame: Frame = {
    open: (name, attributes, where) => {
      if (name === "segment") return this.openSegment(attributes, where);
      if (name === "segmentGroup") return this.openGroup(attributes, where);
      return ignored;
    },
  };

  private openSegment(attributes: Attributes, where: string): Frame {
    const id = indexIn(attributes, "id", where);
    if (this.rowOf.has(id)) throw new WbeError("FORMAT", `segment ${id} is there twice`, { where });
    const row = this.ids.push(id) - 1;
    this.rowOf.set(id, row);
    this.names.push(attributes.name ?? "");
    this.parentIds.push(-1);
    this.fractions.push(1);
    this.wheres.push(where);
    const none = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
    this.proximals.push(...none);
    this.distals.push(...none);
    return {
      open: (name, inner, at) => {
        if (name === "parent") {
          this.parentIds[row] = indexIn(inner, "segment", at);
          this.fractions[row] = numberIn(inner, "fractionAlong", at, 1);
        } else if (name === "proximal" || name === "distal") {
          const point = ["x", "y", "z", "diameter"].map((axis) => numberIn(inner, axis, at));
          if (point[3]! < 0)
            throw new WbeError("FORMAT", `expected a diameter of at least 0, found ${point[3]}`, { where: at });
          const column = name === "proximal" ? this.proximals : this.distals;
          point.forEach((value, k) => {
            column[4 * row + k] = value;
          });
        }
        return leaf;
      },
      close: (at) => {
        if (Number.isNaN(this.distals[4 * row]!)) {
          throw new WbeError("FORMAT", `expected <distal> of segment ${id}, found none`, { where: at });
        }
        const isRoot = this.parentIds[row] === -1;
        if (isRoot && Number.isNaN(this.proximals[4 * row]!)) {
          throw new WbeError("FORMAT", `expected <proximal> of segment ${id}, which has no parent, found none`, {
            where: at,
          });
        }
      },
    };
  }

  private openGroup(attributes: Attributes, where: string): Frame {
    const id = need(attributes, "id", where);
    if (this.groups.has(id)) throw new WbeError("FORMAT", `segment group "${id}" is there twice`, { where });
    const parts: GroupPart[] = [];
    this.groups.set(id, { id, neuroLexId: attributes.neuroLexId, parts, where });
    return {
      open: (name, inner, at) => {
        if (name === "member") parts.push({ kind: "member", segment: indexIn(inner, "segment", at) });
        else if (name === "include") parts.push({ kind: "include", group: need(inner, "segmentGroup", at) });
        else if (name === "path" || name === "subTree") {
          const part: GroupPart = { kind: name, from: undefined, to: undefined };
          parts.push(part);
          return {
            open: (end, from, place) => {
              if (end === "from" || end === "to") part[end] = indexIn(from, "segment", place);
              return leaf;
            },
          };
        }
        return ignored;
      },
    };
  }

  /** @throws WbeError FORMAT for parents and groups that are not there or lead in a circle; LIMIT */
  finish(limit: number): { segments: NeuroMlSegments; groups: NeuroMlGroup[] } {
    const parent = Int32Array.from(this.parentIds, (id, row) => (id === -1 ? -1 : this.row(id, this.wheres[row]!)));
    refuseCircles(parent, this.ids, this.wheres);
    const segments: NeuroMlSegments = {
      id: Int32Array.from(this.ids),
      name: this.names,
      parent,
      fractionAlong: Float64Array.from(this.fractions),
      proximal: Float64Array.from(this.proximals),
      distal: Float64Array.from(this.distals),
    };
    const done = new Map<string, Uint32Array>();
    let bytes = 0;
    for (const id of this.groups.keys()) {
      this.resolve(id, parent, done, (rows) => {
        bytes += 4 * rows;
        checkBytes(bytes, limit, this.groups.get(id)!.where);
      });
    }
    const groups = [...this.groups.values()].map(({ id, neuroLexId }) => ({ id, neuroLexId, rows: done.get(id)! }));
    return { segments, groups };
  }

  private row(id: number, where: string): number {
    const row = this.rowOf.get(id);
    if (row !== undefined) return row;
    throw new WbeError("FORMAT", `expected a segment of the cell, found the id ${id}`, { where });
  }

  /** Groups inside it first, without recursion: a file may nest as many as it likes. */
  private resolve(id: string, parent: Int32Array, done: Map<string, Uint32Array>, count: (rows: number) => void): void {
    const open = [id];
    const isOpen = new Set(open);
    while (open.length > 0) {
      const group = this.groups.get(open[open.length - 1]!)!;
      const missing = group.parts.find((part) => part.kind === "include" && !done.has(part.group));
      if (missing?.kind === "include") {
        const isKnown = this.groups.has(missing.group);
        if (!isKnown || isOpen.has(missing.group)) {
          const found = isKnown ? "itself through" : "a group that is not there,";
          throw new WbeError("FORMAT", `segment group "${group.id}" includes ${found} "${missing.group}"`, {
            where: group.where,
          });
        }
        open.push(missing.group);
        isOpen.add(missing.group);
        continue;
      }
      const rows = new Set<number>();
      for (const part of group.parts) this.collect(part, group, parent, done, rows);
      count(rows.size);
      done.set(group.id, Uint32Array.from(rows));
      open.pop();
      isOpen.delete(group.id);
    }
  }

  private collect(
    part: GroupPart,
    { id, where }: GroupDraft,
    parent: Int32Array,
    done: ReadonlyMap<string, Uint32Array>,
    rows: Set<number>,
  ): void {
    if (part.kind === "member") rows.add(this.row(part.segment, where));
    else if (part.kind === "include") for (const row of done.get(part.group)!) rows.add(row);
    else {
      const from = part.from === undefined ? -1 : this.row(part.from, where);
      if (part.kind === "subTree") {
        for (const row of subTree(parent, from)) rows.add(row);
        return;
      }
      const path: number[] = [];
      for (let row = part.to === undefined ? -1 : this.row(part.to, where); row >= 0; row = parent[row]!) {
        path.push(row);
        if (row === from) break;
      }
      if (path.length === 0 || (from >= 0 && path[path.length - 1] !== from)) {
        throw new WbeError("FORMAT", `expected a path that leads down to a segment in group "${id}", found none`, {
          where,
        });
      }
      for (const row of path.reverse()) rows.add(row);
    }
  }
}

function refuseCircles(parent: Int32Array, ids: readonly number[], wheres: readonly string[]): void {
  const seen = new Int32Array(parent.length);
  for (let start = 0; start < parent.length; start++) {
    let row = start;
    for (; row >= 0 && seen[row] === 0; row = parent[row]!) seen[row] = start + 1;
    if (row < 0 || seen[row] !== start + 1) continue;
    throw new WbeError("FORMAT", `the parents of segment ${ids[row]} form a circle`, { where: wheres[row] });
  }
}

/** The segment and all below it; all segments for −1. In the order of rows. */
function subTree(parent: Int32Array, from: number): number[] {
  if (from < 0) return Array.from(parent, (_, row) => row);
  const children = new Map<number, number[]>();
  parent.forEach((p, row) => {
    const list = children.get(p);
    if (list) list.push(row);
    else children.set(p, [row]);
  });
  const found = [from];
  for (let k = 0; k < found.length; k++) for (const child of children.get(found[k]!) ?? []) found.push(child);
  return found.sort((a, b) => a - b);
}

/** Properties while they are read. */
export class PropertiesDraft {
  readonly membrane: NeuroMlComponent[] = [];
  readonly intracellular: NeuroMlComponent[] = [];

  readonly frame: Frame = {
    open: (name) => {
      if (name.startsWith("membraneProperties")) return keepAll(this.membrane);
      return name.startsWith("intracellularProperties") ? keepAll(this.intracellular) : ignored;
    },
  };
}

/** A cell, whose morphology and properties may stand elsewhere in the file. */
export class CellDraft {
  morphology: MorphologyDraft | undefined;
  properties: PropertiesDraft | undefined;
  private notes = "";
  readonly id: string;

  constructor(
    private readonly attributes: Attributes,
    private readonly where: string,
  ) {
    this.id = need(attributes, "id", where);
  }

  readonly frame: Frame = {
    open: (name) => {
      if (name === "morphology") {
        this.morphology ??= new MorphologyDraft();
        return this.morphology.frame;
      }
      if (name.startsWith("biophysicalProperties")) {
        this.properties ??= new PropertiesDraft();
        return this.properties.frame;
      }
      if (name !== "notes") return ignored;
      return {
        open: () => ignored,
        text: (text) => {
          this.notes += text;
        },
      };
    },
  };

  /** @throws WbeError FORMAT for a morphology or properties that are named and not there. */
  finish(
    morphologies: ReadonlyMap<string, MorphologyDraft>,
    properties: ReadonlyMap<string, PropertiesDraft>,
    limit: number,
  ): NeuroMlCell {
    const find = <T>(what: string, named: string | undefined, among: ReadonlyMap<string, T>): T | undefined => {
      if (named === undefined) return undefined;
      const found = among.get(named);
      if (found) return found;
      throw new WbeError("FORMAT", `expected the ${what} "${named}" of cell "${this.id}" in the file, found none`, {
        where: this.where,
        remedy: "It may stand in a file that is included: put it into this one.",
      });
    };
    const morphology = this.morphology ?? find("morphology", this.attributes.morphology, morphologies);
    const shared = this.properties ?? find("properties", this.attributes.biophysicalProperties, properties);
    return {
      id: this.id,
      notes: this.notes.trim(),
      ...(morphology ?? new MorphologyDraft()).finish(limit),
      membrane: shared?.membrane ?? [],
      intracellular: shared?.intracellular ?? [],
    };
  }
}
