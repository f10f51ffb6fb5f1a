/**
 * Loads a user's script, TypeScript or JavaScript, from anywhere on the disk. `import … from "wbe/core"` in it means
 * this package, wherever the script lies; top-level await works; Node 20 needs no flag.
 *
 * @module
 */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import { isWbeError, ScriptError } from "./failure.js";
import { packageParts, packageRoot, runsFrom } from "./package-info.js";

/**
 * Runs a script and returns its exports.
 *
 * @throws WbeError FILE when there is no such file; a WbeError of the script's own as it is; ScriptError for anything
 *   else that it throws; CANCELLED as soon as the signal fires, although the script itself is not told.
 */
export async function loadScript(path: string, cwd: string, signal?: AbortSignal): Promise<Record<string, unknown>> {
  const full = resolve(cwd, path);
  if (!statSync(full, { throwIfNoEntry: false })?.isFile()) {
    throw new WbeError("FILE", "expected a script, found no such file", { where: full, remedy: "Check the path." });
  }
  const { createJiti } = await import("jiti");
  const entry = (part: string) =>
    runsFrom === "built" ? `${packageRoot}dist/${part}/index.js` : `${packageRoot}src/${part}/index.ts`;
  const jiti = createJiti(import.meta.url, {
    alias: Object.fromEntries(packageParts().map((part) => [`wbe/${part}`, entry(part)])),
    interopDefault: false,
    fsCache: false,
  });
  // A script is a program, not a module: run again, it runs anew.
  delete jiti.cache[full];
  try {
    const loaded = jiti.import<Record<string, unknown>>(pathToFileURL(full).href);
    return await Promise.race([loaded, ...(signal ? [rejectOnAbort(signal)] : [])]);
  } catch (error) {
    throw isWbeError(error) ? error : new ScriptError(full, error);
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const check = () => {
      try {
        throwIfCancelled(signal, "the script");
      } catch (error) {
        reject(error);
      }
    };
    check();
    signal.addEventListener("abort", check, { once: true });
  });
}
