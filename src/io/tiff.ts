/**
 * TIFF and BigTIFF stacks of grey images (TIFF 6.0, 1992; BigTIFF, AWare 2007), with ImageJ's and OME's voxel sizes.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { Format } from "./format.js";
import { type ImageVolume, imageOf } from "./image-volume.js";

export const tiffFormat: Format<ImageVolume> = {
  id: "tiff",
  title: "TIFF stack",
  category: "volume",
  extensions: ["tif", "tiff"],
  source: "TIFF 6.0, Adobe 1992; BigTIFF; ImageJ and OME conventions for voxel sizes",
  loses: ["origin and orientation", "the name (the file's name takes its place)", "times of frames", "colour maps"],
  detect(head) {
    const [a, b, c, d] = head;
    return (
      (a === 0x49 && b === 0x49 && (c === 42 || c === 43) && d === 0) ||
      (a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43))
    );
  },
  async read(source, options) {
    const { readTiff } = await import("./tiff-read.js");
    return readTiff(source, options);
  },
  async write(volume, sink, options = {}) {
    try {
      const { encodeTiff } = await import("./tiff-write.js");
      if (options.signal?.aborted) throw new WbeError("CANCELLED", "writing the image was cancelled");
      await sink.write(encodeTiff(imageOf(volume)));
    } catch (error) {
      await sink.abort();
      throw error;
    }
    await sink.close();
  },
};
