/**
 * Small tables of text whose delimiter is found: comma, semicolon, tab or spaces; double quotes around what holds it.
 * Large tables of commas: csv.ts.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";

export interface DelimitedRow {
  /** From 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** The delimiter that most lines hold equally often; "" for spaces. */
export function findDelimiter(lines: readonly string[]): string {
  const sample = lines.filter((line) => line.trim() !== "").slice(0, 20);
  for (const delimiter of ["\t", ";", ","]) {
    const counts = sample.map((line) => splitLine(line, delimiter).length);
    if (counts.length > 0 && counts[0]! > 1 && counts.every((count) => count === counts[0])) return delimiter;
  }
  return "";
}

/** Fields of a line, trimmed; a doubled quote inside quotes is a quote. */
export function splitLine(line: string, delimiter: string): string[] {
  if (delimiter === "") return line.trim().split(/\s+/);
  if (!line.includes('"')) return line.split(delimiter).map((field) => field.trim());
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (character === '"') {
      if (quoted && line[at + 1] === '"') field += line[++at];
      else quoted = !quoted;
    } else if (character === delimiter && !quoted) {
      fields.push(field);
      field = "";
    } else field += character;
  }
  fields.push(field);
  return fields.map((text) => text.trim());
}

/**
 * All rows but empty ones and comments (#, %).
 *
 * @throws WbeError FORMAT naming the line for rows of different lengths.
 */
export function readDelimited(text: string, where: string): DelimitedRow[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  const isRow = (line: string) => line.trim() !== "" && !/^\s*[#%]/.test(line);
  const delimiter = findDelimiter(lines.filter(isRow));
  const rows: DelimitedRow[] = [];
  lines.forEach((line, i) => {
    if (!isRow(line)) return;
    const fields = splitLine(line, delimiter);
    const expected = rows[0]?.fields.length ?? fields.length;
    if (fields.length !== expected) {
      throw new WbeError("FORMAT", `expected ${expected} columns, found ${fields.length}`, {
        where: `${where}, line ${i + 1}`,
      });
    }
    rows.push({ line: i + 1, fields });
  });
  return rows;
}

/** A field of comma-separated text. @throws WbeError ARGUMENT for line ends, which a line cannot hold. */
export function quoteField(text: string): string {
  if (/[\r\n]/.test(text)) {
    throw new WbeError("ARGUMENT", "a field cannot hold line ends", { where: JSON.stringify(text.slice(0, 40)) });
  }
  return /[",;\t ]|^[#%]|^$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A number in a field, NaN for anything else; "nan" is NaN too, so ask `isNumber` first. */
export const isNumber = (text: string): boolean =>
  /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)$/i.test(text);

export function toNumber(text: string): number {
  const special = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(text);
  if (!special) return Number(text);
  if (special[2]!.toLowerCase() === "nan") return Number.NaN;
  return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
