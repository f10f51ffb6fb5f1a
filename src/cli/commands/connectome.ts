/**
 * `wbe connectome info|measure|null|export INPUT`: a wiring as a graph, its measures, and what chance would give.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { celegans } from "../../connectome/celegans.js";
import type { Connectome } from "../../connectome/columns.js";
import { type Graph, graphOf } from "../../connectome/graph/graph.js";
import { connectomeOfGraph, graphDataOf } from "../../connectome/graph-data.js";
import { strongComponents, weakComponents } from "../../connectome/measures/components.js";
import type { MeasuredNodes } from "../../connectome/measures/conventions.js";
import { findMeasure, graphMeasures } from "../../connectome/measures/registry.js";
import { compareWithNull, richClubWithNull } from "../../connectome/nulls/compare.js";
import { nullKinds } from "../../connectome/nulls/rewire.js";
import { publishedConnectomes, readPublishedConnectome } from "../../connectome/published/registry.js";
import { WbeError } from "../../core/errors.js";
import type { Measured } from "../../core/measured.js";
import { throwIfCancelled } from "../../core/progress.js";
import { quoteField } from "../../io/delimited.js";
import { fileError, fileSink } from "../../io/file.node.js";
import { localFolder } from "../../io/folder.node.js";
import { adjacencyMatrix } from "../../validation/figures/adjacency-matrix.js";
import { degreeDistribution } from "../../validation/figures/degree-distribution.js";
import type { Figure } from "../../validation/figures/figure.js";
import { richClubCurve } from "../../validation/figures/rich-club.js";
import { type CommandIO, defineCommand, type ParsedShape } from "../command.js";
import { formatsByKind, openFile, unknownFormat } from "../open-file.js";

/** Wirings that come with wbe, by name. */
const builtIn: Readonly<Record<string, () => Promise<Connectome>>> = {
  celegans: () => celegans(),
  "celegans-cook2019": () => celegans({ wiring: "cook2019" }),
};

const actions = ["info", "measure", "null", "export"] as const;

const argumentShape = {
  action: z.enum(actions).describe("info, measure, null or export"),
  input: z.string().describe(`graph file, or ${Object.keys(builtIn).join(" or ")}`),
};

const optionShape = {
  format: z.string().optional().meta({ placeholder: "ID", description: "read the file as this format" }),
  data: z
    .string()
    .optional()
    .meta({ placeholder: "DIR", description: "folder with the files of a published connectome" }),
  types: z.string().optional().meta({ placeholder: "LIST", description: "only synapses of these types" }),
  measures: z.string().optional().meta({ placeholder: "LIST", description: "measures, separated by commas" }),
  weighted: z.boolean().default(false).describe("use weights where a measure can"),
  undirected: z.boolean().default(false).describe("join directions first"),
  kind: z.enum(nullKinds).default("degrees").describe("null model"),
  surrogates: z.coerce.number().int().min(1).max(1e6).default(100).describe("random graphs"),
  seed: z.coerce.number().int().min(0).max(0xffffffff).default(1).describe("seed of random graphs"),
  nodes: z.string().optional().meta({ placeholder: "FILE", description: "write values by node as CSV" }),
  figures: z.string().optional().meta({ placeholder: "DIR", description: "draw figures into this folder" }),
  out: z.string().optional().meta({ placeholder: "FILE", description: "file to export to" }),
  force: z.boolean().default(false).describe("write over files that are there"),
  json: z.boolean().default(false).describe("print JSON"),
};

type Input = ParsedShape<typeof argumentShape> & ParsedShape<typeof optionShape>;

export const connectomeCommand = defineCommand({
  name: "connectome",
  summary: "measure a wiring as a graph, compare it with random graphs, draw and export it",
  details: `
INPUT is a graph file (GraphML, GEXF, Matrix Market, edge list, adjacency matrix, TVB archive), one of
${Object.keys(builtIn).join(", ")}, or with --data DIR, the folder of the authors' files, one of
${Object.keys(publishedConnectomes).join(", ")}.
  info     size, components, degrees, weights; --figures DIR draws matrix, degrees and rich club
  measure  --measures LIST (all that need no more than the edges by default); values by node go to --nodes FILE as CSV
  null     the same beside --surrogates random graphs of --kind, with z, p and Holm's correction
  export   writes the wiring to --out FILE in the format of its ending
Measures: ${Object.keys(graphMeasures).join(", ")}.
Null models: ${nullKinds.join(", ")}.`,
  arguments: argumentShape,
  options: optionShape,
  examples: [
    "wbe connectome info celegans",
    "wbe connectome measure celegans --measures reciprocity,path-length --json",
    "wbe connectome null celegans --types excitatory,inhibitory --measures reciprocity,mean-clustering --surrogates 20",
  ],
  async run(input, io) {
    const connectome = await load(input, io);
    const graph = input.undirected ? graphOf(connectome).undirected : graphOf(connectome);
    switch (input.action) {
      case "info":
        return info(connectome, graph, input, io);
      case "measure":
        return measure(connectome, graph, input, io);
      case "null":
        return compare(connectome, graph, input, io);
      case "export":
        return exportGraph(connectome, input, io);
    }
  },
});

