/**
 * Writes TIFF stacks without compression, with ImageJ's description of slices and voxel size.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { bytesOf, bytesOfNumbers, checkImage, type ImageVolume, typeOf } from "./image-volume.js";

/** One page per slice and frame, little-endian, one strip each. @throws WbeError LIMIT beyond 4 GiB */
export function encodeTiff(image: ImageVolume): Uint8Array {
  checkImage(image);
  const [width, height, nz] = image.shape;
  const pages = nz * image.frames;
  if (width * height * pages === 0)
    throw new WbeError("ARGUMENT", "TIFF cannot hold an image without pixels", { where: image.name });
  const type = typeOf(image.data);
  const [dx, dy, dz] = image.voxelSize;
  const description = new TextEncoder().encode(
    `ImageJ=1.53\nimages=${pages}\nslices=${nz}\n${image.frames > 1 ? `frames=${image.frames}\n` : ""}unit=micron\nspacing=${dz}\nloop=false\n\0`,
  );
  const fields = 13;
  const ifdBytes = 2 + 12 * fields + 4;
  const textAt = 8;
  const rationalAt = textAt + description.length + (description.length & 1);
  const firstIfd = rationalAt + 16;
  const pageBytes = width * height * bytesOf(type);
  const dataAt = 8 * Math.ceil((firstIfd + pages * ifdBytes) / 8);
  const total = dataAt + pages * pageBytes;
  if (total >= 2 ** 32) {
    throw new WbeError("LIMIT", `TIFF cannot hold ${total} bytes`, { remedy: "Write NIfTI, NRRD or Zarr." });
  }
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, firstIfd, true);
  bytes.set(description, textAt);
  [dx, dy].forEach((size, k) => {
    const [numerator, denominator] = rational(1 / size);
    view.setUint32(rationalAt + 8 * k, numerator, true);
    view.setUint32(rationalAt + 8 * k + 4, denominator, true);
  });
  const format = { u: 1, i: 2, f: 3 }[type[0] as "u" | "i" | "f"];
  for (let page = 0; page < pages; page++) {
    let at = firstIfd + page * ifdBytes;
    view.setUint16(at, fields, true);
    at += 2;
    const field = (tag: number, kind: 2 | 3 | 4 | 5, count: number, value: number) => {
      view.setUint16(at, tag, true);
      view.setUint16(at + 2, kind, true);
      view.setUint32(at + 4, count, true);
      if (kind === 3) view.setUint16(at + 8, value, true);
      else view.setUint32(at + 8, value, true);
      at += 12;
    };
    field(256, 4, 1, width);
    field(257, 4, 1, height);
    field(258, 3, 1, 8 * bytesOf(type));
    field(259, 3, 1, 1);
    field(262, 3, 1, 1);
    field(270, 2, description.length, textAt);
    field(273, 4, 1, dataAt + page * pageBytes);
    field(277, 3, 1, 1);
    field(278, 4, 1, height);
    field(279, 4, 1, pageBytes);
    field(282, 5, 1, rationalAt);
    field(283, 5, 1, rationalAt + 8);
    field(339, 3, 1, format);
    view.setUint32(at, page + 1 < pages ? firstIfd + (page + 1) * ifdBytes : 0, true);
  }
  bytes.set(bytesOfNumbers(image.data), dataAt);
  return bytes;
}

/** Numerator and denominator below 2^32 that give the value as exactly as they can. */
function rational(value: number): [number, number] {
  let denominator = 1;
  while (
    denominator < 2 ** 30 &&
    value * denominator !== Math.round(value * denominator) &&
    value * denominator < 2 ** 31 / 10
  ) {
    denominator *= 10;
  }
  return [Math.min(2 ** 32 - 1, Math.max(1, Math.round(value * denominator))), denominator];
}
