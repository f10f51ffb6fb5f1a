/**
 * GIfTI surfaces (GIFTI Surface Data Format 1.0, 2011): points, triangles, values at points, labels.
 *
 * Coordinates are stored in mm and given in um, as stored: transformations to other spaces are not applied. Values of
 * vertices keep their own unit.
 *
 * @module
 */
import { throwIfCancelled } from "../core/progress.js";
import type { Surface } from "../core/surface.js";
import type { Format } from "./format.js";

export const giftiFormat: Format<Surface> = {
  id: "gifti",
  title: "GIfTI surface",
  category: "surface",
  extensions: ["gii"],
  source: "GIFTI Surface Data Format 1.0 (nitrc.org/projects/gifti)",
  loses: [
    "the name (the file's name takes its place)",
    "coordinates beyond single precision",
    "metadata, transformations to other spaces",
    "types of values other than uint8, int32, float32 and float64",
  ],
  detect: (head, name) => /\.gii$/i.test(name) || /<GIFTI[\s>]/.test(new TextDecoder().decode(head)),
  async read(source, options) {
    const { readGifti } = await import("./gifti-read.js");
    return readGifti(source, options);
  },
  async write(surface, sink, options = {}) {
    try {
      throwIfCancelled(options.signal, "writing the surface");
      const { writeGifti } = await import("./gifti-write.js");
      await sink.write(new TextEncoder().encode(await writeGifti(surface)));
    } catch (error) {
      await sink.abort();
      throw error;
    }
    await sink.close();
  },
};
