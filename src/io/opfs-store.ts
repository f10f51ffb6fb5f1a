/**
 * A folder of a browser's origin-private file system as a Zarr store
 * (https://fs.spec.whatwg.org/#origin-private-file-system): results that are larger than memory stay with the page.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { ZarrStore } from "./zarr.js";

/** Keys are paths below the folder; a file changes whole, when its stream is closed. */
export function opfsStore(root: FileSystemDirectoryHandle): ZarrStore {
  const find = async (key: string, create: boolean): Promise<FileSystemFileHandle> => {
    const names = key.split("/").filter((name) => name !== "");
    let folder = root;
    for (const name of names.slice(0, -1)) folder = await folder.getDirectoryHandle(name, { create });
    return folder.getFileHandle(names.at(-1)!, { create });
  };
  const failed = (action: string, key: string, cause: unknown): WbeError =>
    new WbeError("FILE", `could not ${action} the file: ${cause instanceof Error ? cause.message : String(cause)}`, {
      where: key,
      remedy: "The page may have used up its share of the disk.",
      cause,
    });
  return {
    async get(key) {
      try {
        const file = await (await find(key, false)).getFile();
        return new Uint8Array(await file.arrayBuffer());
      } catch (cause) {
        if (cause instanceof DOMException && cause.name === "NotFoundError") return undefined;
        throw failed("read", key, cause);
      }
    },
    async set(key, value) {
      try {
        const stream = await (await find(key, true)).createWritable();
        // The stream takes no view of shared memory.
        await stream.write(value.slice());
        await stream.close();
      } catch (cause) {
        throw failed("write", key, cause);
      }
    },
  };
}
