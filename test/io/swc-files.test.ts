import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSwc, swcFormat, writeSwc } from "wbe/io";
import type { ErrorCode } from "../../src/core/errors.js";
import type { Morphology } from "../../src/core/morphology.js";
import { fileSource } from "../../src/io/file.node.js";
import { dataFolder } from "./data-folder.js";

/** Files that break the format: code and what the message must say. Every other file must load with its facts. */
const broken: Record<string, [ErrorCode, RegExp]> = {
  "jaxley_morph_multiple_roots.swc": ["FORMAT", /id 3 is already used/],
  "neurom_repeated_id.swc": ["FORMAT", /id 4 is already used/],
  "neurom_Neuron_missing_ids.swc": ["FORMAT", /parent 7, which is not in the file/],
  "neurom_Neuron_missing_parents.swc": ["FORMAT", /which is not in the file/],
  "cycle.swc": ["FORMAT", /cycle: 3 → 5 → 4 → 3/],
  "self_parent.swc": ["FORMAT", /point 3 is its own parent/],
  "nan_and_float_type.swc": ["FORMAT", /line 3: "3 3 nan 0 0 1 2"/],
  "negative_radius_trailing_comment.swc": ["FORMAT", /found -1.5/],
  "too_few_columns.swc": ["FORMAT", /found 6/],
  "empty.swc": ["EMPTY_INPUT", /empty/],
  "only_comments.swc": ["EMPTY_INPUT", /only comments/],
};

/** The facts that the collector of the data found with its own parser, in the words of SOURCES.md. */
function describeTree(m: Morphology): string {
  const n = m.id.length;
  const children = new Int32Array(n);
  const types = new Map<number, number>();
  let roots = 0;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    types.set(m.type[i]!, (types.get(m.type[i]!) ?? 0) + 1);
    const p = m.parent[i]!;
    if (p < 0) {
      roots++;
      continue;
    }
    children[p]!++;
    sum += Math.hypot(m.x[i]! - m.x[p]!, m.y[i]! - m.y[p]!, m.z[i]! - m.z[p]!);
  }
  const tips = children.filter((c) => c === 0).length;
  const branches = children.filter((c) => c > 1).length;
  const typeText = [...types].sort(([a], [b]) => a - b).map(([type, count]) => `${type}:${count}`);
  return `${n} points, ${roots} root(s), ${tips} tips, ${branches} branch nodes, types ${typeText.join(" ")}, sum of all parent links ${sum.toFixed(4)}`;
}

describe.runIf(dataFolder)("SWC files of the reference data", () => {
  const rows = dataFolder
    ? readFileSync(join(dataFolder, "SOURCES.md"), "utf8")
        .split("\n")
        .map((line) => line.split("|").map((cell) => cell.trim()))
        .filter((cells) => cells[1]?.endsWith(".swc"))
    : [];

  it("the list holds the real, odd and synthetic ones", () => {
    for (const part of ["morphology/odd/", "morphology/synthetic/", "sonata/"]) {
      expect(rows.filter((cells) => cells[1]!.startsWith(part)).length).toBeGreaterThan(5);
    }
  });

  for (const cells of rows) {
    const path = cells[1]!;
    const fact = cells.at(-2)!.replace(/, (CRLF|\d+ (duplicate|missing|bad).*)$/, "");
    const expectedError = broken[path.split("/").at(-1)!];
    it(`${path}: ${expectedError ? `is refused (${expectedError[1].source})` : fact}`, async () => {
      const source = await fileSource(join(dataFolder!, path));
      try {
        if (expectedError) {
          const [code, message] = expectedError;
          await expect(swcFormat.read(source)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
          return;
        }
        const m = await swcFormat.read(source);
        // The last decimal depends on the order of the sum.
        const [text, sum] = splitSum(describeTree(m));
        const [factText, factSum] = splitSum(fact);
        expect(text).toBe(factText);
        expect(Math.abs(sum - factSum)).toBeLessThanOrEqual(1.1e-4);
        expect({ ...readSwc(writeSwc(m), { name: m.name }), warnings: [] }).toEqual({ ...m, warnings: [] });
      } finally {
        await source.close();
      }
    });
  }
});

function splitSum(fact: string): [string, number] {
  const at = fact.lastIndexOf(" ");
  return [fact.slice(0, at), Number(fact.slice(at + 1))];
}
