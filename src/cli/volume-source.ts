/**
 * Volumes for the commands that work on them: a Zarr folder by slices, any other image format as a whole.
 *
 * @module
 */
import { basename } from "node:path";
import { WbeError } from "../core/errors.js";
import { type SlabSource, slabsOf } from "../core/volume.js";
import { isFolder, openFile } from "./open-file.js";

/** A volume of any format that wbe reads. @throws WbeError UNSUPPORTED for a file that holds something else; what readers throw. */
export async function openVolume(path: string, signal: AbortSignal): Promise<SlabSource> {
  if (await isFolder(path)) {
    const { openOmeZarrSlabs } = await import("../io/ome-zarr.js");
    const { directoryStore } = await import("../io/run-folder.node.js");
    return openOmeZarrSlabs(directoryStore(path), { name: basename(path) });
  }
  const opened = await openFile(path, undefined, { signal });
  try {
    if (opened.content.kind !== "volume") {
      throw new WbeError("UNSUPPORTED", `expected an image volume, found ${opened.title}`, {
        where: basename(path),
        remedy: "Give a NIfTI, TIFF, NRRD, npy or OME-Zarr volume.",
      });
    }
    const { frames } = opened.content.value;
    if (frames > 1) {
      throw new WbeError("UNSUPPORTED", `expected one volume, found a series of ${frames}`, {
        where: basename(path),
        remedy: "Write the one that is meant to a file of its own.",
      });
    }
    return slabsOf(opened.content.value);
  } finally {
    await opened.close();
  }
}
