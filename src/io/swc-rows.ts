/**
 * The rows of an SWC text: everything that concerns one line. What concerns the tree is in swc.ts.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";

const fieldNames = ["id", "type", "x", "y", "z", "radius", "parent"] as const;
const nFields = fieldNames.length;
const maxId = 0x7fffffff;

/** The rows as they stand in the file; `parent` still holds ids. */
export interface Rows {
  n: number;
  id: Int32Array;
  type: Uint8Array;
  x: Float64Array;
  y: Float64Array;
  z: Float64Array;
  radius: Float64Array;
  parentId: Int32Array;
  /** Line number, from 1, and where the line starts in the text. */
  line: Int32Array;
  start: Int32Array;
  comments: string[];
  notes: Notes;
}

/** Counts what had to be interpreted, so that a file of a million odd rows gives one warning per kind. */
class Notes {
  readonly #seen = new Map<string, { count: number; line: number }>();

  add(what: string, line: number): void {
    const entry = this.#seen.get(what);
    if (entry) entry.count++;
    else this.#seen.set(what, { count: 1, line });
  }

  list(): string[] {
    return [...this.#seen].map(([what, { count, line }]) =>
      count === 1 ? `${what} (line ${line})` : `${what} (${count} rows, the first at line ${line})`,
    );
  }
}

/** The text and the name that errors give it. */
export interface Place {
  text: string;
  name: string;
}

function lineAt(text: string, start: number): string {
  const end = text.slice(start).search(/[\r\n]/);
  const line = (end < 0 ? text.slice(start) : text.slice(start, start + end)).trim();
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}

/** An error that shows the line and its number. */
export function rowError(place: Place, line: number, start: number, message: string, remedy: string): WbeError {
  const where = `${place.name || "SWC text"}, line ${line}: "${lineAt(place.text, start)}"`;
  return new WbeError("FORMAT", message, { where, remedy });
}

/** Reads all rows and comments. @throws WbeError FORMAT, EMPTY_INPUT (see readSwc). */
export function readRows(place: Place): Rows {
  const { text } = place;
  let capacity = 64;
  const rows: Rows = {
    n: 0,
    id: new Int32Array(capacity),
    type: new Uint8Array(capacity),
    x: new Float64Array(capacity),
    y: new Float64Array(capacity),
    z: new Float64Array(capacity),
    radius: new Float64Array(capacity),
    parentId: new Int32Array(capacity),
    line: new Int32Array(capacity),
    start: new Int32Array(capacity),
    comments: [],
    notes: new Notes(),
  };
  const values = new Float64Array(nFields);
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (let line = 1; at < text.length; line++) {
    const start = at;
    while (isBlank(text.charCodeAt(at))) at++;
    const first = text.charCodeAt(at);
    let end = at;
    if (first === HASH) {
      end = endOfLine(text, at);
      rows.comments.push(commentText(text, at, end));
    } else if (at < text.length && !isLineEnd(first)) {
      if (rows.n === capacity) {
        capacity *= 2;
        grow(rows, capacity);
      }
      end = readRow(place, rows, values, at, line, start);
    }
    // CRLF counts as one line end.
    at = text.charCodeAt(end) === CR && text.charCodeAt(end + 1) === LF ? end + 2 : end + 1;
  }
  if (rows.n === 0) {
    throw new WbeError("EMPTY_INPUT", "expected at least one row of seven columns, found none", {
      where: place.name || "SWC text",
      remedy: text.length === 0 ? "The file is empty." : "The file holds only comments or blank lines.",
    });
  }
  return rows;
}

const LF = 10;
const CR = 13;
const HASH = 35;
const COMMA = 44;

function isLineEnd(code: number): boolean {
  return code === LF || code === CR;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 11 || code === 12 || code === 0xa0;
}

function endOfLine(text: string, from: number): number {
  let end = from;
  while (end < text.length && !isLineEnd(text.charCodeAt(end))) end++;
  return end;
}

/** Without "#" and the one space that usually follows it. */
function commentText(text: string, hash: number, end: number): string {
  const from = hash + 1;
  return text.slice(text.charCodeAt(from) === 32 && from < end ? from + 1 : from, end);
}

function grow(rows: Rows, capacity: number): void {
  const copy = <A extends { set(from: A): void }>(old: A, fresh: A): A => {
    fresh.set(old);
    return fresh;
  };
  rows.id = copy(rows.id, new Int32Array(capacity));
  rows.type = copy(rows.type, new Uint8Array(capacity));
  rows.x = copy(rows.x, new Float64Array(capacity));
  rows.y = copy(rows.y, new Float64Array(capacity));
  rows.z = copy(rows.z, new Float64Array(capacity));
  rows.radius = copy(rows.radius, new Float64Array(capacity));
  rows.parentId = copy(rows.parentId, new Int32Array(capacity));
  rows.line = copy(rows.line, new Int32Array(capacity));
  rows.start = copy(rows.start, new Int32Array(capacity));
}

