/**
 * What `wbe info` says about the content of a file: facts by name, in order.
 *
 * @module
 */

import type { Recording } from "../core/recording.js";
import type { Surface } from "../core/surface.js";
import { edgeWeights, type GraphData } from "../io/graph-data.js";
import type { ImageVolume } from "../io/image-volume.js";
import type { NeuroMlDocument } from "../io/neuroml-data.js";
import type { SonataFile } from "../io/sonata-data.js";
import type { Content } from "./open-file.js";

export type Facts = Record<string, string | number | readonly string[]>;

const short = (value: number): string => String(Number(value.toPrecision(8)));

/** At most `most` lines, and how many there are beyond. */
function listOf(lines: readonly string[], most = 12): readonly string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most), `… and ${lines.length - most} more`];
}

export function factsOf({ kind, value }: Content): Facts {
  if (kind === "volume") return volumeFacts(value);
  if (kind === "graph") return graphFacts(value);
  if (kind === "recording") return recordingFacts(value);
  if (kind === "sonata") return sonataFacts(value);
  if (kind === "spikes") {
    const neurons = new Set(value.neuron);
    return { spikes: value.time.length, neurons: neurons.size, unit: "ms" };
  }
  if (kind === "surface") return surfaceFacts(value);
  if (kind === "neuroml") return neuromlFacts(value);
  const roots = value.parent.filter((parent) => parent < 0).length;
  return { points: value.id.length, trees: roots, unit: "um", comments: value.comments.length };
}

function volumeFacts({ data, shape, frames, voxelSize, origin, affine }: ImageVolume): Facts {
  let [low, high, sum, n] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const value of data) {
    if (Number.isNaN(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    sum += value;
    n++;
  }
  const isOblique = [1, 2, 4, 6, 8, 9].some((k) => affine[k] !== 0);
  return {
    shape: shape.join(" × "),
    frames,
    type: data.constructor.name.replace("Array", "").toLowerCase(),
    "voxel size (um)": voxelSize.map(short).join(" × "),
    "origin (um)": origin.map(short).join(", "),
    axes: isOblique ? "turned against the scanner's" : "along the scanner's",
    ...(n === 0 ? {} : { range: `${short(low)} … ${short(high)}`, mean: short(sum / n) }),
    ...(n < data.length ? { "NaN voxels": data.length - n } : {}),
  };
}

function graphFacts(graph: GraphData): Facts {
  const columns = (table: GraphData["nodes"]) =>
    listOf(Object.entries(table).map(([name, { type }]) => `${name} (${type})`));
  const weights = edgeWeights(graph);
  return {
    nodes: graph.nodeIds.length,
    edges: graph.source.length,
    directed: graph.directed ? "yes" : "no",
    "sum of weights": short(weights.reduce((a, b) => a + b, 0)),
    "node attributes": columns(graph.nodes),
    "edge attributes": columns(graph.edges),
  };
}

function surfaceFacts({ vertices, triangles, values, labels, space }: Surface): Facts {
  return {
    vertices: vertices.length / 3,
    triangles: triangles.length / 3,
    unit: "um",
    ...(space === "" ? {} : { space }),
    values: listOf(
      values.map(
        ({ name, intent, data, components }) =>
          `${name || "unnamed"} (${intent}): ${data.length / components} × ${components}`,
      ),
    ),
    ...(labels.length === 0 ? {} : { labels: listOf(labels.map(({ key, name }) => `${key}: ${name}`)) }),
  };
}

function neuromlFacts({ cells, components, networks, includes }: NeuroMlDocument): Facts {
  const cellLine = ({ id, segments, groups, membrane }: NeuroMlDocument["cells"][number]) => {
    const densities = membrane.filter(({ kind }) => kind.startsWith("channelDensity")).length;
    return `${id}: ${segments.id.length} segments, ${groups.length} groups, ${densities} channel densities`;
  };
  const networkLines = networks.flatMap(({ id, populations, projections, inputs }) => [
    `${id}: ${populations.length} populations, ${projections.length} projections, ${inputs.length} inputs`,
    ...populations.map((one) => `  ${one.id}: ${one.size} × ${one.component}`),
    ...projections.map((one) => `  ${one.id}: ${one.source} → ${one.target}, ${one.sourceCell.length} connections`),
  ]);
  return {
    cells: listOf(cells.map(cellLine)),
    components: listOf(components.map(({ kind, attributes }) => `${kind} ${attributes.id ?? ""}`)),
    networks: listOf(networkLines, 30),
    includes: listOf(includes),
  };
}

function recordingFacts({ version, identifier, description, startTime, subject, series, tables }: Recording): Facts {
  const seriesLine = (one: Recording["series"][number]) => {
    const time = one.rate === undefined ? "timestamps" : `${short(one.rate)} Hz`;
    return `${one.path} (${one.kind}): ${one.data ? one.data.shape.join(" × ") : "no samples"}, ${one.unit || "no unit"}, ${time}`;
  };
  return {
    version,
    identifier,
    description,
    "start time": startTime,
    ...(subject?.subject_id === undefined ? {} : { subject: String(subject.subject_id) }),
    series: listOf(series.map(seriesLine), 30),
    tables: listOf(
      tables.map(
        ({ path, ids, columns }) => `${path}: ${ids.length} rows (${columns.map(({ name }) => name).join(", ")})`,
      ),
    ),
  };
}

function sonataFacts({ nodes, edges, spikes, reports }: SonataFile): Facts {
  const facts: Facts = {};
  if (nodes.length > 0) facts.nodes = listOf(nodes.map(({ name, size }) => `${name}: ${size}`));
  if (edges.length > 0) {
    facts.edges = listOf(
      edges.map(
        ({ name, size, sourcePopulation, targetPopulation }) =>
          `${name}: ${size}, ${sourcePopulation} → ${targetPopulation}`,
      ),
    );
  }
  if (spikes.length > 0) {
    facts["spikes (ms)"] = listOf(
      spikes.map(({ population, timestamps }) => `${population || "unnamed"}: ${timestamps.length}`),
    );
  }
  if (reports.length > 0) {
    facts.reports = listOf(
      reports.map(
        ({ population, data, units, step }) =>
          `${population}: ${data.shape.join(" × ")}, ${units || "no unit"}, every ${short(step)} ms`,
      ),
    );
  }
  return facts;
}
