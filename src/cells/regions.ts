/**
 * Regions of a cell, and values that vary over it, as expressions in the language of the models (compiler/parse.ts).
 *
 * A region is a condition that holds for each compartment or not: `all`, `soma`, `axon`, `dend`, `apic`, `type(5)` (an SWC
 * structure identifier), a region that the cell names itself, comparisons of `distance(REGION)`, `diameter`, `x` (place
 * along its section, 0 to 1) with values such as `100 um`, joined by `or` (union), `and` (intersection) and `not`
 * (complement). `distance(soma)` is the path from the middle of the soma; `distance(REGION)` the shortest path from the
 * middle of a compartment of any other region; `distance` alone that from the middle of the first section. A compartment
 * is where its middle is.
 *
 * @module
 */

import type { Expression, SourceText } from "../compiler/ast.js";
import { ExpressionChecker, pureNumber, type Scope, type Typed } from "../compiler/check.js";
import { evaluateNodes } from "../compiler/evaluate.js";
import { Graph, type Node } from "../compiler/ir.js";
import { parseExpression } from "../compiler/parse.js";
import { WbeError } from "../core/errors.js";
import { parseUnit, type Unit } from "../core/units.js";
import { sectionTypeName } from "./sections.js";
import type { CompartmentTree } from "./tree.js";

/** Regions that a cell names itself, name → expression. */
export type NamedRegions = Readonly<Record<string, string>>;

const um = parseUnit("um");
const tags = ["soma", "axon", "dend", "apic"];

/** Regions and values over the compartments of one tree. */
export class RegionReader {
  private readonly masks = new Map<string, Uint8Array>();
  /** Regions that are being read, to find circles. */
  private readonly open: string[] = [];

  /** @param where names the cell in messages. */
  constructor(
    private readonly tree: CompartmentTree,
    private readonly named: NamedRegions = {},
    private readonly where = "the cell",
  ) {
    for (const name of Object.keys(named)) {
      if (!tags.includes(name) && !["all", "distance", "diameter", "x", "type"].includes(name)) continue;
      throw new WbeError("NAME_CLASH", `the region "${name}" has the name of a word of the language`, {
        where,
        remedy: "Rename it.",
      });
    }
  }

  /**
   * 1 for each node in the region, 0 elsewhere; junctions are in none.
   *
   * @throws WbeError EMPTY_INPUT for a region that matches nothing; SYNTAX, NAME_UNKNOWN, DIMENSION at the offending term.
   */
  region(text: string): Uint8Array {
    const known = this.masks.get(text);
    if (known) return known;
    const source: SourceText = { label: `region of ${this.where}`, text };
    const mask = this.evaluate(source, undefined) as Uint8Array;
    if (!mask.includes(1)) {
      const found = [...new Set(this.tree.sections.map((section) => sectionTypeName(section.type)))];
      throw new WbeError("EMPTY_INPUT", `the region "${text}" matches no compartment`, {
        where: this.where,
        remedy: `The cell has sections of ${found.join(", ")}, at distances up to ${this.farthest().toFixed(1)} um.`,
      });
    }
    this.masks.set(text, mask);
    return mask;
  }

  /**
   * A value for each node, in `unit`: a number in that unit, text with a unit ("1 uF/cm2"), or an expression of
   * `distance`, `distance(REGION)`, `diameter` and `x` ("2 mS/cm2 * exp(-distance/(100 um))"). NaN at junctions.
   *
   * @throws WbeError as `region` does; ARGUMENT for a value that is not finite.
   */
  values(value: number | string, unit: Unit, what: string): Float64Array {
    const { n, section } = this.tree;
    const source: SourceText = { label: `${what} of ${this.where}`, text: String(value) };
    const found =
      typeof value === "number"
        ? Float64Array.from(section, (s) => (s < 0 ? Number.NaN : value))
        : (this.evaluate(source, { unit, what: `${what} (${unit.text})` }) as Float64Array);
    for (let i = 0; i < n; i++) {
      if (section[i]! < 0 || Number.isFinite(found[i]!)) continue;
      throw new WbeError("ARGUMENT", `expected ${what} to be finite, found ${found[i]}`, {
        where: `${this.where}, ${this.placeName(i)}`,
      });
    }
    return found;
  }

  /** "dend[3](0.5)" */
  placeName(node: number): string {
    const s = this.tree.section[node]!;
    return s < 0 ? "a junction" : `${this.tree.sections[s]!.name}(${Number(this.tree.x[node]!.toFixed(4))})`;
  }

  private farthest(): number {
    return this.tree.distance.reduce((most, d) => Math.max(most, d), 0);
  }

