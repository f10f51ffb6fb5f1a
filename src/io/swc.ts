/**
 * SWC: a neuron's tree as rows "id type x y z radius parent" (Cannon et al. 1998, J Neurosci Methods 84:49;
 * INCF SWC specification, swc-specification.readthedocs.io). Lengths in um.
 *
 * Only the parent column is structure: neither the order of the rows nor the value of an id means anything.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { Morphology } from "../core/morphology.js";
import { throwIfCancelled } from "../core/progress.js";
import { baseName, type Format, readText, writeText } from "./format.js";
import { type Place, type Rows, readRows, rowError } from "./swc-rows.js";

/**
 * Reads SWC text.
 *
 * Accepted beyond the plain form: a byte-order mark; LF, CRLF or CR line ends; spaces, tabs or commas between
 * columns; more than seven columns (the rest is ignored with a warning); whole numbers written as floats in the
 * id, type and parent columns; exponents; rows in any order; gaps in the ids; several roots. Comments on their
 * own line are kept in order; a comment at the end of a row is kept as "point <id>: <text>".
 * A radius of zero is kept with a warning, because published files use it for "unknown".
 *
 * @param options.name name of the morphology; in error messages too, unless `file` is given.
 * @param options.file where the text came from, for error messages.
 * @throws WbeError FORMAT naming line, row and remedy: too few columns, a field that is not a number, a coordinate
 *   or radius that is not finite, a negative radius, a duplicate id, a parent that is not in the file, a cycle;
 *   EMPTY_INPUT when there is no row.
 */
export function readSwc(text: string, options: { name?: string; file?: string } = {}): Morphology {
  const place = { text, name: options.file ?? options.name ?? "" };
  const rows = readRows(place);
  const rowOfId = indexIds(place, rows);
  const parentRow = findParents(place, rows, rowOfId);
  const order = sortParentsFirst(place, rows, parentRow);
  return arrange(rows, parentRow, order, options.name ?? "");
}

/** Row of each id: a plain array where the ids are dense, a map where they are not. */
function indexIds(place: Place, rows: Rows): (id: number) => number {
  let largest = 0;
  for (let i = 0; i < rows.n; i++) largest = Math.max(largest, rows.id[i]!);
  const duplicate = (first: number, i: number) =>
    rowError(
      place,
      rows.line[i]!,
      rows.start[i]!,
      `id ${rows.id[i]} is already used at line ${rows.line[first]}`,
      "Give every point its own id.",
    );
  if (largest < 4 * rows.n + 1024) {
    const rowOf = new Int32Array(largest + 1).fill(-1);
    for (let i = 0; i < rows.n; i++) {
      const first = rowOf[rows.id[i]!]!;
      if (first >= 0) throw duplicate(first, i);
      rowOf[rows.id[i]!] = i;
    }
    return (id) => (id <= largest ? rowOf[id]! : -1);
  }
  const rowOf = new Map<number, number>();
  for (let i = 0; i < rows.n; i++) {
    const first = rowOf.get(rows.id[i]!);
    if (first !== undefined) throw duplicate(first, i);
    rowOf.set(rows.id[i]!, i);
  }
  return (id) => rowOf.get(id) ?? -1;
}

function findParents(place: Place, rows: Rows, rowOfId: (id: number) => number): Int32Array {
  const parentRow = new Int32Array(rows.n);
  let nRoots = 0;
  for (let i = 0; i < rows.n; i++) {
    const parentId = rows.parentId[i]!;
    parentRow[i] = parentId < 0 ? -1 : rowOfId(parentId);
    if (parentId < 0) nRoots++;
    else if (parentRow[i]! < 0) {
      throw rowError(
        place,
        rows.line[i]!,
        rows.start[i]!,
        `point ${rows.id[i]} has the parent ${parentId}, which is not in the file`,
        "Restore the missing row, or write −1 if the point is a root.",
      );
    }
  }
  if (nRoots > 1) rows.notes.add(`the file holds ${nRoots} separate trees`, rows.line[parentRow.lastIndexOf(-1)]!);
  return parentRow;
}

/** Rows in file order, except that a row's ancestors that stand below it are moved up before it. */
function sortParentsFirst(place: Place, rows: Rows, parentRow: Int32Array): Int32Array {
  const order = new Int32Array(rows.n);
  const placed = new Uint8Array(rows.n);
  const chain: number[] = [];
  let n = 0;
  for (let i = 0; i < rows.n; i++) {
    for (let at = i; at >= 0 && placed[at] !== 1; at = parentRow[at]!) {
      if (placed[at] === 2) {
        const ids = chain.slice(chain.indexOf(at)).map((row) => rows.id[row]);
        const shown = ids.length > 8 ? [...ids.slice(0, 8), "…"] : [...ids, ids[0]];
        throw rowError(
          place,
          rows.line[at]!,
          rows.start[at]!,
          `the parents form a cycle: ${shown.join(" → ")}`,
          "Break it by giving one of these points its true parent.",
        );
      }
      placed[at] = 2;
      chain.push(at);
    }
    while (chain.length > 0) {
      const at = chain.pop()!;
      placed[at] = 1;
      order[n++] = at;
    }
  }
  return order;
}

