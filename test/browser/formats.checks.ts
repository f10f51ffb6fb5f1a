/** File formats in a page: written to memory, read from a Blob, the same values as in Node. */
import { blobSource, detectFormat, formats, memorySink } from "wbe/io";
import type { Recording } from "../../src/core/recording.js";
import { seriesValues } from "../../src/core/recording.js";
import { makeImage, plainAffine } from "../../src/io/image-volume.js";
import { sampleRecording } from "../io/sample-recording.js";

async function blobOf(write: (sink: ReturnType<typeof memorySink>) => Promise<void>, name: string) {
  const sink = memorySink(name);
  await write(sink);
  return blobSource(new Blob([sink.bytes() as Uint8Array<ArrayBuffer>]), name);
}

/** HDF5 in a page: an NWB file and its values. */
export async function nwbThroughABlob(): Promise<unknown> {
  const source = await blobOf((sink) => formats.nwb.write!(sampleRecording(), sink), "x.nwb");
  const format = await detectFormat(source);
  const recording = (await formats.nwb.read(source)) as Recording;
  const raw = recording.series.find(({ path }) => path === "acquisition/raw")!;
  const units = recording.tables.find(({ path }) => path === "units")!;
  const result = {
    format: format.id,
    values: [...(await seriesValues(raw))],
    ids: [...units.ids],
    names: units.columns.find(({ name }) => name === "unit_name")!.values,
  };
  recording.close();
  return result;
}

/** gzip by the platform, XML by saxes, volumes. */
export async function imagesAndGraphsThroughABlob(): Promise<unknown> {
  const image = makeImage(Int16Array.of(1, -2, 3, 4), [2, 2, 1], plainAffine([1000, 2000, 3000], [0, 0, 0]), {
    name: "v",
  });
  const found: unknown[] = [];
  for (const [id, name] of [
    ["nifti", "v.nii.gz"],
    ["nrrd", "v.nrrd"],
    ["tiff", "v.tif"],
    ["npz", "v.npz"],
  ] as const) {
    const source = await blobOf((sink) => formats[id].write!(image, sink), name);
    found.push([(await detectFormat(source)).id, [...(await formats[id].read(source)).data]]);
  }
  const graph = '<graphml><graph edgedefault="directed"><node id="α"/><edge source="α" target="α"/></graph></graphml>';
  const read = await formats.graphml.read(blobSource(new Blob([graph]), "g.graphml"));
  return [...found, read.nodeIds, [...read.source]];
}
