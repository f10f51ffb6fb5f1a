/**
 * A folder whose files can be opened by relative path and that no path leaves: what formats of several files read.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { bytesSource, type Source } from "./format.js";

export interface Folder {
  /** For error messages. */
  readonly name: string;
  /** `path` is relative, with "/". @throws WbeError FILE when there is no such file. */
  open(path: string): Promise<Source>;
}

/**
 * The path with "." and ".." worked out, relative to the folder's root.
 *
 * @param base folder that `path` is relative to, itself relative to the root.
 * @throws WbeError FILE for a path that is absolute or leaves the root.
 */
export function confinePath(path: string, base = "", where = ""): string {
  const isAbsolute = /^(?:[/\\]|[A-Za-z]:|[A-Za-z][\w+.-]*:\/\/)/.test(path);
  const parts: string[] = [];
  for (const part of `${base}/${path}`.split(/[/\\]/)) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) parts.push("\0");
  }
  if (!isAbsolute && !parts.includes("\0")) return parts.join("/");
  throw new WbeError("FILE", `expected a path inside the folder, found "${path}"`, {
    where,
    remedy: "Give the folder above as the root (--root) if these files belong together.",
  });
}

/** A folder of files in memory, by path. */
export function memoryFolder(files: Readonly<Record<string, Uint8Array>>, name = "memory"): Folder {
  return {
    name,
    async open(path) {
      const inside = confinePath(path);
      const bytes = Object.hasOwn(files, inside) ? files[inside] : undefined;
      if (bytes) return bytesSource(bytes, inside.split("/").at(-1)!);
      throw new WbeError("FILE", "could not open the file: it does not exist", { where: `${name}/${inside}` });
    },
  };
}