function arrange(rows: Rows, parentRow: Int32Array, order: Int32Array, name: string): Morphology {
  const { n } = rows;
  const position = new Int32Array(n);
  order.forEach((row, i) => {
    position[row] = i;
  });
  const column = <A extends Int32Array | Uint8Array | Float64Array>(from: A, to: A): A => {
    for (let i = 0; i < n; i++) to[i] = from[order[i]!]!;
    return to;
  };
  return {
    name,
    id: column(rows.id, new Int32Array(n)),
    type: column(rows.type, new Uint8Array(n)),
    x: column(rows.x, new Float64Array(n)),
    y: column(rows.y, new Float64Array(n)),
    z: column(rows.z, new Float64Array(n)),
    radius: column(rows.radius, new Float64Array(n)),
    parent: Int32Array.from(order, (row) => (parentRow[row]! < 0 ? -1 : position[parentRow[row]!]!)),
    comments: rows.comments,
    warnings: rows.notes.list(),
  };
}

/** Shortest text that reads back as the same number, also for −0. */
function formatNumber(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/**
 * The morphology as SWC text: its comments, a column header, one row per point in the given order with its own ids.
 * `readSwc(writeSwc(m), { name: m.name })` has the same columns to the bit.
 *
 * @throws WbeError ARGUMENT when a column is too short, a value is not finite, a radius is negative, an id is
 *   used twice, or a parent does not stand before its child.
 */
export function writeSwc(morphology: Morphology): string {
  const { id, type, x, y, z, radius, parent } = morphology;
  const n = id.length;
  const where = morphology.name || "morphology";
  for (const [name, column] of Object.entries({ type, x, y, z, radius, parent })) {
    if (column.length !== n) {
      throw new WbeError("ARGUMENT", `expected ${n} values in column ${name}, found ${column.length}`, { where });
    }
  }
  if (n === 0)
    throw new WbeError("EMPTY_INPUT", "expected a morphology with at least one point, found none", { where });
  const lines = morphology.comments.flatMap((comment) => comment.split(/\r\n|\r|\n/)).map((comment) => `# ${comment}`);
  const used = new Set<number>();
  for (let i = 0; i < n; i++) {
    const p = parent[i]!;
    const bad =
      p < -1 || p >= i
        ? `parent ${p} does not stand before it`
        : id[i]! < 0
          ? `its id ${id[i]} is negative`
          : used.has(id[i]!)
            ? `its id ${id[i]} is used twice`
            : !Number.isFinite(x[i]! + y[i]! + z[i]! + radius[i]!)
              ? "a coordinate or its radius is not finite"
              : radius[i]! < 0
                ? `its radius ${radius[i]} is negative`
                : "";
    if (bad) throw new WbeError("ARGUMENT", `point ${i} cannot be written: ${bad}`, { where });
    used.add(id[i]!);
    const position = `${formatNumber(x[i]!)} ${formatNumber(y[i]!)} ${formatNumber(z[i]!)}`;
    lines.push(`${id[i]} ${type[i]} ${position} ${formatNumber(radius[i]!)} ${p < 0 ? -1 : id[p]}`);
  }
  return `${lines.join("\n")}\n`;
}

const rowPattern =
  /^\s*\d+(?:\.0*)?[\s,]+\d+(?:\.0*)?(?:[\s,]+[-+]?[\d.][\d.eE+-]*){4}[\s,]+(?:-1|\d+)(?:\.0*)?(?:[\s,#]|$)/;

export const swcFormat: Format<Morphology> = {
  id: "swc",
  title: "SWC neuron morphology",
  category: "morphology",
  extensions: ["swc"],
  source: "Cannon et al. 1998, J Neurosci Methods 84:49; INCF SWC specification",
  loses: ["the name (the file's name takes its place)", "warnings of an earlier reader"],
  detect(head, name) {
    if (name.toLowerCase().endsWith(".swc")) return true;
    const lines = new TextDecoder().decode(head).split(/\r\n|\r|\n/);
    // The last line may be cut off by the end of the head.
    const row = lines.slice(0, Math.max(1, lines.length - 1)).find((line) => !/^\s*(?:#|$)/.test(line));
    return row !== undefined && rowPattern.test(row);
  },
  async read(source, options = {}) {
    throwIfCancelled(options.signal, "reading the morphology");
    const { text, encoding } = await readText(source);
    throwIfCancelled(options.signal, "reading the morphology");
    const morphology = readSwc(text, { name: options.name ?? baseName(source.name), file: source.name });
    options.onProgress?.(source.size, source.size);
    if (encoding === "utf-8") return morphology;
    return { ...morphology, warnings: [`the text was read as ${encoding}`, ...morphology.warnings] };
  },
  async write(morphology, sink, options = {}) {
    await writeText(() => {
      throwIfCancelled(options.signal, "writing the morphology");
      return writeSwc(morphology);
    }, sink);
  },
};