async function load({ input, format, types, data }: Input, io: CommandIO): Promise<Connectome> {
  const whole =
    data !== undefined
      ? await readPublishedConnectome(input, localFolder(resolve(io.cwd, data)), { signal: io.signal })
      : await (Object.hasOwn(builtIn, input) ? builtIn[input]!() : read(input, format, io));
  for (const warning of whole.metadata.warnings) io.stderr.write(`warning: ${warning}\n`);
  return types === undefined ? whole : whole.ofTypes(...listOf(types));
}

async function read(input: string, format: string | undefined, io: CommandIO): Promise<Connectome> {
  const opened = await openFile(resolve(io.cwd, input), format, { signal: io.signal });
  try {
    const { kind, value } = opened.content;
    if (kind === "graph") return connectomeOfGraph(value);
    throw new WbeError("UNSUPPORTED", `expected a graph, found a ${kind} (${opened.title})`, { where: input });
  } finally {
    await opened.close();
  }
}

const listOf = (text: string): string[] =>
  text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);

async function info(connectome: Connectome, graph: Graph, input: Input, io: CommandIO): Promise<void> {
  const { metadata, synapseTypes, synapses } = connectome;
  const strong = strongComponents(graph).sizes;
  const weak = weakComponents(graph).sizes;
  const largest = (sizes: Uint32Array) => sizes.reduce((most, size) => Math.max(most, size), 0);
  const degree = findMeasure("degree").run(graph);
  const degrees = "data" in degree ? degree.data : new Float64Array();
  const counts = synapseTypes.map((name, t) => [name, synapses.type.reduce((n, type) => n + Number(type === t), 0)]);
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const weight of graph.weights ?? []) [least, most] = [Math.min(least, weight), Math.max(most, weight)];
  const facts = {
    name: metadata.name,
    source: metadata.source,
    nodes: connectome.nNeurons,
    synapses: connectome.nSynapses,
    "synapses by type": Object.fromEntries(counts.filter(([, count]) => Number(count) > 0)),
    edges: graph.nEdges,
    "edges from a node to itself": graph.nLoops,
    density: numberOf("density", graph),
    reciprocity: numberOf("reciprocity", graph),
    "weak components": `${weak.length}, largest ${largest(weak)}`,
    "strong components": `${strong.length}, largest ${largest(strong)}`,
    "mean degree": degrees.reduce((sum, d) => sum + d, 0) / degrees.length,
    "largest degree": degrees.reduce((most, d) => Math.max(most, d), 0),
    "summed weights of edges": least <= most ? [least, most] : null,
  };
  if (input.json) io.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
  else for (const [name, value] of Object.entries(facts)) io.stdout.write(`${name.padEnd(30)}${printed(value)}\n`);
  if (input.figures !== undefined) await draw(connectome, graph, input, io);
}

function numberOf(id: string, graph: Graph): number | null {
  const found = findMeasure(id).run(graph);
  return "value" in found && Number.isFinite(found.value) ? found.value : null;
}

function printed(value: unknown): string {
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  if (value === null) return "not defined";
  if (Array.isArray(value)) return value.map(printed).join(" … ");
  if (typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
}

async function draw(connectome: Connectome, graph: Graph, input: Input, io: CommandIO): Promise<void> {
  const folder = resolve(io.cwd, input.figures!);
  const { source, target, type } = connectome.synapses;
  const inhibitory = connectome.synapseTypes.indexOf("inhibitory");
  const weight = connectome.synapses.weight.map((w, s) => (type[s] === inhibitory ? -w : w));
  const classes = connectome.nodes.types.map((name) => name || "unknown");
  const { surrogates, seed, weighted } = input;
  const bar = io.progress("random graphs", surrogates);
  const club = richClubWithNull(graph, {
    seed,
    surrogates,
    weighted,
    onProgress: (done) => {
      throwIfCancelled(io.signal, "drawing random graphs");
      bar.update(done);
    },
  });
  const figures: [string, Figure][] = [
    [
      "matrix.svg",
      await adjacencyMatrix(
        {
          nNeurons: connectome.nNeurons,
          source,
          target,
          weight,
          weightUnit: "nS",
          ...(new Set(classes).size > 1 ? { classOf: classes } : {}),
        },
        { signNames: ["excitatory", "inhibitory"] },
      ),
    ],
    ["degrees.svg", await degreeDistribution({ nNeurons: connectome.nNeurons, source, target })],
    ["rich-club.svg", await richClubCurve(club)],
  ];
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw fileError("create", folder, cause);
  });
  for (const [name, figure] of figures) await write(join(folder, name), figure.svg, input.force);
  io.stderr.write(`wrote ${figures.map(([name]) => name).join(", ")} to ${input.figures}\n`);
}

