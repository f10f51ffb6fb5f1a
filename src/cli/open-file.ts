/**
 * Opens any file that wbe reads, for `wbe info` and `wbe convert`.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { WbeError } from "../core/errors.js";
import type { Morphology } from "../core/morphology.js";
import type { Recording } from "../core/recording.js";
import type { Surface } from "../core/surface.js";
import { fileError, fileSource } from "../io/file.node.js";
import type { Format, ReadOptions, Source } from "../io/format.js";
import { detectFormat, formats } from "../io/formats.js";
import type { GraphData } from "../io/graph-data.js";
import type { ImageVolume } from "../io/image-volume.js";
import type { NeuroMlDocument } from "../io/neuroml-data.js";
import type { SonataFile } from "../io/sonata-data.js";
import type { SpikeTable } from "../io/spike-times.js";

/** What a file holds, by kind. */
export type Content =
  | { readonly kind: "volume"; readonly value: ImageVolume }
  | { readonly kind: "graph"; readonly value: GraphData }
  | { readonly kind: "recording"; readonly value: Recording }
  | { readonly kind: "sonata"; readonly value: SonataFile }
  | { readonly kind: "morphology"; readonly value: Morphology }
  | { readonly kind: "surface"; readonly value: Surface }
  | { readonly kind: "neuroml"; readonly value: NeuroMlDocument }
  | { readonly kind: "spikes"; readonly value: SpikeTable };

type Kind = Content["kind"];
type ValueOf<K extends Kind> = Extract<Content, { kind: K }>["value"];

/** The formats of each kind: those between which a file can be converted. */
export const formatsByKind: { readonly [K in Kind]: readonly Format<ValueOf<K>>[] } = {
  volume: [formats.nifti, formats.npy, formats.npz, formats.nrrd, formats.tiff],
  graph: [
    formats.graphml,
    formats.gexf,
    formats["matrix-market"],
    formats["edge-list"],
    formats.adjacency,
    formats.tvb,
    formats.parquet,
    formats.arrow,
  ],
  recording: [formats.nwb],
  sonata: [formats.sonata],
  morphology: [formats.swc, formats.neurolucida],
  surface: [formats.gifti],
  neuroml: [formats.neuroml],
  spikes: [formats["spike-times"]],
};

export interface OpenedFile {
  /** Id of the format; "ome-zarr" or "precomputed" for a folder. */
  readonly format: string;
  readonly title: string;
  /** Bytes; undefined for a folder. */
  readonly size: number | undefined;
  readonly content: Content;
  close(): Promise<void>;
}

/** True for a folder, which is read as a precomputed volume when it has a file `info`, else as Zarr. @throws WbeError FILE when there is nothing at the path. */
export async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((cause) => {
    throw fileError("open", path, cause);
  });
  return found.isDirectory();
}

/**
 * Reads a file by its content, or as the format that is named.
 *
 * @throws WbeError UNSUPPORTED when nothing recognises it, NAME_UNKNOWN for a format that is not there, and what readers throw.
 */
export async function openFile(path: string, from: string | undefined, options: ReadOptions): Promise<OpenedFile> {
  if (await isFolder(path)) {
    const { directoryStore } = await import("../io/run-folder.node.js");
    const store = directoryStore(path);
    if (existsSync(join(path, "info"))) {
      const { readPrecomputed } = await import("../io/precomputed.js");
      return folderContent(
        "precomputed",
        "neuroglancer precomputed volume",
        await readPrecomputed(store, { ...options, name: basename(path) }),
      );
    }
    const { readOmeZarr } = await import("../io/ome-zarr.js");
    const value = await readOmeZarr(store, {
      ...options,
      name: basename(path).replace(/(\.ome)?\.zarr$/i, ""),
    });
    return folderContent("ome-zarr", "OME-Zarr image", value);
  }
  const source = await fileSource(path);
  try {
    const id = from ?? (await detectFormat(source)).id;
    for (const kind of Object.keys(formatsByKind) as Kind[]) {
      const opened = await openAs(kind, id, source, options);
      if (opened) return opened;
    }
    throw unknownFormat(id);
  } catch (error) {
    await source.close();
    throw error;
  }
}

const folderContent = (format: string, title: string, value: ImageVolume): OpenedFile => ({
  format,
  title,
  size: undefined,
  content: { kind: "volume", value },
  close: async () => {},
});

async function openAs<K extends Kind>(
  kind: K,
  id: string,
  source: Source,
  options: ReadOptions,
): Promise<OpenedFile | undefined> {
  const list: readonly Format<ValueOf<K>>[] = formatsByKind[kind];
  const format = list.find((one) => one.id === id);
  if (!format) return undefined;
  const value = await format.read(source, options);
  return {
    format: id,
    title: format.title,
    size: source.size,
    content: { kind, value } as unknown as Content,
    close: async () => {
      if (typeof value === "object" && "close" in value && typeof value.close === "function") value.close();
      await source.close();
    },
  };
}

export function unknownFormat(id: string): WbeError {
  const known = Object.values(formatsByKind).flatMap((list) => list.map((format) => format.id));
  return new WbeError("NAME_UNKNOWN", `no format "${id}"`, { remedy: `There are ${known.join(", ")}.` });
}
