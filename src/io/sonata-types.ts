/**
 * Type tables of SONATA: text with one space between columns, quotes around what holds spaces, NULL for no value.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";

/** type id → column → text; NULL and absent columns are left out. */
export type TypeTable = ReadonlyMap<number, Readonly<Record<string, string>>>;

/** @throws WbeError FORMAT for a table without its id column, an id that is no integer or is used twice. */
export function parseTypeTable(text: string, idColumn: "node_type_id" | "edge_type_id", where: string): TypeTable {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== "");
  const header = splitFields(lines[0] ?? "");
  const at = header.indexOf(idColumn);
  if (at < 0) {
    throw new WbeError("FORMAT", `expected a column "${idColumn}", found ${header.join(", ") || "nothing"}`, { where });
  }
  const table = new Map<number, Record<string, string>>();
  lines.slice(1).forEach((line, i) => {
    const fields = splitFields(line);
    const id = Number(fields[at]);
    const place = `${where}, line ${i + 2}`;
    if (!Number.isSafeInteger(id)) {
      throw new WbeError("FORMAT", `expected an integer as ${idColumn}, found "${fields[at] ?? ""}"`, { where: place });
    }
    if (table.has(id)) throw new WbeError("FORMAT", `${idColumn} ${id} is used twice`, { where: place });
    if (fields.length > header.length) {
      throw new WbeError("FORMAT", `expected ${header.length} columns, found ${fields.length}`, {
        where: place,
        remedy: "Put values that hold spaces into double quotes.",
      });
    }
    const row: Record<string, string> = Object.create(null);
    fields.forEach((field, column) => {
      if (field !== "NULL" && field !== "" && header[column] !== idColumn) row[header[column]!] = field;
    });
    table.set(id, row);
  });
  return table;
}

function splitFields(line: string): string[] {
  const fields: string[] = [];
  for (const [, quoted, single, plain] of line.matchAll(/"((?:[^"]|"")*)"|'([^']*)'|([^\s"']\S*)/g)) {
    fields.push(quoted?.replaceAll('""', '"') ?? single ?? plain ?? "");
  }
  return fields;
}

/** The table as text, columns in the order in which they first occur. */
export function formatTypeTable(table: TypeTable, idColumn: "node_type_id" | "edge_type_id"): string {
  const columns = [...new Set([...table.values()].flatMap((row) => Object.keys(row)))];
  const quote = (field: string) => (/[\s"']/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
  const rows = [...table].map(([id, row]) => [id, ...columns.map((name) => quote(row[name] ?? "NULL"))].join(" "));
  return `${[[idColumn, ...columns].join(" "), ...rows].join("\n")}\n`;
}