async function write(path: string, text: string, force: boolean): Promise<void> {
  if (existsSync(path) && !force) {
    const remedy = "Add --force, or name another place.";
    throw new WbeError("FILE", "will not write over a file that is there", { where: path, remedy });
  }
  await writeFile(path, text).catch((cause) => {
    throw fileError("create", path, cause);
  });
}

/** Those that were named, or all that need no more than the edges. */
function chosen({ measures }: Input): string[] {
  if (measures !== undefined) return listOf(measures);
  return Object.keys(graphMeasures).filter((id) => graphMeasures[id]!.cost === "edges");
}

async function measure(connectome: Connectome, graph: Graph, input: Input, io: CommandIO): Promise<void> {
  const single: Record<string, Measured> = {};
  const byNode: Record<string, MeasuredNodes> = {};
  for (const id of chosen(input)) {
    throwIfCancelled(io.signal, `measuring ${id}`);
    const entry = findMeasure(id);
    const found = entry.run(graph, { weighted: input.weighted && entry.weighted });
    if ("value" in found) single[id] = found;
    else byNode[id] = found;
    for (const warning of found.warnings) io.stderr.write(`warning: ${id}: ${warning}\n`);
  }
  if (input.nodes !== undefined) {
    await write(resolve(io.cwd, input.nodes), tableOfNodes(connectome, byNode), input.force);
  }
  if (input.json) {
    const nodes = Object.entries(byNode).map(([id, { data, ...rest }]) => [id, { ...rest, data: Array.from(data) }]);
    io.stdout.write(`${JSON.stringify({ input: input.input, ...single, ...Object.fromEntries(nodes) }, null, 2)}\n`);
    return;
  }
  for (const [id, { value, unit, source }] of Object.entries(single)) {
    io.stdout.write(`${id.padEnd(24)}${printed(value).padEnd(14)}${unit.padEnd(10)}${source}\n`);
  }
  for (const [id, { data, source }] of Object.entries(byNode)) {
    const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
    const top = data.indexOf(data.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY));
    const most = top < 0 ? "" : `, most ${printed(data[top]!)} at ${connectome.nodes.labels[top]}`;
    io.stdout.write(`${id.padEnd(24)}mean ${printed(mean)}${most}  ${source}\n`);
  }
}

function tableOfNodes({ nodes }: Connectome, byNode: Record<string, MeasuredNodes>): string {
  const names = Object.keys(byNode);
  const lines = nodes.labels.map((label, i) =>
    [quoteField(label), ...names.map((id) => byNode[id]!.data[i])].join(","),
  );
  return `${["node", ...names].join(",")}\n${lines.join("\n")}\n`;
}

async function compare(connectome: Connectome, graph: Graph, input: Input, io: CommandIO): Promise<void> {
  const { surrogates, seed, weighted, kind } = input;
  const bar = io.progress("random graphs", surrogates);
  const report = compareWithNull(graph, chosen(input), {
    surrogates,
    seed,
    weighted,
    kind,
    positions: connectome.nodes.positions,
    onProgress: (done) => {
      throwIfCancelled(io.signal, "drawing random graphs");
      bar.update(done);
    },
  });
  if (input.json) {
    io.stdout.write(`${JSON.stringify(report, (_, v) => (v instanceof Float64Array ? Array.from(v) : v), 2)}\n`);
    return;
  }
  const cells = (list: readonly string[]) =>
    `${list[0]!.padEnd(24)}${list
      .slice(1)
      .map((cell) => cell.padStart(12))
      .join("")}\n`;
  io.stdout.write(cells(["measure", "value", "null mean", "null sd", "z", "p", "p (Holm)"]));
  for (const { id, measured, z: score, p, pHolm } of report.comparisons) {
    const numbers = [measured.value, measured.null!.mean, measured.null!.sd, score, p, pHolm];
    io.stdout.write(cells([id, ...numbers.map((x) => (Number.isFinite(x) ? String(Number(x.toPrecision(5))) : "–"))]));
  }
  io.stdout.write(`\n${report.surrogates} random graphs that keep ${kind}, seed ${seed}. ${report.note}\n`);
}

async function exportGraph(connectome: Connectome, { out, force }: Input, io: CommandIO): Promise<void> {
  if (out === undefined) throw new WbeError("PARAMETER_MISSING", "expected --out FILE to export to, found none");
  const target = resolve(io.cwd, out);
  if (existsSync(target) && !force) {
    const remedy = "Add --force, or name another file.";
    throw new WbeError("FILE", "will not write over a file that is there", { where: out, remedy });
  }
  const ending = out.toLowerCase();
  const format = formatsByKind.graph.find(({ extensions }) => extensions.some((one) => ending.endsWith(`.${one}`)));
  if (!format?.write) throw unknownFormat(out);
  for (const loss of format.loses) io.stderr.write(`not kept: ${loss}\n`);
  await format.write(graphDataOf(connectome), await fileSink(target), { signal: io.signal });
  io.stdout.write(`${out}: ${connectome.nNeurons} nodes, ${connectome.nSynapses} synapses (${format.title})\n`);
}
