import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/**
 * The names that each subpath exports, kept in public-api.snapshot.json. A name that goes, or comes without being
 * meant to, shows up here. After a wanted change:
 *
 *     UPDATE_API=1 npx vitest run test/public-api.test.ts
 */
const update = "UPDATE_API=1 npx vitest run test/public-api.test.ts";

interface Exports {
  values: string[];
  types: string[];
}

const root = fileURLToPath(new URL("../", import.meta.url));
const snapshotFile = `${root}test/public-api.snapshot.json`;
const subpaths = readdirSync(`${root}src`)
  .filter((folder) => existsSync(`${root}src/${folder}/index.ts`))
  .sort();

/** The text of an index with its comments taken out. */
function indexText(subpath: string): string {
  return readFileSync(`${root}src/${subpath}/index.ts`, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}

/** Names that `export type { A, B as C }`, `export { type D }`, `export type E =` and `export interface F` give. */
function typeNames(text: string): string[] {
  const names: string[] = [];
  for (const [, whole, list] of text.matchAll(/export\s+(type\s+)?\{([^}]*)\}/g)) {
    for (const item of list!.split(",")) {
      const match = /^\s*(type\s+)?(\w+)(?:\s+as\s+(\w+))?\s*$/.exec(item);
      if (match && (whole || match[1])) names.push(match[3] ?? match[2]!);
    }
  }
  for (const [, name] of text.matchAll(/export\s+(?:interface|type)\s+(\w+)/g)) names.push(name!);
  return names.sort();
}

async function exportsOf(subpath: string): Promise<Exports> {
  const module: Record<string, unknown> = await import(`../src/${subpath}/index.ts`);
  return { values: Object.keys(module).sort(), types: typeNames(indexText(subpath)) };
}

function readSnapshot(): Record<string, Exports> {
  return existsSync(snapshotFile) ? JSON.parse(readFileSync(snapshotFile, "utf8")) : {};
}

/** One line per name that came or went. */
function difference(subpath: string, before: Exports | undefined, now: Exports): string[] {
  const lines: string[] = [];
  for (const kind of ["values", "types"] as const) {
    const old = new Set(before?.[kind]);
    const current = new Set(now[kind]);
    for (const name of current) if (!old.has(name)) lines.push(`+ wbe/${subpath} ${name} (${kind.slice(0, -1)})`);
    for (const name of old) if (!current.has(name)) lines.push(`- wbe/${subpath} ${name} (${kind.slice(0, -1)})`);
  }
  return lines;
}

const found: Record<string, Exports> = {};
for (const subpath of subpaths) found[subpath] = await exportsOf(subpath);
if (process.env.UPDATE_API) writeFileSync(snapshotFile, `${JSON.stringify(found, null, 2)}\n`);
const snapshot = readSnapshot();

describe("public API", () => {
  it("there is something to compare", () => {
    expect(subpaths).toContain("core");
  });

  for (const subpath of new Set([...subpaths, ...Object.keys(snapshot)])) {
    it(`wbe/${subpath} exports exactly the names of public-api.snapshot.json`, () => {
      const lines = difference(subpath, snapshot[subpath], found[subpath] ?? { values: [], types: [] });
      expect(lines, `the exports changed:\n${lines.join("\n")}\nIf that is meant: ${update}`).toEqual([]);
    });
  }

  for (const subpath of subpaths) {
    it(`wbe/${subpath} lists its names by hand (no export *)`, () => {
      expect(indexText(subpath)).not.toMatch(/export\s*\*/);
    });
  }
});
