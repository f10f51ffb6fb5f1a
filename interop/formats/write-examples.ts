/** Writes one file of every format into a folder, for the check_*.py scripts: node write.mjs FOLDER. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { celegans, writeSonataCircuit } from "../../src/connectome/index.js";
import { fileSink } from "../../src/io/file.node.js";
import { bytesSource } from "../../src/io/format.js";
import { formats } from "../../src/io/formats.js";
import type { Morphology } from "../../src/core/morphology.js";
import type { Surface } from "../../src/core/surface.js";
import { fullColumn, type GraphData } from "../../src/io/graph-data.js";
import { makeImage } from "../../src/io/image-volume.js";
import { writeOmeZarr } from "../../src/io/ome-zarr.js";
import { writePrecomputedSkeletons } from "../../src/io/precomputed-skeletons.js";
import { directoryStore } from "../../src/io/run-folder.node.js";
import { sonataOfRun } from "../../src/io/sonata-run.js";
import peers from "../../test/golden/format-files.json" with { type: "json" };
import { samples } from "../../test/io/format-samples.js";
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

  await writeModels(folder, sink);

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

/** A NeuroML network and cell, a surface and a skeleton, and what they hold. */
async function writeModels(folder: string, sink: (name: string) => ReturnType<typeof fileSink>): Promise<void> {
  // The document of libNeuroML, as wbe writes it again.
  const document = await formats.neuroml.read(bytesSource(Buffer.from(peers.neuroml.file, "base64"), "network.nml"));
  await formats.neuroml.write!(document, await sink("network.nml"));
  const surface: Surface = {
    ...(samples.gifti.usual as Surface),
    labels: [{ key: 7, name: "V1 <α> 東", color: [1, 0.5, 0.25, 0] }],
  };
  await formats.gifti.write!(surface, await sink("surface.gii"));
  const neuron = samples.swc.usual as Morphology;
  await writePrecomputedSkeletons(directoryStore(join(folder, "skeletons")), [["720575940625416797", neuron]]);
  const [network] = document.networks;
  const { populations, projections } = network!;
  const { sourceCell, targetCell, weight, delay } = projections.find(({ id }) => id === "p")!;
  const triples = (values: Float64Array, factor: number) =>
    Array.from({ length: values.length / 3 }, (_, i) => Array.from(values.subarray(3 * i, 3 * i + 3), (v) => v * factor));
  const expected = {
    populations: populations.map(({ id, component, size }) => [id, component, size]),
    connections: Array.from(weight, (w, i) => [sourceCell[i], targetCell[i], w, delay[i]]),
    places: triples(populations[0]!.positions!, 1),
    segments: Array.from(document.cells[0]!.segments.id),
    points: triples(surface.vertices, 1e-3),
    triangles: Array.from(surface.triangles),
    values: Array.from(surface.values[0]!.data),
    vertices: Array.from(neuron.x, (x, i) => [x, neuron.y[i]!, neuron.z[i]!].map((um) => 1000 * um)),
    radii: Array.from(neuron.radius, (um) => 1000 * um),
    edges: Array.from(neuron.parent, (p, i) => [p, i]).slice(1),
    types: Array.from(neuron.type),
  };
  await writeFile(join(folder, "models.json"), JSON.stringify(expected));
}