/** Reads one row that starts at `at` (not blank) and gives the position of its line end. */
function readRow(place: Place, rows: Rows, values: Float64Array, from: number, line: number, start: number): number {
  const { text } = place;
  const { notes } = rows;
  let at = from;
  let column = 0;
  let commas = 0;
  while (true) {
    const tokenStart = at;
    let code = text.charCodeAt(at);
    while (at < text.length && !isLineEnd(code) && !isBlank(code) && code !== COMMA && code !== HASH) {
      code = text.charCodeAt(++at);
    }
    const tokenEnd = at;
    let comma = false;
    while (isBlank(code) || (code === COMMA && !comma)) {
      if (code === COMMA) comma = true;
      code = text.charCodeAt(++at);
    }
    const ended = at >= text.length || isLineEnd(code) || code === HASH;
    if (column < nFields) {
      values[column] = readField(place, column, tokenStart, tokenEnd, line, start);
      if (comma && column < nFields - 1) commas++;
    } else if (tokenEnd > tokenStart) {
      notes.add("columns after the seventh were ignored", line);
      at = tokenEnd;
      while (at < text.length && !isLineEnd(text.charCodeAt(at)) && text.charCodeAt(at) !== HASH) at++;
      break;
    }
    column++;
    if (ended) break;
  }
  if (column < nFields) {
    throw rowError(
      place,
      line,
      start,
      `expected the ${nFields} columns ${fieldNames.join(", ")}, found ${column}`,
      "Complete the row or remove it.",
    );
  }
  if (commas > 0 && commas < nFields - 1) {
    throw rowError(
      place,
      line,
      start,
      "expected one kind of separator, found commas and blanks",
      "If the commas are decimal commas, write decimal points.",
    );
  }
  let end = at;
  if (text.charCodeAt(at) === HASH) {
    end = endOfLine(text, at);
    const comment = commentText(text, at, end).trim();
    if (comment) rows.comments.push(`point ${values[0]}: ${comment}`);
  }
  store(place, rows, values, line, start);
  return end;
}

function readField(
  place: Place,
  column: number,
  tokenStart: number,
  tokenEnd: number,
  line: number,
  start: number,
): number {
  const quick = shortDecimal(place.text, tokenStart, tokenEnd);
  if (quick !== undefined) return quick;
  const token = place.text.slice(tokenStart, tokenEnd);
  const value = isDecimal(token) ? Number(token) : Number.NaN;
  if (Number.isFinite(value)) return value;
  const found = token === "" ? "an empty field" : `"${token.slice(0, 40)}"`;
  throw rowError(
    place,
    line,
    start,
    `expected a finite number in column ${column + 1} (${fieldNames[column]}), found ${found}`,
    /^[a-z_]+$/i.test(token) && column === 0
      ? "If this is a header, mark it as a comment with #."
      : "Correct the value in the file.",
  );
}

const powersOfTen = Float64Array.from({ length: 16 }, (_, k) => 10 ** k);

/**
 * The number of a field of at most 15 digits without exponent, undefined for any other: whole number and power of ten are
 * exact, and so their quotient is rounded once, as Number() rounds (Clinger 1990). Most fields of most files are such.
 */
function shortDecimal(text: string, start: number, end: number): number | undefined {
  const isNegative = text.charCodeAt(start) === 45;
  let whole = 0;
  let digits = 0;
  let point = -1;
  for (let at = isNegative ? start + 1 : start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) {
      whole = whole * 10 + (code - 48);
      digits++;
    } else if (code === 46 && point < 0) point = digits;
    else return undefined;
  }
  if (digits === 0 || digits > 15) return undefined;
  const value = point < 0 ? whole : whole / powersOfTen[digits - point]!;
  return isNegative ? -value : value;
}

/** Decimal number with optional sign, point and exponent; not what `Number` also takes ("0x1f", "Infinity", ""). */
function isDecimal(token: string): boolean {
  let digits = 0;
  let at = 0;
  const sign = (code: number) => code === 43 || code === 45;
  if (sign(token.charCodeAt(0))) at++;
  let points = 0;
  for (; at < token.length; at++) {
    const code = token.charCodeAt(at);
    if (code >= 48 && code <= 57) digits++;
    else if (code === 46 && points === 0) points++;
    else break;
  }
  if (digits === 0) return false;
  if (at === token.length) return true;
  const code = token.charCodeAt(at);
  if (code !== 101 && code !== 69) return false;
  at++;
  if (sign(token.charCodeAt(at))) at++;
  const exponentStart = at;
  while (at < token.length && token.charCodeAt(at) >= 48 && token.charCodeAt(at) <= 57) at++;
  return at === token.length && at > exponentStart;
}

function store(place: Place, rows: Rows, values: Float64Array, line: number, start: number): void {
  const fail = (message: string, remedy: string) => rowError(place, line, start, message, remedy);
  const [id, type, x, y, z, radius, parent] = values as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (!Number.isInteger(id) || id < 0 || id > maxId) {
    throw fail(`expected a whole id from 0 to ${maxId}, found ${id}`, "Renumber the points.");
  }
  if (!Number.isInteger(type) || type < 0 || type > 255) {
    throw fail(`expected a whole type from 0 to 255, found ${type}`, "Use the SWC types (1 soma, 2 axon, 3 basal, …).");
  }
  if (!Number.isInteger(parent) || parent < -1 || parent > maxId) {
    throw fail(`expected a parent id or −1, found ${parent}`, "Write −1 for a root.");
  }
  if (parent === id) throw fail(`point ${id} is its own parent`, "Write −1 if it is a root, else its true parent.");
  if (radius < 0) {
    throw fail(`expected a radius of at least 0 um, found ${radius}`, "Correct the radius; write 0 if it is unknown.");
  }
  if (radius === 0) rows.notes.add("radius 0", line);
  const i = rows.n++;
  rows.id[i] = id;
  rows.type[i] = type;
  rows.x[i] = x;
  rows.y[i] = y;
  rows.z[i] = z;
  rows.radius[i] = radius;
  rows.parentId[i] = parent;
  rows.line[i] = line;
  rows.start[i] = start;
}