  private evaluate(source: SourceText, target: { unit: Unit; what: string } | undefined): Uint8Array | Float64Array {
    const { n, section } = this.tree;
    const g = new Graph();
    const columns = new Map<string, ArrayLike<number>>();
    const expression = this.namePlaces(parseExpression(source), source, columns);
    const checker = new ExpressionChecker(g, this.scope(g, columns), source);
    const root: Node = target ? checker.valueIn(expression, target.unit, target.what) : checker.condition(expression);
    const out = target ? new Float64Array(n).fill(Number.NaN) : new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      if (section[i]! >= 0) out[i] = evaluateNodes([root], (leaf) => Number(columns.get(leaf.name)![i]))[0]!;
    }
    return out;
  }

  /** Calls of distance and type become names of columns, which the checker then finds. */
  private namePlaces(e: Expression, source: SourceText, columns: Map<string, ArrayLike<number>>): Expression {
    const inside = (part: Expression): Expression => this.namePlaces(part, source, columns);
    switch (e.kind) {
      case "unary":
        return { ...e, a: inside(e.a) };
      case "binary":
        return { ...e, a: inside(e.a), b: inside(e.b) };
      case "call": {
        const [first] = e.args;
        if (e.name === "type" && e.args.length === 1 && first!.kind === "number") {
          const type = first!.value;
          const name = `type(${type})`;
          columns.set(
            name,
            Uint8Array.from(this.tree.section, (s) => Number(s >= 0 && this.tree.sections[s]!.type === type)),
          );
          return { kind: "name", name, at: e.at };
        }
        if (e.name !== "distance" || e.args.length !== 1) return { ...e, args: e.args.map(inside) };
        const end = closing(source.text, e.at);
        const name = source.text.slice(e.at, end);
        const region = source.text.slice(source.text.indexOf("(", e.at) + 1, end - 1).trim();
        columns.set(name, this.distanceFrom(region));
        return { kind: "name", name, at: e.at };
      }
      default:
        return e;
    }
  }

  private distanceFrom(region: string): Float64Array {
    const mask = this.region(region);
    const { tree } = this;
    if (region === "soma" && sectionTypeName(tree.sections[0]!.type) === "soma") return tree.distance;
    const found = Float64Array.from(mask, (inside) => (inside ? 0 : Number.POSITIVE_INFINITY));
    const link = (i: number): number => {
      const p = tree.parent[i]!;
      return (tree.axialOwn[i]! > 0 ? tree.length[i]! / 2 : 0) + (tree.axialParent[i]! > 0 ? tree.length[p]! / 2 : 0);
    };
    for (let i = tree.n - 1; i > 0; i--) {
      const p = tree.parent[i]!;
      found[p] = Math.min(found[p]!, found[i]! + link(i));
    }
    for (let i = 1; i < tree.n; i++) found[i] = Math.min(found[i]!, found[tree.parent[i]!]! + link(i));
    return found;
  }

  private scope(g: Graph, columns: Map<string, ArrayLike<number>>): Scope {
    const { tree } = this;
    const flag = (name: string, values: ArrayLike<number>): Typed => {
      columns.set(name, values);
      return { node: g.compare("ne", g.leaf("param", name), g.constant(0)), scale: undefined };
    };
    const ofType = (name: string): Uint8Array =>
      Uint8Array.from(tree.section, (s) => Number(s >= 0 && sectionTypeName(tree.sections[s]!.type) === name));
    const column = (name: string, values: ArrayLike<number>, scale: Typed["scale"]): Typed => {
      columns.set(name, values);
      return { node: g.leaf("param", name), scale };
    };
    return {
      lookUp: (name) => {
        if (name === "all")
          return flag(
            name,
            Uint8Array.from(tree.section, (s) => Number(s >= 0)),
          );
        if (tags.includes(name)) return flag(name, ofType(name));
        if (name.startsWith("type(")) return flag(name, columns.get(name)!);
        if (name.startsWith("distance(")) return column(name, columns.get(name)!, um);
        if (name === "distance") return column(name, tree.distance, um);
        if (name === "diameter") return column(name, tree.diameter, um);
        if (name === "x") return column(name, tree.x, pureNumber);
        if (!Object.hasOwn(this.named, name)) return undefined;
        return flag(name, this.namedRegion(name));
      },
      names: () => ["all", ...tags, "distance", "diameter", "x", ...Object.keys(this.named)],
    };
  }

  private namedRegion(name: string): Uint8Array {
    if (this.open.includes(name)) {
      throw new WbeError("MODEL_INVALID", `the region "${name}" is defined by itself`, {
        where: this.where,
        remedy: `Break the circle ${[...this.open, name].join(" → ")}.`,
      });
    }
    this.open.push(name);
    try {
      return this.region(this.named[name]!);
    } finally {
      this.open.pop();
    }
  }
}

/** Offset behind the parenthesis that closes the first one after `at`. */
function closing(text: string, at: number): number {
  let depth = 0;
  for (let i = text.indexOf("(", at); i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")" && --depth === 0) return i + 1;
  }
  return text.length;
}
