/**
 * Archives of NumPy arrays (numpy.savez, numpy.savez_compressed).
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import { baseName, byteLimit, type Format, type ReadOptions, type Source } from "./format.js";
import { type ImageVolume, imageOf } from "./image-volume.js";
import { arrayOfVolume, decodeNpy, encodeNpy, type NpyArray, volumeOfArray } from "./npy.js";
import { encodeZip, isZip, readZip } from "./zip.js";

/** All arrays by name. @throws WbeError as readZip and decodeNpy */
export async function readNpz(source: Source, options: ReadOptions = {}): Promise<Map<string, NpyArray>> {
  const arrays = new Map<string, NpyArray>();
  for (const entry of await readZip(source, options)) {
    throwIfCancelled(options.signal, "reading the arrays");
    if (!entry.name.endsWith(".npy")) continue;
    const where = `${source.name}:${entry.name}`;
    arrays.set(entry.name.slice(0, -4), decodeNpy(await entry.read(), where, byteLimit(source.size, options)));
  }
  options.onProgress?.(source.size, source.size);
  return arrays;
}

/** The bytes of an archive, uncompressed. */
export function encodeNpz(arrays: ReadonlyMap<string, NpyArray>): Uint8Array {
  return encodeZip([...arrays].map(([name, array]) => [`${name}.npy`, encodeNpy(array)] as const));
}

export const npzFormat: Format<ImageVolume> = {
  id: "npz",
  title: "archive of NumPy arrays",
  category: "volume",
  extensions: ["npz"],
  source: "numpy.savez; APPNOTE 6.3",
  loses: ["voxel size, origin and orientation", "times of frames"],
  detect: (head) => isZip(head),
  async confirm(source) {
    const entries = await readZip(source).catch(() => []);
    return entries.length > 0 && entries.every(({ name }) => name.endsWith(".npy"));
  },
  async read(source, options = {}) {
    const arrays = await readNpz(source, options);
    const [first] = arrays;
    if (!first || (arrays.size > 1 && options.name === undefined)) {
      throw new WbeError("ARGUMENT", `expected an archive of one array, found ${arrays.size}`, {
        where: source.name,
        remedy: `Name one: ${[...arrays.keys()].slice(0, 10).join(", ")}.`,
      });
    }
    const [name, array] = options.name === undefined ? first : ([options.name, arrays.get(options.name)] as const);
    if (!array) throw new WbeError("NAME_UNKNOWN", `no array "${name}" in the archive`, { where: source.name });
    return volumeOfArray(array, name);
  },
  async write(volume, sink, options = {}) {
    try {
      throwIfCancelled(options.signal, "writing the arrays");
      const image = imageOf(volume, baseName(sink.name));
      await sink.write(encodeNpz(new Map([[image.name, arrayOfVolume(image)]])));
    } catch (error) {
      await sink.abort();
      throw error;
    }
    await sink.close();
  },
};
