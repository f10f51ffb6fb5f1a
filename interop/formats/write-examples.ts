/** Writes one file of every format into a folder, for the check_*.py scripts: node write.mjs FOLDER. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { celegans, writeSonataCircuit } from "../../src/connectome/index.js";
import { fileSink } from "../../src/io/file.node.js";
import { formats } from "../../src/io/formats.js";
import { fullColumn, type GraphData } from "../../src/io/graph-data.js";
import { makeImage } from "../../src/io/image-volume.js";
import { writeOmeZarr } from "../../src/io/ome-zarr.js";
import { directoryStore } from "../../src/io/run-folder.node.js";
import { sonataOfRun } from "../../src/io/sonata-run.js";
import { sampleRecording } from "../../test/io/sample-recording.js";

export async function writeExamples(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const sink = (name: string) => fileSink(join(folder, name));
  const affine = [0, -2000, 0, 5000, 3000, 0, 0, 6000, 0, 0, 4000, 7000];
  const series = makeImage(Int16Array.from({ length: 120 }, (_, i) => i * 7 - 300), [5, 4, 3, 2], affine, { name: "v" });
  for (const name of ["v.nii", "v.nii.gz"]) await formats.nifti.write!(series, await sink(name));
  await formats.npy.write!(series, await sink("v.npy"));
  await formats.npz.write!(series, await sink("v.npz"));
  await formats.nrrd.write!(series, await sink("v.nrrd"));
  await formats.tiff.write!(series, await sink("v.tif"));
  const plain = makeImage(Uint16Array.from({ length: 60 }, (_, i) => i * 7), [5, 4, 3], [2, 0, 0, 1, 0, 3, 0, 2, 0, 0, 4, 3], {
    name: "v",
  });
  await writeOmeZarr(directoryStore(join(folder, "v.zarr")), plain, { levels: 2 });

  const [size, exc, weight] = [[2 ** 53 - 1, -1, 5], [1, 0, 1], [0.1, -2.5e-300, 7]];
  const graph: GraphData = {
    name: "g",
    directed: true,
    nodeIds: ["Purkinje-α", '東 <&">', "c"],
    nodes: { exc: fullColumn("boolean", Float64Array.from(exc)), size: fullColumn("long", Float64Array.from(size)) },
    source: Uint32Array.of(0, 1, 2),
    target: Uint32Array.of(1, 2, 2),
    edges: { weight: fullColumn("double", Float64Array.from(weight)) },
    warnings: [],
  };
  await formats.graphml.write!(graph, await sink("g.graphml"));
  await formats.gexf.write!(graph, await sink("g.gexf"));
  await formats["matrix-market"].write!(graph, await sink("g.mtx"));
  const edges = weight.map((w, i) => ({
    source: graph.nodeIds[graph.source[i]!],
    target: graph.nodeIds[graph.target[i]!],
    weight: w,
  }));
  const expected = { nodes: graph.nodeIds, size, exc: exc.map(Boolean), edges };
  await writeFile(join(folder, "expected.json"), JSON.stringify(expected));

  await formats.nwb.write!(sampleRecording(), await sink("sample.nwb"));

  await writeSonataCircuit(await celegans(), sink);
  const run = sonataOfRun(
    {
      step: Uint32Array.of(1, 5, 9),
      neuron: Uint32Array.of(0, 2, 1),
      dt: 0.1,
      nNeurons: 3,
      startStep: 0,
      stopStep: 10,
      populations: [{ name: "neurons", start: 0, size: 3 }],
      pulseTimes: [],
    },
    [
      {
        variable: "V",
        unit: "mV",
        population: "neurons",
        neurons: Uint32Array.of(0, 2),
        sampleStep: Uint32Array.of(0, 1, 2),
        dt: 0.1,
        data: Float64Array.of(1, 2, 3, 4, 5, 6),
      },
    ],
  );
  await formats.sonata.write!({ ...run, reports: [] }, await sink("spikes.h5"));
  await formats.sonata.write!({ ...run, spikes: [] }, await sink("report.h5"));
}
