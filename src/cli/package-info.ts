/**
 * The package that this file belongs to: src/cli and dist/cli lie two folders below its root.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const packageRoot = fileURLToPath(new URL("../../", import.meta.url));

/** "built" when this file runs from dist, "source" when it runs from src (in tests). */
export const runsFrom: "built" | "source" = import.meta.url.endsWith(".ts") ? "source" : "built";

interface PackageFile {
  version: string;
  exports: Record<string, unknown>;
}

function readPackage(): PackageFile {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as PackageFile;
}

export const packageVersion = (): string => readPackage().version;

/** Names of the public parts: "core", "io", … */
export function packageParts(): string[] {
  return Object.keys(readPackage().exports)
    .filter((name) => name !== "./package.json")
    .map((name) => name.slice(2));
}
