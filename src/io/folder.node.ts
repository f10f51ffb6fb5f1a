/**
 * A folder of the local file system (Node only).
 *
 * @module
 */
import { realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { WbeError } from "../core/errors.js";
import { fileError, fileSource } from "./file.node.js";
import { confinePath, type Folder } from "./folder.js";

/** Files under `root`; also a symbolic link may not lead out of it. */
export function localFolder(root: string): Folder {
  return {
    name: root,
    async open(path) {
      const full = join(root, confinePath(path, "", root));
      const real = async (of: string) =>
        realpath(of).catch((cause) => {
          throw fileError("open", of, cause);
        });
      const [realRoot, realFull] = [await real(root), await real(full)];
      if (realFull !== realRoot && !realFull.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) {
        throw new WbeError("FILE", "expected a file inside the folder, found a link that leads out", { where: full });
      }
      return fileSource(full);
    },
  };
}
