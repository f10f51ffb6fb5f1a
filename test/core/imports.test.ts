import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("../../src/core/", import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
const specifiers = (name: string) =>
  [...readFileSync(folder + name, "utf8").matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]!);

describe("wbe/core", () => {
  it("imports nothing but its own files: no package, no node: module, no other folder", () => {
    expect(files).toContain("index.ts");
    expect(specifiers("index.ts").length).toBeGreaterThan(15);
    for (const name of files) {
      for (const specifier of specifiers(name)) expect(specifier, name).toMatch(/^\.\/[a-z0-9-]+\.js$/);
    }
  });

  it("calls no Math function and no power whose bits differ between engines", () => {
    const exact = /^(abs|ceil|clz32|floor|fround|imul|max|min|round|sign|sqrt|trunc|[A-Z0-9_]+)$/;
    for (const name of files) {
      const text = readFileSync(folder + name, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
      for (const [, used] of text.matchAll(/\bMath\.(\w+)/g)) expect(used, `Math function in ${name}`).toMatch(exact);
      // units.ts raises 10 to whole powers; powers of 2 with a literal exponent are exact.
      if (name === "units.ts") continue;
      for (const [power] of text.matchAll(/\S+ \*\* \S+/g))
        expect(power, `power in ${name}`).toMatch(/^\(?2 \*\* -?\d/);
    }
  });
});
