/**
 * NIfTI-1 and NIfTI-2 images in one file, plain or gzip (nifti.nimh.nih.gov; Cox et al. 2004).
 *
 * @module
 */
import type { Volume } from "../core/volume.js";
import type { Format } from "./format.js";
import { isGzip } from "./gzip.js";
import { type ImageVolume, imageOf } from "./image-volume.js";
import { isNiftiHead } from "./nifti-head.js";

export const niftiFormat: Format<ImageVolume> & { write(volume: Volume, ...rest: WriteRest): Promise<void> } = {
  id: "nifti",
  title: "NIfTI image",
  category: "volume",
  extensions: ["nii", "nii.gz"],
  source: "NIfTI-1.1 (nifti1.h, 2007) and NIfTI-2 (2011), nifti.nimh.nih.gov",
  loses: [
    "the name (the file's name takes its place)",
    "digits of the affine beyond single precision",
    "axes beyond the fourth become frames",
    "extensions",
    "intent and text fields",
  ],
  detect(head, name) {
    if (isGzip(head)) return true;
    return isNiftiHead(head) || (/\.nii$/i.test(name) && head.length >= 348);
  },
  async confirm(source) {
    const { isNifti } = await import("./nifti-data.js");
    return isNifti(source);
  },
  async read(source, options) {
    const { readNifti } = await import("./nifti-data.js");
    return readNifti(source, options);
  },
  async write(volume, sink, options) {
    const { writeNifti } = await import("./nifti-data.js");
    await writeNifti(imageOf(volume), sink, options);
  },
};

type WriteRest = Parameters<NonNullable<Format<ImageVolume>["write"]>> extends [unknown, ...infer Rest] ? Rest : never;
